// Which instruction set the vector kernels run on. Every target gives the same bits; the choice
// moves time only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bulkhead {

enum class KernelTarget : std::uint8_t {
  plain,   // the loops that are the specification, without vector kernels
  avx2,    // 256 bits with FMA
  avx512,  // F, BW, CD, DQ, VL
  neon,    // AArch64
};

std::string_view to_string(KernelTarget target);

// What this machine runs, slowest first; `plain` always. Asserts that the machine has what the
// build takes for granted (x86: AVX2 and FMA), because a silent fallback without FMA would give
// other bits.
std::vector<KernelTarget> kernel_targets();

// The fastest of them.
KernelTarget best_kernel_target();

}  // namespace bulkhead
