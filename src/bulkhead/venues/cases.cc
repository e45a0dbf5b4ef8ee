#include "bulkhead/venues/cases.h"

#include <algorithm>

#include "bulkhead/venues/case_reader.h"

namespace bulkhead::venues {
namespace {

// Keys of the case's `input` decide which rule it is a case of.
enum class Kind : std::uint8_t { none, derive, deribit, paradex, health, skew, okx };

struct Recognised {
  Kind kind = Kind::none;
  const char* model = "";
};

bool any_key(const CaseValue& value, std::string_view prefix) {
  return std::ranges::any_of(value.keys(),
                             [&](const std::string& key) { return key.starts_with(prefix); });
}

Recognised recognise(const CaseValue& one) {
  if (one.has("market") && one.has("portfolio")) {
    return {Kind::derive, one.has("params") ? "derive-pmrm2" : "derive-pmrm1"};
  }
  const Result<CaseValue> input = one.at("input");
  const Result<CaseValue> expected = one.at("expected");
  if (!input || !expected) return {};
  if (any_key(*input, "positions_")) return {Kind::deribit, "deribit-pm"};
  if (expected->has("init_health")) return {Kind::health, "flat"};
  if (expected->has("mr7_adj")) return {Kind::okx, "okx-pm"};
  for (const char* key : {"chosen_share", "loss_factor_pct", "net_imr", "min_delta_risk",
                          "group_margin", "scan_risk"}) {
    if (expected->has(key)) return {Kind::paradex, "paradex-pm"};
  }
  if (input->has("collateral_usd") && expected->has("available_margin")) {
    return {Kind::skew, "flat"};
  }
  return {};
}

Status compute(const CaseValue& file, const CaseValue& one, Kind kind, Comparison& comparison) {
  switch (kind) {
    case Kind::derive:
      return derive_case(file, one, comparison);
    case Kind::deribit:
      return deribit_case(one, comparison);
    case Kind::paradex:
      return paradex_case(file, one, comparison);
    case Kind::health:
      return health_case(file, one, comparison);
    case Kind::skew:
      return skew_case(one, comparison);
    case Kind::okx:
      return okx_case(one, comparison);
    case Kind::none:
      break;
  }
  return {};
}

CaseAnswer answer_of(const CaseValue& file, const CaseValue& one, double tolerance) {
  CaseAnswer answer;
  answer.id = one.text("id").value_or("");
  answer.note = one.has("note") ? one.text("note").value_or("") : "";
  const Recognised recognised = recognise(one);
  answer.model = recognised.model;
  if (recognised.kind == Kind::none) {
    answer.outcome = CaseOutcome::no_model;
    answer.note = "no venue's model computes a case of this kind";
    return answer;
  }
  Result<CaseValue> expected = one.at("expected");
  Status status;
  if (expected) {
    Comparison comparison(*expected);
    status = compute(file, one, recognised.kind, comparison);
    if (status) status = comparison.finish(tolerance, answer);
  } else {
    status = std::unexpected(expected.error());
  }
  if (!status) {
    answer.outcome = CaseOutcome::failed;
    answer.note = to_string(status.error());
  }
  return answer;
}

}  // namespace

Result<CasesAnswer> run_cases(const wire::JsonValue& file, double tolerance) {
  const CaseValue root(file, "");
  BULKHEAD_TRY(const CaseValue cases, root.at("cases"));
  if (cases.json().kind != wire::JsonKind::array || cases.size() == 0) {
    return cases.error(ErrorCode::malformed, wire::describe(cases.json()), "at least one case");
  }
  CasesAnswer answer;
  answer.title = root.has("title") ? root.text("title").value_or("") : "";
  answer.tolerance = tolerance;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CaseAnswer one = answer_of(root, cases.item(i), tolerance);
    if (one.id.empty()) one.id = "cases[" + std::to_string(i) + "]";
    answer.error = std::max(answer.error, one.error);
    if (one.outcome == CaseOutcome::reproduced) {
      ++answer.reproduced;
    } else if (one.outcome == CaseOutcome::no_model) {
      ++answer.without_model;
    } else {
      ++answer.differing;
    }
    answer.cases.push_back(std::move(one));
  }
  return answer;
}

}  // namespace bulkhead::venues
