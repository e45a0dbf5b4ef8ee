// The rules of the domain and the scenarios that show them: docs/rules.md is generated from both.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/story/program.h"

namespace bulkhead::story {

struct Rule {
  std::string name;      // "D8.2"
  std::string sentence;  // in our own words
  std::string unbuilt;   // what of it is not built; empty: nothing known
  std::string unshown;   // what of it is built and shown by no scenario
};

// Lines `rule NAME SENTENCE`, then at most one `unbuilt …` and one `unshown …` of it. Strict, as
// scenarios are.
Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& file);

// The header of a scenario: a title, at least one rule, each known, and a file whose name begins
// with its first rule.
Status check_header(const Program& program, std::span<const Rule> rules);

// The table, in Markdown. Programs with file names relative to `folder`.
std::string rules_table(std::span<const Rule> rules, std::span<const Program> programs,
                        const std::string& folder);

}  // namespace bulkhead::story
