#include "bulkhead/views/monitor_view.h"

#include <algorithm>

namespace bulkhead::views {
namespace {

MonitorLine line_of(const engine::State& state, const engine::MonitorRecord& record,
                    engine::MonitorSide side) {
  const bool held = side == engine::MonitorSide::held;
  const engine::MonitoredSide& seen = held ? record.held : record.owed;
  MonitorLine line;
  line.subject = record.of == engine::MonitoredKind::asset
                     ? state.registry()[AssetIndex(record.index)].name
                     : state.registry()[InstrumentIndex(record.index)].name;
  line.side = side;
  line.zone = seen.zone;
  line.exceptions = static_cast<std::uint32_t>(seen.exceptions.size());
  line.results =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(record.results, risk::kMonitorWindow));
  if (!seen.exceptions.empty()) line.last_exception = seen.exceptions.back().time;
  line.drift_alarms = record.drift_alarms;
  line.last_drift = record.last_drift;
  if (record.forecast) {
    line.due = record.forecast->due;
    line.forecast = held ? record.forecast->held : record.forecast->owed;
    line.value = record.forecast->value;
  }
  return line;
}

}  // namespace

MonitorView monitor_view(const engine::State& state) {
  MonitorView view;
  view.time = state.market.epoch().time;
  view.numeraire = state.registry()[state.registry().numeraire()].name;
  const risk::ModelZones zones = risk::model_zones(state.parameters().risk.level);
  view.max_green = zones.max_green;
  view.max_yellow = zones.max_yellow;
  for (const auto& [key, record] : state.monitors()) {
    for (const auto side : {engine::MonitorSide::held, engine::MonitorSide::owed}) {
      view.lines.push_back(line_of(state, record, side));
      view.yellow += view.lines.back().zone == risk::ModelZone::yellow ? 1U : 0U;
      view.red += view.lines.back().zone == risk::ModelZone::red ? 1U : 0U;
    }
  }
  return view;
}

}  // namespace bulkhead::views
