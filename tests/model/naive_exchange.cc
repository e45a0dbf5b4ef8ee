// What is exchanged by a standing instruction: which asset for which is the engine's choice, that
// it may be and what comes of it is checked (D8.5, D9.5).
#include "naive_model.h"

namespace bulkhead::naive {
namespace en = engine;

namespace {

// At the edges that are worse for the owner: in at the low one, out at the high one.
bool nothing_worsens(const Figures& before, const Figures& after, std::int64_t charge) {
  const std::int64_t least = after.least - charge;
  return least - after.initial >= before.least - before.initial &&
         static_cast<Int128>(least) * before.initial >=
             static_cast<Int128>(before.least) * after.initial;
}

}  // namespace

// Off its peg, or more of it than the account's limit lets count.
bool NaiveModel::is_poor(const NaiveAccount& account, const std::string& asset) const {
  const auto alarm = asset_alarms_.find(asset);
  if (alarm != asset_alarms_.end() && !alarm->second.clear_since &&
      alarm->second.cause == en::AlarmCause::depeg) {
    return true;
  }
  const Int128 pledged = pledged_in_all(account, asset);
  return terms_.assets.at(asset) && counts(account, asset, pledged) < pledged;
}

void NaiveModel::exchange_pledged(NaiveAccount& account, const en::CollateralSubstituted& made) {
  const Int128 in = made.in.units;
  const Int128 out = made.out.units;
  if (account.standing.mode != en::StandingMode::automatic) {
    complain(account.name + ": exchanged without being told to");
  }
  if (!is_poor(account, made.out_asset) || is_poor(account, made.in_asset)) {
    complain(account.name + ": exchanged what is not poor, or for what is");
  }
  if (in > account.free[made.in_asset] || out > account.available(made.out_asset)) {
    complain(account.name + ": more was exchanged than there is");
  }
  const Figures before = figures_of(account);
  const PriceFact& price = facts_.assets.at(made.out_asset);
  const Int128 counted = counts(account, made.out_asset, out);
  const std::int64_t width = micros_down(counted, price.high) - micros_down(counted, price.low);
  if (price.quality > kWide || facts_.assets.at(made.in_asset).quality > kWide) {
    complain(account.name + ": exchanged at a poor price");
  }
  Book then = book_without(account, made.out_asset, out);
  then.collateral[made.in_asset] += in;
  const bool as_if_done = !collateral_leaves(account, made.out_asset, then, width).has_value();
  account.free[made.in_asset] -= in;
  account.pledged[made.in_asset] += in;
  account.pledged[made.out_asset] -= out;
  account.free[made.out_asset] += out;
  if (!nothing_worsens(before, figures_of(account), width) && !as_if_done) {
    complain(account.name + ": an exchange made it worse");
  }
}

// Delivered first: what comes is pledged as far as it is free, and on its way to the vault.
void NaiveModel::deliver(NaiveAccount& account, const std::string& place, const std::string& asset,
                         Int128 amount) {
  const Int128 free = std::min(account.free[asset], amount);
  account.free[asset] -= free;
  account.pledged[asset] += free;
  if (free > 0) credit(account, asset, free);
  account.exchanging = true;
  begin_episode(account);
  send(account, asset, "", place, amount);
  use_room(place, asset, amount);
  instruct(account, {asset, place});
  if (account.vault_stage != VaultStage::moving) account.release = {};
  account.vault_stage = VaultStage::moving;
}

NaiveModel::Verdict NaiveModel::exchange_in_vault(NaiveAccount& account,
                                                  const en::SubstituteCollateral& c) {
  const AssetPlace in{c.in_asset, c.place};
  const AssetPlace out{c.out_asset, c.place};
  if (c.in.units <= 0) return refuse(ErrorCode::amount_not_positive);
  if (c.in.units > account.free[c.in_asset] + account.available(c.in_asset)) {
    return refuse(ErrorCode::balance_exceeded);
  }
  if (c.out.units <= 0) return refuse(ErrorCode::amount_not_positive);
  if (c.out.units > account.available(out)) return refuse(ErrorCode::balance_exceeded);
  for (const std::string& asset : {c.in_asset, c.out_asset}) {
    if (!may_move(asset)) return refuse(ErrorCode::price_not_good);
  }
  if (!terms_.assets.at(c.in_asset)) return refuse(ErrorCode::substitution_worsens);
  if (account.exchanging) return refuse(ErrorCode::stage_forbids);
  if (!serves(account, c.in_asset, c.place)) return refuse(ErrorCode::stage_forbids);
  const std::int64_t worth = value(c.in_asset, c.in.units);
  if (worth < static_cast<std::int64_t>(places_.at(c.place).minimum_transfer * 1e6) ||
      worth > room_of(c.place).value_or(INT64_MAX)) {
    return refuse(ErrorCode::out_of_range);
  }
  const std::int64_t before = vault_stressed(account);
  NaiveAccount then = account;
  then.vault[in] += c.in.units;
  then.vault[out] -= c.out.units;
  const auto width = [&](const std::string& asset, Int128 amount, double low, double high) {
    const Int128 counted = counts(account, asset, amount);
    return micros_down(counted, high) - micros_down(counted, low);
  };
  const PriceFact& comes = facts_.assets.at(c.in_asset);
  const PriceFact& goes = facts_.assets.at(c.out_asset);
  const std::int64_t after = vault_stressed(then) -
                             width(c.in_asset, c.in.units, comes.low, comes.mid) -
                             width(c.out_asset, c.out.units, goes.mid, goes.high);
  const Figures f = figures_of(account);
  const bool enough = leaves_enough(f) && f.least >= f.initial && after >= required(f);
  if (after < before && !enough) return refuse(ErrorCode::substitution_worsens);
  deliver(account, c.place, c.in_asset, c.in.units);
  return {};
}

void NaiveModel::follow_exchange(NaiveAccount& account, const std::vector<Event>& events) {
  for (const auto* change : all_said<en::SubstitutionChanged>(events, account.name)) {
    const AssetPlace out{change->out_asset, change->place};
    if (change->stage == en::SubstitutionStage::released) {
      const std::int64_t held = vault_stressed(account);
      if (!may_move(change->out_asset) || change->out.units > account.available(out)) {
        complain(account.name + ": what was exchanged could not go");
      }
      begin_episode(account);
      send(account, out.first, out.second, "", change->out.units);
      instruct(account, out);
      const std::int64_t gone = held - vault_stressed(account);
      const bool enough = vault_stressed(account) >= required(figures_of(account)) &&
                          leaves_enough(figures_of(account));
      if (gone > stressed(account, change->in_asset, change->in.units) && !enough) {
        complain(account.name + ": more left the vault than came");
      }
      if (account.vault_stage != VaultStage::releasing) account.release = {};
      account.vault_stage = VaultStage::releasing;
    }
    if (change->stage != en::SubstitutionStage::delivering) {
      account.exchanging = false;
      continue;
    }
    if (account.standing.mode != en::StandingMode::automatic) {
      complain(account.name + ": delivered without being told to");
    }
    deliver(account, change->place, change->in_asset, change->in.units);
  }
  for (const auto* made : all_said<en::CollateralSubstituted>(events, account.name)) {
    exchange_pledged(account, *made);
  }
  for (const auto* offered : all_said<en::SubstitutionProposed>(events, account.name)) {
    ++last_proposal_;
    if (account.standing.mode == en::StandingMode::automatic ||
        !is_poor(account, offered->out.asset) || is_poor(account, offered->in.asset)) {
      complain(account.name + ": what was offered is not better, or would be taken anyway");
    }
  }
}

}  // namespace bulkhead::naive
