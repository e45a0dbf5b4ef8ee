#include "bulkhead/engine/vault_candidates.h"

#include <algorithm>
#include <map>
#include <utility>

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/capacity.h"
#include "bulkhead/engine/counting.h"

namespace bulkhead::engine {
namespace {

using collateral::Candidate;

constexpr double kDayNs = 86'400e9;
constexpr double kWasteRatePerDay = 1e-4;     // of value that the haircut wastes
constexpr double kFinalityRatePerDay = 1e-3;  // of value while it is not yet final

}  // namespace

bool is_vault(const market::Place& place) {
  return place.kind != market::PlaceKind::internal_ledger;
}

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

Answers answers(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  const auto at = context.state.legs().find({account, asset, place});
  if (at == context.state.legs().end()) return Answers::yes;
  const policy::CustodyLeg& leg = at->second;
  if (leg.status == policy::LegStatus::unknown) return Answers::silent;
  if (leg.status != policy::LegStatus::rejected) return Answers::yes;
  const Duration dwell = context.ladder().dwell.at(context.valuer.regime(account));
  return context.now() - leg.instructed < dwell ? Answers::refused_now : Answers::refused_before;
}

bool may_serve(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  if (is_alarmed(context.state, place)) return false;
  const Answers own = answers(context, account, asset, place);
  if (own != Answers::refused_before) return own == Answers::yes;
  for (std::size_t p = 0; p < context.registry().places().size(); ++p) {
    if (!is_vault(context.registry().places()[p])) continue;
    if (is_alarmed(context.state, PlaceIndex(p))) continue;
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

namespace {

std::optional<Usd> place_capacity_left(const Context& context, PlaceIndex place) {
  return capacity_left(context.state, GrantKind::place_capacity, context.registry()[place].name,
                       context.now());
}

// Why a candidate may not be taken at all; empty if it may.
std::string obstacle(const Context& context, AccountIndex account, const ledger::Holding& line,
                     PlaceIndex vault) {
  const Amount available = line.balance.available();
  if (asset_share(context.state, line.asset) == 0) return "not eligible";
  if (place_share(context.state, vault) < kWholeShare) return "the place is not eligible";
  if (!context.valuer.counts_of(account, line.asset, available).is_positive()) {
    return "it counts nothing for this account";
  }
  if (context.state.market.epoch().assets[line.asset.value].quality == market::Quality::halted) {
    return "its price is halted";
  }
  if (is_alarmed(context.state, vault)) return "the place is under alarm";
  switch (answers(context, account, line.asset, vault)) {
    case Answers::silent:
      return "the place has not answered";
    case Answers::refused_now:
      return "the place has refused";
    case Answers::refused_before:
    case Answers::yes:
      break;
  }
  if (!may_serve(context, account, line.asset, vault))
    return "the place has refused, another serves";
  const Usd least{static_cast<std::int64_t>(context.registry()[vault].minimum_transfer * 1e6)};
  const std::optional<Usd> left = place_capacity_left(context, vault);
  if (left && *left <= least) return "the place's capacity is used up";
  if (context.valuer.market_value(line.asset, available) < least) {
    return "less than the least that the place takes";
  }
  return {};
}

class Planner {
 public:
  Planner(const Context& context, AccountIndex account, Usd required, Usd gap)
      : context_(context), account_(account), required_(required), gap_(gap) {
    for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
      if (line.bucket == ledger::Bucket::sequestered) add_held(line);
    }
    for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
      if (line.bucket != ledger::Bucket::pledged || !line.balance.available().is_positive() ||
          is_vault(context.registry()[line.place])) {
        continue;
      }
      for (std::size_t p = 0; p < context.registry().places().size(); ++p) {
        if (is_vault(context.registry().places()[p])) add(line, PlaceIndex(p));
      }
    }
    add_rooms();
  }

  VaultPlan plan() {
    std::vector<std::uint64_t> basis;  // lots over which each candidate's asset is valued
    for (const Candidate& c : request_.candidates) basis.push_back(c.lots);
    Usd best = Usd{-1};
    for (int round = 0; round < kRounds; ++round) {
      value_over(basis);
      const collateral::Selection chosen = collateral::select(request_);
      const Usd gained = gain_of(chosen);
      const bool covers = gained >= gap_;
      if (round > 0 && (!covers || gained >= best)) break;
      best = gained;
      take(chosen);
      if (!covers) break;
      for (std::size_t i = 0; i < basis.size(); ++i) {
        const std::uint64_t lots = lots_of_asset(chosen, request_.candidates[i].asset);
        if (lots > 0) basis[i] = lots;
      }
    }
    return finish();
  }

 private:
  static constexpr int kRounds = 4;

  void add_held(const ledger::Holding& line) {
    const Amount amount = line.balance.available() + line.balance.pending_in;
    held_[line.asset] = held_[line.asset] + amount;
    there_[{line.asset, line.place}] = amount;
    market_there_[line.place] += context_.valuer.market_value(line.asset, amount);
  }

  void add(const ledger::Holding& line, PlaceIndex vault) {
    const market::Asset& asset = context_.registry()[line.asset];
    const collateral::AssetTerms* terms = terms_of(context_.state, line.asset);
    Candidate made;
    made.asset = line.asset;
    made.source = line.place;
    made.destination = vault;
    made.lot = selection_lot(asset, context_.state.market.epoch().assets[line.asset.value].mid);
    made.lots = static_cast<std::uint64_t>(usable(line).units / made.lot.units);
    made.market_per_lot = context_.valuer.market_value(line.asset, made.lot);
    made.stressed_per_lot = context_.valuer.stressed_value(account_, line.asset, made.lot);
    plan_.why.push_back(obstacle(context_, account_, line, vault));
    made.eligible = plan_.why.back().empty();
    made.fixed_cost =
        Usd{static_cast<std::int64_t>(context_.registry()[vault].transfer_cost * 1e6)};
    if (terms != nullptr) {
      made.cost_per_lot_nanos = cost_nanos(context_, made, *terms);
      made.lots_max = most_lots(made, *terms);
    }
    request_.candidates.push_back(made);
  }

  // Of what is pledged, what counts besides what is held: the rest would be moved for nothing.
  Amount usable(const ledger::Holding& line) const {
    const Amount available = line.balance.available();
    if (!context_.valuer.is_limited(line.asset)) return available;
    const auto at = held_.find(line.asset);
    const Amount held = at == held_.end() ? Amount{} : at->second;
    const Amount limit = context_.valuer.counts_of(account_, line.asset, held + available);
    return max(Amount{}, min(available, limit - held));
  }

  // The most of one asset in one vault is a share of R, what lies there already included.
  std::uint64_t most_lots(const Candidate& c, const collateral::AssetTerms& terms) const {
    if (terms.vault_limit_bp >= 10'000 || c.stressed_per_lot <= Usd{}) return c.lots_max;
    const auto at = there_.find({c.asset, c.destination});
    const Usd there =
        at == there_.end() ? Usd{} : context_.valuer.stressed_value(account_, c.asset, at->second);
    const Usd room = max(Usd{}, scale_down(required_, terms.vault_limit_bp, 10'000) - there);
    return static_cast<std::uint64_t>(room.micros / c.stressed_per_lot.micros);
  }

  // The most at one place is a share of R, in market value; all of R: no limit.
  std::optional<Usd> room_by_share(PlaceIndex place) const {
    const BasisPoints share = context_.ladder().sequestration.vault_concentration_bp;
    if (share >= 10'000) return std::nullopt;
    const auto at = market_there_.find(place);
    const Usd there = at == market_there_.end() ? Usd{} : at->second;
    return max(Usd{}, scale_down(required_, share, 10'000) - there);
  }

  // No more than that share, nor than the place's capacity leaves (D9.6).
  void add_rooms() {
    for (std::size_t p = 0; p < context_.registry().places().size(); ++p) {
      const PlaceIndex place(p);
      if (!is_vault(context_.registry()[place])) continue;
      const std::optional<Usd> share = room_by_share(place);
      const std::optional<Usd> left = place_capacity_left(context_, place);
      if (share) request_.rooms.push_back({place, left ? min(*share, *left) : *share});
      if (!share && left) request_.rooms.push_back({place, *left});
    }
  }

  // What an amount of an asset adds to the stressed value of what is held of it.
  Usd gain(AssetIndex asset, Amount amount) const {
    const auto at = held_.find(asset);
    const Amount held = at == held_.end() ? Amount{} : at->second;
    const Usd before = context_.valuer.stressed_value(account_, asset, held);
    return max(Usd{}, context_.valuer.stressed_value(account_, asset, held + amount) - before);
  }

  void value_over(const std::vector<std::uint64_t>& basis) {
    request_.required = gap_;
    request_.search_nodes_max = context_.parameters().collateral.search_nodes_max;
    for (std::size_t i = 0; i < basis.size(); ++i) {
      Candidate& c = request_.candidates[i];
      if (basis[i] == 0) continue;
      const Amount all{static_cast<Int128>(basis[i]) * c.lot.units};
      c.stressed_per_lot = Usd{gain(c.asset, all).micros / static_cast<std::int64_t>(basis[i])};
    }
  }

  std::uint64_t lots_of_asset(const collateral::Selection& chosen, AssetIndex asset) const {
    std::uint64_t lots = 0;
    for (std::size_t i = 0; i < chosen.choices.size(); ++i) {
      if (request_.candidates[i].asset == asset) lots += chosen.choices[i].lots;
    }
    return lots;
  }

  Usd gain_of(const collateral::Selection& chosen) const {
    std::map<AssetIndex, Amount> amounts;
    for (std::size_t i = 0; i < chosen.choices.size(); ++i) {
      Amount& sum = amounts[request_.candidates[i].asset];
      sum = sum + chosen.choices[i].amount;
    }
    Usd total;
    for (const auto& [asset, amount] : amounts) {
      if (amount.is_positive()) total += gain(asset, amount);
    }
    return total;
  }

  void take(const collateral::Selection& chosen) {
    plan_.amounts.clear();
    verdicts_.clear();
    for (const collateral::Chosen& choice : chosen.choices) {
      plan_.amounts.push_back(choice.amount);
      verdicts_.push_back(choice.verdict);
    }
  }

  // A leg is at least what its place takes.
  void round_up(std::size_t i) {
    const Candidate& c = request_.candidates[i];
    Amount& amount = plan_.amounts[i];
    const double least = context_.registry()[c.destination].minimum_transfer * 1e6;
    if (!amount.is_positive() || !(least > 0) || c.market_per_lot <= Usd{}) return;
    const auto lots = static_cast<std::int64_t>(least) / c.market_per_lot.micros + 1;
    const Amount whole{static_cast<Int128>(c.lots) * c.lot.units};
    Amount used;
    for (std::size_t k = 0; k < plan_.amounts.size(); ++k) {
      const Candidate& other = request_.candidates[k];
      if (other.asset == c.asset && other.source == c.source) used = used + plan_.amounts[k];
    }
    const Amount wanted{Int128{lots} * c.lot.units};
    amount = max(amount, min(wanted, whole - used + amount));
  }

  VaultPlan finish() {
    std::map<AssetIndex, Amount> taken;
    Usd total;
    for (std::size_t i = 0; i < plan_.amounts.size(); ++i) {
      round_up(i);
      const AssetIndex asset = request_.candidates[i].asset;
      const Usd before = gain(asset, taken[asset]);
      taken[asset] = taken[asset] + plan_.amounts[i];
      plan_.stressed.push_back(gain(asset, taken[asset]) - before);
      total += plan_.stressed.back();
      if (plan_.why[i].empty()) plan_.why[i] = std::string(collateral::verdict_text(verdicts_[i]));
    }
    plan_.missing = max(Usd{}, gap_ - total);
    plan_.candidates = request_.candidates;
    return plan_;
  }

  const Context& context_;
  AccountIndex account_;
  Usd required_;
  Usd gap_;
  collateral::SelectionRequest request_;
  std::vector<collateral::Verdict> verdicts_;
  std::map<AssetIndex, Amount> held_;
  std::map<std::pair<AssetIndex, PlaceIndex>, Amount> there_;
  std::map<PlaceIndex, Usd> market_there_;
  VaultPlan plan_;
};

}  // namespace

VaultPlan plan_vault(const Context& context, AccountIndex account, Usd required, Usd gap) {
  return Planner(context, account, required, gap).plan();
}

}  // namespace bulkhead::engine
