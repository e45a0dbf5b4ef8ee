// How a standard window is put together: its assets, instruments and files in a few words each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/feeds/windows.h"

namespace bulkhead::feeds {

// What is known of an asset beside its bars. decimals 8 (stablecoins 6); adv in numéraire a day and
// daily volatility stand where measure() finds no earlier bars.
struct AssetRow {
  const char* name;
  market::AssetKind kind;
  std::uint32_t valuation_lot_exponent;  // supply in these lots is under 2^53
  double half_spread;
  double adv;
  double daily_volatility;
  int lot_exponent;  // a contract's lot is 10^this coins: about 1 to 10 USD
};

// The row of a known asset (asserted).
const AssetRow& asset_row(std::string_view name);

class WindowBuilder {
 public:
  WindowBuilder(std::string_view name, std::string_view title, std::string_view note,
                std::string_view from, std::string_view to, Duration step);

  WindowBuilder& numeraire(const char* name);
  WindowBuilder& asset(const char* name);
  // Bars of an asset's price; the source is "<venue>:<asset>/<quote>". Quote: an asset, or the
  // numéraire.
  WindowBuilder& spot(const char* asset, const char* quote, const char* venue, std::string file,
                      const char* symbol = "");
  // Binance bars DIRECTORY/<asset>USDT.csv.zst of each asset, which is added; `history`: a
  // directory with earlier bars, if there is another.
  WindowBuilder& binance_spot(const char* directory, const std::vector<const char*>& assets,
                              const char* history = nullptr);
  // A perpetual with bars of its own, or without (its mark is then spot).
  WindowBuilder& perpetual(const char* name, std::string file = "", bool ends_only = false);
  WindowBuilder& binance_perpetuals(const char* directory, const std::vector<const char*>& assets,
                                    bool ends_only);
  WindowBuilder& funding(const char* name, std::string file, const char* symbol = "");
  // The dated future and, at every strike, call and put of one expiry: "BTC/USDT:USDT-200424".
  WindowBuilder& options(const std::string& expiry, const std::vector<int>& strikes);

  Window build() { return std::move(window_); }

 private:
  void instrument(const std::string& name, Decimal lot);
  const market::Asset& asset_of(std::string_view name) const;

  Window window_;
};

}  // namespace bulkhead::feeds
