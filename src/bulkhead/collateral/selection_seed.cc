// Greedy plan and local improvement.
#include "bulkhead/collateral/selection_seed.h"

#include <algorithm>

namespace bulkhead::collateral::internal {
namespace {

using Lots = std::vector<std::uint64_t>;

// What is left after some lots are taken.
struct Left {
  Int128 rest = 0;  // of the requirement; below zero: more than enough
  Int128 cost = 0;
  Lots sources;
  std::vector<std::int64_t> rooms;
};

class Seeder {
 public:
  explicit Seeder(const SearchProblem& problem) : problem_(problem) {}

  SearchResult run() {
    SearchResult result;
    result.lots = greedy();
    Left left = account(result.lots);
    if (left.rest <= 0) {
      while (improve(result.lots, left.cost)) left = account(result.lots);
    }
    result.missing = left.rest > 0 ? static_cast<std::int64_t>(left.rest) : 0;
    result.cost = left.cost;
    return result;
  }

 private:
  Left account(const Lots& lots) const {
    Left left{problem_.required, 0, problem_.source_lots, problem_.rooms};
    for (std::size_t i = 0; i < lots.size(); ++i) {
      if (lots[i] == 0) continue;
      const SearchItem& item = problem_.items[i];
      left.rest -= static_cast<Int128>(lots[i]) * item.value;
      left.cost += item.fixed + item.cost * static_cast<Int128>(lots[i]);
      left.sources[item.source] -= lots[i];
      left.rooms[item.room] -= static_cast<std::int64_t>(lots[i]) * item.market;
    }
    return left;
  }

  // Adds as many lots of item i as are needed and possible.
  void top_up(Lots& lots, std::size_t i) const {
    const Left left = account(lots);
    if (left.rest <= 0) return;
    const SearchItem& item = problem_.items[i];
    std::uint64_t most = std::min(item.lots - lots[i], left.sources[item.source]);
    if (item.market > 0) {
      most = std::min(most, static_cast<std::uint64_t>(left.rooms[item.room] / item.market));
    }
    const Int128 needed = (left.rest + item.value - 1) / item.value;
    if (needed < static_cast<Int128>(most)) most = static_cast<std::uint64_t>(needed);
    lots[i] += most;
  }

  Lots greedy() const {
    std::vector<std::size_t> order(problem_.items.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      const Int128 left = rate(problem_.items[a]);
      const Int128 right = rate(problem_.items[b]);
      return left != right ? left < right : a < b;
    });
    Lots lots(problem_.items.size(), 0);
    for (const std::size_t i : order) top_up(lots, i);
    return lots;
  }

  // Cost per million of value if as much of it as is needed is used.
  Int128 rate(const SearchItem& item) const {
    const std::int64_t needed = (problem_.required - 1) / item.value + 1;
    const auto lots = static_cast<Int128>(std::min(item.lots, static_cast<std::uint64_t>(needed)));
    return (item.cost * lots + item.fixed) / (lots * item.value / 1'000'000 + 1);
  }

  // The first cheaper plan that gives up lots of one item (a few, or all) for those of another.
  bool improve(Lots& lots, Int128 cost) const {
    constexpr std::uint64_t kFewLots = 12;
    for (std::size_t from = 0; from < lots.size(); ++from) {
      for (std::size_t to = 0; to < lots.size(); ++to) {
        for (std::uint64_t n = 1; n <= std::min(kFewLots + 1, lots[from]); ++n) {
          Lots other = lots;
          other[from] -= n > kFewLots ? lots[from] : n;
          if (to != from) top_up(other, to);
          const Left left = account(other);
          if (left.rest > 0 || left.cost >= cost) continue;
          lots = other;
          return true;
        }
      }
    }
    return false;
  }

  const SearchProblem& problem_;
};

}  // namespace

SearchResult seed(const SearchProblem& problem) { return Seeder(problem).run(); }

}  // namespace bulkhead::collateral::internal
