// Assertions for programmer's mistakes. They stay on in release builds.
#pragma once

namespace bulkhead {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace bulkhead

#define BULKHEAD_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::bulkhead::assertion_failed(#condition, __FILE__, __LINE__))
