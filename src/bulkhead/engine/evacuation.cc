#include "bulkhead/engine/evacuation.h"

#include <optional>

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/capacity.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/vault_candidates.h"
#include "bulkhead/engine/vault_score.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;

bool lies_in_danger(const Context& context, const ledger::Holding& line) {
  const bool vault = line.bucket == Bucket::sequestered;
  if (!vault && line.bucket != Bucket::pledged) return false;
  return line.balance.available().is_positive() && is_alarmed(context.state, line.place) &&
         is_vault(context.registry()[line.place]) == vault;
}

// Cost of moving all of a line to a place and keeping it there, in 10^-9 numéraire.
Int128 cost_there(const Context& context, AccountIndex account, const ledger::Holding& line,
                  PlaceIndex place, const collateral::AssetTerms& terms) {
  collateral::Candidate whole;
  whole.asset = line.asset;
  whole.destination = place;
  whole.market_per_lot = context.valuer.market_value(line.asset, line.balance.available());
  whole.stressed_per_lot =
      context.valuer.stressed_value(account, line.asset, line.balance.available());
  const auto transfer = static_cast<Int128>(context.registry()[place].transfer_cost * 1e9);
  return transfer + cost_nanos(context, whole, terms);
}

// Ties by place; invalid if none takes it.
PlaceIndex next_best(const Context& context, AccountIndex account, const ledger::Holding& line) {
  const collateral::AssetTerms* terms = terms_of(context.state, line.asset);
  PlaceIndex best;
  std::optional<Int128> least;
  if (terms == nullptr) return best;
  for (std::size_t p = 0; p < context.registry().places().size(); ++p) {
    const PlaceIndex place(p);
    if (place == line.place || !is_vault(context.registry()[place]) ||
        place_share(context.state, place) < kWholeShare ||
        !may_serve(context, account, line.asset, place) ||
        capacity_left(context.state, GrantKind::place_capacity, context.registry()[place].name,
                      context.now()) == Usd{}) {
      continue;
    }
    const Int128 cost = cost_there(context, account, line, place, *terms);
    if (least && *least <= cost) continue;
    least = cost;
    best = place;
  }
  return best;
}

void tell_stranded(Context& context, AccountIndex account, SequestrationShort said) {
  VaultRecord vault = context.state.vault(account);
  const bool stranded = !said.passed_over.empty();
  if (vault.stranded_told == stranded) return;
  vault.stranded_told = stranded;
  context.state.put_vault(vault);
  if (stranded) context.emit(account, std::move(said));
}

}  // namespace

void evacuate(Context& context, AccountIndex account, const policy::Standing& standing) {
  if (!standing.has_obligations) return;
  const bool told_before = context.state.vault(account).stranded_told;
  if (context.state.alarms().empty() && !told_before) return;
  const Usd required = vault_requirement(context, account, context.valuer.requirement(account));
  const Usd held = vault_stressed(context.state, context.valuer, account);
  SequestrationOrdered ordered{.trigger = policy::Reason::alarm,
                               .required = required,
                               .held = held,
                               .missing = {},
                               .legs = {},
                               .passed_over = {},
                               .figures = context.figures(account)};
  std::vector<VaultMove> moves;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (!lies_in_danger(context, line)) continue;
    const Amount amount = line.balance.available();
    const Usd stressed = context.valuer.stressed_value(account, line.asset, amount);
    const PlaceIndex to = next_best(context, account, line);
    const std::string& asset = context.registry()[line.asset].name;
    const std::string& from = context.registry()[line.place].name;
    if (!to.valid()) {
      ordered.missing += stressed;
      ordered.passed_over.push_back({asset, from, "", "no place that may serve takes it"});
      continue;
    }
    moves.push_back({line.asset, line.place, to, amount});
    ordered.legs.push_back({asset, from, context.registry()[to].name, amount, stressed});
  }
  tell_stranded(context, account,
                {ordered.trigger, ordered.required, ordered.held, ordered.missing,
                 ordered.passed_over, ordered.figures});
  if (moves.empty()) return;
  context.emit(account, std::move(ordered));
  score_moves(context, account, moves, policy::Reason::alarm);
  move_into_vaults(context, account, moves);
  // What changes its place is no second sequestration within the dwell (D9.2).
  const auto last = context.state.account(account).ladder.last_sequestration;
  change_vault(context, account, policy::VaultInput::sequester, policy::Reason::alarm);
  context.state.edit_account(account).ladder.last_sequestration = last;
}

}  // namespace bulkhead::engine
