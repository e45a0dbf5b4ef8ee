#include "bulkhead/engine/own_losses.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/deleveraging.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/liquidation_orders.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/plans.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/vault_candidates.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;

enum class Debts : std::uint8_t { all, of_losses };

std::vector<ledger::Holding> debts_of(const Context& context, AccountIndex account, Debts which) {
  const std::vector<LossOwed> losses = context.state.default_record(account).owed;
  std::vector<ledger::Holding> debts;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != Bucket::debt || !line.balance.posted.is_positive()) continue;
    const bool lost = std::ranges::binary_search(losses, line.asset.value, {}, &LossOwed::asset);
    if (lost || which == Debts::all) debts.push_back(line);
  }
  return debts;
}

// A place that has been asked and is silent, or has just refused, gives nothing now.
bool gives(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  const Answers answer = answers(context, account, asset, place);
  return answer == Answers::yes || answer == Answers::refused_before;
}

// Sequestered of the asset at places that give it back, on its way or not.
Amount in_vaults(const Context& context, AccountIndex account, AssetIndex asset) {
  Amount sum;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket == Bucket::sequestered && line.asset == asset &&
        gives(context, account, asset, line.place)) {
      sum = sum + line.balance.posted;
    }
  }
  return sum;
}

bool leg_is_open(const Context& context, AccountIndex account, const VaultMove& move) {
  const auto leg = context.state.legs().find({account, move.asset, move.source});
  return leg != context.state.legs().end() && !policy::is_final(leg->second.status);
}

// What could be recalled now.
std::vector<VaultMove> recallable(const Context& context, AccountIndex account) {
  const policy::Vault stage = context.state.account(account).ladder.vault;
  if (stage != policy::Vault::held && stage != policy::Vault::releasing) return {};
  std::vector<VaultMove> moves = all_held(context, account);
  std::erase_if(moves, [&](const VaultMove& move) {
    return leg_is_open(context, account, move) || !gives(context, account, move.asset, move.source);
  });
  return moves;
}

void carry_back(Context& context, AccountIndex account, const std::vector<VaultMove>& moves) {
  if (moves.empty()) return;
  move_out_of_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::release, policy::Reason::first_slice);
}

// On its way back from places that have not let their time pass.
Amount coming_back(const Context& context, AccountIndex account, AssetIndex asset) {
  Amount sum;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket == Bucket::sequestered && line.asset == asset &&
        gives(context, account, asset, line.place)) {
      sum = sum + line.balance.pending_out;
    }
  }
  return sum;
}

// Of each asset owed as much as is owed, less what is on its way already.
void recall_owed(Context& context, AccountIndex account, Debts which) {
  std::vector<VaultMove> moves;
  const std::vector<VaultMove> held = recallable(context, account);
  for (const ledger::Holding& debt : debts_of(context, account, which)) {
    Amount wanted = debt.balance.posted - coming_back(context, account, debt.asset);
    for (VaultMove move : held) {
      if (move.asset != debt.asset || !wanted.is_positive()) continue;
      move.amount = min(move.amount, wanted);
      wanted = wanted - move.amount;
      moves.push_back(move);
    }
  }
  carry_back(context, account, moves);
}

void change_owed(Context& context, AccountIndex account, AssetIndex asset, Amount change) {
  DefaultRecord record = context.state.default_record(account);
  auto at = std::ranges::lower_bound(record.owed, asset.value, {}, &LossOwed::asset);
  if (at == record.owed.end() || at->asset != asset.value) {
    if (!change.is_positive()) return;
    at = record.owed.insert(at, {asset.value, Amount{}});
  }
  at->amount = max(Amount{}, at->amount + change);
  if (at->amount.is_zero()) record.owed.erase(at);
  context.state.put_default(record);
}

void repay(Context& context, const HoldingKey& from, Amount amount) {
  const Amount paid = min(amount, context.state.ledger.available(from));
  if (!paid.is_positive()) return;
  const Status done = context.state.ledger.repay(context.cause(), from, paid);
  BULKHEAD_ASSERT(done.has_value());
  context.tell_movements();
  change_owed(context, from.owner.account(), from.asset, -paid);
}

// Instructs as many lots of one pledged asset as bring in `left` of what is owed; false if nothing
// can be sold for it.
bool sell_for(Context& context, AccountIndex account, AssetIndex owed, Amount left) {
  for (const ClosableLine& line : sale_lines(context.books(), account, owed)) {
    const double value = static_cast<double>(context.valuer.market_value(owed, left).micros) / 1e6;
    const double fraction = line.expected_cost_fraction(line.item.lots);
    const double wanted = floor_fixed(value * (1 + fraction) / line.item.notional_per_lot) + 2;
    std::uint64_t lots = std::min(line.item.lots, line.item.capacity);
    if (wanted < static_cast<double>(lots)) lots = static_cast<std::uint64_t>(wanted);
    if (lots == 0) continue;
    const policy::LadderState& ladder = context.state.account(account).ladder;
    const double band =
        policy::closing_band(context.now() - ladder.default_since, context.ladder().defaults);
    const Usd cost = policy::execution_cost(line.item.market, policy::notional(line.item, lots));
    instruct(context, account, line, {0, lots, cost}, band);
    note_asked(context, account);
    return true;
  }
  return false;
}

// Recalls other sequestered assets worth `left` of what is owed, at the worst price of the band;
// false if there are none.
bool recall_for(Context& context, AccountIndex account, AssetIndex owed, Amount left) {
  const BasisPoints band = context.ladder().defaults.closing_band_bp;
  Usd wanted =
      scale_up(context.valuer.market_value(owed, left), 10'000, std::max(1, 10'000 - band));
  bool coming = false;
  std::vector<VaultMove> moves;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != Bucket::sequestered || !line.balance.pending_out.is_positive()) continue;
    coming = coming || gives(context, account, line.asset, line.place);
  }
  if (coming) return true;
  for (VaultMove move : recallable(context, account)) {
    const Usd value = context.valuer.market_value(move.asset, move.amount);
    if (value <= Usd{} || wanted <= Usd{}) continue;
    if (wanted < value) {
      const double share = static_cast<double>(wanted.micros) / static_cast<double>(value.micros);
      const double units = static_cast<double>(move.amount.units) * share;
      move.amount = min(move.amount, Amount{static_cast<Int128>(floor_fixed(units)) + 1});
    }
    wanted -= min(value, wanted);
    moves.push_back(move);
  }
  carry_back(context, account, moves);
  return !moves.empty();
}

// Whether a step was taken or is under way to pay what is left of one loss.
bool pays_of_its_own(Context& context, AccountIndex account, AssetIndex owed, Amount left) {
  if (coming_back(context, account, owed).is_positive()) return true;
  const bool moving = context.state.account(account).ladder.vault == policy::Vault::moving;
  if (moving && in_vaults(context, account, owed).is_positive()) return true;
  if (context.state.has_instruction(account)) return true;
  if (is_stopped(context.state, StopButton::stop_liquidations, account)) return false;
  if (market_is_silent(context, account)) return false;
  if (context.now() < context.state.counters().grace_until) return true;
  return sell_for(context, account, owed, left) || recall_for(context, account, owed, left);
}

Amount unpaid(const Context& context, AccountIndex account, const LossOwed& loss) {
  return min(loss.amount, context.state.ledger.debt(account, AssetIndex(loss.asset)));
}

void pay(Context& context, AccountIndex account, Debts which) {
  recall_owed(context, account, which);
  for (const ledger::Holding& debt : debts_of(context, account, which)) {
    repay(context, {account, debt.asset, context.internal_place(), Bucket::pledged},
          debt.balance.posted - coming_back(context, account, debt.asset));
  }
}

}  // namespace

void note_losses(Context& context, std::span<const positions::Settled> settled) {
  for (const positions::Settled& one : settled) {
    const policy::Default stage = context.state.account(one.account).ladder.default_;
    if (stage != policy::Default::liquidating) continue;
    if (one.kind != ledger::TransferKind::sale) {
      add_loss(context, one.account, context.valuer.market_value(one.asset, -one.amount));
    }
    if (one.owed.is_positive()) change_owed(context, one.account, one.asset, one.owed);
    if (one.repaid.is_positive()) change_owed(context, one.account, one.asset, -one.repaid);
  }
}

void pay_debts(Context& context, AccountIndex account) { pay(context, account, Debts::all); }

void pay_with_returned(Context& context, AccountIndex account, AssetIndex asset, Amount amount) {
  const policy::Default stage = context.state.account(account).ladder.default_;
  if (stage != policy::Default::declared && stage != policy::Default::liquidating) return;
  const Amount owed = context.state.ledger.debt(account, asset);
  repay(context, {account, asset, context.internal_place(), Bucket::pledged}, min(owed, amount));
}

bool own_losses_settled(Context& context, AccountIndex account) {
  if (context.state.default_record(account).owed.empty()) return true;
  end_position_instructions(context, account);
  end_plan(context, account, PlanEnd::overtaken);
  pay(context, account, Debts::of_losses);
  bool settled = true;
  for (const LossOwed& loss : context.state.default_record(account).owed) {
    const Amount left = unpaid(context, account, loss);
    const AssetIndex asset(loss.asset);
    if (left.is_zero()) continue;
    if (pays_of_its_own(context, account, asset, left)) {
      settled = false;
      continue;
    }
    repay(context, {account, asset, context.internal_place(), Bucket::free}, left);
  }
  return settled;
}

}  // namespace bulkhead::engine
