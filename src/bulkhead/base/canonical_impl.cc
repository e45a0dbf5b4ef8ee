// The parts of the canonical decoder that do not depend on the record's type.
#include "bulkhead/base/canonical_impl.h"

#include <algorithm>

namespace bulkhead::internal {

void Decoder::set_error(ErrorCode code, std::string_view field, std::string_view detail) {
  if (failed_) return;
  failed_ = true;
  error_ = Error{code, std::string(field), {}, std::string(detail)};
}

void Decoder::next() {
  if (failed_) return;
  const int before = number_;
  number_ = 0;
  if (reader_.at_end()) return;
  if (!reader_.read_tag(number_, type_)) {
    set_error(ErrorCode::malformed, "", "a field tag");
  } else if (number_ < before) {
    set_error(ErrorCode::not_canonical, std::to_string(number_), "fields in ascending number");
  }
}

void Decoder::finish() {
  if (failed_ || number_ == 0) return;
  set_error(ErrorCode::unknown_field, std::to_string(number_),
            "each field of the record at most once, in ascending number");
}

bool Decoder::expect(std::string_view name, WireType type) {
  if (type_ == type) return true;
  set_error(ErrorCode::malformed, name, "the wire type of the field");
  return false;
}

bool Decoder::get_payload(std::string_view name, std::span<const std::uint8_t>& payload) {
  if (!expect(name, WireType::bytes)) return false;
  if (reader_.read_payload(payload)) return true;
  set_error(ErrorCode::malformed, name, "a length within the bytes given");
  return false;
}

void Decoder::nested_error(std::string_view name, Decoder& inner) {
  Error error = inner.take_error();
  failed_ = true;
  error_ = std::move(error);
  error_.field = error_.field.empty() ? std::string(name) : std::string(name) + "." + error_.field;
}

Error not_canonical_error(std::span<const std::uint8_t> given,
                          std::span<const std::uint8_t> canonical) {
  const auto where = std::mismatch(given.begin(), given.end(), canonical.begin(), canonical.end());
  return Error{ErrorCode::not_canonical, "", "byte " + std::to_string(where.first - given.begin()),
               "the one encoding that the value has"};
}

}  // namespace bulkhead::internal
