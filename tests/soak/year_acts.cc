// Of the year: what members, venue, custodian and risk managers do.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/policy/custody_leg.h"
#include "year.h"

namespace bulkhead::soak {
namespace {

namespace en = engine;

Decimal micros(double value) { return {std::max<std::int64_t>(1, std::llround(value * 1e6)), -6}; }

}  // namespace

std::string Year::account() { return accounts_[random_.below(accounts_.size())]; }

const market::Instrument* Year::live_contract() {
  const auto& all = twins_.state().registry().instruments();
  for (int tries = 0; tries < 8; ++tries) {
    // The newest half more often: the others have mostly expired.
    const std::size_t size = all.size();
    const std::size_t back = random_.below(std::min<std::size_t>(size, 60));
    const market::Instrument& one =
        random_.chance(0.4) ? all[random_.below(6)] : all[size - 1 - back];
    if (one.expiry == Timestamp{} || one.expiry > now_) return &one;
  }
  return nullptr;
}

double Year::fair(const market::Instrument& contract) const {
  const en::State& state = twins_.state();
  const InstrumentIndex i = state.registry().find_instrument(contract.name);
  const auto& marks = state.market.epoch().instruments;
  if (i.value >= marks.size()) return 0;
  return contract.is_option() ? marks[i.value].premium : marks[i.value].price;
}

void Year::trade() {
  const market::Instrument* contract = live_contract();
  if (contract == nullptr) return;
  const double price = fair(*contract);
  if (!(price > 0)) return;
  en::Fill fill;
  fill.account = account();
  fill.instrument = contract->name;
  fill.side = random_.chance(0.5) ? en::Side::buy : en::Side::sell;
  const auto coin = std::ranges::find(coins_, contract->underlying, &Coin::name);
  const double lot = contract->inverse ? 100 : 0.01 * coin->price;
  fill.lots = std::max<std::int64_t>(1, std::llround(10'000 * random_.exponential() / lot));
  fill.price = micros(price);
  fill.fee = contract->inverse ? Amount{1} : Amount{1'000};
  if (random_.chance(0.3)) {
    const std::string other = account();
    if (other != fill.account) fill.counterparty = other;
  }
  send("venue", fill);
}

void Year::order() {
  const market::Instrument* contract = live_contract();
  if (contract == nullptr) return;
  const double price = fair(*contract);
  if (!(price > 0)) return;
  const std::string who = account();
  const AccountIndex index = twins_.state().find_account(who);
  const std::string member = twins_.state().account(index).member;
  if (names_ > 0 && random_.chance(0.4)) {
    send(member, en::CancelOrder{who, fmt::format("o{}", random_.below(names_))});
    return;
  }
  send(member, en::PlaceOrder{who, fmt::format("o{}", names_++), contract->name,
                              random_.chance(0.5) ? en::Side::buy : en::Side::sell,
                              1 + static_cast<std::int64_t>(random_.below(20)), micros(price)});
}

void Year::move_money() {
  const std::string who = account();
  const AccountIndex index = twins_.state().find_account(who);
  const std::string member = twins_.state().account(index).member;
  const bool dollars = random_.chance(0.7);
  const std::string asset = dollars ? "USDT" : "BTC";
  const Int128 unit = dollars ? 1'000'000 : 2'000;
  const Amount amount{unit * static_cast<Int128>(1 + random_.below(5'000))};
  switch (random_.below(8)) {
    case 0:
    case 1:
      send("operator", en::Deposit{who, asset, "internal", amount});
      break;
    case 2:
    case 3:
      send(member, en::Pledge{who, asset, "internal", amount});
      break;
    case 4:
      send(member, en::Unpledge{who, asset, "internal", amount});
      break;
    case 5:
      send("operator", en::Withdraw{who, asset, "internal", amount});
      break;
    case 6:
      send(member, en::Borrow{who, "USDT", "internal", Amount{amount.units / (dollars ? 2 : 1)}});
      break;
    default:
      send(member, en::Repay{who, "USDT", "internal", amount});
  }
}

// One number of a room or another; two persons approve.
void Year::change_parameters() {
  en::ParameterChange change;
  change.parameters = twins_.state().parameters();
  change.effective_at = now_ + minutes(static_cast<std::int64_t>(random_.below(600)));
  ++change.parameters.version;
  policy::LadderParameters& ladder = change.parameters.ladder;
  switch (random_.below(5)) {
    case 0:
      ladder.calls.minimum_transfer = usd(static_cast<std::int64_t>(random_.below(400)));
      break;
    case 1:
      ladder.levels.call_bp = 8'600 + static_cast<BasisPoints>(random_.below(9)) * 100;
      break;
    case 2:
      ladder.levels.target_bp = 10'300 + static_cast<BasisPoints>(random_.below(8)) * 100;
      break;
    case 3:
      change.parameters.risk.impact = 0.5 + 0.1 * static_cast<double>(random_.below(10));
      break;
    default:
      ladder.sequestration.review_after = hours(1 + static_cast<std::int64_t>(random_.below(48)));
  }
  const std::string name = fmt::format("p{}", names_++);
  send("risk", en::Propose{name, now_ + hours(12), change});
  send("first", en::Approve{name});
  if (random_.chance(0.9)) send("second", en::Approve{name});
}

void Year::answer_instructions() {
  const en::State& state = twins_.state();
  std::vector<engine::LiquidationOrder> open;
  for (const auto& [number, one] : state.instructions()) {
    if (random_.chance(0.6)) open.push_back(one);
  }
  for (const engine::LiquidationOrder& one : open) {
    const std::string& who = state.account(AccountIndex(one.account)).name;
    if (InstrumentIndex(one.instrument).valid()) {
      const market::Instrument& contract = state.registry()[InstrumentIndex(one.instrument)];
      const double price = fair(contract);
      if (!(price > 0) || one.lots == 0) continue;
      en::Fill fill;
      fill.account = who;
      fill.instrument = contract.name;
      fill.side = one.lots > 0 ? en::Side::buy : en::Side::sell;
      fill.lots = std::max<std::int64_t>(1, std::abs(one.lots) / (random_.chance(0.3) ? 2 : 1));
      fill.price = micros(price);
      fill.instruction = one.number;
      send("venue", fill);
      continue;
    }
    const market::Registry& registry = state.registry();
    const auto coin = std::ranges::find(coins_, registry[AssetIndex(one.asset)].name, &Coin::name);
    if (coin == coins_.end()) continue;
    const double dollars = static_cast<double>(one.amount.units) / 1e8 * coin->price * 1e6;
    send("venue", en::FillSale{who, one.number, coin->name, one.amount,
                               registry[AssetIndex(one.received_asset)].name,
                               Amount{static_cast<Int128>(std::max(1.0, dollars * 0.999))}});
  }
}

void Year::answer_places() {
  const en::State& state = twins_.state();
  std::vector<policy::CustodyLeg> open;
  for (const auto& [key, leg] : state.legs()) {
    if (!policy::is_final(leg.status) && random_.chance(0.8)) open.push_back(leg);
  }
  for (const policy::CustodyLeg& leg : open) {
    const market::Registry& registry = state.registry();
    en::CustodyReceipt word;
    word.account = state.account(AccountIndex(leg.account)).name;
    word.asset = registry[AssetIndex(leg.asset)].name;
    word.place = registry[PlaceIndex(leg.place)].name;
    word.seq = leg.seq;
    const bool refused = random_.chance(0.1);
    word.status = refused ? en::ReceiptStatus::rejected : en::ReceiptStatus::applied;
    word.observed = refused ? leg.observed : leg.target;
    word.as_of = now_;
    word.final_ = true;
    send("custodian", word);
  }
}

}  // namespace bulkhead::soak
