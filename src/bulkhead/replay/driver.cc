#include "bulkhead/replay/driver.h"

#include <algorithm>

#include "bulkhead/base/canonical.h"
#include "bulkhead/replay/book_writer.h"

namespace bulkhead::replay {
namespace {

// A sale is offered to the venue as this many equal lots of its whole.
constexpr std::int64_t kSaleLots = 1000;

double coins_of(const market::Asset& asset, Amount amount) {
  double coins = static_cast<double>(amount.units);
  for (std::uint32_t i = 0; i < asset.decimals; ++i) coins /= 10;
  return coins;
}

engine::ReceiptStatus status_of(custody::ReceiptStatus status) {
  switch (status) {
    case custody::ReceiptStatus::pending:
      return engine::ReceiptStatus::pending;
    case custody::ReceiptStatus::applied:
      return engine::ReceiptStatus::applied;
    case custody::ReceiptStatus::rejected:
      return engine::ReceiptStatus::rejected;
  }
  return engine::ReceiptStatus::pending;
}

}  // namespace

Driver::Driver(CommandSink& sink, DriverInput input, Commander::Observer observer)
    : input_(std::move(input)),
      commander_(sink,
                 [this](const auto& command, const auto& applied) { react(command, applied); }),
      observer_(std::move(observer)),
      venue_(VenueOptions{}),
      custodian_(kCustodianPlace, input_.custodian, input_.seed),
      planner_(input_.planner),
      bidders_(input_.seed) {
  observations_ =
      feeds::last_of_each_step(input_.feed->observations, input_.window->from, input_.window->step);
  last_tick_ = input_.window->from;
  set_behaviours(std::move(input_.behaviours));
}

void Driver::set_behaviours(BehaviourFile behaviours) {
  input_.behaviours = std::move(behaviours);
  for (const MemberBehaviour& behaviour : input_.behaviours.members) {
    behaviours_[behaviour.member] = &behaviour;
    members_[behaviour.member] = {.wallet_left = behaviour.wallet_value, .frightened = false};
  }
}

void Driver::react(const engine::Command& command, const engine::Applied& applied) {
  if (observer_) observer_(command, applied);
  for (const engine::Event& event : applied.events) react_to(event);
}

void Driver::react_to(const engine::Event& event) {
  if (const auto* call = std::get_if<engine::CallIssued>(&event.body)) {
    const AccountIndex account = commander_.state().find_account(event.account);
    const std::string& member = commander_.state().account(account).member;
    const auto behaviour = behaviours_.find(member);
    if (behaviour == behaviours_.end()) return;
    const CallSeen seen{event.account, std::to_string(call->call), call->amount, event.time,
                        call->deadline};
    MemberState& outside = members_[member];
    for (const auto& intent : {dispute_call(*behaviour->second, seen, input_.seed),
                               answer_call(*behaviour->second, outside, seen, input_.seed)}) {
      if (intent) answers_[{intent->at, ++answers_made_}] = *intent;
    }
  } else if (const auto* told = std::get_if<engine::CustodyInstructed>(&event.body)) {
    const custody::Instruction instruction{told->seq,   event.account, told->asset,
                                           told->place, told->target,  event.time};
    if (told->place == kVault) vault_.instruct(instruction);
    if (told->place == kCustodianPlace) custodian_.instruct(instruction);
  } else if (const auto* order = std::get_if<engine::LiquidationInstructed>(&event.body)) {
    submit_to_venue(*order, event.account, event.time);
  } else if (const auto* ended = std::get_if<engine::LiquidationEnded>(&event.body)) {
    venue_.cancel(std::to_string(ended->instruction));
    sales_.erase(std::to_string(ended->instruction));
  }
}

void Driver::submit_to_venue(const engine::LiquidationInstructed& said, const std::string& account,
                             Timestamp now) {
  VenueInstruction instruction;
  instruction.id = std::to_string(said.instruction);
  instruction.account = account;
  instruction.limit = said.limit;
  if (said.asset.empty()) {
    instruction.market = said.instrument;
    instruction.lots = said.lots;
    instruction.slice_lots = said.lots > 0 ? said.lots : -said.lots;
    instruction.reduce_only = !said.hedge;
  } else {
    instruction.market = "sale:" + instruction.id;
    instruction.lots = -kSaleLots;
    instruction.slice_lots = kSaleLots;
    sales_[instruction.id] = said;
  }
  const AccountIndex index = commander_.state().find_account(account);
  const InstrumentIndex instrument = commander_.state().registry().find_instrument(said.instrument);
  venue_.set_position(account, instruction.market,
                      instrument.valid()
                          ? commander_.state().positions.position(index, instrument).lots
                          : kSaleLots);
  venue_.submit(instruction, now);
}

Status Driver::open() {
  const Timestamp from = input_.window->from;
  BULKHEAD_TRY_STATUS(send_observations(from));
  BULKHEAD_TRY_STATUS(commander_.must(from, kFeed, engine::Tick{}));
  return adopt_set(from, from);
}

Status Driver::open_with(const std::vector<engine::Command>& book) {
  const Timestamp from = input_.window->from;
  BULKHEAD_TRY_STATUS(build_set(from, from));
  for (std::size_t i = 0; i < book.size(); ++i) {
    BULKHEAD_TRY(const engine::Applied applied, commander_.resend(book[i]));
    const bool member_asked = std::holds_alternative<engine::Borrow>(book[i].body) ||
                              std::holds_alternative<engine::Unpledge>(book[i].body) ||
                              std::holds_alternative<engine::Withdraw>(book[i].body);
    if (!applied.refused || member_asked) continue;
    Error error = *applied.refused;
    error.field = "book line " + std::to_string(i + 1) + ": " + error.field;
    return std::unexpected(error);
  }
  while (next_observation_ < observations_.size() &&
         observations_[next_observation_].time <= from) {
    ++next_observation_;
  }
  return {};
}

Status Driver::run(const OnTick& on_tick) {
  remember_start();
  BULKHEAD_TRY_STATUS(planner_.open(commander_, input_.window->from, input_.window->to + days(1)));
  for (Timestamp now = input_.window->from + input_.window->step; now <= input_.window->to;
       now = now + input_.window->step) {
    BULKHEAD_TRY_STATUS(step(now));
    if (on_tick) on_tick(now);
  }
  return {};
}

Status Driver::step(Timestamp now) {
  BULKHEAD_TRY_STATUS(daily(now));
  BULKHEAD_TRY_STATUS(send_observations(now));
  BULKHEAD_TRY_STATUS(warn_of_wallet(now));
  BULKHEAD_TRY_STATUS(send_receipts(now));
  BULKHEAD_TRY_STATUS(send_answers(now));
  BULKHEAD_TRY_STATUS(send_fills(now));
  BULKHEAD_TRY_STATUS(send_funding(now));
  BULKHEAD_TRY_STATUS(send_expiries(now));
  BULKHEAD_TRY_STATUS(commander_.must(now, kFeed, engine::Tick{}));
  last_tick_ = now;
  look_around(now);
  BULKHEAD_TRY_STATUS(planner_.look(commander_, now));
  return bidders_.look(commander_, behaviours_, now);
}

Status Driver::send_observations(Timestamp now) {
  engine::Observations batch;
  for (; next_observation_ < observations_.size() && observations_[next_observation_].time <= now;
       ++next_observation_) {
    const feeds::TimedObservation& item = observations_[next_observation_];
    batch.items.push_back({.source = input_.feed->sources[item.source].name,
                           .price = item.price,
                           .confidence = item.confidence,
                           .source_time = item.time});
  }
  if (batch.items.empty()) return {};
  return commander_.must(now, kFeed, std::move(batch));
}

Status Driver::send_funding(Timestamp now) {
  for (; next_funding_ < input_.feed->funding.size() &&
         input_.feed->funding[next_funding_].time <= now;
       ++next_funding_) {
    const feeds::TimedFunding& item = input_.feed->funding[next_funding_];
    const double size = item.rate < 0 ? -item.rate : item.rate;
    Decimal rate = size > 0 ? decimal_of(size) : Decimal{};
    if (item.rate < 0) rate.mantissa = -rate.mantissa;
    BULKHEAD_TRY_STATUS(commander_.send(now, kVenue, engine::Funding{item.instrument, rate}));
  }
  return {};
}

Status Driver::send_receipts(Timestamp now) {
  for (custody::CustodyPlace* place : {static_cast<custody::CustodyPlace*>(&vault_),
                                       static_cast<custody::CustodyPlace*>(&custodian_)}) {
    for (const custody::Receipt& receipt : place->advance(now)) {
      engine::CustodyReceipt command;
      command.account = receipt.account;
      command.asset = receipt.asset;
      command.place = receipt.place;
      command.seq = receipt.seq;
      command.status = status_of(receipt.status);
      command.observed = receipt.observed;
      command.as_of = receipt.as_of;
      command.final_ = receipt.final_;
      BULKHEAD_TRY_STATUS(commander_.send(now, kCustodian, command));
    }
  }
  return {};
}

Status Driver::send_answers(Timestamp now) {
  while (!answers_.empty() && answers_.begin()->first.first <= now) {
    const Intent intent = answers_.begin()->second;
    answers_.erase(answers_.begin());
    switch (intent.kind) {
      case IntentKind::top_up:
        BULKHEAD_TRY_STATUS(top_up(intent, now));
        break;
      case IntentKind::withdraw:
        BULKHEAD_TRY_STATUS(withdraw(intent, now));
        break;
      case IntentKind::dispute:
        BULKHEAD_TRY_STATUS(dispute(intent, now));
        break;
    }
  }
  return {};
}

Status Driver::top_up(const Intent& intent, Timestamp now) {
  const engine::State& state = commander_.state();
  const AssetIndex asset = state.registry().find_asset(intent.asset);
  if (!asset.valid()) return {};
  const double price = state.market.epoch().assets[asset.value].mid;
  if (!(price > 0)) return {};
  const Amount amount = amount_of_coins(state.registry()[asset], intent.value / price);
  if (!amount.is_positive()) return {};
  const std::string member = state.account(state.find_account(intent.account)).member;
  BULKHEAD_TRY_STATUS(commander_.must(
      now, kVenue, engine::Deposit{intent.account, intent.asset, kInternal, amount}));
  BULKHEAD_TRY_STATUS(commander_.send(
      now, member, engine::Pledge{intent.account, intent.asset, kInternal, amount}));
  return {};
}

Status Driver::withdraw(const Intent& intent, Timestamp now) {
  const engine::State& state = commander_.state();
  const AccountIndex account = state.find_account(intent.account);
  const auto share = [&intent](Amount amount) {
    return Amount{amount.units / 1000 * static_cast<Int128>(intent.share * 1000)};
  };
  const std::span<const ledger::Holding> lines = state.ledger.holdings(account);
  const std::vector<ledger::Holding> holdings(lines.begin(), lines.end());
  for (const ledger::Holding& line : holdings) {
    if (!line.place.valid() || state.registry()[line.place].name != kInternal) continue;
    if (line.bucket != ledger::Bucket::free && line.bucket != ledger::Bucket::pledged) continue;
    Amount amount = share(line.balance.available());
    bool granted = false;
    for (int tries = 0; tries < intent.tries && !granted && amount.is_positive(); ++tries) {
      BULKHEAD_TRY_STATUS(ask_back(intent, line, amount, now, granted));
      amount = Amount{amount.units / 2};
    }
  }
  return {};
}

// Out of the pledge, if it is pledged, and out of the venue.
Status Driver::ask_back(const Intent& intent, const ledger::Holding& line, Amount amount,
                        Timestamp now, bool& granted) {
  const engine::State& state = commander_.state();
  const std::string member = state.account(state.find_account(intent.account)).member;
  const std::string asset = state.registry()[line.asset].name;
  if (line.bucket == ledger::Bucket::pledged) {
    BULKHEAD_TRY(
        const engine::Applied done,
        commander_.send(now, member, engine::Unpledge{intent.account, asset, kInternal, amount}));
    if (done.refused) return {};
  }
  BULKHEAD_TRY(
      const engine::Applied done,
      commander_.send(now, member, engine::Withdraw{intent.account, asset, kInternal, amount}));
  granted = !done.refused;
  return {};
}

Status Driver::dispute(const Intent& intent, Timestamp now) {
  const engine::State& state = commander_.state();
  const std::uint64_t number = std::strtoull(intent.call.c_str(), nullptr, 10);
  const auto call = state.calls().find(number);
  if (call == state.calls().end() || !(call->second.outstanding() > Usd{})) return {};
  engine::DisputeCall command;
  command.call = number;
  command.subject = engine::DisputeSubject::price;
  command.name = intent.asset;
  command.reason = engine::DisputeReason::wrong_value;
  command.amount = call->second.outstanding();
  const std::string member = state.account(state.find_account(intent.account)).member;
  BULKHEAD_TRY_STATUS(commander_.send(now, member, command));
  return {};
}

// Once a day those ask who ask daily, account by account.
void Driver::ask_daily(Timestamp now) {
  for (const engine::AccountState& account : commander_.state().accounts()) {
    const auto behaviour = behaviours_.find(account.member);
    if (behaviour == behaviours_.end()) continue;
    const auto intent = ask_for_all(*behaviour->second, account.name, now);
    if (intent) answers_[{intent->at, ++answers_made_}] = *intent;
  }
}

Status Driver::warn_of_wallet(Timestamp now) {
  const Timestamp at = input_.wallet_warning;
  if (at.ns == 0 || now < at || now - input_.window->step >= at) return {};
  return commander_.must(now, kCustodian,
                         engine::SetPlaceAlarm{kInternal, true, engine::AlarmCause::custodian_alarm,
                                               "the keys of the wallet may be known"});
}

std::map<std::string, VenueMarket> Driver::venue_markets() {
  std::map<std::string, VenueMarket> markets;
  const engine::State& state = commander_.state();
  const market::Registry& registry = state.registry();
  const market::Epoch& epoch = state.market.epoch();
  const auto depth = [&](AssetIndex asset, VenueMarket& market) {
    const market::Underlying& underlying = epoch.underlyings[asset.value];
    market.daily_volatility = std::max(underlying.volatility_fast, underlying.volatility_slow);
    market.adv = registry[asset].adv;
  };
  for (std::size_t i = 0; i < registry.instruments().size(); ++i) {
    const market::Instrument& terms = registry.instruments()[i];
    const AssetIndex underlying = registry.underlying(InstrumentIndex(i));
    const double spot = epoch.assets[underlying.value].mid;
    const double quote = epoch.assets[registry.settlement(InstrumentIndex(i)).value].mid;
    VenueMarket market;
    market.price = terms.is_option() ? (quote > 0 ? epoch.instruments[i].premium / quote : 0)
                                     : epoch.instruments[i].price;
    market.half_spread = terms.half_spread;
    const bool in_numeraire = terms.inverse && !terms.is_option();
    market.coins_per_lot = in_numeraire ? (spot > 0 ? terms.lot_size.to_double() / spot : 0)
                                        : terms.lot_size.to_double();
    market.quote_price = market.price > 0 ? spot / market.price : 0;
    depth(underlying, market);
    markets[terms.name] = market;
  }
  for (const auto& [number, sale] : sales_) {
    const AssetIndex sold = registry.find_asset(sale.asset);
    const AssetIndex received = registry.find_asset(sale.received_asset);
    const double quote = epoch.assets[received.value].mid;
    VenueMarket market;
    market.price = quote > 0 ? epoch.assets[sold.value].mid / quote : 0;
    market.coins_per_lot = coins_of(registry[sold], sale.amount) / static_cast<double>(kSaleLots);
    market.quote_price = quote;
    market.half_spread = registry[sold].half_spread;
    depth(sold, market);
    markets["sale:" + number] = market;
  }
  return markets;
}

Status Driver::send_fills(Timestamp now) {
  if (venue_.open_count() == 0) return {};
  for (const VenueFill& fill : venue_.step(now, venue_markets())) {
    BULKHEAD_TRY_STATUS(send_fill(fill, now));
  }
  return {};
}

Status Driver::send_fill(const VenueFill& fill, Timestamp now) {
  const auto sale = sales_.find(fill.instruction);
  const std::uint64_t number = std::strtoull(fill.instruction.c_str(), nullptr, 10);
  if (sale == sales_.end()) {
    engine::Fill command;
    command.account = fill.account;
    command.instrument = fill.market;
    command.side = fill.lots > 0 ? engine::Side::buy : engine::Side::sell;
    command.lots = fill.lots > 0 ? fill.lots : -fill.lots;
    command.price = decimal_of(fill.price);
    command.instruction = number;
    BULKHEAD_TRY_STATUS(commander_.send(now, kVenue, command));
    return {};
  }
  const engine::LiquidationInstructed said = sale->second;
  const auto order = commander_.state().instructions().find(number);
  if (order == commander_.state().instructions().end()) return {};
  const market::Registry& registry = commander_.state().registry();
  const bool all = fill.lots_left == 0;
  const Amount sold = all ? order->second.amount
                          : Amount{said.amount.units / kSaleLots * static_cast<Int128>(-fill.lots)};
  const market::Asset& from = registry[registry.find_asset(said.asset)];
  const market::Asset& into = registry[registry.find_asset(said.received_asset)];
  engine::FillSale command;
  command.account = fill.account;
  command.instruction = number;
  command.sold_asset = said.asset;
  command.sold = min(sold, order->second.amount);
  command.received_asset = said.received_asset;
  command.received = amount_of_coins(into, coins_of(from, command.sold) * fill.price);
  if (!command.sold.is_positive()) return {};
  BULKHEAD_TRY_STATUS(commander_.send(now, kVenue, command));
  return {};
}

Status Driver::send_expiries(Timestamp now) {
  const market::Registry& registry = commander_.state().registry();
  for (std::size_t i = 0; i < registry.instruments().size(); ++i) {
    const market::Instrument& terms = registry.instruments()[i];
    if (terms.expiry.ns == 0 || terms.expiry > now || terms.expiry <= last_tick_) continue;
    const AssetIndex underlying = registry.underlying(InstrumentIndex(i));
    const AssetIndex settlement = registry.settlement(InstrumentIndex(i));
    const market::Epoch& epoch = commander_.state().market.epoch();
    const double quote = terms.inverse ? 1.0 : epoch.assets[settlement.value].mid;
    const double price = epoch.assets[underlying.value].mid / (quote > 0 ? quote : 1.0);
    if (!(price > 0)) continue;
    BULKHEAD_TRY_STATUS(
        commander_.send(now, kVenue, engine::Expire{terms.name, decimal_of(price)}));
  }
  return {};
}

Status Driver::daily(Timestamp now) {
  const Timestamp day = start_of_day(now);
  if (day <= start_of_day(last_tick_)) return {};
  for (const market::Asset& asset : commander_.state().registry().assets()) {
    BULKHEAD_TRY_STATUS(commander_.send(
        now, kOperator, engine::Interest{asset.name, decimal_of(input_.daily_interest)}));
  }
  ask_daily(now);
  return adopt_set(day, now);
}

Status Driver::build_set(Timestamp as_of, Timestamp now) {
  calibration::BuilderInput input = *input_.histories;
  input.as_of = as_of;
  calibration::PreviousSet previous;
  if (last_adoption_.ns != 0) previous = {&last_set_, now - last_adoption_};
  BULKHEAD_TRY(calibration::BuiltSet built,
               calibration::build_scenario_set(input, input_.scenarios, previous));
  BULKHEAD_TRY(last_hash_, commander_.sink().put_content(encode(built.set)));
  last_set_ = std::move(built.set);
  last_adoption_ = now;
  return {};
}

Status Driver::adopt_set(Timestamp as_of, Timestamp now) {
  BULKHEAD_TRY_STATUS(build_set(as_of, now));
  return commander_.must(
      now, kOperator,
      engine::AdoptScenarioSet{last_hash_, last_set_.as_of, last_set_.window_begin});
}

void Driver::remember_start() {
  const auto figures = commander_.engine().figures();
  if (!figures) return;
  for (std::size_t i = 0; i < commander_.state().accounts().size(); ++i) {
    start_equity_[commander_.state().account(AccountIndex(i)).name] =
        static_cast<double>((*figures)->requirement(AccountIndex(i)).equity_mid.micros) / 1e6;
  }
  const auto& prices = commander_.state().market.epoch().assets;
  start_market_ = prices.size() > 1 ? prices[1].mid : 0;
}

void Driver::look_around(Timestamp now) {
  const auto figures = commander_.engine().figures();
  if (!figures) return;
  const engine::State& state = commander_.state();
  const double market = state.market.epoch().assets[1].mid;
  const double moved = start_market_ > 0 ? market / start_market_ - 1 : 0;
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const engine::AccountState& account = state.account(AccountIndex(i));
    const auto behaviour = behaviours_.find(account.member);
    if (behaviour == behaviours_.end()) continue;
    MemberState& member = members_[account.member];
    if (member.frightened) continue;
    const PositionSeen seen{
        .account = account.name,
        .equity = static_cast<double>((*figures)->equity_mid(AccountIndex(i)).micros) / 1e6,
        .equity_at_start = start_equity_[account.name],
        .market_return = moved};
    const auto intent = look_at_market(*behaviour->second, member, seen, now, input_.seed);
    if (intent) answers_[{intent->at, ++answers_made_}] = *intent;
  }
}

}  // namespace bulkhead::replay
