// Errors that name a record.
#include "bulkhead/journal/journal.h"

#include <charconv>

namespace bulkhead::journal {

std::unexpected<Error> record_error(ErrorCode code, std::uint64_t index, std::string_view detail) {
  return fail(code, "record", std::to_string(index), detail);
}

std::optional<std::uint64_t> record_of(const Error& error) {
  if (error.field != "record") return std::nullopt;
  std::uint64_t index = 0;
  const char* const end = error.value.data() + error.value.size();
  const auto parsed = std::from_chars(error.value.data(), end, index);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return index;
}

}  // namespace bulkhead::journal
