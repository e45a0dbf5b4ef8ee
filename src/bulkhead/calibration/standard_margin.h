// Margin rules of supervisors and clearing houses in closed form, for comparison with what Bulkhead
// charges: the standardised schedule and haircuts of BCBS-IOSCO (d499), holding periods, the
// 16-point risk array of SPAN, the offset cap of EMIR.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

// V·(1 − h − h_fx), not below 0.
double standard_haircut_value(double value, double haircut, double fx_haircut);
// H_10·√((N_R + T_M − 1)/10): remargined every N_R days, holding period T_M days.
double holding_period_haircut(double ten_days, double remargining_days, double holding_days);

// Of gross notional, by name of the class in d499, Appendix A: "Credit 0-2y", "Equity", "FX" …
// not_found names the classes.
Result<double> schedule_rate(std::string_view asset_class);
// Of market value, Appendix B: "gold", "equity in major index" …
Result<double> schedule_haircut(std::string_view collateral_class);

// 0.4·gross + 0.6·NGR·gross, NGR = max(net replacement cost, 0)/gross replacement cost (0 without).
double net_schedule_margin(double gross, double net_replacement, double gross_replacement);

// Classic SPAN: price move in price scan ranges, volatility move in volatility scan ranges, share
// of the loss that counts.
struct SpanPoint {
  double price = 0;
  double volatility = 0;
  double share = 1;
};
std::span<const SpanPoint> span_points();
// The greatest loss over the points of a portfolio with P&L delta·ΔS + ½·gamma·ΔS² + vega·Δσ.
struct SpanScan {
  double scan_risk = 0;     // >= 0
  std::uint32_t point = 0;  // active scenario, from 1
  std::array<double, 16> losses{};
};
SpanScan span_scan(double delta, double gamma, double vega, double price_range,
                   double volatility_range);

// EMIR article 27: standalone − cap·max(0, standalone − netted).
double offset_capped(double standalone, double netted, double cap);
// Article 28(a): the buffer of `rate`, exhausted while calculated margin is above `usual`.
double buffered_margin(double calculated, double usual, double rate);

}  // namespace bulkhead::calibration
