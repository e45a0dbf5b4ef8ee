// Bars and their observations, and what is refused with file, line, column and value.
#include "bulkhead/feeds/bars.h"

#include "bulkhead/feeds/feeds_test_support.h"

namespace bulkhead::feeds {
namespace {

const std::string kHeader = "ts_ms,open,high,low,close,volume\n";

class BarsTest : public FeedsFixture {
 protected:
  Result<BarSeries> read(const std::string& rows, const BarOptions& options = {}) {
    return read_bars(write("bars.csv", kHeader + rows), options);
  }
  // Code, and that the error names line and column and value.
  void expect_refused(const std::string& rows, ErrorCode code, const std::string& where,
                      const std::string& value, const BarOptions& options = {}) {
    const Error error = error_of(read(rows, options));
    EXPECT_EQ(error.code, code) << rows << to_string(error);
    EXPECT_EQ(error.field, path("bars.csv") + where) << rows;
    EXPECT_EQ(error.value, value) << rows;
  }
};

TEST_F(BarsTest, DetectsTheLengthAndKeepsGaps) {
  const auto series = read(
      "1600000000000,10,12,9,11,5\n1600003600000,11,11,11,11,0\n"
      "1600014400000,11,13,10,12,7\n");
  ASSERT_TRUE(series);
  EXPECT_EQ(series->length, hours(1));
  EXPECT_EQ(series->bars.size(), 3U);
  EXPECT_EQ(series->gaps, 1U);
  EXPECT_EQ(series->bars[0].close_time, from_unix_ms(1'600'003'600'000));
}

TEST_F(BarsTest, StampedAtCloseShiftsTheWholeBar) {
  BarOptions options;
  options.stamped_at_close = true;
  const auto series = read("1600000060000,1,1,1,1,1\n1600000120000,1,1,1,1,1\n", options);
  ASSERT_TRUE(series);
  EXPECT_EQ(series->bars[0].open_time, from_unix_ms(1'600'000'000'000));
  EXPECT_EQ(series->bars[0].close_time, from_unix_ms(1'600'000'060'000));
}

TEST_F(BarsTest, AWindowKeepsBarsThatReachIntoIt) {
  BarOptions options;
  options.from = from_unix_ms(1'600'000'060'000);
  options.to = from_unix_ms(1'600'000'120'001);
  const auto series = read(
      "1600000000000,1,1,1,1,1\n1600000060000,2,2,2,2,1\n"
      "1600000120000,3,3,3,3,1\n1600000180000,4,4,4,4,1\n",
      options);
  ASSERT_EQ(series->bars.size(), 2U);
  EXPECT_EQ(series->bars[0].open, 2);
}

TEST_F(BarsTest, ReadsDaysBySymbol) {
  const std::string file = write("daily.csv",
                                 "date,symbol,open,high,low,close,volume_usd\n"
                                 "2022-05-08,UST,1,1.01,0.98,0.99,5\n"
                                 "2022-05-09,UST,0.99,1,0.7,0.8,5\n"
                                 "2022-05-08,USDT,1,1,1,1,5\n");
  BarOptions options;
  options.symbol = "UST";
  const auto series = read_bars(file, options);
  ASSERT_TRUE(series);
  EXPECT_EQ(series->length, days(1));
  EXPECT_EQ(series->bars[1].low, 0.7);
  EXPECT_EQ(error_of(read_bars(file, {})).code, ErrorCode::feed_malformed);
  options.symbol = "DAI";
  EXPECT_EQ(error_of(read_bars(file, options)).code, ErrorCode::feed_truncated);
}

TEST_F(BarsTest, RefusesRowsWithOneClearError) {
  const std::string good = "1600000000000,10,12,9,11,5\n";
  expect_refused(good + "1600003600000,10,12,9,x,5\n", ErrorCode::feed_bad_number, ":3: close",
                 "x");
  expect_refused("1600000000000,nan,12,9,11,5\n", ErrorCode::feed_bad_number, ":2: open", "nan");
  expect_refused("1600000000000,inf,12,9,11,5\n", ErrorCode::feed_bad_number, ":2: open", "inf");
  expect_refused("1600000000000,1e999,12,9,11,5\n", ErrorCode::feed_bad_number, ":2: open",
                 "1e999");
  expect_refused("1600000000000, 10,12,9,11,5\n", ErrorCode::feed_bad_number, ":2: open", " 10");
  expect_refused("1600000000000,,12,9,11,5\n", ErrorCode::feed_bad_number, ":2: open", "");
  expect_refused("1600000000000,10,12,0,11,5\n", ErrorCode::feed_bad_price, ":2: low", "0");
  expect_refused("1600000000000,10,12,-9,11,5\n", ErrorCode::feed_bad_price, ":2: low", "-9");
  expect_refused("1600000000000,10,12,10.5,11,5\n", ErrorCode::feed_bad_price, ":2: low", "10.5");
  expect_refused("1600000000000,10,10.5,9,11,5\n", ErrorCode::feed_bad_price, ":2: high", "10.5");
  expect_refused("1600000000000,10,12,9,11,-5\n", ErrorCode::feed_bad_number, ":2: volume", "-5");
  expect_refused(good + good, ErrorCode::feed_duplicate_time, ":3: ts_ms", "1600000000000");
  expect_refused(good + "1599996400000,10,12,9,11,5\n", ErrorCode::feed_out_of_order, ":3: ts_ms",
                 "1599996400000");
  expect_refused("1600000000,10,12,9,11,5\n", ErrorCode::feed_malformed, ":2: ts_ms", "1600000000");
  expect_refused(good + "1600003600000,10,12,9\n", ErrorCode::feed_malformed, ":3", "4 fields");
}

TEST_F(BarsTest, RefusesTheFutureAndWhatIsOffTheGrid) {
  const std::string rows = "1600000000000,1,1,1,1,1\n1600003600000,1,1,1,1,1\n";
  BarOptions options;
  options.not_after = from_unix_ms(1'600'007'199'999);
  expect_refused(rows, ErrorCode::feed_future_time, ":3", "2020-09-13T14:26:40Z", options);
  options.not_after = from_unix_ms(1'600'007'200'000);
  EXPECT_TRUE(read(rows, options));
  expect_refused(rows + "1600009000000,1,1,1,1,1\n1600010000000,1,1,1,1,1\n",
                 ErrorCode::feed_malformed, ":3", "2020-09-13T13:26:40Z");
}

TEST_F(BarsTest, RefusesFilesWithoutTheColumns) {
  EXPECT_EQ(error_of(read_bars(write("e.csv", ""), {})).code, ErrorCode::feed_truncated);
  EXPECT_EQ(error_of(read_bars(write("c.csv", "ts_ms,open,high,low\n"), {})).code,
            ErrorCode::feed_malformed);
  EXPECT_EQ(error_of(read_bars(write("d.csv", "ts_ms,open,high,low,close,open\n"), {})).code,
            ErrorCode::feed_malformed);
  EXPECT_EQ(error_of(read("1600000000000,1,1,1,1,1\n")).code, ErrorCode::feed_truncated)
      << "one row has no length";
}

Bar bar(Duration length, double open, double high, double low, double close) {
  return {from_unix_ms(1'600'000'000'000),
          from_unix_ms(1'600'000'000'000) + length,
          open,
          high,
          low,
          close,
          1};
}

TEST(Observations, LowBeforeHighIfItClosesUpElseHighBeforeLow) {
  const Bar up = bar(minutes(15), 10, 12, 9, 11);
  const auto rising = observations_of(up);
  EXPECT_EQ(rising[0].time, up.open_time);
  EXPECT_EQ(rising[0].price, 10);
  EXPECT_EQ(rising[1].time, up.open_time + minutes(5));
  EXPECT_EQ(rising[1].price, 9);
  EXPECT_EQ(rising[2].time, up.open_time + minutes(10));
  EXPECT_EQ(rising[2].price, 12);
  EXPECT_EQ(rising[3].time, up.close_time);
  EXPECT_EQ(rising[3].price, 11);
  const auto falling = observations_of(bar(minutes(15), 10, 12, 8, 9));
  EXPECT_EQ(falling[1].price, 12);
  EXPECT_EQ(falling[2].price, 8);
  for (const PricePoint& point : falling) EXPECT_EQ(point.confidence, 0);
}

TEST(Observations, CoarseBarsAreAtBestWide) {
  for (const PricePoint& point : observations_of(bar(hours(1), 100, 120, 80, 110))) {
    EXPECT_EQ(point.confidence, 0);
  }
  for (const PricePoint& point : observations_of(bar(hours(4), 100, 120, 80, 110))) {
    EXPECT_EQ(point.confidence, 20);
  }
  EXPECT_EQ(observations_of(bar(days(1), 1, 1, 1, 1))[3].confidence, 0.01);
}

TEST(Measures, ByHandAndNeverAcrossAGap) {
  BarSeries series;
  series.length = hours(12);
  const Timestamp t = from_unix_ms(1'600'000'000'000);
  const auto add = [&](int slot, double close) {
    const Timestamp open = t + hours(12) * slot;
    series.bars.push_back({open, open + hours(12), close, close, close, close, 2});
  };
  add(0, 100);
  add(1, 110);
  add(2, 100);
  add(5, 1'000);                                              // after a gap
  EXPECT_NEAR(realised_volatility(series), 0.1347889, 1e-6);  // ln 1.1·√2
  EXPECT_EQ(average_daily_volume(series), 2 * (100 + 110 + 100 + 1'000) / 2.0);
}

}  // namespace
}  // namespace bulkhead::feeds
