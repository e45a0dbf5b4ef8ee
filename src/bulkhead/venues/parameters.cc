#include "bulkhead/venues/parameters.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::venues {
namespace {

constexpr std::string_view kNames[] = {"derive-pmrm1", "derive-pmrm2", "deribit-pm", "paradex-pm",
                                       "okx-pm"};

constexpr std::string_view kShipped[] = {
#include "bulkhead_shipped_venues.inc"
};

Status within_model(const char* model, const Status& status) {
  if (status) return {};
  const Error& error = status.error();
  return fail(error.code, std::string(model) + "." + error.field, error.value, error.detail);
}

Status validate(const char* model, const std::vector<DeribitPm>& set) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    const std::string at = std::string(model) + "[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(within_model(at.c_str(), validate(set[i])));
  }
  return {};
}

}  // namespace

std::span<const std::string_view> venue_model_names() { return kNames; }

bool is_venue_model(std::string_view name) {
  return std::ranges::find(kNames, name) != std::end(kNames);
}

Status validate(const VenueParameters& p) {
  if (!is_venue_model(p.model)) {
    return fail(ErrorCode::out_of_range, "model", p.model,
                "derive-pmrm1, derive-pmrm2, deribit-pm, paradex-pm or okx-pm");
  }
  for (const auto& [field, text] : {std::pair{"source", &p.source}, std::pair{"date", &p.date}}) {
    if (!text->empty()) continue;
    return fail(ErrorCode::missing_field, field, "", "where and when the numbers were published");
  }
  const bool given[] = {p.derive_pmrm1.has_value(), p.derive_pmrm2.has_value(),
                        p.deribit_pm.has_value(), p.paradex_pm.has_value(), p.okx_pm.has_value()};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (given[i] == (kNames[i] == p.model)) continue;
    std::string field(kNames[i]);
    std::ranges::replace(field, '-', '_');
    return fail(given[i] ? ErrorCode::unknown_field : ErrorCode::missing_field, field, "",
                "the numbers of the model that `model` names, and no other's");
  }
  if (p.derive_pmrm1) return within_model("derive_pmrm1", validate(*p.derive_pmrm1));
  if (p.derive_pmrm2) return within_model("derive_pmrm2", validate(*p.derive_pmrm2));
  if (p.paradex_pm) return within_model("paradex_pm", validate(*p.paradex_pm));
  if (p.okx_pm) return within_model("okx_pm", validate(*p.okx_pm));
  BULKHEAD_TRY_STATUS(validate("deribit_pm.coin_settled", p.deribit_pm->coin_settled));
  return validate("deribit_pm.stable_settled", p.deribit_pm->stable_settled);
}

Result<VenueParameters> read_venue_parameters(std::string_view text) {
  BULKHEAD_TRY(VenueParameters parameters, wire::from_json<VenueParameters>(text));
  BULKHEAD_TRY_STATUS(validate(parameters));
  return parameters;
}

std::string_view shipped_venue_text(std::string_view model) {
  for (const std::string_view text : kShipped) {
    const Result<VenueParameters> parameters = read_venue_parameters(text);
    BULKHEAD_ASSERT(parameters.has_value());
    if (parameters->model == model) return text;
  }
  BULKHEAD_ASSERT(false);
  return {};
}

VenueParameters shipped_venue_parameters(std::string_view model) {
  return *read_venue_parameters(shipped_venue_text(model));
}

}  // namespace bulkhead::venues
