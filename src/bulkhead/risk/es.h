// Weighted VaR and Expected Shortfall of integer P&L, exact (D5.3).
//
// L = −P&L. With integer weights ΣW = 2^30 and α = n/d, masses are counted in units of 1/(2^30·d):
// scenario s has mass W_s·d and the tail has mass T = 2^30·(d − n). The tail is filled in the order
// (L descending, scenario ascending), the boundary scenario fractionally, so
// ES_α = Σ mass_s·L_s / T is one exact integer quotient.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/int128.h"
#include "bulkhead/risk/parameters.h"

namespace bulkhead::risk {

// T. Positive for every valid level.
std::uint64_t tail_mass(const Level& level);

struct TailPart {
  std::uint32_t scenario = 0;
  std::uint64_t mass = 0;  // > 0; Σ over a tail = T
};

template <class T>
struct Candidate {
  T pnl;
  std::uint32_t scenario;
};

// Working memory for tails, reused between calls.
template <class T>
struct TailScratch {
  std::vector<std::int64_t> keys;
  std::vector<std::uint32_t> below;  // scenarios of the candidates
  std::vector<T> pnl;                // of the candidates
  std::vector<std::uint64_t> masses;
  std::vector<Candidate<T>> candidates;  // sorted
};

// T is std::int64_t (|pnl| < 2^62) or Int128 (|pnl| < 2^82). Spans have one length, Σ weights =
// 2^30.

// Σ mass·L over the tail; ES = this / tail_mass. Negative where even the tail gains.
template <class T>
Int128 tail_loss(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
                 TailScratch<T>& scratch);

// The tail itself, worst first.
template <class T>
std::vector<TailPart> tail_parts(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                                 const Level& level, TailScratch<T>& scratch);

// VaR_α = inf{x : P(L <= x) >= α}.
template <class T>
T value_at_risk(std::span<const T> pnl, std::span<const std::uint32_t> weights, const Level& level,
                TailScratch<T>& scratch);

// ⌈numerator · 2^exponent · 10^6 / denominator⌉ micro-USD, denominator > 0; saturates.
Usd round_up_to_usd(Int128 numerator, int exponent, std::uint64_t denominator);

// ES in micro-USD, rounded up: losses against the account.
inline Usd es_usd(Int128 loss, int exponent, const Level& level) {
  return round_up_to_usd(loss, exponent, tail_mass(level));
}

}  // namespace bulkhead::risk
