// The parts of verify(): what has been read of a log, and what each step found.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/audit/tiles.h"
#include "bulkhead/base/executor.h"
#include "bulkhead/journal/journal.h"
#include "bulkhead/node/heads.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/read_only_content.h"
#include "bulkhead/node/verify.h"

namespace bulkhead::node {

// Records [begin, end) of one signed head that the log does not match; `signature` would verify
// with what stood there.
struct Bracket {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  audit::Ed25519Signature signature{};
  bool is_unsigned = false;  // no head at all covers them
};

struct Verification {
  Verification(journal::FileSystem& f, const std::string& d, const VerifyOptions& o,
               VerifyReport& r, LogForm log_form, Executor& e)
      : files(f),
        directory(d),
        options(o),
        report(r),
        form(log_form),
        executor(e),
        content(f, content_directory(d)) {}

  journal::FileSystem& files;
  const std::string& directory;
  const VerifyOptions& options;
  VerifyReport& report;
  LogForm form;
  Executor& executor;
  ReadOnlyContent content;

  audit::VerifierKey key;
  bool trusted_key = false;  // from outside
  audit::MemoryTree tree;    // of the records that could be read
  std::vector<SignedHead> heads;
  std::optional<audit::Checkpoint> checkpoint;
  std::optional<Bracket> bracket;
  std::set<Hash> bad_content;                    // whose bytes have another hash
  std::map<Hash, std::uint64_t> naming;          // first record that holds such a hash
  std::map<std::uint64_t, Hash> snapshot_roots;  // of the state, by records

  std::uint64_t size() const { return tree.size(); }
  void find(VerifyStep step, std::uint64_t record, Error error);
  // Of the record it is only known that the damage lies there or behind it.
  void suspect(VerifyStep step, std::uint64_t record, Error error);
  bool has_findings() const { return !report.findings.empty(); }
  void progress(VerifyStep step, std::uint64_t done, std::uint64_t total) const;
};

// Visits the records that can be read, in order, up to the first that cannot. With `strict`, adds
// what is wrong as findings of step framing, padding and unused bytes included.
Status read_records(Verification& run, bool strict, const journal::RecordVisitor& visit);

void check_key(Verification& run);
void check_content(Verification& run);
void check_framing(Verification& run);  // fills tree and naming
void check_tiles(Verification& run);
void check_heads(Verification& run);
void check_checkpoint(Verification& run);
void check_outside(Verification& run);
void check_snapshots(Verification& run);
void execute(Verification& run);

}  // namespace bulkhead::node
