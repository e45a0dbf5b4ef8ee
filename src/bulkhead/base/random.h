// Counter-based random numbers (Philox4x32-10, Salmon et al. 2011): the value at (seed, stream,
// index) is a pure function, so simulations do not depend on the order of draws. Transforms are our
// own: same bytes with every compiler.
#pragma once

#include <array>
#include <cstdint>

namespace bulkhead {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// A sequence of draws for one purpose. Copyable; two streams of one seed are independent.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);
  std::uint64_t next_u64();
  double uniform();                      // [0, 1), 53 bits
  double normal();                       // inverse of the distribution function
  double student_t(double degrees);      // degrees > 2, scaled to unit variance
  double exponential();                  // mean 1
  std::uint64_t below(std::uint64_t n);  // uniform in [0, n), unbiased
  bool chance(double probability);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace bulkhead
