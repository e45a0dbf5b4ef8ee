// What risk managers, approvers and the operator do: alarms, orders of two persons, stops, new
// parameters, corrections, resolutions of disputes.
#include "generator.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::naive {
namespace {

namespace en = engine;

Hash evidence() {
  Hash hash{};
  hash[0] = 1;
  return hash;
}

}  // namespace

// Alarms of places, and orders to sequester or to release; proposed, approved, or let expire.
Command Generator::risk_act() {
  static const std::vector<std::string> kPlaces = {"vault", "vault", "custodian", "internal"};
  const NaiveAccount& one = someone();
  const std::string name = "order-" + std::to_string(random_.below(4));
  const Timestamp later = now_ + minutes(static_cast<std::int64_t>(random_.below(20)));
  const bool any_held = std::ranges::find(model_.accounts(), VaultStage::held,
                                          &NaiveAccount::vault_stage) != model_.accounts().end();
  switch (any_held && random_.chance(0.3) ? 4 : random_.below(8)) {
    case 0:
      return make("custodian",
                  en::SetPlaceAlarm{one_of(kPlaces), true,
                                    static_cast<en::AlarmCause>(2 + random_.below(2)), "test"});
    case 1:
    case 2:
      for (const auto& [place, alarm] : model_.place_alarms()) {
        return make("operator", en::SetPlaceAlarm{place, false, {}, ""});
      }
      [[fallthrough]];
    case 3: {
      const std::int64_t value =
          random_.chance(0.5) ? 0 : 1'000'000 * static_cast<std::int64_t>(random_.below(2'000));
      const std::string reason = random_.chance(0.95) ? "doubt" : "";
      return make("risk", en::Propose{name, later + minutes(5),
                                      en::SequestrationOrder{one.name, Usd{value}, reason, later}});
    }
    case 4: {
      const auto held =
          std::ranges::find(model_.accounts(), VaultStage::held, &NaiveAccount::vault_stage);
      const NaiveAccount& whose = held == model_.accounts().end() ? one : *held;
      en::ReleaseOrder order{whose.name, "", "", {}, "enough"};
      if (random_.chance(0.5) && !whose.vault.empty()) {
        const auto& [where, amount] = *whose.vault.begin();
        order.asset = where.first;
        order.place = where.second;
        order.amount = about(amount);
      }
      return make("risk", en::Propose{name, later + minutes(5), order});
    }
    default:
      for (const auto& [proposal, order] : model_.proposals()) {
        const auto whose = std::ranges::find(model_.accounts(), order.account, &NaiveAccount::name);
        const bool held =
            whose != model_.accounts().end() && whose->vault_stage == VaultStage::held;
        if (random_.chance(held ? 0.1 : 0.7)) continue;
        const char* approver = random_.chance(0.5) ? "approver" : "second";
        return make(random_.chance(0.9) ? approver : one.member,
                    en::Approve{proposal, random_.chance(0.05)});
      }
      return make("approver", en::Approve{name});
  }
}

// Stops are short, mostly of one account, and ended by two; now and then of everything.
Command Generator::stop_act() {
  static const std::vector<std::string> kEnders = {"risk", "approver", "second"};
  static const std::vector<std::string> kPressers = {"operator", "venue", "risk", "approver"};
  if (!model_.stops().empty() && random_.chance(0.5)) {
    const auto& [key, stop] = *std::next(
        model_.stops().begin(), static_cast<std::ptrdiff_t>(random_.below(model_.stops().size())));
    return make(one_of(kEnders), en::EndStop{key.first, key.second});
  }
  const auto button = static_cast<en::StopButton>(random_.below(5));
  std::string subject = random_.chance(0.15) ? "" : random_.chance(0.97) ? someone().name : "none";
  if (button == en::StopButton::halt_asset) subject = asset();
  if (button == en::StopButton::halt_market) {
    subject = random_.chance(0.5) ? "AAA/USD:USD" : "BBB/USD:USD";
  }
  if (random_.chance(0.05)) return make(one_of(kEnders), en::EndStop{button, subject});
  const std::string reason = random_.chance(0.97) ? "doubt" : "";
  const Timestamp until = random_.chance(0.03)
                              ? now_ + hours(25)
                              : now_ + minutes(static_cast<std::int64_t>(random_.below(25)));
  return make(one_of(kPressers), en::PressStop{button, subject, reason, until});
}

// For who is in default: of some lines all or a part. Without a planner one is appointed.
Command Generator::plan() {
  const auto at = std::ranges::find_if(model_.accounts(), in_default);
  const NaiveAccount& one = at == model_.accounts().end() ? someone() : *at;
  if (!model_.granted(en::GrantKind::planner, "planner") && random_.chance(0.9)) {
    const auto last = model_.grants().find({en::GrantKind::planner, "planner"});
    const std::uint64_t epoch = last == model_.grants().end() ? 1 : last->second.epoch + 1;
    return make("operator",
                en::Grant{en::GrantKind::planner, "planner", "", {}, epoch, now_ + minutes(30)});
  }
  const std::uint64_t seen = model_.records() - 1 + (random_.chance(0.03) ? 6 : 0);
  en::ProposePlan made{
      one.name, seen, now_ + minutes(static_cast<std::int64_t>(random_.below(8))), {}};
  const auto twentieths =
      random_.chance(0.4) ? 20 : 1 + static_cast<std::int64_t>(random_.below(20));
  const double left_out = random_.chance(0.5) ? 0.5 : 0.05;
  for (const auto& [contract, held] : one.positions) {
    if (random_.chance(left_out)) continue;
    const std::int64_t lots = std::max<std::int64_t>(1, std::abs(held.lots) * twentieths / 20);
    made.lines.push_back({contract, lots, "", {}});
  }
  for (const auto& [asset, amount] : one.pledged) {
    if (asset == "USD" || amount <= 0 || random_.chance(0.6)) continue;
    made.lines.push_back({"", 0, asset, random_.chance(0.5) ? Amount{amount} : about(amount)});
  }
  return make(random_.chance(0.95) ? "planner" : "operator", made);
}

Command Generator::resolve() {
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, call] : one.calls) {
      if (!call.open() || call.disputed == 0 || random_.chance(0.2)) continue;
      const std::int64_t owed =
          random_.chance(0.3) ? 0
                              : call.disputed / 30 * static_cast<std::int64_t>(random_.below(32));
      return make("risk", en::ResolveDispute{number, Usd{owed}});
    }
  }
  return make("risk", en::ResolveDispute{random_.below(20), Usd{}});
}

// How much markets and places take, who plans, what pays for losses.
Command Generator::grant() {
  const auto kind = static_cast<en::GrantKind>(random_.below(5));
  const bool fund = kind == en::GrantKind::insurance_fund || kind == en::GrantKind::house_tranche;
  static const std::vector<std::string> kMarkets = {"AAA/USD:USD", "BBB/USD:USD", "AAA", "SSS"};
  std::string subject;
  if (kind == en::GrantKind::market_capacity) subject = one_of(kMarkets);
  if (kind == en::GrantKind::place_capacity) subject = random_.chance(0.5) ? "vault" : "custodian";
  if (kind == en::GrantKind::planner) subject = "planner";
  if (random_.chance(0.03)) subject = "none";
  const auto last = model_.grants().find({kind, subject});
  std::uint64_t epoch = last == model_.grants().end() ? 1 : last->second.epoch + 1;
  if (random_.chance(0.03)) epoch = 0;
  const Int128 units = static_cast<Int128>(random_.below(2'000)) * (fund ? 1 : 1'000'000);
  const Timestamp until = now_ + minutes(static_cast<std::int64_t>(random_.below(120)));
  return make("operator",
              en::Grant{kind, subject, fund ? asset() : "", Amount{units}, epoch, until});
}

Command Generator::govern() {
  const std::string name = "proposal-" + std::to_string(random_.below(6));
  const Timestamp until = now_ + minutes(static_cast<std::int64_t>(random_.below(30)));
  const std::string reason = random_.chance(0.97) ? "error" : "";
  if (!model_.proposals().empty() && random_.chance(0.5)) return approve_any();
  if (random_.chance(0.03)) return plan();
  if (!model_.losses().empty() && random_.chance(0.15)) {
    const std::string whose = random_.chance(0.9) ? model_.losses().begin()->first : account();
    return make("risk", en::Propose{name, until, en::WaiveLoss{whose, reason}});
  }
  switch (random_.below(10)) {
    case 8:
    case 9:
      return grant();
    case 0:
    case 1:
      return make("risk", en::Propose{name, until, new_parameters()});
    case 2: {
      const NaiveAccount& one = someone();
      en::DefaultOrder order{one.name, static_cast<en::DefaultCause>(random_.below(5)), evidence(),
                             reason};
      if (random_.chance(0.05)) order.evidence = Hash{};
      return make("risk", en::Propose{name, until, order});
    }
    case 3:
      settle_long_halt();
      [[fallthrough]];
    default:
      return make("risk", correction(name, until, reason));
  }
}

// Now and then a coin is halted for more than a week, and its price is then said by two persons; or
// is proposed for what is not halted for so long.
void Generator::settle_long_halt() {
  if (!script_.empty()) return;
  const std::string coin = random_.chance(0.7) ? "BBB" : "DDD";
  const std::optional<Timestamp> since = model_.halted_since(coin);
  if (!since && random_.chance(0.3)) {
    script("risk", en::SetHalt{coin, true});
    week_ahead_ = true;
    return;
  }
  const std::string name = "settlement-" + std::to_string(turn_);
  const std::int64_t price = random_.chance(0.05) ? 0 : 125 * (eighths_[coin] / 2);
  const en::SettlementPrice content{coin, {price, -3}, random_.chance(0.95) ? "delisted" : ""};
  script("risk", en::Propose{name, now_ + hours(1), content});
  script("approver", en::Approve{name});
  script(random_.chance(0.1) ? "approver" : "second", en::Approve{name});
}

Command Generator::approve_any() {
  static const std::vector<std::string> kApprovers = {"approver", "second", "risk"};
  const auto& [name, proposal] =
      *std::next(model_.proposals().begin(),
                 static_cast<std::ptrdiff_t>(random_.below(model_.proposals().size())));
  return make(one_of(kApprovers), en::Approve{name});
}

// Of a fill or a deposit that was given, or of one that was not quite so.
en::Propose Generator::correction(const std::string& name, Timestamp until,
                                  const std::string& reason) {
  en::Propose made{name, until, {}};
  if (deals_.empty()) return made;
  const Command& deal = one_of(deals_);
  const NaiveCommand* was = model_.remembered(deal);
  std::uint64_t record = was == nullptr ? 7 : was->record;
  if (random_.chance(0.05)) ++record;
  if (const auto* fill = std::get_if<en::Fill>(&deal.body)) {
    en::BustTrade bust{record, reason, deal.actor, deal.id, *fill};
    if (random_.chance(0.05)) ++bust.fill.lots;
    made.content = bust;
  } else {
    en::ReverseDeposit reverse{record, reason, deal.actor, deal.id,
                               std::get<en::Deposit>(deal.body)};
    if (random_.chance(0.05)) reverse.deposit.amount = Amount{1};
    made.content = reverse;
  }
  return made;
}

// The set in force with some of its numbers changed, the same in every regime.
en::ParameterChange Generator::new_parameters() {
  en::ParameterChange change;
  change.parameters = model_.terms().parameters;
  change.effective_at = now_ + seconds(static_cast<std::int64_t>(random_.below(900))) -
                        (random_.chance(0.03) ? minutes(20) : minutes(0));
  std::uint32_t& version = change.parameters.version;
  version = random_.chance(0.03) ? 0 : version + static_cast<std::uint32_t>(random_.below(12) != 0);
  const auto every = [this](std::int64_t least, std::uint64_t range) {
    const Duration length = minutes(least + static_cast<std::int64_t>(random_.below(range)));
    return policy::RegimeDurations{length, length, length, length};
  };
  const auto of = [this](std::initializer_list<int> list) {
    return list.begin()[random_.below(list.size())];
  };
  policy::LadderParameters& ladder = change.parameters.ladder;
  switch (random_.below(8)) {
    case 0:
      ladder.calls.minimum_transfer = usd(of({0, 100, 200, 400}));
      ladder.calls.minimum_transfer_of_margin_bp = of({500, 1'700, 2'500});
      break;
    case 1:
      ladder.calls.rounding = usd(of({1, 40, 100}));
      ladder.calls.open_calls_max = static_cast<std::uint32_t>(of({2, 8}));
      break;
    case 2:
      ladder.calls.deadline = every(6, 14);
      ladder.calls.dispute_clock = minutes(of({10, 40}));
      break;
    case 3:
      ladder.dwell = every(1, 6);
      break;
    case 4: {
      const int multiple = of({8'000, 10'000, 12'500});
      ladder.sequestration.multiple_bp = {multiple, multiple, multiple, multiple};
      break;
    }
    case 5:
      ladder.sequestration.review_after = minutes(of({15, 25, 60}));
      ladder.sequestration.alarm_clear_after = minutes(of({6, 12}));
      ladder.sequestration.false_alarms_max = static_cast<std::uint32_t>(of({1, 3}));
      break;
    case 6:
      ladder.levels.call_bp = of({8'600, 9'000, 9'400});
      ladder.levels.target_bp = of({10'300, 10'500, 11'000});
      break;
    default:
      change.parameters.models.flat.assets[0] = random_.chance(0.5)
                                                    ? risk::FlatAssetRate{"AAA", 0.75, 1.25}
                                                    : risk::FlatAssetRate{"AAA", 0.625, 1.375};
  }
  return change;
}

}  // namespace bulkhead::naive
