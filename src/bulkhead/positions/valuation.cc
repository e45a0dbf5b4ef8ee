// Contract amounts: one exact product or quotient each, rounded once.
#include "bulkhead/positions/valuation.h"

#include <limits>
#include <string>

#include "bulkhead/base/assert.h"

namespace bulkhead::positions {
namespace {

constexpr double kFiniteMax = std::numeric_limits<double>::max();

bool is_finite(double x) { return x >= -kFiniteMax && x <= kFiniteMax; }

Status check_price(double price, bool may_be_zero) {
  if (is_finite(price) && (price > 0 || (may_be_zero && price == 0))) return {};
  return fail(ErrorCode::price_invalid, "price", std::to_string(price), "finite and above zero");
}

Result<Amount> amount_of(const std::optional<Int128>& units, std::int64_t lots) {
  if (units) return Amount{*units};
  return fail(ErrorCode::amount_overflow, "lots", std::to_string(lots),
              "an amount that fits 128 bits");
}

// lots·lot_size in minor units of the settlement asset is count·10^exponent.
struct Quantity {
  Int128 count = 0;
  int exponent = 0;
};

Result<Quantity> quantity_of(const market::Registry& registry, InstrumentIndex index,
                             std::int64_t lots) {
  constexpr int kExponentMax = 36;  // of multiply_round
  const Decimal& lot_size = registry[index].lot_size;
  const market::Asset& asset = registry[registry.settlement(index)];
  const Quantity quantity{static_cast<Int128>(lots) * lot_size.mantissa,
                          lot_size.exponent + static_cast<int>(asset.decimals)};
  if (quantity.exponent <= kExponentMax) return quantity;
  return fail(ErrorCode::amount_overflow, "instrument.lot_size", to_string(lot_size),
              "at most 10^36 minor units per lot and price");
}

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) power *= 10;
  return exponent < 0 ? 1 / power : power;
}

}  // namespace

Result<Amount> contract_value(const market::Registry& registry, InstrumentIndex instrument,
                              std::int64_t lots, double price, Rounding rounding) {
  const market::Instrument& contract = registry[instrument];
  BULKHEAD_TRY_STATUS(check_price(price, contract.is_option()));
  BULKHEAD_TRY(const Quantity quantity, quantity_of(registry, instrument, lots));
  if (contract.inverse && !contract.is_option()) {
    return amount_of(divide_round(-quantity.count, 1.0, price, quantity.exponent, rounding), lots);
  }
  return amount_of(multiply_round(quantity.count, price, 1.0, quantity.exponent, rounding), lots);
}

Result<Amount> funding_amount(const market::Registry& registry, InstrumentIndex instrument,
                              std::int64_t lots, double price, double rate, Rounding rounding) {
  BULKHEAD_ASSERT(!registry[instrument].is_option());
  BULKHEAD_TRY_STATUS(check_price(price, false));
  if (!(rate >= -1 && rate <= 1)) {
    return fail(ErrorCode::out_of_range, "rate", std::to_string(rate), "-1 to 1");
  }
  BULKHEAD_TRY(const Quantity quantity, quantity_of(registry, instrument, lots));
  if (registry[instrument].inverse) {
    return amount_of(divide_round(quantity.count, rate, price, quantity.exponent, rounding), lots);
  }
  return amount_of(multiply_round(quantity.count, price, rate, quantity.exponent, rounding), lots);
}

Result<Amount> intrinsic_value(const market::Registry& registry, InstrumentIndex instrument,
                               std::int64_t lots, double price, Rounding rounding) {
  const market::Instrument& option = registry[instrument];
  BULKHEAD_ASSERT(option.is_option());
  BULKHEAD_TRY_STATUS(check_price(price, false));
  const double strike = option.strike.to_double();
  const double payoff =
      option.kind == market::InstrumentKind::call ? price - strike : strike - price;
  if (!(payoff > 0)) return Amount{};
  BULKHEAD_TRY(const Quantity quantity, quantity_of(registry, instrument, lots));
  if (option.inverse) {
    return amount_of(divide_round(quantity.count, payoff, price, quantity.exponent, rounding),
                     lots);
  }
  return amount_of(multiply_round(quantity.count, payoff, 1.0, quantity.exponent, rounding), lots);
}

double entry_price(const market::Registry& registry, InstrumentIndex instrument, std::int64_t lots,
                   Amount leg) {
  if (lots == 0 || leg.is_zero() || registry[instrument].is_option()) return 0;
  const Result<Quantity> found = quantity_of(registry, instrument, lots);
  if (!found) return 0;
  const Quantity quantity = *found;
  const double units = static_cast<double>(quantity.count) * power_of_ten(quantity.exponent);
  const double settlement = static_cast<double>(leg.units);
  // leg = −q·m·F₀ (linear) or +q·m/F₀ (inverse).
  const double price = registry[instrument].inverse ? units / settlement : -settlement / units;
  return price > 0 ? price : 0;
}

Amount share_down(Amount amount, std::int64_t part, std::int64_t whole) {
  BULKHEAD_ASSERT(whole > 0 && part >= 0 && part <= whole);
  const Int128 quotient = amount.units / whole;
  const Int128 product = (amount.units % whole) * part;  // |rest| < whole < 2^63
  Int128 rest = product / whole;
  if (product % whole < 0) --rest;
  return Amount{quotient * part + rest};
}

}  // namespace bulkhead::positions
