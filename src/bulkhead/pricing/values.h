// What holdings and lots are worth now, at the three points of their price interval (D4.3), as
// integer micro-USD rounded once per line against the account (D2.2, D2.3).
#pragma once

#include <array>
#include <cstdint>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/ids.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::pricing {

// near_low, near_high: of a volatile price spot ∓ confidence, without the stable price; of every
// other low and high.
enum class PricePoint : std::uint8_t { low, mid, high, near_low, near_high };
inline constexpr std::array kPricePoints = {PricePoint::low, PricePoint::mid, PricePoint::high,
                                            PricePoint::near_low, PricePoint::near_high};

double price_at(const market::AssetPrice& price, PricePoint point);

// Valuation lots of an amount (D2.3): down for what counts for the account, up for what it owes.
Int128 valuation_lots(const market::Asset& asset, Amount amount, Rounding rounding);

// lots × price, exact, rounded once to micro-USD. Saturates beyond the type.
Usd value_of_lots(const market::Asset& asset, Int128 lots, double price, Rounding rounding);
// C of one asset: lots down, value down. Also for settlement legs of either sign.
Usd holding_value(const market::Asset& asset, Amount amount, double price);
// B of one asset: lots up, value up.
Usd debt_value(const market::Asset& asset, Amount amount, double price);

// Value of the instrument leg of one lot in numéraire (D3.3) with the underlying at price `spot`
// and all else as in the epoch: the mark moves in proportion. spot = mid gives the value that V is
// made of. At and after expiry the settlement value at `spot`. 0 if a price is missing.
double lot_value(const market::Registry& registry, const market::Epoch& epoch, InstrumentIndex i,
                 double spot);
// lots × lot value, rounded down. Saturates beyond the type.
Usd position_value(std::int64_t lots, double lot_value);

// The settlement amount per lot of a trade at `price` in the instrument's quote, in units of the
// settlement asset, + what a buyer of one lot receives (D3.3): linear −m·F, inverse +m/F; an option
// has none but its premium (linear −m·p, inverse −m·p), price then being the premium per coin.
double settlement_per_lot(const market::Instrument& instrument, double price);

}  // namespace bulkhead::pricing
