// Every rule of a scenario set is broken once, and its identity follows its content (D5.1).
#include "bulkhead/pricing/scenario_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "bulkhead/base/canonical.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/pricing/test_support.h"

namespace bulkhead::pricing {
namespace {

TEST(ScenarioSet, TheDrawnSetIsValid) {
  const Status status = validate(random_set(300, 1));
  EXPECT_TRUE(status.has_value()) << to_string(status.error());
}

TEST(ScenarioSet, EachRuleIsChecked) {
  struct Case {
    const char* field;
    std::function<void(ScenarioSet&)> break_it;
  };
  const Case cases[] = {
      {"set.format", [](ScenarioSet& s) { s.format = 2; }},
      {"set.horizon", [](ScenarioSet& s) { s.horizon = Duration{}; }},
      {"set.factors[1]", [](ScenarioSet& s) { s.factors[1].kind = FactorKind::spot; }},
      {"set.factors[1]", [](ScenarioSet& s) { std::swap(s.factors[0], s.factors[1]); }},
      {"set.factors[0].asset", [](ScenarioSet& s) { s.factors[0].asset.clear(); }},
      {"set.factors[0]", [](ScenarioSet& s) { s.factors[0].forecast = -1; }},
      {"filtered.weights", [](ScenarioSet& s) { ++s.filtered.weights[3]; }},
      {"filtered.weights", [](ScenarioSet& s) { s.filtered = {}; }},
      {"stressed.dates", [](ScenarioSet& s) { s.stressed.dates.pop_back(); }},
      {"long_run.moves", [](ScenarioSet& s) { s.long_run.moves.pop_back(); }},
      {"filtered.weights[0]",
       [](ScenarioSet& s) { std::swap(s.filtered.weights[0], s.filtered.weights[1]); }},
      {"filtered.moves[2]", [](ScenarioSet& s) { s.filtered.moves[2] = 0.01; }},
      {"stressed.moves[40]", [](ScenarioSet& s) { s.stressed.moves[40] = 10.5; }},
      {"stressed.moves[41]",
       [](ScenarioSet& s) { s.stressed.moves[41] = std::numeric_limits<double>::quiet_NaN(); }},
  };
  for (const Case& c : cases) {
    ScenarioSet set = random_set(50, 1);
    c.break_it(set);
    const Status status = validate(set);
    ASSERT_FALSE(status.has_value()) << c.field;
    EXPECT_EQ(status.error().field, c.field);
    EXPECT_EQ(status.error().code, ErrorCode::scenario_set_invalid);
    EXPECT_FALSE(PreparedSet::make(set).has_value());
  }
}

TEST(ScenarioSet, TooManyScenariosAreNamed) {
  ScenarioSet set = random_set(3, 1);
  set.filtered.weights.resize(16'385);
  const Status status = validate(set);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::too_large);
  EXPECT_EQ(status.error().value, "16385");
}

TEST(ScenarioSet, HashFollowsContentAndSurvivesCoding) {
  const ScenarioSet set = random_set(20, 1);
  ScenarioSet other = set;
  EXPECT_EQ(hash_of(set), hash_of(other));
  other.filtered.moves[30] += 1e-15;
  EXPECT_NE(hash_of(set), hash_of(other));
  const auto decoded = decode<ScenarioSet>(encode(set));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(hash_of(*decoded), hash_of(set));
}

TEST(PreparedSet, KeepsBlocksAndTurnsMovesIntoMultipliers) {
  const ScenarioSet set = random_set(21, 5);
  const auto prepared = PreparedSet::make(set);
  ASSERT_TRUE(prepared.has_value());
  const auto ranges = prepared->ranges();
  EXPECT_EQ(ranges[0].begin, 0U);
  EXPECT_EQ(ranges[1].begin, 32U);
  EXPECT_EQ(ranges[3].begin, 96U);
  const auto spot = prepared->moves(FactorKind::spot, "BTC");
  ASSERT_EQ(spot.size(), 96U);
  EXPECT_EQ(spot[0], 1.0);
  EXPECT_NEAR(spot[32 + 7], std::exp(set.stressed.moves[7 * set.factors.size()]), 1e-15);
  const auto volatility = prepared->moves(FactorKind::volatility, "BTC");
  EXPECT_EQ(volatility[7], set.filtered.moves[7 * set.factors.size() + 3]);
  EXPECT_TRUE(prepared->moves(FactorKind::spot, "DOGE").empty());
  EXPECT_EQ(prepared->hash(), hash_of(set));
}

}  // namespace
}  // namespace bulkhead::pricing
