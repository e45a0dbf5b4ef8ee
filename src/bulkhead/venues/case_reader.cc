#include "bulkhead/venues/case_reader.h"

#include <algorithm>

namespace bulkhead::venues {
namespace {

using wire::JsonKind;

constexpr double kNearZero = 1e-4;

double magnitude(double x) { return std::max(x, -x); }

}  // namespace

std::unexpected<Error> CaseValue::error(ErrorCode code, std::string_view value,
                                        std::string_view wanted) const {
  return std::unexpected(wire::json_error(code, json_->line, path_, value, wanted));
}

Result<CaseValue> CaseValue::at(std::string_view key) const {
  const wire::JsonValue* member = json_->kind == JsonKind::object ? json_->find(key) : nullptr;
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  if (member == nullptr) {
    return CaseValue(*json_, path).error(ErrorCode::missing_field, "", "this field");
  }
  return CaseValue(*member, path);
}

Result<CaseValue> CaseValue::at(std::size_t index) const {
  if (json_->kind != JsonKind::array || index >= json_->items.size()) {
    return error(ErrorCode::malformed, wire::describe(*json_),
                 "an array of more than " + std::to_string(index) + " values");
  }
  return item(index);
}

CaseValue CaseValue::item(std::size_t index) const {
  const bool named = json_->kind == JsonKind::object;
  return {json_->items[index],
          named ? path_ + "." + json_->keys[index] : path_ + "[" + std::to_string(index) + "]"};
}

Result<double> CaseValue::number() const {
  switch (json_->kind) {
    case JsonKind::integer:
      return static_cast<double>(json_->integer);
    case JsonKind::unsigned_integer:
      return static_cast<double>(json_->unsigned_integer);
    case JsonKind::real:
      return json_->real;
    default:
      return error(ErrorCode::malformed, wire::describe(*json_), "a number");
  }
}

Result<std::string> CaseValue::text() const {
  if (json_->kind == JsonKind::string) return json_->string;
  return error(ErrorCode::malformed, wire::describe(*json_), "a string");
}

Result<bool> CaseValue::boolean() const {
  if (json_->kind == JsonKind::boolean) return json_->boolean;
  return error(ErrorCode::malformed, wire::describe(*json_), "true or false");
}

Result<double> CaseValue::number(std::string_view key) const {
  BULKHEAD_TRY(const CaseValue value, at(key));
  return value.number();
}

Result<double> CaseValue::number_or(std::string_view key, double standard) const {
  if (!has(key)) return standard;
  return number(key);
}

Result<double> CaseValue::number(std::size_t index) const {
  BULKHEAD_TRY(const CaseValue value, at(index));
  return value.number();
}

Result<std::string> CaseValue::text(std::string_view key) const {
  BULKHEAD_TRY(const CaseValue value, at(key));
  return value.text();
}

Result<std::string> CaseValue::text(std::size_t index) const {
  BULKHEAD_TRY(const CaseValue value, at(index));
  return value.text();
}

Result<std::vector<double>> CaseValue::numbers() const {
  if (json_->kind != JsonKind::array) {
    return error(ErrorCode::malformed, wire::describe(*json_), "an array of numbers");
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < size(); ++i) {
    BULKHEAD_TRY(const double value, number(i));
    values.push_back(value);
  }
  return values;
}

Status Comparison::figure(std::string_view name, double computed) {
  if (!expected_.has(name)) return {};
  seen_.emplace_back(name);
  BULKHEAD_TRY(const double wanted, expected_.number(name));
  add(std::string(name), computed, wanted);
  return {};
}

Status Comparison::figures(std::string_view name, const std::vector<double>& computed) {
  if (!expected_.has(name)) return {};
  seen_.emplace_back(name);
  BULKHEAD_TRY(const CaseValue list, expected_.at(name));
  BULKHEAD_TRY(const std::vector<double> wanted, list.numbers());
  if (wanted.size() != computed.size() && name != inconsistent_name_) {
    return list.error(ErrorCode::malformed, std::to_string(wanted.size()) + " values",
                      std::to_string(computed.size()) + " values");
  }
  for (std::size_t i = 0; i < std::min(wanted.size(), computed.size()); ++i) {
    add(std::string(name) + "[" + std::to_string(i) + "]", computed[i], wanted[i]);
  }
  return {};
}

void Comparison::add(std::string name, double computed, double expected,
                     std::string inconsistency) {
  seen_.push_back(name.substr(0, name.find_first_of(".[")));
  CaseFigure figure;
  if (seen_.back() == inconsistent_name_) inconsistency = inconsistent_why_;
  figure.name = std::move(name);
  figure.computed = computed;
  figure.expected = expected;
  figure.inconsistency = std::move(inconsistency);
  figures_.push_back(std::move(figure));
}

void Comparison::inconsistent(std::string name, std::string why) {
  inconsistent_name_ = std::move(name);
  inconsistent_why_ = std::move(why);
}

Status Comparison::finish(double tolerance, CaseAnswer& answer) {
  for (std::size_t i = 0; i < expected_.keys().size(); ++i) {
    const std::string& key = expected_.keys()[i];
    if (std::ranges::find(seen_, key) != seen_.end()) continue;
    return expected_.item(i).error(ErrorCode::unknown_field, key,
                                   "a figure that the model of this case computes");
  }
  double scale = scale_;
  for (const CaseFigure& figure : figures_) scale = std::max(scale, magnitude(figure.expected));
  for (CaseFigure& figure : figures_) {
    const double unit = std::max(magnitude(figure.expected), kNearZero * scale);
    const double difference = magnitude(figure.computed - figure.expected);
    figure.error = difference == 0 ? 0 : (unit > 0 ? difference / unit : difference);
    figure.within = figure.error <= tolerance;
    if (!figure.inconsistency.empty()) continue;
    answer.error = std::max(answer.error, figure.error);
    if (!figure.within) answer.outcome = CaseOutcome::differs;
  }
  answer.figures = std::move(figures_);
  return {};
}

}  // namespace bulkhead::venues
