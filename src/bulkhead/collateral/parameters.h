// The collateral schedule: which assets count, at what haircut and within what limits (D6.3, D6.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::collateral {

// Terms of one asset. An asset that is not in the schedule is not eligible and counts 0.
struct AssetTerms {
  std::string asset;  // registered name; the engine checks that it is known
  bool eligible = true;
  BasisPoints haircut_floor_bp = 0;  // static floor of h_asset
  BasisPoints fx_haircut_bp = 0;  // h_fx, where the designated currency differs; haircut mode only
  BasisPoints additional_haircut_bp = 0;    // h_add
  BasisPoints account_limit_bp = 10'000;    // of the account's obligation base; all: none (D6.4)
  BasisPoints vault_limit_bp = 10'000;      // of R, the most of this asset in one vault (D9.3)
  BasisPoints opportunity_bp_per_year = 0;  // what its owner forgoes while it is sequestered (D9.3)

  friend bool operator==(const AssetTerms&, const AssetTerms&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "eligible", self.eligible);
    visit(3, "haircut_floor_bp", self.haircut_floor_bp);
    visit(4, "fx_haircut_bp", self.fx_haircut_bp);
    visit(5, "additional_haircut_bp", self.additional_haircut_bp);
    visit(6, "account_limit_bp", self.account_limit_bp);
    visit(7, "vault_limit_bp", self.vault_limit_bp);
    visit(8, "opportunity_bp_per_year", self.opportunity_bp_per_year);
  }
};

struct Parameters {
  std::vector<AssetTerms> schedule;   // sorted by asset name, no name twice
  double impact = 1.0;                // η of the size-dependent liquidity cost
  Duration holding_period = days(1);  // expected time sequestered, prices opportunity (D9.3)
  std::uint32_t search_nodes_max =
      50'000;  // of one exact selection; beyond: best found, with its bound
  // Nothing that they issue, that is native to them or that lies there counts (D6.4). Sorted.
  std::vector<std::string> ineligible_issuers;
  std::vector<std::string> ineligible_chains;
  std::vector<std::string> ineligible_places;
  Duration eligibility_grace = days(7);  // in which what ceases to count fades out (D6.4)

  friend bool operator==(const Parameters&, const Parameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "schedule", self.schedule);
    visit(2, "impact", self.impact);
    visit(3, "holding_period", self.holding_period);
    visit(4, "search_nodes_max", self.search_nodes_max);
    visit(5, "ineligible_issuers", self.ineligible_issuers);
    visit(6, "ineligible_chains", self.ineligible_chains);
    visit(7, "ineligible_places", self.ineligible_places);
    visit(8, "eligibility_grace", self.eligibility_grace);
  }
};

// out_of_range names schedule[i].field and value; duplicate_field a name that stands twice;
// not_canonical a list that is not sorted.
Status validate(const Parameters& parameters);

// Terms of an asset by name, nullptr if it is not in the schedule.
const AssetTerms* find_terms(const Parameters& parameters, std::string_view asset);

}  // namespace bulkhead::collateral
