// Deribit's portfolio margin, one settlement currency and index at a time: price buckets ×
// volatility scenarios, the extended table, roll and delta shocks. Sources and formulas, and what
// of them is not published: docs/venue-models.md.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/option_grid.h"

namespace bulkhead::venues {

// How much of a loss in the extended table is taken off: the dampener once, or times how many price
// ranges the move exceeds the first, at the price of the range's edge.
enum class Dampening : std::uint8_t { once, by_move };
BULKHEAD_ENUM_NAMES(Dampening, "once", "by_move")

struct DeribitPm {
  std::string index;       // "BTC"; whose numbers these are
  double price_range = 0;  // 0.16: buckets from −16 % to +16 %
  std::uint32_t buckets_per_side = 4;
  double volatility_range_up = 0;
  double volatility_range_down = 0;
  double min_volatility_for_shock_up = 0;  // annual, floor of a volatility shocked up
  double short_term_vega_power = 0;        // below 30 days
  double long_term_vega_power = 0;
  double dte_floor_days = 1;
  std::vector<double> extended_moves;  // −0.66 … 5
  double extended_table_factor = 1;    // times range/|move|: share of an option's profit or loss
  double extended_dampener = 0;        // USD
  Dampening dampening = Dampening::by_move;
  double pnl_offset = 0;          // share of a positive sum that counts
  double max_offsetable_pnl = 0;  // USD; 0: no limit
  double annualised_move_risk = 0;
  double min_annualised_move = 0;
  double delta_total_liq_shock_threshold = 0;  // USD
  double max_delta_shock = 0;                  // share of the delta
  double m_inc = 0;                            // share per coin above the threshold
  double mm_factor = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "index", self.index);
    visit(2, "price_range", self.price_range);
    visit(3, "buckets_per_side", self.buckets_per_side);
    visit(4, "volatility_range_up", self.volatility_range_up);
    visit(5, "volatility_range_down", self.volatility_range_down);
    visit(6, "min_volatility_for_shock_up", self.min_volatility_for_shock_up);
    visit(7, "short_term_vega_power", self.short_term_vega_power);
    visit(8, "long_term_vega_power", self.long_term_vega_power);
    visit(9, "dte_floor_days", self.dte_floor_days);
    visit(10, "extended_moves", self.extended_moves);
    visit(11, "extended_table_factor", self.extended_table_factor);
    visit(12, "extended_dampener", self.extended_dampener);
    visit(13, "dampening", self.dampening);
    visit(14, "pnl_offset", self.pnl_offset);
    visit(15, "max_offsetable_pnl", self.max_offsetable_pnl);
    visit(16, "annualised_move_risk", self.annualised_move_risk);
    visit(17, "min_annualised_move", self.min_annualised_move);
    visit(18, "delta_total_liq_shock_threshold", self.delta_total_liq_shock_threshold);
    visit(19, "max_delta_shock", self.max_delta_shock);
    visit(20, "m_inc", self.m_inc);
    visit(21, "mm_factor", self.mm_factor);
  }
};
Status validate(const DeribitPm& model);

struct DeribitFuture {
  std::string name;
  double size = 0;     // coins, + long
  double mark = 0;     // USD
  double seconds = 0;  // to expiry; 0 for a perpetual
};

struct DeribitBook {
  double index = 0;     // USD per coin
  bool inverse = true;  // settled in the coin: all amounts in coins; else in USD
  std::vector<DeribitFuture> futures;
  std::vector<OptionExpiry> options;
};

// The three volatility scenarios of a bucket follow one another: down, same, up.
struct RiskVector {
  std::string name;
  std::vector<double> standard;  // bucket −n first
  std::vector<double> extended;  // one per extended move, volatility up
};

struct DeribitMargin {
  std::vector<RiskVector> instruments;  // futures one by one, options expiry by expiry
  RiskVector aggregated;                // after offsets and dampening
  double worst_case = 0;                // >= 0
  double worst_case_charged = 0;        // to nine digits, as the venue adds it
  std::string worst_scenario;           // in words
  double roll_shock = 0;
  double delta_shock = 0;
  double risk_matrix_margin = 0;  // charged + roll + delta
  double maintenance = 0;         // mm_factor · that
};

Result<DeribitMargin> evaluate(const DeribitPm& model, const DeribitBook& book);

// The initial margin with what is not of the matrix, rounded to nine digits as the venue reports
// it.
double deribit_initial_margin(double risk_matrix_margin, double mmp_margin, double open_orders,
                              double spot_margin);

}  // namespace bulkhead::venues
