// How often a stablecoin has left its peg, how far and for how long: the intensity of jumps that
// its quiet days say nothing about (D12.1).
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/calibration/scenario_builder.h"

namespace bulkhead::calibration {

inline constexpr double kDepegLeast = 0.01;  // |price − 1| at which a depeg begins
inline constexpr double kDepegOver = 0.005;  // below which it is over
inline constexpr Duration kPegGap =
    days(3);  // closes further apart say nothing of the time between
inline constexpr Duration kPegLeast = days(100);  // of being watched on the peg, for an estimate

struct DepegFit {
  std::uint64_t events = 0;
  double years = 0;              // watched while on the peg, of 365 days
  double per_year = 0;           // events / years
  double per_year_least = 0;     // 95 % interval of a Poisson intensity (Garwood 1936): with no
  double per_year_greatest = 0;  // event at all the intensity may still be 3.7 / years
  double mean_depth = 0;         // of events' greatest |price − 1|
  double worst_depth = 0;
  double mean_days = 0;  // from the first close off the peg to the first back on it

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "events", self.events);
    visit(2, "years", self.years);
    visit(3, "per_year", self.per_year);
    visit(4, "per_year_least", self.per_year_least);
    visit(5, "per_year_greatest", self.per_year_greatest);
    visit(6, "mean_depth", self.mean_depth);
    visit(7, "worst_depth", self.worst_depth);
    visit(8, "mean_days", self.mean_days);
  }
};

// Closes in units of what the coin is pegged to, times ascending. An event that has not ended by
// the last close counts with its days so far. Errors (field "closes"): a price that is not positive
// and finite, times that do not ascend, less than kPegLeast on the peg.
Result<DepegFit> fit_depeg(std::span<const Close> closes);

// The 1 − 2·tail interval of a Poisson mean of which `count` events were seen.
struct PoissonInterval {
  double least = 0;
  double greatest = 0;
};
PoissonInterval poisson_interval(std::uint64_t count, double tail);

}  // namespace bulkhead::calibration
