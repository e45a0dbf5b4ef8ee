// The canonical bytes of a Record (fields.h): protobuf wire format, fields in ascending number,
// defaults not written, repeated scalars packed, minimal varints. One value has exactly one
// encoding: decode refuses anything that encode would not have written (unknown or repeated field,
// wrong order, default written, longer varint, NaN, bad UTF-8), so encode(decode(b)) = b for every
// b it accepts.
//
//   Bytes bytes = encode(deposit);
//   Result<Deposit> same = decode<Deposit>(bytes);
//
// Zero is the default of every field, whatever a member's initialiser says: a field that is absent
// is decoded as zero. A oneof is written where fields() visits it: its alternatives' numbers must
// be above those of the fields visited before it and below those visited after it.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "bulkhead/base/canonical_impl.h"

namespace bulkhead {

// Appends. Requires finite doubles, enums within their names and valid UTF-8 in strings.
template <Record T>
void encode_to(const T& value, Bytes& out) {
  internal::Encoder(out, 0).put_body(value);
}

template <Record T>
Bytes encode(const T& value) {
  Bytes out;
  encode_to(value, out);
  return out;
}

template <Record T>
Result<T> decode(std::span<const std::uint8_t> bytes) {
  Result<T> value{T{}};
  internal::Decoder decoder(bytes, 0);
  T::fields(*value, decoder);
  decoder.finish();
  if (decoder.failed()) return std::unexpected(decoder.take_error());
  const Bytes again = encode(*value);
  if (!std::ranges::equal(again, bytes)) {
    return std::unexpected(internal::not_canonical_error(bytes, again));
  }
  return value;
}

// What is kept of a top-level field to find out later which one differed (D11.4).
struct FieldChecksum {
  int number = 0;              // of a oneof: the active alternative's, 0 if none
  std::string_view name;       // as in fields(); of a oneof, the oneof's
  std::uint32_t checksum = 0;  // first four bytes of SHA-256 of the field's encoding
  friend bool operator==(const FieldChecksum&, const FieldChecksum&) = default;
};

namespace internal {
class ChecksumVisitor {
 public:
  template <class T>
  void operator()(int number, std::string_view name, const T& value) {
    Bytes bytes;
    Encoder(bytes, 0)(number, name, value);
    sums.push_back({number, name, checksum(bytes)});
  }
  template <class... A>
  void oneof(std::string_view name, const std::variant<std::monostate, A...>& value) {
    Bytes bytes;
    int number = 0;
    Encoder(bytes, 0).oneof(name, value);
    static_cast<void>(
        ((std::holds_alternative<A>(value) ? (number = A::kTag, true) : false) || ...));
    sums.push_back({number, name, checksum(bytes)});
  }
  std::vector<FieldChecksum> sums;
};
}  // namespace internal

// One entry per top-level field in the order of fields(), also for those that are default.
template <Record T>
std::vector<FieldChecksum> field_checksums(const T& value) {
  internal::ChecksumVisitor visitor;
  T::fields(value, visitor);
  return std::move(visitor.sums);
}

}  // namespace bulkhead
