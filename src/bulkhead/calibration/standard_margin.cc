#include "bulkhead/calibration/standard_margin.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "bulkhead/base/assert.h"

namespace bulkhead::calibration {
namespace {

struct NamedRate {
  std::string_view name;
  double rate;
};

constexpr std::array<NamedRate, 10> kSchedule{{{"Credit 0-2y", 0.02},
                                               {"Credit 2-5y", 0.05},
                                               {"Credit 5y+", 0.10},
                                               {"Commodity", 0.15},
                                               {"Equity", 0.15},
                                               {"FX", 0.06},
                                               {"Interest rate 0-2y", 0.01},
                                               {"Interest rate 2-5y", 0.02},
                                               {"Interest rate 5y+", 0.04},
                                               {"Other", 0.15}}};
constexpr std::array<NamedRate, 10> kHaircuts{{{"cash same currency", 0},
                                               {"HQ govt/central bank <1y", 0.005},
                                               {"HQ govt 1-5y", 0.02},
                                               {"HQ govt >5y", 0.04},
                                               {"HQ corporate/covered <1y", 0.01},
                                               {"HQ corporate 1-5y", 0.04},
                                               {"HQ corporate >5y", 0.08},
                                               {"equity in major index", 0.15},
                                               {"gold", 0.15},
                                               {"additive FX mismatch", 0.08}}};

constexpr double kThird = 1.0 / 3;
constexpr std::array<SpanPoint, 16> kSpan{{{0, 1, 1},
                                           {0, -1, 1},
                                           {kThird, 1, 1},
                                           {kThird, -1, 1},
                                           {-kThird, 1, 1},
                                           {-kThird, -1, 1},
                                           {2 * kThird, 1, 1},
                                           {2 * kThird, -1, 1},
                                           {-2 * kThird, 1, 1},
                                           {-2 * kThird, -1, 1},
                                           {1, 1, 1},
                                           {1, -1, 1},
                                           {-1, 1, 1},
                                           {-1, -1, 1},
                                           {3, 0, 0.33},
                                           {-3, 0, 0.33}}};

Result<double> rate_of(std::span<const NamedRate> table, std::string_view field,
                       std::string_view name) {
  std::string known;
  for (const NamedRate& row : table) {
    if (row.name == name) return row.rate;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return fail(ErrorCode::not_found, field, name, "one of " + known);
}

}  // namespace

double standard_haircut_value(double value, double haircut, double fx_haircut) {
  return value * std::max(0.0, 1 - haircut - fx_haircut);
}

double holding_period_haircut(double ten_days, double remargining_days, double holding_days) {
  BULKHEAD_ASSERT(remargining_days + holding_days >= 1);
  return ten_days * std::sqrt((remargining_days + holding_days - 1) / 10);
}

Result<double> schedule_rate(std::string_view asset_class) {
  return rate_of(kSchedule, "asset_class", asset_class);
}

Result<double> schedule_haircut(std::string_view collateral_class) {
  return rate_of(kHaircuts, "collateral_class", collateral_class);
}

double net_schedule_margin(double gross, double net_replacement, double gross_replacement) {
  const double ratio =
      gross_replacement > 0 ? std::max(net_replacement, 0.0) / gross_replacement : 0.0;
  return 0.4 * gross + 0.6 * ratio * gross;
}

std::span<const SpanPoint> span_points() { return kSpan; }

SpanScan span_scan(double delta, double gamma, double vega, double price_range,
                   double volatility_range) {
  SpanScan scan;
  for (std::size_t i = 0; i < kSpan.size(); ++i) {
    const double move = kSpan[i].price * price_range;
    const double pnl =
        delta * move + 0.5 * gamma * move * move + vega * kSpan[i].volatility * volatility_range;
    scan.losses[i] = -pnl * kSpan[i].share;
    if (scan.losses[i] > scan.scan_risk) {
      scan.scan_risk = scan.losses[i];
      scan.point = static_cast<std::uint32_t>(i + 1);
    }
  }
  return scan;
}

double offset_capped(double standalone, double netted, double cap) {
  return standalone - cap * std::max(0.0, standalone - netted);
}

double buffered_margin(double calculated, double usual, double rate) {
  return std::max(calculated, std::min(calculated * (1 + rate), usual * (1 + rate)));
}

}  // namespace bulkhead::calibration
