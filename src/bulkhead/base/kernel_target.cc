// Asks the CPU what it can do.
#include "bulkhead/base/kernel_target.h"

#include "bulkhead/base/assert.h"

namespace bulkhead {

std::string_view to_string(KernelTarget target) {
  switch (target) {
    case KernelTarget::plain:
      return "plain";
    case KernelTarget::avx2:
      return "avx2";
    case KernelTarget::avx512:
      return "avx512";
    case KernelTarget::neon:
      return "neon";
  }
  return "unknown";
}

std::vector<KernelTarget> kernel_targets() {
  std::vector<KernelTarget> targets = {KernelTarget::plain};
#if defined(__x86_64__)
  BULKHEAD_ASSERT(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  targets.push_back(KernelTarget::avx2);
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx512) targets.push_back(KernelTarget::avx512);
#elif defined(__aarch64__)
  targets.push_back(KernelTarget::neon);
#endif
  return targets;
}

KernelTarget best_kernel_target() { return kernel_targets().back(); }

}  // namespace bulkhead
