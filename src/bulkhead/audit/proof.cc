// Text form and check of self-contained inclusion proofs.
#include "bulkhead/audit/proof.h"

#include <algorithm>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note_text.h"
#include "bulkhead/audit/tiles.h"

namespace bulkhead::audit {

namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxProofBytes = kMaxNoteBytes + 2 * kMaxEntryBytes;
constexpr std::size_t kMaxHashes = 64;

std::unexpected<Error> refuse(std::string_view field, std::string_view value,
                              std::string_view detail) {
  return fail(ErrorCode::malformed, std::string("proof.") + std::string(field),
              value.substr(0, 100), detail);
}

// Cuts the first line off; the whole rest if there is no newline.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::string to_string(const InclusionProof& proof) {
  std::string text = std::string(kFirstLine) + "\n";
  if (proof.extra) text += "extra " + to_base64(*proof.extra) + "\n";
  text += "index " + std::to_string(proof.index) + "\n";
  for (const Hash& hash : proof.hashes) text += to_base64(hash) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<InclusionProof> parse_proof(std::string_view text) {
  if (text.size() > kMaxProofBytes) {
    return fail(ErrorCode::too_large, "proof", std::to_string(text.size()), "a proof file");
  }
  if (take_line(text) != kFirstLine) return refuse("text", "", "c2sp.org/tlog-proof@v1");
  InclusionProof proof;
  std::string_view line = take_line(text);
  if (line.starts_with("extra ")) {
    BULKHEAD_TRY(proof.extra, from_base64(line.substr(6)));
    if (proof.extra->size() > kMaxEntryBytes) {
      return fail(ErrorCode::too_large, "proof.extra", std::to_string(proof.extra->size()),
                  "at most 65,535 bytes");
    }
    line = take_line(text);
  }
  if (!line.starts_with("index ")) return refuse("index", line, "the line \"index N\"");
  const auto index = parse_plain_number(line.substr(6));
  if (!index) return refuse("index", line, "a decimal number below 2^64");
  proof.index = *index;
  while (true) {
    if (text.empty()) return refuse("checkpoint", "", "an empty line and a checkpoint");
    line = take_line(text);
    if (line.empty()) break;
    if (proof.hashes.size() == kMaxHashes) return refuse("hashes", "", "at most 64");
    const auto bytes = from_base64(line);
    if (!bytes || bytes->size() != std::tuple_size_v<Hash>) {
      return refuse("hashes", line, "base64 of 32 bytes");
    }
    std::copy(bytes->begin(), bytes->end(), proof.hashes.emplace_back().begin());
  }
  proof.checkpoint = text;
  BULKHEAD_TRY_STATUS(peek_checkpoint(proof.checkpoint));
  return proof;
}

Result<InclusionProof> make_proof(const HashSource& source, std::uint64_t index,
                                  std::string_view checkpoint_note, std::optional<Bytes> record) {
  BULKHEAD_TRY(const Checkpoint checkpoint, peek_checkpoint(checkpoint_note));
  InclusionProof proof;
  proof.extra = std::move(record);
  proof.index = index;
  BULKHEAD_TRY(proof.hashes, inclusion_proof(source, index, checkpoint.size));
  proof.checkpoint = checkpoint_note;
  return proof;
}

Result<Checkpoint> verify_proof(const InclusionProof& proof, std::span<const std::uint8_t> record,
                                const VerifierKey& log_key,
                                std::span<const VerifierKey> cosigners) {
  BULKHEAD_TRY(Checkpoint checkpoint, open_checkpoint(proof.checkpoint, log_key, cosigners));
  BULKHEAD_TRY_STATUS(verify_inclusion(leaf_hash(record), proof.index, checkpoint.size,
                                       proof.hashes, checkpoint.root));
  return checkpoint;
}

}  // namespace bulkhead::audit
