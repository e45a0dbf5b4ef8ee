#include "crowd_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace bulkhead::bench {
namespace {

// A table row of one quantity over ticks, or of single values.
struct Row {
  std::string key;   // of the JSON
  std::string what;  // of the table
  std::string unit;
  std::vector<std::pair<std::string, double>> values;
};

Row spread(std::string key, std::string what, std::string unit, std::vector<double> values) {
  Row row{std::move(key), std::move(what), std::move(unit), {}};
  if (values.empty()) return row;
  double sum = 0;
  for (const double v : values) sum += v;
  std::ranges::sort(values);
  const auto at = [&values](double q) {
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
  };
  row.values = {{"mean", sum / static_cast<double>(values.size())},
                {"p50", at(0.5)},
                {"p99", at(0.99)},
                {"max", at(1)}};
  return row;
}

Row single(std::string key, std::string what, std::string unit, double value) {
  return {std::move(key), std::move(what), std::move(unit), {{"value", value}}};
}

Row pause(std::string key, std::string what, const Spent& spent) {
  return {
      std::move(key), std::move(what), "s", {{"wall", spent.wall}, {"processor", spent.processor}}};
}

class Ticks {
 public:
  explicit Ticks(const HourFigures& figures) : figures_(figures) {}

  using Quantity = std::function<double(const TickFigures&)>;
  using Which = std::function<bool(std::size_t)>;
  std::vector<double> of(const Quantity& quantity, const Which& which) const {
    std::vector<double> values;
    for (std::size_t t = 0; t < figures_.ticks.size(); ++t) {
      if (which(t)) values.push_back(quantity(figures_.ticks[t]));
    }
    return values;
  }
  bool arms(std::size_t t) const { return t == 0 || t == figures_.new_set_at; }

 private:
  const HourFigures& figures_;
};

void add_shares(const HourFigures& f, std::vector<Row>& rows) {
  const Ticks ticks(f);
  const auto share = [](const TickFigures& t) { return 100 * t.share; };
  const auto nothing = [](const TickFigures& t) { return 100 * t.for_nothing; };
  const auto ladder = [](const TickFigures& t) { return 100 * (t.share - t.for_nothing); };
  const auto all = [](std::size_t) { return true; };
  const auto usual = [&ticks](std::size_t t) { return !ticks.arms(t); };
  const auto before = [&f](std::size_t t) { return t > 0 && t < f.jump_at; };
  rows.push_back(spread("share_all", "evaluated, every tick", "%", ticks.of(share, all)));
  rows.push_back(spread("share", "evaluated, but for both armings", "%", ticks.of(share, usual)));
  rows.push_back(spread("share_at_rest", "  of it found at rest", "%", ticks.of(nothing, usual)));
  rows.push_back(spread("share_ladder", "  of it on the ladder", "%", ticks.of(ladder, usual)));
  rows.push_back(
      spread("share_before_fall", "evaluated, before the fall", "%", ticks.of(share, before)));
  rows.push_back(
      spread("share_at_rest_before_fall", "  of it found at rest", "%", ticks.of(nothing, before)));
}

void add_latency(const HourFigures& f, std::vector<Row>& rows) {
  const Ticks ticks(f);
  const auto wall = [](const TickFigures& t) { return 1e3 * t.spent.wall; };
  const auto processor = [](const TickFigures& t) { return 1e3 * t.spent.processor; };
  const auto prices = [](const TickFigures& t) { return 1e3 * t.prices; };
  const auto usual = [&ticks](std::size_t t) { return !ticks.arms(t); };
  const auto changing = [&](std::size_t t) { return !ticks.arms(t) && f.ticks[t].changes > 0; };
  const auto before = [&f](std::size_t t) { return t > 0 && t < f.jump_at; };
  rows.push_back(spread("tick", "tick to last event", "ms", ticks.of(wall, usual)));
  rows.push_back(spread("tick_processor", "  processor time", "ms", ticks.of(processor, usual)));
  rows.push_back(
      spread("tick_changing", "  where a stage changed", "ms", ticks.of(wall, changing)));
  rows.push_back(spread("tick_before_fall", "  before the fall", "ms", ticks.of(wall, before)));
  rows.push_back(spread("prices", "observations before it", "ms", ticks.of(prices, usual)));
}

void add_pauses(const HourFigures& f, std::vector<Row>& rows) {
  rows.push_back(pause("opening", "opening the accounts, all commands", f.opening));
  rows.push_back(pause("adoption", "first set adopted", f.adoption));
  rows.push_back(pause("arming", "first tick with it: everyone armed", f.ticks[0].spent));
  rows.push_back(pause("new_set", "new set adopted", f.new_set));
  rows.push_back(pause("new_set_arming", "first tick with it", f.ticks[f.new_set_at].spent));
  rows.push_back(pause("fall", "the tick of the fall", f.ticks[f.jump_at].spent));
  rows.push_back(single("fall_share", "  evaluated in it", "%", 100 * f.ticks[f.jump_at].share));
  rows.push_back(single("fall_changes", "  stages changed in it", "",
                        static_cast<double>(f.ticks[f.jump_at].changes)));
  rows.push_back(pause("digest", "state root over all records", f.digest));
  for (const auto& [kind, spent] : f.longest) {
    if (kind == "tick" || kind == "adopt_scenario_set" || spent.wall < 1e-3) continue;
    rows.push_back(pause("longest_" + kind, "longest " + kind, spent));
  }
}

void add_memory(const CrowdOptions& o, const HourFigures& f, std::vector<Row>& rows) {
  const double accounts = static_cast<double>(o.accounts) + static_cast<double>(f.sample);
  const auto add = [&](const char* key, const char* what, double bytes) {
    rows.push_back(single(key, what, "bytes an account", bytes / accounts));
  };
  add("memory_opened", "heap beside the market, opened", f.opened.heap - f.market.heap);
  add("memory", "heap beside the market, at the end", f.end.heap - f.market.heap - f.rows);
  add("memory_ids", "  of it ids of the last seven days' commands", f.ids);
  add("memory_kept", "  of it the rest", f.end.heap - f.market.heap - f.rows - f.ids);
  add("memory_resident", "resident beside the market, at the end",
      f.end.resident - f.market.resident - f.rows);
}

std::vector<Row> rows_of(const CrowdOptions& o, const HourFigures& f) {
  std::vector<Row> rows;
  const auto count = [&rows](const char* key, const char* what, std::uint64_t n) {
    rows.push_back(single(key, what, "", static_cast<double>(n)));
  };
  count("accounts", "accounts", o.accounts);
  count("positions", "positions", f.positions);
  count("commands", "commands that opened them", f.commands);
  count("trued_up", "accounts that had to pledge more at once", f.trued_up);
  add_shares(f, rows);
  add_latency(f, rows);
  add_pauses(f, rows);
  add_memory(o, f, rows);
  count("answers", "calls answered", f.answers);
  count("fills", "liquidation orders filled", f.fills);
  count("sample", "accounts compared with brute force", f.sample);
  count("sample_changes", "  stage changes by brute force", f.check.changes);
  count("sample_missed", "  missed", f.check.missed);
  count("sample_spurious", "  spurious", f.check.spurious);
  count("sleepers_checked", "sleepers evaluated to check", f.counts.checked);
  count("sleepers_missed", "  missed", f.counts.missed);
  return rows;
}

std::string number(double value) {
  const double size = std::abs(value);
  if (value == std::floor(value) && size < 1e15) return fmt::format("{:.0f}", value);
  return size >= 100 ? fmt::format("{:.1f}", value) : fmt::format("{:.4g}", value);
}

}  // namespace

std::string crowd_text(const CrowdOptions& options, const HourFigures& figures) {
  std::string text = fmt::format(
      "{} accounts, {} underlyings, {} instruments, {} scenarios, {} ticks of {} ms from {}{}\n",
      options.accounts, options.underlyings, options.shape.instruments, options.shape.scenarios,
      options.ticks, options.milliseconds, to_string(options.from),
      options.data.empty() ? ", drawn prices" : ", recorded bars");
  for (const Row& row : rows_of(options, figures)) {
    if (row.values.empty()) continue;
    text += fmt::format("  {:<46}", row.what);
    for (const auto& [name, value] : row.values) {
      if (name != "value") text += fmt::format(" {}", name);
      text += fmt::format(" {:>8}", number(value));
    }
    text += row.unit.empty() ? "\n" : " " + row.unit + "\n";
  }
  return text;
}

std::string crowd_json(const CrowdOptions& options, const HourFigures& figures) {
  std::string json = fmt::format(
      "{{\"from\": \"{}\", \"prices\": \"{}\", \"ticks\": {}, \"milliseconds\": {}, "
      "\"underlyings\": {}, \"instruments\": {}, \"scenarios\": {}, \"figures\": [",
      to_string(options.from), options.data.empty() ? "drawn" : "recorded", options.ticks,
      options.milliseconds, options.underlyings, options.shape.instruments,
      options.shape.scenarios);
  bool first = true;
  for (const Row& row : rows_of(options, figures)) {
    if (row.values.empty()) continue;
    json += fmt::format("{}\n  {{\"name\": \"{}\", \"unit\": \"{}\"", first ? "" : ",", row.key,
                        row.unit);
    for (const auto& [name, value] : row.values) {
      json += fmt::format(", \"{}\": {}", name, number(value));
    }
    json += "}";
    first = false;
  }
  return json + "\n]}\n";
}

}  // namespace bulkhead::bench
