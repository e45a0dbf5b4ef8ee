// The table of error codes as data, for messages, docs and tests.
#include "bulkhead/base/error_codes.h"

#include "bulkhead/base/assert.h"

namespace bulkhead {
namespace {

constexpr ErrorInfo kErrors[] = {
#define BULKHEAD_ERROR_INFO(number, name, rule, sentence) {ErrorCode::name, #name, rule, sentence},
    BULKHEAD_ERROR_CODES(BULKHEAD_ERROR_INFO)
#undef BULKHEAD_ERROR_INFO
};

constexpr bool numbers_are_unique() {
  for (const ErrorInfo& a : kErrors) {
    if (a.code == ErrorCode::kNone) return false;
    for (const ErrorInfo& b : kErrors) {
      if (&a != &b && a.code == b.code) return false;
    }
  }
  return true;
}
static_assert(numbers_are_unique(), "an error number is used twice");

}  // namespace

std::span<const ErrorInfo> all_errors() { return kErrors; }

const ErrorInfo& error_info(ErrorCode code) {
  const ErrorInfo* found = nullptr;
  for (const ErrorInfo& info : kErrors) {
    if (info.code == code) found = &info;
  }
  BULKHEAD_ASSERT(found != nullptr);
  return *found;
}

}  // namespace bulkhead
