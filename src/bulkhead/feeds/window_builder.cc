// Assets known to the standard windows, and the words in which windows are written.
#include "bulkhead/feeds/window_builder.h"

#include <algorithm>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/market/names.h"

namespace bulkhead::feeds {
namespace {

using market::AssetKind;

constexpr AssetRow kAssets[] = {
    {"USD", AssetKind::fiat, 0, 0, 0, 0.0001, 0},
    {"USDT", AssetKind::stablecoin, 2, 0.0001, 2e9, 0.001, 0},
    {"USDC", AssetKind::stablecoin, 2, 0.0001, 5e8, 0.001, 0},
    {"UST", AssetKind::stablecoin, 4, 0.0005, 3e7, 0.004, 0},
    {"USD1", AssetKind::stablecoin, 4, 0.0002, 5e7, 0.001, 0},
    {"BTC", AssetKind::coin, 0, 0.0001, 1e9, 0.035, -3},
    {"ETH", AssetKind::coin, 1, 0.0001, 5e8, 0.045, -2},
    {"BNB", AssetKind::coin, 1, 0.0003, 1e8, 0.045, -1},
    {"SOL", AssetKind::coin, 2, 0.0003, 2e8, 0.06, -1},
    {"XRP", AssetKind::coin, 4, 0.0003, 1e8, 0.05, 1},
    {"ADA", AssetKind::coin, 3, 0.0004, 5e7, 0.055, 1},
    {"BCH", AssetKind::coin, 0, 0.0005, 3e7, 0.055, -2},
    {"LTC", AssetKind::coin, 0, 0.0004, 3e7, 0.05, -1},
    {"LINK", AssetKind::coin, 2, 0.0005, 3e7, 0.065, 0},
    {"TRX", AssetKind::coin, 4, 0.0005, 2e7, 0.05, 2},
    {"ATOM", AssetKind::coin, 1, 0.0006, 1e7, 0.065, 0},
    {"MATIC", AssetKind::coin, 3, 0.0006, 1e7, 0.07, 2},
    {"DOGE", AssetKind::coin, 4, 0.0004, 5e7, 0.06, 1},
    {"AVAX", AssetKind::coin, 1, 0.0005, 5e7, 0.065, -1},
    {"DOT", AssetKind::coin, 2, 0.0005, 4e7, 0.06, 0},
    {"NEAR", AssetKind::coin, 2, 0.0006, 4e7, 0.07, 0},
    {"AAVE", AssetKind::coin, 0, 0.0006, 2e7, 0.065, -1},
    {"LUNA", AssetKind::coin, 6, 0.0005, 3e8, 0.06, -1},
    {"HYPE", AssetKind::coin, 2, 0.0006, 1e8, 0.07, -1},
    {"INJ", AssetKind::coin, 1, 0.0008, 1e7, 0.07, 0},
    {"OP", AssetKind::coin, 2, 0.0008, 1e7, 0.07, 1},
    {"SUI", AssetKind::coin, 3, 0.0005, 1e8, 0.065, 0},
    {"ZEC", AssetKind::coin, 0, 0.0008, 2e7, 0.07, -2},
};

}  // namespace

const AssetRow& asset_row(std::string_view name) {
  const auto* row = std::find_if(std::begin(kAssets), std::end(kAssets),
                                 [&](const AssetRow& r) { return r.name == name; });
  BULKHEAD_ASSERT(row != std::end(kAssets));
  return *row;
}

WindowBuilder::WindowBuilder(std::string_view name, std::string_view title, std::string_view note,
                             std::string_view from, std::string_view to, Duration step) {
  window_.name = name;
  window_.title = title;
  window_.note = note;
  const Result<Timestamp> begin = parse_timestamp(from);
  const Result<Timestamp> end = parse_timestamp(to);
  BULKHEAD_ASSERT(begin && end && *begin < *end);
  window_.from = *begin;
  window_.to = *end;
  window_.step = step;
}

WindowBuilder& WindowBuilder::numeraire(const char* name) {
  asset(name);
  window_.assets.back().numeraire = true;
  return *this;
}

WindowBuilder& WindowBuilder::asset(const char* name) {
  const AssetRow& row = asset_row(name);
  market::Asset result;
  result.name = row.name;
  result.kind = row.kind;
  result.decimals = row.kind == AssetKind::coin ? 8 : 6;
  result.valuation_lot_exponent = row.valuation_lot_exponent;
  result.half_spread = row.half_spread;
  result.adv = row.adv;
  result.initial_volatility = row.daily_volatility;
  window_.assets.push_back(std::move(result));
  return *this;
}

const market::Asset& WindowBuilder::asset_of(std::string_view name) const {
  const auto found = std::find_if(window_.assets.begin(), window_.assets.end(),
                                  [&](const market::Asset& a) { return a.name == name; });
  BULKHEAD_ASSERT(found != window_.assets.end());
  return *found;
}

WindowBuilder& WindowBuilder::spot(const char* asset, const char* quote, const char* venue,
                                   std::string file, const char* symbol) {
  PlanFile plan;
  plan.file = std::move(file);
  plan.symbol = symbol;
  plan.source.name = std::string(venue) + ":" + asset + "/" + quote;
  plan.source.subject = asset_of(asset).name;
  plan.source.quote = asset_of(quote).numeraire ? "" : quote;
  window_.plan.files.push_back(std::move(plan));
  return *this;
}

WindowBuilder& WindowBuilder::binance_spot(const char* directory,
                                           const std::vector<const char*>& assets,
                                           const char* history) {
  for (const char* name : assets) {
    const std::string file = std::string("/") + name + "USDT.csv.zst";
    asset(name);
    spot(name, "USDT", "binance", directory + file);
    if (history != nullptr) window_.plan.files.back().history = history + file;
  }
  return *this;
}

void WindowBuilder::instrument(const std::string& name, Decimal lot) {
  const Result<market::InstrumentName> parsed = market::parse_instrument_name(name);
  BULKHEAD_ASSERT(parsed);
  market::Instrument result;
  result.name = name;
  result.kind = parsed->kind;
  result.underlying = asset_of(parsed->underlying).name;
  result.settlement = asset_of(parsed->settlement).name;
  result.inverse = parsed->inverse;
  result.lot_size = lot;
  result.expiry = parsed->expiry;
  result.strike = parsed->strike;
  const double options = result.is_option() ? 10 : 1;
  result.half_spread = asset_row(result.underlying).half_spread * options;
  window_.instruments.push_back(std::move(result));
}

WindowBuilder& WindowBuilder::perpetual(const char* name, std::string file, bool ends_only) {
  const Result<market::InstrumentName> parsed = market::parse_instrument_name(name);
  BULKHEAD_ASSERT(parsed);
  const int exponent = asset_row(parsed->underlying).lot_exponent;
  instrument(name, parsed->inverse ? Decimal{1, 0} : Decimal{1, exponent});
  if (file.empty()) return *this;
  PlanFile plan;
  plan.file = std::move(file);
  plan.ends_only = ends_only;
  plan.source.name = std::string("binance:") + name;
  plan.source.kind = market::SubjectKind::instrument_mark;
  plan.source.subject = name;
  window_.plan.files.push_back(std::move(plan));
  return *this;
}

WindowBuilder& WindowBuilder::binance_perpetuals(const char* directory,
                                                 const std::vector<const char*>& assets,
                                                 bool ends_only) {
  for (const char* asset : assets) {
    const std::string name = std::string(asset) + "/USDT:USDT";
    perpetual(name.c_str(), std::string(directory) + "/" + asset + "USDT.csv.zst", ends_only);
  }
  return *this;
}

WindowBuilder& WindowBuilder::funding(const char* name, std::string file, const char* symbol) {
  PlanFile plan;
  plan.kind = FileKind::funding;
  plan.file = std::move(file);
  plan.symbol = symbol;
  plan.source.subject = name;
  window_.plan.files.push_back(std::move(plan));
  return *this;
}

WindowBuilder& WindowBuilder::options(const std::string& expiry, const std::vector<int>& strikes) {
  const Result<market::InstrumentName> name = market::parse_instrument_name(expiry);
  BULKHEAD_ASSERT(name);
  const int exponent = asset_row(name->underlying).lot_exponent;
  instrument(expiry, name->inverse ? Decimal{1, 0} : Decimal{1, exponent});
  for (const int strike : strikes) {
    for (const char* type : {"-C", "-P"}) {
      instrument(expiry + "-" + std::to_string(strike) + type, Decimal{1, exponent});
    }
  }
  return *this;
}

}  // namespace bulkhead::feeds
