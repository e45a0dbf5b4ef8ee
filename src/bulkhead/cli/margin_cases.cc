#include "bulkhead/cli/margin_cases.h"

#include <algorithm>
#include <charconv>

#include "bulkhead/cli/files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/venues/cases.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

std::string digits(double value, std::chars_format format, int precision) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format, precision);
  return std::string(buffer, end.ptr);
}

std::string figure_text(double value) { return digits(value, std::chars_format::general, 12); }
std::string error_text(double value) {
  return value == 0 ? "0" : digits(value, std::chars_format::scientific, 1);
}

// Vectors are shown by the figure that is farthest off; the others one by one.
std::vector<const venues::CaseFigure*> shown(const venues::CaseAnswer& one) {
  std::vector<const venues::CaseFigure*> figures;
  std::string group;
  for (const venues::CaseFigure& figure : one.figures) {
    const std::size_t bracket = figure.name.find('[');
    const bool element = bracket != std::string::npos && figure.name.ends_with(']');
    const std::string name = element ? figure.name.substr(0, bracket) : "";
    if (element && name == group && figure.within) {
      if (figure.error > figures.back()->error) figures.back() = &figure;
      continue;
    }
    figures.push_back(&figure);
    group = name;
  }
  return figures;
}

std::string case_text(const venues::CaseAnswer& one) {
  std::string text = one.id + "  " + (one.model.empty() ? "" : one.model + "  ") +
                     in_words(to_string(one.outcome)) + "\n";
  if (!one.figures.empty()) {
    Table table({"figure", "computed", "expected", "relative error", ""},
                {false, true, true, true, false});
    for (const venues::CaseFigure* figure : shown(one)) {
      const std::string remark = figure->inconsistency.empty()
                                     ? (figure->within ? "" : "differs")
                                     : "inconsistent: " + figure->inconsistency;
      table.add({figure->name, figure_text(figure->computed), figure_text(figure->expected),
                 error_text(figure->error), remark});
    }
    text += table.text();
  }
  if (!one.note.empty()) text += "  note: " + one.note + "\n";
  return text;
}

std::string text_of(const venues::CasesAnswer& answer) {
  std::string text = answer.title.empty() ? "" : answer.title + "\n\n";
  for (const venues::CaseAnswer& one : answer.cases) text += case_text(one) + "\n";
  text += std::to_string(answer.reproduced) + " reproduced, " + std::to_string(answer.differing) +
          " differ or failed, " + std::to_string(answer.without_model) +
          " without a model; largest relative error " + error_text(answer.error) + ", tolerance " +
          error_text(answer.tolerance) + "\n";
  return text;
}

}  // namespace

int run_margin_cases(const Arguments& arguments, Terminal& terminal) {
  const std::string& path = arguments.text("--cases");
  const Result<double> tolerance = arguments.real("--tolerance", 0, 1);
  if (!tolerance) return terminal.fail(tolerance.error());
  const Result<std::string> text = read_text(path);
  if (!text) return terminal.fail(text.error(), path);
  const Result<wire::JsonValue> json = wire::parse_json(*text);
  if (!json) return terminal.fail(in_file(path, json.error()).error());
  const Result<venues::CasesAnswer> answer = venues::run_cases(*json, *tolerance);
  if (!answer) return terminal.fail(in_file(path, answer.error()).error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
  } else {
    terminal.out(text_of(*answer));
  }
  return answer->differing == 0 ? kOk : kCheckFailed;
}

}  // namespace bulkhead::cli
