// Philox4x32-10 and transforms of its output by our own elementary functions.
#include "bulkhead/base/random.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/int128.h"

namespace bulkhead {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;  // golden ratio
constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;  // sqrt(3) - 1
constexpr double kTwoToMinus53 = 0x1p-53;

std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = static_cast<std::uint64_t>(kMultiplier0) * counter[0];
    const std::uint64_t product1 = static_cast<std::uint64_t>(kMultiplier1) * counter[2];
    counter = {high(product1) ^ counter[1] ^ key[0], low(product1),
               high(product0) ^ counter[3] ^ key[1], low(product0)};
    key = {key[0] + kWeyl0, key[1] + kWeyl1};
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : key_{low(seed), high(seed)}, counter_{0, 0, low(stream), high(stream)} {}

std::uint64_t RandomStream::next_u64() {
  if (used_ >= 4) {
    block_ = philox4x32(counter_, key_);
    used_ = 0;
    if (++counter_[0] == 0) ++counter_[1];
  }
  const auto at = static_cast<std::size_t>(used_);
  used_ += 2;
  return block_[at] | (static_cast<std::uint64_t>(block_[at + 1]) << 32);
}

double RandomStream::uniform() { return static_cast<double>(next_u64() >> 11) * kTwoToMinus53; }

double RandomStream::normal() {
  // The middle of a 2^-53 cell: never 0, and 1 is not reached because halves are cut off at 52
  // bits.
  const double p = (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1p-52;
  return inverse_norm_cdf(p);
}

double RandomStream::student_t(double degrees) {
  BULKHEAD_ASSERT(degrees > 2.0);
  // Polar method of Bailey (1994): for (u, v) uniform in the unit disc and w = u² + v²,
  // u·sqrt(n·(w^(-2/n) - 1)/w) has the t distribution with n degrees; its variance is n/(n - 2).
  for (;;) {
    const double u = 2.0 * uniform() - 1.0;
    const double v = 2.0 * uniform() - 1.0;
    const double w = u * u + v * v;
    if (w >= 1.0 || w <= 0.0) continue;
    const double excess = pow_fixed(w, -2.0 / degrees) - 1.0;
    return u * sqrt_fixed((degrees - 2.0) * excess / w);
  }
}

double RandomStream::exponential() { return -log_fixed(1.0 - uniform()); }

std::uint64_t RandomStream::below(std::uint64_t n) {
  BULKHEAD_ASSERT(n > 0);
  // Lemire (2019): the high half of a product is uniform once the short low halves are drawn again.
  Uint128 product = static_cast<Uint128>(next_u64()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = static_cast<Uint128>(next_u64()) * n;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

bool RandomStream::chance(double probability) { return uniform() < probability; }

}  // namespace bulkhead
