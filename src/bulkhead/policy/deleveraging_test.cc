#include "bulkhead/policy/deleveraging.h"

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

std::vector<std::uint32_t> order_of(std::vector<Winner> winners) {
  std::vector<std::uint32_t> order;
  for (const Winner& winner : deleveraging_order(std::move(winners))) {
    order.push_back(winner.account);
  }
  return order;
}

TEST(Deleveraging, RanksByGainOverEquity) {
  EXPECT_EQ(order_of({{1, usd(100), usd(1000), 5}, {2, usd(50), usd(100), 5}}),
            (std::vector<std::uint32_t>{2, 1}));
}

TEST(Deleveraging, LeavesOutWhoHasNotGained) {
  EXPECT_EQ(order_of({{1, usd(0), usd(10), 5}, {2, usd(-3), usd(10), 5}, {3, usd(1), usd(10), 5}}),
            (std::vector<std::uint32_t>{3}));
}

TEST(Deleveraging, WithoutEquityStandsFirstAndEqualsByGainThenAccount) {
  EXPECT_EQ(order_of({{4, usd(10), usd(20), 1},
                      {3, usd(10), usd(20), 1},
                      {2, usd(20), usd(40), 1},
                      {1, usd(1), usd(-5), 1},
                      {0, usd(2), usd(0), 1}}),
            (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
}

TEST(Deleveraging, NobodyPaysWhileTheFundsDo) {
  EXPECT_EQ(bankruptcy_shift(usd(-100), usd(100), usd(10'000), 500), 0);
  EXPECT_EQ(bankruptcy_shift(usd(5), usd(0), usd(10'000), 500), 0);
}

TEST(Deleveraging, TheShiftMakesGoodWhatTheFundsDoNotInsideTheBand) {
  EXPECT_DOUBLE_EQ(bankruptcy_shift(usd(-300), usd(100), usd(10'000), 500), 0.02);
  EXPECT_DOUBLE_EQ(bankruptcy_shift(usd(-3'000), usd(100), usd(10'000), 500), 0.05);
  EXPECT_EQ(bankruptcy_shift(usd(-300), usd(0), usd(0), 500), 0);
}

}  // namespace
}  // namespace bulkhead::policy
