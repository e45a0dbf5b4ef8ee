// Sections: margin calls with their cures, and sequestrations with what became of them.
#include <algorithm>
#include <cmath>
#include <map>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

constexpr std::size_t kMostRows = 1000;

std::string_view outcome_colour(std::string_view outcome) {
  if (outcome == "met") return colour::kGreen;
  if (outcome == "withdrawn") return colour::kSky;
  if (outcome == "lapsed") return colour::kPurple;
  if (outcome == "failed") return colour::kVermillion;
  return colour::kGrey;
}

template <class Row, class Value>
Scale amount_scale(const Frame& frame, const std::vector<Row>& rows, Value value) {
  double low = 1e300, high = 0;
  for (const Row& row : rows) {
    if (!(value(row) > 0)) continue;
    low = std::min(low, value(row));
    high = std::max(high, value(row));
  }
  if (high == 0) return Scale::logarithmic(1, 10, frame.y0(), frame.y1());
  return Scale::logarithmic(low / 1.3, high * 1.3, frame.y0(), frame.y1());
}

void amount_axis(Svg& svg, const Scale& y, const std::string& unit) {
  const std::vector<double> ticks = y.ticks(6);
  std::vector<std::string> labels;
  for (const double t : ticks) labels.push_back(axis_number(t));
  svg.value_axis(y, ticks, labels, unit + " (logarithmic)");
}

std::string call_chart(const ReportData& data) {
  const Frame frame{.height = 360, .right = 118, .top = 24};
  const Scale y = amount_scale(frame, data.calls, [](const CallRow& c) { return c.amount; });
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, "Margin calls by time and amount");
  amount_axis(svg, y, "amount called, " + data.numeraire);
  svg.time_axis(x, data.begin, data.end);
  for (const CallRow& call : data.calls) {
    const Timestamp end = call.closed == Timestamp{} ? data.end : call.closed;
    const double at = y(std::max(call.amount, y.from()));
    svg.line({x(time_value(call.opened, data.begin)), at}, {x(time_value(end, data.begin)), at},
             outcome_colour(call.outcome), 1.2);
  }
  for (const CallRow& call : data.calls) {
    const Timestamp end = call.closed == Timestamp{} ? data.end : call.closed;
    svg.circle({x(time_value(call.opened, data.begin)), y(std::max(call.amount, y.from()))}, 3.4,
               outcome_colour(call.outcome),
               call.account + ": " + with_commas(call.amount) + " " + data.numeraire + ", " +
                   call.outcome + " after " + span_text(end - call.opened));
  }
  return svg.finish();
}

std::string call_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const CallRow& c : data.calls) {
    if (rows.size() == kMostRows) break;
    rows.push_back({full_time(c.opened), c.account, with_commas(c.amount), with_commas(c.paid),
                    full_time(c.deadline), full_time(c.closed), c.outcome, c.reason, c.id});
  }
  return table({"opened (UTC)", "account", ">called", ">paid", "deadline", "closed", "outcome",
                "reason", "id"},
               rows);
}

std::string_view place_colour(const ReportData& data, const std::string& place) {
  static constexpr std::string_view kPlaces[] = {colour::kSky,    colour::kBlue,   colour::kGreen,
                                                 colour::kPurple, colour::kOrange, colour::kGrey};
  const auto at = std::find(data.places.begin(), data.places.end(), place);
  const auto index = static_cast<std::size_t>(at - data.places.begin());
  return kPlaces[std::min<std::size_t>(index, 5)];
}

std::string sequestration_chart(const ReportData& data) {
  const Frame frame{.height = 360, .right = 118, .top = 24};
  const Scale y =
      amount_scale(frame, data.sequestrations, [](const SequestrationRow& s) { return s.value; });
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, "Sequestrations by time and value");
  amount_axis(svg, y, "value sequestered, " + data.numeraire);
  svg.time_axis(x, data.begin, data.end);
  for (const SequestrationRow& s : data.sequestrations) {
    const double at = y(std::max(s.value, y.from()));
    const double begun = x(time_value(s.begun, data.begin));
    const Timestamp last = s.released == Timestamp{} ? data.end : s.released;
    const double end = x(time_value(last, data.begin));
    const double final = s.final == Timestamp{} ? end : x(time_value(s.final, data.begin));
    const std::string_view fill = place_colour(data, s.place);
    svg.line({begun, at}, {final, at}, fill, 1.2, "2 2");
    if (s.final != Timestamp{}) svg.line({final, at}, {end, at}, fill, 1.2);
    if (s.released != Timestamp{}) svg.line({end, at - 4}, {end, at + 4}, fill, 1.6);
  }
  for (const SequestrationRow& s : data.sequestrations) {
    const Point centre{x(time_value(s.begun, data.begin)), y(std::max(s.value, y.from()))};
    const std::string hover = s.account + ": " + with_commas(s.value) + " " + data.numeraire +
                              " of " + s.asset + " to " + s.place + ", " + s.trigger +
                              (s.needed ? "; the account defaulted" : "");
    svg.circle(centre, s.needed ? 5.2 : 3.4,
               s.needed ? colour::kVermillion : place_colour(data, s.place), hover);
  }
  return svg.finish();
}

std::string sequestration_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const SequestrationRow& s : data.sequestrations) {
    if (rows.size() == kMostRows) break;
    rows.push_back({full_time(s.begun), s.account, with_commas(s.value), s.asset, s.place,
                    s.trigger, full_time(s.final), full_time(s.released), s.needed ? "yes" : "no"});
  }
  return table({"begun (UTC)", "account", ">value", "asset", "place", "trigger", "final",
                "released", "defaulted later"},
               rows);
}

Duration median(std::vector<Duration> durations) {
  if (durations.empty()) return {};
  std::sort(durations.begin(), durations.end());
  return durations[durations.size() / 2];
}

std::string shortened(std::size_t size) {
  return size > kMostRows ? ", the first " + with_commas(kMostRows) : "";
}

}  // namespace

std::string calls_section(const ReportData& data) {
  if (data.calls.empty()) return "";
  std::map<std::string, std::size_t> outcomes;
  std::vector<Duration> to_cure;
  for (const CallRow& c : data.calls) {
    ++outcomes[c.outcome];
    if (c.outcome == "met") to_cure.push_back(c.closed - c.opened);
  }
  std::string title = plural(data.calls.size(), "margin call", "margin calls") + ": " +
                      with_commas(static_cast<double>(to_cure.size())) + " met";
  if (!to_cure.empty()) title += ", half of them within " + span_text(median(to_cure));
  std::vector<LegendItem> items;
  for (const auto& [name, count] : outcomes) {
    items.push_back({name + " " + with_commas(static_cast<double>(count)), outcome_colour(name)});
  }
  return section("Calls and cures",
                 figure(title,
                        "A dot is a call at the time it was made; its line runs until it was "
                        "closed.",
                        legend(items) + call_chart(data)) +
                     details("Table: calls" + shortened(data.calls.size()), call_table(data)));
}

std::string sequestrations_section(const ReportData& data) {
  if (data.sequestrations.empty()) return "";
  std::size_t needed = 0, released = 0;
  std::vector<Duration> to_final;
  std::map<std::string, std::size_t> places;
  for (const SequestrationRow& s : data.sequestrations) {
    needed += s.needed ? 1U : 0U;
    released += s.released == Timestamp{} ? 0U : 1U;
    if (s.final != Timestamp{}) to_final.push_back(s.final - s.begun);
    ++places[s.place];
  }
  const std::string title = plural(data.sequestrations.size(), "sequestration", "sequestrations") +
                            ", " + with_commas(static_cast<double>(released)) + " released, " +
                            with_commas(static_cast<double>(needed)) +
                            " of accounts that later defaulted";
  std::vector<LegendItem> items{{"account defaulted later", colour::kVermillion}};
  for (const auto& [place, count] : places) {
    items.push_back(
        {place + " " + with_commas(static_cast<double>(count)), place_colour(data, place)});
  }
  std::string reading =
      "A dot is collateral encumbered; dashes run until the place's receipt makes it final, the "
      "line until its release.";
  if (!to_final.empty())
    reading += " Median time to finality: " + span_text(median(to_final)) + ".";
  return section("Sequestrations",
                 figure(title, reading, legend(items) + sequestration_chart(data)) +
                     details("Table: sequestrations" + shortened(data.sequestrations.size()),
                             sequestration_table(data)));
}

}  // namespace bulkhead::replay
