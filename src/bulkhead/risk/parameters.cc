// Validation of the risk parameters.
#include "bulkhead/risk/parameters.h"

#include <string>
#include <string_view>

namespace bulkhead::risk {
namespace {

Status check_bp(std::string_view field, BasisPoints value, BasisPoints low) {
  if (value >= low && value <= 10'000) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "basis points from " + std::to_string(low) + " to 10000");
}

Status check_range(std::string_view field, double value, double high) {
  if (value >= 0 && value <= high) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "from 0 to " + std::to_string(high));
}

}  // namespace

Status validate(const Parameters& p) {
  BULKHEAD_TRY_STATUS(pricing::validate(p.revaluation));
  if (p.level.denominator == 0 || p.level.denominator > 10'000 ||
      p.level.numerator >= p.level.denominator) {
    return fail(ErrorCode::out_of_range, "level",
                std::to_string(p.level.numerator) + "/" + std::to_string(p.level.denominator),
                "a fraction below 1 with a denominator of at most 10000");
  }
  BULKHEAD_TRY_STATUS(check_bp("stress_weight", p.stress_weight, 0));
  BULKHEAD_TRY_STATUS(check_bp("grid_weight", p.grid_weight, 0));
  BULKHEAD_TRY_STATUS(check_bp("maintenance", p.maintenance, 1));
  BULKHEAD_TRY_STATUS(check_bp("offset_cap", p.offset_cap, 0));
  BULKHEAD_TRY_STATUS(check_bp("floor_rate", p.floor_rate, 0));
  BULKHEAD_TRY_STATUS(check_bp("short_option", p.short_option, 0));
  if (p.floor_amount < Usd{} || p.floor_amount > usd(1'000'000)) {
    return fail(ErrorCode::out_of_range, "floor_amount", to_string(p.floor_amount),
                "from 0 to 1000000");
  }
  BULKHEAD_TRY_STATUS(check_range("impact", p.impact, 100));
  BULKHEAD_TRY_STATUS(check_range("impact_cap", p.impact_cap, 1));
  BULKHEAD_TRY_STATUS(check_range("concentration_share", p.concentration_share, 1));
  BULKHEAD_TRY_STATUS(check_range("concentration_rate", p.concentration_rate, 1));
  BULKHEAD_TRY_STATUS(check_range("perpetual_basis", p.perpetual_basis, 1));
  BULKHEAD_TRY_STATUS(check_range("dated_basis_per_year", p.dated_basis_per_year, 1));
  if (p.look_ahead <= Duration{} || p.look_ahead > days(30)) {
    return fail(ErrorCode::out_of_range, "look_ahead", to_string(p.look_ahead),
                "more than 0s, at most 30d");
  }
  return {};
}

}  // namespace bulkhead::risk
