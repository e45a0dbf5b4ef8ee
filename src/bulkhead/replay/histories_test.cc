// Histories from a generated market and, where it is there, from recorded data.
#include "bulkhead/replay/histories.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "bulkhead/replay/synth_market.h"

namespace bulkhead::replay {
namespace {

const pricing::Factor* find(const pricing::ScenarioSet& set, std::string_view asset) {
  for (const pricing::Factor& f : set.factors) {
    if (f.asset == asset && f.kind == pricing::FactorKind::spot) return &f;
  }
  return nullptr;
}

TEST(Histories, AGeneratedMarketFeedsTheBuilder) {
  SynthMarketPlan plan = default_market_plan(11);
  plan.end = plan.begin + days(5);
  const Result<SynthMarket> market = generate_market(plan);
  ASSERT_TRUE(market.has_value());
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "histories";
  ASSERT_TRUE(write_market(*market, root).has_value());
  std::vector<HistoryRequest> requests;
  for (const SynthSeries& series : market->series) {
    requests.push_back({series.asset, series.stablecoin, !series.stablecoin, false, true});
  }
  const auto input = load_histories(root.string(), "USDT", requests, plan.end);
  ASSERT_TRUE(input.has_value()) << to_string(input.error());
  calibration::BuilderInput at = *input;
  pricing::ScenarioSet before;
  for (int day = 0; day <= 4; ++day) {
    at.as_of = plan.begin + days(day);
    const auto built = build_scenario_set(at, {});
    ASSERT_TRUE(built.has_value()) << to_string(built.error());
    EXPECT_GE(built->set.filtered.size(), 400U);
    for (const pricing::Factor& f : built->set.factors) {
      EXPECT_EQ(f.completed, f.kind == pricing::FactorKind::volatility) << f.asset;
    }
    if (day == 0) before = built->set;
    if (day == 3) {
      // The night of the third day is in the history: the forecast knows the crash.
      EXPECT_GT(find(built->set, "ETH")->forecast, 2 * find(before, "ETH")->forecast);
    }
  }
  std::filesystem::remove_all(root);
}

// Recorded data: the window of March 2020 has no more than 950 days of BTC behind it.
TEST(Histories, RecordedDataFeedsTheBuilder) {
  const std::string root = "../shared/data";
  if (!std::filesystem::is_directory(root)) {
    if (std::getenv("CI") != nullptr) FAIL() << root << " is missing";
    GTEST_SKIP() << root << " is not there";
  }
  const HistoryRequest requests[] = {{"BTC", false, true, false, true},
                                     {"ETH", false, true, false, true},
                                     {"LUNA", false, false, false, false},
                                     {"USDC", true, false, false, false}};
  const Timestamp as_of = from_civil({2020, 3, 13});
  const auto input = load_histories(root, "USDT", requests, as_of);
  ASSERT_TRUE(input.has_value()) << to_string(input.error());
  const auto built = build_scenario_set(*input, {});
  ASSERT_TRUE(built.has_value()) << to_string(built.error());
  EXPECT_GT(built->set.filtered.size(), 750U);
  EXPECT_EQ(built->set.filtered.dates.back(), as_of - hours(1));
  EXPECT_FALSE(find(built->set, "BTC")->completed);
  EXPECT_TRUE(find(built->set, "LUNA")->completed);  // since 2019-07
  // 2020-03-12 is the last row: BTC lost about 40 %.
  EXPECT_LT(built->set.stressed.moves.size(), built->set.filtered.moves.size());
  EXPECT_GT(find(built->set, "BTC")->forecast, 0.08);
}

}  // namespace
}  // namespace bulkhead::replay
