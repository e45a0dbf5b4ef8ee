// Validation of the revaluation parameters: a policy that cannot be computed with is refused whole.
#include "bulkhead/pricing/parameters.h"

#include <string_view>

namespace bulkhead::pricing {
namespace {

constexpr std::size_t kMaxPoints = 64;

Status check_range(std::string_view field, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "from " + std::to_string(low) + " to " + std::to_string(high));
}

Status check_points(std::string_view field, const std::vector<double>& points, double low,
                    double high) {
  if (points.size() > kMaxPoints) {
    return fail(ErrorCode::too_large, field, std::to_string(points.size()), "at most 64 points");
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string name = std::string(field) + "[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(check_range(name, points[i], low, high));
    if (i > 0 && points[i] <= points[i - 1]) {
      return fail(ErrorCode::out_of_range, name, std::to_string(points[i]), "ascending points");
    }
  }
  return {};
}

}  // namespace

Status validate(const Parameters& p) {
  BULKHEAD_TRY_STATUS(check_points("spot_points", p.spot_points, -0.99, 10));
  BULKHEAD_TRY_STATUS(check_points("volatility_points", p.volatility_points, -5, 5));
  BULKHEAD_TRY_STATUS(check_points("depeg_points", p.depeg_points, -0.99, 10));
  BULKHEAD_TRY_STATUS(check_range("volatility_exponent_short", p.volatility_exponent_short, 0, 1));
  BULKHEAD_TRY_STATUS(check_range("volatility_exponent_long", p.volatility_exponent_long, 0, 1));
  BULKHEAD_TRY_STATUS(check_range("volatility_factor_min", p.volatility_factor_min, 1e-3, 1));
  BULKHEAD_TRY_STATUS(check_range("volatility_factor_max", p.volatility_factor_max, 1, 100));
  if (p.settlement_averaging < Duration{} || p.settlement_averaging > days(1)) {
    return fail(ErrorCode::out_of_range, "settlement_averaging", to_string(p.settlement_averaging),
                "from 0s to 1d");
  }
  return {};
}

}  // namespace bulkhead::pricing
