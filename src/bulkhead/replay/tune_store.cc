#include "bulkhead/replay/tune_store.h"

#include <fstream>
#include <iterator>

#include "bulkhead/base/sha256.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::replay {
namespace {

namespace fs = std::filesystem;

std::string check_of(StoredRun run) {
  run.check.clear();
  return to_hex(sha256(wire::to_json(run)));
}

}  // namespace

Result<TuneStore> TuneStore::open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::io_error, "out", folder.string(), "a folder that can be made");
  return TuneStore(folder);
}

fs::path TuneStore::file_of(const std::string& inputs) const {
  return folder_ / (inputs.substr(0, 32) + ".json");
}

Stored TuneStore::find(const std::string& inputs, TuneFigures& figures) const {
  std::ifstream file(file_of(inputs), std::ios::binary);
  if (!file) return Stored::absent;
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const Result<StoredRun> run = wire::from_json<StoredRun>(text);
  if (!run || run->inputs != inputs || run->check != check_of(*run)) return Stored::torn;
  figures = run->figures;
  return Stored::good;
}

Status TuneStore::put(StoredRun run) const {
  run.check = check_of(run);
  const fs::path path = file_of(run.inputs);
  const fs::path part = path.string() + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << wire::to_json(run) << "\n";
  file.close();
  std::error_code error;
  if (file) fs::rename(part, path, error);
  if (!file || error) {
    return fail(ErrorCode::io_error, "out", path.string(), "a file that can be written");
  }
  return {};
}

TuneFigures figures_of(const RunTotals& totals, std::uint32_t accounts) {
  TuneFigures f;
  f.accounts = accounts;
  f.opening_equity = totals.opening_equity;
  f.bad_debt = totals.bad_debt;
  f.insurance = totals.insurance;
  f.defaulted = totals.accounts_defaulted;
  f.liquidations = totals.liquidations;
  f.avoidable = totals.avoidable;
  f.avoidable_loss = totals.avoidable_loss;
  f.liquidated = totals.liquidated;
  f.calls = totals.calls;
  f.calls_met = totals.calls_met;
  f.calls_missed = totals.calls_missed;
  f.most_called = totals.most_called;
  f.tied_up = totals.mean_tied_up;
  f.sequestered = totals.mean_sequestered;
  f.collateral = totals.mean_collateral;
  f.requirement = totals.mean_initial;
  f.sequestrations = totals.sequestrations;
  f.needed = totals.scored_needed;
  f.false_alarms = totals.scored_false;
  f.late = totals.scored_late;
  f.missed = totals.scored_missed;
  f.still_held = totals.scored_open;
  f.sequestration_cost = totals.sequestration_cost;
  f.margin_peak_to_trough = totals.margin_peak_to_trough;
  f.margin_rise = totals.margin_rise;
  return f;
}

}  // namespace bulkhead::replay
