#include "reach.h"

#include <algorithm>

#include "bulkhead/engine/roles.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

std::string with(std::string_view kind, std::string_view what) {
  return std::string(kind) + " " + std::string(what);
}

// An event's kind and what it came to.
struct Word {
  std::string operator()(const std::monostate&) const { return ""; }
  std::string operator()(const en::DefaultChanged& e) const {
    const bool declared = e.to == policy::Default::declared;
    return with(e.kName, std::string(to_string(e.to)) +
                             (declared ? " by " + std::string(to_string(e.reason)) : ""));
  }
  std::string operator()(const en::CallIssued& e) const {
    return with(e.kName, to_string(e.reason));
  }
  std::string operator()(const en::DisputeChanged& e) const {
    return with(e.kName, to_string(e.status));
  }
  std::string operator()(const en::LossDueChanged& e) const {
    return with(e.kName, to_string(e.change));
  }
  std::string operator()(const en::StopChanged& e) const {
    return with(e.kName, std::string(to_string(e.button)) + " " + std::string(to_string(e.stage)));
  }
  std::string operator()(const en::CorrectionMade& e) const {
    return with(e.kName, to_string(e.kind));
  }
  std::string operator()(const en::OrderChanged& e) const {
    return with(e.kName, (e.legs.empty() ? "" : "package ") + std::string(to_string(e.change)) +
                             (e.reason.empty() ? "" : " by " + e.reason));
  }
  std::string operator()(const en::PlanEnded& e) const { return with(e.kName, to_string(e.end)); }
  std::string operator()(const en::AlarmChanged& e) const {
    return with(e.kName, std::string(to_string(e.cause)) + " " + std::string(to_string(e.stage)));
  }
  std::string operator()(const en::SequestrationScored& e) const {
    return with(e.kName, to_string(e.outcome));
  }
  std::string operator()(const en::SequestrationOrdered& e) const {
    return with(e.kName, to_string(e.trigger));
  }
  std::string operator()(const en::ReleaseOrdered& e) const {
    return with(e.kName, to_string(e.reason));
  }
  std::string operator()(const en::SequestrationReviewed& e) const {
    return with(e.kName, e.released ? "released" : "kept");
  }
  std::string operator()(const en::GrantTaken& e) const { return with(e.kName, to_string(e.kind)); }
  std::string operator()(const en::Deleveraged& e) const {
    return with(e.kName, e.rank > 0 ? "winner" : "defaulter");
  }
  std::string operator()(const en::ProposalChanged& e) const {
    return with(e.kName, to_string(e.status));
  }
  std::string operator()(const en::Refused& e) const { return with(e.kName, e.name); }
  template <class Body>
  std::string operator()(const Body& e) const {
    if constexpr (requires { to_string(e.to); }) return with(Body::kName, to_string(e.to));
    return std::string(Body::kName);
  }
};

// Each payer of a loss counts by itself.
std::vector<std::string> payers(const en::LossCovered& e) {
  std::vector<std::string> found;
  if (e.set_off.is_positive()) found.emplace_back("loss_covered set_off");
  if (e.house.is_positive()) found.emplace_back("loss_covered house");
  if (e.insurance.is_positive()) found.emplace_back("loss_covered insurance");
  if (e.gains.is_positive()) found.emplace_back("loss_covered gains");
  if (e.bad_debt.is_positive()) found.emplace_back("loss_covered bad_debt");
  return found;
}

// Kinds of commands of which the furnishing gives what there is; the others must be both accepted
// and refused.
constexpr std::string_view kOnce[] = {
    "genesis",        "register_person", "register_asset",     "register_instrument",
    "register_place", "register_source", "adopt_scenario_set", "open_account"};

// Not given yet: the model's parameters hold no auctions, and it knows neither orders of one person
// nor renewed commitments; scenarios and the engine's tests show them.
constexpr std::string_view kNever[] = {"bid_auction", "break_glass", "review_break_glass",
                                       "renew_commitment"};

// By which all this is reached; one line, one thing.
constexpr std::string_view kWanted[] = {
    // failures of places
    "receipt rejected", "receipt pending", "receipt not final", "receipt of less than was asked",
    "receipt of more than was asked", "receipt of an older number", "receipt of a number not given",
    "receipt as of earlier", "receipt after the time-out", "receipt unasked",
    "receipt that an amount is gone", "custody_leg_changed unknown", "custody_leg_changed rejected",
    "custody_leg_changed in_transit", "custody_escalated", "custody_reconciled",
    "sequestration_short",
    // calls
    "call_issued below_call", "call_issued deeper_shortfall", "call_issued delivery_failed",
    "call_changed met", "call_changed partly_delivered", "call_changed missed",
    "call_changed lapsed", "call_changed withdrawn", "call_stayed", "top_up_proposed",
    "dispute_changed open", "dispute_changed resolved", "dispute_changed clock_ended",
    "deliveries_netted", "delivery_changed in_transit", "delivery_changed arrived",
    "delivery_changed overdue", "delivery_changed failed", "collateral_substituted",
    // orders
    "order_changed placed", "order_changed package placed", "order_changed package amended",
    "order_changed package filled", "order_changed package cancelled",
    "order_changed package cancelled by expired", "order_changed package cancelled by default",
    "a package that a called account may place", "a package that a called account may not place",
    "a leg of a package filled alone",
    // sequestration
    "sequestration_ordered below_sequester", "sequestration_ordered look_ahead",
    "sequestration_ordered alarm", "sequestration_ordered ordered",
    "release_ordered release_through_dwell", "release_ordered review_due",
    "sequestration_reviewed released", "sequestration_reviewed kept", "sequestration_held_back",
    "sequestration_scored false_alarm", "sequestration_scored needed", "sequestration_scored late",
    "sequestration_scored missed", "alarm_changed depeg raised",
    "alarm_changed asset_halted raised", "alarm_changed chain_halted raised",
    "alarm_changed custodian_alarm raised",
    // default
    "default_changed declared by maintenance_breach", "default_changed declared by call_missed",
    "default_changed declared by ordered", "default_changed liquidating", "default_changed closed",
    "default_changed none", "plan_accepted", "plan_ended done", "plan_ended expired",
    "plan_ended overtaken", "deleveraged winner", "deleveraged defaulter", "collateral_taken",
    "loss_covered set_off", "loss_covered house", "loss_covered insurance", "loss_covered bad_debt",
    "loss_due_changed borne", "loss_due_changed repaid", "loss_due_changed waived",
    // governance and the market
    "stop_changed halt_asset pressed", "stop_changed halt_market pressed",
    "stop_changed reduce_only pressed", "stop_changed stop_liquidations pressed",
    "stop_changed stop_releases pressed", "stop_changed reduce_only ended",
    "stop_changed stop_releases expired", "refused stop_in_force", "correction_made trade_busted",
    "correction_made deposit_reversed", "refused corrected_before", "refused correction_unfounded",
    "settlement_price_set", "parameters_adopted", "refused approval_not_independent",
    "grant_taken market_capacity", "grant_taken place_capacity", "grant_taken planner",
    "grant_taken house_tranche", "position_settled", "outage_noticed", "an outage of a week",
    "model_monitored green", "quality_changed wide", "quality_changed stale",
    "quality_changed halted", "refused command_repeated", "refused command_conflict",
    "refused group_short", "refused vault_short", "refused price_not_good",
    "refused reserved_for_call"};

}  // namespace

void Reach::note(const Command& command, const NaiveModel& model, const en::Applied& applied) {
  auto& [accepted, refused] = given_[std::string(en::kind_name(command.body))];
  ++(applied.refused ? refused : accepted);
  for (const en::Event& event : applied.events) {
    ++came_[std::visit(Word{}, event.body)];
    if (const auto* loss = std::get_if<en::LossCovered>(&event.body)) {
      for (const std::string& payer : payers(*loss)) ++came_[payer];
    }
  }
  note_package(command, model, applied.refused.has_value());
  const auto* receipt = std::get_if<en::CustodyReceipt>(&command.body);
  if (receipt != nullptr) note_receipt(*receipt, model);
  const bool later = model.now() != Timestamp{} && command.time - model.now() > days(7);
  if (later) ++came_["an outage of a week"];
}

void Reach::note_package(const Command& command, const NaiveModel& model, bool refused) {
  const auto account_of = [&model](const std::string& name) {
    return std::ranges::find(model.accounts(), name, &NaiveAccount::name);
  };
  const auto* order = std::get_if<en::PlaceOrder>(&command.body);
  if (order != nullptr && !order->legs.empty()) {
    const auto whose = account_of(order->account);
    if (whose == model.accounts().end() || whose->cover != Cover::called) return;
    ++came_[refused ? "a package that a called account may not place"
                    : "a package that a called account may place"];
  }
  const auto* fill = std::get_if<en::Fill>(&command.body);
  if (fill == nullptr || fill->order.empty() || !fill->legs.empty() || !refused) return;
  const auto whose = account_of(fill->account);
  if (whose == model.accounts().end()) return;
  const auto at = whose->orders.find(fill->order);
  if (at == whose->orders.end() || at->second.legs.empty()) return;
  ++came_["a leg of a package filled alone"];
}

void Reach::note_receipt(const en::CustodyReceipt& receipt, const NaiveModel& model) {
  const auto whose = std::ranges::find(model.accounts(), receipt.account, &NaiveAccount::name);
  if (whose == model.accounts().end()) return;
  const AssetPlace where{receipt.asset, receipt.place};
  const auto at = whose->legs.find(where);
  if (at == whose->legs.end()) {
    ++came_[receipt.seq == 0 ? "receipt unasked" : "receipt of a number not given"];
    return;
  }
  const NaiveLeg& leg = at->second;
  const auto held = whose->vault.find(where);
  const bool word = receipt.status == en::ReceiptStatus::applied && receipt.final_;
  const auto came = [this](bool it_is, const char* what) { came_[what] += it_is ? 1U : 0U; };
  came(receipt.status == en::ReceiptStatus::rejected, "receipt rejected");
  came(receipt.status == en::ReceiptStatus::pending, "receipt pending");
  came(receipt.status == en::ReceiptStatus::applied && !receipt.final_, "receipt not final");
  came(receipt.seq > leg.seq, "receipt of a number not given");
  came(receipt.seq < leg.seq, "receipt of an older number");
  came(receipt.as_of < std::get<0>(leg.newest), "receipt as of earlier");
  if (receipt.seq != leg.seq) return;
  came(word && receipt.observed.units < leg.target, "receipt of less than was asked");
  came(word && receipt.observed.units > leg.target, "receipt of more than was asked");
  came(leg.status == policy::LegStatus::unknown, "receipt after the time-out");
  came(word && !leg.open(), "receipt unasked");
  came(word && !leg.open() && held != whose->vault.end() && receipt.observed.units < held->second,
       "receipt that an amount is gone");
}

void Reach::add(const Reach& other) {
  for (const auto& [kind, count] : other.given_) {
    given_[kind].first += count.first;
    given_[kind].second += count.second;
  }
  for (const auto& [what, count] : other.came_) came_[what] += count;
}

std::vector<std::string> Reach::missing() const {
  std::vector<std::string> found;
  const auto look = [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    const auto of = [&]<class Body>(const Body&) {
      if constexpr (!std::is_same_v<Body, std::monostate>) {
        if (std::ranges::find(kNever, Body::kName) != std::end(kNever)) return;
        const std::string kind(Body::kName);
        const auto at = given_.find(kind);
        const auto [accepted, refused] = at == given_.end() ? std::pair(0UL, 0UL) : at->second;
        const bool once = std::ranges::find(kOnce, Body::kName) != std::end(kOnce);
        if (accepted == 0 && kind != "register_person") found.push_back(kind + " accepted");
        if (refused == 0 && !once) found.push_back(kind + " refused");
      }
    };
    (of(std::variant_alternative_t<kIndex, en::CommandBody>{}), ...);
  };
  look(std::make_index_sequence<std::variant_size_v<en::CommandBody>>{});
  for (const std::string_view wanted : kWanted) {
    const auto at = came_.find(std::string(wanted));
    if (at == came_.end() || at->second == 0) found.emplace_back(wanted);
  }
  return found;
}

}  // namespace bulkhead::naive
