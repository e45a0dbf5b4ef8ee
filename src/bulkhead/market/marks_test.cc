// Marks of perpetuals, futures and options (D4.1), by hand.
#include "bulkhead/market/marks.h"

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/market/market_test_support.h"
#include "bulkhead/market/names.h"

namespace bulkhead::market {
namespace {

class MarksTest : public MarketFixture {
 protected:
  MarksTest() {
    stale_after_ = hours(2);
    usdt_ = add_asset("USDT", AssetKind::stablecoin);
    spot_ = add_source("spot", "BTC");
    peg_ = add_source("peg", "USDT");
  }
  InstrumentIndex add_instrument(const std::string& text) {
    const InstrumentName name = *parse_instrument_name(text);
    Instrument instrument;
    instrument.name = text;
    instrument.kind = name.kind;
    instrument.underlying = name.underlying;
    instrument.settlement = name.settlement;
    instrument.inverse = name.inverse;
    instrument.lot_size = Decimal{1, 0};
    instrument.expiry = name.expiry;
    instrument.strike = name.strike;
    return *market_.add(instrument);
  }
  void spot(double btc, double usdt = 1) {
    observe(spot_, btc);
    observe(peg_, usdt);
  }
  // Unified name of something on BTC/USDT that expires some days from now at 08:00.
  static std::string dated(int days_ahead, const std::string& tail = "") {
    const CivilDate date = civil_date(kStart + days(days_ahead));
    const auto two = [](int v) { return std::string(v < 10 ? "0" : "") + std::to_string(v); };
    return "BTC/USDT:USDT-" + two(date.year % 100) + two(date.month) + two(date.day) + tail;
  }

  AssetIndex usdt_;
  SourceIndex spot_, peg_;
};

TEST_F(MarksTest, APerpetualIsObservedAndBetweenThatSpotPlusLastBasis) {
  const InstrumentIndex i = add_instrument("BTC/USDT:USDT");
  const SourceIndex perp = add_source("perp", "BTC/USDT:USDT", "", SubjectKind::instrument_mark);
  spot(100);
  observe(perp, 101);
  tick();
  EXPECT_EQ(mark(i).origin, MarkOrigin::observed);
  EXPECT_EQ(mark(i).price, 101);
  EXPECT_EQ(mark(i).quality, Quality::good);
  spot(102);
  tick();
  EXPECT_EQ(mark(i).origin, MarkOrigin::derived);
  EXPECT_EQ(mark(i).price, 102 * 1.01);
  EXPECT_EQ(mark(i).quality, Quality::good);
}

TEST_F(MarksTest, LinearMarksAreInSettlementUnitsInverseOnesInNumeraire) {
  const InstrumentIndex linear = add_instrument("BTC/USDT:USDT");
  const InstrumentIndex inverse = add_instrument("BTC/USD:BTC");
  spot(90, 0.9);
  tick();
  EXPECT_EQ(mark(linear).price, 100) << "without any source: spot";
  EXPECT_EQ(mark(inverse).price, 90);
  EXPECT_EQ(mark(inverse).origin, MarkOrigin::derived);
}

TEST_F(MarksTest, TakesTheWorstQualityOfItsInputs) {
  const InstrumentIndex linear = add_instrument("BTC/USDT:USDT");
  const InstrumentIndex inverse = add_instrument("BTC/USD:BTC");
  spot(100);
  tick();
  observe(spot_, 100);
  observe(peg_, 1, 0.02);
  const EpochChange& change = tick();
  EXPECT_EQ(mark(linear).quality, Quality::wide);
  EXPECT_EQ(mark(inverse).quality, Quality::good);
  ASSERT_EQ(change.instruments.size(), 1U);
  EXPECT_EQ(change.instruments[0].instrument, linear);
}

TEST_F(MarksTest, AMarkFarFromItsIndexIsCutToTheBand) {
  const InstrumentIndex i = add_instrument("BTC/USDT:USDT");
  const SourceIndex perp = add_source("perp", "BTC/USDT:USDT", "", SubjectKind::instrument_mark);
  spot(100);
  observe(perp, 50);
  tick();
  EXPECT_EQ(mark(i).price, 90);
  EXPECT_EQ(mark(i).quality, Quality::volatile_);
  spot(100);
  tick();
  EXPECT_EQ(mark(i).price, 90) << "the derived one too";
  EXPECT_EQ(mark(i).quality, Quality::volatile_);
}

TEST_F(MarksTest, WhenItsSourcesAreStaleTheLastBasisStandsAsStale) {
  const InstrumentIndex i = add_instrument("BTC/USDT:USDT");
  const SourceIndex perp = add_source("perp", "BTC/USDT:USDT", "", SubjectKind::instrument_mark);
  spot(100);
  tick();
  EXPECT_EQ(mark(i).quality, Quality::stale) << "registered, never observed";
  spot(100);
  observe(perp, 98);
  tick(hours(1));
  spot(100);
  tick(hours(1) + seconds(1));
  spot(110);
  tick();
  EXPECT_EQ(mark(i).quality, Quality::stale);
  EXPECT_EQ(mark(i).price, 110 * 0.98);
}

TEST_F(MarksTest, SeveralSourcesOneOfThemLate) {
  const InstrumentIndex i = add_instrument("BTC/USDT:USDT");
  const SourceIndex a = add_source("a", "BTC/USDT:USDT", "", SubjectKind::instrument_mark);
  const SourceIndex b = add_source("b", "BTC/USDT:USDT", "", SubjectKind::instrument_mark);
  spot(100);
  observe(a, 101);
  observe(b, 101);
  tick();
  spot(200);
  observe(b, 204);
  tick();
  EXPECT_EQ(mark(i).price, 203) << "a counts as its basis on today's spot: 202";
  EXPECT_EQ(mark(i).origin, MarkOrigin::observed);
}

TEST_F(MarksTest, AnOptionsForwardComesFromItsExpirysFuture) {
  const InstrumentIndex near = add_instrument(dated(30));
  const InstrumentIndex call = add_instrument(dated(30, "-100-C"));
  const InstrumentIndex later = add_instrument(dated(61, "-100-P"));
  const SourceIndex f =
      add_source("f", market_.registry()[near].name, "", SubjectKind::instrument_mark);
  spot(100);
  tick();
  EXPECT_EQ(mark(call).price, 100) << "no basis known: spot";
  spot(100);
  observe(f, 102);
  tick();
  EXPECT_EQ(mark(call).price, 102);
  const double years_near = (market_.registry()[near].expiry - market_.epoch().time).seconds();
  const double years_later = (market_.registry()[later].expiry - market_.epoch().time).seconds();
  EXPECT_DOUBLE_EQ(mark(later).price, 100 * pow_fixed(1.02, years_later / years_near));
}

TEST_F(MarksTest, VolatilityIsObservedElseTheAssetsNodeElseTheModels) {
  const InstrumentIndex call = add_instrument(dated(30, "-110-C"));
  spot(100);
  tick();
  EXPECT_EQ(mark(call).volatility_origin, MarkOrigin::model);
  EXPECT_DOUBLE_EQ(mark(call).volatility, 1.15 * sqrt_fixed(365 * 0.0016));
  const SourceIndex node = add_source("dvol", "BTC", "", SubjectKind::implied_volatility);
  spot(100);
  observe(node, 0.9);
  tick();
  EXPECT_EQ(mark(call).volatility_origin, MarkOrigin::derived);
  EXPECT_EQ(mark(call).volatility, 0.9);
  const SourceIndex own =
      add_source("own", market_.registry()[call].name, "", SubjectKind::implied_volatility);
  spot(100);
  observe(own, 0.8);
  tick();
  EXPECT_EQ(mark(call).volatility_origin, MarkOrigin::observed);
  EXPECT_EQ(mark(call).volatility, 0.8);
  const double t = (market_.registry()[call].expiry - market_.epoch().time).seconds();
  EXPECT_EQ(mark(call).premium, black76(true, 100, 110, 0.8 * sqrt_years(t)));
  now_ = now_ + hours(3);
  spot(100);
  tick();
  EXPECT_EQ(mark(call).volatility, 0.8) << "the last one stands";
  EXPECT_EQ(mark(call).quality, Quality::stale);
}

TEST_F(MarksTest, ALinearOptionsStrikeIsInSettlementUnits) {
  const InstrumentIndex call = add_instrument(dated(30, "-110-C"));
  spot(90, 0.9);
  tick();
  const double t = (market_.registry()[call].expiry - market_.epoch().time).seconds();
  const double v = mark(call).volatility * sqrt_years(t);
  EXPECT_EQ(mark(call).price, 90);
  EXPECT_NEAR(mark(call).premium, 0.9 * black76(true, 100, 110, v), 1e-13);
}

TEST_F(MarksTest, AfterExpiryAFutureIsSpotAndAnOptionIntrinsic) {
  const InstrumentIndex future = add_instrument(dated(1));
  const InstrumentIndex call = add_instrument(dated(1, "-80-C"));
  const SourceIndex f =
      add_source("f", market_.registry()[future].name, "", SubjectKind::instrument_mark);
  spot(100);
  observe(f, 101);
  tick(days(3));
  spot(105);
  tick();
  EXPECT_EQ(mark(future).price, 105);
  EXPECT_EQ(mark(call).premium, 25);
}

}  // namespace
}  // namespace bulkhead::market
