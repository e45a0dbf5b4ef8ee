// Section: coverage of all accounts as a fan, with the levels of the ladder.
#include <algorithm>
#include <cmath>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

constexpr double kLowest = 0.4;
constexpr double kHighest = 6.0;

std::string_view level_colour(double coverage) {
  if (coverage >= 1.0) return colour::kGreen;
  return coverage > 0.85 ? colour::kOrange : colour::kVermillion;
}

std::string fan_chart(const ReportData& data) {
  const Frame frame{.height = 440, .right = 118, .top = 24};
  double high = 1.5;
  for (const CoverageSample& s : data.coverage) high = std::max(high, s.coverage[5]);
  const Scale y =
      Scale::logarithmic(kLowest, std::min(high * 1.05, kHighest), frame.y0(), frame.y1());
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, "Coverage of all accounts over time as percentiles");
  std::vector<double> ticks;
  std::vector<std::string> labels;
  for (const double t : {0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0}) {
    if (t > y.to()) break;
    ticks.push_back(t);
    labels.push_back(with_digits(t, t < 5 ? 1 : 0));
  }
  svg.value_axis(y, ticks, labels, "coverage, equity / initial margin (logarithmic)");
  svg.time_axis(x, data.begin, data.end);
  std::array<std::vector<Point>, 6> lines;
  for (const CoverageSample& s : data.coverage) {
    for (std::size_t q = 0; q < 6; ++q) {
      lines[q].push_back({x(time_value(s.time, data.begin)), y(std::max(s.coverage[q], kLowest))});
    }
  }
  svg.band(lines[5], lines[1], colour::kSky, 0.25);
  svg.band(lines[4], lines[2], colour::kBlue, 0.28);
  svg.polyline(lines[3], colour::kBlue, 2.2);
  svg.polyline(lines[0], "#5b6b79", 1.1, "3 2");
  std::vector<double> wanted;
  for (const Level& level : data.levels) wanted.push_back(y(level.coverage));
  const std::vector<double> placed = spread(wanted, 14, frame.y1() + 6, frame.y0());
  for (std::size_t i = 0; i < data.levels.size(); ++i) {
    const Level& level = data.levels[i];
    svg.line({frame.x0(), wanted[i]}, {frame.x1(), wanted[i]}, level_colour(level.coverage), 1.1,
             "6 4");
    svg.line({frame.x1() + 1, wanted[i]}, {frame.x1() + 8, placed[i]}, level_colour(level.coverage),
             1);
    svg.text({frame.x1() + 11, placed[i] + 4}, level.name + " " + with_digits(level.coverage, 2),
             "start", "t", level_colour(level.coverage));
  }
  return svg.finish();
}

std::string coverage_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : table_rows(data.coverage.size(), 200)) {
    const CoverageSample& s = data.coverage[i];
    std::vector<std::string> row{full_time(s.time), with_commas(s.accounts)};
    for (const double c : s.coverage) row.push_back(with_digits(c, 2));
    rows.push_back(std::move(row));
  }
  return table({"time (UTC)", ">accounts", ">p1", ">p5", ">p25", ">median", ">p75", ">p95"}, rows);
}

}  // namespace

std::string coverage_section(const ReportData& data) {
  if (data.coverage.empty()) return "";
  const auto worst = std::min_element(data.coverage.begin(), data.coverage.end(),
                                      [](const CoverageSample& a, const CoverageSample& b) {
                                        return a.coverage[1] < b.coverage[1];
                                      });
  const std::string title = "At the worst moment, " + clock_text(worst->time) +
                            ", one account in twenty stood below " +
                            with_digits(worst->coverage[1], 2);
  return section(
      "Coverage of all accounts",
      figure(title,
             "Equity over initial margin of every account with obligations, sampled through the "
             "window. Lines at the side are the levels of the ladder; values outside 0.4 "
             "to 6 are drawn at the edge.",
             legend({{"half of the accounts (p25–p75)", "#8fbcdc"},
                     {"nine in ten (p5–p95)", "#d3e9f7"},
                     {"median", colour::kBlue},
                     {"worst one in a hundred (p1)", "#5b6b79"}}) +
                 fan_chart(data)) +
          details("Table: percentiles of coverage", coverage_table(data)));
}

}  // namespace bulkhead::replay
