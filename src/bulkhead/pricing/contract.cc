// Formulas of the contracts (D3.2, D3.3, D3.5).
#include "bulkhead/pricing/contract.h"

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"

namespace bulkhead::pricing {
namespace {

constexpr double kSecondsPerYear = 365.0 * 86'400.0;

double intrinsic(bool call, double price, double strike) {
  const double gain = call ? price - strike : strike - price;
  return gain > 0 ? gain : 0;
}

double strike_in_numeraire(const Contract& c, double settlement_price) {
  return c.inverse ? c.strike : c.strike * settlement_price;
}

}  // namespace

Contract make_contract(const market::Registry& registry, const market::Epoch& epoch,
                       InstrumentIndex i) {
  const market::Instrument& instrument = registry[i];
  const market::InstrumentMark& mark = epoch.instruments[i.value];
  const market::AssetPrice& underlying = epoch.assets[registry.underlying(i).value];
  const market::AssetPrice& settlement = epoch.assets[registry.settlement(i).value];
  Contract c;
  c.option = instrument.is_option();
  c.call = instrument.kind == market::InstrumentKind::call;
  c.inverse = instrument.inverse;
  c.priced = mark.price > 0 && underlying.priced() && settlement.priced();
  if (!c.priced) return c;
  c.size = instrument.lot_size.to_double();
  c.strike = instrument.strike.to_double();
  c.spot = underlying.mid;
  c.settlement_price = settlement.mid;
  // An option's mark is the forward of its expiry in numéraire already.
  c.forward = c.option || c.inverse ? mark.price : mark.price * c.settlement_price;
  if (instrument.kind != market::InstrumentKind::perpetual) {
    const double seconds = (instrument.expiry - epoch.time).seconds();
    c.seconds_to_expiry = seconds > 0 ? seconds : 0;
    c.expired = seconds <= 0;
    c.years_to_expiry = c.seconds_to_expiry / kSecondsPerYear;
    c.sigma_sqrt_t = mark.volatility * market::sqrt_years(c.seconds_to_expiry);
  }
  return c;
}

double leg_value(const Contract& c, double spot, double forward, double settlement_price,
                 double sigma_sqrt_t) {
  // S'/F' keeps its limit when both are 0 (the low edge of a halted price).
  const double spot_to_forward = forward > 0 ? spot / forward : c.spot / c.forward;
  if (!c.option) return c.inverse ? -(c.size * spot_to_forward) : c.size * forward;
  const double strike = strike_in_numeraire(c, settlement_price);
  const double premium = forward > 0 ? market::black76(c.call, forward, strike, sigma_sqrt_t)
                                     : intrinsic(c.call, 0, strike);
  return c.inverse ? c.size * (premium * spot_to_forward) : c.size * premium;
}

double settlement_value(const Contract& c, double spot, double settlement_price) {
  if (!c.option) return c.inverse ? -c.size : c.size * spot;
  return c.size * intrinsic(c.call, spot, strike_in_numeraire(c, settlement_price));
}

double coins_delta(const Contract& c, double spot, double forward, double settlement_price,
                   double sigma_sqrt_t) {
  if (!c.option) return c.inverse ? c.size / forward : c.size * (forward / spot);
  const double strike = strike_in_numeraire(c, settlement_price);
  double probability = forward > strike ? 1 : 0;
  if (sigma_sqrt_t > 0) {
    const double d1 = log_fixed(forward / strike) / sigma_sqrt_t + 0.5 * sigma_sqrt_t;
    probability = norm_cdf(d1);
  }
  const double delta = c.call ? probability : probability - 1;
  return c.inverse ? c.size * delta : c.size * (delta * (forward / spot));
}

}  // namespace bulkhead::pricing
