// State record of the watch over the model of risk, one a product (D12.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/risk/monitor.h"

namespace bulkhead::engine {

enum class MonitoredKind : std::uint8_t { asset, instrument };
BULKHEAD_ENUM_NAMES(MonitoredKind, "asset", "instrument")

// What one coin or one lot may lose until `due`, in numéraire.
struct UnitForecast {
  Timestamp made;
  Timestamp due;
  double value = 0;          // when it was made
  double held = 0;           // core of one held
  double owed = 0;           // and of one owed
  std::vector<double> cuts;  // of the filtered P&L of one held (risk::kForecastCuts)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "made", self.made);
    visit(2, "due", self.due);
    visit(3, "value", self.value);
    visit(4, "held", self.held);
    visit(5, "owed", self.owed);
    visit(6, "cuts", self.cuts);
  }
};

// Of one side: the exceptions among the last results.
struct MonitoredSide {
  risk::ModelZone zone = risk::ModelZone::green;
  struct Exception {
    std::uint64_t result = 0;  // the how many-th of the product, from 1
    Timestamp time;
    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit(1, "result", self.result);
      visit(2, "time", self.time);
    }
  };
  std::vector<Exception> exceptions;  // ascending

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "zone", self.zone);
    visit(2, "exceptions", self.exceptions);
  }
};

// "engine/monitor/<asset or instrument>/<index, ten digits>"; gone when the instrument expires.
struct MonitorRecord {
  MonitoredKind of = MonitoredKind::asset;
  std::uint32_t index = 0;
  std::optional<UnitForecast> forecast;
  std::uint64_t results = 0;
  MonitoredSide held;
  MonitoredSide owed;
  risk::DriftSums drift;
  std::uint32_t drift_alarms = 0;
  Timestamp last_drift;  // 0: none yet

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "of", self.of);
    visit(2, "index", self.index);
    visit(3, "forecast", self.forecast);
    visit(4, "results", self.results);
    visit(5, "held", self.held);
    visit(6, "owed", self.owed);
    visit(7, "drift", self.drift);
    visit(8, "drift_alarms", self.drift_alarms);
    visit(9, "last_drift", self.last_drift);
  }
};

}  // namespace bulkhead::engine
