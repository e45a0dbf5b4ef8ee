// Commands about contracts in force and about what stands in for them: funding, expiry, one asset
// for another (D3, D8.5).
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;

bool NaiveModel::expired(const std::string& contract) const {
  const Timestamp expiry = terms_.contracts.at(contract).expiry;
  return expiry != Timestamp{} && now_ > expiry;
}

// A long position pays a positive rate; each payment is rounded against the account.
NaiveModel::Verdict NaiveModel::on(const en::Funding& c) {
  const auto contract = terms_.contracts.find(c.instrument);
  if (contract == terms_.contracts.end()) return refuse(ErrorCode::instrument_unknown);
  // No contract here has a source of its own: its mark is its underlying's price.
  const ContractTerms& terms = contract->second;
  const long double value =
      static_cast<long double>(terms.lot) * facts_.assets.at(terms.underlying).mid;
  if (!(value > 0)) return refuse(ErrorCode::price_not_good);
  const double rate = c.rate.to_double();
  if (!(rate >= -1 && rate <= 1)) return refuse(ErrorCode::out_of_range);
  for (NaiveAccount& account : accounts_) {
    const auto held = account.positions.find(c.instrument);
    if (held == account.positions.end()) continue;
    const long double paid = std::ceil(static_cast<long double>(held->second.lots) * value * rate);
    const auto units = static_cast<Int128>(paid);
    if (units != 0) settle(account, terms_.numeraire, -units);
  }
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Expire& c) {
  const auto contract = terms_.contracts.find(c.instrument);
  if (contract == terms_.contracts.end()) return refuse(ErrorCode::instrument_unknown);
  const ContractTerms& terms = contract->second;
  if (terms.expiry == Timestamp{} || now_ < terms.expiry) return refuse(ErrorCode::out_of_range);
  const long double price = c.settlement_price.to_double();
  if (!(price > 0)) return refuse(ErrorCode::price_invalid);
  for (NaiveAccount& account : accounts_) {
    std::erase_if(account.orders,
                  [&](const auto& order) { return order.second.unit().contains(c.instrument); });
    const auto held = account.positions.find(c.instrument);
    if (held == account.positions.end()) continue;
    const NaivePosition was = held->second;
    account.positions.erase(held);
    const long double worth = std::floor(static_cast<long double>(was.lots) * terms.lot * price);
    const Int128 realised = was.leg + static_cast<Int128>(worth);
    if (realised != 0) settle(account, terms_.numeraire, realised);
  }
  return {};
}

// D8.5: in one step; neither E − IM nor E/IM may fall, with what goes out counted at its high edge;
// or what goes out could leave by itself once the other is in.
NaiveModel::Verdict NaiveModel::on(const en::SubstituteCollateral& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!places_.contains(c.place)) return refuse(ErrorCode::place_unknown);
  if (!terms_.assets.contains(c.in_asset)) return refuse(ErrorCode::asset_unknown);
  if (!terms_.assets.contains(c.out_asset)) return refuse(ErrorCode::asset_unknown);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.in_asset == c.out_asset) return refuse(ErrorCode::out_of_range);
  if (account->default_stage != DefaultStage::none) return refuse(ErrorCode::stage_forbids);
  if (c.place != kHome) return exchange_in_vault(*account, c);
  if (c.in.units <= 0) return refuse(ErrorCode::amount_not_positive);
  if (c.in.units > account->free[c.in_asset]) return refuse(ErrorCode::balance_exceeded);
  if (c.out.units <= 0) return refuse(ErrorCode::amount_not_positive);
  if (c.out.units > account->available(c.out_asset)) return refuse(ErrorCode::balance_exceeded);
  for (const std::string& asset : {c.in_asset, c.out_asset}) {
    if (facts_.assets.at(asset).quality > kWide) return refuse(ErrorCode::price_not_good);
  }
  if (!terms_.assets.at(c.in_asset)) return refuse(ErrorCode::substitution_worsens);
  Book then = book_without(*account, c.out_asset, c.out.units);
  then.collateral[c.in_asset] += c.in.units;
  std::int64_t charge = 0;
  if (terms_.assets.at(c.out_asset)) {
    const PriceFact& price = facts_.assets.at(c.out_asset);
    const Int128 counted = counts(*account, c.out_asset, c.out.units);
    charge = micros_down(counted, price.high) - micros_down(counted, price.low);
  }
  const Figures before = figures_of(*account);
  const Figures after = figures(terms_, facts_, then);
  const std::int64_t equity = after.least - charge;
  const bool worse = equity - after.initial < before.least - before.initial ||
                     Int128{equity} * before.initial < Int128{before.least} * after.initial;
  if (worse && collateral_leaves(*account, c.out_asset, then, charge)) {
    return refuse(ErrorCode::substitution_worsens);
  }
  account->free[c.in_asset] -= c.in.units;
  account->pledged[c.in_asset] += c.in.units;
  account->pledged[c.out_asset] -= c.out.units;
  account->free[c.out_asset] += c.out.units;
  return {};
}

}  // namespace bulkhead::naive
