// How well the model of risk holds, product by product: forecasts, exceptions, zones and alarms as
// the engine counts them (D12.2). Reads state; leaves no trace in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/engine/state.h"

namespace bulkhead::views {

// One side of a product: of one coin held or owed, of one lot long or short.
struct MonitorLine {
  std::string subject;  // asset or instrument
  engine::MonitorSide side = engine::MonitorSide::held;
  risk::ModelZone zone = risk::ModelZone::green;
  std::uint32_t exceptions = 0;  // of the last 250 results
  std::uint32_t results = 0;     // of them, those there are
  Timestamp last_exception;      // 0: none
  std::uint32_t drift_alarms = 0;
  Timestamp last_drift;  // 0: none yet
  Timestamp due;         // of the open forecast; 0: it waits for a good price
  double forecast = 0;   // what one unit may lose until then, numéraire
  double value = 0;      // of one unit when that was said

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "subject", self.subject);
    visit(2, "side", self.side);
    visit(3, "zone", self.zone);
    visit(4, "exceptions", self.exceptions);
    visit(5, "results", self.results);
    visit(6, "last_exception", self.last_exception);
    visit(7, "drift_alarms", self.drift_alarms);
    visit(8, "last_drift", self.last_drift);
    visit(9, "due", self.due);
    visit(10, "forecast", self.forecast);
    visit(11, "value", self.value);
  }
};

struct MonitorView {
  Timestamp time;  // of the closed epoch
  std::string numeraire;
  std::uint32_t max_green = 0;  // exceptions of the last 250 results that are green
  std::uint32_t max_yellow = 0;
  std::uint32_t yellow = 0;  // lines
  std::uint32_t red = 0;
  std::vector<MonitorLine> lines;  // assets, then instruments, by registration

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "time", self.time);
    visit(2, "numeraire", self.numeraire);
    visit(3, "max_green", self.max_green);
    visit(4, "max_yellow", self.max_yellow);
    visit(5, "yellow", self.yellow);
    visit(6, "red", self.red);
    visit(7, "lines", self.lines);
  }
};

MonitorView monitor_view(const engine::State& state);

}  // namespace bulkhead::views
