#include "bulkhead/story/rules.h"

#include <algorithm>

#include "bulkhead/story/words_of_line.h"

namespace bulkhead::story {
namespace {

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

const Rule* find_rule(std::span<const Rule> rules, std::string_view name) {
  const auto at = std::ranges::find(rules, name, &Rule::name);
  return at == rules.end() ? nullptr : &*at;
}

// Scenarios of a rule on one side, as links.
std::vector<std::string> links(std::span<const Program> programs, const Rule& rule, bool acts,
                               const std::string& folder) {
  std::vector<std::string> found;
  for (const Program& program : programs) {
    const bool shows = std::ranges::any_of(program.rules, [&](const RuleShown& shown) {
      return shown.rule == rule.name && shown.acts == acts;
    });
    if (shows) {
      found.push_back("[" + program.title + "](" + folder + file_name(program.file) + ")");
    }
  }
  return found;
}

std::string status_of(const Rule& rule, bool acts, bool refrains) {
  std::string status = acts && refrains       ? "shown"
                       : acts || refrains     ? "one side missing"
                       : rule.unbuilt.empty() ? "not shown"
                                              : "";
  const auto add = [&status](const char* what, const std::string& of) {
    if (!of.empty()) status += (status.empty() ? "" : "; ") + (what + of);
  };
  add("not built: ", rule.unbuilt);
  add("not shown: ", rule.unshown);
  return status;
}

// What somebody might try, from the `because` of scenarios, and where it fails.
std::string exploits(std::span<const Program> programs, const std::string& folder) {
  constexpr std::string_view kTried = "an exploit would be to ";
  std::string list;
  for (const Program& program : programs) {
    const std::string because = join(program.because, " ");
    if (!because.starts_with(kTried)) continue;
    list += "- To " + because.substr(kTried.size()) + ": [" + program.title + "](" + folder +
            file_name(program.file) + ")\n";
  }
  if (list.empty()) return list;
  return "\n## Exploits that are tried, and fail\n"
         "Scenarios whose `because` begins with \"an exploit would be to\".\n\n" +
         list;
}

}  // namespace

Result<std::vector<Rule>> parse_rules(std::string_view text, const std::string& file) {
  std::vector<Rule> rules;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    BULKHEAD_TRY(Words words, Words::of(text.substr(0, end), {file, ++number}));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty()) continue;
    if (words.take("rule")) {
      Rule rule;
      BULKHEAD_TRY(rule.name, words.word("a rule: D8.2"));
      if (find_rule(rules, rule.name) != nullptr) {
        return words.refuse(rule.name, "a rule that does not stand here already");
      }
      rule.sentence = words.rest();
      if (rule.sentence.empty()) return words.refuse("what the rule says");
      rules.push_back(std::move(rule));
    } else if (!rules.empty() && words.take("unbuilt")) {
      rules.back().unbuilt = words.rest();
    } else if (!rules.empty() && words.take("unshown")) {
      rules.back().unshown = words.rest();
    } else {
      return words.refuse("rule, and after one: unbuilt, unshown");
    }
  }
  return rules;
}

Status check_header(const Program& program, std::span<const Rule> rules) {
  const auto refuse = [&](std::string_view field, std::string_view value, std::string_view wanted) {
    return fail(ErrorCode::missing_field, program.file + ": " + std::string(field), value, wanted);
  };
  if (program.title.empty()) return refuse("title", "", "a line `title TEXT`");
  if (program.rules.empty()) {
    return refuse("rule", "", "a line `rule NAME acts` or `rule NAME must not act`");
  }
  for (const RuleShown& shown : program.rules) {
    if (find_rule(rules, shown.rule) == nullptr) {
      return refuse("rule", shown.rule, "a rule of rules.txt");
    }
  }
  if (!file_name(program.file).starts_with(program.rules.front().rule + "-")) {
    return refuse("file", file_name(program.file),
                  "a name that begins with its first rule, " + program.rules.front().rule + "-");
  }
  return {};
}

std::string rules_table(std::span<const Rule> rules, std::span<const Program> programs,
                        const std::string& folder) {
  std::string table = "| rule | says | acts | must not act | status |\n|---|---|---|---|---|\n";
  std::size_t shown = 0;
  for (const Rule& rule : rules) {
    const auto acts = links(programs, rule, true, folder);
    const auto refrains = links(programs, rule, false, folder);
    if (!acts.empty() && !refrains.empty()) ++shown;
    const auto cell = [](const std::vector<std::string>& all) {
      return all.empty() ? std::string("—") : join(all, "<br>");
    };
    table += "| " + rule.name + " | " + rule.sentence + " | " + cell(acts) + " | " +
             cell(refrains) + " | " + status_of(rule, !acts.empty(), !refrains.empty()) + " |\n";
  }
  return "# Rules and the scenarios that show them\n\n"
         "Generated by `bulkhead scenario --rules scenarios/`; a test fails when this page is out "
         "of\ndate, and another runs every scenario. A rule is *shown* when one scenario has it "
         "act and\none has it hold still; what of a rule no scenario shows, or is not built, is "
         "said.\n\n" +
         std::to_string(programs.size()) + " scenarios; " + std::to_string(shown) + " of " +
         std::to_string(rules.size()) + " rules have both sides.\n\n" + table +
         exploits(programs, folder);
}

}  // namespace bulkhead::story
