// Shape, signing and verification of signed notes.
#include "bulkhead/audit/note.h"

#include <algorithm>
#include <utility>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note_text.h"
#include "bulkhead/base/assert.h"

namespace bulkhead::audit {

namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kTimeBytes = 8;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string cosignature_message(std::string_view text, std::uint64_t unix_seconds) {
  return "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(text);
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  const auto refuse = [&] {
    return fail(ErrorCode::malformed, "note.signature", line.substr(0, 80),
                "em dash, key name, base64 of key id and signature");
  };
  if (!line.starts_with(kDash)) return refuse();
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return refuse();
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return refuse();
  BULKHEAD_TRY(const Bytes bytes, from_base64(line.substr(space + 1)));
  if (bytes.size() <= kIdBytes) return refuse();
  NoteSignature signature;
  signature.name = name;
  for (std::size_t i = 0; i < kIdBytes; ++i) signature.id = signature.id << 8 | bytes[i];
  signature.signature.assign(bytes.begin() + kIdBytes, bytes.end());
  return signature;
}

Status verify_signature(std::string_view text, const VerifierKey& key,
                        const NoteSignature& signature) {
  switch (key.algorithm) {
    case NoteAlgorithm::ed25519:
      return ed25519_verify(key.public_key, bytes_of(text), signature.signature);
    case NoteAlgorithm::cosignature_v1: {
      BULKHEAD_TRY(const std::uint64_t time, cosignature_time(signature));
      const std::string message = cosignature_message(text, time);
      return ed25519_verify(key.public_key, bytes_of(message),
                            std::span(signature.signature).subspan(kTimeBytes));
    }
  }
  return fail(ErrorCode::bad_signature, "note.signature", key.name, "unknown algorithm");
}

bool is_note_text(std::string_view text) { return text.ends_with('\n') && is_plain_text(text); }

}  // namespace

Result<Note> parse_note(std::string_view text) {
  const auto refuse = [](std::string_view detail) {
    return fail(ErrorCode::malformed, "note", "", detail);
  };
  if (text.size() > kMaxNoteBytes) {
    return fail(ErrorCode::too_large, "note", std::to_string(text.size()),
                "at most 1,000,000 bytes");
  }
  if (!is_plain_text(text)) return refuse("UTF-8 without control characters but newline");
  if (!text.ends_with('\n')) return refuse("must end with a newline");
  // The signatures stand after the last empty line.
  const std::size_t split = text.rfind("\n\n");
  if (split == std::string_view::npos) return refuse("no empty line before the signatures");
  Note note;
  note.text = text.substr(0, split + 1);
  std::string_view rest = text.substr(split + 2);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    BULKHEAD_ASSERT(end != std::string_view::npos);
    if (note.signatures.size() == kMaxNoteSignatures) {
      return fail(ErrorCode::too_large, "note.signatures", "", "at most 100");
    }
    BULKHEAD_TRY(NoteSignature signature, parse_signature_line(rest.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return refuse("no signature");
  return note;
}

std::string to_string(const Note& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes bytes;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(signature.id >> (shift - 8) & 0xff));
    }
    bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
    text += kDash;
    text += signature.name + " " + to_base64(bytes) + "\n";
  }
  return text;
}

Result<VerifiedNote> open_note(std::string_view text, std::span<const VerifierKey> keys) {
  BULKHEAD_TRY(Note note, parse_note(text));
  VerifiedNote result;
  for (NoteSignature& signature : note.signatures) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const VerifierKey& k) {
      return k.name == signature.name && k.id == signature.id;
    });
    if (key == keys.end()) {
      result.unverified.push_back(std::move(signature));
      continue;
    }
    if (!verify_signature(note.text, *key, signature)) {
      return fail(ErrorCode::bad_signature, "note.signature", to_string(*key),
                  "a known key's signature must verify");
    }
    // A second good signature by the same key adds nothing.
    const bool seen = std::any_of(result.verified.begin(), result.verified.end(),
                                  [&](const NoteSignature& other) {
                                    return other.name == signature.name && other.id == signature.id;
                                  });
    if (!seen) result.verified.push_back(std::move(signature));
  }
  if (result.verified.empty()) {
    return fail(ErrorCode::untrusted, "note.signatures", "", "a signature by a known key");
  }
  result.text = std::move(note.text);
  return result;
}

NoteSignature sign_text(std::string_view text, const SignerKey& key) {
  BULKHEAD_ASSERT(key.algorithm == NoteAlgorithm::ed25519 && is_note_text(text));
  const Ed25519Signature bytes = ed25519_sign(key.seed, bytes_of(text));
  return {key.name, key.verifier().id, Bytes(bytes.begin(), bytes.end())};
}

NoteSignature cosign_text(std::string_view text, const SignerKey& key, std::uint64_t unix_seconds) {
  BULKHEAD_ASSERT(key.algorithm == NoteAlgorithm::cosignature_v1 && is_note_text(text));
  const std::string message = cosignature_message(text, unix_seconds);
  const Ed25519Signature bytes = ed25519_sign(key.seed, bytes_of(message));
  NoteSignature signature{key.name, key.verifier().id, {}};
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    signature.signature.push_back(static_cast<std::uint8_t>(unix_seconds >> (shift - 8) & 0xff));
  }
  signature.signature.insert(signature.signature.end(), bytes.begin(), bytes.end());
  return signature;
}

Result<std::uint64_t> cosignature_time(const NoteSignature& signature) {
  if (signature.signature.size() != kTimeBytes + std::tuple_size_v<Ed25519Signature>) {
    return fail(ErrorCode::malformed, "note.signature", signature.name,
                "8 bytes of time and 64 of signature");
  }
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) time = time << 8 | signature.signature[i];
  return time;
}

Result<std::string> sign_note(std::string_view text, const SignerKey& key) {
  if (!is_note_text(text) || !is_key_name(key.name)) {
    return fail(ErrorCode::malformed, "note", key.name,
                "plain UTF-8 text that ends with a newline, and a key name");
  }
  Note note{std::string(text), {sign_text(text, key)}};
  return to_string(note);
}

}  // namespace bulkhead::audit
