// Charts of a tuning: points of a frontier, and precision against recall.
#include <algorithm>
#include <map>

#include "bulkhead/replay/svg.h"
#include "bulkhead/replay/tune_report.h"

namespace bulkhead::replay {
namespace {

constexpr std::string_view kPlainColour = "#8a97a3";

std::vector<std::string> axes_of(const TuneGrid& grid) {
  std::vector<std::string> axes;
  for (const TunePoint& point : grid.points) {
    if (point.axis.empty() || !point.is_ladder()) continue;
    if (std::ranges::find(axes, point.axis) == axes.end()) axes.push_back(point.axis);
  }
  return axes;
}

std::string_view colour_of(const std::vector<std::string>& axes, const TunePoint& point) {
  if (!point.is_ladder()) return kPlainColour;
  const auto at = std::ranges::find(axes, point.axis);
  return at == axes.end() ? colour::kInk
                          : colour::series(static_cast<std::size_t>(at - axes.begin()));
}

const EdgeJudgement& judged(const TunePage& page, std::size_t window) {
  return window == kAllWindows ? page.judgement->pooled : page.judgement->windows[window].edge;
}

struct Span {
  double from = 0, to = 1;
};

// Of the values, with room on both sides; from 0 where that costs little.
Span span_of(const std::vector<double>& values) {
  const auto [least, most] = std::ranges::minmax(values);
  const double room = std::max((most - least) * 0.06, most * 0.005);
  Span span{std::max(0.0, least - room), most + room};
  if (least < 0.5 * most) span.from = 0;
  if (!(span.to > span.from)) span.to = span.from + 1;
  return span;
}

// The edge of two costs alone, as stairs from its first point down.
void draw_stairs(Svg& svg, const std::vector<Costs>& flat, const std::vector<std::size_t>& index,
                 const Scale& x, const Scale& y) {
  std::vector<Costs> on;
  for (const std::size_t i : efficient_edge(flat)) on.push_back(flat[i]);
  std::ranges::sort(on);
  std::vector<Point> line;
  for (const Costs& c : on) {
    if (!line.empty()) line.push_back({x(c[0]), line.back().y});
    line.push_back({x(c[0]), y(c[1])});
  }
  if (!line.empty() && !index.empty()) {
    line.insert(line.begin(), {line.front().x, svg.frame().y1()});
    line.push_back({svg.frame().x1(), line.back().y});
  }
  svg.polyline(line, colour::kBlue, 1.3, "5 3");
}

std::string hover_of(const TunePage& page, std::size_t window, std::size_t p, const Costs& c) {
  const bool pooled = window == kAllWindows;
  return page.options->grid.points[p].name + ": harm " +
         (pooled ? percent(c[kHarm]) + " of liquidate-only's" : in_short(c[kHarm])) + ", tied up " +
         (pooled ? percent(c[kTiedUp]) : in_short(c[kTiedUp])) + ", " + with_digits(c[kCalls], 2) +
         " calls per account";
}

}  // namespace

std::string frontier_legend(const TunePage& page) {
  std::vector<LegendItem> items = {{"as shipped", colour::kInk},
                                   {"liquidate-only (rings)", kPlainColour}};
  const std::vector<std::string> axes = axes_of(page.options->grid);
  for (std::size_t i = 0; i < axes.size(); ++i) items.push_back({axes[i], colour::series(i)});
  items.push_back({"edge of these two costs (dashed)", colour::kBlue});
  return legend(items);
}

std::string frontier_chart(const TunePage& page, std::size_t window, TuneChart chart,
                           double width) {
  const bool pooled = window == kAllWindows;
  const std::size_t objective = chart == TuneChart::collateral ? kTiedUp : kCalls;
  const std::vector<Costs>& costs = judged(page, window).costs;
  const TuneGrid& grid = page.options->grid;
  const std::vector<std::string> axes = axes_of(grid);
  std::vector<double> across, up;
  std::vector<Costs> flat;
  std::vector<std::size_t> index;
  for (std::size_t p = 0; p < costs.size(); ++p) {
    across.push_back(costs[p][objective]);
    up.push_back(costs[p][kHarm]);
    if (!grid.points[p].is_ladder()) continue;
    flat.push_back({across.back(), up.back()});
    index.push_back(p);
  }
  const Frame frame{.width = width,
                    .height = width > 700 ? 380.0 : 300.0,
                    .left = 64,
                    .right = 24,
                    .top = 22,
                    .bottom = 42};
  Svg svg(frame, "Harm against " + std::string(objective == kTiedUp ? "collateral" : "calls"));
  const Span wide = span_of(across), high = span_of(up);
  const Scale x = Scale::linear(wide.from, wide.to, frame.x0(), frame.x1());
  const Scale y = Scale::linear(high.from, high.to, frame.y0(), frame.y1());
  const auto below = [&](double v) {
    if (objective == kCalls) return with_digits(v, wide.to - wide.from < 1 ? 2 : 1);
    if (!pooled) return axis_number(v);
    return with_digits(100 * v, wide.to - wide.from < 0.08 ? 1 : 0) + " %";
  };
  std::vector<std::string> labels;
  const std::vector<double> ticks = y.ticks(5);
  for (const double t : ticks) labels.push_back(pooled ? percent(t) : axis_number(t));
  svg.value_axis(y, ticks, labels, pooled ? "harm, of liquidate-only's" : "harm");
  for (const double t : x.ticks(width > 700 ? 9 : 5)) {
    svg.line({x(t), frame.y0()}, {x(t), frame.y0() + 4}, colour::kGrey, 1);
    svg.text({x(t), frame.y0() + 17}, below(t), "middle");
  }
  svg.text({frame.x1(), frame.y0() + 34},
           objective == kCalls ? "calls per account"
                               : (pooled ? "mean collateral tied up, of opening equity"
                                         : "mean collateral tied up"),
           "end", "t u");
  draw_stairs(svg, flat, index, x, y);
  for (std::size_t p = costs.size(); p-- > 0;) {
    const TunePoint& point = grid.points[p];
    const double radius = p == kShipped ? 7 : p == kLiquidateOnly ? 6 : 4;
    svg.circle({x(across[p]), y(up[p])}, radius, colour_of(axes, point),
               hover_of(page, window, p, costs[p]), !point.is_ladder());
  }
  return svg.finish();
}

std::string score_chart(const TunePage& page) {
  const TuneGrid& grid = page.options->grid;
  const std::vector<std::string> axes = axes_of(grid);
  std::vector<TuneFigures> sums(grid.points.size());
  for (const TuneRun& run : page.result->runs) {
    TuneFigures& sum = sums[run.point];
    sum.needed += run.figures.needed;
    sum.false_alarms += run.figures.false_alarms;
    sum.missed += run.figures.missed;
  }
  const Frame frame{.height = 340, .left = 64, .right = 24, .top = 22, .bottom = 42};
  Svg svg(frame, "Precision and recall of sequestration");
  const Scale x = Scale::linear(0, 1, frame.x0(), frame.x1());
  const Scale y = Scale::linear(0, 1, frame.y0(), frame.y1());
  std::vector<std::string> labels;
  const std::vector<double> ticks = y.ticks(5);
  for (const double t : ticks) labels.push_back(percent(t));
  svg.value_axis(y, ticks, labels, "precision: of those that ended, needed");
  for (const double t : ticks) svg.text({x(t), frame.y0() + 17}, percent(t), "middle");
  svg.text({frame.x1(), frame.y0() + 34}, "recall: of those that were needed, held in time", "end",
           "t u");
  for (std::size_t p = sums.size(); p-- > 0;) {
    if (!grid.points[p].is_ladder()) continue;
    svg.circle({x(sums[p].recall()), y(sums[p].precision())}, p == kShipped ? 7 : 4,
               colour_of(axes, grid.points[p]),
               grid.points[p].name + ": precision " + percent(sums[p].precision()) + ", recall " +
                   percent(sums[p].recall()));
  }
  return svg.finish();
}

}  // namespace bulkhead::replay
