// The shipped parameters are accepted; numbers out of range are refused by name.
#include "bulkhead/market/parameters.h"

#include <gtest/gtest.h>

#include <limits>

namespace bulkhead::market {
namespace {

template <class Change>
std::string refused_field(Change change) {
  Parameters p;
  change(p);
  const Status status = validate(p);
  return status ? "" : status.error().field;
}

TEST(MarketParameters, DefaultsAreAccepted) { EXPECT_TRUE(validate(Parameters{})); }

TEST(MarketParameters, RefusalsNameTheField) {
  EXPECT_EQ(refused_field([](Parameters& p) { p.wide_limit = 0; }), "market.wide_limit");
  EXPECT_EQ(refused_field(
                [](Parameters& p) { p.volatile_limit = std::numeric_limits<double>::quiet_NaN(); }),
            "market.volatile_limit");
  EXPECT_EQ(refused_field([](Parameters& p) { p.quorum = 4; }), "market.quorum_sources");
  EXPECT_EQ(refused_field([](Parameters& p) { p.quorum = 0; }), "market.quorum");
  EXPECT_EQ(refused_field([](Parameters& p) { p.stable_rate = 0.1; }), "market.stable_rate")
      << "1 − r·10 min would reach zero";
  EXPECT_EQ(refused_field([](Parameters& p) { p.high_ratio.exit = 2; }), "market.high_ratio");
  EXPECT_EQ(refused_field([](Parameters& p) { p.extreme_ratio = {1.5, 1.4}; }),
            "market.extreme_ratio");
  EXPECT_EQ(refused_field([](Parameters& p) { p.model_cap = 0.1; }), "market.model_cap");
}

}  // namespace
}  // namespace bulkhead::market
