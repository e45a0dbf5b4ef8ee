// The executor that uses no threads.
#include "bulkhead/base/executor.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

namespace bulkhead {

void SerialExecutor::parallel_for(std::size_t count, std::size_t grain,
                                  const std::function<void(std::size_t, std::size_t)>& body) {
  BULKHEAD_ASSERT(grain > 0);
  for (std::size_t begin = 0; begin < count;) {
    const std::size_t end = begin + std::min(grain, count - begin);
    body(begin, end);
    begin = end;
  }
}

}  // namespace bulkhead
