// Loops without dependence between their turns.
#include "ceilings.h"

#include <cstdint>
#include <numeric>

namespace bulkhead::bench {
namespace {

// Keeps what the loops compute.
volatile double kept_double = 0;
volatile std::uint64_t kept_integer = 0;

using Lanes = double __attribute__((vector_size(32)));

Lanes fused(Lanes a, Lanes b, Lanes c) {
  for (int lane = 0; lane < 4; ++lane) c[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
  return c;
}

constexpr int kAccumulators = 12;  // latency 4 × two units, and some more

double fma_turns(int turns) {
  Lanes sums[kAccumulators];
  for (int i = 0; i < kAccumulators; ++i) {
    const double start = 1.0 + i;
    sums[i] = Lanes{start, start + 0.1, start + 0.2, start + 0.3};
  }
  const Lanes factor{0.999, 0.998, 0.997, 0.996};
  const Lanes term{1e-3, 2e-3, 3e-3, 4e-3};
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 12
    for (int i = 0; i < kAccumulators; ++i) sums[i] = fused(sums[i], factor, term);
  }
  Lanes sum = sums[0];
  for (int i = 1; i < kAccumulators; ++i) sum += sums[i];
  return sum[0] + sum[1] + sum[2] + sum[3];
}

}  // namespace

Timing fma_peak() {
  constexpr int kTurns = 1'000'000;
  return measure(9, thread_seconds, [] {
    kept_double = fma_turns(kTurns);
    return 2.0 * 4 * kAccumulators * kTurns;
  });
}

Timing l2_read() {
  constexpr std::size_t kBytes = 512 * 1024;
  constexpr int kTurns = 200;
  std::vector<std::uint64_t> data(kBytes / sizeof(std::uint64_t));
  std::iota(data.begin(), data.end(), std::uint64_t{1});
  return measure(9, thread_seconds, [&data] {
    std::uint64_t sum = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
      std::uint64_t parts[16] = {};
      for (std::size_t i = 0; i < data.size(); i += 16) {
        for (std::size_t k = 0; k < 16; ++k) parts[k] ^= data[i + k];
      }
      for (const std::uint64_t part : parts) sum += part;
      data[static_cast<std::size_t>(turn)] = sum;  // no two turns alike
    }
    kept_integer = sum;
    return static_cast<double>(kBytes) * kTurns;
  });
}

}  // namespace bulkhead::bench
