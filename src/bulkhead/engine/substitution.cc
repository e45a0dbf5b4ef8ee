// Substitution: one asset comes in, another goes out, in one step in which nothing worsens (D8.5).
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/verbs.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::TransferKind;

struct Exchange {
  AccountIndex account;
  PlaceIndex place;
  AssetIndex in_asset;
  AssetIndex out_asset;
  Amount in;
  Amount out;
};

Status check_amount(const Context& context, std::string_view field, const HoldingKey& key,
                    Amount amount) {
  if (!amount.is_positive()) {
    return fail(ErrorCode::amount_not_positive, field, to_string(amount),
                "more than 0 minor units");
  }
  const Amount available = context.state.ledger.available(key);
  if (amount <= available) return {};
  return fail(ErrorCode::balance_exceeded, field, to_string(amount),
              "at most " + to_string(available));
}

Result<Exchange> exchange_of(const Context& context, const SubstituteCollateral& command) {
  Exchange made;
  BULKHEAD_TRY(made.account, context.account(command.account));
  BULKHEAD_TRY(made.place, context.place(command.place));
  BULKHEAD_TRY(made.in_asset, context.asset(command.in_asset, "in_asset"));
  BULKHEAD_TRY(made.out_asset, context.asset(command.out_asset, "out_asset"));
  BULKHEAD_TRY_STATUS(context.may_act_on(made.account));
  if (made.place != context.internal_place()) {
    return fail(ErrorCode::holding_invalid, "place", command.place, "the internal ledger");
  }
  if (made.in_asset == made.out_asset) {
    return fail(ErrorCode::out_of_range, "out_asset", command.out_asset,
                "another asset than what comes in");
  }
  made.in = command.in;
  made.out = command.out;
  return made;
}

// What E_least takes the outgoing asset for is its low edge; it must be made up for at its high
// one.
Usd width(const Context& context, const Exchange& made) {
  const market::AssetPrice& price = context.state.market.epoch().assets[made.out_asset.value];
  const market::Asset& asset = context.registry()[made.out_asset];
  return pricing::holding_value(asset, made.out, price.high) -
         pricing::holding_value(asset, made.out, price.low);
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

Status check_exchange(Context& context, const Exchange& made) {
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  if (context.state.account(made.account).ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account",
                to_string(context.state.account(made.account).ladder.default_),
                "an account that is not in default");
  }
  BULKHEAD_TRY_STATUS(check_amount(
      context, "in", {made.account, made.in_asset, made.place, Bucket::free}, made.in));
  BULKHEAD_TRY_STATUS(check_amount(
      context, "out", {made.account, made.out_asset, made.place, Bucket::pledged}, made.out));
  BULKHEAD_TRY_STATUS(price_lets_move(context, made.in_asset));
  BULKHEAD_TRY_STATUS(price_lets_move(context, made.out_asset));
  if (!is_eligible(context.state, made.in_asset)) {
    return fail(ErrorCode::substitution_worsens, "in_asset", context.registry()[made.in_asset].name,
                "an asset that counts as collateral");
  }
  const risk::Requirement before = context.valuer.requirement(made.account);
  risk::Portfolio book = context.valuer.portfolio(made.account);
  add_amount(book.collateral, made.in_asset, made.in);
  const bool counted = is_eligible(context.state, made.out_asset);
  if (counted) add_amount(book.collateral, made.out_asset, -made.out);
  const risk::Requirement after = context.valuer.evaluate(made.account, book);
  const Usd charge = counted ? width(context, made) : Usd{};
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

}  // namespace

Status carry_out(Context& context, const SubstituteCollateral& command) {
  BULKHEAD_TRY(const Exchange made, exchange_of(context, command));
  BULKHEAD_TRY_STATUS(check_exchange(context, made));
  const auto key = [&made](AssetIndex asset, Bucket bucket) {
    return HoldingKey{made.account, asset, made.place, bucket};
  };
  BULKHEAD_TRY_STATUS(
      context.post(context.transfer(TransferKind::pledge, key(made.in_asset, Bucket::free),
                                    key(made.in_asset, Bucket::pledged), made.in)));
  const Status out =
      context.post(context.transfer(TransferKind::unpledge, key(made.out_asset, Bucket::pledged),
                                    key(made.out_asset, Bucket::free), made.out));
  BULKHEAD_ASSERT(out.has_value());
  context.state.edit_account(made.account).regime_stale = true;
  context.emit(made.account, CollateralSubstituted{command.in_asset, made.in, command.out_asset,
                                                   made.out, context.figures(made.account)});
  return {};
}

}  // namespace bulkhead::engine
