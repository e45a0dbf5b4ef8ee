// The parts of the JSON reader that do not depend on the record's type.
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::wire::internal {

void JsonFault::within(std::string_view outer) {
  const bool joined = path.empty() || path.starts_with('[');
  path = std::string(outer).append(joined ? "" : ".").append(path);
}

void JsonFault::set(ErrorCode error, const JsonValue& json, std::string_view wanted) {
  code = error;
  line = json.line;
  value = describe(json);
  detail = wanted;
}

JsonReader::JsonReader(const JsonValue& json, JsonFault& fault)
    : json_(json), fault_(fault), taken_(json.keys.size(), false) {
  if (json.kind != JsonKind::object) fault.set(ErrorCode::malformed, json, "an object");
}

const JsonValue* JsonReader::take(std::string_view name) {
  if (fault_.failed()) return nullptr;
  // Keys mostly stand in the order of the fields: the search begins after the last one found.
  const std::size_t count = json_.keys.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = next_ + i < count ? next_ + i : next_ + i - count;
    if (json_.keys[at] != name) continue;
    taken_[at] = true;
    next_ = at + 1;
    return &json_.items[at];
  }
  return nullptr;
}

void JsonReader::finish() {
  if (fault_.failed()) return;
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    fault_.set(ErrorCode::unknown_field, json_.items[i], "a key that this object has");
    fault_.path = json_.keys[i];
    return;
  }
}

Error to_error(const JsonFault& fault) {
  return json_error(fault.code, fault.line, fault.path, fault.value, fault.detail);
}

}  // namespace bulkhead::wire::internal
