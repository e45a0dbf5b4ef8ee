// Policy numbers of the margin requirement (D5, D13). The defaults document the shipped policy; the
// engine always gets a complete set from the log.
#pragma once

#include <cstdint>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/pricing/parameters.h"

namespace bulkhead::risk {

// α as an exact fraction, 0 <= numerator < denominator <= 10,000 (D5.3).
struct Level {
  std::uint32_t numerator = 39;
  std::uint32_t denominator = 40;

  friend bool operator==(const Level&, const Level&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "numerator", self.numerator);
    visit(2, "denominator", self.denominator);
  }
};

struct Parameters {
  pricing::Parameters revaluation;
  Level level;                         // α = 97.5 %
  BasisPoints stress_weight = 2500;    // ω
  BasisPoints grid_weight = 6000;      // g
  BasisPoints maintenance = 7000;      // ρ: MM = ρ·IM
  BasisPoints offset_cap = 8000;       // share of the offsets between underlyings that counts
  BasisPoints floor_rate = 50;         // IM >= 0.5 % of gross notional …
  Usd floor_amount = usd(10);          // … and >= 10 USD, with any obligation
  double impact = 1.0;                 // η
  double impact_cap = 0.5;             // bound of 1.5·η·σ·√(x/ADV)
  BasisPoints short_option = 100;      // of max(short calls, short puts) notional
  double concentration_share = 0.10;   // of ADV; what |D| exceeds it by is charged …
  double concentration_rate = 0.10;    // … this fraction of
  double perpetual_basis = 0.01;       // where basis is not simulated: fraction of notional
  double dated_basis_per_year = 0.05;  // likewise, times the years to expiry
  Duration look_ahead = hours(1);      // of D9.1's probability of breach, before regimes move it

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "revaluation", self.revaluation);
    visit(2, "level", self.level);
    visit(3, "stress_weight", self.stress_weight);
    visit(4, "grid_weight", self.grid_weight);
    visit(5, "maintenance", self.maintenance);
    visit(6, "offset_cap", self.offset_cap);
    visit(7, "floor_rate", self.floor_rate);
    visit(8, "floor_amount", self.floor_amount);
    visit(9, "impact", self.impact);
    visit(10, "impact_cap", self.impact_cap);
    visit(11, "short_option", self.short_option);
    visit(12, "concentration_share", self.concentration_share);
    visit(13, "concentration_rate", self.concentration_rate);
    visit(14, "perpetual_basis", self.perpetual_basis);
    visit(15, "dated_basis_per_year", self.dated_basis_per_year);
    visit(16, "look_ahead", self.look_ahead);
  }
};

// Basis points in [0, 10,000] (maintenance > 0), fractions in [0, 1], η in [0, 100], look-ahead in
// (0, 30 d]. Errors name the field and its value.
Status validate(const Parameters& parameters);

}  // namespace bulkhead::risk
