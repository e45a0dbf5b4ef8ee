// `bulkhead prove`: a member's proofs that records are in the log, as files.
#include <filesystem>

#include "bulkhead/cli/files.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/prove.h"

namespace bulkhead::cli {
namespace {

int write_all(const std::vector<node::ProofFile>& proofs, const std::string& out,
              Terminal& terminal) {
  std::error_code failed;
  std::filesystem::create_directories(out, failed);
  for (const node::ProofFile& proof : proofs) {
    const std::string path = out + "/" + node::proof_file_name(proof.index);
    const Status written = write_text(path, proof.text);
    if (!written) return terminal.fail(written.error());
  }
  terminal.line(std::to_string(proofs.size()) + " proofs in " + out);
  return kOk;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--index") == arguments.has("--account")) {
    return terminal.fail({ErrorCode::missing_field, "--index", "", "either --index or --account"});
  }
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  if (arguments.has("--account")) {
    const std::string& account = arguments.text("--account");
    const auto proofs = node::prove_account(**log, account);
    if (!proofs) return terminal.fail(proofs.error());
    if (proofs->empty()) {
      return terminal.fail({ErrorCode::account_unknown, "--account", account,
                            "an account that some record of the log concerns"});
    }
    return write_all(*proofs, arguments.has("--out") ? arguments.text("--out") : "proofs",
                     terminal);
  }
  const Result<std::uint64_t> index = arguments.number("--index", 0, UINT64_MAX);
  if (!index) return terminal.fail(index.error());
  const auto proof = node::prove(**log, *index);
  if (!proof) return terminal.fail(proof.error());
  if (arguments.has("--out")) return write_all({*proof}, arguments.text("--out"), terminal);
  terminal.out(proof->text);
  return kOk;
}

}  // namespace

Verb prove_verb() {
  return {
      .name = "prove",
      .summary = "give proofs that records are in the log",
      .details =
          "A proof holds the record, its path in the tree and the signed checkpoint; it\n"
          "is checked offline by `bulkhead check-proof`, with the log's key alone.\n"
          "\n"
          "Examples:\n"
          "  bulkhead prove out/demo/log --index 42 > record-42.tlog-proof\n"
          "  bulkhead prove out/demo/log --account account-00017 --out proofs",
      .options = {log_positional(), value("--index", "N", "of this record"),
                  value("--account", "NAME", "of every record that concerns this account"),
                  value("--out", "DIR", "directory; one record goes to stdout, many to proofs/")},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
