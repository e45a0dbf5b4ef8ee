// Section: how well the model of risk held, product by product, as the engine counted.
#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {

std::string models_section(const ReportData& data) {
  std::size_t exceptions = 0, alarms = 0, watched = 0;
  std::vector<std::vector<std::string>> rows;
  for (const views::MonitorLine& line : data.models) {
    exceptions += line.exceptions;
    watched += line.results > 0 ? 1 : 0;
    if (line.side == engine::MonitorSide::held) alarms += line.drift_alarms;
    if (line.exceptions == 0 && line.drift_alarms == 0) continue;
    rows.push_back({line.subject, std::string(to_string(line.side)),
                    std::string(to_string(line.zone)), std::to_string(line.exceptions),
                    std::to_string(line.results),
                    line.last_exception.ns == 0 ? "" : full_time(line.last_exception),
                    std::to_string(line.drift_alarms)});
  }
  if (watched == 0) return "";
  const std::string title = std::to_string(exceptions) +
                            (exceptions == 1 ? " loss was" : " losses were") +
                            " larger than the core had forecast";
  std::string body = rows.empty() ? ""
                                  : table({"product", "side", "zone", ">exceptions", ">results",
                                           "last exception", ">drift alarms"},
                                          rows);
  return section("Model",
                 figure(title,
                        plural(watched, "side", "sides") +
                            " of products had a result: one coin or one lot, held and owed. "
                            "Zones are those of Basel over the last 250 results; " +
                            plural(alarms, "drift alarm", "drift alarms") + ".",
                        body));
}

}  // namespace bulkhead::replay
