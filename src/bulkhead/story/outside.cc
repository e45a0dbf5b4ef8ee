#include "bulkhead/story/outside.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "bulkhead/story/field_text.h"

namespace bulkhead::story {
namespace {

// Names of the sources that a statement means.
Result<std::vector<std::string>> sources_of(const std::string& subject,
                                            const std::vector<std::string>& named,
                                            const engine::State& state) {
  std::vector<std::string> found;
  for (const market::Source& source : state.registry().sources()) {
    const bool meant = named.empty() ? source.subject == subject &&
                                           source.kind != market::SubjectKind::implied_volatility
                                     : std::ranges::find(named, source.name) != named.end();
    if (meant) found.push_back(source.name);
  }
  if (found.empty() || (!named.empty() && found.size() != named.size())) {
    return fail(ErrorCode::source_unknown, "source", named.empty() ? subject : join(named, ", "),
                "what a registered source prices");
  }
  return found;
}

Decimal six_digits(double value) {
  return Decimal{static_cast<std::int64_t>(std::llround(value * 1e6)), -6}.normal_form();
}

}  // namespace

Status Outside::set(const SetPrice& price, const engine::State& state) {
  BULKHEAD_TRY(const auto sources, sources_of(price.subject, price.sources, state));
  for (const std::string& source : sources) quotes_[source] = {price.value, price.width};
  return {};
}

Status Outside::set(const Silence& silence, const engine::State& state) {
  BULKHEAD_TRY(const auto sources, sources_of(silence.subject, silence.sources, state));
  for (const std::string& source : sources) quotes_.erase(source);
  return {};
}

engine::Observations Outside::observations(const engine::State& state, Timestamp now) const {
  engine::Observations all;
  for (const market::Source& source : state.registry().sources()) {
    const auto at = quotes_.find(source.name);
    if (at == quotes_.end()) continue;
    const Quote& quote = at->second;
    all.items.push_back({source.name, quote.value, quote.value * quote.width, now});
  }
  return all;
}

Status Outside::set(const PlaceBehaves& behaves, const Scope& scope) {
  Manner manner{behaves, "", {}};
  if (!behaves.less.empty()) {
    BULKHEAD_TRY(manner.less, internal::read_amount(behaves.less, "", scope));
    manner.less_asset = behaves.less.substr(behaves.less.find(' ') + 1);
  }
  places_[behaves.place] = manner;
  return {};
}

void Outside::place_holds(const std::string& account, const std::string& asset,
                          const std::string& place, Amount amount) {
  held_[{account, asset, place}] = amount;
}

std::optional<Amount> Outside::held(const std::string& account, const std::string& asset,
                                    const std::string& place) const {
  const auto at = held_.find({account, asset, place});
  if (at == held_.end()) return std::nullopt;
  return at->second;
}

void Outside::answer(const engine::CustodyInstructed& told, const std::string& account,
                     Timestamp now) {
  const auto manner = places_.find(told.place);
  const PlaceBehaves behaves =
      manner == places_.end() ? PlaceBehaves{told.place, {}, {}, ""} : manner->second.behaves;
  if (behaves.manner == PlaceManner::silent) return;
  Amount& holds = held_[{account, told.asset, told.place}];
  const bool refuses = behaves.manner == PlaceManner::refuses;
  if (!refuses) {
    holds = told.target;
    if (manner != places_.end() && manner->second.less_asset == told.asset) {
      holds = max(Amount{}, told.target - manner->second.less);
    }
  }
  if (behaves.manner == PlaceManner::loses_receipts && !told.repeated) return;
  const Timestamp at = now + behaves.after;
  coming_.push_back({at, "custodian",
                     engine::CustodyReceipt{
                         account, told.asset, told.place, told.seq,
                         refuses ? engine::ReceiptStatus::rejected : engine::ReceiptStatus::applied,
                         holds, at, true},
                     0});
}

void Outside::fill(const engine::LiquidationInstructed& order, const std::string& account,
                   Timestamp now, const engine::State& state) {
  if (venue_.silent) return;
  const market::Registry& registry = state.registry();
  const market::Epoch& epoch = state.market.epoch();
  engine::CommandBody body;
  if (order.lots != 0) {
    const InstrumentIndex index = registry.find_instrument(order.instrument);
    const market::InstrumentMark& mark = epoch.instruments[index.value];
    const double fair = registry[index].is_option() ? mark.premium : mark.price;
    engine::Fill made;
    made.account = account;
    made.instrument = order.instrument;
    made.side = order.lots > 0 ? engine::Side::buy : engine::Side::sell;
    made.lots = order.lots > 0 ? order.lots : -order.lots;
    made.price = six_digits(fair * (order.lots > 0 ? 1 + venue_.worse : 1 - venue_.worse));
    made.instruction = order.instruction;
    body = made;
  } else {
    const AssetIndex sold = registry.find_asset(order.asset);
    const AssetIndex into = registry.find_asset(order.received_asset);
    double units = static_cast<double>(order.amount.units) * (1 - venue_.worse) *
                   epoch.assets[sold.value].mid / epoch.assets[into.value].mid;
    units *= std::pow(10.0, static_cast<double>(registry[into].decimals) -
                                static_cast<double>(registry[sold].decimals));
    body = engine::FillSale{account,      order.instruction,    order.asset,
                            order.amount, order.received_asset, Amount{static_cast<Int128>(units)}};
  }
  coming_.push_back({now + venue_.after, "venue", std::move(body), order.instruction});
}

void Outside::hear(const engine::Event& event, const engine::State& state) {
  if (const auto* told = std::get_if<engine::CustodyInstructed>(&event.body)) {
    answer(*told, event.account, event.time);
  } else if (const auto* order = std::get_if<engine::LiquidationInstructed>(&event.body)) {
    fill(*order, event.account, event.time, state);
  }
}

std::optional<Timestamp> Outside::next() const {
  std::optional<Timestamp> first;
  for (const Coming& coming : coming_) {
    if (!first || coming.at < *first) first = coming.at;
  }
  return first;
}

std::vector<Coming> Outside::due(Timestamp now) {
  std::multimap<Timestamp, Coming> due;  // of one time: as they were announced
  std::erase_if(coming_, [&](Coming& coming) {
    if (coming.at > now) return false;
    due.emplace(coming.at, std::move(coming));
    return true;
  });
  std::vector<Coming> in_order;
  for (auto& [at, coming] : due) in_order.push_back(std::move(coming));
  return in_order;
}

}  // namespace bulkhead::story
