// The shipped parameter set.
#include "bulkhead/policy/defaults.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

struct ScheduleRow {
  std::string_view asset;
  BasisPoints haircut_floor_bp;
  BasisPoints account_limit_bp;
  BasisPoints opportunity_bp_per_year;
};

// Static floors in the range that large venues publish for portfolio margin collateral: cash and
// large stablecoins near zero, large coins 5–10 %, others 15–50 %. The dynamic core of D6.3 is the
// larger of the two in any stormy market. An asset's limit is a share of the obligation base.
constexpr ScheduleRow kSchedule[] = {
    {"ADA", 2'000, 2'500, 400},    {"AVAX", 2'000, 2'500, 500}, {"BCH", 2'000, 2'500, 300},
    {"BNB", 1'500, 5'000, 300},    {"BTC", 500, 10'000, 200},   {"BUSD", 100, 10'000, 300},
    {"DAI", 150, 10'000, 300},     {"DOGE", 2'500, 2'500, 300}, {"DOT", 2'000, 2'500, 700},
    {"EOS", 2'500, 2'500, 300},    {"ETC", 2'500, 2'500, 300},  {"ETH", 700, 10'000, 300},
    {"FTT", 10'000, 1, 300},       {"LINK", 2'000, 2'500, 300}, {"LTC", 1'500, 5'000, 300},
    {"LUNA", 4'000, 1'500, 1'000}, {"SOL", 2'000, 5'000, 600},  {"SUI", 2'500, 2'500, 400},
    {"TRX", 2'000, 2'500, 400},    {"USD", 0, 10'000, 400},     {"USDC", 50, 10'000, 400},
    {"USDT", 50, 10'000, 400},     {"UST", 500, 2'500, 1'500},  {"XLM", 2'500, 2'500, 300},
    {"XRP", 1'500, 5'000, 300}};

// `flat`: loan-to-value by the same static floors (cash at 1: D5.7 holds for the numéraire), what
// is owed weighed by as much above one; ten times leverage on the perpetuals of the two largest
// coins, five on the others.
risk::Flat flat_rates() {
  risk::Flat flat;
  for (const ScheduleRow& row : kSchedule) {
    const std::string name(row.asset);
    const bool cash = name == "USD" || name == "USDT";
    const double haircut = cash ? 0 : row.haircut_floor_bp / 10'000.0;
    flat.assets.push_back({name, 1.0 - haircut, 1.0 + haircut});
    if (row.haircut_floor_bp < 500 || row.haircut_floor_bp >= 10'000) continue;
    const double rate = row.haircut_floor_bp < 1'000 ? 0.1 : 0.2;
    flat.instruments.push_back({.instrument = name + "/USDT:USDT",
                                .base_asset_weight = 1.0 - rate,
                                .base_liability_weight = 1.0 + rate});
  }
  return flat;
}

}  // namespace

ParameterSet default_parameters() {
  ParameterSet set;
  set.version = 1;
  for (const ScheduleRow& row : kSchedule) {
    collateral::AssetTerms terms;
    terms.asset = std::string(row.asset);
    terms.eligible = row.haircut_floor_bp < 10'000;
    terms.haircut_floor_bp = row.haircut_floor_bp;
    terms.account_limit_bp = row.account_limit_bp;
    terms.opportunity_bp_per_year = row.opportunity_bp_per_year;
    set.collateral.schedule.push_back(terms);
  }
  std::sort(set.collateral.schedule.begin(), set.collateral.schedule.end(),
            [](const auto& a, const auto& b) { return a.asset < b.asset; });
  set.models.flat = flat_rates();
  return set;
}

}  // namespace bulkhead::policy
