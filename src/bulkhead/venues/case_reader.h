// Typed access to the values of a vectors file: an error names line and path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/venues/cases.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::venues {

// A value with its path from the case. The value must outlive it.
class CaseValue {
 public:
  CaseValue(const wire::JsonValue& json, std::string path) : json_(&json), path_(std::move(path)) {}

  const wire::JsonValue& json() const { return *json_; }
  const std::string& path() const { return path_; }
  bool has(std::string_view key) const { return json_->find(key) != nullptr; }
  std::size_t size() const { return json_->items.size(); }
  const std::vector<std::string>& keys() const { return json_->keys; }

  Result<CaseValue> at(std::string_view key) const;  // missing_field
  Result<CaseValue> at(std::size_t index) const;     // of an array
  CaseValue item(std::size_t index) const;           // of an array or object, index < size()
  Result<double> number() const;
  Result<std::string> text() const;
  Result<bool> boolean() const;
  Result<double> number(std::string_view key) const;
  Result<double> number_or(std::string_view key, double standard) const;
  Result<double> number(std::size_t index) const;
  Result<std::string> text(std::string_view key) const;
  Result<std::string> text(std::size_t index) const;
  Result<std::vector<double>> numbers() const;
  std::unexpected<Error> error(ErrorCode code, std::string_view value,
                               std::string_view wanted) const;

 private:
  const wire::JsonValue* json_;
  std::string path_;
};

// Collects the figures of one case against its `expected` object.
class Comparison {
 public:
  explicit Comparison(CaseValue expected) : expected_(std::move(expected)) {}

  // Compares with `expected.name` if the case has it: a number, or numbers one by one.
  Status figure(std::string_view name, double computed);
  Status figures(std::string_view name, const std::vector<double>& computed);
  void add(std::string name, double computed, double expected, std::string inconsistency = {});
  // From now on figures of that name are known to be inconsistent in the source.
  void inconsistent(std::string name, std::string why);
  // Values near zero are compared on a scale of at least this: what their parts were made of.
  void scale_at_least(double scale) { scale_ = scale > scale_ ? scale : scale_; }
  // A member of `expected` that is an input of the computation.
  void given(std::string name) { seen_.push_back(std::move(name)); }
  const CaseValue& expected() const { return expected_; }

  // Keys of `expected` that nothing was compared with are an error: no figure is passed over.
  Status finish(double tolerance, CaseAnswer& answer);

 private:
  CaseValue expected_;
  std::vector<CaseFigure> figures_;
  std::vector<std::string> seen_;
  std::string inconsistent_name_, inconsistent_why_;
  double scale_ = 0;
};

// What the kinds of files compute; each fills `comparison`.
Status derive_case(const CaseValue& file, const CaseValue& one, Comparison& comparison);
Status deribit_case(const CaseValue& one, Comparison& comparison);
Status paradex_case(const CaseValue& file, const CaseValue& one, Comparison& comparison);
Status health_case(const CaseValue& file, const CaseValue& one, Comparison& comparison);
Status skew_case(const CaseValue& one, Comparison& comparison);
Status okx_case(const CaseValue& one, Comparison& comparison);

}  // namespace bulkhead::venues
