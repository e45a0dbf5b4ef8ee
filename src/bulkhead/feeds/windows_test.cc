// The standard windows register as they stand, and against recorded data show the published lows.
#include "bulkhead/feeds/windows.h"

#include <algorithm>

#include "bulkhead/feeds/feeds_test_support.h"
#include "bulkhead/market/market.h"

namespace bulkhead::feeds {
namespace {

TEST(Windows, EveryAssetInstrumentAndBarSourceRegisters) {
  ASSERT_EQ(window_names().size(), 5U);
  for (const std::string_view name : window_names()) {
    const auto window = feeds::window(name);
    ASSERT_TRUE(window) << name;
    market::Market market;
    for (const market::Asset& asset : window->assets) {
      const auto added = market.add(asset);
      ASSERT_TRUE(added) << to_string(added.error());
    }
    for (const market::Instrument& instrument : window->instruments) {
      const auto added = market.add(instrument);
      ASSERT_TRUE(added) << to_string(added.error());
      EXPECT_TRUE(instrument.expiry.ns == 0 || instrument.expiry > window->to) << instrument.name;
    }
    for (const PlanFile& file : window->plan.files) {
      if (file.kind != FileKind::bars) continue;
      const auto added = market.add(file.source);
      ASSERT_TRUE(added) << to_string(added.error());
    }
    EXPECT_TRUE(market.registry().numeraire().valid());
    EXPECT_FALSE(window->note.empty());
  }
  EXPECT_EQ(error_of(feeds::window("dot-com-2000")).code, ErrorCode::not_found);
}

struct Extreme {
  double low = 1e300;
  double high = 0;
};

Extreme extreme_of(const FeedWindow& window, const std::string& source) {
  const auto found = std::find_if(window.sources.begin(), window.sources.end(),
                                  [&](const market::Source& s) { return s.name == source; });
  EXPECT_NE(found, window.sources.end()) << source;
  const auto index = static_cast<std::uint32_t>(found - window.sources.begin());
  Extreme extreme;
  for (const TimedObservation& o : window.observations) {
    if (o.source != index) continue;
    extreme.low = std::min(extreme.low, o.price);
    extreme.high = std::max(extreme.high, o.price);
  }
  return extreme;
}

FeedWindow loaded(std::string_view name) {
  const auto window = feeds::window(name);
  const auto result = load(window->plan, data_directory(), window->from, window->to);
  EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
  return result ? *result : FeedWindow{};
}

// Lows as printed by the venues (checked facts of the data's README).
TEST(Windows, RecordedLowsAreSeen) {
  BULKHEAD_NEED_DATA();
  const FeedWindow march = loaded("black-thursday-2020");
  EXPECT_EQ(extreme_of(march, "binance:BTC/USDT").low, 3782.13);
  EXPECT_EQ(extreme_of(march, "binance:ETH/USDT").low, 86.00);
  EXPECT_EQ(extreme_of(march, "binance:LINK/USDT").low, 0.0001) << "a wick";
  EXPECT_EQ(march.funding.size(), 93U) << "three a day";
  const FeedWindow may = loaded("terra-2022");
  EXPECT_EQ(extreme_of(may, "binance:LUNA/USDT").low, 0.00004);
  EXPECT_LE(extreme_of(may, "coinmarketcap:UST/USDT").low, 0.1331);
  const FeedWindow usdc = loaded("usdc-depeg-2023");
  EXPECT_EQ(extreme_of(usdc, "kraken:USDC/USD").low, 0.8740);
  EXPECT_EQ(extreme_of(usdc, "kraken:USDT/USD").high, 1.06);
  EXPECT_EQ(extreme_of(usdc, "binanceus:USDC/USDT").low, 0.822);
  const FeedWindow october = loaded("cascade-2025");
  EXPECT_EQ(extreme_of(october, "binance:BTC/USDT").low, 102'000);
  EXPECT_EQ(extreme_of(october, "binance:BTC/USDT:USDT").low, 101'516.5);
  EXPECT_EQ(extreme_of(october, "binance:SUI/USDT").low, 0.5597);
  const FeedWindow calm = loaded("calm-2023");
  EXPECT_LT(extreme_of(calm, "binance:BTC/USDT").low, 16'600);
  EXPECT_GT(extreme_of(calm, "binance:BTC/USDT").high, 44'000);
}

TEST(Windows, MeasuresTheMonthBeforeOnly) {
  BULKHEAD_NEED_DATA();
  auto window = feeds::window("black-thursday-2020");
  ASSERT_TRUE(measure(*window, data_directory()));
  const auto btc = std::find_if(window->assets.begin(), window->assets.end(),
                                [](const market::Asset& a) { return a.name == "BTC"; });
  EXPECT_GT(btc->initial_volatility, 0.015);  // February 2020 was quiet, March was not
  EXPECT_LT(btc->initial_volatility, 0.04);
  EXPECT_GT(btc->adv, 1e8);
  EXPECT_LT(btc->adv, 2e9);
}

}  // namespace
}  // namespace bulkhead::feeds
