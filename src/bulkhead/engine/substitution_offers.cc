#include "bulkhead/engine/substitution_offers.h"

#include <algorithm>

#include "bulkhead/base/decimal.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/exchange.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;

// Above its static floor, so much of an asset's value is haircut by its core that it is poor.
constexpr double kHaircutRise = 0.2;

struct Line {
  AssetIndex asset;
  PlaceIndex place;
  Amount amount;
};

// Of what is poor and pledged or sequestered, what may be exchanged; of what is only beyond a
// limit, what is beyond it, and only where it is pledged.
std::vector<std::pair<Line, PoorCause>> poor_lines(const Context& context, AccountIndex account,
                                                   const PoorAssets& poor) {
  std::vector<std::pair<Line, PoorCause>> lines;
  for (const ledger::Holding& held : context.state.ledger.holdings(account)) {
    const bool pledged = held.bucket == Bucket::pledged;
    Amount amount = held.balance.available();
    if ((!pledged && held.bucket != Bucket::sequestered) || !amount.is_positive()) continue;
    const auto cause = poor_cause(context, account, held.asset, poor);
    if (!cause || (*cause == PoorCause::limit && !pledged)) continue;
    if (*cause == PoorCause::limit) {
      const Amount counts = context.valuer.counts_of(account, held.asset, amount);
      amount = min(amount, amount - counts);
    }
    if (amount.is_positive()) lines.push_back({{held.asset, held.place, amount}, *cause});
  }
  return lines;
}

// In the order of the standing instruction, then that of the assets.
std::vector<Line> better_lines(const Context& context, AccountIndex account,
                               const PoorAssets& poor) {
  std::vector<Line> lines;
  const PlaceIndex home = context.internal_place();
  const auto add = [&](AssetIndex asset) {
    if (std::ranges::find(lines, asset, &Line::asset) != lines.end()) return;
    Amount amount = context.state.ledger.available({account, asset, home, Bucket::free});
    if (!amount.is_positive() || !context.valuer.eligible(account, asset)) return;
    if (poor_cause(context, account, asset, poor) || !price_lets_move(context, asset)) return;
    amount = credit_left(context, account, asset, amount);
    if (amount.is_positive()) lines.push_back({asset, home, amount});
  };
  for (const std::string& name : context.state.account(account).standing.assets) {
    add(context.registry().find_asset(name));
  }
  for (const ledger::Holding& held : context.state.ledger.holdings(account)) {
    if (held.bucket == Bucket::free) add(held.asset);
  }
  return lines;
}

Usd at_edge(const Context& context, AssetIndex asset, Amount amount, bool high) {
  const market::AssetPrice& price = context.state.market.epoch().assets[asset.value];
  return pricing::holding_value(context.registry()[asset], amount, high ? price.high : price.low);
}

// As much of the better asset as the poor one is worth, each at the edge that is worse for the
// owner; if there is less of it, for less.
Exchange of_equal_value(const Context& context, AccountIndex account, const Line& in,
                        const Line& out) {
  Exchange made{account, out.place, in.asset, out.asset, in.amount, out.amount};
  const Usd wanted = at_edge(context, out.asset, out.amount, true);
  const Usd there = at_edge(context, in.asset, in.amount, false);
  const market::Registry& registry = context.registry();
  const auto worth = [&](AssetIndex asset, Usd value, double price) {
    if (!(price > 0)) return Amount{};
    const int exponent = static_cast<int>(registry[asset].decimals) - 6;
    const auto units = divide_round(value.micros, 1.0, price, exponent, Rounding::down);
    return units ? Amount{*units} : Amount{};
  };
  const auto& prices = context.state.market.epoch().assets;
  if (there > wanted) {
    made.in = min(in.amount, worth(in.asset, wanted, prices[in.asset.value].low) + Amount{1});
  } else {
    made.out = min(out.amount, worth(out.asset, there, prices[out.asset.value].high));
  }
  return made;
}

Figures figures_of(const risk::Requirement& r) {
  return {r.equity_mid, r.equity_least, r.equity_greatest, r.initial, r.maintenance};
}

void propose(Context& context, const Exchange& made, PoorCause cause) {
  const market::Registry& registry = context.registry();
  SubstitutionContent content;
  content.account = made.account.value;
  content.cause = cause;
  content.in = {registry[made.in_asset].name, registry[context.internal_place()].name, made.in};
  content.out = {registry[made.out_asset].name, registry[made.place].name, made.out};
  Proposal proposal;
  proposal.name = std::string(kOwnSubstitutions) +
                  std::to_string(++context.state.edit_counters().last_proposal);
  proposal.expires =
      context.now() + context.ladder().calls.deadline.at(context.valuer.regime(made.account));
  proposal.content = content;
  context.state.put_proposal(proposal);
  context.emit(
      made.account,
      SubstitutionProposed{.proposal = proposal.name,
                           .cause = cause,
                           .in = content.in,
                           .out = content.out,
                           .expires = proposal.expires,
                           .before = figures_of(context.valuer.requirement(made.account)),
                           .after = figures_of(if_exchanged(context.state, context.valuer, made))});
}

bool is_offered(const State& state, AccountIndex account) {
  return std::ranges::any_of(state.proposals(), [account](const auto& entry) {
    const auto* content = std::get_if<SubstitutionContent>(&entry.second.content);
    return content != nullptr && content->account == account.value;
  });
}

// What was offered, as far as it is still there: some may have been moved since.
Exchange what_is_left(const Context& context, AccountIndex account,
                      const SubstitutionContent& content) {
  const PlaceIndex home = context.internal_place();
  Line in{context.registry().find_asset(content.in.asset), home, content.in.amount};
  Line out{context.registry().find_asset(content.out.asset),
           context.registry().find_place(content.out.place), content.out.amount};
  const Bucket bucket = out.place == home ? Bucket::pledged : Bucket::sequestered;
  const ledger::Ledger& books = context.state.ledger;
  in.amount = min(in.amount, books.available({account, in.asset, home, Bucket::free}));
  out.amount = min(out.amount, books.available({account, out.asset, out.place, bucket}));
  return of_equal_value(context, account, in, out);
}

// What is no longer poor may be offered again when it becomes so.
void forget_kept(Context& context, AccountIndex account, const PoorAssets& poor) {
  std::vector<std::uint32_t> kept = context.state.account(account).kept;
  std::erase_if(kept, [&](std::uint32_t asset) {
    return !poor_cause(context, account, AssetIndex(asset), poor).has_value();
  });
  if (kept.size() == context.state.account(account).kept.size()) return;
  context.state.edit_account(account).kept = std::move(kept);
}

}  // namespace

PoorAssets poor_assets(const Context& context) {
  PoorAssets poor;
  const State& state = context.state;
  for (std::size_t i = 0; i < context.registry().assets().size(); ++i) {
    const AssetIndex asset(i);
    const std::string& name = context.registry()[asset].name;
    const collateral::AssetTerms* terms = terms_of(state, asset);
    if (terms == nullptr || context.registry()[asset].numeraire) continue;
    const std::int64_t share = asset_share(state, asset);
    const Alarm* alarm = state.alarm(AlarmSubject::asset, name);
    if (share > 0 && share < kWholeShare) {
      poor.emplace(asset, PoorCause::eligibility);
    } else if (alarm != nullptr && alarm->active() && alarm->cause == AlarmCause::depeg) {
      poor.emplace(asset, PoorCause::depeg);
    } else if (share > 0 && context.valuer.epoch_risk().rows().asset(asset).present() &&
               context.valuer.epoch_risk().haircut_core(asset) >
                   terms->haircut_floor_bp / 10'000.0 + kHaircutRise) {
      poor.emplace(asset, PoorCause::haircut);
    }
  }
  return poor;
}

std::optional<PoorCause> poor_cause(const Context& context, AccountIndex account, AssetIndex asset,
                                    const PoorAssets& poor) {
  const auto at = poor.find(asset);
  if (at != poor.end()) return at->second;
  if (!context.valuer.is_limited(asset)) return std::nullopt;
  for (const ledger::AssetTotal& held : context.state.ledger.counted(account)) {
    if (held.asset != asset) continue;
    if (context.valuer.counts_of(account, asset, held.amount) < held.amount) {
      return PoorCause::limit;
    }
  }
  return std::nullopt;
}

bool holds_poor(const Context& context, AccountIndex account, const PoorAssets& poor) {
  if (!context.valuer.standing(account).has_obligations) return false;
  return std::ranges::any_of(context.state.ledger.holdings(account), [&](const auto& held) {
    const bool counts = held.bucket == Bucket::pledged || held.bucket == Bucket::sequestered;
    return counts && poor_cause(context, account, held.asset, poor).has_value();
  });
}

void offer_substitution(Context& context, AccountIndex account, const PoorAssets& poor) {
  if (context.ladder().kind == policy::LadderKind::liquidate_only) return;
  forget_kept(context, account, poor);
  if (is_offered(context.state, account)) return;
  if (!context.valuer.standing(account).has_obligations) return;
  if (context.state.substitution(account) != nullptr) return;
  const AccountState& state = context.state.account(account);
  for (const auto& [out, cause] : poor_lines(context, account, poor)) {
    if (std::ranges::binary_search(state.kept, out.asset.value)) continue;
    for (const Line& in : better_lines(context, account, poor)) {
      const Exchange made = of_equal_value(context, account, in, out);
      if (!made.out.is_positive() || !check_exchange(context, made)) continue;
      if (state.standing.mode == StandingMode::automatic) {
        carry_out(context, made);
      } else {
        propose(context, made, cause);
      }
      return;
    }
  }
}

Status answer_substitution(Context& context, const Proposal& proposal,
                           const SubstitutionContent& content, bool reject) {
  const AccountIndex account(content.account);
  const Person& actor = context.state.persons().find(context.command.actor)->second;
  if (actor.role != Role::member) {
    return fail(ErrorCode::role_forbidden, "actor", actor.name, "a person of role member");
  }
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  if (reject) {
    context.state.erase_proposal(proposal.name);
    keep_asset(context, content);
    context.emit(account,
                 ProposalChanged{proposal.name, ProposalStatus::rejected, proposal.approvals});
    return {};
  }
  const Exchange made = what_is_left(context, account, content);
  BULKHEAD_TRY_STATUS(check_exchange(context, made));
  context.state.erase_proposal(proposal.name);
  std::vector<std::string> approvals = proposal.approvals;
  approvals.push_back(actor.name);
  context.emit(account, ProposalChanged{proposal.name, ProposalStatus::effective, approvals});
  carry_out(context, made);
  return {};
}

void keep_asset(Context& context, const SubstitutionContent& content) {
  const AssetIndex asset = context.registry().find_asset(content.out.asset);
  std::vector<std::uint32_t>& kept = context.state.edit_account(AccountIndex(content.account)).kept;
  const auto at = std::ranges::lower_bound(kept, asset.value);
  if (at == kept.end() || *at != asset.value) kept.insert(at, asset.value);
}

}  // namespace bulkhead::engine
