// A self-contained proof that a record is in the log (C2SP tlog-proof): leaf index, hashes and the
// signed checkpoint in one text file that anyone verifies offline with the log's public key.
//
//   c2sp.org/tlog-proof@v1
//   extra cmVjb3Jk                base64, optional; we put the record itself here
//   index 4
//   yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
//   …
//                                 empty line, then the checkpoint
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/audit/merkle.h"

namespace bulkhead::audit {

struct InclusionProof {
  std::optional<Bytes> extra;  // the record, when the file is to be self-contained
  std::uint64_t index = 0;
  std::vector<Hash> hashes;  // at most 64
  std::string checkpoint;    // signed note

  friend bool operator==(const InclusionProof&, const InclusionProof&) = default;
};

std::string to_string(const InclusionProof& proof);
Result<InclusionProof> parse_proof(std::string_view text);

// Proof of leaf `index` in the log of `checkpoint_note`, with hashes from `source`.
Result<InclusionProof> make_proof(const HashSource& source, std::uint64_t index,
                                  std::string_view checkpoint_note,
                                  std::optional<Bytes> record = std::nullopt);

// Checks the checkpoint's signature and that `record` is leaf proof.index of it; returns the
// checkpoint. `extra` is not looked at.
Result<Checkpoint> verify_proof(const InclusionProof& proof, std::span<const std::uint8_t> record,
                                const VerifierKey& log_key,
                                std::span<const VerifierKey> cosigners = {});

}  // namespace bulkhead::audit
