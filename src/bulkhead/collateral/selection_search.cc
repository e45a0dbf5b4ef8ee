// Branch and bound in two stages: which items are used (their fixed costs), then how many lots of
// each.
//
// Both stages decide items in their order, use before no use and most lots first, so the first
// optimum met is the one that ties choose. The bound of a stage is the fractional covering by
// rising cost per value, the fixed cost of an item that is not yet decided spread over all that it
// could give. It is convex in the lots of the item being decided, so whole ranges of lots are
// skipped by bisection.
#include "bulkhead/collateral/selection_search.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/collateral/selection_seed.h"

namespace bulkhead::collateral::internal {
namespace {

// Cost per value, rounded down to 2^-40 search units per micro and cut at 2^63: never above the
// truth.
constexpr int kDensityBits = 40;
constexpr Int128 kDensityMax = Int128{1} << 63;

enum class Use : std::uint8_t { undecided, yes, no };

// An item by its cost per value, as the bound takes it.
struct Share {
  std::uint32_t item;
  Int128 density;
};

void sort_shares(std::vector<Share>& shares) {
  std::sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return a.density != b.density ? a.density < b.density : a.item < b.item;
  });
}

std::int64_t less(std::int64_t rest, const SearchItem& item, std::uint64_t lots) {
  const Int128 left = Int128{rest} - static_cast<Int128>(lots) * item.value;
  return left > 0 ? static_cast<std::int64_t>(left) : 0;
}

class Search {
 public:
  explicit Search(const SearchProblem& problem)
      : problem_(problem),
        count_(problem.items.size()),
        use_(count_, Use::undecided),
        reach_(count_ + 1, 0),
        source_left_(problem.source_lots),
        room_left_(problem.rooms),
        lots_(count_, 0) {
    for (std::uint32_t i = 0; i < count_; ++i) prepare(i);
    sort_shares(by_variable_);
    sort_shares(by_spread_);
  }

  SearchResult run() {
    best_ = seed(problem_);
    const Int128 seed_cost = best_.cost;
    ++best_.cost;  // an equal cost found by the search replaces the seed: ties are the search's
    const Int128 root = bound(0, problem_.required - best_.missing);
    decide_use(0, 0);
    if (!found_) best_.cost = seed_cost;
    best_.proven = !exhausted_;
    best_.nodes = nodes_;
    best_.cost_bound = exhausted_ ? std::min(best_.cost, root) : best_.cost;
    return best_;
  }

 private:
  void prepare(std::uint32_t i) {
    const SearchItem& item = problem_.items[i];
    BULKHEAD_ASSERT(item.lots > 0 && item.value > 0 && item.cost >= 0 && item.fixed >= 0);
    const std::int64_t needed = (problem_.required - 1) / item.value + 1;
    usable_.push_back(std::min(item.lots, static_cast<std::uint64_t>(needed)));
    value_.push_back(static_cast<Int128>(usable_[i]) * item.value);
    const Int128 scale = Int128{1} << kDensityBits;
    const Int128 variable = item.cost * scale / item.value;
    const Int128 spread = item.fixed * scale / value_[i];
    by_variable_.push_back({i, std::min(variable, kDensityMax)});
    by_spread_.push_back({i, std::min(variable + spread, kDensityMax)});
  }

  // Least cost of `need` more value from items >= first that are used (fixed cost paid) or
  // undecided (fixed cost spread); kInt128Max if they cannot give it. Merges the two orders.
  Int128 bound(std::size_t first, Int128 need) const {
    Int128 scaled = 0;
    std::size_t v = 0;
    std::size_t s = 0;
    while (need > 0) {
      while (v < count_ && (by_variable_[v].item < first || use_[by_variable_[v].item] != Use::yes))
        ++v;
      while (s < count_ &&
             (by_spread_[s].item < first || use_[by_spread_[s].item] != Use::undecided))
        ++s;
      if (v == count_ && s == count_) return kInt128Max;
      const bool paid =
          s == count_ || (v < count_ && by_variable_[v].density <= by_spread_[s].density);
      const Share& share = paid ? by_variable_[v++] : by_spread_[s++];
      const Int128 part = std::min(need, value_[share.item]);
      scaled += part * share.density;
      need -= part;
    }
    return scaled >> kDensityBits;
  }

  // The most value of items >= first that are not excluded; the lots of one source count once.
  Int128 reach(std::size_t first) const {
    Int128 total = 0;
    for (std::size_t source = 0; source < problem_.source_lots.size(); ++source) {
      Int128 alone = 0;
      std::int64_t dearest = 0;
      for (std::size_t i = first; i < count_; ++i) {
        const SearchItem& item = problem_.items[i];
        if (item.source != source || use_[i] == Use::no) continue;
        alone += value_[i];
        dearest = std::max(dearest, item.value);
      }
      total += std::min(alone, static_cast<Int128>(problem_.source_lots[source]) * dearest);
    }
    return total;
  }

  // What can be said of a choice before it is followed.
  enum class Promise { good, too_little, too_dear };

  Promise promise(std::size_t first, Int128 reachable, std::int64_t rest, Int128 cost) const {
    const Int128 missing_least = std::max<Int128>(0, rest - reachable);
    if (missing_least > best_.missing) return Promise::too_little;
    if (missing_least < best_.missing) return Promise::good;
    const Int128 more = bound(first, Int128{rest} - best_.missing);
    if (more == kInt128Max) return Promise::too_little;
    return cost + more < best_.cost ? Promise::good : Promise::too_dear;
  }

  bool spend_node() {
    exhausted_ = exhausted_ || ++nodes_ > problem_.nodes_max;
    return !exhausted_;
  }

  // First stage. `cost`: fixed costs of what is used.
  void decide_use(std::size_t i, Int128 cost) {
    if (!spend_node()) return;
    if (promise(0, reach(0), problem_.required, cost) != Promise::good) return;
    if (i == count_) {
      for (std::size_t k = count_; k-- > 0;) reach_[k] = reach(k);
      decide_lots(0, problem_.required, cost);
      return;
    }
    use_[i] = Use::yes;
    decide_use(i + 1, cost + problem_.items[i].fixed);
    use_[i] = Use::no;
    decide_use(i + 1, cost);
    use_[i] = Use::undecided;
  }

  // Second stage: every used item gives at least one lot, or the plan belongs to another use.
  void decide_lots(std::size_t i, std::int64_t rest, Int128 cost) {
    while (i < count_ && use_[i] == Use::no) ++i;
    if (i == count_) {
      accept(rest, cost);
      return;
    }
    if (rest == 0) return;
    const SearchItem& item = problem_.items[i];
    std::uint64_t n = most_lots(item, rest);
    while (n > 0 && !exhausted_) {
      const Promise p = promise_of_lots(i, n, rest, cost);
      if (p == Promise::too_little) break;  // fewer lots give less still
      if (p == Promise::too_dear) {
        n = next_promising(i, n, rest, cost);
        continue;
      }
      take(i, n, rest, cost);
      --n;
    }
  }

  Promise promise_of_lots(std::size_t i, std::uint64_t n, std::int64_t rest, Int128 cost) const {
    const SearchItem& item = problem_.items[i];
    return promise(i + 1, reach_[i + 1], less(rest, item, n),
                   cost + item.cost * static_cast<Int128>(n));
  }

  std::uint64_t most_lots(const SearchItem& item, std::int64_t rest) const {
    const auto needed = static_cast<std::uint64_t>((rest - 1) / item.value + 1);
    std::uint64_t most = std::min({item.lots, needed, source_left_[item.source]});
    if (item.market > 0) {
      most = std::min(most, static_cast<std::uint64_t>(room_left_[item.room] / item.market));
    }
    return most;
  }

  void take(std::size_t i, std::uint64_t n, std::int64_t rest, Int128 cost) {
    if (!spend_node()) return;
    const SearchItem& item = problem_.items[i];
    const std::int64_t market = static_cast<std::int64_t>(n) * item.market;
    lots_[i] = n;
    source_left_[item.source] -= n;
    room_left_[item.room] -= market;
    decide_lots(i + 1, less(rest, item, n), cost + item.cost * static_cast<Int128>(n));
    room_left_[item.room] += market;
    source_left_[item.source] += n;
    lots_[i] = 0;
  }

  void accept(std::int64_t missing, Int128 cost) {
    const bool better = missing < best_.missing || (missing == best_.missing && cost < best_.cost);
    if (!better) return;
    best_.lots = lots_;
    best_.missing = missing;
    best_.cost = cost;
    found_ = true;
  }

  // Below `from`, which is too dear: the most lots that are not, 0 if none. The total is convex in
  // the lots, least where what is cheaper among the undecided is used up.
  std::uint64_t next_promising(std::size_t i, std::uint64_t from, std::int64_t rest,
                               Int128 cost) const {
    const auto good = [&](std::uint64_t n) {
      return promise_of_lots(i, n, rest, cost) == Promise::good;
    };
    const std::uint64_t turn = cheapest_lots(i, rest);
    std::uint64_t low = 0;
    for (const std::uint64_t n : {turn + 1, turn}) {
      if (n >= from || !good(n)) continue;
      low = n;
      break;
    }
    if (low == 0) return 0;
    std::uint64_t high = from;
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (good(middle) ? low : high) = middle;
    }
    return low;
  }

  // The lots at which the later items that are cheaper per value are just used up, rounded down,
  // and not fewer than all later items together can do without.
  std::uint64_t cheapest_lots(std::size_t i, std::int64_t rest) const {
    const SearchItem& item = problem_.items[i];
    Int128 cheaper = 0;
    for (const Share& share : by_variable_) {
      if (share.item == i) break;
      if (share.item > i && use_[share.item] == Use::yes) cheaper += value_[share.item];
    }
    const Int128 need = Int128{rest} - best_.missing;
    const Int128 turn = (need - cheaper) / item.value;
    const Int128 least = (need - reach_[i + 1] + item.value - 1) / item.value;
    return static_cast<std::uint64_t>(std::max({Int128{1}, turn, least}));
  }

  const SearchProblem& problem_;
  std::size_t count_;
  std::vector<Use> use_;
  std::vector<std::uint64_t> usable_;  // lots, by item: not more than the requirement alone needs
  std::vector<Int128> value_;          // of them
  std::vector<Share> by_variable_;     // in order of cost per value without fixed cost
  std::vector<Share> by_spread_;       // and with it
  std::vector<Int128> reach_;          // by first item, of the use being followed
  std::vector<std::uint64_t> source_left_;
  std::vector<std::int64_t> room_left_;
  std::vector<std::uint64_t> lots_;
  SearchResult best_;
  bool found_ = false;
  bool exhausted_ = false;
  std::uint32_t nodes_ = 0;
};

}  // namespace

SearchResult search(const SearchProblem& problem) {
  BULKHEAD_ASSERT(problem.required > 0);
  return Search(problem).run();
}

}  // namespace bulkhead::collateral::internal
