// The order of the steps, and what they come to.
#include "bulkhead/node/verify.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "bulkhead/node/thread_pool.h"
#include "bulkhead/node/verify_parts.h"

namespace bulkhead::node {

void Verification::find(VerifyStep step, std::uint64_t record, Error error) {
  report.findings.push_back({step, record, std::move(error)});
}

void Verification::suspect(VerifyStep step, std::uint64_t record, Error error) {
  report.findings.push_back({step, record, std::move(error), false});
}

void Verification::progress(VerifyStep step, std::uint64_t done, std::uint64_t total) const {
  if (options.progress) options.progress({step, done, total});
}

namespace {

void find_bad_content(Verification& run) {
  for (const Hash& hash : run.bad_content) {
    const auto named = run.naming.find(hash);
    const auto read = run.content.get(hash);
    run.find(
        VerifyStep::content, named == run.naming.end() ? run.size() : named->second,
        read ? Error{ErrorCode::corrupt, "content", "", "bytes that do not change"} : read.error());
  }
}

// Steps that were taken to their end without a finding.
void list_passed(const Verification& run) {
  VerifyReport& report = run.report;
  const bool executed = report.state_root.has_value();
  for (std::size_t i = 0; i < enum_names(VerifyStep{}).size(); ++i) {
    const auto step = static_cast<VerifyStep>(i);
    const bool found =
        std::ranges::find(report.findings, step, &VerifyFinding::step) != report.findings.end();
    bool taken = true;
    if (step == VerifyStep::consistency) taken = !run.options.checkpoint.empty();
    if (step == VerifyStep::snapshots) taken = run.form == LogForm::node_directory;
    if (step >= VerifyStep::records) taken = executed;
    if (taken && !found) report.passed.push_back(step);
  }
}

// Smallest record first, then the earlier step, then as found. Clang refuses libstdc++ 12's
// stable_sort, which uses what that library itself calls deprecated.
void sort_findings(std::vector<VerifyFinding>& findings) {
  std::vector<std::size_t> order(findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::tuple(findings[i].record, findings[i].step, i);
  });
  std::vector<VerifyFinding> sorted;
  sorted.reserve(findings.size());
  for (const std::size_t i : order) sorted.push_back(std::move(findings[i]));
  findings = std::move(sorted);
}

void conclude(VerifyReport& report, bool trusted_key) {
  sort_findings(report.findings);
  if (report.findings.empty()) {
    report.outcome = trusted_key ? VerifyOutcome::ok : VerifyOutcome::self_consistent_only;
    report.message = trusted_key ? "every record is as it was signed"
                                 : "consistent with itself; no key was given, so anyone could "
                                   "have written it";
    return;
  }
  const VerifyFinding& first = report.findings.front();
  report.outcome =
      first.error.code == ErrorCode::data_loss ? VerifyOutcome::data_loss : VerifyOutcome::failed;
  report.first_bad_record = first.record;
  report.step = first.step;
  report.message = (report.outcome == VerifyOutcome::data_loss ? "DATA LOSS: " : "") +
                   ("record " + std::to_string(first.record)) + ", " +
                   std::string(to_string(first.step)) + ": " + to_string(first.error);
}

void check_all(Verification& run) {
  check_key(run);
  check_content(run);
  check_framing(run);
  find_bad_content(run);
  run.report.records = run.size();
  const auto root = audit::tree_root(run.tree, run.size());
  if (root) run.report.root = *root;
  run.progress(VerifyStep::heads, run.size(), run.size());
  check_heads(run);
  check_checkpoint(run);
  check_outside(run);
  run.progress(VerifyStep::tree, run.size(), run.size());
  check_tiles(run);
  check_snapshots(run);
  execute(run);
  list_passed(run);
}

}  // namespace

VerifyReport verify(journal::FileSystem& files, const std::string& directory,
                    const VerifyOptions& options) {
  VerifyReport report;
  const auto form = form_of(files, directory);
  if (!form) {
    report.findings.push_back(
        {VerifyStep::open,
         0,
         {ErrorCode::not_found, "log", directory, "a node's directory or an export"}});
    conclude(report, false);
    return report;
  }
  ThreadPool pool(options.threads);
  Verification run(files, directory, options, report, *form, pool);
  check_all(run);
  conclude(report, run.trusted_key);
  return report;
}

int exit_code(VerifyOutcome outcome) {
  switch (outcome) {
    case VerifyOutcome::ok:
      return 0;
    case VerifyOutcome::failed:
      return 1;
    case VerifyOutcome::self_consistent_only:
      return 3;
    case VerifyOutcome::data_loss:
      return 4;
  }
  return 1;
}

}  // namespace bulkhead::node
