// Exact values of holdings and lots in micro-USD.
#include "bulkhead/pricing/values.h"

#include <bit>
#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/pricing/contract.h"

namespace bulkhead::pricing {
namespace {

constexpr int kMicroDigits = 6;

Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

int bit_width(Int128 value) {
  const Uint128 magnitude = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  const auto high = static_cast<std::uint64_t>(magnitude >> 64);
  const auto low = static_cast<std::uint64_t>(magnitude);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(low));
}

Int128 floor_divide(Int128 a, Int128 b) {  // b > 0
  const Int128 quotient = a / b;
  return quotient * b > a ? quotient - 1 : quotient;
}

// floor(count · price · 10^exponent10) where 128 bits suffice; false elsewhere. A floor of a floor
// is the floor of the whole quotient, so the two divisions round once.
bool fast_floor(Int128 count, double price, int exponent10, Int128& out) {
  const BinaryFraction p = to_fraction(price);
  const int scale_bits = exponent10 > 0 ? (exponent10 * 10 + 2) / 3 + 1 : 0;
  if (exponent10 < -36 || p.exponent > 0 || bit_width(count) + 53 + scale_bits > 126) return false;
  Int128 product = count * p.mantissa;
  if (exponent10 > 0) product *= power_of_ten(exponent10);
  const int shift = -p.exponent;
  product = shift >= 127 ? (product < 0 ? -1 : 0) : product >> shift;
  out = exponent10 < 0 ? floor_divide(product, power_of_ten(-exponent10)) : product;
  return true;
}

Usd value_micros(Int128 count, double price, int exponent10, Rounding rounding) {
  BULKHEAD_ASSERT(rounding != Rounding::half_even);
  const bool up = rounding == Rounding::up;
  Int128 micros = 0;
  if (fast_floor(up ? -count : count, price, exponent10, micros)) {
    return saturate_usd(up ? -micros : micros);
  }
  const auto wide = multiply_round(count, price, 1.0, exponent10, rounding);
  if (wide) return saturate_usd(*wide);
  return saturate_usd((count < 0) != (price < 0) ? kInt128Min : kInt128Max);
}

}  // namespace

double price_at(const market::AssetPrice& price, PricePoint point) {
  switch (point) {
    case PricePoint::low:
      return price.low;
    case PricePoint::mid:
      return price.mid;
    case PricePoint::high:
      return price.high;
    case PricePoint::near_low:
      if (price.quality != market::Quality::volatile_) return price.low;
      return price.mid > price.confidence ? price.mid - price.confidence : 0;
    case PricePoint::near_high:
      if (price.quality != market::Quality::volatile_) return price.high;
      return price.mid + price.confidence;
  }
  return price.mid;
}

Int128 valuation_lots(const market::Asset& asset, Amount amount, Rounding rounding) {
  if (asset.valuation_lot_exponent == 0) return amount.units;
  const Int128 lot = power_of_ten(static_cast<int>(asset.valuation_lot_exponent));
  return rounding == Rounding::up ? -floor_divide(-amount.units, lot)
                                  : floor_divide(amount.units, lot);
}

Usd value_of_lots(const market::Asset& asset, Int128 lots, double price, Rounding rounding) {
  const int exponent10 = static_cast<int>(asset.valuation_lot_exponent) -
                         static_cast<int>(asset.decimals) + kMicroDigits;
  return value_micros(lots, price, exponent10, rounding);
}

Usd holding_value(const market::Asset& asset, Amount amount, double price) {
  return value_of_lots(asset, valuation_lots(asset, amount, Rounding::down), price, Rounding::down);
}

Usd debt_value(const market::Asset& asset, Amount amount, double price) {
  return value_of_lots(asset, valuation_lots(asset, amount, Rounding::up), price, Rounding::up);
}

double lot_value(const market::Registry& registry, const market::Epoch& epoch, InstrumentIndex i,
                 double spot) {
  const Contract contract = make_contract(registry, epoch, i);
  if (!contract.priced) return 0;
  if (contract.expired) {
    return settlement_value(contract, spot, contract.settlement_price);
  }
  const double forward = contract.forward * (spot / contract.spot);
  return leg_value(contract, spot, forward, contract.settlement_price, contract.sigma_sqrt_t);
}

Usd position_value(std::int64_t lots, double lot_value) {
  return value_micros(lots, lot_value, kMicroDigits, Rounding::down);
}

double settlement_per_lot(const market::Instrument& instrument, double price) {
  const double size = instrument.lot_size.to_double();
  if (instrument.inverse && !instrument.is_option()) return size / price;
  return -(size * price);
}

}  // namespace bulkhead::pricing
