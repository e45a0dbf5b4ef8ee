// What happens at a broken assertion: one line on stderr, then abort.
#include "bulkhead/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace bulkhead {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace bulkhead
