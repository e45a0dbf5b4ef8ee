#include "bulkhead/calibration/realised.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace bulkhead::calibration {
namespace {

constexpr std::size_t kReturnsLeast = 10;
constexpr std::size_t kStrikesLeast = 3;

}  // namespace

Result<RealisedVariance> realised_variance(std::span<const double> returns) {
  const std::size_t n = returns.size();
  if (n < kReturnsLeast) {
    return fail(ErrorCode::out_of_range, "returns", std::to_string(n) + " values",
                "at least " + std::to_string(kReturnsLeast) + " returns");
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isfinite(returns[i])) continue;
    return fail(ErrorCode::out_of_range, "returns[" + std::to_string(i) + "]",
                std::to_string(returns[i]), "a finite return");
  }
  const auto count = static_cast<double>(n);
  RealisedVariance v;
  double pairs = 0, triples = 0;
  for (std::size_t i = 0; i < n; ++i) {
    v.realised += returns[i] * returns[i];
    if (i >= 1) pairs += std::abs(returns[i] * returns[i - 1]);
    if (i >= 2) triples += std::pow(std::abs(returns[i] * returns[i - 1] * returns[i - 2]), 4. / 3);
  }
  v.bipower = std::numbers::pi / 2 * count / (count - 1) * pairs;
  v.jump_variance = std::max(0.0, v.realised - v.bipower);
  if (!(v.realised > 0 && v.bipower > 0)) return v;
  // E|Z|^(4/3) = 2^(2/3)·Γ(7/6)/Γ(1/2).
  const double moment = std::pow(2, 2. / 3) * std::tgamma(7. / 6) / std::tgamma(0.5);
  const double quarticity = count / std::pow(moment, 3) * count / (count - 2) * triples;
  const double theta = std::numbers::pi * std::numbers::pi / 4 + std::numbers::pi - 5;
  const double spread = theta / count * std::max(1.0, quarticity / (v.bipower * v.bipower));
  v.jump_statistic = (v.realised - v.bipower) / v.realised / std::sqrt(spread);
  return v;
}

Result<double> implied_index(std::span<const OptionQuote> quotes, double forward, double years) {
  const auto bad = [](const std::string& field, double value, const char* rule) {
    return fail(ErrorCode::out_of_range, field, std::to_string(value), rule);
  };
  if (!(forward > 0 && std::isfinite(forward))) return bad("forward", forward, "above zero");
  if (!(years > 0 && std::isfinite(years))) return bad("years", years, "above zero");
  if (quotes.size() < kStrikesLeast) {
    return bad("quotes", static_cast<double>(quotes.size()), "at least 3 strikes");
  }
  double base = 0;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const std::string field = "quotes[" + std::to_string(i) + "]";
    if (!(quotes[i].strike > (i == 0 ? 0 : quotes[i - 1].strike))) {
      return bad(field + ".strike", quotes[i].strike, "strikes above zero, ascending");
    }
    if (!(quotes[i].premium >= 0 && std::isfinite(quotes[i].premium))) {
      return bad(field + ".premium", quotes[i].premium, "a premium of at least zero");
    }
    if (quotes[i].strike <= forward) base = quotes[i].strike;
  }
  if (base == 0 || quotes.back().strike <= forward) {
    return bad("forward", forward, "strikes on both sides of it");
  }
  double sum = 0;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const std::size_t last = quotes.size() - 1;
    const double width = i == 0      ? quotes[1].strike - quotes[0].strike
                         : i == last ? quotes[last].strike - quotes[last - 1].strike
                                     : (quotes[i + 1].strike - quotes[i - 1].strike) / 2;
    sum += width / (quotes[i].strike * quotes[i].strike) * quotes[i].premium;
  }
  const double gap = forward / base - 1;
  const double variance = (2 * sum - gap * gap) / years;
  if (!(variance >= 0)) return bad("quotes", variance, "premiums that give a variance");
  return std::sqrt(variance);
}

}  // namespace bulkhead::calibration
