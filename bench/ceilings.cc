// Loops without dependence between their turns.
#include "ceilings.h"

#include <immintrin.h>

#include <cstdint>
#include <numeric>

namespace bulkhead::bench {
namespace {

// Keeps what the loops compute.
volatile double kept_double = 0;
volatile std::uint64_t kept_integer = 0;

// Independent chains: latency 4 × two units, and some more.
constexpr int kAccumulators = 12;

// The intrinsics leave no doubt about what is measured.
double fma_turns_256(int turns) {
  __m256d sums[kAccumulators];
  for (int i = 0; i < kAccumulators; ++i) sums[i] = _mm256_set1_pd(1.0 + i);
  const __m256d factor = _mm256_set1_pd(0.999);
  const __m256d term = _mm256_set1_pd(1e-3);
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 12
    for (int i = 0; i < kAccumulators; ++i) sums[i] = _mm256_fmadd_pd(sums[i], factor, term);
  }
  double sum = 0;
  for (const __m256d& one : sums) sum += one[0];
  return sum;
}

__attribute__((target("avx512f"))) double fma_turns_512(int turns) {
  __m512d sums[kAccumulators];
  for (int i = 0; i < kAccumulators; ++i) sums[i] = _mm512_set1_pd(1.0 + i);
  const __m512d factor = _mm512_set1_pd(0.999);
  const __m512d term = _mm512_set1_pd(1e-3);
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 12
    for (int i = 0; i < kAccumulators; ++i) sums[i] = _mm512_fmadd_pd(sums[i], factor, term);
  }
  double sum = 0;
  for (const __m512d& one : sums) sum += one[0];
  return sum;
}

double fma_turns(int turns, int& lanes) {
  const bool wide = __builtin_cpu_supports("avx512f");
  lanes = wide ? 8 : 4;
  return wide ? fma_turns_512(turns) : fma_turns_256(turns);
}

}  // namespace

Timing fma_peak() {
  constexpr int kTurns = 1'000'000;
  return measure(9, thread_seconds, [] {
    int lanes = 0;
    kept_double = fma_turns(kTurns, lanes);
    return 2.0 * lanes * kAccumulators * kTurns;
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
