#include "bulkhead/cli/auction_cases.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "bulkhead/base/assert.h"
#include "bulkhead/cli/auction_figures.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::cli {
namespace {

using wire::JsonKind;
using wire::JsonValue;

std::unexpected<Error> refuse(ErrorCode code, const JsonValue& json, const std::string& path,
                              std::string_view wanted) {
  return std::unexpected(wire::json_error(code, json.line, path, wire::describe(json), wanted));
}

bool is_number(const JsonValue& json) {
  return json.kind == JsonKind::integer || json.kind == JsonKind::unsigned_integer ||
         json.kind == JsonKind::real;
}

double number_of(const JsonValue& json) {
  if (json.kind == JsonKind::integer) return static_cast<double>(json.integer);
  if (json.kind == JsonKind::unsigned_integer) return static_cast<double>(json.unsigned_integer);
  return json.real;
}

std::string shown(double value, bool truth) {
  if (truth) return value != 0 ? "true" : "false";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value);
  return {buffer.data(), end.ptr};
}

struct Tolerance {
  double absolute = 0;
  double relative = 0;
  bool equal(double computed, double expected, double scale) const {
    // What is left of large numbers, near zero, is compared with them.
    constexpr double kNearZero = 1e-4;
    const double size = std::max(std::fabs(expected), kNearZero * std::fabs(scale));
    return std::fabs(computed - expected) <= absolute + relative * size;
  }
};

// One object of expectations: that of the case, or one inside it that says what is after a bid.
class Expectations {
 public:
  Expectations(const AuctionRun& run, AuctionCaseAnswer& answer) : run_(run), answer_(answer) {}

  Status read(const JsonValue& json, const std::string& path, const std::string& prefix,
              std::optional<std::size_t> bid, Tolerance tolerance) {
    if (json.kind != JsonKind::object) {
      return refuse(ErrorCode::malformed, json, path, "an object of figures by name");
    }
    BULKHEAD_TRY_STATUS(common_tolerance(json, path, tolerance));
    for (std::size_t i = 0; i < json.keys.size(); ++i) {
      const std::string& key = json.keys[i];
      const JsonValue& value = json.items[i];
      const std::string at = path + "." + key;
      const auto after = bid ? std::nullopt : auction_after(key);
      if (after) {
        BULKHEAD_TRY_STATUS(read(value, at, key + ".", after, tolerance));
      } else if (key.ends_with("_tol")) {
        BULKHEAD_TRY_STATUS(check_tolerance(json, value, key, at));
      } else {
        BULKHEAD_TRY_STATUS(figure(json, value, {key, at, prefix, bid, tolerance}));
      }
    }
    return {};
  }

 private:
  struct Place {
    const std::string& key;
    std::string at;
    const std::string& prefix;
    std::optional<std::size_t> bid;
    Tolerance tolerance;
  };

  static Result<double> tolerance_of(const JsonValue& json, const std::string& path) {
    if (is_number(json) && number_of(json) >= 0) return number_of(json);
    return refuse(ErrorCode::malformed, json, path, "a tolerance, 0 or more");
  }
  // Stated for a whole object; then nothing else is granted.
  static Status common_tolerance(const JsonValue& json, const std::string& path,
                                 Tolerance& tolerance) {
    const JsonValue* absolute = json.find("abs_tol");
    const JsonValue* relative = json.find("rel_tol");
    if (absolute != nullptr || relative != nullptr) tolerance = {};
    if (absolute != nullptr) {
      BULKHEAD_TRY(tolerance.absolute, tolerance_of(*absolute, path + ".abs_tol"));
    }
    if (relative != nullptr) {
      BULKHEAD_TRY(tolerance.relative, tolerance_of(*relative, path + ".rel_tol"));
    }
    return {};
  }
  static Status check_tolerance(const JsonValue& object, const JsonValue& json,
                                const std::string& key, const std::string& at) {
    const std::string name = key.substr(0, key.size() - 4);
    if (name == "abs" || name == "rel" || object.find(name) != nullptr ||
        object.find(name + "_approx") != nullptr) {
      return {};
    }
    return refuse(ErrorCode::unknown_field, json, at, "a tolerance of a figure beside it");
  }

  // NAME, NAME_approx; NAME_tol beside it is its tolerance.
  Status figure(const JsonValue& object, const JsonValue& json, Place place) {
    std::string name = place.key;
    const bool approximate = name.ends_with("_approx");
    if (approximate) name.resize(name.size() - 7);
    const auto known =
        place.bid ? auction_figure_after(name, *place.bid) : auction_figure_name(name);
    if (!known) {
      return refuse(ErrorCode::unknown_field, json, place.at,
                    "one of " + (place.bid ? known_figures_after() : known_auction_figures()));
    }
    if (const JsonValue* own = object.find(name + "_tol")) {
      place.tolerance = {};
      BULKHEAD_TRY(place.tolerance.absolute, tolerance_of(*own, place.at));
    } else if (approximate && object.find("abs_tol") == nullptr &&
               object.find("rel_tol") == nullptr) {
      return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, place.at, "",
                                              name + "_tol, how near it must be"));
    }
    return compare(json, *known, place.prefix + name, place);
  }

  Status compare(const JsonValue& json, const AuctionFigureName& name, const std::string& shown_as,
                 const Place& place) {
    std::vector<const JsonValue*> expected{&json};
    const bool listed = json.kind == JsonKind::array;
    if (listed) {
      expected.clear();
      for (const JsonValue& item : json.items) expected.push_back(&item);
    }
    const bool truth = auction_figure_is_truth(name);
    for (const JsonValue* one : expected) {
      if (truth ? one->kind == JsonKind::boolean : is_number(*one)) continue;
      return refuse(ErrorCode::malformed, *one, place.at, truth ? "true or false" : "a number");
    }
    const MaybeFigure figure = run_.figure(name);
    std::string why = figure ? "" : figure.error();
    if (figure && (listed != figure->listed || expected.size() != figure->numbers.size())) {
      why = figure->listed ? "as many figures as times: " + std::to_string(figure->numbers.size())
                           : "one figure, no list";
    }
    if (!why.empty()) {
      answer_.figures.push_back(
          {shown_as, "", describe_expected(json), AuctionFigureOutcome::not_computed, why});
      return {};
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double wanted = truth ? (expected[i]->boolean ? 1 : 0) : number_of(*expected[i]);
      const double computed = figure->numbers[i];
      const bool equal =
          truth ? wanted == computed : place.tolerance.equal(computed, wanted, figure->scale);
      answer_.figures.push_back(
          {shown_as + (listed ? "[" + std::to_string(i) + "]" : ""), shown(computed, truth),
           shown(wanted, truth),
           equal ? AuctionFigureOutcome::agrees : AuctionFigureOutcome::differs,
           place.tolerance.absolute > 0 ? "within " + shown(place.tolerance.absolute, false) : ""});
    }
    return {};
  }
  static std::string describe_expected(const JsonValue& json) {
    if (json.kind == JsonKind::array) return std::to_string(json.items.size()) + " figures";
    return is_number(json) ? shown(number_of(json), false) : wire::describe(json);
  }

  const AuctionRun& run_;
  AuctionCaseAnswer& answer_;
};

void tell(const AuctionRun& run, AuctionCaseAnswer& answer) {
  for (const std::string& name : run.told()) {
    const auto known = auction_figure_name(name);
    BULKHEAD_ASSERT(known.has_value());
    const MaybeFigure figure = run.figure(*known);
    if (!figure) {
      answer.figures.push_back({name, "", "", AuctionFigureOutcome::not_computed, figure.error()});
      continue;
    }
    for (std::size_t i = 0; i < figure->numbers.size(); ++i) {
      answer.figures.push_back({name + (figure->listed ? "[" + std::to_string(i) + "]" : ""),
                                shown(figure->numbers[i], auction_figure_is_truth(*known)), "",
                                AuctionFigureOutcome::told, ""});
    }
  }
}

Status only(const JsonValue& json, const std::string& path,
            std::initializer_list<std::string_view> known, bool remarks) {
  std::string names;
  for (const std::string_view name : known) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    if (std::ranges::find(known, json.keys[i]) != known.end()) continue;
    if (remarks && json.items[i].kind == JsonKind::string) continue;
    return refuse(ErrorCode::unknown_field, json.items[i],
                  (path.empty() ? "" : path + ".") + json.keys[i],
                  "one of " + names + (remarks ? ", or a remark in words" : ""));
  }
  return {};
}

Result<AuctionCaseAnswer> run_case(const JsonValue* fixture, const JsonValue& json,
                                   std::size_t index, double relative) {
  std::string path = "cases[" + std::to_string(index) + "]";
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, path, "an object");
  AuctionCaseAnswer answer;
  for (const char* key : {"id", "name"}) {
    const JsonValue* id = json.find(key);
    if (id != nullptr && id->kind == JsonKind::string && answer.id.empty()) answer.id = id->string;
  }
  if (answer.id.empty()) {
    answer.id = path;
  } else {
    path += " (" + answer.id + ")";
  }
  BULKHEAD_TRY_STATUS(
      only(json, path, {"id", "name", "source", "note", "trust", "input", "expected"}, true));
  const JsonValue* given = json.find("input");
  if (given == nullptr) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, path + ".input",
                                            "", "an object; {} for the fixture as it is"));
  }
  BULKHEAD_TRY(const AuctionInput input, read_auction_input(fixture, *given, path + ".input"));
  const AuctionRun run(input);
  answer.notes = run.notes();
  if (const JsonValue* expected = json.find("expected")) {
    BULKHEAD_TRY_STATUS(Expectations(run, answer)
                            .read(*expected, path + ".expected", "", {}, Tolerance{0, relative}));
  }
  if (answer.figures.empty()) {
    tell(run, answer);
    return answer;
  }
  const bool all = std::ranges::all_of(answer.figures, [](const AuctionFigureAnswer& figure) {
    return figure.outcome == AuctionFigureOutcome::agrees;
  });
  answer.outcome = all ? AuctionCaseOutcome::reproduced : AuctionCaseOutcome::differs;
  return answer;
}

Result<AuctionCasesAnswer> run_document(const JsonValue& json, double relative) {
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, "", "an object");
  BULKHEAD_TRY_STATUS(
      only(json, "", {"title", "source", "model", "fixture", "cases", "schema"}, true));
  const JsonValue* cases = json.find("cases");
  if (cases == nullptr || cases->kind != JsonKind::array || cases->items.empty()) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, "cases", "",
                                            "an array of at least one case"));
  }
  AuctionCasesAnswer answer;
  const JsonValue* title = json.find("title");
  if (title != nullptr && title->kind == JsonKind::string) answer.title = title->string;
  for (std::size_t i = 0; i < cases->items.size(); ++i) {
    BULKHEAD_TRY(AuctionCaseAnswer one,
                 run_case(json.find("fixture"), cases->items[i], i, relative));
    if (one.outcome == AuctionCaseOutcome::reproduced) ++answer.reproduced;
    if (one.outcome == AuctionCaseOutcome::differs) ++answer.differing;
    if (one.outcome == AuctionCaseOutcome::told) ++answer.told;
    answer.cases.push_back(std::move(one));
  }
  return answer;
}

}  // namespace

Result<AuctionCasesAnswer> run_auction_cases(const std::string& path, double relative) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  Result<AuctionCasesAnswer> answer = run_document(*json, relative);
  if (!answer) return in_file(path, answer.error());
  return answer;
}

}  // namespace bulkhead::cli
