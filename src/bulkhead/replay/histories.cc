// Finding and merging the files of each asset.
#include "bulkhead/replay/histories.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>

#include "bulkhead/feeds/bars.h"

namespace bulkhead::replay {
namespace {

using calibration::AssetInput;
using calibration::Close;

constexpr std::string_view kQuote = "USDT";
constexpr std::string_view kDollar = "USD";
constexpr std::string_view kSpotLengths[] = {"1h", "30m", "15m", "5m", "1m"};
constexpr std::string_view kPerpetualLengths[] = {"1h", "4h", "30m", "15m", "5m", "1m"};

using Closes = std::map<Timestamp, double>;

class Directory {
 public:
  Directory(std::string root, Timestamp as_of) : root_(std::move(root)), as_of_(as_of) {}

  // Adds the closes of `file` (without or with .zst) at times that have none; no such file adds
  // nothing.
  Status merge(const std::string& file, const std::string& symbol, Closes& out) const {
    for (const char* suffix : {".csv.zst", ".csv"}) {
      const std::filesystem::path path = std::filesystem::path(root_) / (file + suffix);
      if (!std::filesystem::exists(path)) continue;
      feeds::BarOptions options;
      options.symbol = symbol;
      options.to = as_of_;
      if (file.starts_with("daily/")) options.length = days(1);
      BULKHEAD_TRY(const feeds::BarSeries series, feeds::read_bars(path.string(), options));
      for (const feeds::Bar& bar : series.bars) {
        if (bar.close_time < as_of_) out.emplace(bar.close_time, bar.close);
      }
      return {};
    }
    return {};
  }

  // The coarsest bars of a symbol: "spot" or "perp".
  Status merge_bars(std::string_view kind, std::span<const std::string_view> lengths,
                    const std::string& symbol, Closes& out) const {
    for (const std::string_view length : lengths) {
      const std::size_t before = out.size();
      const std::string file = std::string(kind) + "_" + std::string(length) + "/" + symbol;
      BULKHEAD_TRY_STATUS(merge(file, "", out));
      if (out.size() > before) break;
    }
    return {};
  }

 private:
  std::string root_;
  Timestamp as_of_;
};

std::vector<Close> to_vector(const Closes& closes) {
  std::vector<Close> out;
  out.reserve(closes.size());
  for (const auto& [time, price] : closes) out.push_back({time, price});
  return out;
}

// Assets whose daily history in USD stands under a later name.
std::string dollar_symbol(const std::string& asset) { return asset == "LUNA" ? "LUNC" : asset; }

Status load_dollar(const Directory& directory, const std::string& asset, AssetInput& out) {
  Closes closes;
  BULKHEAD_TRY_STATUS(directory.merge("daily/stablecoin_cmc_daily", dollar_symbol(asset), closes));
  out.spot = {std::string(kDollar), to_vector(closes)};
  return {};
}

Status load_coin(const Directory& directory, const std::string& asset, AssetInput& out) {
  const std::string symbol = asset + std::string(kQuote);
  Closes spot, perpetual;
  BULKHEAD_TRY_STATUS(directory.merge_bars("spot", kSpotLengths, symbol, spot));
  BULKHEAD_TRY_STATUS(directory.merge("daily/binance_spot_daily", symbol, spot));
  BULKHEAD_TRY_STATUS(directory.merge_bars("perp", kPerpetualLengths, symbol, perpetual));
  BULKHEAD_TRY_STATUS(directory.merge("daily/binance_perp_daily", symbol, perpetual));
  if (perpetual.empty()) {
    BULKHEAD_TRY_STATUS(directory.merge("perp_mark_1h/" + symbol, "", perpetual));
  }
  Closes with_spot;
  for (const auto& [time, price] : perpetual) {
    if (spot.contains(time)) with_spot.emplace(time, price);
  }
  spot.insert(perpetual.begin(), perpetual.end());  // keeps spot where both are there
  out.spot = {std::string(kQuote), to_vector(spot)};
  out.perpetual = {std::string(kQuote), to_vector(with_spot)};
  return {};
}

Result<AssetInput> load_asset(const Directory& directory, const HistoryRequest& request) {
  AssetInput out;
  out.asset = request.asset;
  out.peg = request.peg;
  out.perpetual_basis = request.perpetual_basis;
  out.dated_basis = request.dated_basis;
  out.volatility = request.volatility;
  if (request.peg || dollar_symbol(request.asset) != request.asset) {
    BULKHEAD_TRY_STATUS(load_dollar(directory, request.asset, out));
    if (!out.spot.closes.empty()) return out;
  }
  BULKHEAD_TRY_STATUS(load_coin(directory, request.asset, out));
  return out;
}

bool has(const std::vector<AssetInput>& assets, std::string_view name) {
  return std::any_of(assets.begin(), assets.end(),
                     [&](const AssetInput& a) { return a.asset == name; });
}

}  // namespace

Result<calibration::BuilderInput> load_histories(const std::string& data_directory,
                                                 const std::string& numeraire,
                                                 std::span<const HistoryRequest> assets,
                                                 Timestamp as_of) {
  if (!std::filesystem::is_directory(data_directory)) {
    return fail(ErrorCode::io_error, "data_directory", data_directory, "a directory");
  }
  const Directory directory(data_directory, as_of);
  calibration::BuilderInput input;
  input.as_of = as_of;
  input.numeraire = numeraire;
  for (const HistoryRequest& request : assets) {
    if (request.asset == numeraire) continue;
    BULKHEAD_TRY(AssetInput asset, load_asset(directory, request));
    input.assets.push_back(std::move(asset));
  }
  // The way between USD, USDT and the numéraire.
  for (const std::string& link : {std::string(kQuote), numeraire}) {
    if (link == kDollar || has(input.assets, link)) continue;
    const bool crossed =
        std::any_of(input.assets.begin(), input.assets.end(),
                    [&](const AssetInput& a) { return a.spot.quote != numeraire; });
    if (!crossed) continue;
    AssetInput asset;
    asset.asset = link;
    asset.peg = true;
    BULKHEAD_TRY_STATUS(load_dollar(directory, link, asset));
    if (!asset.spot.closes.empty()) input.assets.push_back(std::move(asset));
  }
  return input;
}

Result<std::vector<calibration::TradedBar>> load_traded_bars(const std::string& data_directory,
                                                             const std::string& asset,
                                                             Timestamp as_of) {
  std::vector<calibration::TradedBar> out;
  const std::filesystem::path root(data_directory);
  for (const std::string_view length : kSpotLengths) {
    const std::string file = "spot_" + std::string(length) + "/" + asset + std::string(kQuote);
    for (const char* suffix : {".csv.zst", ".csv"}) {
      const std::filesystem::path path = root / (file + suffix);
      if (!out.empty() || !std::filesystem::exists(path)) continue;
      feeds::BarOptions options;
      options.to = as_of;
      BULKHEAD_TRY(const feeds::BarSeries series, feeds::read_bars(path.string(), options));
      if (!series.has_volume) continue;
      for (const feeds::Bar& bar : series.bars) {
        if (bar.close_time >= as_of) break;
        out.push_back({bar.close_time, bar.high, bar.low, bar.close, bar.volume * bar.close});
      }
    }
  }
  return out;
}

}  // namespace bulkhead::replay
