// Amounts of contracts in settlement units, each rounded once in a stated direction (D3.2, D3.3).
//
// With q·m = lots·lot_size, in minor units of the settlement asset (10^decimals per unit):
//   linear future, perpetual, at price F:   q·m·F
//   inverse future, perpetual, at price F:  −q·m/F     (m in numéraire, paid in coin)
//   option premium p per coin:              q·m·p
//   option intrinsic at price F:            linear q·m·max(F − K, 0), inverse that over F
#pragma once

#include <cstdint>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/ids.h"
#include "bulkhead/base/result.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::positions {

// What `lots` (either sign) of a contract are worth at a price, before any entry price: the
// instrument leg of D3.3. Its negative at the entry price is the settlement leg. Options: the price
// is the premium per coin. Errors: price_invalid, amount_overflow.
Result<Amount> contract_value(const market::Registry& registry, InstrumentIndex instrument,
                              std::int64_t lots, double price, Rounding rounding);

// contract_value(price)·rate for futures and perpetuals with the sign of the notional: + for long
// lots in both linear and inverse contracts; what a long pays at a funding rate.
Result<Amount> funding_amount(const market::Registry& registry, InstrumentIndex instrument,
                              std::int64_t lots, double price, double rate, Rounding rounding);

// What `lots` of an option pay at the settlement price of its underlying (in the quote of the
// strike): >= 0 for long, <= 0 for short. F − K is the IEEE difference.
Result<Amount> intrinsic_value(const market::Registry& registry, InstrumentIndex instrument,
                               std::int64_t lots, double price, Rounding rounding);

// Entry (or last settlement) price of a future or perpetual from its stored leg, for display only;
// 0 if lots is 0 or the leg has no price.
double entry_price(const market::Registry& registry, InstrumentIndex instrument, std::int64_t lots,
                   Amount leg);

// amount·part/whole rounded to −∞, 0 <= part <= whole, whole > 0.
Amount share_down(Amount amount, std::int64_t part, std::int64_t whole);

}  // namespace bulkhead::positions
