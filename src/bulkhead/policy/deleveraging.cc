#include "bulkhead/policy/deleveraging.h"

#include <algorithm>

namespace bulkhead::policy {

std::vector<Winner> deleveraging_order(std::vector<Winner> winners) {
  std::erase_if(winners, [](const Winner& winner) { return winner.gain <= Usd{}; });
  std::ranges::sort(winners, [](const Winner& a, const Winner& b) {
    const Int128 left = Int128{a.gain.micros} * std::max<std::int64_t>(b.equity.micros, 0);
    const Int128 right = Int128{b.gain.micros} * std::max<std::int64_t>(a.equity.micros, 0);
    if (left != right) return left > right;
    if (a.gain != b.gain) return a.gain > b.gain;
    return a.account < b.account;
  });
  return winners;
}

double bankruptcy_shift(Usd equity, Usd funds, Usd notional, BasisPoints band_bp) {
  const Usd left = equity + max(funds, Usd{});
  if (left >= Usd{} || notional <= Usd{}) return 0;
  const double band = static_cast<double>(band_bp) / 10'000;
  return std::min(band, static_cast<double>(-left.micros) / static_cast<double>(notional.micros));
}

}  // namespace bulkhead::policy
