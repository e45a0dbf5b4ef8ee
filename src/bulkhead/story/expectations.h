// What a scenario can look at, as records whose fields it names, and how what it expects is
// checked.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/risk/requirement.h"
#include "bulkhead/story/program.h"
#include "bulkhead/story/rerun.h"

namespace bulkhead::story {

// A margin call as its events tell it; also after it has ended.
struct CallFacts {
  std::uint64_t number = 0;
  std::string account;
  std::string status;
  Usd amount;
  Usd delivered;
  Timestamp issued;
  Timestamp deadline;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "number", self.number);
    visit(2, "status", self.status);
    visit(3, "amount", self.amount);
    visit(4, "delivered", self.delivered);
    visit(5, "issued", self.issued);
    visit(6, "deadline", self.deadline);
  }
};

// The figures of an account now: coverage E/IM (0 where IM is 0), equity, and all of the
// requirement.
struct FigureFacts {
  double coverage = 0;
  Usd equity;
  risk::Requirement requirement;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "coverage", self.coverage);
    visit(2, "equity", self.equity);
    risk::Requirement::fields(self.requirement, visit);
  }
};

// What a place was last told, and what it said.
struct LegFacts {
  std::string asset;
  std::string status;
  std::uint64_t seq = 0;
  Amount target;
  Amount observed;
  std::uint32_t asked = 0;
  bool escalated = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "status", self.status);
    visit(3, "seq", self.seq);
    visit(4, "target", self.target);
    visit(5, "observed", self.observed);
    visit(6, "asked", self.asked);
    visit(7, "escalated", self.escalated);
  }
};

// What has happened so far, for expectations.
struct Past {
  Told told;
  std::vector<engine::Event> events;
  std::vector<CallFacts> calls;  // in the order of their issue

  void remember(const engine::Event& event);
};

struct Verdict {
  bool met = false;
  std::string expected;
  std::string actual;
};

// Only for actions that are expectations (is_expectation). Errors: a name that is not known.
bool is_expectation(const Action& action);
Result<Verdict> check(const Action& action, engine::Engine& engine, const Past& past,
                      const Scope& scope);

}  // namespace bulkhead::story
