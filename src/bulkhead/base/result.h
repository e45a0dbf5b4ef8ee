// Errors are values: Result<T> holds a T or an Error that names field, value and rule.
//
//   Result<Amount> sum = add(a, b);
//   if (!sum) return std::unexpected(sum.error());
//   BULKHEAD_TRY(const Amount total, add(a, b));   // the same in one line
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/base/error_codes.h"

namespace bulkhead {

struct Error {
  ErrorCode code = ErrorCode::kNone;
  std::string field;   // path of the field at fault ("fill.lots"), empty if none
  std::string value;   // the value found there
  std::string detail;  // what would be accepted, in words

  friend bool operator==(const Error&, const Error&) = default;
};

// "D2.1 amount_overflow: deposit.amount = 17…: more than 128 bits".
std::string to_string(const Error& error);

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string_view field, std::string_view value,
                                   std::string_view detail) {
  return std::unexpected(Error{code, std::string(field), std::string(value), std::string(detail)});
}

}  // namespace bulkhead

#define BULKHEAD_CONCAT_INNER(a, b) a##b
#define BULKHEAD_CONCAT(a, b) BULKHEAD_CONCAT_INNER(a, b)
#define BULKHEAD_TRY_IMPL(tmp, decl, ...)                   \
  auto tmp = (__VA_ARGS__);                                 \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  decl = std::move(*tmp)
// Declares (or assigns) from a Result, or returns its error.
#define BULKHEAD_TRY(decl, ...) \
  BULKHEAD_TRY_IMPL(BULKHEAD_CONCAT(bulkhead_try_, __LINE__), decl, __VA_ARGS__)
// For a Status (or a Result whose value is not needed).
#define BULKHEAD_TRY_STATUS(...)                                                      \
  do {                                                                                \
    auto bulkhead_status = (__VA_ARGS__);                                             \
    if (!bulkhead_status) return std::unexpected(std::move(bulkhead_status).error()); \
  } while (false)
