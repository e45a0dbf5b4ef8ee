// Validation of the collateral schedule.
#include "bulkhead/collateral/parameters.h"

#include <algorithm>
#include <string>

namespace bulkhead::collateral {
namespace {

Status in_range(const std::string& field, BasisPoints value, BasisPoints least, BasisPoints most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "from " + std::to_string(least) + " to " + std::to_string(most));
}

Status validate_terms(const std::string& field, const AssetTerms& terms) {
  if (terms.asset.empty()) {
    return fail(ErrorCode::missing_field, field + ".asset", "", "the name of an asset");
  }
  BULKHEAD_TRY_STATUS(in_range(field + ".haircut_floor_bp", terms.haircut_floor_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(in_range(field + ".fx_haircut_bp", terms.fx_haircut_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(
      in_range(field + ".additional_haircut_bp", terms.additional_haircut_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(in_range(field + ".account_limit_bp", terms.account_limit_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(in_range(field + ".vault_limit_bp", terms.vault_limit_bp, 0, 10'000));
  return in_range(field + ".opportunity_bp_per_year", terms.opportunity_bp_per_year, 0, 100'000);
}

Status validate_names(const std::string& field, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool printable = std::ranges::all_of(names[i], [](char c) { return c > ' ' && c < 127; });
    if (names[i].empty() || names[i].size() > 64 || !printable) {
      return fail(ErrorCode::bad_name, field, names[i], "1 to 64 printable characters, no space");
    }
    if (i == 0) continue;
    if (names[i] <= names[i - 1]) {
      return fail(ErrorCode::not_canonical, field, names[i],
                  "sorted, each name once; it follows " + names[i - 1]);
    }
  }
  return {};
}

}  // namespace

Status validate(const Parameters& parameters) {
  for (std::size_t i = 0; i < parameters.schedule.size(); ++i) {
    const std::string field = "collateral.schedule[" + std::to_string(i) + "]";
    const AssetTerms& terms = parameters.schedule[i];
    BULKHEAD_TRY_STATUS(validate_terms(field, terms));
    if (i == 0) continue;
    const std::string& before = parameters.schedule[i - 1].asset;
    if (terms.asset == before) {
      return fail(ErrorCode::duplicate_field, field + ".asset", terms.asset, "each asset once");
    }
    if (terms.asset < before) {
      return fail(ErrorCode::not_canonical, field + ".asset", terms.asset,
                  "sorted by name; it follows " + before);
    }
  }
  if (!(parameters.impact >= 0 && parameters.impact <= 100)) {
    return fail(ErrorCode::out_of_range, "collateral.impact", "", "from 0 to 100");
  }
  if (parameters.holding_period <= Duration{} || parameters.holding_period > days(365)) {
    return fail(ErrorCode::out_of_range, "collateral.holding_period",
                to_string(parameters.holding_period), "above zero, at most 365d");
  }
  if (parameters.search_nodes_max < 100 || parameters.search_nodes_max > 10'000'000) {
    return fail(ErrorCode::out_of_range, "collateral.search_nodes_max",
                std::to_string(parameters.search_nodes_max), "from 100 to 10000000");
  }
  if (parameters.eligibility_grace < Duration{} || parameters.eligibility_grace > days(365)) {
    return fail(ErrorCode::out_of_range, "collateral.eligibility_grace",
                to_string(parameters.eligibility_grace), "from 0 to 365d");
  }
  BULKHEAD_TRY_STATUS(
      validate_names("collateral.ineligible_issuers", parameters.ineligible_issuers));
  BULKHEAD_TRY_STATUS(validate_names("collateral.ineligible_chains", parameters.ineligible_chains));
  return validate_names("collateral.ineligible_places", parameters.ineligible_places);
}

const AssetTerms* find_terms(const Parameters& parameters, std::string_view asset) {
  const auto it = std::lower_bound(
      parameters.schedule.begin(), parameters.schedule.end(), asset,
      [](const AssetTerms& terms, std::string_view name) { return terms.asset < name; });
  return it != parameters.schedule.end() && it->asset == asset ? &*it : nullptr;
}

}  // namespace bulkhead::collateral
