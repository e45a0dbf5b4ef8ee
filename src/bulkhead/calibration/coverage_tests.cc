#include "bulkhead/calibration/coverage_tests.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/calibration/distributions.h"

namespace bulkhead::calibration {
namespace {

constexpr double kYellow = 0.95;
constexpr double kRed = 0.9999;

// count·log(probability), with 0·log(0) = 0.
double log_term(std::uint64_t count, double probability) {
  return count == 0 ? 0 : static_cast<double>(count) * std::log(probability);
}

double log_likelihood(std::uint64_t quiet, std::uint64_t exceptions, double p) {
  return log_term(quiet, 1 - p) + log_term(exceptions, p);
}

double share(std::uint64_t part, std::uint64_t rest) {
  const std::uint64_t all = part + rest;
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

LikelihoodRatio ratio(double restricted, double free, double degrees) {
  const double statistic = std::max(0.0, -2 * (restricted - free));
  return {statistic, chi_squared_survival(statistic, degrees)};
}

}  // namespace

Exceptions count_exceptions(std::span<const double> losses, std::span<const double> forecasts) {
  BULKHEAD_ASSERT(losses.size() == forecasts.size());
  Exceptions seen;
  bool before = false;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const bool now = losses[i] > forecasts[i];
    seen.exceptions += now ? 1U : 0U;
    if (i > 0) {
      std::uint64_t& cell = before ? (now ? seen.transitions.n11 : seen.transitions.n10)
                                   : (now ? seen.transitions.n01 : seen.transitions.n00);
      ++cell;
    }
    before = now;
  }
  seen.observations = losses.size();
  return seen;
}

LikelihoodRatio kupiec(std::uint64_t n, std::uint64_t x, double p) {
  BULKHEAD_ASSERT(p > 0 && p < 1 && x <= n);
  return ratio(log_likelihood(n - x, x, p), log_likelihood(n - x, x, share(x, n - x)), 1);
}

LikelihoodRatio first_failure(std::uint64_t n, double p) {
  BULKHEAD_ASSERT(p > 0 && p < 1 && n >= 1);
  return ratio(log_likelihood(n - 1, 1, p), log_likelihood(n - 1, 1, share(1, n - 1)), 1);
}

LikelihoodRatio independence(const Transitions& seen) {
  const std::uint64_t quiet = seen.n00 + seen.n10;
  const std::uint64_t exceptions = seen.n01 + seen.n11;
  const double restricted = log_likelihood(quiet, exceptions, share(exceptions, quiet));
  const double free = log_likelihood(seen.n00, seen.n01, share(seen.n01, seen.n00)) +
                      log_likelihood(seen.n10, seen.n11, share(seen.n11, seen.n10));
  return ratio(restricted, free, 1);
}

LikelihoodRatio conditional_coverage(const Exceptions& seen, double p) {
  const double statistic = kupiec(seen.observations, seen.exceptions, p).statistic +
                           independence(seen.transitions).statistic;
  return {statistic, chi_squared_survival(statistic, 2)};
}

CountRange accepted_counts(std::uint64_t n, double p, double size) {
  // The likelihood ratio falls up to n·p and rises beyond it.
  const auto middle = static_cast<std::uint64_t>(p * static_cast<double>(n));
  CountRange range{middle, middle};
  while (range.least > 0 && kupiec(n, range.least - 1, p).p_value > size) --range.least;
  while (range.greatest < n && kupiec(n, range.greatest + 1, p).p_value > size) ++range.greatest;
  return range;
}

Zones traffic_light(std::uint64_t n, double p) {
  const auto first_reaching = [&](double probability) {
    std::uint64_t k = 0;
    while (binomial_cdf(k, n, p) < probability) ++k;
    return k;
  };
  const std::uint64_t yellow = first_reaching(kYellow);
  const std::uint64_t red = first_reaching(kRed);
  return {yellow == 0 ? 0 : yellow - 1, red == 0 ? 0 : red - 1};
}

Zones overlapping_traffic_light(std::uint64_t n, std::uint32_t horizon, double p,
                                std::uint32_t paths, std::uint64_t seed) {
  BULKHEAD_ASSERT(horizon > 0 && paths > 0);
  const double threshold = inverse_norm_cdf(p) * std::sqrt(static_cast<double>(horizon));
  std::vector<std::uint64_t> histogram(n + 1, 0);
  std::vector<double> days(n + horizon - 1);
  for (std::uint32_t path = 0; path < paths; ++path) {
    RandomStream draws(seed, path);
    for (double& day : days) day = draws.normal();
    double sum = 0;
    std::uint64_t exceptions = 0;
    for (std::size_t i = 0; i < days.size(); ++i) {
      sum += days[i];
      if (i + 1 < horizon) continue;
      exceptions += sum < threshold ? 1U : 0U;
      sum -= days[i + 1 - horizon];
    }
    ++histogram[exceptions];
  }
  const auto most_below = [&](double probability) {
    std::uint64_t seen = 0;
    std::uint64_t k = 0;
    for (; k <= n; ++k) {
      seen += histogram[k];
      if (static_cast<double>(seen) >= probability * paths) break;
    }
    return k == 0 ? 0 : k - 1;
  };
  return {most_below(kYellow), most_below(kRed)};
}

double plus_factor_1996(std::uint64_t exceptions) {
  constexpr std::array<double, 6> kFactors = {0.40, 0.50, 0.65, 0.75, 0.85, 1.0};
  return exceptions < 5 ? 0 : kFactors[std::min<std::uint64_t>(exceptions - 5, 5)];
}

double plus_factor_mar99(std::uint64_t exceptions) {
  constexpr std::array<double, 6> kFactors = {0.20, 0.26, 0.33, 0.38, 0.42, 0.50};
  return exceptions < 5 ? 0 : kFactors[std::min<std::uint64_t>(exceptions - 5, 5)];
}

}  // namespace bulkhead::calibration
