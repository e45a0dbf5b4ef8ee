// Selection against brute force, its limits, its ties and its explanations.
#include "bulkhead/collateral/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "bulkhead/base/random.h"

namespace bulkhead::collateral {
namespace {

Candidate candidate(std::uint32_t asset, std::uint32_t source, std::uint32_t destination,
                    std::uint64_t lots, std::int64_t stressed, std::int64_t cost_nanos,
                    std::int64_t fixed) {
  Candidate c;
  c.asset = AssetIndex(asset);
  c.source = PlaceIndex(source);
  c.destination = PlaceIndex(destination);
  c.lot = Amount{1};
  c.lots = lots;
  c.stressed_per_lot = Usd{stressed};
  c.market_per_lot = Usd{stressed + stressed / 4};
  c.cost_per_lot_nanos = cost_nanos;
  c.fixed_cost = Usd{fixed};
  return c;
}

struct Plan {
  std::int64_t missing = 0;
  std::int64_t cost_nanos = 0;
  std::int64_t legs = 0;
  std::vector<std::uint64_t> lots_by_tie;  // in order of (destination, asset, source)
  std::vector<std::uint64_t> lots;

  std::vector<bool> used() const {
    std::vector<bool> flags;
    for (const std::uint64_t n : lots_by_tie) flags.push_back(n > 0);
    return flags;
  }
  // Least missing, least cost, fewest legs, the first to use, most of the first.
  bool better_than(const Plan& other) const {
    const auto key = std::tie(missing, cost_nanos, legs);
    const auto other_key = std::tie(other.missing, other.cost_nanos, other.legs);
    if (key != other_key) return key < other_key;
    if (used() != other.used()) return used() > other.used();
    return lots_by_tie > other.lots_by_tie;
  }
};

// Every plan that takes of no candidate more than what is still needed.
class BruteForce {
 public:
  explicit BruteForce(const SelectionRequest& request) : request_(request) {
    for (std::uint32_t i = 0; i < request.candidates.size(); ++i) order_.push_back(i);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const Candidate& l = request.candidates[a];
      const Candidate& r = request.candidates[b];
      return std::tuple(l.destination, l.asset, l.source, a) <
             std::tuple(r.destination, r.asset, r.source, b);
    });
  }
  Plan best() {
    lots_.assign(order_.size(), 0);
    descend(0, request_.required.micros);
    return *best_;
  }

 private:
  bool allowed(const Candidate& c, std::uint64_t n) const {
    std::uint64_t source = n;
    std::int64_t market = static_cast<std::int64_t>(n) * c.market_per_lot.micros;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const Candidate& other = request_.candidates[order_[k]];
      if (other.asset == c.asset && other.source == c.source) source += lots_[k];
      if (other.destination == c.destination) {
        market += static_cast<std::int64_t>(lots_[k]) * other.market_per_lot.micros;
      }
    }
    for (const DestinationRoom& room : request_.rooms) {
      if (room.destination == c.destination && market > room.room.micros) return false;
    }
    return source <= c.lots && n <= c.lots_max;
  }

  void descend(std::size_t k, std::int64_t rest) {
    if (k == order_.size() || rest == 0) {
      finish(rest);
      return;
    }
    const Candidate& c = request_.candidates[order_[k]];
    const std::int64_t value = c.stressed_per_lot.micros;
    for (std::uint64_t n = 0; n <= c.lots; ++n) {
      if (n > 0 && (!c.eligible || value == 0 || !allowed(c, n))) break;
      if (n > 0 && static_cast<std::int64_t>(n - 1) * value >= rest) break;
      lots_[k] = n;
      const std::int64_t left = rest - static_cast<std::int64_t>(n) * value;
      const std::uint64_t mine = lots_[k];
      lots_[k] = mine;
      descend(k + 1, std::max<std::int64_t>(0, left));
      lots_[k] = 0;
    }
  }

  void finish(std::int64_t rest) {
    Plan plan;
    plan.missing = rest;
    plan.lots_by_tie = lots_;
    plan.lots.assign(order_.size(), 0);
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const Candidate& c = request_.candidates[order_[k]];
      plan.lots[order_[k]] = lots_[k];
      if (lots_[k] == 0) continue;
      ++plan.legs;
      plan.cost_nanos +=
          static_cast<std::int64_t>(lots_[k]) * c.cost_per_lot_nanos + c.fixed_cost.micros * 1'000;
    }
    if (!best_ || plan.better_than(*best_)) best_ = plan;
  }

  const SelectionRequest& request_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint64_t> lots_;
  std::optional<Plan> best_;
};

SelectionRequest random_request(RandomStream& random) {
  SelectionRequest request;
  const std::uint64_t count = 1 + random.below(4);
  const std::uint64_t assets = 1 + random.below(3);
  const std::uint64_t lots_most = random.chance(0.5) ? 7 : 15;
  std::uint64_t source_lots[3][2];
  for (auto& asset : source_lots) {
    for (auto& lots : asset) lots = random.below(lots_most);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto asset = static_cast<std::uint32_t>(random.below(assets));
    const auto source = static_cast<std::uint32_t>(random.below(2));
    const auto destination = static_cast<std::uint32_t>(2 + random.below(2));
    Candidate c = candidate(asset, source, destination, source_lots[asset][source],
                            static_cast<std::int64_t>(random.below(9)),
                            static_cast<std::int64_t>(random.below(5)) * 100,
                            static_cast<std::int64_t>(random.below(3)));
    if (random.chance(0.2)) c.lots_max = random.below(5);
    c.eligible = !random.chance(0.1);
    request.candidates.push_back(c);
  }
  if (random.chance(0.4)) {
    request.rooms.push_back({PlaceIndex(2U), Usd{static_cast<std::int64_t>(random.below(40))}});
  }
  request.required = Usd{1 + static_cast<std::int64_t>(random.below(60))};
  return request;
}

TEST(Selection, EqualsBruteForceOnSmallInstances) {
  RandomStream random(20'261'121, 1);
  int with_missing = 0;
  for (int trial = 0; trial < 4'000; ++trial) {
    const SelectionRequest request = random_request(random);
    const Plan expected = BruteForce(request).best();
    const Selection got = select(request);
    ASSERT_TRUE(got.proven) << trial;
    std::vector<std::uint64_t> lots;
    for (const Chosen& c : got.choices) lots.push_back(c.lots);
    ASSERT_EQ(lots, expected.lots) << trial;
    EXPECT_EQ(got.missing.micros, expected.missing) << trial;
    EXPECT_EQ(got.cost.micros, (expected.cost_nanos + 999) / 1'000) << trial;
    with_missing += expected.missing > 0 ? 1 : 0;
  }
  EXPECT_GT(with_missing, 200);
  EXPECT_LT(with_missing, 3'800);
}

// Realistic lots: the bound closes the search, and no single exchange of lots is cheaper.
TEST(Selection, ProvesLargeInstancesWithManyLots) {
  RandomStream random(7, 2);
  for (int trial = 0; trial < 200; ++trial) {
    SelectionRequest request;
    for (std::uint32_t i = 0; i < 12; ++i) {
      request.candidates.push_back(
          candidate(i, 0, 1 + i % 2, 1'000 + random.below(1'000'000),
                    static_cast<std::int64_t>(500'000 + random.below(5'000'000)),
                    static_cast<std::int64_t>(100'000 + random.below(5'000'000)),
                    static_cast<std::int64_t>(random.below(10'000'000))));
    }
    request.required = usd(static_cast<std::int64_t>(1'000 + random.below(3'000'000)));
    const Selection got = select(request);
    EXPECT_EQ(got.missing, Usd{});
    EXPECT_GE(got.stressed, request.required);
    EXPECT_TRUE(got.proven) << trial << " nodes " << got.nodes;
    EXPECT_LE(got.cost_bound, got.cost);
  }
}

TEST(Selection, TakesEverythingAndReportsWhatIsMissing) {
  SelectionRequest request;
  request.candidates = {candidate(0, 0, 1, 5, 10, 0, 1), candidate(1, 0, 1, 2, 7, 900, 3)};
  request.required = Usd{1'000};
  const Selection got = select(request);
  EXPECT_EQ(got.choices[0].lots, 5U);
  EXPECT_EQ(got.choices[1].lots, 2U);
  EXPECT_EQ(got.missing.micros, 1'000 - 64);
  EXPECT_EQ(got.choices[0].verdict, Verdict::taken);
  EXPECT_TRUE(got.proven);
}

// Short of the requirement, nothing is passed over because it costs more: what is not taken is not
// there any more.
TEST(Selection, SaysThatAllOfItGoesElsewhereAlsoWhenItIsShort) {
  SelectionRequest request;
  request.candidates = {candidate(0, 0, 1, 5, 10, 900, 1), candidate(0, 0, 2, 5, 10, 100, 1)};
  request.required = Usd{1'000};
  const Selection got = select(request);
  EXPECT_EQ(got.missing.micros, 950);
  EXPECT_EQ(got.choices[0].verdict, Verdict::elsewhere);
  EXPECT_EQ(got.choices[1].verdict, Verdict::taken);
}

TEST(Selection, TiesGoToTheLeastPlaceThenAsset) {
  SelectionRequest request;
  request.candidates = {candidate(1, 0, 3, 9, 10, 100, 1), candidate(0, 0, 3, 9, 10, 100, 1),
                        candidate(2, 0, 2, 9, 10, 100, 1)};
  request.required = Usd{50};
  EXPECT_EQ(select(request).choices[2].lots, 5U);  // place 2
  request.candidates[2].eligible = false;
  EXPECT_EQ(select(request).choices[1].lots, 5U);  // asset 0 at place 3
}

TEST(Selection, SaysWhatWasPassedOverAndWhy) {
  SelectionRequest request;
  request.candidates = {
      candidate(0, 0, 1, 10, 100, 1'000, 0), candidate(1, 0, 1, 10, 100, 9'000, 0),
      candidate(2, 0, 1, 0, 100, 0, 0),      candidate(3, 0, 1, 10, 0, 0, 0),
      candidate(4, 0, 1, 10, 100, 0, 0),     candidate(5, 0, 2, 10, 100, 0, 0)};
  request.candidates[4].eligible = false;
  request.rooms.push_back({PlaceIndex(2U), Usd{124}});  // one lot is 125 at market
  request.required = Usd{500};
  const Selection got = select(request);
  EXPECT_EQ(got.choices[0].verdict, Verdict::taken_in_part);
  EXPECT_EQ(got.choices[0].lots, 5U);
  EXPECT_EQ(got.choices[1].verdict, Verdict::costlier);
  EXPECT_EQ(got.choices[1].unit_cost_bp, 900);  // 9 micro-USD a lot of 100
  EXPECT_EQ(got.choices[2].verdict, Verdict::nothing_there);
  EXPECT_EQ(got.choices[3].verdict, Verdict::no_value);
  EXPECT_EQ(got.choices[4].verdict, Verdict::not_eligible);
  EXPECT_EQ(got.choices[5].verdict, Verdict::capped);
}

TEST(Selection, MoreThanTheExactWidthIsStillCoveredButNotProven) {
  SelectionRequest request;
  for (std::uint32_t i = 0; i < 40; ++i) {
    request.candidates.push_back(candidate(i, 0, 1, 10, 100, 1'000 + i, 0));
  }
  request.required = Usd{25'500};
  const Selection got = select(request);
  EXPECT_EQ(got.missing, Usd{});
  EXPECT_FALSE(got.proven);
  EXPECT_EQ(got.choices[0].lots, 10U);
  EXPECT_EQ(got.choices[39].verdict, Verdict::not_searched);
  request.required = Usd{39'950};
  EXPECT_EQ(select(request).missing, Usd{});
}

TEST(Selection, ASearchThatIsCutSaysSoAndKeepsItsBound) {
  RandomStream random(3, 3);
  SelectionRequest request;
  for (std::uint32_t i = 0; i < 16; ++i) {
    request.candidates.push_back(
        candidate(i, 0, 1, 50 + random.below(50), static_cast<std::int64_t>(90 + random.below(20)),
                  static_cast<std::int64_t>(9'000 + random.below(2'000)), 1));
  }
  request.required = Usd{40'003};
  request.search_nodes_max = 3;
  const Selection got = select(request);
  EXPECT_FALSE(got.proven);
  EXPECT_EQ(got.missing, Usd{});
  EXPECT_LE(got.cost_bound, got.cost);
}

TEST(Selection, ReleasesTheMostCostlyToKeep) {
  SelectionRequest request;
  request.candidates = {candidate(0, 1, 0, 10, 100, 5'000, 0), candidate(1, 1, 0, 10, 100, 200, 0)};
  request.required = Usd{1'250};
  const Selection got = select_release(request);
  EXPECT_EQ(got.choices[0].lots, 7U);  // three lots of it must stay
  EXPECT_EQ(got.choices[1].verdict, Verdict::kept);
  EXPECT_EQ(got.stressed.micros, 700);
  request.required = Usd{};
  EXPECT_EQ(select_release(request).stressed.micros, 2'000);
}

}  // namespace
}  // namespace bulkhead::collateral
