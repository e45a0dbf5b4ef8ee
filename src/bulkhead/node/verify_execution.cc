// Re-execution of what the log holds, and where exactly damage lies that only a signed root shows.
#include <algorithm>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/node/reexecution.h"
#include "bulkhead/node/snapshot.h"
#include "bulkhead/node/verify_parts.h"

namespace bulkhead::node {

namespace {

using journal::ByteSpan;

constexpr std::uint64_t kProgressRecords = 1'024;

// Records from here on need no execution: they are known to be bad or lie behind bad ones.
std::uint64_t execution_end(const Verification& run) {
  std::uint64_t end = run.size();
  for (const VerifyFinding& finding : run.report.findings) {
    if (finding.located) end = std::min(end, finding.record);
  }
  if (run.bracket) end = std::min(end, run.bracket->end);
  return end;
}

class Executed {
 public:
  explicit Executed(Verification& run)
      : run_(run),
        end_(execution_end(run)),
        engine_([&run](const Hash& hash) { return run.content.get(hash); }, run.executor,
                options_of(run)) {}

  void execute() {
    std::uint64_t begin = 0;
    if (run_.options.snapshot && !restore(*run_.options.snapshot, begin)) return;
    Reexecution execution(engine_, begin);
    execution.on_applied = [this](const auto& command, const auto&) { note_content(command); };
    bool stopped = false;
    const Status read = read_records(run_, false, [&](std::uint64_t index, ByteSpan record) {
      if (index < begin) return Status();
      stopped = index >= end_ || !take(execution, index, record);
      return stopped ? stop() : Status();
    });
    if (!read && !stopped) run_.find(VerifyStep::execution, execution.next(), read.error());
    run_.report.commands = execution.commands();
    run_.report.signed_commands = execution.signed_commands();
    run_.report.digests = execution.digests();
    if (stopped || !read || end_ != run_.size()) return;
    if (!execution.missing().empty()) {
      VerifyFinding found{VerifyStep::execution,
                          run_.size(),
                          {ErrorCode::data_loss, "record", std::to_string(run_.size()),
                           "the events of the last command"}};
      locate(execution, found);
      return run_.find(found.step, found.record, std::move(found.error));
    }
    compare_snapshot(run_.size());
    run_.report.state_root = engine_.state_root();
  }

 private:
  static engine::EngineOptions options_of(const Verification& run) {
    engine::EngineOptions options{.evaluate_twice = run.options.evaluate_twice,
                                  .plain = run.options.plain};
    if (run.options.digest_interval > 0) options.digest_interval = run.options.digest_interval;
    return options;
  }
  // Ends a scan; the error is never shown.
  static Status stop() { return fail(ErrorCode::replay_mismatch, "", "", ""); }

  bool restore(std::uint64_t records, std::uint64_t& begin) {
    const auto snapshot =
        read_snapshot_file(run_.files, snapshot_directory(run_.directory), records);
    Status restored = snapshot ? engine_.restore(snapshot->state) : Status();
    if (!snapshot) restored = std::unexpected(snapshot.error());
    if (restored &&
        (engine_.state_root() != snapshot->root || engine_.state().counters().records != records)) {
      restored =
          fail(ErrorCode::corrupt, "snapshot", std::to_string(records), "the state that it names");
    }
    if (!restored) run_.find(VerifyStep::snapshots, records, restored.error());
    begin = records;
    return restored.has_value();
  }

  // False at the first bad record.
  bool take(Reexecution& execution, std::uint64_t index, ByteSpan record) {
    if (index % kProgressRecords == 0) run_.progress(VerifyStep::execution, index, run_.size());
    if (execution.missing().empty()) compare_snapshot(index);
    auto found = execution.feed(record);
    if (!found) return true;
    locate(execution, *found);
    run_.find(found->step, found->record, std::move(found->error));
    return false;
  }

  void compare_snapshot(std::uint64_t index) {
    const auto at = run_.snapshot_roots.find(index);
    if (at == run_.snapshot_roots.end() || at->second == engine_.state_root()) return;
    run_.find(VerifyStep::snapshots, index,
              {ErrorCode::replay_mismatch, "snapshot", std::to_string(index),
               "the state that re-execution gives"});
  }

  void note_content(const engine::Command& command) {
    const auto* const adopt = std::get_if<engine::AdoptScenarioSet>(&command.body);
    missing_content_.reset();
    if (adopt != nullptr && !run_.content.get(adopt->hash)) missing_content_ = adopt->hash;
  }

  // An event that is not what its command gives: is it the event that was changed, or the command?
  // If the signed head is that of the command with the events that follow from it, the command is
  // the one that was signed.
  void locate(const Reexecution& execution, VerifyFinding& found) {
    if (execution.missing().empty()) return;  // no event was due: the record itself
    const std::uint64_t command = execution.command_index();
    if (missing_content_) {
      found = {VerifyStep::content,
               command,
               {ErrorCode::not_found, "content", to_hex(*missing_content_),
                "content that an accepted command names"}};
      return;
    }
    if (!run_.bracket || command < run_.bracket->begin) return;
    auto tree = audit::Frontier::load(run_.tree, command);
    if (!tree) return;
    for (const Bytes& record : execution.expected()) tree->append(audit::leaf_hash(record));
    const SignedHead head{tree->size(), tree->root(), run_.bracket->signature};
    if (verify_head(head, run_.key)) return;
    found.error.detail += "; but what was signed is not record " + std::to_string(command) +
                          " with the events that follow from it";
    found.record = run_.bracket->begin;
  }

  Verification& run_;
  std::uint64_t end_;
  engine::Engine engine_;
  std::optional<Hash> missing_content_;
};

// Findings that point at a whole group move to what was found inside it.
void resolve(Verification& run) {
  const std::uint64_t begin = run.bracket ? run.bracket->begin : 0;
  const std::uint64_t end = run.bracket ? run.bracket->end : UINT64_MAX;
  std::uint64_t located = UINT64_MAX;
  for (const VerifyFinding& finding : run.report.findings) {
    // An event that is missing at the end of the group is still of the group.
    const bool inside =
        finding.record < end || (finding.record == end && finding.step == VerifyStep::execution);
    if (finding.located && finding.record >= begin && inside) {
      located = std::min(located, finding.record);
    }
  }
  if (located == UINT64_MAX && !run.bracket) return;
  if (located == UINT64_MAX || (run.bracket && run.bracket->is_unsigned)) located = begin;
  for (VerifyFinding& finding : run.report.findings) {
    if (!finding.located && finding.record <= located) finding.record = located;
  }
}

}  // namespace

void execute(Verification& run) {
  const bool wanted = run.options.execution == Execution::always ||
                      (run.options.execution == Execution::if_sound && !run.has_findings());
  if (wanted) Executed(run).execute();
  resolve(run);
}

}  // namespace bulkhead::node
