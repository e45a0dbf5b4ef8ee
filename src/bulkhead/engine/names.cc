#include "bulkhead/engine/names.h"

namespace bulkhead::engine {

Status check_name(std::string_view name, std::string_view field) {
  bool fine = !name.empty() && name.size() <= 64;
  for (const char c : name) fine = fine && c > ' ' && c <= '~' && c != '/';
  if (fine) return {};
  return fail(ErrorCode::bad_name, field, name,
              "1 to 64 printable ASCII characters, no space or /");
}

}  // namespace bulkhead::engine
