// Proofs for members: that a record is in the log, as files that anyone checks offline with the
// log's public key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/engine/log_record.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::node {

struct ProofFile {
  std::uint64_t index = 0;
  std::string text;  // C2SP tlog-proof with the record in `extra`
};
// "record-00000000000000000042.tlog-proof".
std::string proof_file_name(std::uint64_t index);

// Against the log's published checkpoint. out_of_range if the record is not below its size;
// proof_mismatch if tiles and record do not belong together.
Result<ProofFile> prove(const LogReader& log, std::uint64_t index);
// Every record that concerns the account.
Result<std::vector<ProofFile>> prove_account(const LogReader& log, std::string_view account);

struct CheckedProof {
  std::uint64_t index = 0;
  audit::Checkpoint checkpoint;
  engine::LogRecord record;
};
// Verifies signature and inclusion with the key alone. missing_field if the proof has no record.
Result<CheckedProof> check_proof(std::string_view text, const audit::VerifierKey& key);

}  // namespace bulkhead::node
