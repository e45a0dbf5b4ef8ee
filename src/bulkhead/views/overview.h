// All accounts at one glance: how many stand where, how well they are covered, and where their
// collateral lies. Evaluates state; leaves no trace in it.
//
//   Result<Overview> now = sample(engine);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"

namespace bulkhead::views {

inline constexpr std::array kCoveragePercentiles = {1, 5, 25, 50, 75, 95, 99};

// One part of the ladder's state (D7.1) and how many accounts stand there.
struct StageCount {
  std::string part;   // "coverage", "vault", "default"
  std::string stage;  // "normal", "held", …
  std::uint32_t accounts = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "part", self.part);
    visit(2, "stage", self.stage);
    visit(3, "accounts", self.accounts);
  }
};

// E_mid / IM of accounts with obligations, in basis points, nearest rank.
struct CoverageQuantile {
  std::uint32_t percent = 0;
  std::int64_t coverage_bp = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "percent", self.percent);
    visit(2, "coverage_bp", self.coverage_bp);
  }
};

// Value at mid of what lies in one kind of bucket or at one place, over all accounts.
struct ValueLine {
  std::string name;
  Usd value;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "value", self.value);
  }
};

struct Overview {
  std::uint64_t epoch_record = 0;
  Timestamp time;
  std::string numeraire;
  std::uint32_t accounts = 0;
  std::uint32_t with_obligations = 0;
  std::uint32_t open_calls = 0;
  std::uint32_t below_good = 0;            // accounts that touch a price below good
  std::vector<StageCount> stages;          // every stage of every part, in order of worsening
  std::vector<CoverageQuantile> coverage;  // at kCoveragePercentiles; empty without obligations
  std::vector<ValueLine> by_bucket;        // free, pledged, sequestered (final), in transit
  std::vector<ValueLine> by_place;         // counted collateral, in order of registration
  Usd equity;                              // Σ E_mid
  Usd initial;                             // Σ IM
  Usd debts;                               // Σ B

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "epoch_record", self.epoch_record);
    visit(2, "time", self.time);
    visit(3, "numeraire", self.numeraire);
    visit(4, "accounts", self.accounts);
    visit(5, "with_obligations", self.with_obligations);
    visit(6, "open_calls", self.open_calls);
    visit(7, "below_good", self.below_good);
    visit(8, "stages", self.stages);
    visit(9, "coverage", self.coverage);
    visit(10, "by_bucket", self.by_bucket);
    visit(11, "by_place", self.by_place);
    visit(12, "equity", self.equity);
    visit(13, "initial", self.initial);
    visit(14, "debts", self.debts);
  }
};

// Evaluates every account (in parallel, by the engine's executor). no_scenario_set,
// factor_missing where figures cannot be had.
Result<Overview> sample(engine::Engine& engine);

}  // namespace bulkhead::views
