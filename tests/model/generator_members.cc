// What members do, most of it sensible: they move money, trade, promise, dispute, substitute.
#include "generator.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::naive {
namespace {

namespace en = engine;

constexpr const char* kMembers[] = {"ann", "ben", "cat", "dan"};
const std::vector<std::string> kContracts = {"AAA/USD:USD", "AAA/USD:USD", "AAA/USD:USD",
                                             "BBB/USD:USD", "BBB/USD:USD", "AAA/USD:USD-F"};

}  // namespace

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
                  en::Deposit{one.name, what, place,
                              Amount{Int128(random_.below(random_.chance(0.2) ? 3'000 : 500))}});
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

// Half of them do in every contract the opposite of what is held.
Command Generator::package(const NaiveAccount& one, const std::string& name) {
  en::PlaceOrder order{one.name, name, "", en::Side::buy, 0, {}};
  if (random_.chance(0.3)) order.side = en::Side::sell;
  std::vector<std::string> contracts = {"AAA/USD:USD", "BBB/USD:USD", "AAA/USD:USD-F"};
  const std::size_t dropped = random_.below(6);
  if (dropped < 3) contracts.erase(contracts.begin() + static_cast<std::ptrdiff_t>(dropped));
  if (random_.chance(0.03)) contracts.push_back(contracts.front());
  if (random_.chance(0.03)) contracts.resize(1);
  const bool closes = random_.chance(0.5);
  const bool all = random_.chance(0.5);
  std::int64_t net = 0;
  for (const std::string& contract : contracts) {
    const auto held = one.positions.find(contract);
    std::int64_t lots = static_cast<std::int64_t>(random_.below(61)) - 30;
    if (closes && held != one.positions.end()) {
      lots = -held->second.lots;
      if (!all) lots /= static_cast<std::int64_t>(random_.below(3)) + 1;
    }
    const bool bought = (lots > 0) == (order.side == en::Side::buy);
    order.legs.push_back({contract, bought ? en::Side::buy : en::Side::sell, std::abs(lots)});
    net += lots * eighths_[contract.substr(0, 3)];
  }
  order.lots = closes && all ? 1 : static_cast<std::int64_t>(random_.below(4));
  if (order.side == en::Side::sell) net = -net;
  order.limit = {(net + static_cast<std::int64_t>(random_.below(401)) - 200) * 125, -3};
  return make(one.member, order);
}

// All legs of some of its packages; or not quite so.
Command Generator::fill_of_package(const NaiveAccount& one, const std::string& name,
                                   const NaiveOrder& order) {
  const auto open = static_cast<std::uint64_t>(std::abs(order.lots));
  en::Fill fill{one.name, "", order.lots > 0 ? en::Side::buy : en::Side::sell, 0, {}, {}, name,
                "",       0};
  fill.lots = static_cast<std::int64_t>(random_.below(open + (random_.chance(0.05) ? 2 : 0))) + 1;
  for (const auto& [contract, lots] : order.unit()) {
    en::FilledLeg leg{contract,
                      lots > 0 ? en::Side::buy : en::Side::sell,
                      std::abs(lots) * fill.lots,
                      price_near(contract),
                      {}};
    if (random_.chance(0.2)) leg.fee = Amount{Int128(random_.below(3))};
    fill.legs.push_back(leg);
  }
  if (random_.chance(0.05)) ++fill.legs.front().lots;
  if (random_.chance(0.05)) fill.legs.pop_back();
  if (random_.chance(0.3)) fill.counterparty = account();
  if (random_.chance(0.1)) {  // one leg alone
    const en::FilledLeg leg = fill.legs.front();
    fill = {one.name, leg.instrument, leg.side, leg.lots, leg.price, {}, name, "", 0};
  }
  return make("venue", fill);
}

Command Generator::trade() {
  const NaiveAccount& one = someone();
  const std::string contract = one_of(kContracts);
  const en::Side side = random_.chance(0.5) ? en::Side::buy : en::Side::sell;
  const auto lots = static_cast<std::int64_t>(random_.below(random_.chance(0.25) ? 400 : 120));
  const std::string name = "o" + std::to_string(random_.below(4));
  if (random_.chance(0.2)) return package(one, name);
  switch (random_.below(7)) {
    case 6:
      return make(one.member,
                  en::AmendOrder{one.name, one.orders.empty() ? name : one.orders.begin()->first,
                                 lots, price_near(contract)});
    case 0:
    case 1:
      return make(one.member,
                  en::PlaceOrder{one.name, name, contract, side, lots, price_near(contract)});
    case 2:
      return make(one.member, en::CancelOrder{one.name, name});
    case 3:
      if (!one.orders.empty()) {
        const auto& [order, terms] = *one.orders.begin();
        if (!terms.legs.empty()) return fill_of_package(one, order, terms);
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
    const bool set_off = random_.chance(0.5);
    return make(one.member, en::SetStandingInstruction{one.name, {mode, {"USD", "AAA"}, set_off}});
  }
  for (const NaiveAccount& one : model_.accounts()) {
    if (one.top_ups.empty() || !random_.chance(0.1)) continue;
    return make(random_.chance(0.9) ? one.member : "approver",
                en::Approve{one.top_ups.begin()->first});
  }
  if (!model_.losses().empty() && random_.chance(0.08)) return loss_act();
  if (random_.chance(0.07)) return promise();
  const bool any_call = std::ranges::any_of(
      model_.accounts(), [](const NaiveAccount& one) { return one.open_calls() > 0; });
  if (random_.chance(any_call ? 0.08 : 0.002)) return dispute();
  if (random_.chance(any_call ? 0.04 : 0.002)) return resolve();
  if (random_.chance(0.05)) return substitute();
  return random_.chance(0.6) ? money(random_.chance(0.95)) : trade();
}

// Of a member that owes for a loss: it pays, or tries to take out what it has elsewhere.
Command Generator::loss_act() {
  const auto& losses = model_.losses();
  const auto& [closed, parts] =
      *std::next(losses.begin(), static_cast<std::ptrdiff_t>(random_.below(losses.size())));
  const std::string& what = one_of(parts).asset;
  const auto named = [&](const std::string& name) -> const NaiveAccount& {
    return *std::ranges::find(model_.accounts(), name, &NaiveAccount::name);
  };
  const std::string& member = named(closed).member;
  std::vector<std::string> own;
  for (const NaiveAccount& one : model_.accounts()) {
    if (one.member == member) own.push_back(one.name);
  }
  const NaiveAccount& one = named(one_of(own));
  const auto held = [](const std::map<std::string, Int128>& lines, const std::string& asset) {
    const auto at = lines.find(asset);
    return at == lines.end() ? Int128{1} : at->second;
  };
  const std::string other = asset();
  const Int128 owed = model_.owed_for(closed, what);
  switch (random_.below(8)) {
    case 0:
      return make("operator", en::Deposit{one.name, what, "internal", Amount{owed}});
    case 1:
    case 2:
      return make(member, en::Withdraw{one.name, other, "internal", about(held(one.free, other))});
    case 3:
      return make(member,
                  en::Unpledge{one.name, other, "internal", about(held(one.pledged, other))});
    case 4:
      return make(member, en::RepayLoss{one.name, what, random_.chance(0.9) ? "internal" : "vault",
                                        about(owed), random_.chance(0.7) ? closed : account()});
    default:
      return make(member, en::RepayLoss{one.name, what, "internal",
                                        about(std::min(owed, held(one.free, what))), closed});
  }
}

// Mostly towards a call, soon, and of about what is called; some are too late, or too much, or of
// what is not taken.
Command Generator::promise() {
  const NaiveAccount& one = someone();
  const std::string what = asset();
  const std::string actor = random_.chance(0.97) ? one.member : kMembers[random_.below(4)];
  const std::vector<std::string> places = {"vault", "vault", "custodian", "internal"};
  const auto later = minutes(static_cast<std::int64_t>(random_.below(30)));
  const Timestamp settles = random_.chance(0.02)   ? now_ - later
                            : random_.chance(0.02) ? now_ + days(31)
                                                   : now_ + later;
  const Int128 units = what == "AAA" ? 12 : what == "BBB" ? 90 : 800;
  return make(actor, en::PromiseDelivery{one.name, what, one_of(places), about(units), settles});
}

Command Generator::dispute() {
  static const std::vector<std::string> kNames = {"AAA", "BBB/USD:USD", "USD", "haircut", ""};
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, call] : one.calls) {
      if (!call.open() || random_.chance(0.3)) continue;
      const std::int64_t most = call.outstanding();
      const std::int64_t amount = random_.chance(0.4)
                                      ? most + static_cast<std::int64_t>(random_.below(2))
                                      : most / 40 * static_cast<std::int64_t>(random_.below(41));
      const auto subject = static_cast<en::DisputeSubject>(random_.below(3));
      const std::string actor = random_.chance(0.95) ? one.member : kMembers[random_.below(4)];
      return make(actor,
                  en::DisputeCall{number, subject, one_of(kNames),
                                  static_cast<en::DisputeReason>(random_.below(5)), Usd{amount}});
    }
  }
  return make(kMembers[random_.below(4)], en::DisputeCall{random_.below(9), {}, "AAA", {}, usd(1)});
}

// One asset for about as much of another.
Command Generator::substitute() {
  const NaiveAccount& one = someone();
  static const std::vector<std::string> kCoins = {"AAA", "USD", "BBB", "SSS"};
  const auto of = [this](const std::map<std::string, Int128>& lines) {
    for (const auto& [name, amount] : lines) {
      if (amount > 0 && random_.chance(0.5)) return name;
    }
    return one_of(kCoins);
  };
  const std::string in = of(one.free);
  const std::string out = of(one.pledged);
  const auto worth = [this](const std::string& name) {
    return name == "USD" ? std::int64_t{8} : eighths_[name];
  };
  const auto held = [](const std::map<std::string, Int128>& lines, const std::string& name) {
    const auto at = lines.find(name);
    return at == lines.end() ? Int128{2} : at->second;
  };
  const Amount goes = about(held(one.pledged, out));
  const Int128 fair = goes.units * worth(out) / std::max<std::int64_t>(1, worth(in));
  const Amount comes = random_.chance(0.5) ? Amount{std::min(fair * 3 / 2 + 1, held(one.free, in))}
                                           : about(held(one.free, in));
  const std::string place = random_.chance(0.97) ? "internal" : "vault";
  return make(one.member, en::SubstituteCollateral{one.name, place, in, comes, out, goes});
}

}  // namespace bulkhead::naive
