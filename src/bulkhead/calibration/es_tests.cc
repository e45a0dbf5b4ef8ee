#include "bulkhead/calibration/es_tests.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/calibration/distributions.h"

namespace bulkhead::calibration {
namespace {

double quantile_of(std::vector<double>& values, double probability) {
  const auto rank = static_cast<std::size_t>(probability * static_cast<double>(values.size()));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::min(rank, values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace

AcerbiSzekely acerbi_szekely(std::span<const double> losses, std::span<const double> value_at_risk,
                             std::span<const double> expected_shortfall, double tail_probability) {
  BULKHEAD_ASSERT(losses.size() == value_at_risk.size());
  BULKHEAD_ASSERT(losses.size() == expected_shortfall.size() && !losses.empty());
  double sum = 0;
  std::uint64_t exceptions = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!(losses[i] > value_at_risk[i])) continue;
    BULKHEAD_ASSERT(expected_shortfall[i] > 0);
    sum += losses[i] / expected_shortfall[i];
    ++exceptions;
  }
  const double expected = static_cast<double>(losses.size()) * tail_probability;
  return {exceptions == 0 ? 0 : 1 - sum / static_cast<double>(exceptions), 1 - sum / expected};
}

CriticalValues acerbi_szekely_critical(std::uint32_t observations, double tail_probability,
                                       double degrees, std::span<const double> sizes,
                                       std::uint32_t paths, std::uint64_t seed) {
  BULKHEAD_ASSERT(tail_probability > 0 && tail_probability < 1 && paths > 0);
  const bool normal = degrees <= 0;
  const TailRisk tail =
      normal ? normal_tail(1 - tail_probability) : student_t_tail(1 - tail_probability, degrees);
  const double expected = observations * tail_probability;
  std::vector<double> z1, z2;
  CriticalValues critical;
  for (std::uint32_t path = 0; path < paths; ++path) {
    RandomStream draws(seed, path);
    double sum = 0;
    std::uint32_t exceptions = 0;
    // Days between exceptions are geometric, so only the tail is drawn.
    double day = 0;
    while (true) {
      day += 1 + std::floor(std::log1p(-draws.uniform()) / std::log1p(-tail_probability));
      if (day > observations) break;
      const double u = tail_probability * (1 - draws.uniform());
      const double loss = -(normal ? inverse_norm_cdf(u) : student_t_quantile(u, degrees));
      sum += loss / tail.expected_shortfall;
      ++exceptions;
    }
    if (exceptions > 0) z1.push_back(1 - sum / exceptions);
    z2.push_back(1 - sum / expected);
    critical.mean_z2 += z2.back() / paths;
  }
  for (const double size : sizes) {
    critical.z1.push_back(quantile_of(z1, size));
    critical.z2.push_back(quantile_of(z2, size));
  }
  return critical;
}

std::vector<std::uint64_t> multinomial_cells(std::span<const double> transforms, double level,
                                             std::uint32_t levels) {
  BULKHEAD_ASSERT(levels > 0 && level > 0 && level < 1);
  std::vector<std::uint64_t> cells(levels + 1, 0);
  for (const double u : transforms) {
    const double above = (u - level) / (1 - level) * levels;
    ++cells[u < level ? 0 : std::min<std::size_t>(levels, 1 + static_cast<std::size_t>(above))];
  }
  return cells;
}

LikelihoodRatio multinomial_test(std::span<const std::uint64_t> cells, double level) {
  BULKHEAD_ASSERT(cells.size() >= 2);
  const auto levels = static_cast<double>(cells.size() - 1);
  double n = 0;
  for (const std::uint64_t count : cells) n += static_cast<double>(count);
  BULKHEAD_ASSERT(n > 0);
  double statistic = 0;
  double inverse_shares = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double share = i == 0 ? level : (1 - level) / levels;
    const double difference = static_cast<double>(cells[i]) - n * share;
    statistic += difference * difference / (n * share);
    inverse_shares += 1 / share;
  }
  const double variance = 2 * levels - (levels * levels + 4 * levels + 1) / n + inverse_shares / n;
  const double scale = 2 * levels / variance;
  return {statistic, chi_squared_survival(scale * statistic, scale * levels)};
}

}  // namespace bulkhead::calibration
