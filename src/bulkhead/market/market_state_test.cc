// A market restored from its records goes on bit for bit, and the order of sources does not matter.
#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/market/market_test_support.h"

namespace bulkhead::market {
namespace {

Asset asset(const std::string& name, AssetKind kind) {
  Asset result;
  result.name = name;
  result.kind = kind;
  result.numeraire = name == "USD";
  return result;
}

Instrument instrument(const std::string& name, InstrumentKind kind) {
  Instrument result;
  result.name = name;
  result.kind = kind;
  result.underlying = "BTC";
  result.settlement = "USDC";
  result.lot_size = Decimal{1, -3};
  if (kind != InstrumentKind::perpetual) result.expiry = kStart + days(20);
  if (kind == InstrumentKind::call || kind == InstrumentKind::put) result.strike = Decimal{100, 0};
  return result;
}

Source source(const std::string& name, SubjectKind kind, const std::string& subject,
              const std::string& quote = "") {
  return {name, kind, subject, quote, Duration{}};
}

// Several kinds of sources; `order` permutes their registration.
Market build(const std::vector<std::size_t>& order) {
  Market market;
  EXPECT_TRUE(market.add(asset("USD", AssetKind::fiat)));
  EXPECT_TRUE(market.add(asset("BTC", AssetKind::coin)));
  EXPECT_TRUE(market.add(asset("USDC", AssetKind::stablecoin)));
  EXPECT_TRUE(market.add(instrument("perp", InstrumentKind::perpetual)));
  EXPECT_TRUE(market.add(instrument("future", InstrumentKind::future)));
  EXPECT_TRUE(market.add(instrument("call", InstrumentKind::call)));
  EXPECT_TRUE(market.add(instrument("put", InstrumentKind::put)));
  const std::vector<Source> sources = {
      source("a", SubjectKind::asset_price, "BTC"),
      source("b", SubjectKind::asset_price, "BTC"),
      source("c", SubjectKind::asset_price, "BTC", "USDC"),
      source("d", SubjectKind::asset_price, "USDC"),
      source("e", SubjectKind::instrument_mark, "perp"),
      source("f", SubjectKind::instrument_mark, "perp"),
      source("g", SubjectKind::instrument_mark, "future"),
      source("h", SubjectKind::implied_volatility, "call"),
      source("i", SubjectKind::implied_volatility, "BTC"),
  };
  for (const std::size_t i : order) EXPECT_TRUE(market.add(sources[i]));
  return market;
}

// A wild day: gaps, outliers, halts; observations by source name.
class Driver {
 public:
  explicit Driver(std::uint64_t seed) : random_(seed, 0) {}

  void step(const std::vector<Market*>& markets) {
    spot_ *= exp_fixed(0.01 * random_.normal());
    now_ = now_ + milliseconds(static_cast<std::int64_t>(1 + random_.below(40'000)));
    ++index_;
    const bool halt = random_.chance(0.01), resume = random_.chance(0.05);
    for (const char name : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'}) {
      if (!random_.chance(0.6)) continue;
      const double level = name == 'd' ? 1 : name >= 'h' ? 0.7 : spot_;
      const double outlier = random_.chance(0.03) ? 1.3 : 1;
      const double price = level * outlier * exp_fixed(0.002 * random_.normal());
      const double confidence = random_.chance(0.2) ? price * 0.02 * random_.uniform() : 0;
      for (Market* market : markets) {
        const SourceIndex i = market->registry().find_source(std::string(1, name));
        market->observe(i, price, confidence, now_, now_, parameters_);
      }
    }
    for (Market* market : markets) {
      if (halt) market->halt(AssetIndex(1U), now_);
      if (resume) market->resume(AssetIndex(1U));
      market->close_epoch(now_, index_, parameters_);
    }
  }

 private:
  RandomStream random_;
  Parameters parameters_;
  double spot_ = 100;
  Timestamp now_ = kStart;
  std::uint64_t index_ = 0;
};

bool same(const AssetPrice& a, const AssetPrice& b) { return encode(a) == encode(b); }

bool same(const InstrumentMark& a, const InstrumentMark& b) {
  return a.price == b.price && a.volatility == b.volatility && a.premium == b.premium &&
         a.quality == b.quality && a.origin == b.origin &&
         a.volatility_origin == b.volatility_origin;
}

void expect_same(const Epoch& a, const Epoch& b) {
  ASSERT_EQ(a.log_index, b.log_index);
  ASSERT_EQ(a.time, b.time);
  for (std::size_t i = 0; i < a.assets.size(); ++i) {
    ASSERT_TRUE(same(a.assets[i], b.assets[i])) << i;
    ASSERT_EQ(a.underlyings[i].volatility_fast, b.underlyings[i].volatility_fast);
    ASSERT_EQ(a.underlyings[i].volatility_slow, b.underlyings[i].volatility_slow);
    ASSERT_EQ(a.underlyings[i].regime, b.underlyings[i].regime);
  }
  for (std::size_t i = 0; i < a.instruments.size(); ++i) {
    ASSERT_TRUE(same(a.instruments[i], b.instruments[i])) << i;
  }
}

const std::vector<std::size_t> kInOrder = {0, 1, 2, 3, 4, 5, 6, 7, 8};

TEST(MarketState, GoesOnBitForBitFromItsRecords) {
  Market market = build(kInOrder);
  RecordStore store;
  Driver driver(5);
  for (int i = 0; i < 400; ++i) {
    store.collect(market);
    Market restored = store.restored();
    expect_same(market.epoch(), restored.epoch());
    Driver copy = driver;
    driver.step({&market});
    copy.step({&restored});
    expect_same(market.epoch(), restored.epoch());
    RecordStore after = store;
    after.collect(restored);
    store.collect(market);
    ASSERT_EQ(after.records(), store.records()) << i;
  }
}

TEST(MarketState, ObservationsBeforeTheTickAreRecordsToo) {
  Market market = build(kInOrder);
  const Parameters p;
  market.observe(SourceIndex(0U), 100, 0, kStart, kStart, p);
  RecordStore store;
  store.collect(market);
  Market restored = store.restored();
  EXPECT_EQ(restored.observe(SourceIndex(0U), 101, 0, kStart + seconds(1), kStart + seconds(1), p),
            Outcome::second_in_tick);
}

TEST(MarketState, OrderOfRegistrationDoesNotMatter) {
  Market market = build(kInOrder);
  Market other = build({8, 6, 2, 4, 1, 7, 5, 3, 0});
  Driver driver(9);
  for (int i = 0; i < 400; ++i) {
    driver.step({&market, &other});
    expect_same(market.epoch(), other.epoch());
  }
}

TEST(MarketState, RefusesRecordsThatDoNotFit) {
  Market market = build(kInOrder);
  RecordStore store;
  store.collect(market);
  Market partial;
  for (const auto& [key, value] : store.records()) {
    if (key == "market/source/00000008") continue;
    ASSERT_TRUE(partial.restore(key, value));
  }
  EXPECT_FALSE(partial.finish_restore());
  Market skipping;
  EXPECT_FALSE(skipping.restore("market/asset/00000001", {}));
  EXPECT_FALSE(skipping.restore("market/nothing", {}));
}

}  // namespace
}  // namespace bulkhead::market
