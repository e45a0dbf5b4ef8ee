// Events of the watch over the model of risk between refits (D12.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/risk/monitor.h"

namespace bulkhead::engine {

enum class MonitorSide : std::uint8_t { held, owed };  // of instruments: long, short
BULKHEAD_ENUM_NAMES(MonitorSide, "held", "owed")

// One coin of an asset or one lot of an instrument lost more over the horizon than its core said
// (`exceeded`), or the zone of its last results is another. Numéraire per unit.
struct ModelMonitored {
  BULKHEAD_EVENT(150, "model_monitored")
  std::string subject;  // asset or instrument
  MonitorSide side = MonitorSide::held;
  bool exceeded = false;
  Timestamp made;                // when it was forecast
  double forecast = 0;           // over the time since then
  double loss = 0;               // negative: a gain
  std::uint32_t exceptions = 0;  // of the last 250 results
  std::uint32_t results = 0;     // of them, those there are
  risk::ModelZone from = risk::ModelZone::green;
  risk::ModelZone to = risk::ModelZone::green;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "subject", self.subject);
    visit(2, "side", self.side);
    visit(3, "exceeded", self.exceeded);
    visit(4, "made", self.made);
    visit(5, "forecast", self.forecast);
    visit(6, "loss", self.loss);
    visit(7, "exceptions", self.exceptions);
    visit(8, "results", self.results);
    visit(9, "from", self.from);
    visit(10, "to", self.to);
  }
};

// The sequential alarm: moves of a product have become wider or narrower than forecast. One false
// alarm in 1,000 results.
struct ModelDrifted {
  BULKHEAD_EVENT(151, "model_drifted")
  std::string subject;
  risk::Drift drift = risk::Drift::none;
  std::uint64_t results = 0;  // since the product is watched
  std::uint32_t alarms = 0;   // with this one
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "subject", self.subject);
    visit(2, "drift", self.drift);
    visit(3, "results", self.results);
    visit(4, "alarms", self.alarms);
  }
};

}  // namespace bulkhead::engine
