// Published cases of risk statistics, computed and compared one by one: what `backtest --cases`
// reads, and the kinds it knows.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::cli {

// A figure by name: a number, a text, or numbers.
struct Figure {
  std::string name;
  double number = 0;
  std::string text;             // not empty: a text
  std::vector<double> numbers;  // not empty: a list
};
using Figures = std::vector<Figure>;

// Inputs of one case. Every reader names the field at fault, with its line.
class CaseInput {
 public:
  CaseInput(const wire::JsonValue& json, std::string path) : json_(json), path_(std::move(path)) {}
  bool has(std::string_view name) const { return json_.find(name) != nullptr; }
  Result<double> number(std::string_view name, double least, double most) const;
  Result<double> number_or(std::string_view name, double least, double most, double other) const;
  Result<std::uint64_t> count(std::string_view name, std::uint64_t least, std::uint64_t most) const;
  Result<std::string> text(std::string_view name, std::span<const std::string_view> known) const;
  Result<std::string> string(std::string_view name) const;
  Result<std::vector<double>> numbers(std::string_view name) const;
  std::unexpected<Error> error(ErrorCode code, std::string_view name, std::string_view value,
                               std::string_view detail) const;
  // The error of a computation, at its place in this case.
  std::unexpected<Error> at(const Error& error) const;
  // Inputs that the kind does not know.
  Status only(std::span<const std::string_view> known) const;

 private:
  const wire::JsonValue& json_;
  std::string path_;
};

struct CaseKind {
  std::string_view name;
  std::string_view summary;
  std::vector<std::string_view> inputs;
  std::function<Result<Figures>(const CaseInput&)> compute;
};

std::vector<CaseKind> coverage_case_kinds();
std::vector<CaseKind> distribution_case_kinds();
std::vector<CaseKind> model_case_kinds();
std::vector<CaseKind> margin_case_kinds();
std::vector<CaseKind> all_case_kinds();

// One expected figure beside what was computed.
struct Comparison {
  std::string figure;
  std::string expected;
  std::string computed;
  bool equal = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "figure", self.figure);
    visit(2, "expected", self.expected);
    visit(3, "computed", self.computed);
    visit(4, "equal", self.equal);
  }
};

struct CaseResult {
  std::string name;
  std::string kind;
  bool ok = false;  // every expected figure is equal; true where none is expected
  std::vector<Comparison> figures;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "ok", self.ok);
    visit(4, "figures", self.figures);
  }
};

struct CaseResults {
  std::uint64_t cases = 0;
  std::uint64_t failed = 0;
  std::vector<CaseResult> results;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "cases", self.cases);
    visit(2, "failed", self.failed);
    visit(3, "results", self.results);
  }
};

// {"cases": [{"name", "kind", "input": {…}, "expected": {figure: value}, "tolerance", "relative"}]}
// Equal: |computed − expected| <= tolerance + relative·|expected|; without either, relative 1e-6.
Result<CaseResults> run_cases(const std::string& path);

}  // namespace bulkhead::cli
