#include "bulkhead/engine/exchange.h"

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/capacity.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/vault_candidates.h"
#include "bulkhead/engine/vault_score.h"
#include "bulkhead/positions/settlement.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::TransferKind;

constexpr std::int64_t kTimeoutsWaited = 2;  // of the place, until a delivery to it is given up

bool in_vault(const Context& context, const Exchange& made) {
  return made.place != context.internal_place();
}

Amount at_home(const Context& context, const Exchange& made, Bucket bucket) {
  return context.state.ledger.available(
      {made.account, made.in_asset, context.internal_place(), bucket});
}

Status check_amount(std::string_view field, Amount amount, Amount available) {
  if (!amount.is_positive()) {
    return fail(ErrorCode::amount_not_positive, field, to_string(amount),
                "more than 0 minor units");
  }
  if (amount <= available) return {};
  return fail(ErrorCode::balance_exceeded, field, to_string(amount),
              "at most " + to_string(available));
}

// What is between two edges of an asset's price, of what counts of an amount.
enum class Edges : std::uint8_t { low_to_mid, mid_to_high, low_to_high };
Usd width(const Context& context, AccountIndex account, AssetIndex index, Amount amount,
          Edges edges) {
  const market::AssetPrice& price = context.state.market.epoch().assets[index.value];
  const market::Asset& asset = context.registry()[index];
  const Amount counts = context.valuer.counts_of(account, index, amount);
  const double high = edges == Edges::low_to_mid ? price.mid : price.high;
  const double low = edges == Edges::mid_to_high ? price.mid : price.low;
  return pricing::holding_value(asset, counts, high) - pricing::holding_value(asset, counts, low);
}

// Neither E − IM, stressed or not, nor E/IM falls: whatever the stage is, it does not worsen.
bool nothing_worsens(const risk::Requirement& before, const risk::Requirement& after, Usd charge) {
  const Usd equity = after.equity_least - charge;
  if (equity - after.initial < before.equity_least - before.initial) return false;
  if (equity - after.initial_stressed < before.equity_least - before.initial_stressed) {
    return false;
  }
  return Int128{equity.micros} * before.initial.micros >=
         Int128{before.equity_least.micros} * after.initial.micros;
}

// At the internal ledger: E_least takes the outgoing for its low edge, and it must be made up for
// at its high one.
Status check_pledged(Context& context, const Exchange& made) {
  const risk::Requirement before = context.valuer.requirement(made.account);
  const risk::Requirement after = if_exchanged(context.state, context.valuer, made);
  const Usd charge = width(context, made.account, made.out_asset, made.out, Edges::low_to_high);
  if (nothing_worsens(before, after, charge)) return {};
  const Change change = [&](risk::Portfolio& portfolio) {
    add_amount(portfolio.collateral, made.in_asset, made.in);
  };
  if (check_collateral_leaves(context, made.account, made.out_asset, made.out, change, charge)) {
    return {};
  }
  return fail(ErrorCode::substitution_worsens, "out", to_string(made.out),
              "what leaves E_least − IM at " + to_string(before.equity_least - before.initial) +
                  " or more (it would be " +
                  to_string(after.equity_least - charge - after.initial) +
                  "), or the account at its target with nothing called");
}

// In a vault: without the outgoing its stressed value is what it was before the incoming came, or R
// with the account at its target. Both assets at the edge that is worse for the owner. `delivered`:
// the incoming is counted there already.
Status check_sequestered(const Context& context, const Exchange& made, bool delivered) {
  const Usd now = vault_stressed(context.state, context.valuer, made.account);
  const VaultChange in{made.in_asset, delivered ? Amount{} : made.in};
  const VaultChange out{made.out_asset, -made.out};
  const VaultChange undelivered{made.in_asset, delivered ? -made.in : Amount{}};
  const Usd charge = width(context, made.account, made.in_asset, made.in, Edges::low_to_mid) +
                     width(context, made.account, made.out_asset, made.out, Edges::mid_to_high);
  const Usd before =
      delivered ? vault_stressed_if(context.state, context.valuer, made.account, {&undelivered, 1})
                : now;
  const VaultChange both[] = {in, out};
  const Usd after = vault_stressed_if(context.state, context.valuer, made.account, both) - charge;
  if (after >= before) return {};
  const risk::Requirement& figures = context.valuer.requirement(made.account);
  const Usd required = vault_requirement(context, made.account, figures);
  const bool at_target = figures.equity_least >= figures.initial_stressed &&
                         policy::at_level(context.valuer.standing(made.account),
                                          figures.equity_least, context.ladder().levels.target_bp);
  if (at_target && after >= required) return {};
  return fail(ErrorCode::substitution_worsens, "out", to_string(made.out),
              "what leaves " + to_string(before) + " of stressed value sequestered (it would be " +
                  to_string(after) + "), or " + to_string(required) +
                  " with the account at its target");
}

Status check_vault(const Context& context, const Exchange& made) {
  const market::Place& place = context.registry()[made.place];
  if (!is_vault(place)) {
    return fail(ErrorCode::holding_invalid, "place", place.name, "the internal ledger or a vault");
  }
  if (context.state.substitution(made.account) != nullptr) {
    return fail(ErrorCode::stage_forbids, "account", "a substitution is on its way",
                "one at a time");
  }
  if (place_share(context.state, made.place) < kWholeShare) {
    return fail(ErrorCode::substitution_worsens, "place", place.name,
                "a place at which collateral counts");
  }
  if (!may_serve(context, made.account, made.in_asset, made.place)) {
    return fail(ErrorCode::stage_forbids, "place", place.name,
                "a place that answers and is not under alarm");
  }
  const Usd value = context.valuer.market_value(made.in_asset, made.in);
  const Usd least{static_cast<std::int64_t>(place.minimum_transfer * 1e6)};
  const std::optional<Usd> most =
      capacity_left(context.state, GrantKind::place_capacity, place.name, context.now());
  if (value >= least && (!most || value <= *most)) return {};
  return fail(ErrorCode::out_of_range, "in", to_string(made.in),
              "a value from " + to_string(least) +
                  (most ? " to " + to_string(*most) + ", what the place takes" : ""));
}

void deliver(Context& context, const Exchange& made) {
  const PlaceIndex home = context.internal_place();
  const Amount free = min(made.in, at_home(context, made, Bucket::free));
  if (free.is_positive()) {
    const Status pledged = context.post(
        context.transfer(TransferKind::pledge, {made.account, made.in_asset, home, Bucket::free},
                         {made.account, made.in_asset, home, Bucket::pledged}, free));
    BULKHEAD_ASSERT(pledged.has_value());
    credit_calls(context, made.account, made.in_asset, free);
  }
  Substitution record;
  record.account = made.account.value;
  record.place = made.place.value;
  record.in_asset = made.in_asset.value;
  record.out_asset = made.out_asset.value;
  record.in = made.in;
  record.out = made.out;
  record.expires = context.now() + context.registry()[made.place].timeout * kTimeoutsWaited;
  context.state.put_substitution(record);
  context.emit(
      made.account,
      SubstitutionChanged{SubstitutionStage::delivering, context.registry()[made.place].name,
                          context.registry()[made.in_asset].name, made.in,
                          context.registry()[made.out_asset].name, made.out, record.expires});
  const std::vector<VaultMove> moves{{made.in_asset, home, made.place, made.in}};
  score_moves(context, made.account, moves, policy::Reason::substituted);
  move_into_vaults(context, made.account, moves);
  // What changes its asset is no sequestration: none waits a dwell for it (D9.2).
  const auto last = context.state.account(made.account).ladder.last_sequestration;
  change_vault(context, made.account, policy::VaultInput::sequester, policy::Reason::substituted);
  context.state.edit_account(made.account).ladder.last_sequestration = last;
}

void swap_pledged(Context& context, const Exchange& made) {
  const auto key = [&made](AssetIndex asset, Bucket bucket) {
    return HoldingKey{made.account, asset, made.place, bucket};
  };
  const Status in =
      context.post(context.transfer(TransferKind::pledge, key(made.in_asset, Bucket::free),
                                    key(made.in_asset, Bucket::pledged), made.in));
  BULKHEAD_ASSERT(in.has_value());
  const Status out =
      context.post(context.transfer(TransferKind::unpledge, key(made.out_asset, Bucket::pledged),
                                    key(made.out_asset, Bucket::free), made.out));
  BULKHEAD_ASSERT(out.has_value());
  context.emit(made.account, CollateralSubstituted{context.registry()[made.in_asset].name, made.in,
                                                   context.registry()[made.out_asset].name,
                                                   made.out, context.figures(made.account)});
}

void end(Context& context, const Exchange& made, SubstitutionStage stage) {
  context.state.erase_substitution(made.account);
  context.emit(made.account,
               SubstitutionChanged{stage, context.registry()[made.place].name,
                                   context.registry()[made.in_asset].name, made.in,
                                   context.registry()[made.out_asset].name, made.out, Timestamp{}});
}

}  // namespace

risk::Requirement if_exchanged(const State& state, const Valuer& valuer, const Exchange& made) {
  const PlaceIndex home = positions::internal_place(state.registry());
  const Amount free = state.ledger.available({made.account, made.in_asset, home, Bucket::free});
  risk::Portfolio book = valuer.portfolio(made.account);
  add_amount(book.collateral, made.in_asset, min(made.in, free));
  if (made.place == home) add_amount(book.collateral, made.out_asset, -made.out);
  return valuer.evaluate(made.account, book);
}

Status check_exchange(Context& context, const Exchange& made) {
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  if (context.state.account(made.account).ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account",
                to_string(context.state.account(made.account).ladder.default_),
                "an account that is not in default");
  }
  const bool vault = in_vault(context, made);
  const Amount free = at_home(context, made, Bucket::free);
  BULKHEAD_TRY_STATUS(
      check_amount("in", made.in, vault ? free + at_home(context, made, Bucket::pledged) : free));
  BULKHEAD_TRY_STATUS(check_amount(
      "out", made.out,
      context.state.ledger.available({made.account, made.out_asset, made.place,
                                      vault ? Bucket::sequestered : Bucket::pledged})));
  BULKHEAD_TRY_STATUS(price_lets_move(context, made.in_asset));
  BULKHEAD_TRY_STATUS(price_lets_move(context, made.out_asset));
  if (!context.valuer.eligible(made.account, made.in_asset)) {
    return fail(ErrorCode::substitution_worsens, "in_asset", context.registry()[made.in_asset].name,
                "an asset that counts as collateral");
  }
  BULKHEAD_TRY_STATUS(
      check_credit(context, made.account, made.in_asset, vault ? min(made.in, free) : made.in));
  if (!vault) return check_pledged(context, made);
  BULKHEAD_TRY_STATUS(check_vault(context, made));
  return check_sequestered(context, made, false);
}

void carry_out(Context& context, const Exchange& made) {
  if (in_vault(context, made)) {
    deliver(context, made);
  } else {
    swap_pledged(context, made);
  }
  context.state.edit_account(made.account).regime_stale = true;
}

void follow_substitution(Context& context, AccountIndex account) {
  const Substitution* record = context.state.substitution(account);
  if (record == nullptr) return;
  const Exchange made{account,
                      PlaceIndex(record->place),
                      AssetIndex(record->in_asset),
                      AssetIndex(record->out_asset),
                      record->in,
                      record->out};
  const bool late = context.now() >= record->expires;
  if (context.state.account(account).ladder.default_ != policy::Default::none) {
    return end(context, made, SubstitutionStage::given_up);
  }
  const HoldingKey key{account, made.in_asset, made.place, Bucket::sequestered};
  const bool on_its_way = context.state.ledger.balance(key).pending_in.is_positive();
  const auto leg = context.state.legs().find({account, made.in_asset, made.place});
  BULKHEAD_ASSERT(leg != context.state.legs().end());
  if (!on_its_way && leg->second.status == policy::LegStatus::rejected) {
    return end(context, made, SubstitutionStage::refused);
  }
  const policy::Vault stage = context.state.account(account).ladder.vault;
  const bool still = stage == policy::Vault::held || stage == policy::Vault::releasing;
  const bool may_go = still && price_lets_move(context, made.out_asset).has_value() &&
                      check_releases_run(context, account).has_value() &&
                      !is_alarmed(context.state, context.internal_place());
  if (on_its_way || !may_go) {
    if (late) end(context, made, SubstitutionStage::given_up);
    return;
  }
  const Amount there =
      context.state.ledger.available({account, made.out_asset, made.place, Bucket::sequestered});
  const Amount arrived = context.state.ledger.available(key);
  if (there < made.out || arrived < made.in || !check_sequestered(context, made, true)) {
    return end(context, made, SubstitutionStage::too_little);
  }
  end(context, made, SubstitutionStage::released);
  order_release(context, account,
                {{made.out_asset, made.place, context.internal_place(), made.out}},
                policy::Reason::substituted);
}

}  // namespace bulkhead::engine
