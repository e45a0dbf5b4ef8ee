// Cases of coverage tests and of tests of Expected Shortfall.
#include <array>

#include "bulkhead/calibration/coverage_tests.h"
#include "bulkhead/calibration/distributions.h"
#include "bulkhead/calibration/es_tests.h"
#include "bulkhead/cli/risk_cases.h"

namespace bulkhead::cli {
namespace {

using namespace calibration;  // NOLINT(google-build-using-namespace): a table of its functions

constexpr std::uint64_t kMost = 1'000'000'000;
constexpr double kLeastP = 1e-9;
constexpr double kMostP = 1 - 1e-9;
constexpr std::array<std::string_view, 2> kSchemes{"basel_1996", "mar99"};

double real(std::uint64_t value) { return static_cast<double>(value); }

Figure figure(std::string name, double value) { return {std::move(name), value, {}, {}}; }

Result<Figures> kupiec_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("observations", 1, kMost));
  BULKHEAD_TRY(const std::uint64_t x, in.count("exceptions", 0, n));
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  BULKHEAD_TRY(const double level, in.number_or("level", kLeastP, kMostP, 0.05));
  const LikelihoodRatio test = kupiec(n, x, p);
  return Figures{figure("statistic", test.statistic),
                 figure("p_value", test.p_value),
                 {"verdict", 0, test.p_value < level ? "reject" : "accept", {}}};
}

Result<Figures> accepted_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("observations", 1, 10'000'000));
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  BULKHEAD_TRY(const double level, in.number_or("level", kLeastP, kMostP, 0.05));
  const CountRange range = accepted_counts(n, p, level);
  return Figures{figure("least_accepted", real(range.least)),
                 figure("greatest_accepted", real(range.greatest))};
}

Result<Figures> first_failure_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("first", 1, kMost));
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  const LikelihoodRatio test = first_failure(n, p);
  return Figures{figure("statistic", test.statistic), figure("p_value", test.p_value)};
}

Result<Exceptions> exceptions_in(const CaseInput& in) {
  Exceptions seen;
  if (in.has("series")) {
    BULKHEAD_TRY(const std::vector<double> series, in.numbers("series"));
    for (const double one : series) {
      if (one != 0 && one != 1) {
        return in.error(ErrorCode::out_of_range, "series", std::to_string(one), "0 or 1");
      }
    }
    return count_exceptions(series, std::vector<double>(series.size(), 0.5));
  }
  BULKHEAD_TRY(seen.transitions.n00, in.count("n00", 0, kMost));
  BULKHEAD_TRY(seen.transitions.n01, in.count("n01", 0, kMost));
  BULKHEAD_TRY(seen.transitions.n10, in.count("n10", 0, kMost));
  BULKHEAD_TRY(seen.transitions.n11, in.count("n11", 0, kMost));
  BULKHEAD_TRY(seen.observations, in.count("observations", 1, kMost));
  BULKHEAD_TRY(seen.exceptions, in.count("exceptions", 0, seen.observations));
  return seen;
}

Result<Figures> christoffersen_case(const CaseInput& in) {
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  BULKHEAD_TRY(const Exceptions seen, exceptions_in(in));
  const LikelihoodRatio often = kupiec(seen.observations, seen.exceptions, p);
  const LikelihoodRatio apart = independence(seen.transitions);
  const LikelihoodRatio both = conditional_coverage(seen, p);
  return Figures{
      figure("unconditional", often.statistic), figure("unconditional_p_value", often.p_value),
      figure("independence", apart.statistic),  figure("independence_p_value", apart.p_value),
      figure("conditional", both.statistic),    figure("conditional_p_value", both.p_value)};
}

std::string zone_name(Zone zone) {
  constexpr std::array<const char*, 3> kNames{"green", "yellow", "red"};
  return kNames[static_cast<std::size_t>(zone)];
}

Result<Figures> traffic_light_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("observations", 1, 1'000'000));
  BULKHEAD_TRY(const std::uint64_t x, in.count("exceptions", 0, n));
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  const Zones limits = traffic_light(n, p);
  Figures figures{figure("cumulative", binomial_cdf(x, n, p)),
                  {"zone", 0, zone_name(limits.of(x)), {}},
                  figure("greatest_green", real(limits.max_green)),
                  figure("greatest_yellow", real(limits.max_yellow))};
  if (in.has("scheme")) {
    BULKHEAD_TRY(const std::string scheme, in.text("scheme", kSchemes));
    const double plus = scheme == kSchemes[0] ? plus_factor_1996(x) : plus_factor_mar99(x);
    figures.push_back(figure("plus_factor", plus));
    figures.push_back(figure("multiplier", plus + (scheme == kSchemes[0] ? 3.0 : 1.5)));
  }
  return figures;
}

Result<Figures> overlapping_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("observations", 1, 100'000));
  BULKHEAD_TRY(const std::uint64_t window, in.count("window", 1, 1'000));
  BULKHEAD_TRY(const double p, in.number("probability", kLeastP, kMostP));
  std::uint64_t paths = 200'000;
  if (in.has("paths")) {
    BULKHEAD_TRY(paths, in.count("paths", 1'000, 100'000'000));
  }
  const Zones limits = overlapping_traffic_light(n, static_cast<std::uint32_t>(window), p,
                                                 static_cast<std::uint32_t>(paths), 1);
  return Figures{figure("greatest_green", real(limits.max_green)),
                 figure("greatest_yellow", real(limits.max_yellow))};
}

Result<Figures> shortfall_case(const CaseInput& in) {
  BULKHEAD_TRY(const double alpha, in.number("alpha", kLeastP, 0.5));
  BULKHEAD_TRY(const std::vector<double> pnl, in.numbers("pnl"));
  BULKHEAD_TRY(const std::vector<double> var, in.numbers("var"));
  BULKHEAD_TRY(const std::vector<double> es, in.numbers("es"));
  if (var.size() != pnl.size() || es.size() != pnl.size()) {
    return in.error(ErrorCode::out_of_range, "var", std::to_string(var.size()),
                    "var and es as long as pnl");
  }
  std::vector<double> losses;
  std::uint64_t exceptions = 0;
  for (std::size_t i = 0; i < pnl.size(); ++i) {
    if (!(es[i] > 0)) {
      return in.error(ErrorCode::out_of_range, "es", std::to_string(es[i]), "above 0");
    }
    losses.push_back(-pnl[i]);
    if (losses.back() > var[i]) ++exceptions;
  }
  const AcerbiSzekely test = acerbi_szekely(losses, var, es, alpha);
  return Figures{figure("z1", test.z1), figure("z2", test.z2),
                 figure("exceptions", real(exceptions))};
}

Result<Figures> critical_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::uint64_t n, in.count("observations", 1, 1'000'000));
  BULKHEAD_TRY(const double alpha, in.number("alpha", 1e-6, 0.49));
  BULKHEAD_TRY(const double degrees, in.number_or("degrees", 1.1, 1e6, 0));
  BULKHEAD_TRY(const double significance, in.number("significance", 1e-6, 0.5));
  std::uint64_t paths = 100'000;
  if (in.has("paths")) {
    BULKHEAD_TRY(paths, in.count("paths", 1'000, 100'000'000));
  }
  const std::array<double, 1> sizes{significance};
  const CriticalValues values = acerbi_szekely_critical(
      static_cast<std::uint32_t>(n), alpha, degrees, sizes, static_cast<std::uint32_t>(paths), 1);
  return Figures{figure("z1_critical", values.z1.front()), figure("z2_critical", values.z2.front()),
                 figure("z2_mean", values.mean_z2)};
}

Result<Figures> multinomial_case(const CaseInput& in) {
  BULKHEAD_TRY(const double alpha, in.number("alpha", 0.01, kMostP));
  BULKHEAD_TRY(const std::vector<double> given, in.numbers("counts"));
  std::vector<std::uint64_t> counts;
  std::uint64_t sum = 0;
  for (const double one : given) {
    if (!(one >= 0 && one <= 1e9)) {
      return in.error(ErrorCode::out_of_range, "counts", std::to_string(one), "counts");
    }
    counts.push_back(static_cast<std::uint64_t>(one));
    sum += counts.back();
  }
  if (counts.size() < 2 || sum == 0) {
    return in.error(ErrorCode::out_of_range, "counts", std::to_string(counts.size()),
                    "one more than levels, not all 0");
  }
  const LikelihoodRatio test = multinomial_test(counts, alpha);
  return Figures{figure("statistic", test.statistic), figure("p_value", test.p_value)};
}

}  // namespace

std::vector<CaseKind> coverage_case_kinds() {
  return {{"kupiec",
           "unconditional coverage, chi2(1)",
           {"observations", "exceptions", "probability", "level"},
           kupiec_case},
          {"kupiec_accepted",
           "exceptions that Kupiec's test does not reject",
           {"observations", "probability", "level"},
           accepted_case},
          {"first_failure",
           "time until first failure, chi2(1)",
           {"first", "probability"},
           first_failure_case},
          {"christoffersen",
           "independence and conditional coverage, of counts or a series of 0 and 1",
           {"observations", "exceptions", "probability", "n00", "n01", "n10", "n11", "series"},
           christoffersen_case},
          {"traffic_light",
           "zone, its limits and, of a scheme, the addition to the multiplier",
           {"observations", "exceptions", "probability", "scheme"},
           traffic_light_case},
          {"overlapping_traffic_light",
           "limits of the zones for overlapping windows, by simulation",
           {"observations", "window", "probability", "paths"},
           overlapping_case},
          {"acerbi_szekely",
           "Z1 and Z2 of observations",
           {"alpha", "pnl", "var", "es"},
           shortfall_case},
          {"acerbi_szekely_critical",
           "their quantiles under normal or Student t, by simulation",
           {"observations", "alpha", "degrees", "significance", "paths"},
           critical_case},
          {"multinomial",
           "VaR at several levels together, Nass's correction",
           {"alpha", "counts"},
           multinomial_case}};
}

}  // namespace bulkhead::cli
