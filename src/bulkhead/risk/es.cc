// Tail selection: a threshold from the minima of groups first, so that only a few candidates are
// looked at closely; the result does not depend on it.
#include "bulkhead/risk/es.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/decimal.h"

namespace bulkhead::risk {
namespace {

constexpr std::uint64_t kWeightOne = std::uint64_t{1} << 30;
constexpr std::size_t kGroups = 128;
constexpr std::size_t kSmall = 256;  // up to here every scenario is a candidate

// Below every P&L that either type may hold, and its negative above.
template <class T>
constexpr T kBelowAll =
    sizeof(T) == 8 ? -static_cast<T>(Int128{1} << 62) : -static_cast<T>(Int128{1} << 126);

// 64-bit keys in the order of the P&L: itself, or of 128 bits without the last 20.
std::span<const std::int64_t> keys_of(std::span<const std::int64_t> pnl,
                                      std::vector<std::int64_t>&) {
  return pnl;
}
std::span<const std::int64_t> keys_of(std::span<const Int128> pnl,
                                      std::vector<std::int64_t>& keys) {
  keys.resize(pnl.size());
  for (std::size_t s = 0; s < pnl.size(); ++s) keys[s] = static_cast<std::int64_t>(pnl[s] >> 20);
  return keys;
}

// The least key of each group; group g holds the scenarios g, g + kGroups, g + 2·kGroups, ….
void group_minima(std::span<const std::int64_t> keys, std::int64_t* minima) {
  std::copy_n(keys.data(), kGroups, minima);
  std::size_t begin = kGroups;
  for (; begin + kGroups <= keys.size(); begin += kGroups) {
    const std::int64_t* const row = keys.data() + begin;
    for (std::size_t g = 0; g < kGroups; ++g) minima[g] = std::min(minima[g], row[g]);
  }
  for (std::size_t s = begin; s < keys.size(); ++s) {
    minima[s - begin] = std::min(minima[s - begin], keys[s]);
  }
}

// A value that `wanted` (at most kGroups) of the minima, and if possible few more, do not exceed.
std::int64_t threshold_of(const std::int64_t* minima, std::size_t wanted) {
  std::int64_t low = minima[0];
  std::int64_t high = minima[0];
  for (std::size_t g = 0; g < kGroups; ++g) {
    low = std::min(low, minima[g]);
    high = std::max(high, minima[g]);
  }
  // high always suffices; |key| < 2^62, so that the difference does not overflow.
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    std::int64_t count = 0;
    for (std::size_t g = 0; g < kGroups; ++g) count += minima[g] <= middle ? 1 : 0;
    if (static_cast<std::size_t>(count) < wanted) {
      low = middle + 1;
      continue;
    }
    high = middle;
    if (static_cast<std::size_t>(count) <= wanted + wanted / 8 + 1) break;
  }
  return high;
}

// All scenarios with key <= threshold, in no particular order, into scratch.below; their number.
template <class T>
std::size_t collect(std::span<const std::int64_t> keys, const std::int64_t* minima,
                    std::int64_t threshold, TailScratch<T>& scratch) {
  std::uint32_t groups[kGroups];
  std::size_t group_count = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    groups[group_count] = static_cast<std::uint32_t>(g);
    group_count += minima[g] <= threshold ? 1U : 0U;
  }
  std::uint32_t* const below = scratch.below.data();
  std::size_t count = 0;
  for (std::size_t k = 0; k < group_count; ++k) {
    for (std::size_t s = groups[k]; s < keys.size(); s += kGroups) {
      below[count] = static_cast<std::uint32_t>(s);
      count += keys[s] <= threshold ? 1U : 0U;
    }
  }
  return count;
}

// Fills the scratch with the P&L and masses of the scenarios in scratch.below; their total mass.
template <class T>
std::uint64_t gather(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                     const Level& level, std::size_t count, TailScratch<T>& scratch) {
  scratch.pnl.resize(count);
  scratch.masses.resize(count);
  std::uint64_t total = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t s = scratch.below[k];
    scratch.pnl[k] = pnl[s];
    scratch.masses[k] = std::uint64_t{weights[s]} * level.denominator;
    total += scratch.masses[k];
  }
  return total;
}

// The worst scenarios, all down to some P&L, that hold more than the mass of the tail (or all there
// are); their total mass. Every group whose minimum is low gives at least one, so that mostly one
// try suffices; the choice changes nothing but the time.
template <class T>
std::uint64_t find_candidates(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                              const Level& level, TailScratch<T>& scratch) {
  BULKHEAD_ASSERT(pnl.size() == weights.size() && !pnl.empty());
  if (scratch.below.size() < pnl.size() + 1) scratch.below.resize(pnl.size() + 1);
  const std::size_t tail =
      pnl.size() * (level.denominator - level.numerator) / level.denominator + 2;
  if (pnl.size() > kSmall && tail <= kGroups / 2) {
    const std::span<const std::int64_t> keys = keys_of(pnl, scratch.keys);
    std::int64_t minima[kGroups];
    group_minima(keys, minima);
    for (std::size_t wanted = tail; wanted <= kGroups; wanted *= 2) {
      const std::size_t count = collect(keys, minima, threshold_of(minima, wanted), scratch);
      const std::uint64_t mass = gather(pnl, weights, level, count, scratch);
      if (mass > tail_mass(level)) return mass;
    }
  }
  std::iota(scratch.below.begin(), scratch.below.end(), 0U);
  return gather(pnl, weights, level, pnl.size(), scratch);
}

// The candidates in the order of the tail.
template <class T>
void sort_candidates(TailScratch<T>& scratch) {
  scratch.candidates.clear();
  for (std::size_t k = 0; k < scratch.pnl.size(); ++k) {
    scratch.candidates.push_back({scratch.pnl[k], scratch.below[k]});
  }
  std::sort(scratch.candidates.begin(), scratch.candidates.end(),
            [](const Candidate<T>& a, const Candidate<T>& b) {
              return a.pnl != b.pnl ? a.pnl < b.pnl : a.scenario < b.scenario;
            });
}

// The greatest candidate below `limit`, and the mass of all that equal it.
template <class T>
std::pair<T, std::uint64_t> greatest_below(const TailScratch<T>& scratch, T limit) {
  const T* const pnl = scratch.pnl.data();
  const std::uint64_t* const masses = scratch.masses.data();
  const std::size_t count = scratch.pnl.size();
  T greatest = kBelowAll<T>;
  for (std::size_t k = 0; k < count; ++k) {
    const T value = pnl[k] < limit ? pnl[k] : kBelowAll<T>;
    greatest = value > greatest ? value : greatest;
  }
  std::uint64_t mass = 0;
  for (std::size_t k = 0; k < count; ++k) mass += pnl[k] == greatest ? masses[k] : 0;
  return {greatest, mass};
}

// Calls visit(candidate, mass) along the tail.
template <class T, class Visit>
void walk_tail(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
               TailScratch<T>& scratch, Visit visit) {
  find_candidates(pnl, weights, level, scratch);
  sort_candidates(scratch);
  std::uint64_t left = tail_mass(level);
  for (const Candidate<T>& candidate : scratch.candidates) {
    if (left == 0) break;
    const std::uint64_t mass = std::min<std::uint64_t>(
        left, std::uint64_t{weights[candidate.scenario]} * level.denominator);
    if (mass == 0) continue;
    visit(candidate, mass);
    left -= mass;
  }
  BULKHEAD_ASSERT(left == 0);
}

int bit_width(Int128 value) {
  const Uint128 magnitude = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  const auto high = static_cast<std::uint64_t>(magnitude >> 64);
  const auto low = static_cast<std::uint64_t>(magnitude);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(low));
}

}  // namespace

std::uint64_t tail_mass(const Level& level) {
  BULKHEAD_ASSERT(level.numerator < level.denominator);
  return kWeightOne * (level.denominator - level.numerator);
}

template <class T>
Int128 tail_loss(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
                 TailScratch<T>& scratch) {
  // From above: what exceeds the mass of the tail is taken away, the greatest P&L first. Which of
  // two equal ones goes does not matter to the sum.
  std::uint64_t excess = find_candidates(pnl, weights, level, scratch) - tail_mass(level);
  Int128 sum = 0;
  for (std::size_t k = 0; k < scratch.pnl.size(); ++k) {
    sum -= static_cast<Int128>(scratch.masses[k]) * scratch.pnl[k];
  }
  T limit = -kBelowAll<T>;
  while (excess > 0) {
    const auto [pnl_there, mass_there] = greatest_below(scratch, limit);
    const std::uint64_t taken = std::min(excess, mass_there);
    sum += static_cast<Int128>(taken) * pnl_there;
    excess -= taken;
    limit = pnl_there;
  }
  return sum;
}

template <class T>
std::vector<TailPart> tail_parts(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                                 const Level& level, TailScratch<T>& scratch) {
  std::vector<TailPart> parts;
  walk_tail(pnl, weights, level, scratch,
            [&parts](const Candidate<T>& candidate, std::uint64_t mass) {
              parts.push_back({candidate.scenario, mass});
            });
  return parts;
}

template <class T>
T value_at_risk(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
                TailScratch<T>& scratch) {
  find_candidates(pnl, weights, level, scratch);
  sort_candidates(scratch);
  // The smallest x with P(L > x) <= 1 − α: go down while what lies strictly above fits the tail.
  const std::uint64_t allowed = tail_mass(level);
  std::uint64_t above = 0;
  T result = scratch.candidates.front().pnl;
  for (const Candidate<T>& candidate : scratch.candidates) {
    if (above > allowed) break;
    result = candidate.pnl;
    above += std::uint64_t{weights[candidate.scenario]} * level.denominator;
  }
  return -result;
}

Usd round_up_to_usd(Int128 numerator, int exponent, std::uint64_t denominator) {
  BULKHEAD_ASSERT(denominator > 0);
  constexpr int kMillionBits = 20;
  const int shift = -exponent;
  const bool narrow = bit_width(numerator) + kMillionBits <= 126;
  if (narrow && shift >= 0 && static_cast<int>(std::bit_width(denominator)) + shift <= 126) {
    const Int128 scaled = numerator * 1'000'000;
    const Int128 divisor = static_cast<Int128>(denominator) << shift;
    const Int128 quotient = scaled / divisor;  // towards zero
    return saturate_usd(quotient * divisor < scaled ? quotient + 1 : quotient);
  }
  const double unit = std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
  const auto wide =
      divide_round(numerator, unit, static_cast<double>(denominator), 6, Rounding::up);
  return saturate_usd(wide ? *wide : (numerator < 0 ? kInt128Min : kInt128Max));
}

template Int128 tail_loss(std::span<const std::int64_t>, std::span<const std::uint32_t>,
                          const Level&, TailScratch<std::int64_t>&);
template Int128 tail_loss(std::span<const Int128>, std::span<const std::uint32_t>, const Level&,
                          TailScratch<Int128>&);
template std::vector<TailPart> tail_parts(std::span<const std::int64_t>,
                                          std::span<const std::uint32_t>, const Level&,
                                          TailScratch<std::int64_t>&);
template std::vector<TailPart> tail_parts(std::span<const Int128>, std::span<const std::uint32_t>,
                                          const Level&, TailScratch<Int128>&);
template std::int64_t value_at_risk(std::span<const std::int64_t>, std::span<const std::uint32_t>,
                                    const Level&, TailScratch<std::int64_t>&);
template Int128 value_at_risk(std::span<const Int128>, std::span<const std::uint32_t>, const Level&,
                              TailScratch<Int128>&);

}  // namespace bulkhead::risk
