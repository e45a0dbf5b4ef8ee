// Text forms of note keys, as golang.org/x/mod/sumdb/note writes them.
#include <algorithm>
#include <charconv>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note.h"
#include "bulkhead/audit/note_text.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::audit {

namespace {

constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";
constexpr std::size_t kKeyBytes = 32;

struct KeyParts {
  std::string name;
  std::uint32_t id = 0;
  NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
  std::array<std::uint8_t, kKeyBytes> key{};
};

std::string hex_id(std::uint32_t id) {
  std::string text(8, '0');
  for (std::size_t i = 8; i-- > 0; id >>= 4) text[i] = "0123456789abcdef"[id & 15];
  return text;
}

// name+id+base64(algorithm ‖ key). The text of a private key stays out of errors.
Result<KeyParts> parse_parts(std::string_view text) {
  const auto refuse = [](std::string_view detail) {
    return fail(ErrorCode::malformed, "key", "", detail);
  };
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return refuse("name+id+base64");
  KeyParts parts;
  parts.name = text.substr(0, first);
  if (!is_key_name(parts.name)) return refuse("a name without spaces and '+'");
  const std::string_view id = text.substr(first + 1, second - first - 1);
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), parts.id, 16);
  if (parsed.ec != std::errc{} || hex_id(parts.id) != id) {
    return refuse("an id of 8 lower-case hex digits");
  }
  const auto bytes = from_base64(text.substr(second + 1));
  if (!bytes) return refuse("base64 of algorithm and key");
  if (bytes->size() != 1 + kKeyBytes) return refuse("one byte of algorithm and 32 of key");
  if (bytes->front() != 1 && bytes->front() != 4) {
    return refuse("algorithm 1 (Ed25519) or 4 (Ed25519 cosignature)");
  }
  parts.algorithm = static_cast<NoteAlgorithm>(bytes->front());
  std::copy(bytes->begin() + 1, bytes->end(), parts.key.begin());
  return parts;
}

std::string write_parts(std::string_view name, std::uint32_t id, NoteAlgorithm algorithm,
                        std::span<const std::uint8_t> key) {
  Bytes bytes{static_cast<std::uint8_t>(algorithm)};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return std::string(name) + "+" + hex_id(id) + "+" + to_base64(bytes);
}

}  // namespace

std::uint32_t note_key_id(std::string_view name, NoteAlgorithm algorithm,
                          const Ed25519PublicKey& key) {
  const Hash hash = Sha256()
                        .update(name)
                        .update_byte('\n')
                        .update_byte(static_cast<std::uint8_t>(algorithm))
                        .update(key)
                        .finish();
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < 4; ++i) id = id << 8 | hash[i];
  return id;
}

VerifierKey SignerKey::verifier() const {
  const Ed25519PublicKey key = ed25519_public_key(seed);
  return {name, algorithm, key, note_key_id(name, algorithm, key)};
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  BULKHEAD_TRY(const KeyParts parts, parse_parts(text));
  if (parts.id != note_key_id(parts.name, parts.algorithm, parts.key)) {
    return fail(ErrorCode::malformed, "key", text.substr(0, 200), "the id must be that of the key");
  }
  return VerifierKey{parts.name, parts.algorithm, parts.key, parts.id};
}

std::string to_string(const VerifierKey& key) {
  return write_parts(key.name, key.id, key.algorithm, key.public_key);
}

Result<SignerKey> parse_signer_key(std::string_view text) {
  if (!text.starts_with(kPrivatePrefix)) {
    return fail(ErrorCode::malformed, "key", "", "PRIVATE+KEY+name+id+base64");
  }
  BULKHEAD_TRY(const KeyParts parts, parse_parts(text.substr(kPrivatePrefix.size())));
  SignerKey key{parts.name, parts.algorithm, parts.key};
  if (key.verifier().id != parts.id) {
    return fail(ErrorCode::malformed, "key", "", "the id must be that of the key");
  }
  return key;
}

std::string to_private_string(const SignerKey& key) {
  return std::string(kPrivatePrefix) +
         write_parts(key.name, key.verifier().id, key.algorithm, key.seed);
}

}  // namespace bulkhead::audit
