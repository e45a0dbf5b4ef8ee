// Black-76 as written in a textbook, once for each way of compiling it (see CMakeLists.txt).
#include <cmath>
#include <cstddef>

#include "peers.h"

namespace bulkhead::bench {

void BULKHEAD_BLACK(const double* __restrict forward, const double* __restrict strike,
                    const double* __restrict deviation, double* __restrict value,
                    std::size_t count) {
  constexpr double kMinusRootHalf = -0.70710678118654752440;
  for (std::size_t i = 0; i < count; ++i) {
    const double d1 = std::log(forward[i] / strike[i]) / deviation[i] + 0.5 * deviation[i];
    const double d2 = d1 - deviation[i];
    value[i] = 0.5 * (forward[i] * std::erfc(d1 * kMinusRootHalf) -
                      strike[i] * std::erfc(d2 * kMinusRootHalf));
  }
}

}  // namespace bulkhead::bench
