#include "crowd_market.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/policy/defaults.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::bench {
namespace {

namespace en = engine;

constexpr double kDailyVolatility = 0.6 / 19;  // of every coin in the drawn scenarios
constexpr double kImplied = 0.7;               // yearly, at the start
constexpr double kImpliedSlope = 1.5;          // its relative rise per relative fall of the price
constexpr double kSourceNoise = 2e-5;          // between the two sources of a price

// Standard deviation of a factor over the horizon; a volatility falls as prices rise.
double deviation(pricing::FactorKind kind) {
  switch (kind) {
    case pricing::FactorKind::perpetual_basis:
      return 0.0005;
    case pricing::FactorKind::dated_basis:
      return 0.01;
    case pricing::FactorKind::volatility:
      return -0.06;
    default:
      return kDailyVolatility;
  }
}

}  // namespace

CrowdMarket::CrowdMarket(CrowdEngines& engines, CrowdShape shape, std::vector<CoinPath> paths,
                         Timestamp start, RandomStream& random)
    : engines_(engines), shape_(shape), paths_(std::move(paths)), start_(start), random_(random) {}

Status CrowdMarket::found() {
  const Timestamp now = bar_time(0);
  en::Genesis genesis;
  genesis.venue = "crowd";
  genesis.parameters = policy::default_parameters();
  for (const auto& [name, role] : {std::pair{"operator", en::Role::operator_},
                                   {"venue", en::Role::venue},
                                   {"feed", en::Role::feed}}) {
    genesis.persons.push_back({name, role, Hash{1}, "", {}});
  }
  genesis.persons.push_back({"member", en::Role::member, Hash{1}, "member", {}});
  BULKHEAD_TRY_STATUS(engines_.send(now, "operator", genesis));
  market::Asset dollar;
  dollar.name = "USDT";
  dollar.kind = market::AssetKind::stablecoin;
  dollar.numeraire = true;
  dollar.decimals = 6;
  BULKHEAD_TRY_STATUS(engines_.send(now, "operator", en::RegisterAsset{dollar}));
  market::Place place;
  place.name = "internal";
  BULKHEAD_TRY_STATUS(engines_.send(now, "operator", en::RegisterPlace{place}));
  // Of a size that losses reach nobody else: the sample has other winners than the crowd.
  en::Grant fund;
  fund.kind = en::GrantKind::insurance_fund;
  fund.asset = dollar.name;
  fund.amount = Amount{1'000'000'000'000'000'000};
  fund.epoch = 1;
  fund.expires = now + days(30);
  BULKHEAD_TRY_STATUS(engines_.send(now, "operator", fund));
  for (const CoinPath& path : paths_) BULKHEAD_TRY_STATUS(register_coin(path));
  for (const CoinPath& path : paths_) {
    for (std::uint32_t n = 0; n < contracts(); ++n) {
      BULKHEAD_TRY_STATUS(register_contract(path.coin, n));
    }
  }
  return {};
}

Status CrowdMarket::register_coin(const CoinPath& path) {
  const Timestamp now = bar_time(0);
  market::Asset asset;
  asset.name = path.coin;
  asset.decimals = 8;
  asset.valuation_lot_exponent = 2;
  asset.half_spread = 0.0005;
  asset.adv = 1e9;
  asset.initial_volatility = path.daily_volatility;
  BULKHEAD_TRY_STATUS(engines_.send(now, "operator", en::RegisterAsset{asset}));
  for (const char* source : {"a:", "b:"}) {
    BULKHEAD_TRY_STATUS(engines_.send(
        now, "operator",
        en::RegisterSource{
            {source + path.coin, market::SubjectKind::asset_price, path.coin, "", {}}}));
  }
  return engines_.send(
      now, "operator",
      en::RegisterSource{
          {"v:" + path.coin, market::SubjectKind::implied_volatility, path.coin, "", hours(2)}});
}

// A perpetual, then options on eleven strikes, calls and puts, every third week.
Status CrowdMarket::register_contract(const std::string& coin, std::uint32_t number) {
  market::Instrument made;
  made.underlying = coin;
  made.settlement = "USDT";
  made.lot_size = {1, -2};
  made.half_spread = 0.0002;
  made.name = coin + "/USDT:USDT";
  if (number > 0) {
    const std::int64_t weeks = 1 + (number - 1) / 22 * 3;
    const std::int64_t strike = 750 + 50 * static_cast<std::int64_t>((number - 1) / 2 % 11);
    const bool put = number % 2 == 0;
    made.kind = put ? market::InstrumentKind::put : market::InstrumentKind::call;
    made.expiry = start_ + days(7 * weeks);
    made.strike = {strike, 0};
    made.name += fmt::format("-{}-{}-{}", weeks, strike, put ? "P" : "C");
  }
  return engines_.send(bar_time(0), "venue", en::RegisterInstrument{made});
}

Timestamp CrowdMarket::bar_time(std::uint32_t bar) const {
  return start_ - kBar * std::int64_t{kBarsBefore - 1 - bar};
}

Status CrowdMarket::observe_bar(std::uint32_t bar) {
  std::vector<double> prices;
  for (const CoinPath& path : paths_) prices.push_back(path.bars[bar]);
  BULKHEAD_TRY_STATUS(send_prices(bar_time(bar), prices));
  return engines_.tick(bar_time(bar));
}

Status CrowdMarket::observe(Timestamp now, std::uint32_t tick) {
  std::vector<double> prices;
  for (const CoinPath& path : paths_) {
    const double fallen = tick >= path.ticks.size() / 2 ? 1 - shape_.jump : 1;
    prices.push_back(path.ticks[tick] * fallen);
  }
  return send_prices(now, prices);
}

Status CrowdMarket::send_prices(Timestamp now, const std::vector<double>& prices) {
  en::Observations batch;
  for (std::size_t c = 0; c < paths_.size(); ++c) {
    const std::string& coin = paths_[c].coin;
    for (const char* source : {"a:", "b:"}) {
      const double price = prices[c] * (1 + kSourceNoise * random_.normal());
      batch.items.push_back({source + coin, price, 0, now});
    }
    const double implied = kImplied * std::pow(1'000 / prices[c], kImpliedSlope);
    batch.items.push_back({"v:" + coin, std::clamp(implied, 0.2, 3.0), 0, now});
  }
  return engines_.send(now, "feed", batch);
}

pricing::ScenarioBlock CrowdMarket::block(std::uint32_t size,
                                          const std::vector<pricing::Factor>& factors,
                                          double scale) {
  pricing::ScenarioBlock made;
  std::uint64_t left = pricing::kWeightOne;
  for (std::uint32_t s = 0; s < size; ++s) {
    const std::uint64_t weight =
        s == 0 ? 0 : (s + 1 == size ? left : pricing::kWeightOne / (size - 1));
    left -= weight;
    made.weights.push_back(static_cast<std::uint32_t>(weight));
    made.dates.push_back(s == 0 ? Timestamp{} : start_ - days(std::int64_t{s}));
    const double common = random_.normal();
    for (const pricing::Factor& factor : factors) {
      const double sigma = scale * deviation(factor.kind);
      made.moves.push_back(s == 0 ? 0 : sigma * (0.8 * common + 0.6 * random_.normal()));
    }
  }
  return made;
}

Status CrowdMarket::adopt(Timestamp now) {
  pricing::ScenarioSet set;
  set.as_of = start_;
  set.window_begin = start_ - days(5'000);
  set.horizon = days(1);
  set.stressed_window = "drawn";
  for (const CoinPath& path : paths_) {
    for (const auto kind : {pricing::FactorKind::spot, pricing::FactorKind::perpetual_basis,
                            pricing::FactorKind::dated_basis, pricing::FactorKind::volatility}) {
      pricing::Factor factor;
      factor.asset = path.coin;
      factor.kind = kind;
      set.factors.push_back(factor);
    }
  }
  std::ranges::sort(set.factors, {}, [](const auto& f) { return std::pair(f.asset, f.kind); });
  set.filtered = block(shape_.scenarios / 2, set.factors, 1);
  set.stressed = block(shape_.scenarios / 4, set.factors, 1.5);
  set.long_run = block(shape_.scenarios / 4, set.factors, 1.1);
  const Hash hash = pricing::hash_of(set);
  engines_.put_content(hash, encode(set));
  return engines_.send(now, "operator", en::AdoptScenarioSet{hash, set.as_of, set.window_begin});
}

}  // namespace bulkhead::bench
