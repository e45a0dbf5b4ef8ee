// A small market for the tests of pricing and of the rooms below it: a numéraire, a stablecoin, two
// coins, contracts of every kind, and a scenario set drawn from a seed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "bulkhead/base/random.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::pricing {

struct TestMarket {
  market::Registry registry;
  market::Epoch epoch;
  AssetIndex usd, usdt, btc, eth;
  InstrumentIndex perpetual, inverse, future, call, inverse_put, eth_perpetual, expiring_call,
      expiring_future;

  static constexpr Timestamp kNow{1'700'000'000'000'000'000};

  TestMarket() {
    epoch.time = kNow;
    usd = asset("USD", market::AssetKind::fiat, true, 6, 0, 1.0);
    usdt = asset("USDT", market::AssetKind::stablecoin, false, 6, 4, 0.999);
    btc = asset("BTC", market::AssetKind::coin, false, 8, 3, 60'000.0);
    eth = asset("ETH", market::AssetKind::coin, false, 18, 12, 3'000.0);
    using market::InstrumentKind;
    const Timestamp later = kNow + days(45);
    const Timestamp soon = kNow + hours(12);
    perpetual = contract("BTC-PERP", InstrumentKind::perpetual, "BTC", "USDT", false, {1, -3}, {},
                         {}, 60'120.0, 0);
    inverse = contract("BTC-INVERSE", InstrumentKind::perpetual, "BTC", "BTC", true, {100, 0}, {},
                       {}, 60'030.0, 0);
    future = contract("BTC-FUTURE", InstrumentKind::future, "BTC", "USDT", false, {1, -2}, later,
                      {}, 61'000.0, 0);
    call = contract("BTC-CALL", InstrumentKind::call, "BTC", "USDT", false, {1, -1}, later,
                    {65'000, 0}, 60'900.0, 0.55);
    inverse_put = contract("BTC-PUT", InstrumentKind::put, "BTC", "BTC", true, {1, -1}, later,
                           {55'000, 0}, 60'900.0, 0.60);
    eth_perpetual = contract("ETH-PERP", InstrumentKind::perpetual, "ETH", "USDT", false, {1, -2},
                             {}, {}, 3'004.0, 0);
    expiring_call = contract("BTC-CALL-SOON", InstrumentKind::call, "BTC", "USDT", false, {1, -1},
                             soon, {61'000, 0}, 60'010.0, 0.50);
    expiring_future = contract("BTC-FUTURE-SOON", InstrumentKind::future, "BTC", "USDT", false,
                               {1, -2}, soon, {}, 60'080.0, 0);
  }

  AssetIndex asset(std::string name, market::AssetKind kind, bool numeraire, std::uint32_t decimals,
                   std::uint32_t lot_exponent, double price) {
    market::Asset a;
    a.name = std::move(name);
    a.kind = kind;
    a.numeraire = numeraire;
    a.decimals = decimals;
    a.valuation_lot_exponent = lot_exponent;
    a.half_spread = numeraire ? 0 : 0.0005;
    a.adv = numeraire ? 0 : 1e9;
    const Result<AssetIndex> index = registry.add(a);
    EXPECT_TRUE(index.has_value());
    market::AssetPrice p;
    p.mid = p.low = p.high = p.stable = p.aggregate = price;
    p.quality = market::Quality::good;
    epoch.assets.push_back(p);
    epoch.underlyings.push_back({0.03, 0.035, market::Regime::normal});
    return *index;
  }

  InstrumentIndex contract(std::string name, market::InstrumentKind kind, std::string underlying,
                           std::string settlement, bool inverse_contract, Decimal size,
                           Timestamp expiry, Decimal strike, double price, double volatility) {
    market::Instrument i;
    i.name = std::move(name);
    i.kind = kind;
    i.underlying = std::move(underlying);
    i.settlement = std::move(settlement);
    i.inverse = inverse_contract;
    i.lot_size = size;
    i.expiry = expiry;
    i.strike = strike;
    i.half_spread = 0.0002;
    const Result<InstrumentIndex> index = registry.add(i);
    EXPECT_TRUE(index.has_value()) << (index ? "" : to_string(index.error()));
    market::InstrumentMark mark;
    mark.price = price;
    mark.volatility = volatility;
    mark.quality = market::Quality::good;
    mark.origin = market::MarkOrigin::observed;
    epoch.instruments.push_back(mark);
    return *index;
  }
};

inline ScenarioBlock random_block(std::size_t size, const std::vector<Factor>& factors,
                                  double scale, RandomStream& random) {
  ScenarioBlock block;
  std::uint64_t left = kWeightOne;
  for (std::size_t s = 0; s < size; ++s) {
    std::uint64_t weight = 0;
    if (s > 0)
      weight = s + 1 == size ? left : kWeightOne / (size - 1) * (50 + random.below(100)) / 160;
    left -= weight;
    block.weights.push_back(static_cast<std::uint32_t>(weight));
    block.dates.push_back(TestMarket::kNow - days(static_cast<std::int64_t>(s)));
    const double common = random.normal();
    for (const Factor& factor : factors) {
      const double move = 0.8 * common + 0.6 * random.normal();
      double sigma = 0.04;
      if (factor.kind == FactorKind::perpetual_basis) sigma = 0.001;
      if (factor.kind == FactorKind::dated_basis) sigma = 0.02;
      if (factor.kind == FactorKind::volatility) sigma = -0.10;
      if (factor.asset == "USDT") sigma = 0.001;
      block.moves.push_back(s == 0 ? 0.0 : scale * sigma * move);
    }
  }
  return block;
}

// S scenarios in each block with uneven weights; horizon one day.
inline ScenarioSet random_set(std::size_t size, std::uint64_t seed) {
  ScenarioSet set;
  set.as_of = TestMarket::kNow;
  set.window_begin = TestMarket::kNow - days(1000);
  set.horizon = days(1);
  set.stressed_window = "drawn";
  const auto add = [&set](const char* asset, FactorKind kind) {
    Factor factor;
    factor.asset = asset;
    factor.kind = kind;
    set.factors.push_back(factor);
  };
  for (const char* coin : {"BTC", "ETH"}) {
    add(coin, FactorKind::spot);
    add(coin, FactorKind::perpetual_basis);
    add(coin, FactorKind::dated_basis);
    add(coin, FactorKind::volatility);
  }
  add("USDT", FactorKind::spot);
  RandomStream random(seed, 0);
  set.filtered = random_block(size, set.factors, 1.0, random);
  set.stressed = random_block(size, set.factors, 2.0, random);
  set.long_run = random_block(size, set.factors, 1.2, random);
  return set;
}

}  // namespace bulkhead::pricing
