#include "bulkhead/engine/ladder_vault.h"

#include <algorithm>

#include "bulkhead/collateral/selection.h"
#include "bulkhead/engine/blocked.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/judgement.h"

namespace bulkhead::engine {
namespace {

using collateral::Candidate;

constexpr double kDayNs = 86'400e9;
constexpr double kWasteRatePerDay = 1e-4;     // of value that the haircut wastes
constexpr double kFinalityRatePerDay = 1e-3;  // of value while it is not yet final

bool is_vault(const market::Place& place) {
  return place.kind != market::PlaceKind::internal_ledger;
}

// A power of ten of the minor unit that is worth at least one unit of the numéraire, so that
// rounding of its value is small and its count stays countable.
Amount selection_lot(const market::Asset& asset, double price) {
  double worth = price;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) worth /= 10;
  Amount lot{1};
  while (worth < 1 && lot.units < static_cast<Int128>(1'000'000'000'000'000'000LL)) {
    worth *= 10;
    lot.units *= 10;
  }
  return lot;
}

enum class Answers : std::uint8_t { yes, refused_now, refused_before, silent };

// How a place took the last instruction for an account's asset: refused within the dwell, or
// before.
Answers answers(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  const auto at = context.state.legs().find({account, asset, place});
  if (at == context.state.legs().end()) return Answers::yes;
  const policy::CustodyLeg& leg = at->second;
  if (leg.status == policy::LegStatus::unknown) return Answers::silent;
  if (leg.status != policy::LegStatus::rejected) return Answers::yes;
  const Duration dwell = context.ladder().dwell.at(context.valuer.regime(account));
  return context.now() - leg.instructed < dwell ? Answers::refused_now : Answers::refused_before;
}

// A silent place is passed over until it answers; one that refused, while another can serve, and
// for a dwell in any case (D9.4).
bool may_serve(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  const Answers own = answers(context, account, asset, place);
  if (own != Answers::refused_before) return own == Answers::yes;
  for (std::size_t p = 0; p < context.registry().places().size(); ++p) {
    if (!is_vault(context.registry().places()[p])) continue;
    if (answers(context, account, asset, PlaceIndex(p)) == Answers::yes) return false;
  }
  return true;
}

std::int64_t cost_nanos(const Context& context, const Candidate& candidate,
                        const collateral::AssetTerms& terms) {
  const market::Place& place = context.registry()[candidate.destination];
  const double value = static_cast<double>(candidate.market_per_lot.micros) * 1e3;
  const double wasted =
      static_cast<double>((candidate.market_per_lot - candidate.stressed_per_lot).micros) * 1e3;
  const double held_days =
      static_cast<double>(context.parameters().collateral.holding_period.ns) / kDayNs;
  const double forgone = static_cast<double>(terms.opportunity_bp_per_year) / 10'000 / 365;
  const double cost =
      value * held_days * (forgone + place.cost_per_day) + wasted * held_days * kWasteRatePerDay +
      value * kFinalityRatePerDay * static_cast<double>(place.finality_p95.ns) / kDayNs;
  return static_cast<std::int64_t>(cost) + 1;
}

Candidate make_candidate(const Context& context, AccountIndex account, const ledger::Holding& line,
                         PlaceIndex vault, Usd required) {
  const double price = context.state.market.epoch().assets[line.asset.value].mid;
  Candidate made;
  made.asset = line.asset;
  made.source = line.place;
  made.destination = vault;
  made.lot = selection_lot(context.registry()[line.asset], price);
  made.lots = static_cast<std::uint64_t>(line.balance.available().units / made.lot.units);
  made.market_per_lot = context.valuer.market_value(line.asset, made.lot);
  made.stressed_per_lot = context.valuer.stressed_value(line.asset, made.lot);
  const collateral::AssetTerms* terms =
      collateral::find_terms(context.parameters().collateral, context.registry()[line.asset].name);
  made.eligible =
      terms != nullptr && terms->eligible && may_serve(context, account, line.asset, vault);
  if (terms == nullptr) return made;
  made.cost_per_lot_nanos = cost_nanos(context, made, *terms);
  made.fixed_cost = Usd{static_cast<std::int64_t>(context.registry()[vault].transfer_cost * 1e6)};
  if (terms->vault_limit_bp < 10'000 && made.stressed_per_lot > Usd{}) {
    made.lots_max = static_cast<std::uint64_t>(
        scale_down(required, terms->vault_limit_bp, 10'000).micros / made.stressed_per_lot.micros);
  }
  return made;
}

std::vector<Candidate> candidates(const Context& context, AccountIndex account, Usd required) {
  std::vector<Candidate> list;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != ledger::Bucket::pledged || !line.balance.available().is_positive() ||
        is_vault(context.registry()[line.place])) {
      continue;
    }
    for (std::size_t p = 0; p < context.registry().places().size(); ++p) {
      if (!is_vault(context.registry().places()[p])) continue;
      list.push_back(make_candidate(context, account, line, PlaceIndex(p), required));
    }
  }
  return list;
}

SequestrationLeg told(const Context& context, const VaultMove& move, Usd stressed) {
  return {.asset = context.registry()[move.asset].name,
          .from_place = context.registry()[move.source].name,
          .to_place = context.registry()[move.destination].name,
          .amount = move.amount,
          .stressed_value = stressed};
}

// Whether something is missing; true if that is new.
bool note_short(Context& context, AccountIndex account, bool missing) {
  VaultRecord vault = context.state.vault(account);
  if (vault.short_told == missing) return false;
  vault.short_told = missing;
  context.state.put_vault(vault);
  return missing;
}

void tell_short(Context& context, AccountIndex account, const SequestrationOrdered& wanted) {
  context.emit(account, SequestrationShort{.trigger = wanted.trigger,
                                           .required = wanted.required,
                                           .held = wanted.held,
                                           .missing = wanted.missing,
                                           .passed_over = wanted.passed_over,
                                           .figures = wanted.figures});
}

// D8.6 of a release: as if done, the book is the same, so that what it must leave is what there is
// now.
bool release_leaves_enough(Context& context, AccountIndex account,
                           const policy::Standing& standing) {
  if (!standing.has_obligations) return true;
  return policy::at_level(standing, standing.equity_least, context.ladder().levels.target_bp) &&
         standing.equity_least >= context.valuer.requirement(account).initial_stressed;
}

// Of what is final and unencumbered in vaults, what need not stay so that `required` of stressed
// value does: the dearest to keep.
std::vector<VaultMove> beyond(const Context& context, AccountIndex account, Usd required) {
  collateral::SelectionRequest request;
  request.required = required;
  request.search_nodes_max = context.parameters().collateral.search_nodes_max;
  std::vector<VaultMove> held = all_held(context, account);
  for (const VaultMove& move : held) {
    const double price = context.state.market.epoch().assets[move.asset.value].mid;
    Candidate made;
    made.asset = move.asset;
    made.source = move.source;
    made.destination = move.source;
    made.lot = selection_lot(context.registry()[move.asset], price);
    made.lots = static_cast<std::uint64_t>(move.amount.units / made.lot.units);
    made.market_per_lot = context.valuer.market_value(move.asset, made.lot);
    made.stressed_per_lot = context.valuer.stressed_value(move.asset, made.lot);
    const collateral::AssetTerms* terms = collateral::find_terms(
        context.parameters().collateral, context.registry()[move.asset].name);
    if (terms != nullptr) made.cost_per_lot_nanos = cost_nanos(context, made, *terms);
    request.candidates.push_back(made);
  }
  const collateral::Selection selection = collateral::select_release(request);
  for (std::size_t i = 0; i < held.size(); ++i) held[i].amount = selection.choices[i].amount;
  std::erase_if(held, [](const VaultMove& move) { return !move.amount.is_positive(); });
  return held;
}

void order_release(Context& context, AccountIndex account, const std::vector<VaultMove>& moves,
                   policy::Reason reason) {
  ReleaseOrdered ordered{.legs = {}, .figures = context.figures(account), .reason = reason};
  for (const VaultMove& move : moves) {
    ordered.legs.push_back(
        told(context, move, context.valuer.stressed_value(move.asset, move.amount)));
  }
  context.emit(account, std::move(ordered));
  move_out_of_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::release, reason);
}

}  // namespace

policy::SequestrationInput sequestration_input(Context& context, AccountIndex account,
                                               const policy::Standing& standing) {
  const risk::Requirement& figures = context.valuer.requirement(account);
  Usd held;
  if (context.state.account(account).ladder.vault != policy::Vault::none) {
    held = vault_stressed(context.state, context.valuer, account);
  }
  double least_transfer = 0;
  for (const market::Place& place : context.registry().places()) {
    if (is_vault(place)) least_transfer = std::max(least_transfer, place.minimum_transfer);
  }
  return {.standing = standing,
          .position_value = figures.positions,
          .debts = figures.debts,
          .obligation_margin = figures.obligations_maintenance,
          .breach_weight = figures.breach_weight,
          .alarm = false,
          .ordered = false,
          .held_stressed = held,
          .in_flight_stressed = {},
          .minimum_transfer = Usd{static_cast<std::int64_t>(least_transfer * 1e6)}};
}

void change_vault(Context& context, AccountIndex account, policy::VaultInput input,
                  policy::Reason reason) {
  const policy::VaultDecision decision =
      policy::apply_vault(context.state.account(account).ladder, input, context.now(), reason);
  if (decision.state == context.state.account(account).ladder) return;
  context.state.edit_account(account).ladder = decision.state;
  if (!decision.changed()) return;
  context.emit(account, VaultChanged{.from = decision.transition.from,
                                     .to = decision.transition.to,
                                     .reason = decision.transition.reason,
                                     .figures = context.figures(account)});
}

void sequester(Context& context, AccountIndex account, const policy::SequestrationInput& input) {
  const policy::SequestrationDecision decision = policy::decide_sequestration(
      context.state.account(account).ladder, input, context.ladder(), context.now());
  if (!decision.act) {
    if (decision.reason != policy::Reason::within_dwell) note_short(context, account, false);
    return;
  }
  collateral::SelectionRequest request;
  request.candidates = candidates(context, account, decision.required);
  request.required = decision.gap;
  request.search_nodes_max = context.parameters().collateral.search_nodes_max;
  const collateral::Selection selection = collateral::select(request);
  SequestrationOrdered ordered{.trigger = decision.reason,
                               .required = decision.required,
                               .held = decision.held,
                               .missing = selection.missing,
                               .legs = {},
                               .passed_over = {},
                               .figures = context.figures(account)};
  std::vector<VaultMove> moves;
  for (std::size_t i = 0; i < selection.choices.size(); ++i) {
    const Candidate& candidate = request.candidates[i];
    const collateral::Chosen& choice = selection.choices[i];
    const VaultMove move{candidate.asset, candidate.source, candidate.destination, choice.amount};
    if (choice.lots > 0) {
      moves.push_back(move);
      ordered.legs.push_back(told(context, move, choice.stressed));
    } else {
      ordered.passed_over.push_back({context.registry()[move.asset].name,
                                     context.registry()[move.source].name,
                                     context.registry()[move.destination].name,
                                     std::string(collateral::verdict_text(choice.verdict))});
    }
  }
  const bool said = note_short(context, account, selection.missing > Usd{});
  if (moves.empty()) {
    if (said) tell_short(context, account, ordered);
    return;
  }
  context.emit(account, std::move(ordered));
  move_into_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::sequester, decision.reason);
}

void release(Context& context, AccountIndex account, const policy::Standing& standing) {
  const policy::ReleaseDecision decision = policy::decide_release(
      context.state.account(account).ladder, standing, context.ladder(), context.now());
  note_blocked(context, account, Act::release, decision.reason == policy::Reason::price_not_good);
  if (!decision.release || !release_leaves_enough(context, account, standing)) return;
  const std::vector<VaultMove> moves = all_held(context, account);
  if (moves.empty()) return;
  order_release(context, account, moves, decision.reason);
}

void release_surplus(Context& context, AccountIndex account, const policy::Standing& standing) {
  VaultRecord vault = context.state.vault(account);
  const policy::LadderState& ladder = context.state.account(account).ladder;
  if (!vault.surplus_due || ladder.vault != policy::Vault::held || !policy::all_good(standing)) {
    return;
  }
  vault.surplus_due = false;
  context.state.put_vault(vault);
  const Usd required = vault_requirement(context, account, context.valuer.requirement(account));
  const Usd gap = scale_up(required, context.ladder().sequestration.gap_bp, 10'000);
  if (vault_stressed(context.state, context.valuer, account) <= required + gap) return;
  const std::vector<VaultMove> moves = beyond(context, account, required);
  if (moves.empty()) return;
  order_release(context, account, moves, policy::Reason::surplus);
}

void recall(Context& context, AccountIndex account, policy::Reason reason) {
  const policy::Vault stage = context.state.account(account).ladder.vault;
  if (stage != policy::Vault::held && stage != policy::Vault::releasing) return;
  std::vector<VaultMove> moves = all_held(context, account);
  std::erase_if(moves, [&](const VaultMove& move) {
    const Answers answer = answers(context, account, move.asset, move.source);
    return answer == Answers::silent || answer == Answers::refused_now;
  });
  if (moves.empty()) return;
  move_out_of_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::release, reason);
}

void follow_legs(Context& context, AccountIndex account) {
  if (context.state.account(account).ladder.vault == policy::Vault::none &&
      !anything_held(context, account)) {
    return;
  }
  change_vault(
      context, account,
      policy::vault_input(open_leg_count(context, account), anything_held(context, account)),
      policy::Reason::none);
}

}  // namespace bulkhead::engine
