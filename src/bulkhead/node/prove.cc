// Inclusion proofs of single records, made and checked.
#include "bulkhead/node/prove.h"

#include "bulkhead/audit/merkle.h"
#include "bulkhead/audit/proof.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

constexpr std::size_t kDigits = 20;

Result<ProofFile> prove_at(const LogReader& log, const audit::HashSource& source,
                           const std::string& note, const audit::Checkpoint& checkpoint,
                           std::uint64_t index) {
  if (index >= checkpoint.size) {
    return fail(ErrorCode::out_of_range, "record", std::to_string(index),
                "below the checkpoint's size, " + std::to_string(checkpoint.size));
  }
  BULKHEAD_TRY(const Bytes record, log.read(index));
  BULKHEAD_TRY(const audit::InclusionProof proof, audit::make_proof(source, index, note, record));
  BULKHEAD_TRY_STATUS(audit::verify_inclusion(audit::leaf_hash(record), index, checkpoint.size,
                                              proof.hashes, checkpoint.root));
  return ProofFile{index, to_string(proof)};
}

}  // namespace

std::string proof_file_name(std::uint64_t index) {
  const std::string digits = std::to_string(index);
  return "record-" + std::string(kDigits - digits.size(), '0') + digits + ".tlog-proof";
}

Result<ProofFile> prove(const LogReader& log, std::uint64_t index) {
  BULKHEAD_TRY(const std::string note, log.checkpoint());
  BULKHEAD_TRY(const audit::Checkpoint checkpoint, audit::peek_checkpoint(note));
  const audit::TileReader source(log.tiles(), checkpoint.size);
  return prove_at(log, source, note, checkpoint, index);
}

Result<std::vector<ProofFile>> prove_account(const LogReader& log, std::string_view account) {
  BULKHEAD_TRY(const std::string note, log.checkpoint());
  BULKHEAD_TRY(const audit::Checkpoint checkpoint, audit::peek_checkpoint(note));
  const audit::TileReader source(log.tiles(), checkpoint.size);
  RecordFilter filter;
  filter.end = checkpoint.size;
  filter.account = account;
  std::vector<ProofFile> proofs;
  const auto add = [&](std::uint64_t index, const engine::LogRecord&) -> Status {
    BULKHEAD_TRY(proofs.emplace_back(), prove_at(log, source, note, checkpoint, index));
    return {};
  };
  BULKHEAD_TRY_STATUS(for_each_record(log, filter, add));
  return proofs;
}

Result<CheckedProof> check_proof(std::string_view text, const audit::VerifierKey& key) {
  BULKHEAD_TRY(const audit::InclusionProof proof, audit::parse_proof(text));
  if (!proof.extra) {
    return fail(ErrorCode::missing_field, "proof.extra", "", "the record itself");
  }
  CheckedProof checked;
  checked.index = proof.index;
  BULKHEAD_TRY(checked.checkpoint, audit::verify_proof(proof, *proof.extra, key));
  BULKHEAD_TRY(checked.record, wire::decode_record(*proof.extra));
  return checked;
}

}  // namespace bulkhead::node
