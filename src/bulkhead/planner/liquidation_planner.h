// Plans the liquidation of an account in default and offers it to the core as `propose_plan`
// (D10.2). A program outside the core: nothing depends on its answer but cost, for the core judges
// every proposal by its own figures and goes on without one.
//
//   const Result<Proposal> proposal = plan_liquidation(books, account);
//   if (proposal) send(command_of(*proposal, "alice-1", log_size, now + minutes(10)));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/engine/books.h"
#include "bulkhead/engine/commands_default.h"

namespace bulkhead::planner {

// Where a proposal comes from: the linear program, made whole lots; or the core's plain plan with
// what it closes too much taken off.
enum class PlanOrigin : std::uint8_t { program, trimmed_plain };
BULKHEAD_ENUM_NAMES(PlanOrigin, "program", "trimmed_plain")

struct Proposal {
  std::vector<engine::PlanLine> lines;
  PlanOrigin origin = PlanOrigin::program;
  Usd cost;                  // expected
  Usd plain_cost;            // of the core's plain plan; 0 if that does not reach the exit level
  Usd equity;                // at mid after it, its cost subtracted
  Usd initial_margin;        // after it
  double program_cost = 0;   // numéraire: of the program, before whole lots
  std::uint32_t rounds = 0;  // of the program

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "lines", self.lines);
    visit(2, "origin", self.origin);
    visit(3, "cost", self.cost);
    visit(4, "plain_cost", self.plain_cost);
    visit(5, "equity", self.equity);
    visit(6, "initial_margin", self.initial_margin);
    visit(7, "program_cost", self.program_cost);
    visit(8, "rounds", self.rounds);
  }
};

// Of an account in default at the closed epoch; figures must be known (books.valuer.ready()).
// Errors: stage_forbids if it is not in default, plan_impossible if nothing can or must be closed,
// plan_misses_exit if no plan reaches the exit level, so that the core closes all of it.
Result<Proposal> plan_liquidation(const engine::Books& books, AccountIndex account);

engine::ProposePlan command_of(const Proposal& proposal, const std::string& account,
                               std::uint64_t seen, Timestamp expires);

}  // namespace bulkhead::planner
