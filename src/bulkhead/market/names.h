// Names of instruments, in the unified form and in Deribit's, to and from one parsed form (D3.1).
//
//   parse_instrument_name("BTC/USDT:USDT-260327-100000-C")  linear call on BTC, settled in USDT
//   parse_instrument_name("BTC/USD:BTC")                    inverse perpetual
//   parse_instrument_name("BTC-27MAR26")                    Deribit's inverse future
//   parse_instrument_name("XRP_USDC-27MAR26-0d45-C")        Deribit's linear call, strike 0.45
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::market {

struct InstrumentName {
  InstrumentKind kind = InstrumentKind::perpetual;
  std::string underlying;  // "BTC"
  std::string quote;       // in which the price is quoted: "USDT", "USD"
  std::string settlement;  // "USDT", or the underlying if inverse
  bool inverse = false;    // settlement = underlying
  Timestamp expiry;        // 08:00 UTC of the day named; 0 for a perpetual
  Decimal strike;          // options only

  friend bool operator==(const InstrumentName&, const InstrumentName&) = default;
};

// Reads either form. Errors (bad_name) name the part at fault.
Result<InstrumentName> parse_instrument_name(std::string_view text);

// "BTC/USDT:USDT-260327-100000-C".
std::string format_unified(const InstrumentName& name);

// "BTC-27MAR26-100000-C"; bad_name if Deribit has no such form (inverse not quoted in USD, linear
// not settled in its quote).
Result<std::string> format_deribit(const InstrumentName& name);

}  // namespace bulkhead::market
