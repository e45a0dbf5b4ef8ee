// Median aggregation with outliers dropped.
#include "bulkhead/market/aggregate.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

namespace bulkhead::market {
namespace {

double distance(double a, double b) { return a > b ? a - b : b - a; }

double median_deviation(const std::vector<Quote>& quotes, double center,
                        std::vector<double>& scratch) {
  scratch.clear();
  for (const Quote& quote : quotes) scratch.push_back(distance(quote.price, center));
  return median(scratch);
}

double median_price(const std::vector<Quote>& quotes, std::vector<double>& scratch) {
  scratch.clear();
  for (const Quote& quote : quotes) scratch.push_back(quote.price);
  return median(scratch);
}

}  // namespace

double median(std::vector<double>& values) {
  BULKHEAD_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  return values[half - 1] + (values[half] - values[half - 1]) / 2;
}

Aggregate aggregate(const std::vector<Quote>& quotes, const Parameters& parameters) {
  if (quotes.empty()) return {};
  std::vector<double> scratch;
  scratch.reserve(quotes.size());
  const double center = median_price(quotes, scratch);
  const double deviation = median_deviation(quotes, center, scratch);
  const double limit =
      std::max(parameters.outlier_deviations * deviation, parameters.outlier_tolerance * center);
  std::vector<Quote> kept;
  kept.reserve(quotes.size());
  for (const Quote& quote : quotes) {
    if (distance(quote.price, center) <= limit) kept.push_back(quote);
  }
  BULKHEAD_ASSERT(!kept.empty());  // half of all deviations are at most the MAD
  Aggregate result;
  result.count = static_cast<std::uint32_t>(kept.size());
  result.price = median_price(kept, scratch);
  const double spread = median_deviation(kept, result.price, scratch);
  scratch.clear();
  for (const Quote& quote : kept) scratch.push_back(quote.confidence);
  result.confidence = median(scratch) + spread;
  return result;
}

std::uint32_t quorum_of(std::size_t registered_sources, const Parameters& parameters) {
  return registered_sources >= parameters.quorum_sources ? parameters.quorum : 1;
}

}  // namespace bulkhead::market
