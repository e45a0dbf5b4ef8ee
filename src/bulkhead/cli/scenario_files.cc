#include "bulkhead/cli/scenario_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "bulkhead/base/canonical.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/replay/histories.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

constexpr std::array kStablecoins = {"BUSD", "DAI",  "FDUSD", "FRAX", "PYUSD", "TUSD",
                                     "USDC", "USDE", "USDP",  "USDT", "UST",   "USTC"};

bool is_json(const std::string& path) { return path.ends_with(".json"); }

// "BTC" of "spot_1h/BTCUSDT.csv.zst" if the quote is USDT.
std::string asset_of_file(const std::string& name) {
  const std::size_t at = name.find("USDT.csv");
  return at == std::string::npos ? std::string() : name.substr(0, at);
}

Result<std::vector<std::string>> assets_in(const std::string& directory) {
  std::set<std::string> assets;
  std::error_code failed;
  for (std::filesystem::directory_iterator folder(directory, failed), end; !failed && folder != end;
       folder.increment(failed)) {
    if (!folder->path().filename().string().starts_with("spot_")) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder->path(), failed)) {
      const std::string asset = asset_of_file(file.path().filename().string());
      if (!asset.empty()) assets.insert(asset);
    }
  }
  if (failed) return fail(ErrorCode::io_error, "--data", directory, "a directory that can be read");
  if (assets.empty()) {
    return fail(ErrorCode::not_found, "--data", directory,
                "a directory with spot_<bar>/<ASSET>USDT.csv files, or --assets");
  }
  return std::vector<std::string>(assets.begin(), assets.end());
}

}  // namespace

bool is_stablecoin(std::string_view asset) {
  return std::ranges::find(kStablecoins, asset) != kStablecoins.end();
}

Result<pricing::ScenarioSet> read_scenario_set(const std::string& path) {
  Result<pricing::ScenarioSet> set = fail(ErrorCode::malformed, path, "", "");
  if (is_json(path)) {
    BULKHEAD_TRY(const std::string text, read_text(path));
    set = wire::from_json<pricing::ScenarioSet>(text);
  } else {
    BULKHEAD_TRY(const Bytes bytes, read_bytes(path));
    set = decode<pricing::ScenarioSet>(bytes);
  }
  if (!set) return in_file(path, set.error());
  if (const Status fine = pricing::validate(*set); !fine) return in_file(path, fine.error());
  return set;
}

Status write_scenario_set(const std::string& path, const pricing::ScenarioSet& set) {
  if (is_json(path)) return write_text(path, wire::to_json(set) + "\n");
  return write_bytes(path, encode(set));
}

Result<RequestedSet> build_requested_set(const SetRequest& request) {
  std::vector<std::string> assets = request.assets;
  if (assets.empty()) {
    BULKHEAD_TRY(assets, assets_in(request.data_directory));
  }
  std::vector<replay::HistoryRequest> wanted;
  for (const std::string& asset : assets) {
    if (asset == request.numeraire) continue;
    const bool peg = is_stablecoin(asset);
    wanted.push_back({asset, peg, !peg, !peg, !peg});
  }
  Result<calibration::BuilderInput> histories =
      replay::load_histories(request.data_directory, request.numeraire, wanted, request.as_of);
  if (!histories) return std::unexpected(histories.error());
  histories->as_of = request.as_of;
  BULKHEAD_TRY(calibration::BuiltSet built,
               calibration::build_scenario_set(*histories, request.options));
  return RequestedSet{std::move(built), std::move(*histories)};
}

}  // namespace bulkhead::cli
