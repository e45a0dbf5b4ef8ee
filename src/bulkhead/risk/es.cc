// Tail selection: a sampled threshold first, so that only a few candidates are sorted; the result
// does not depend on the sample.
#include "bulkhead/risk/es.h"

#include <algorithm>
#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/decimal.h"

namespace bulkhead::risk {
namespace {

constexpr std::uint64_t kWeightOne = std::uint64_t{1} << 30;
constexpr std::size_t kSampleStride = 8;
constexpr std::size_t kSmall = 256;   // up to here everything is sorted
constexpr std::size_t kSpare = 3;     // ranks of the sample beyond the tail's own
constexpr std::size_t kMaxRank = 64;  // beyond it insertion would cost more than it saves

// All scenarios with pnl <= threshold as candidates; their total mass.
template <class T>
std::uint64_t collect(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                      std::uint64_t unit, T threshold, TailScratch<T>& scratch) {
  if (scratch.below.size() < pnl.size()) scratch.below.resize(pnl.size());
  std::uint32_t* const below = scratch.below.data();
  std::size_t count = 0;
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    below[count] = static_cast<std::uint32_t>(s);
    count += pnl[s] <= threshold ? 1U : 0U;
  }
  scratch.candidates.clear();
  std::uint64_t mass = 0;
  for (std::size_t k = 0; k < count; ++k) {
    mass += weights[below[k]] * unit;
    scratch.candidates.push_back({pnl[below[k]], below[k]});
  }
  return mass;
}

// The element of rank `rank` (0: the lowest) of every kSampleStride-th P&L.
template <class T>
T sampled_quantile(std::span<const T> pnl, std::size_t rank, std::vector<T>& lowest) {
  // The largest value of either type that a P&L may have lies below this.
  constexpr T kAbove = static_cast<T>(sizeof(T) == 8 ? kInt128Max >> 64 : kInt128Max);
  lowest.assign(rank + 1, kAbove);
  for (std::size_t s = 0; s < pnl.size(); s += kSampleStride) {
    if (pnl[s] >= lowest.back()) continue;
    std::size_t k = rank;  // insertion into the sorted lowest ones
    for (; k > 0 && lowest[k - 1] > pnl[s]; --k) lowest[k] = lowest[k - 1];
    lowest[k] = pnl[s];
  }
  return lowest.back();
}

// Candidates that hold more than the mass of the tail, worst first.
template <class T>
void find_candidates(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                     const Level& level, TailScratch<T>& scratch) {
  BULKHEAD_ASSERT(pnl.size() == weights.size() && !pnl.empty());
  const std::uint64_t wanted = tail_mass(level);
  const std::size_t sample = (pnl.size() + kSampleStride - 1) / kSampleStride;
  const std::size_t tail = sample * (level.denominator - level.numerator) / level.denominator;
  bool found = false;
  for (std::size_t rank = tail + tail / 4 + kSpare;
       !found && pnl.size() > kSmall && rank <= kMaxRank; rank *= 2) {
    const T threshold = sampled_quantile(pnl, rank, scratch.sample);
    found = collect(pnl, weights, level.denominator, threshold, scratch) > wanted;
  }
  if (!found) {
    const T all = *std::max_element(pnl.begin(), pnl.end());
    collect(pnl, weights, level.denominator, all, scratch);
  }
  std::sort(scratch.candidates.begin(), scratch.candidates.end(),
            [](const Candidate<T>& a, const Candidate<T>& b) {
              return a.pnl != b.pnl ? a.pnl < b.pnl : a.scenario < b.scenario;
            });
}

// Calls visit(candidate, mass) along the tail.
template <class T, class Visit>
void walk_tail(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
               TailScratch<T>& scratch, Visit visit) {
  find_candidates(pnl, weights, level, scratch);
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
  Int128 sum = 0;
  walk_tail(pnl, weights, level, scratch,
            [&sum](const Candidate<T>& candidate, std::uint64_t mass) {
              sum -= static_cast<Int128>(mass) * candidate.pnl;
            });
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
