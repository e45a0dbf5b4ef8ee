// What `bulkhead margin` answers, as a record for JSON and as text for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/policy/ladder_parameters.h"
#include "bulkhead/risk/explain.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::cli {

struct MarginAnswer {
  std::string portfolio;
  Timestamp as_of;
  std::string numeraire;
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string model;
  Hash scenario_set{};
  Timestamp scenario_set_as_of;
  std::uint32_t parameter_version = 0;
  std::optional<std::int64_t> coverage_bp;  // E / IM, rounded down
  std::string standing;                     // on the ladder, in words
  risk::RequirementDetail detail;
  std::vector<std::string> notes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "portfolio", self.portfolio);
    visit(2, "as_of", self.as_of);
    visit(3, "numeraire", self.numeraire);
    visit(4, "mode", self.mode);
    visit(5, "model", self.model);
    visit(6, "scenario_set", self.scenario_set);
    visit(7, "scenario_set_as_of", self.scenario_set_as_of);
    visit(8, "parameter_version", self.parameter_version);
    visit(9, "coverage_bp", self.coverage_bp);
    visit(10, "standing", self.standing);
    visit(11, "detail", self.detail);
    visit(12, "notes", self.notes);
  }
};

// Fills coverage and standing from the requirement.
void judge(MarginAnswer& answer, const policy::Levels& levels);

std::string text_of(const MarginAnswer& answer, const risk::Parameters& parameters);

// Tables that `explain` shows too.
std::string requirement_text(const risk::RequirementDetail& detail, const std::string& unit);
std::string reasons_text(const risk::RequirementDetail& detail, std::size_t tail_lines);

}  // namespace bulkhead::cli
