// One replay from scene and book to totals and report data, on any sink; and the comparison of two
// such runs on the same inputs.
#pragma once

#include <functional>
#include <optional>

#include "bulkhead/replay/book.h"
#include "bulkhead/replay/collector.h"
#include "bulkhead/replay/command_sink.h"
#include "bulkhead/replay/custodians.h"
#include "bulkhead/replay/planners.h"

namespace bulkhead::replay {

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint32_t scenarios = 1000;  // of the daily sets
  std::uint32_t samples = 400;     // of the report's series, about
  Timestamp wallet_failure;        // of the venue's own wallet, at the first tick from then; 0: no
  Timestamp wallet_warning;        // likewise: the wallet is put under alarm
  custody::CustodianBehaviour custodian = usual_custodian();
  PlannerKind planner = PlannerKind::none;
  // Ticks done and in all; may be empty.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

struct RunResult {
  RunTotals totals;
  ReportData data;  // series and rows; the caller adds title, notes, totals, provenance
};

Result<RunResult> run(CommandSink& sink, const Scene& scene, const Book& book,
                      const RunOptions& options);

// The lines of the report's comparison.
std::vector<TotalRow> compare(const RunTotals& first, const RunTotals& second,
                              const std::string& numeraire);

}  // namespace bulkhead::replay
