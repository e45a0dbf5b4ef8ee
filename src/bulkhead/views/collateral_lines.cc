// Of an account's view: what of its collateral counts and why not all, and what is offered for it.
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/exchange.h"
#include "bulkhead/views/account_lines.h"

namespace bulkhead::views {
namespace {

using engine::EligibilityOf;

std::optional<Timestamp> fades_until(const engine::State& state, AssetIndex index) {
  const market::Asset& asset = state.registry()[index];
  std::optional<Timestamp> first;
  for (const auto& [of, name] :
       {std::pair{EligibilityOf::asset, asset.name}, std::pair{EligibilityOf::issuer, asset.issuer},
        std::pair{EligibilityOf::chain, asset.chain}}) {
    const engine::Fading* fading = state.fading(of, name);
    if (fading != nullptr && (!first || fading->until < *first)) first = fading->until;
  }
  return first;
}

std::string why(const engine::State& state, const engine::Valuer& valuer, AccountIndex account,
                AssetIndex asset, const CountingLine& line) {
  if (line.fades_until) return "it fades out until " + to_string(*line.fades_until);
  if (!engine::is_eligible(state, asset)) return "it is not eligible";
  if (!valuer.eligible(account, asset)) return "its own group has issued it";
  if (line.limit) return "the account's limit is " + to_string(*line.limit);
  return "it lies where it does not count";
}

SubstitutionLine line_of(const engine::State& state, const engine::Valuer& valuer,
                         const engine::Exchange& made) {
  const market::Registry& registry = state.registry();
  SubstitutionLine line;
  line.in_asset = registry[made.in_asset].name;
  line.in = made.in;
  line.out_asset = registry[made.out_asset].name;
  line.out = made.out;
  line.place = registry[made.place].name;
  const risk::Requirement& now = valuer.requirement(made.account);
  const risk::Requirement then = engine::if_exchanged(state, valuer, made);
  line.gain = (then.equity_mid - then.initial) - (now.equity_mid - now.initial);
  return line;
}

}  // namespace

std::vector<CountingLine> counting_lines(const engine::State& state, const engine::Valuer& valuer,
                                         AccountIndex account) {
  const risk::Portfolio counted = valuer.counted(account);
  std::vector<CountingLine> lines;
  for (const ledger::AssetTotal& held : state.ledger.counted(account)) {
    CountingLine line;
    line.asset = state.registry()[held.asset].name;
    line.pledged = held.amount;
    for (const risk::AssetAmount& entry : counted.collateral) {
      if (entry.asset == held.asset &&
          valuer.counts_of(account, held.asset, held.amount) > Amount{}) {
        line.counts = entry.amount;
      }
    }
    if (line.counts == held.amount) continue;
    line.quantity = quantity_of(state, held.asset, line.counts);
    line.value = valuer.market_value(held.asset, line.counts);
    line.limit = valuer.limit_of(account, held.asset);
    line.fades_until = fades_until(state, held.asset);
    line.why = why(state, valuer, account, held.asset, line);
    lines.push_back(line);
  }
  return lines;
}

std::vector<SubstitutionLine> substitution_lines(const engine::State& state,
                                                 const engine::Valuer& valuer,
                                                 AccountIndex account) {
  const market::Registry& registry = state.registry();
  std::vector<SubstitutionLine> lines;
  for (const auto& [name, proposal] : state.proposals()) {
    const auto* offer = std::get_if<engine::SubstitutionContent>(&proposal.content);
    if (offer == nullptr || offer->account != account.value) continue;
    SubstitutionLine line = line_of(
        state, valuer,
        {account, registry.find_place(offer->out.place), registry.find_asset(offer->in.asset),
         registry.find_asset(offer->out.asset), offer->in.amount, offer->out.amount});
    line.proposal = name;
    line.cause = std::string(to_string(offer->cause));
    line.expires = proposal.expires;
    lines.push_back(line);
  }
  if (const engine::Substitution* on_its_way = state.substitution(account)) {
    SubstitutionLine line;
    line.in_asset = registry[AssetIndex(on_its_way->in_asset)].name;
    line.in = on_its_way->in;
    line.out_asset = registry[AssetIndex(on_its_way->out_asset)].name;
    line.out = on_its_way->out;
    line.place = registry[PlaceIndex(on_its_way->place)].name;
    line.expires = on_its_way->expires;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace bulkhead::views
