#include "bulkhead/calibration/depeg.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "bulkhead/calibration/distributions.h"

namespace bulkhead::calibration {
namespace {

constexpr double kYear = 365.0 * 86'400.0;
constexpr double kDay = 86'400.0;
constexpr double kTail = 0.025;

Status check(std::span<const Close> closes) {
  for (std::size_t i = 0; i < closes.size(); ++i) {
    const std::string field = "closes[" + std::to_string(i) + "]";
    if (!(closes[i].price > 0) || !std::isfinite(closes[i].price)) {
      return fail(ErrorCode::price_invalid, field, std::to_string(closes[i].price),
                  "positive and finite prices");
    }
    if (i > 0 && closes[i].time <= closes[i - 1].time) {
      return fail(ErrorCode::out_of_range, field, to_string(closes[i].time), "times that ascend");
    }
  }
  return {};
}

}  // namespace

PoissonInterval poisson_interval(std::uint64_t count, double tail) {
  const auto n = static_cast<double>(count);
  return {count == 0 ? 0 : chi_squared_quantile(tail, 2 * n) / 2,
          chi_squared_quantile(1 - tail, 2 * n + 2) / 2};
}

Result<DepegFit> fit_depeg(std::span<const Close> closes) {
  BULKHEAD_TRY_STATUS(check(closes));
  DepegFit fit;
  double on_peg = 0, off_peg = 0, depths = 0, depth = 0;
  bool off = false;
  for (std::size_t i = 0; i < closes.size(); ++i) {
    const double away = std::fabs(closes[i].price - 1);
    if (i > 0 && closes[i].time - closes[i - 1].time <= kPegGap) {
      (off ? off_peg : on_peg) += (closes[i].time - closes[i - 1].time).seconds();
    }
    const bool was_off = off;
    off = off ? away >= kDepegOver : away >= kDepegLeast;
    if (off && !was_off) {
      ++fit.events;
      depth = 0;
    }
    if (off) depth = std::max(depth, away);
    fit.worst_depth = std::max(fit.worst_depth, off ? depth : 0);
    if (was_off && !off) depths += depth;
  }
  if (off) depths += depth;
  if (!(on_peg >= kPegLeast.seconds())) {
    return fail(ErrorCode::out_of_range, "closes",
                std::to_string(on_peg / kDay) + " days on the peg", "at least 100 days");
  }
  fit.years = on_peg / kYear;
  const auto events = static_cast<double>(fit.events);
  const PoissonInterval interval = poisson_interval(fit.events, kTail);
  fit.per_year = events / fit.years;
  fit.per_year_least = interval.least / fit.years;
  fit.per_year_greatest = interval.greatest / fit.years;
  if (fit.events > 0) {
    fit.mean_depth = depths / events;
    fit.mean_days = off_peg / kDay / events;
  }
  return fit;
}

}  // namespace bulkhead::calibration
