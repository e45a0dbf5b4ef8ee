// What one run of a tuning came to, as it is stored and told.
#pragma once

#include <cstdint>
#include <string>

#include "bulkhead/base/fields.h"
#include "bulkhead/replay/run_totals.h"

namespace bulkhead::replay {

// Money in the window's numéraire.
struct TuneFigures {
  std::uint32_t accounts = 0;
  double opening_equity = 0;
  double bad_debt = 0;
  double insurance = 0;
  std::uint32_t defaulted = 0;  // accounts
  std::uint32_t liquidations = 0;
  std::uint32_t avoidable = 0;
  double avoidable_loss = 0;
  double liquidated = 0;
  std::uint32_t calls = 0;
  std::uint32_t calls_met = 0;
  std::uint32_t calls_missed = 0;
  double most_called = 0;
  double tied_up = 0;  // means over samples, this and the next three
  double sequestered = 0;
  double collateral = 0;
  double requirement = 0;
  std::uint32_t sequestrations = 0;  // ordered
  std::uint32_t needed = 0;
  std::uint32_t false_alarms = 0;
  std::uint32_t late = 0;
  std::uint32_t missed = 0;
  std::uint32_t still_held = 0;
  double sequestration_cost = 0;
  double margin_peak_to_trough = 0;
  double margin_rise = 0;

  friend bool operator==(const TuneFigures&, const TuneFigures&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "accounts", self.accounts);
    visit(2, "opening_equity", self.opening_equity);
    visit(3, "bad_debt", self.bad_debt);
    visit(4, "insurance", self.insurance);
    visit(5, "defaulted", self.defaulted);
    visit(6, "liquidations", self.liquidations);
    visit(7, "avoidable", self.avoidable);
    visit(8, "avoidable_loss", self.avoidable_loss);
    visit(9, "liquidated", self.liquidated);
    visit(10, "calls", self.calls);
    visit(11, "calls_met", self.calls_met);
    visit(12, "calls_missed", self.calls_missed);
    visit(13, "most_called", self.most_called);
    visit(14, "tied_up", self.tied_up);
    visit(15, "sequestered", self.sequestered);
    visit(16, "collateral", self.collateral);
    visit(17, "requirement", self.requirement);
    visit(18, "sequestrations", self.sequestrations);
    visit(19, "needed", self.needed);
    visit(20, "false_alarms", self.false_alarms);
    visit(21, "late", self.late);
    visit(22, "missed", self.missed);
    visit(23, "still_held", self.still_held);
    visit(24, "sequestration_cost", self.sequestration_cost);
    visit(25, "margin_peak_to_trough", self.margin_peak_to_trough);
    visit(26, "margin_rise", self.margin_rise);
  }

  // What nobody but the venue and those sold out in vain lost: what defaulters owe beyond all they
  // had, paid by the fund or by nobody, and what the avoidable liquidations took.
  double harm() const { return bad_debt + insurance + avoidable_loss; }
  double calls_per_account() const { return accounts == 0 ? 0 : 1.0 * calls / accounts; }
  // D9.6; 0 where there was nothing to be right about. Late ones count for neither.
  double precision() const { return share(needed, false_alarms); }
  double recall() const { return share(needed, missed); }

 private:
  static double share(std::uint32_t right, std::uint32_t wrong) {
    return right + wrong == 0 ? 0 : 1.0 * right / (right + wrong);
  }
};

TuneFigures figures_of(const RunTotals& totals, std::uint32_t accounts);

// A stored result. `check` is over everything else, so that a torn or edited file is noticed.
struct StoredRun {
  std::string inputs;  // hash of all that the figures depend on, hexadecimal
  std::string point;
  std::string window;
  std::uint64_t seed = 0;
  TuneFigures figures;
  std::string check;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "inputs", self.inputs);
    visit(2, "point", self.point);
    visit(3, "window", self.window);
    visit(4, "seed", self.seed);
    visit(5, "figures", self.figures);
    visit(6, "check", self.check);
  }
};

}  // namespace bulkhead::replay
