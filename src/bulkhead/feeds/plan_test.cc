// Merging of files into one window, funding, option chains, and look-ahead.
#include "bulkhead/feeds/plan.h"

#include "bulkhead/feeds/feeds_test_support.h"
#include "bulkhead/feeds/funding.h"
#include "bulkhead/feeds/option_chain.h"

namespace bulkhead::feeds {
namespace {

const Timestamp kStart = from_unix_ms(1'600'000'200'000);

std::string row(int minute, double open, double high, double low, double close, int volume = 1) {
  return std::to_string(1'600'000'200'000 + minute * 60'000LL) + "," + std::to_string(open) + "," +
         std::to_string(high) + "," + std::to_string(low) + "," + std::to_string(close) + "," +
         std::to_string(volume) + "\n";
}

std::vector<double> prices_of(const std::vector<TimedObservation>& observations) {
  std::vector<double> prices;
  for (const TimedObservation& o : observations) prices.push_back(o.price);
  return prices;
}

class PlanTest : public FeedsFixture {
 protected:
  PlanFile bars(const std::string& source, const std::string& rows) {
    write(source + ".csv", "ts_ms,open,high,low,close,volume\n" + rows);
    PlanFile file;
    file.file = source + ".csv";
    file.source.name = source;
    file.source.subject = "BTC";
    file.bar_length = minutes(3);
    return file;
  }
  Result<FeedWindow> load_all(const FeedPlan& plan, Duration length = hours(1)) {
    return load(plan, path("."), kStart, kStart + length);
  }
};

TEST_F(PlanTest, MergesByTimeThenSourceName) {
  FeedPlan plan;
  plan.files = {bars("b", row(0, 10, 12, 9, 11)), bars("a", row(0, 20, 22, 19, 21))};
  const auto window = load_all(plan);
  ASSERT_TRUE(window);
  ASSERT_EQ(window->sources.size(), 2U);
  EXPECT_EQ(window->sources[0].name, "a");
  EXPECT_EQ(window->sources[0].stale_after, minutes(6)) << "two bars";
  ASSERT_EQ(window->observations.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(window->observations[i].source, i % 2);
    EXPECT_EQ(window->observations[i].time, kStart + minutes(static_cast<std::int64_t>(i / 2)));
  }
}

TEST_F(PlanTest, ACloseStandsAtTheNextBarsOpen) {
  FeedPlan plan;
  plan.files = {bars("a", row(0, 10, 12, 9, 11) + row(3, 11.5, 12, 9, 10) + row(9, 7, 8, 6, 7))};
  const auto window = load_all(plan);
  ASSERT_TRUE(window);
  const std::vector<double> prices = prices_of(window->observations);
  EXPECT_EQ(prices, (std::vector<double>{10, 9, 12, 11, 12, 9, 10, 7, 6, 8, 7}));
  EXPECT_EQ(window->files[0].gaps, 1U);
}

TEST_F(PlanTest, TheWindowIsHalfOpenAndNothingLaterIsUsed) {
  FeedPlan plan;
  plan.files = {bars("a", row(-3, 5, 6, 5, 6) + row(0, 10, 12, 9, 11) + row(3, 1, 1, 1, 1))};
  const auto window = load_all(plan, minutes(3));
  ASSERT_TRUE(window);
  const std::vector<double> prices = prices_of(window->observations);
  EXPECT_EQ(prices, (std::vector<double>{6, 9, 12})) << "the close before stands at the start";
}

TEST_F(PlanTest, AFileShiftedByABarShiftsEveryObservation) {
  FeedPlan plan;
  plan.files = {bars("a", row(3, 10, 12, 9, 11) + row(6, 11, 13, 8, 9))};
  const auto before = load_all(plan);
  plan.files = {bars("a", row(6, 10, 12, 9, 11) + row(9, 11, 13, 8, 9))};
  const auto after = load_all(plan);
  ASSERT_TRUE(before && after);
  ASSERT_EQ(before->observations.size(), after->observations.size());
  for (std::size_t i = 0; i < before->observations.size(); ++i) {
    EXPECT_EQ(after->observations[i].time, before->observations[i].time + minutes(3));
    EXPECT_EQ(after->observations[i].price, before->observations[i].price);
  }
}

TEST_F(PlanTest, ABarWithoutTradesIsNotObserved) {
  FeedPlan plan;
  plan.files = {bars("a", row(0, 10, 10, 10, 10) + row(3, 10, 10, 10, 10, 0))};
  EXPECT_EQ(load_all(plan)->observations.size(), 4U);
}

TEST_F(PlanTest, EndsOnlyLeavesOutLowAndHigh) {
  FeedPlan plan;
  plan.files = {bars("a", row(0, 10, 12, 9, 11) + row(3, 11, 12, 9, 10))};
  plan.files[0].ends_only = true;
  const auto window = load_all(plan);
  ASSERT_TRUE(window);
  const std::vector<double> prices = prices_of(window->observations);
  EXPECT_EQ(prices, (std::vector<double>{10, 11, 10}));
}

TEST_F(PlanTest, LastOfEachStepLeavesOnePerTickAndSource) {
  FeedPlan plan;
  plan.files = {bars("a", row(0, 10, 12, 9, 11)), bars("b", row(0, 20, 22, 19, 21))};
  const auto window = load_all(plan);
  ASSERT_TRUE(window);
  const auto kept = last_of_each_step(window->observations, kStart, minutes(2));
  const std::vector<double> prices = prices_of(kept);
  EXPECT_EQ(prices, (std::vector<double>{10, 20, 12, 22, 11, 21}));
}

TEST_F(PlanTest, RefusesASourceTwiceAndFilesThatAreNotThere) {
  FeedPlan plan;
  plan.files = {bars("a", row(0, 1, 1, 1, 1)), bars("a", row(0, 1, 1, 1, 1))};
  EXPECT_EQ(error_of(load_all(plan)).code, ErrorCode::name_taken);
  plan.files = {bars("a", row(0, 1, 1, 1, 1))};
  plan.files[0].file = "nothing.csv";
  EXPECT_EQ(error_of(load_all(plan)).code, ErrorCode::feed_unreadable);
}

TEST_F(PlanTest, FundingInItsThreeForms) {
  const Timestamp none;
  const auto plain =
      read_funding(write("p.csv", "ts_ms,funding_rate\n1600000000000,-0.00375\n"), "", none, none);
  ASSERT_TRUE(plain);
  EXPECT_EQ((*plain)[0].rate, -0.00375);
  const std::string multi = write("m.csv",
                                  "ts_ms,symbol,funding_rate\n1600000000000,A,0.1\n"
                                  "1600000000000,B,0.2\n1600003600000,B,0.3\n");
  EXPECT_EQ(read_funding(multi, "B", none, none)->size(), 2U);
  EXPECT_EQ(error_of(read_funding(multi, "", none, none)).code, ErrorCode::feed_malformed);
  const std::string eight = write("e.csv",
                                  "window_start_ms,funding_time_ms,spot_open,funding_rate\n"
                                  "1600000000000,1600028800000,5,0.0001\n");
  EXPECT_EQ((*read_funding(eight, "", none, none))[0].time, from_unix_ms(1'600'028'800'000));
  EXPECT_EQ(error_of(read_funding(write("b.csv", "ts_ms,funding_rate\n1600000000000,1.5\n"), "",
                                  none, none))
                .code,
            ErrorCode::feed_bad_number);
}

const char* const kTickers =
    "timestamp,instrument_name,expiry_ms,strike,option_type,underlying_index,underlying_price,"
    "index_price,mark_price,mark_iv,bid_iv,ask_iv,open_interest,bids\n";

// Rows of ../shared/data/options/deribit_btc_chain_2021-02-11, shortened.
TEST_F(PlanTest, ReadsAnOptionChainWithQuotedFields) {
  const std::string file = write(
      "chain.csv",
      std::string(kTickers) +
          "1613068684681,BTC-12FEB21-32500-P,1613116800000,32500.0,P,BTC-12FEB21,45253.31,47817.45,"
          "7.38e-06,249.83,0.0,439.99,3.5,\"[[0.1, 100.0]]\"\n"
          "1613068630297,BTC-12FEB21-32500-C,1613116800000,32500.0,C,BTC-12FEB21,45257.95,47797.09,"
          "0.28186091,249.78,200.0,240.0,153.0,[]\n");
  const auto quotes = read_option_chain(file, {}, {});
  ASSERT_TRUE(quotes) << to_string(quotes.error());
  ASSERT_EQ(quotes->size(), 2U);
  EXPECT_EQ((*quotes)[0].deribit_name, "BTC-12FEB21-32500-C") << "by time";
  EXPECT_DOUBLE_EQ((*quotes)[0].mark_volatility, 2.4978);
  FeedPlan plan;
  PlanFile chain;
  chain.kind = FileKind::option_chain;
  chain.file = "chain.csv";
  chain.source.name = "deribit";
  chain.source.stale_after = hours(1);
  plan.files = {chain};
  plan.options = {"BTC/USD:BTC-210212-32500-C", "BTC/USD:BTC-210212"};
  const auto window =
      load(plan, path("."), from_unix_ms(1'613'000'000'000), from_unix_ms(1'614'000'000'000));
  ASSERT_TRUE(window);
  ASSERT_EQ(window->sources.size(), 2U);
  EXPECT_EQ(window->sources[0].name, "deribit:BTC-12FEB21");
  EXPECT_EQ(window->sources[0].kind, market::SubjectKind::instrument_mark);
  EXPECT_EQ(window->sources[1].name, "deribit:BTC-12FEB21-32500-C:iv");
  ASSERT_EQ(window->observations.size(), 3U);
  EXPECT_EQ(window->observations[0].price, 45'257.95);
  EXPECT_DOUBLE_EQ(window->observations[1].confidence, 0.2);
}

TEST_F(PlanTest, RefusesChainRowsThatContradictTheirName) {
  const auto read = [&](const std::string& row) {
    return error_of(read_option_chain(write("c.csv", kTickers + row + "\n"), {}, {})).field;
  };
  const std::string tail = ",X,1,1,1,50,0,0,1,[]";
  const std::string at = path("c.csv") + ":2: ";
  EXPECT_EQ(read("1613068630297,BTC-12FEB21-32500-C,0,32600,C" + tail), at + "strike");
  EXPECT_EQ(read("1613068630297,BTC-12FEB21-32500-C,0,32500,P" + tail), at + "option_type");
  EXPECT_EQ(read("1613068630297,BTC-12FEB21,0,32500,C" + tail), at + "instrument_name");
}

}  // namespace
}  // namespace bulkhead::feeds
