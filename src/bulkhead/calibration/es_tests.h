// Whether losses beyond the Value at Risk are as large as an Expected Shortfall says: the tests of
// Acerbi and Szekely (2014) and the multinomial test of Kratz, Lok and McNeil (2018) (D12.2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/calibration/coverage_tests.h"

namespace bulkhead::calibration {

// Z₁ = Σ x·I/ES / N + 1 and Z₂ = Σ x·I/(T·α·ES) + 1 over T observations, x the P&L, I whether the
// loss exceeds the VaR, N their number, α the tail's probability. Expected 0, negative where risk
// is understated. Z₁ is 0 without an exception.
struct AcerbiSzekely {
  double z1 = 0;
  double z2 = 0;
};
// Losses (+) with the day's VaR and ES, all of one length; ES > 0 where a loss exceeds its VaR.
AcerbiSzekely acerbi_szekely(std::span<const double> losses, std::span<const double> value_at_risk,
                             std::span<const double> expected_shortfall, double tail_probability);

// Quantiles of Z₁ and Z₂ over T days if the model holds and losses are Student t (degrees <= 0:
// normal), by simulation: the same figure for the same seed. `sizes` ascending, of the lower tail.
struct CriticalValues {
  std::vector<double> z1;  // parallel to sizes
  std::vector<double> z2;
  double mean_z2 = 0;
};
CriticalValues acerbi_szekely_critical(std::uint32_t observations, double tail_probability,
                                       double degrees, std::span<const double> sizes,
                                       std::uint32_t paths, std::uint64_t seed);

// Counts of the probability transforms P(L <= loss) in the cells between the levels
// α + j/N·(1−α), j = 0…N−1: cell 0 lies below α. Nass's correction of Pearson's statistic.
std::vector<std::uint64_t> multinomial_cells(std::span<const double> transforms, double level,
                                             std::uint32_t levels);
LikelihoodRatio multinomial_test(std::span<const std::uint64_t> cells, double level);

}  // namespace bulkhead::calibration
