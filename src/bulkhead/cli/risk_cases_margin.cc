// Cases of margin rules of supervisors and clearing houses.
#include "bulkhead/calibration/standard_margin.h"
#include "bulkhead/cli/risk_cases.h"

namespace bulkhead::cli {
namespace {

using namespace calibration;  // NOLINT(google-build-using-namespace): a table of its functions

constexpr double kMost = 1e18;

Figure figure(std::string name, double value) { return {std::move(name), value, {}, {}}; }

Result<Figures> haircut_case(const CaseInput& in) {
  BULKHEAD_TRY(const double value, in.number("value", 0, kMost));
  BULKHEAD_TRY(const double haircut, in.number("haircut", 0, 1));
  BULKHEAD_TRY(const double fx, in.number_or("fx_haircut", 0, 1, 0));
  return Figures{figure("value", standard_haircut_value(value, haircut, fx))};
}

Result<Figures> holding_case(const CaseInput& in) {
  BULKHEAD_TRY(const double ten, in.number("ten_day_haircut", 0, 1));
  BULKHEAD_TRY(const double remargining, in.number("remargining_days", 1, 1000));
  BULKHEAD_TRY(const double holding, in.number("holding_days", 1, 1000));
  return Figures{figure("haircut", holding_period_haircut(ten, remargining, holding))};
}

Result<Figures> schedule_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::string name, in.string("asset_class"));
  const Result<double> rate = schedule_rate(name);
  if (!rate) return in.at(rate.error());
  BULKHEAD_TRY(const double notional, in.number_or("notional", 0, kMost, 0));
  return Figures{figure("rate", *rate), figure("margin", *rate * notional)};
}

Result<Figures> schedule_haircut_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::string name, in.string("collateral_class"));
  const Result<double> rate = schedule_haircut(name);
  if (!rate) return in.at(rate.error());
  return Figures{figure("haircut", *rate)};
}

Result<Figures> net_case(const CaseInput& in) {
  BULKHEAD_TRY(const double gross, in.number("gross_margin", 0, kMost));
  BULKHEAD_TRY(const double net, in.number("net_replacement_cost", -kMost, kMost));
  BULKHEAD_TRY(const double all, in.number("gross_replacement_cost", 0, kMost));
  return Figures{figure("net_margin", net_schedule_margin(gross, net, all))};
}

Result<Figures> span_case(const CaseInput& in) {
  BULKHEAD_TRY(const double delta, in.number("delta", -kMost, kMost));
  BULKHEAD_TRY(const double gamma, in.number_or("gamma", -kMost, kMost, 0));
  BULKHEAD_TRY(const double vega, in.number_or("vega", -kMost, kMost, 0));
  BULKHEAD_TRY(const double price, in.number("price_scan_range", 0, kMost));
  BULKHEAD_TRY(const double volatility, in.number_or("volatility_scan_range", 0, kMost, 0));
  const SpanScan scan = span_scan(delta, gamma, vega, price, volatility);
  return Figures{figure("scan_risk", scan.scan_risk),
                 figure("active_scenario", scan.point),
                 {"losses", 0, {}, {scan.losses.begin(), scan.losses.end()}}};
}

Result<Figures> offset_case(const CaseInput& in) {
  BULKHEAD_TRY(const double standalone, in.number("standalone", 0, kMost));
  BULKHEAD_TRY(const double netted, in.number("netted", 0, kMost));
  BULKHEAD_TRY(const double cap, in.number_or("cap", 0, 1, 0.8));
  return Figures{figure("margin", offset_capped(standalone, netted, cap))};
}

Result<Figures> buffer_case(const CaseInput& in) {
  BULKHEAD_TRY(const double calculated, in.number("calculated", 0, kMost));
  BULKHEAD_TRY(const double usual, in.number("usual", 0, kMost));
  BULKHEAD_TRY(const double rate, in.number_or("rate", 0, 10, 0.25));
  return Figures{figure("margin", buffered_margin(calculated, usual, rate))};
}

}  // namespace

std::vector<CaseKind> margin_case_kinds() {
  return {{"haircut_value", "V·(1 − h − h_fx)", {"value", "haircut", "fx_haircut"}, haircut_case},
          {"holding_period",
           "H_10·√((N_R + T_M − 1)/10)",
           {"ten_day_haircut", "remargining_days", "holding_days"},
           holding_case},
          {"schedule_rate",
           "standardised initial margin by class (d499, Appendix A)",
           {"asset_class", "notional"},
           schedule_case},
          {"schedule_haircut",
           "standardised haircut by class (d499, Appendix B)",
           {"collateral_class"},
           schedule_haircut_case},
          {"net_schedule_margin",
           "0.4·gross + 0.6·NGR·gross",
           {"gross_margin", "net_replacement_cost", "gross_replacement_cost"},
           net_case},
          {"span_scan",
           "the 16 points of SPAN for a delta-gamma-vega portfolio",
           {"delta", "gamma", "vega", "price_scan_range", "volatility_scan_range"},
           span_case},
          {"offset_cap",
           "offsets reduce margin by at most `cap` of what they would (EMIR 27)",
           {"standalone", "netted", "cap"},
           offset_case},
          {"procyclicality_buffer",
           "the buffer that a rise exhausts (EMIR 28a)",
           {"calculated", "usual", "rate"},
           buffer_case}};
}

}  // namespace bulkhead::cli
