// Signed notes (C2SP signed-note): a text that ends with a newline, an empty line, and one
// signature line for each key. Keys are known by name and by the id SHA-256(name ‖ 0x0A ‖ algorithm
// ‖ public key)[0..4).
//
//   Result<VerifiedNote> note = open_note(text, keys);   // unknown keys are ignored, a known key's
//                                                        // bad signature refuses the whole note
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/ed25519.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::audit {

inline constexpr std::size_t kMaxNoteBytes = 1'000'000;
inline constexpr std::size_t kMaxNoteSignatures = 100;

// These numbers stand in keys and key ids.
enum class NoteAlgorithm : std::uint8_t {
  ed25519 = 1,
  cosignature_v1 =
      4,  // Ed25519 over "cosignature/v1\ntime T\n" ‖ text, with the time in the signature
};

struct VerifierKey {
  std::string name;  // no space, no '+', not empty
  NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
  Ed25519PublicKey public_key{};
  std::uint32_t id = 0;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

struct SignerKey {
  std::string name;
  NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
  Ed25519Seed seed{};

  VerifierKey verifier() const;
};

std::uint32_t note_key_id(std::string_view name, NoteAlgorithm algorithm,
                          const Ed25519PublicKey& key);

// "name+33d7b496+AeHT…": the id must be that of the key. A key of an unknown algorithm is refused.
Result<VerifierKey> parse_verifier_key(std::string_view text);
std::string to_string(const VerifierKey& key);
// "PRIVATE+KEY+name+33d7b496+Aeym…".
Result<SignerKey> parse_signer_key(std::string_view text);
std::string to_private_string(const SignerKey& key);

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  Bytes signature;  // without the id

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // with its final newline
  std::vector<NoteSignature> signatures;
};

// Shape only, nothing verified. malformed: control characters, bad UTF-8, no signature, no final
// newline, text after the signatures. too_large: over 1,000,000 bytes or 100 signatures.
Result<Note> parse_note(std::string_view text);
std::string to_string(const Note& note);

struct VerifiedNote {
  std::string text;
  std::vector<NoteSignature> verified;    // at least one
  std::vector<NoteSignature> unverified;  // by unknown keys
};

// bad_signature if a known key's signature does not verify; untrusted if no known key signed.
Result<VerifiedNote> open_note(std::string_view text, std::span<const VerifierKey> keys);

// Signature by an ed25519 key. Text must end with a newline.
NoteSignature sign_text(std::string_view text, const SignerKey& key);
// Cosignature/v1 at `unix_seconds` by a cosignature_v1 key.
NoteSignature cosign_text(std::string_view text, const SignerKey& key, std::uint64_t unix_seconds);
// The time in a cosignature; malformed if it is not 8 + 64 bytes long.
Result<std::uint64_t> cosignature_time(const NoteSignature& signature);
// text, empty line, one line by `key`. malformed if the text is no note text.
Result<std::string> sign_note(std::string_view text, const SignerKey& key);

}  // namespace bulkhead::audit
