// Text form and signatures of checkpoints.
#include "bulkhead/audit/checkpoint.h"

#include <algorithm>
#include <vector>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note_text.h"

namespace bulkhead::audit {

namespace {

std::unexpected<Error> refuse(std::string_view field, std::string_view value,
                              std::string_view detail) {
  return fail(ErrorCode::malformed, std::string("checkpoint.") + std::string(field),
              value.substr(0, 100), detail);
}

// Cuts the first line off; nullopt if it has no newline.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string checkpoint_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         to_base64(checkpoint.root) + "\n" + checkpoint.extensions;
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root) return refuse("text", "", "three lines: origin, size, root");
  if (origin->empty() || !is_plain_text(*origin)) {
    return refuse("origin", *origin, "a non-empty line");
  }
  const auto number = parse_plain_number(*size);
  if (!number) return refuse("size", *size, "a decimal number below 2^64 without leading zeros");
  const auto bytes = from_base64(*root);
  if (!bytes || bytes->size() != std::tuple_size_v<Hash>) {
    return refuse("root", *root, "base64 of 32 bytes");
  }
  Checkpoint checkpoint{std::string(*origin), *number, {}, std::string(text)};
  std::copy(bytes->begin(), bytes->end(), checkpoint.root.begin());
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!line || line->empty() || !is_plain_text(*line)) {
      return refuse("extensions", line.value_or(text), "non-empty lines");
    }
  }
  return checkpoint;
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const SignerKey& key) {
  if (key.name != checkpoint.origin) {
    return refuse("origin", checkpoint.origin, "the name of the log's key");
  }
  const std::string text = checkpoint_text(checkpoint);
  BULKHEAD_TRY_STATUS(parse_checkpoint_text(text));
  return sign_note(text, key);
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log_key,
                                   std::span<const VerifierKey> cosigners) {
  std::vector<VerifierKey> keys(cosigners.begin(), cosigners.end());
  keys.push_back(log_key);
  BULKHEAD_TRY(const VerifiedNote verified, open_note(note, keys));
  const bool by_log = std::any_of(
      verified.verified.begin(), verified.verified.end(), [&](const NoteSignature& signature) {
        return signature.name == log_key.name && signature.id == log_key.id;
      });
  if (!by_log) {
    return fail(ErrorCode::untrusted, "checkpoint.signature", log_key.name,
                "a signature by the log itself");
  }
  BULKHEAD_TRY(Checkpoint checkpoint, parse_checkpoint_text(verified.text));
  if (checkpoint.origin != log_key.name) {
    return fail(ErrorCode::untrusted, "checkpoint.origin", checkpoint.origin,
                "the name of the log's key, " + log_key.name);
  }
  return checkpoint;
}

Result<Checkpoint> peek_checkpoint(std::string_view note) {
  BULKHEAD_TRY(const Note parsed, parse_note(note));
  return parse_checkpoint_text(parsed.text);
}

}  // namespace bulkhead::audit
