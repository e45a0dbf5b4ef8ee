// Small files of a log.
#include "bulkhead/node/layout.h"

#include "bulkhead/wire/json_text.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::node {

Result<std::string> read_text(journal::FileSystem& files, const std::string& path,
                              std::uint64_t limit) {
  BULKHEAD_TRY(const Bytes bytes, journal::read_file(files, path, limit));
  return std::string(bytes.begin(), bytes.end());
}

Status write_text(journal::FileSystem& files, const std::string& path, std::string_view text) {
  return journal::write_file_durably(files, path, Bytes(text.begin(), text.end()));
}

std::string description_text(const audit::VerifierKey& key) {
  std::string text = "{\"origin\":";
  wire::append_json(text, std::string_view(key.name));
  text += ",\"vkey\":";
  wire::append_json(text, std::string_view(to_string(key)));
  return text + "}\n";
}

Result<std::string> vkey_of_description(std::string_view text) {
  BULKHEAD_TRY(const wire::JsonValue json, wire::parse_json(text));
  const wire::JsonValue* const vkey = json.find("vkey");
  if (vkey == nullptr || vkey->kind != wire::JsonKind::string) {
    return fail(ErrorCode::missing_field, "log.json", "vkey", "the log's public key");
  }
  return vkey->string;
}

}  // namespace bulkhead::node
