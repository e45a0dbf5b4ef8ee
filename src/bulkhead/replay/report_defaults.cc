// Section: each default with its coverage, its timeline and who bore the loss.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

constexpr std::size_t kMostCards = 12;
constexpr std::size_t kMostEntries = 60;

double loss_beyond_own(const DefaultRow& d) { return d.insurance_fund + d.bad_debt; }

std::string_view entry_colour(std::string_view kind) {
  if (kind == "paid" || kind == "released" || kind == "closed") return colour::kGreen;
  if (kind == "watch" || kind == "call") return colour::kOrange;
  if (kind == "sequestered") return colour::kBlue;
  if (kind == "default") return "#7f1d1d";
  return colour::kVermillion;
}

std::string coverage_line(const ReportData& data, const DefaultRow& d) {
  const Frame frame{.width = 560, .height = 190, .left = 58, .right = 70, .top = 22, .bottom = 28};
  Timestamp begin = d.declared - hours(6), end = d.closed == Timestamp{} ? data.end : d.closed;
  if (!d.coverage.empty()) {
    begin = d.coverage.front().time;
    end = std::max(d.coverage.back().time, begin + minutes(1));
  }
  const Scale x = time_scale(frame, begin, end);
  const Scale y = Scale::linear(-0.2, 1.6, frame.y0(), frame.y1());
  Svg svg(frame, "Coverage of " + d.account + " around its default");
  svg.value_axis(y, {0, 0.5, 1.0, 1.5}, {"0", "0.5", "1", "1.5"}, "coverage");
  svg.time_axis(x, begin, end);
  std::vector<double> wanted;
  std::vector<const Level*> shown;
  for (const Level& level : data.levels) {
    if (level.name == "call" || level.name == "sequester" || level.name == "maintenance") {
      shown.push_back(&level);
      wanted.push_back(y(level.coverage));
    }
  }
  const std::vector<double> placed = spread(wanted, 12, frame.y1(), frame.y0());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    svg.line({frame.x0(), wanted[i]}, {frame.x1(), wanted[i]}, colour::kOrange, 0.8, "5 4");
    svg.text({frame.x1() + 5, placed[i] + 4}, shown[i]->name, "start", "t u");
  }
  std::vector<Point> line;
  for (const PricePoint& p : d.coverage) {
    line.push_back({x(time_value(p.time, begin)), y(std::clamp(p.price, -0.2, 1.6))});
  }
  svg.polyline(thin(line), colour::kInk, 1.6);
  for (const TimelineEntry& entry : d.timeline) {
    if (entry.time < begin || entry.time > end) continue;
    const double at = x(time_value(entry.time, begin));
    const bool declared = entry.kind == "default";
    svg.line({at, frame.y1()}, {at, frame.y0()}, entry_colour(entry.kind), declared ? 1.6 : 0.7);
    svg.circle({at, frame.y1()}, 3.2, entry_colour(entry.kind),
               clock_text(entry.time) + " " + entry.text);
  }
  return svg.finish();
}

// Who bore the loss, as one bar.
std::string waterfall_bar(const DefaultRow& d) {
  const std::pair<std::string_view, double> parts[] = {{"own sequestered", d.covered_by_vault},
                                                       {"own other", d.covered_by_own},
                                                       {"insurance fund", d.insurance_fund},
                                                       {"bad debt", d.bad_debt}};
  static constexpr std::string_view kColours[] = {colour::kBlue, "#8fb8d6", colour::kOrange,
                                                  colour::kVermillion};
  double sum = 0;
  for (const auto& [name, value] : parts) sum += value;
  if (!(sum > 0)) return "<p class=\"how\">No loss was realised.</p>\n";
  const Frame frame{.width = 560, .height = 34};
  Svg svg(frame, "Who bore the loss");
  double at = 0;
  std::vector<LegendItem> items;
  for (std::size_t i = 0; i < 4; ++i) {
    const double width = 560 * parts[i].second / sum;
    if (width <= 0) continue;
    svg.rect(at, 4, std::max(width - 1.5, 0.5), 16, kColours[i], 1,
             std::string(parts[i].first) + " " + with_commas(parts[i].second));
    at += width;
    items.push_back({std::string(parts[i].first) + " " + in_short(parts[i].second), kColours[i]});
  }
  return svg.finish() + legend(items);
}

std::string timeline_list(const DefaultRow& d) {
  std::string out = "<ol class=\"timeline\">";
  for (std::size_t i = 0; i < d.timeline.size() && i < kMostEntries; ++i) {
    const TimelineEntry& entry = d.timeline[i];
    out += "<li><i style=\"background:" + std::string(entry_colour(entry.kind)) + "\"></i><time>" +
           clock_text(entry.time) + "</time> <b>" + escape(entry.kind) + "</b> " +
           escape(entry.text) + "</li>\n";
  }
  if (d.timeline.size() > kMostEntries) {
    out += "<li>and " + with_commas(static_cast<double>(d.timeline.size() - kMostEntries)) +
           " more entries in the log</li>\n";
  }
  return out + "</ol>\n";
}

std::string card(const ReportData& data, const DefaultRow& d) {
  std::string out = "<article class=\"card\"><h4>" + escape(d.account) + "</h4><p class=\"how\">" +
                    escape(d.ground) + ", declared " + clock_text(d.declared);
  if (d.closed != Timestamp{}) out += ", over after " + span_text(d.closed - d.declared);
  out += "; equity then " + with_commas(d.equity_at_default) + " " + escape(data.numeraire) +
         ".</p>\n";
  out += coverage_line(data, d) + waterfall_bar(d) + details("Timeline", timeline_list(d));
  return out + "</article>\n";
}

std::string default_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const DefaultRow& d : data.defaults) {
    rows.push_back({full_time(d.declared), d.account, d.member, d.ground,
                    with_commas(d.equity_at_default), with_commas(d.covered_by_vault),
                    with_commas(d.covered_by_own), with_commas(d.insurance_fund),
                    with_commas(d.bad_debt), full_time(d.closed)});
  }
  return table({"declared (UTC)", "account", "member", "ground", ">equity then", ">own sequestered",
                ">own other", ">insurance fund", ">bad debt", "over"},
               rows);
}

}  // namespace

std::string defaults_section(const ReportData& data) {
  if (data.defaults.empty()) {
    return section("Defaults", "<p class=\"how\">No account defaulted.</p>\n");
  }
  double beyond = 0, vault = 0;
  for (const DefaultRow& d : data.defaults) {
    beyond += loss_beyond_own(d);
    vault += d.covered_by_vault;
  }
  std::vector<std::size_t> order(data.defaults.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double x = loss_beyond_own(data.defaults[a]), y = loss_beyond_own(data.defaults[b]);
    return x != y ? x > y : a < b;
  });
  std::string cards = "<div class=\"cards\">\n";
  for (std::size_t i = 0; i < order.size() && i < kMostCards; ++i) {
    cards += card(data, data.defaults[order[i]]);
  }
  cards += "</div>\n";
  const std::string title = plural(data.defaults.size(), "default", "defaults") + ": " +
                            in_short(vault) + " " + data.numeraire +
                            " was met from collateral sequestered beforehand, " + in_short(beyond) +
                            " fell on others";
  const std::string reading =
      data.defaults.size() > kMostCards
          ? "The " + with_commas(kMostCards) + " costliest; the table has all."
          : "Coverage of each account around its default; the bar shows who bore the loss.";
  return section("Defaults", figure(title, reading,
                                    legend({{"call, watch", colour::kOrange},
                                            {"sequestered", colour::kBlue},
                                            {"default", "#7f1d1d"},
                                            {"liquidation", colour::kVermillion},
                                            {"paid, closed", colour::kGreen}}) +
                                        cards) +
                                 details("Table: defaults", default_table(data)));
}

}  // namespace bulkhead::replay
