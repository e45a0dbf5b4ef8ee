#include "bulkhead/engine/model_monitor.h"

#include <algorithm>
#include <bit>

#include "bulkhead/base/elementary.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// A product as the closed epoch has it, by the coin or by the lot.
struct Unit {
  State::MonitorKey key;
  std::string name;
  double value = 0;
  bool has_row = false;
};

Unit unit_of(const Context& context, AssetIndex i) {
  return {.key = {MonitoredKind::asset, i.value},
          .name = context.registry()[i].name,
          .value = context.state.market.epoch().assets[i.value].mid,
          .has_row = context.valuer.epoch_risk().rows().has(i)};
}

Unit unit_of(const Context& context, InstrumentIndex i) {
  const market::Epoch& epoch = context.state.market.epoch();
  const double spot = epoch.assets[context.registry().underlying(i).value].mid;
  return {.key = {MonitoredKind::instrument, i.value},
          .name = context.registry()[i].name,
          .value = pricing::lot_value(context.registry(), epoch, i, spot),
          .has_row = context.valuer.epoch_risk().rows().has(i)};
}

// Of a row, scaled from lots to units.
UnitForecast forecast_of(const risk::EpochRisk& market, const pricing::RowView& row, double units) {
  const pricing::BlockRange range =
      market.rows().ranges()[static_cast<std::size_t>(pricing::Block::filtered)];
  const auto cuts = risk::forecast_cuts(row.ticks.subspan(range.begin, range.size),
                                        market.set().weights(pricing::Block::filtered));
  const double unit = power_of_two(row.exponent) / units;
  UnitForecast made;
  made.made = market.epoch().time;
  made.due = made.made + market.set().horizon();
  for (const std::int32_t cut : cuts) made.cuts.push_back(cut * unit);
  return made;
}

UnitForecast forecast_of(const risk::EpochRisk& market, const Unit& unit) {
  if (unit.key.first == MonitoredKind::instrument) {
    const InstrumentIndex i(unit.key.second);
    UnitForecast made = forecast_of(market, market.rows().instrument(i), 1);
    made.held = market.core(i, true);
    made.owed = market.core(i, false);
    made.value = unit.value;
    return made;
  }
  const AssetIndex i(unit.key.second);
  const double coins = market.coins_per_lot(i);
  UnitForecast made = forecast_of(market, market.rows().asset(i), coins);
  made.held = market.core(i, true) / coins;
  made.owed = market.core(i, false) / coins;
  made.value = unit.value;
  return made;
}

struct Outcome {
  MonitorSide side = MonitorSide::held;
  Timestamp made;
  double forecast = 0;
  double loss = 0;
};

void judge_side(Context& context, const Unit& unit, std::uint64_t results, const Outcome& outcome,
                MonitoredSide& side) {
  const bool exceeded = outcome.loss > outcome.forecast;
  if (exceeded) side.exceptions.push_back({results, context.now()});
  std::erase_if(side.exceptions, [results](const MonitoredSide::Exception& exception) {
    return exception.result + risk::kMonitorWindow <= results;
  });
  const risk::ModelZone from = side.zone;
  side.zone = risk::model_zones(context.parameters().risk.level).of(side.exceptions.size());
  if (!exceeded && side.zone == from) return;
  const std::uint64_t counted = std::min<std::uint64_t>(results, risk::kMonitorWindow);
  context.emit(ModelMonitored{.subject = unit.name,
                              .side = outcome.side,
                              .exceeded = exceeded,
                              .made = outcome.made,
                              .forecast = outcome.forecast,
                              .loss = outcome.loss,
                              .exceptions = static_cast<std::uint32_t>(side.exceptions.size()),
                              .results = static_cast<std::uint32_t>(counted),
                              .from = from,
                              .to = side.zone});
}

void judge_drift(Context& context, const Unit& unit, const UnitForecast& forecast, double pnl,
                 MonitorRecord& record) {
  const std::optional<std::size_t> bin = risk::drift_bin(forecast.cuts, pnl);
  if (!bin) return;
  const risk::Drift drift = risk::follow_drift(record.drift, *bin);
  if (drift == risk::Drift::none) return;
  ++record.drift_alarms;
  record.last_drift = context.now();
  context.emit(ModelDrifted{unit.name, drift, record.results, record.drift_alarms});
}

// A forecast that has become due at a good price.
void judge(Context& context, const Unit& unit, MonitorRecord& record) {
  const UnitForecast forecast = *record.forecast;
  const auto horizon = static_cast<double>((forecast.due - forecast.made).ns);
  const auto since = static_cast<double>((context.now() - forecast.made).ns);
  const double longer = sqrt_fixed(since / horizon);  // 1 at the horizon
  const double pnl = unit.value - forecast.value;
  ++record.results;
  judge_side(context, unit, record.results,
             {MonitorSide::held, forecast.made, forecast.held * longer, -pnl}, record.held);
  judge_side(context, unit, record.results,
             {MonitorSide::owed, forecast.made, forecast.owed * longer, pnl}, record.owed);
  judge_drift(context, unit, forecast, pnl / longer, record);
}

void watch(Context& context, const Unit& unit) {
  const auto at = context.state.monitors().find(unit.key);
  const bool known = at != context.state.monitors().end();
  MonitorRecord record = known ? at->second : MonitorRecord{};
  record.of = unit.key.first;
  record.index = unit.key.second;
  if (record.forecast) judge(context, unit, record);
  record.forecast.reset();
  if (unit.has_row) record.forecast = forecast_of(context.valuer.epoch_risk(), unit);
  context.state.put_monitor(std::move(record));
}

// Nothing to do for what waits for its horizon, nor for what no forecast can be made of.
template <class Index>
bool has_turn(const Context& context, MonitoredKind kind, Index i) {
  const Timestamp due = context.state.monitor_due({kind, i.value});
  if (due > context.now()) return false;
  const risk::EpochRisk& market = context.valuer.epoch_risk();
  return market.quality(i) == market::Quality::good &&
         (due > State::kNoForecast || market.rows().has(i));
}

std::vector<AssetIndex> assets_due(const Context& context) {
  std::vector<AssetIndex> due;
  const market::Registry& registry = context.registry();
  for (std::size_t i = 0; i < registry.assets().size(); ++i) {
    const AssetIndex index(i);
    if (registry[index].numeraire || !has_turn(context, MonitoredKind::asset, index)) continue;
    due.push_back(index);
  }
  return due;
}

// Those that have expired are forgotten.
std::vector<InstrumentIndex> instruments_due(Context& context) {
  std::vector<InstrumentIndex> due;
  const market::Registry& registry = context.registry();
  for (std::size_t i = 0; i < registry.instruments().size(); ++i) {
    const InstrumentIndex index(i);
    const market::Instrument& instrument = registry[index];
    if (instrument.is_option()) continue;
    if (instrument.expiry.ns != 0 && context.now() >= instrument.expiry) {
      context.state.erase_monitor({MonitoredKind::instrument, index.value});
    } else if (has_turn(context, MonitoredKind::instrument, index)) {
      due.push_back(index);
    }
  }
  return due;
}

}  // namespace

void watch_models(Context& context) {
  const std::vector<AssetIndex> assets = assets_due(context);
  const std::vector<InstrumentIndex> instruments = instruments_due(context);
  context.valuer.fill(instruments);
  for (const AssetIndex i : assets) watch(context, unit_of(context, i));
  for (const InstrumentIndex i : instruments) watch(context, unit_of(context, i));
}

}  // namespace bulkhead::engine
