// Checks a whole LOG, byte by byte, against a key and a checkpoint that come from outside it
// (DESIGN 6): framing, tree, signatures, consistency, then re-execution from genesis with every
// event compared. Safe on hostile bytes.
//
//   VerifyReport report = verify(files, "venue.log", {.vkey = key, .checkpoint = newest});
//   if (report.outcome == VerifyOutcome::failed) … report.first_bad_record …
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/journal/file_system.h"

namespace bulkhead::node {

// Order of the work. A step that finds nothing wrong is reported as passed.
enum class VerifyStep : std::uint8_t {
  open,         // the directory is a log
  framing,      // segments and frames, or entry bundles
  tree,         // leaf hashes against tiles
  heads,        // the signed history of sizes and roots
  checkpoint,   // the newest signed checkpoint
  consistency,  // with the checkpoint from outside
  content,      // content that records name
  snapshots,    // against the state at their index
  records,      // canonical form, order of commands and events
  signatures,   // of commands
  execution     // every event and digest
};
BULKHEAD_ENUM_NAMES(VerifyStep, "open", "framing", "tree", "heads", "checkpoint", "consistency",
                    "content", "snapshots", "records", "signatures", "execution")

enum class VerifyOutcome : std::uint8_t { ok, self_consistent_only, data_loss, failed };
BULKHEAD_ENUM_NAMES(VerifyOutcome, "ok", "self_consistent_only", "data_loss", "failed")

enum class Execution {
  always,    // up to the first bad record that the other steps found
  if_sound,  // only when the other steps found nothing
  never      // and what is not executed is said in the report
};

struct VerifyProgress {
  VerifyStep step = VerifyStep::open;
  std::uint64_t done = 0;   // records
  std::uint64_t total = 0;  // 0: not known yet
};

struct VerifyOptions {
  std::string vkey{};  // from outside; empty: the log's own, outcome at best self_consistent_only
  std::string checkpoint{};  // signed note from outside; empty: none
  unsigned threads = 1;
  bool evaluate_twice = false;  // every account twice per tick, in reverse order
  bool plain = false;           // every account at every tick (engine::ValuerOptions)
  Execution execution = Execution::always;
  std::uint64_t digest_interval = 0;  // 0: the engine's own
  // Execution begins at the snapshot of this record instead of genesis.
  std::optional<std::uint64_t> snapshot = {};
  std::function<void(const VerifyProgress&)> progress = {};
  // Heads whose signature was found good before, by SHA-256(key name ‖ key ‖ line): checked once by
  // who verifies a growing log again and again. What they sign is compared every time.
  std::set<Hash>* known_heads = nullptr;
};

struct VerifyFinding {
  VerifyStep step = VerifyStep::open;
  std::uint64_t record = 0;  // the first record that is bad or that nothing vouches for
  Error error;
  // False: the damage lies somewhere from that record on.
  bool located = true;
};

struct VerifyReport {
  VerifyOutcome outcome = VerifyOutcome::failed;
  std::vector<VerifyStep> passed;
  std::vector<VerifyFinding> findings;  // smallest record first
  // Of findings.front(), if any.
  std::optional<std::uint64_t> first_bad_record;
  std::optional<VerifyStep> step;
  std::string message;

  std::string origin;
  std::uint64_t records = 0;
  std::uint64_t commands = 0;         // executed
  Hash root{};                        // of the tree of all records
  std::optional<Hash> state_root;     // after the last record; nullopt: not executed
  std::uint64_t signed_commands = 0;  // whose signatures were checked
  std::uint64_t digests = 0;          // StateDigest events compared
};

VerifyReport verify(journal::FileSystem& files, const std::string& directory,
                    const VerifyOptions& options = {});

std::string to_json(const VerifyReport& report);
std::string to_text(const VerifyReport& report);  // several lines, for people
// 0 ok, 1 failed, 3 self-consistent only, 4 data loss.
int exit_code(VerifyOutcome outcome);

}  // namespace bulkhead::node
