// Distances between market points: the greatest change of a contract's value and row, per unit of
// its notional, in terms of prices and volatilities (docs/safe-regions.md, "Factors").
#include "bulkhead/risk/market_point.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/pricing/contract.h"

namespace bulkhead::risk {
namespace {

using pricing::FactorKind;

constexpr double kSecondsPerDay = 86'400;
constexpr double kSecondsPerYear = 365 * kSecondsPerDay;
constexpr double kVega = 0.4;    // φ(0) rounded up: ∂P/∂(σ√T) <= 0.4·F
constexpr double kSpread = 1.5;  // what second-order terms add at most within the box of a region

double magnitude(double x) { return x < 0 ? -x : x; }

// Days that the policy's volatility scale is a power of, and that power.
double scale_of(double days_to_expiry, const pricing::Parameters& p) {
  const double exponent =
      days_to_expiry <= 30 ? p.volatility_exponent_short : p.volatility_exponent_long;
  return pow_fixed(30.0 / std::max(days_to_expiry, 1.0), exponent);
}

double seconds_left(const EpochRisk& market, InstrumentIndex i, Timestamp at) {
  return std::max(0.0, (market.registry()[i].expiry - at).seconds());
}

bool is_dated(const market::Instrument& instrument) {
  return instrument.kind != market::InstrumentKind::perpetual;
}

}  // namespace

ShockBounds shock_bounds(const EpochRisk& market) {
  ShockBounds bounds;
  const pricing::Parameters& p = market.parameters().revaluation;
  for (const market::Asset& asset : market.registry().assets()) {
    ShockBounds::Asset& most = bounds.assets.emplace_back();
    for (const double m : market.set().moves(FactorKind::spot, asset.name)) {
      most.spot = std::max(most.spot, m);
    }
    for (const auto* points : {&p.spot_points, &p.depeg_points}) {
      for (const double move : *points) most.spot = std::max(most.spot, 1.0 + move);
    }
    for (const double b : market.set().moves(FactorKind::dated_basis, asset.name)) {
      most.dated_basis = std::max(most.dated_basis, magnitude(b));
    }
    for (const double v : market.set().moves(FactorKind::volatility, asset.name)) {
      most.volatility = std::max(most.volatility, magnitude(v));
    }
    for (const double v : p.volatility_points) {
      most.volatility = std::max(most.volatility, magnitude(v));
    }
  }
  return bounds;
}

double forward_multiplier(const EpochRisk& market, const ShockBounds& bounds, InstrumentIndex i) {
  const ShockBounds::Asset& most = bounds.assets[market.registry().underlying(i).value];
  const double years = seconds_left(market, i, market.epoch().time) / kSecondsPerYear;
  const double strike = bounds.assets[market.registry().settlement(i).value].spot;
  return std::max(most.spot * exp_fixed(most.dated_basis * years), strike) * 1.01;
}

double volatility_multiplier(const EpochRisk& market, const ShockBounds& bounds,
                             InstrumentIndex i) {
  const pricing::Parameters& p = market.parameters().revaluation;
  const ShockBounds::Asset& most = bounds.assets[market.registry().underlying(i).value];
  const double days = seconds_left(market, i, market.epoch().time) / kSecondsPerDay;
  return std::min(p.volatility_factor_max, exp_fixed(most.volatility * scale_of(days, p))) * 1.01;
}

MarketPoint market_point(const EpochRisk& market) {
  const market::Registry& registry = market.registry();
  const market::Epoch& epoch = market.epoch();
  MarketPoint point;
  point.time = epoch.time;
  point.assets.reserve(registry.assets().size());
  for (std::size_t a = 0; a < registry.assets().size(); ++a) {
    const market::Underlying& underlying = epoch.underlyings[a];
    point.assets.push_back(
        {epoch.assets[a].mid, std::max(underlying.volatility_fast, underlying.volatility_slow)});
  }
  point.instruments.reserve(registry.instruments().size());
  for (std::size_t n = 0; n < registry.instruments().size(); ++n) {
    const InstrumentIndex i(n);
    MarketPoint::Instrument& at = point.instruments.emplace_back();
    if (!market.rows().has(i)) continue;
    if (!registry[i].is_option()) {
      at.level = magnitude(market.lot_value(i, pricing::PricePoint::mid));
      continue;
    }
    const pricing::Contract contract = pricing::make_contract(registry, epoch, i);
    at = {contract.forward, contract.sigma_sqrt_t};
  }
  return point;
}

namespace {

// What contracts of one expiry have in common between two points.
struct Term {
  Timestamp expiry;
  AssetIndex underlying;
  AssetIndex settlement;
  double drift = 0;  // |e^{bτ} − e^{bτ'}| at the greatest multiplier
  double vega = 0;   // option move per unit of total volatility
  double bend = 0;   // the same for the growth of the scale of volatility shocks
};

class Span {
 public:
  Span(const EpochRisk& market, const ShockBounds& bounds, const MarketPoint& from,
       const MarketPoint& to)
      : market_(market), bounds_(bounds), from_(from), to_(to) {}

  double price_ratio(AssetIndex a) const {
    const double before = from_.assets[a.value].price;
    return before > 0 ? to_.assets[a.value].price / before : 1;
  }

  // Of the value at `from`, beyond the move of the spot price; the row of a dated contract also
  // bends as its time runs out.
  double basis_move(InstrumentIndex i, double spot_ratio) {
    const market::Instrument& instrument = market_.registry()[i];
    const double ratio = to_.instruments[i.value].level / from_.instruments[i.value].level;
    const double move = magnitude(ratio - (instrument.inverse ? 1.0 : spot_ratio));
    return is_dated(instrument) ? move + term_of(i).drift : move;
  }

  double option_move(InstrumentIndex i, double spot_ratio) {
    const market::Instrument& instrument = market_.registry()[i];
    const MarketPoint::Instrument& before = from_.instruments[i.value];
    const MarketPoint::Instrument& now = to_.instruments[i.value];
    const Term& term = term_of(i);
    const double forward_ratio = now.level / before.level;
    double strike = instrument.strike.to_double();
    double move = magnitude(forward_ratio - 1);
    if (instrument.inverse) {
      move += kSpread * (1 + strike / before.level) * magnitude(spot_ratio / forward_ratio - 1);
    } else {
      strike *= from_.assets[term.settlement.value].price;
      move += std::max(1.0, strike / before.level) * magnitude(price_ratio(term.settlement) - 1);
    }
    move += term.vega * magnitude(now.total_volatility - before.total_volatility);
    move += term.bend * std::max(before.total_volatility, now.total_volatility);
    return move + term.drift;
  }

 private:
  // Instruments of one term mostly stand together.
  const Term& term_of(InstrumentIndex i) {
    const market::Instrument& instrument = market_.registry()[i];
    const AssetIndex underlying = market_.registry().underlying(i);
    const AssetIndex settlement = market_.registry().settlement(i);
    if (term_.underlying == underlying && term_.settlement == settlement &&
        term_.expiry == instrument.expiry) {
      return term_;
    }
    term_ = {instrument.expiry, underlying, settlement};
    const ShockBounds::Asset& most = bounds_.assets[underlying.value];
    const double years = (to_.time - from_.time).seconds() / kSecondsPerYear;
    term_.drift = kSpread * forward_multiplier(market_, bounds_, i) * most.dated_basis * years;
    const double factor = volatility_multiplier(market_, bounds_, i);
    term_.vega = kVega * kSpread * factor;
    const pricing::Parameters& p = market_.parameters().revaluation;
    const double then = scale_of(seconds_left(market_, i, from_.time) / kSecondsPerDay, p);
    const double now = scale_of(seconds_left(market_, i, to_.time) / kSecondsPerDay, p);
    term_.bend = kVega * kSpread * factor * most.volatility * magnitude(now - then);
    return term_;
  }

  const EpochRisk& market_;
  const ShockBounds& bounds_;
  const MarketPoint& from_;
  const MarketPoint& to_;
  Term term_;
};

}  // namespace

void moves_between(const EpochRisk& market, const ShockBounds& bounds, const MarketPoint& from,
                   const MarketPoint& to, std::vector<Moves>& out) {
  BULKHEAD_ASSERT(from.assets.size() == to.assets.size());
  BULKHEAD_ASSERT(from.instruments.size() == to.instruments.size());
  Span span(market, bounds, from, to);
  out.assign(from.assets.size(), Moves{});
  for (std::size_t a = 0; a < out.size(); ++a) {
    const double ratio = span.price_ratio(AssetIndex(a));
    out[a].up = std::max(0.0, ratio - 1);
    out[a].down = std::max(0.0, 1 - ratio);
    const double before = from.assets[a].volatility;
    const double now = to.assets[a].volatility;
    if (now > before) out[a].volatility = before > 0 ? now / before - 1 : 1e9;
    if (now < before) out[a].calm = 1 - now / before;
  }
  for (std::size_t n = 0; n < from.instruments.size(); ++n) {
    if (!(from.instruments[n].level > 0) || !(to.instruments[n].level > 0)) continue;
    const InstrumentIndex i(n);
    const AssetIndex underlying = market.registry().underlying(i);
    const double ratio = span.price_ratio(underlying);
    Moves& moves = out[underlying.value];
    if (market.registry()[i].is_option()) {
      moves.option = std::max(moves.option, span.option_move(i, ratio));
    } else {
      moves.basis = std::max(moves.basis, span.basis_move(i, ratio));
    }
  }
}

}  // namespace bulkhead::risk
