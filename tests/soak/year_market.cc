// Of the year: prices, contracts that come and expire, scenario sets.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/pricing/scenario_set.h"
#include "bulkhead/pricing/values.h"
#include "year.h"

namespace bulkhead::soak {
namespace {

namespace en = engine;

// Standard deviation of a factor over a day; a volatility falls as prices rise.
double deviation(pricing::FactorKind kind, double coin) {
  switch (kind) {
    case pricing::FactorKind::perpetual_basis:
      return 0.0005;
    case pricing::FactorKind::dated_basis:
      return 0.005;
    case pricing::FactorKind::volatility:
      return -0.06;
    default:
      return coin;
  }
}

// In cents.
Decimal price_of(double value) {
  return {std::max<std::int64_t>(1, std::llround(value * 100)), -2};
}

}  // namespace

void Year::move_prices(Duration passed) {
  const double root = std::sqrt(static_cast<double>(passed.ns) / static_cast<double>(days(1).ns));
  const double common = random_.student_t(4);
  const bool crash = random_.chance(0.0005);
  for (Coin& coin : coins_) {
    const double move = coin.volatility * root * (0.8 * common + 0.6 * random_.normal());
    coin.price *= std::exp(move + (crash ? -0.12 : 0.0));
    if (random_.chance(coin.silent ? 0.2 : 0.002)) coin.silent = !coin.silent;
  }
}

void Year::observe() {
  en::Observations batch;
  for (const Coin& coin : coins_) {
    if (coin.silent) continue;
    for (const char* source : {"a:", "b:", "c:"}) {
      if (random_.chance(0.03)) continue;
      const double off = random_.chance(0.002) ? 0.5 : 1;  // a wick of one venue
      const double price = coin.price * off * (1 + 1e-4 * random_.normal());
      batch.items.push_back({source + coin.name, price, 0, now_});
    }
    const double implied = coin.volatility * 19 * (1 + 0.02 * random_.normal());
    batch.items.push_back({"v:" + coin.name, implied, 0, now_});
  }
  if (!batch.items.empty()) send("feed", batch);
}

// Options of two weeks and, every fourth week, a future of eight; a scenario set as well.
void Year::list_week() {
  const std::int64_t week = (now_ - kBegin).ns / days(7).ns;
  if (week == week_) return;
  const bool first = week_ < 0;
  week_ = week;
  for (const Coin& coin : coins_) {
    market::Instrument made;
    made.underlying = coin.name;
    made.settlement = "USDT";
    made.lot_size = {1, -2};
    made.half_spread = 0.0005;
    if (week % 4 == 0) {
      made.kind = market::InstrumentKind::future;
      made.expiry = kBegin + days(7 * (week + 8));
      made.name = fmt::format("{}/USDT:USDT-{}", coin.name, week);
      send("venue", en::RegisterInstrument{made});
    }
    made.expiry = kBegin + days(7 * (week + 2)) + hours(8);
    for (const double moneyness : {0.85, 1.0, 1.15}) {
      made.strike = price_of(coin.price * moneyness);
      for (const bool put : {false, true}) {
        made.kind = put ? market::InstrumentKind::put : market::InstrumentKind::call;
        made.name = fmt::format("{}/USDT:USDT-{}-{}-{}", coin.name, week,
                                static_cast<int>(moneyness * 100), put ? "P" : "C");
        send("venue", en::RegisterInstrument{made});
      }
    }
  }
  if (!first) adopt();
}

// Some of them late.
void Year::expire_due() {
  const market::Registry& registry = twins_.state().registry();
  std::vector<market::Instrument> due;
  for (std::size_t i = registry.instruments().size(); i-- > 0;) {
    const market::Instrument& one = registry.instruments()[i];
    if (one.expiry == Timestamp{} || one.expiry > now_ || one.expiry < now_ - days(8)) continue;
    if (!twins_.state().positions.holders(InstrumentIndex(i)).empty()) due.push_back(one);
  }
  for (const market::Instrument& one : due) {
    if (random_.chance(0.3)) continue;
    const auto coin = std::ranges::find(coins_, one.underlying, &Coin::name);
    send("venue", en::Expire{one.name, price_of(coin->price)});
  }
}

void Year::pay_funding() {
  const std::int64_t period = (now_ - kBegin).ns / hours(8).ns;
  if (period == hours8_) return;
  hours8_ = period;
  for (const Coin& coin : coins_) {
    const auto rate = static_cast<std::int64_t>(random_.below(41)) - 20;
    send("venue", en::Funding{coin.name + "/USDT:USDT", {rate, -5}});
  }
}

void Year::adopt() {
  pricing::ScenarioSet set;
  set.as_of = now_;
  set.window_begin = now_ - days(1'000);
  set.horizon = days(1);
  set.stressed_window = "drawn";
  std::vector<double> deviations;
  for (const Coin& coin : coins_) {
    for (const auto kind : {pricing::FactorKind::spot, pricing::FactorKind::perpetual_basis,
                            pricing::FactorKind::dated_basis, pricing::FactorKind::volatility}) {
      pricing::Factor factor;
      factor.asset = coin.name;
      factor.kind = kind;
      set.factors.push_back(factor);
    }
  }
  std::ranges::sort(set.factors, {}, [](const auto& f) { return std::pair(f.asset, f.kind); });
  for (const pricing::Factor& factor : set.factors) {
    const auto coin = std::ranges::find(coins_, factor.asset, &Coin::name);
    deviations.push_back(deviation(factor.kind, coin->volatility));
  }
  const auto block = [&](std::uint32_t size, double scale) {
    pricing::ScenarioBlock made;
    std::uint64_t left = pricing::kWeightOne;
    for (std::uint32_t s = 0; s < size; ++s) {
      const std::uint64_t weight =
          s == 0 ? 0 : (s + 1 == size ? left : pricing::kWeightOne / (size - 1));
      left -= weight;
      made.weights.push_back(static_cast<std::uint32_t>(weight));
      made.dates.push_back(s == 0 ? Timestamp{} : now_ - days(std::int64_t{s}));
      const double common = random_.student_t(4);
      for (const double sigma : deviations) {
        const double move = scale * sigma * (0.8 * common + 0.6 * random_.normal());
        made.moves.push_back(s == 0 ? 0 : std::clamp(move, -0.9, 1.5));
      }
    }
    return made;
  };
  set.filtered = block(options_.scenarios / 2, 1);
  set.stressed = block(options_.scenarios / 4, 1.5);
  set.long_run = block(options_.scenarios / 4, 1.1);
  const Hash hash = pricing::hash_of(set);
  twins_.put_content(hash, encode(set));
  send("operator", en::AdoptScenarioSet{hash, set.as_of, set.window_begin});
}

}  // namespace bulkhead::soak
