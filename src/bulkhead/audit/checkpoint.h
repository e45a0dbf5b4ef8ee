// Checkpoints (C2SP tlog-checkpoint): the signed statement of a log's size and root.
//
//   example.com/log          origin, also the name of the log's key
//   15                       size
//   rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/audit/note.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::audit {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::string extensions;  // further lines, each with its newline; empty as we write them

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text that is signed.
std::string checkpoint_text(const Checkpoint& checkpoint);
// malformed unless it is exactly that form (size without leading zeros, root of 32 bytes).
Result<Checkpoint> parse_checkpoint_text(std::string_view text);

// Signed note; the key's name must be the origin.
Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const SignerKey& key);

// Opens the note with the log's key: at least the log's own signature must verify and the origin
// must be the key's name. `cosigners` are verified if they signed.
Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log_key,
                                   std::span<const VerifierKey> cosigners = {});
// Reads a checkpoint without verifying anything.
Result<Checkpoint> peek_checkpoint(std::string_view note);

}  // namespace bulkhead::audit
