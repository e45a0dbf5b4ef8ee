// The planner of a replay, a program outside the core: one that answers, and those that fail
// (D10.2).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/replay/commander.h"

namespace bulkhead::replay {

// none: no grant, nobody is waited for. program: the linear program. Those that fail: killed
// answers once and never again, hung never, late an hour after it looked, lying proposes to close
// one lot of a perpetual, more lots than there can be, or what is not there.
enum class PlannerKind : std::uint8_t { none, program, killed, hung, late, lying };
BULKHEAD_ENUM_NAMES(PlannerKind, "none", "program", "killed", "hung", "late", "lying")

// Errors: out_of_range, with the names.
Result<PlannerKind> planner_kind(std::string_view name);

class ReplayPlanner {
 public:
  explicit ReplayPlanner(PlannerKind kind) : kind_(kind) {}

  // Grants it to the operator until then.
  Status open(Commander& commander, Timestamp now, Timestamp until);
  // After a tick: proposes for the accounts in default that follow no plan. A refusal is the
  // core's answer, not an error.
  Status look(Commander& commander, Timestamp now);

 private:
  Status propose(Commander& commander, AccountIndex account, Timestamp now);
  Status send_late(Commander& commander, Timestamp now);
  engine::ProposePlan lie(const std::string& account, Timestamp now);

  PlannerKind kind_;
  std::uint64_t answers_ = 0;
  std::multimap<Timestamp, engine::ProposePlan> waiting_;
  std::set<std::string> looked_at_;  // by one that is late: accounts, until they leave default
};

}  // namespace bulkhead::replay
