// Branch and bound over lots.
//
// Items are decided in their order, each from the most lots to none, so the first optimum met is
// the one that ties choose. The bound of what is undecided is the fractional covering: items by
// rising cost per value, fixed costs spread over all that an item could give. It is convex in the
// lots of the item being decided, so whole ranges of lots are skipped by bisection.
#include "bulkhead/collateral/selection_search.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

namespace bulkhead::collateral::internal {
namespace {

// Cost per value, rounded down to 2^-40 search units per micro and cut at 2^63: never above the
// truth.
constexpr int kDensityBits = 40;
constexpr Int128 kDensityMax = Int128{1} << 63;

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

Int128 density_of(const SearchItem& item, std::uint64_t usable) {
  const Int128 scale = Int128{1} << kDensityBits;
  const Int128 variable = item.cost * scale / item.value;
  const Int128 spread = item.fixed * scale / (Int128{item.value} * static_cast<Int128>(usable));
  return std::min(variable + spread, kDensityMax);
}

struct Share {
  std::uint32_t item;
  Int128 density;
  Int128 value;  // all that the item could give, micros
};

class Search {
 public:
  explicit Search(const SearchProblem& problem)
      : problem_(problem), source_left_(problem.source_lots), room_left_(problem.rooms) {
    const std::size_t n = problem.items.size();
    lots_.assign(n, 0);
    best_.lots.assign(n, 0);
    best_.missing = problem.required;
    suffixes_.resize(n + 1);
    reach_.assign(n + 1, 0);
    for (std::size_t i = n; i-- > 0;) prepare_suffix(i);
  }

  SearchResult run() {
    seed_with_greedy();
    ++best_.cost;  // equal costs of the search replace the seed: ties are the search's
    seeded_ = true;
    descend(0, problem_.required, 0);
    if (seeded_) --best_.cost;
    best_.proven = !exhausted_;
    best_.nodes = nodes_;
    best_.cost_bound =
        exhausted_ ? std::min(best_.cost, bound(0, problem_.required - best_.missing)) : best_.cost;
    return best_;
  }

 private:
  std::uint64_t usable(const SearchItem& item) const {
    const auto needed = static_cast<std::uint64_t>(ceil_divide(problem_.required, item.value));
    return std::min(item.lots, needed);
  }

  void prepare_suffix(std::size_t first) {
    std::vector<Share>& shares = suffixes_[first];
    for (std::size_t i = first; i < problem_.items.size(); ++i) {
      const SearchItem& item = problem_.items[i];
      BULKHEAD_ASSERT(item.lots > 0 && item.value > 0 && item.cost >= 0 && item.fixed >= 0);
      const std::uint64_t most = usable(item);
      shares.push_back({static_cast<std::uint32_t>(i), density_of(item, most),
                        static_cast<Int128>(most) * item.value});
    }
    std::sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
      return a.density != b.density ? a.density < b.density : a.item < b.item;
    });
    reach_[first] = reach(first);
  }

  // The most value that items from `first` on can give: lots of one source count once.
  Int128 reach(std::size_t first) const {
    Int128 total = 0;
    for (std::size_t source = 0; source < problem_.source_lots.size(); ++source) {
      Int128 alone = 0;
      std::int64_t dearest = 0;
      for (std::size_t i = first; i < problem_.items.size(); ++i) {
        const SearchItem& item = problem_.items[i];
        if (item.source != source) continue;
        alone += static_cast<Int128>(usable(item)) * item.value;
        dearest = std::max(dearest, item.value);
      }
      total += std::min(alone, static_cast<Int128>(problem_.source_lots[source]) * dearest);
    }
    return total;
  }

  // Least cost of `need` more value from the items of a suffix; kInt128Max if they cannot give it.
  Int128 bound(std::size_t first, Int128 need) const {
    Int128 scaled = 0;
    for (const Share& share : suffixes_[first]) {
      if (need <= 0) break;
      const Int128 part = std::min(need, share.value);
      scaled += part * share.density;
      need -= part;
    }
    return need > 0 ? kInt128Max : scaled >> kDensityBits;
  }

  void seed_with_greedy() {
    std::vector<std::uint64_t> sources = problem_.source_lots;
    std::vector<std::int64_t> rooms = problem_.rooms;
    std::int64_t rest = problem_.required;
    Int128 cost = 0;
    for (const Share& share : suffixes_[0]) {
      if (rest <= 0) break;
      const SearchItem& item = problem_.items[share.item];
      const std::uint64_t lots = most_lots(item, rest, sources[item.source], rooms[item.room]);
      if (lots == 0) continue;
      best_.lots[share.item] = lots;
      cost += item.fixed + item.cost * static_cast<Int128>(lots);
      sources[item.source] -= lots;
      rooms[item.room] -= static_cast<std::int64_t>(lots) * item.market;
      rest = less(rest, item, lots);
    }
    best_.cost = cost;
    best_.missing = rest;
  }

  static std::int64_t less(std::int64_t rest, const SearchItem& item, std::uint64_t lots) {
    const Int128 left = Int128{rest} - static_cast<Int128>(lots) * item.value;
    return left > 0 ? static_cast<std::int64_t>(left) : 0;
  }

  static std::uint64_t most_lots(const SearchItem& item, std::int64_t rest,
                                 std::uint64_t source_left, std::int64_t room_left) {
    const auto needed = static_cast<std::uint64_t>(ceil_divide(rest, item.value));
    std::uint64_t most = std::min({item.lots, needed, source_left});
    if (item.market > 0) {
      most = std::min(
          most, static_cast<std::uint64_t>(std::max<std::int64_t>(0, room_left) / item.market));
    }
    return most;
  }

  // What the search can say of a choice before it descends.
  enum class Promise { good, too_little, too_dear };

  Promise promise(std::size_t next, std::int64_t rest, Int128 cost) const {
    const Int128 missing_least = std::max<Int128>(0, rest - reach_[next]);
    if (missing_least > best_.missing) return Promise::too_little;
    if (missing_least < best_.missing) return Promise::good;
    const Int128 more = bound(next, rest - best_.missing);
    if (more == kInt128Max) return Promise::too_little;
    return cost + more < best_.cost ? Promise::good : Promise::too_dear;
  }

  void accept(std::int64_t missing, Int128 cost) {
    const bool better = missing < best_.missing || (missing == best_.missing && cost < best_.cost);
    if (!better) return;
    best_.lots = lots_;
    best_.missing = missing;
    best_.cost = cost;
    seeded_ = false;
  }

  void descend(std::size_t i, std::int64_t rest, Int128 cost) {
    if (rest == 0 || i == problem_.items.size()) {
      accept(rest, cost);
      return;
    }
    const SearchItem& item = problem_.items[i];
    std::uint64_t n = most_lots(item, rest, source_left_[item.source], room_left_[item.room]);
    while (n > 0 && !exhausted_) {
      const Promise p = promise(i + 1, less(rest, item, n), cost_of(item, n, cost));
      if (p == Promise::too_little) break;  // fewer lots give less still
      if (p == Promise::too_dear) {
        n = next_promising(i, n, rest, cost);
        continue;
      }
      take(i, n, rest, cost);
      --n;
    }
    if (exhausted_) return;
    if (promise(i + 1, rest, cost) == Promise::good) take(i, 0, rest, cost);
  }

  static Int128 cost_of(const SearchItem& item, std::uint64_t lots, Int128 before) {
    return before + item.fixed + item.cost * static_cast<Int128>(lots);
  }

  void take(std::size_t i, std::uint64_t n, std::int64_t rest, Int128 cost) {
    if (++nodes_ > problem_.nodes_max) {
      exhausted_ = true;
      return;
    }
    const SearchItem& item = problem_.items[i];
    const std::int64_t room = static_cast<std::int64_t>(n) * item.market;
    lots_[i] = n;
    source_left_[item.source] -= n;
    room_left_[item.room] -= room;
    descend(i + 1, less(rest, item, n), n == 0 ? cost : cost_of(item, n, cost));
    room_left_[item.room] += room;
    source_left_[item.source] += n;
    lots_[i] = 0;
  }

  // Below `from`, which is too dear: the most lots that are not, 0 if none. The total is convex in
  // the lots, least where what is cheaper among the undecided is used up.
  std::uint64_t next_promising(std::size_t i, std::uint64_t from, std::int64_t rest,
                               Int128 cost) const {
    const SearchItem& item = problem_.items[i];
    const auto dear = [&](std::uint64_t n) {
      return promise(i + 1, less(rest, item, n), cost_of(item, n, cost)) != Promise::good;
    };
    const std::uint64_t turn = cheapest_lots(i, rest);
    std::uint64_t low = 0;
    for (const std::uint64_t n : {turn + 1, turn}) {
      if (n > 0 && n < from && !dear(n)) {
        low = n;
        break;
      }
    }
    if (low == 0) return 0;
    std::uint64_t high = from;  // dear
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (dear(middle) ? high : low) = middle;
    }
    return low;
  }

  // The lots at which the undecided items cheaper than this one are just used up, rounded down, and
  // not fewer than the undecided can do without.
  std::uint64_t cheapest_lots(std::size_t i, std::int64_t rest) const {
    const SearchItem& item = problem_.items[i];
    const Int128 own = item.cost * (Int128{1} << kDensityBits) / item.value;
    Int128 cheaper = 0;
    for (const Share& share : suffixes_[i + 1]) {
      if (share.density >= own) break;
      cheaper += share.value;
    }
    const Int128 need = Int128{rest} - best_.missing;
    const Int128 turn = (need - cheaper) / item.value;
    const Int128 least = (need - reach_[i + 1] + item.value - 1) / item.value;
    return static_cast<std::uint64_t>(std::max({Int128{1}, turn, least}));
  }

  const SearchProblem& problem_;
  std::vector<std::vector<Share>> suffixes_;  // by first item, in order of cost per value
  std::vector<Int128> reach_;                 // by first item
  std::vector<std::uint64_t> source_left_;
  std::vector<std::int64_t> room_left_;
  std::vector<std::uint64_t> lots_;
  SearchResult best_;
  bool seeded_ = false;
  bool exhausted_ = false;
  std::uint32_t nodes_ = 0;
};

}  // namespace

SearchResult search(const SearchProblem& problem) {
  BULKHEAD_ASSERT(problem.required > 0);
  return Search(problem).run();
}

}  // namespace bulkhead::collateral::internal
