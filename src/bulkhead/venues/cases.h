// Published cases of margin, in the form of a vectors file (docs/venue-models.md): computed with
// the file's own numbers and compared with what it expects.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::venues {

struct CaseFigure {
  std::string name;  // "IM", "scenario_pnl[3]"
  double computed = 0;
  double expected = 0;
  double error = 0;  // relative
  bool within = false;
  std::string inconsistency;  // what is known to be wrong with the expected value; empty: nothing

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "computed", self.computed);
    visit(3, "expected", self.expected);
    visit(4, "error", self.error);
    visit(5, "within", self.within);
    visit(6, "inconsistency", self.inconsistency);
  }
};

enum class CaseOutcome : std::uint8_t { reproduced, differs, failed, no_model };
BULKHEAD_ENUM_NAMES(CaseOutcome, "reproduced", "differs", "failed", "no_model")

struct CaseAnswer {
  std::string id;
  std::string model;
  CaseOutcome outcome = CaseOutcome::reproduced;
  double error = 0;  // the largest of its figures but those with a known inconsistency
  std::string note;  // of the file, or why there is no answer
  std::vector<CaseFigure> figures;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "model", self.model);
    visit(3, "outcome", self.outcome);
    visit(4, "error", self.error);
    visit(5, "note", self.note);
    visit(6, "figures", self.figures);
  }
};

struct CasesAnswer {
  std::string title;
  double tolerance = 0;
  double error = 0;  // the largest
  std::uint32_t reproduced = 0;
  std::uint32_t differing = 0;  // failed ones among them
  std::uint32_t without_model = 0;
  std::vector<CaseAnswer> cases;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "title", self.title);
    visit(2, "tolerance", self.tolerance);
    visit(3, "error", self.error);
    visit(4, "reproduced", self.reproduced);
    visit(5, "differing", self.differing);
    visit(6, "without_model", self.without_model);
    visit(7, "cases", self.cases);
  }
};

// The error of a figure is |computed − expected| / max(|expected|, 1e-4 · scale), the scale of a
// case being its largest expected figure or its spot price: a value near zero is what is left of
// large ones, and compared with them. Errors of this function are about the file as a whole; a case
// that cannot be computed is a `failed` answer.
Result<CasesAnswer> run_cases(const wire::JsonValue& file, double tolerance);

}  // namespace bulkhead::venues
