#include "generator.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/canonical.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

constexpr const char* kMembers[] = {"ann", "ben", "cat", "dan"};

std::string feed(char venue, const std::string& asset) {
  return std::string(1, venue) + ":" + asset;
}

}  // namespace

Generator::Generator(std::uint64_t seed, const NaiveModel& model)
    : random_(seed, 1), model_(model) {
  eighths_ = {{"AAA", 512}, {"BBB", 64}, {"DDD", 32}, {"SSS", 8}};
}

Command Generator::make(const std::string& actor, en::CommandBody body) {
  Command command;
  command.time = now_;
  command.actor = actor;
  ++id_;
  for (std::size_t i = 0; i < 8; ++i) {
    command.id[15 - i] = static_cast<std::uint8_t>(id_ >> (8 * i));
  }
  command.body = std::move(body);
  const bool signs = std::holds_alternative<en::Approve>(command.body) ||
                     std::holds_alternative<en::Propose>(command.body);
  if (signs) command.signature = Bytes(64, 1);
  return command;
}

std::string Generator::account() {
  return model_.accounts()[random_.below(model_.accounts().size())].name;
}

std::string Generator::asset() {
  static const std::vector<std::string> kAssets = {"USD", "USD", "USD", "AAA", "BBB", "SSS", "DDD"};
  return one_of(kAssets);
}

// Anyone; half the time someone in need, if there is one.
const NaiveAccount& Generator::someone() {
  const std::vector<NaiveAccount>& all = model_.accounts();
  const std::size_t first = random_.below(all.size());
  if (random_.chance(0.5)) return all[first];
  for (std::size_t i = 0; i < all.size(); ++i) {
    const NaiveAccount& one = all[(first + i) % all.size()];
    if (one.open_calls() > 0 || one.cover != Cover::normal) return one;
  }
  return all[first];
}

// All of it, one more, or a part.
Amount Generator::about(Int128 held) {
  switch (random_.below(12)) {
    case 0:
      return Amount{held + 1};
    case 1:
      return Amount{0};
    case 2:
      return Amount{-5};
    case 3:
    case 4:
      return Amount{held};
    default:
      return Amount{held * static_cast<Int128>(1 + random_.below(40)) / 40};
  }
}

Decimal Generator::price_near(const std::string& contract) {
  std::int64_t& eighths = eighths_[contract.substr(0, 3)];
  const std::int64_t moved =
      std::max<std::int64_t>(1, eighths + static_cast<std::int64_t>(random_.below(7)) - 3);
  return {moved * 125, -3};
}

en::CommandBody Generator::observe(bool faults) {
  en::Observations body;
  for (auto& [name, eighths] : eighths_) {
    if (name == "SSS") {
      // An eighth off its peg, now and then.
      if (!faults) eighths = 8;
      if (faults && random_.chance(0.02)) eighths = random_.chance(0.3) ? 7 : 8;
    } else if (name != "DDD" && random_.chance(faults ? 0.5 : 0.0)) {
      const auto range =
          static_cast<std::uint64_t>(random_.chance(0.08) ? eighths / 3 : eighths / 24);
      eighths += static_cast<std::int64_t>(random_.below(range * 2 + 1)) -
                 static_cast<std::int64_t>(range);
      eighths = std::clamp<std::int64_t>(eighths, 16, 4'000);
    }
    // Now and then a feed is silent long enough for its price to go stale.
    std::size_t& silent = silent_[name];
    if (faults && silent == 0 && random_.chance(0.01)) silent = 4 + random_.below(8);
    if (faults && silent > 0) {
      --silent;
      continue;
    }
    const double price = static_cast<double>(eighths) / 8;
    const double width = faults && name != "SSS" && random_.chance(0.10)
                             ? 0.25 * static_cast<double>(eighths / 16)
                             : 0;
    const Timestamp seen = faults && random_.chance(0.02) ? now_ - minutes(1) : now_;
    const bool apart = faults && random_.chance(0.05);
    body.items.push_back({feed('a', name), price, width, seen});
    body.items.push_back({feed('b', name), price + (apart ? 0.125 : 0), width, seen});
  }
  if (faults && random_.chance(0.01)) body.items.push_back({"c:AAA", 1, 0, now_});
  return body;
}

Command Generator::money(bool sensible) {
  const NaiveAccount& one = someone();
  const std::string what = asset();
  const std::string actor = sensible ? one.member : kMembers[random_.below(4)];
  const std::string place = random_.chance(0.98) ? "internal" : "vault";
  const auto amount_of = [&](const std::map<std::string, Int128>& held) {
    const auto at = held.find(what);
    return about(at == held.end() ? 3 : at->second);
  };
  if (one.open_calls() > 0 && random_.chance(0.1)) {
    const auto free = one.free.find("USD");
    const Int128 all = free == one.free.end() ? 1 : free->second;
    return make(one.member, en::Withdraw{one.name, "USD", "internal", about(all)});
  }
  if (one.open_calls() > 0 && random_.chance(0.3)) {
    // Coins, whatever their price is worth just now.
    if (random_.chance(0.5)) {
      return make("venue", en::Deposit{one.name, "AAA", "internal", Amount{5}});
    }
    const auto free = one.free.find("AAA");
    const Int128 coins = free == one.free.end() ? 1 : free->second / 3;
    return make(one.member, en::Pledge{one.name, "AAA", "internal", about(coins)});
  }
  switch (random_.below(10)) {
    case 0:
    case 1:
      return make("operator",
                  en::Deposit{one.name, what, place, Amount{Int128(random_.below(3'000))}});
    case 2:
      return make(actor, en::Withdraw{one.name, what, place, amount_of(one.free)});
    case 3:
    case 4:
    case 5:
      return make(actor, en::Pledge{one.name, what, place, amount_of(one.free)});
    case 6:
    case 7:
      return make(actor, en::Unpledge{one.name, what, place, amount_of(one.pledged)});
    case 8:
      return make(actor, en::Borrow{one.name, what, place, Amount{Int128(random_.below(800))}});
    default:
      return make(actor, en::Repay{one.name, what, place, amount_of(one.debts)});
  }
}

Command Generator::trade() {
  const NaiveAccount& one = someone();
  const std::string contract = random_.chance(0.6) ? "AAA/USD:USD" : "BBB/USD:USD";
  const en::Side side = random_.chance(0.5) ? en::Side::buy : en::Side::sell;
  const auto lots = static_cast<std::int64_t>(random_.below(random_.chance(0.1) ? 400 : 120));
  const std::string name = "o" + std::to_string(random_.below(4));
  switch (random_.below(6)) {
    case 0:
    case 1:
      return make(one.member,
                  en::PlaceOrder{one.name, name, contract, side, lots, price_near(contract)});
    case 2:
      return make(one.member, en::CancelOrder{one.name, name});
    case 3:
      if (!one.orders.empty()) {
        const auto& [order, terms] = *one.orders.begin();
        const std::int64_t open = std::abs(terms.lots);
        const auto part =
            static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(open))) + 1;
        en::Fill fill{one.name,
                      terms.contract,
                      terms.lots > 0 ? en::Side::buy : en::Side::sell,
                      part,
                      price_near(terms.contract),
                      {},
                      order,
                      "",
                      0};
        return make("venue", fill);
      }
      [[fallthrough]];
    default: {
      en::Fill fill{one.name, contract, side, lots, price_near(contract), {}, "", "", 0};
      if (random_.chance(0.3)) fill.counterparty = account();
      if (random_.chance(0.2)) fill.fee = Amount{Int128(random_.below(3))};
      return make("venue", fill);
    }
  }
}

Command Generator::member_act() {
  if (random_.chance(0.05)) {
    const NaiveAccount& one = model_.accounts()[random_.below(model_.accounts().size())];
    const auto mode = static_cast<en::StandingMode>(random_.below(3));
    return make(one.member, en::SetStandingInstruction{one.name, {mode, {"USD", "AAA"}}});
  }
  for (const NaiveAccount& one : model_.accounts()) {
    if (one.top_ups.empty() || !random_.chance(0.1)) continue;
    return make(random_.chance(0.9) ? one.member : "approver",
                en::Approve{one.top_ups.begin()->first});
  }
  return random_.chance(0.6) ? money(random_.chance(0.95)) : trade();
}

// What was instructed is filled at a fair price; or at one that is not allowed.
Command Generator::venue_answer(bool faults) {
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, order] : one.instructions) {
      const double worse = faults && random_.chance(0.1) ? 2 : 1;
      if (!order.instrument.empty()) {
        const std::int64_t eighths = eighths_[order.instrument.substr(0, 3)];
        const auto price = static_cast<std::int64_t>(static_cast<double>(eighths * 125) *
                                                     (order.lots > 0 ? worse : 1 / worse));
        en::Fill fill{one.name,
                      order.instrument,
                      order.lots > 0 ? en::Side::buy : en::Side::sell,
                      std::abs(order.lots),
                      {price, -3},
                      {},
                      "",
                      "",
                      number};
        if (faults && random_.chance(0.3)) {
          fill.lots = std::max<std::int64_t>(1, fill.lots / 2);
        }
        return make("venue", fill);
      }
      const auto worth = [this](const std::string& name) {
        return name == "USD" ? 8.0 : static_cast<double>(eighths_[name]);
      };
      const double fair = static_cast<double>(order.amount.units) * worth(order.asset) /
                          worth(order.received_asset) / worse;
      return make("venue",
                  en::FillSale{one.name, number, order.asset, order.amount, order.received_asset,
                               Amount{static_cast<Int128>(std::ceil(fair))}});
    }
  }
  if (faults) return trade();
  return make("feed", en::Tick{});
}

// The newest instruction of an open leg is answered truthfully; with faults also refused, late,
// twice, about an older number, or with another amount.
Command Generator::place_answer(bool faults) {
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [where, leg] : one.legs) {
      if (faults ? random_.chance(0.6) : !leg.open()) continue;
      const auto at = one.vault.find(where);
      const Int128 held = at == one.vault.end() ? 0 : at->second;
      en::CustodyReceipt word{
          one.name,           where.first, where.second, leg.seq, en::ReceiptStatus::applied,
          Amount{leg.target}, now_,        true};
      if (faults) {
        switch (random_.below(12)) {
          case 0:
            word.status = en::ReceiptStatus::rejected;
            word.observed = Amount{held};
            break;
          case 1:
            word.status = en::ReceiptStatus::pending;
            word.final_ = false;
            word.observed = Amount{held};
            break;
          case 2:
            word.final_ = false;
            break;
          case 3:
            word.observed = Amount{std::max<Int128>(0, leg.target - 1 - Int128(random_.below(50)))};
            break;
          case 4:
            word.observed = Amount{leg.target + 7};
            break;
          case 5:
            word.seq = leg.seq > 1 ? leg.seq - 1 : leg.seq;
            break;
          case 6:
            word.seq = leg.seq + 1;
            break;
          case 7:
            word.as_of = now_ - minutes(20);
            break;
          default:
            break;
        }
      }
      return make("custodian", word);
    }
  }
  return make("feed", en::Tick{});
}

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
        const bool held = whose->vault_stage == VaultStage::held;
        if (random_.chance(held ? 0.1 : 0.7)) continue;
        return make(random_.chance(0.9) ? "approver" : one.member,
                    en::Approve{proposal, random_.chance(0.05)});
      }
      return make("approver", en::Approve{name});
  }
}

// Wrong roles, unknown names, times that decrease, things that nobody may do.
Command Generator::nonsense() {
  Command command = member_act();
  switch (random_.below(7)) {
    case 0:
      command.actor = "auditor";
      break;
    case 1:
      command.actor = "nobody";
      break;
    case 2:
      command.time = now_ - seconds(1);
      break;
    case 3:
      return make(
          "custodian",
          en::CustodyReceipt{account(), asset(), random_.chance(0.5) ? "custodian" : "vault",
                             random_.below(4), en::ReceiptStatus::applied, Amount{5}, now_, true});
    case 4:
      return make("risk", en::SetHalt{random_.chance(0.5) ? "AAA" : asset(), random_.chance(0.3)});
    case 5:
      return make("operator", en::Interest{random_.chance(0.5) ? "USD" : "BBB", {1, -3}});
    default:
      return make("venue", en::Deposit{"unknown", "USD", "internal", Amount{1}});
  }
  return command;
}

// A command that was given before: the same, or under its id another one.
Command Generator::again() {
  if (past_.empty()) return trade();
  Command command = one_of(past_);
  command.time = now_;
  if (auto* pledge = std::get_if<en::Pledge>(&command.body); pledge && random_.chance(0.3)) {
    pledge->amount = pledge->amount + Amount{1};
  }
  return command;
}

Timestamp Generator::advance(bool faults) {
  if (!faults) return now_ + minutes(1);
  const std::uint64_t draw = random_.below(400);
  if (draw == 0) return now_ + minutes(31);
  if (draw < 3) return now_ + minutes(11);
  if (draw < 40) return now_ + seconds(10);
  if (draw < 60) return now_;
  return now_ + seconds(30 + static_cast<std::int64_t>(random_.below(60)));
}

Command Generator::next(bool faults) {
  ++turn_;
  if (!faults) {
    if (resumed_ < 4) {
      const char* coins[] = {"AAA", "BBB", "DDD", "SSS"};
      return make("risk", en::SetHalt{coins[resumed_++], false});
    }
    for (const auto& [place, alarm] : model_.place_alarms()) {
      if (alarm.clear_since) continue;
      return make("operator", en::SetPlaceAlarm{place, false, {}, ""});
    }
    switch (turn_ % 6) {
      case 0:
        now_ = advance(false);
        return make("feed", observe(false));
      case 1:
        return make("feed", en::Tick{});
      case 2:
      case 3:
        return place_answer(false);
      default:
        return venue_answer(false);
    }
  }
  if (turn_ % 7 == 0) {
    now_ = advance(true);
    return make("feed", observe(true));
  }
  if (turn_ % 7 == 1) return make("feed", en::Tick{});
  const std::uint64_t draw = random_.below(20);
  Command command = draw < 3    ? place_answer(true)
                    : draw < 5  ? venue_answer(true)
                    : draw < 6  ? nonsense()
                    : draw == 6 ? again()
                    : draw == 7 ? risk_act()
                                : member_act();
  if (past_.size() < 300 && draw > 7) past_.push_back(command);
  return command;
}

}  // namespace bulkhead::naive
