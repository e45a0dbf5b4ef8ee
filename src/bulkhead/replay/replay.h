// `bulkhead replay` from end to end: scene, book, journaled run, verification, the same under a
// second policy, report and summary in one folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bulkhead/node/verify.h"
#include "bulkhead/replay/run.h"
#include "bulkhead/views/monitor_view.h"

namespace bulkhead::replay {

// A parameter set and what the report calls it.
struct NamedPolicy {
  std::string name;
  policy::ParameterSet parameters;
};

struct ReplayOptions {
  std::string window;          // of feeds::window_names(); empty: generated market
  std::string data_directory;  // recorded data
  Timestamp from;              // cut of the window; 0: all
  Timestamp to;
  std::uint64_t seed = 1;
  std::uint32_t accounts = 200;
  std::uint32_t scenarios = 1000;
  double tightness = 1.0;       // of the generated book, > 1: nearer to its margin
  bool unlevered_only = false;  // control book: nobody owes anything
  std::string book_file;        // both or neither: read instead of generated
  std::string behaviour_file;
  policy::LadderKind kind = policy::LadderKind::full;
  std::optional<NamedPolicy> policy;    // none: the shipped one, or the book's own
  bool compare = true;                  // run a second policy too
  std::optional<NamedPolicy> compared;  // none: liquidate-only
  double hostile = 0;                   // share of members turned against the venue
  std::string custodian = "usual";      // a name that custodian_profile() knows
  std::string planner = "none";         // a name that planner_kind() knows
  // The venue's own wallet fails at this time: what owners lose is counted, nothing else changes.
  Timestamp wallet_failure;       // 0: it does not
  Timestamp wallet_warning;       // the wallet is put under alarm then; 0: it is not
  bool verify = false;            // re-execute the log afterwards
  bool plain = false;             // the reference: every account at every tick, the same log
  std::uint64_t check_every = 0;  // see engine::ValuerOptions; an account missed is an error
  unsigned threads = 2;
  std::string out;  // folder, made anew
  // Phase in words, ticks done and in all (all = 0: no count).
  std::function<void(const std::string& phase, std::uint64_t done, std::uint64_t all)> progress;
};

struct ReplayResult {
  std::string title;
  std::string numeraire;
  Timestamp from, to;
  std::uint32_t accounts = 0;
  std::string policy = "the ladder";  // in words
  RunTotals totals;
  engine::TickCounts ticks;
  std::string other_policy = "liquidate-only";
  std::optional<RunTotals> other;  // of the second policy
  views::MonitorView models;       // the watch over the model of risk, at the end
  std::optional<node::VerifyReport> verified;
  std::string report_file;  // OUT/report.html
  std::string log;          // OUT/log
  std::string vkey;
  Hash state_root{};
  double seconds = 0;  // of the journaled run
};

// Writes OUT/{report.html, log/, checkpoint, log.vkey, book.jsonl, behaviour.json, summary.json}.
Result<ReplayResult> replay(const ReplayOptions& options);

// Ten lines for people; JSON for machines.
std::string summary_text(const ReplayResult& result);
std::string summary_json(const ReplayResult& result);

}  // namespace bulkhead::replay
