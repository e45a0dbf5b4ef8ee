// Section: prices, regimes and times when a price was not good.
#include <algorithm>
#include <cmath>

#include "bulkhead/base/elementary.h"
#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

constexpr std::size_t kMostLines = 8;
constexpr std::string_view kRegimeColours[] = {"#e3edf4", "#a9c7dc", "#f0b44c", "#b3261e"};

std::string_view regime_colour(market::Regime regime) {
  return kRegimeColours[static_cast<std::size_t>(regime)];
}

struct Fall {
  std::size_t asset = 0;
  double size = 0;  // fraction of the peak
  Timestamp peak, trough;
};

// The deepest fall from a peak of the window.
Fall deepest_fall(const ReportData& data) {
  Fall worst;
  for (std::size_t a = 0; a < data.assets.size(); ++a) {
    PricePoint peak;
    for (const PricePoint& p : data.assets[a].points) {
      if (p.price > peak.price) peak = p;
      const double fall = peak.price > 0 ? 1 - p.price / peak.price : 0;
      if (fall > worst.size) worst = {a, fall, peak.time, p.time};
    }
  }
  return worst;
}

// The first assets, and with them the one that fell most.
std::vector<std::size_t> drawn_assets(const ReportData& data) {
  std::vector<std::size_t> drawn(std::min(data.assets.size(), kMostLines));
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = i;
  const std::size_t fallen = deepest_fall(data).asset;
  if (fallen >= drawn.size() && !drawn.empty()) drawn.back() = fallen;
  return drawn;
}

std::string price_chart(const ReportData& data) {
  const Frame frame{.height = 360, .right = 118, .top = 24};
  const std::vector<std::size_t> drawn = drawn_assets(data);
  double low = 100, high = 100;
  for (const std::size_t a : drawn) {
    const auto& points = data.assets[a].points;
    for (const PricePoint& p : points) {
      const double v = std::max(100 * p.price / points.front().price, 0.1);
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  const bool logarithmic = high / low > 4;
  const double pad = 0.04 * (high - low);
  const Scale y = logarithmic ? Scale::logarithmic(low / 1.1, high * 1.1, frame.y0(), frame.y1())
                              : Scale::linear(low - pad, high + pad, frame.y0(), frame.y1());
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, "Prices over time, 100 at the start");
  std::vector<std::string> labels;
  const std::vector<double> ticks = y.ticks(6);
  for (const double t : ticks) labels.push_back(with_digits(t, t < 1 ? 1 : 0));
  svg.value_axis(y, ticks, labels,
                 logarithmic ? "price, start = 100 (logarithmic)" : "price, start = 100");
  svg.time_axis(x, data.begin, data.end);
  std::vector<double> ends;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto& points = data.assets[drawn[i]].points;
    std::vector<Point> line;
    for (const PricePoint& p : points) {
      line.push_back({x(time_value(p.time, data.begin)),
                      y(std::max(100 * p.price / points.front().price, 0.1))});
    }
    svg.polyline(thin(line), colour::series(i), 1.6);
    ends.push_back(line.empty() ? frame.y0() : line.back().y);
  }
  const std::vector<double> placed = spread(ends, 15, frame.y1() + 6, frame.y0());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto& points = data.assets[drawn[i]].points;
    if (points.empty()) continue;
    const double change = points.back().price / points.front().price - 1;
    svg.line({frame.x1() + 1, ends[i]}, {frame.x1() + 8, placed[i]}, colour::series(i), 1);
    svg.text({frame.x1() + 11, placed[i] + 4},
             data.assets[drawn[i]].asset + (change < 0 ? " −" : " +") + percent(std::abs(change)),
             "start", "t b", colour::series(i));
  }
  return svg.finish();
}

std::string regime_strips(const ReportData& data) {
  const double row = 22;
  const double rows = static_cast<double>(data.assets.size());
  const Frame frame{.height = 12 + rows * row + 34, .right = 118, .top = 8};
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, "Volatility regime of each asset over time");
  for (std::size_t a = 0; a < data.assets.size(); ++a) {
    const AssetSeries& asset = data.assets[a];
    const double top = frame.y1() + static_cast<double>(a) * row;
    svg.text({frame.x0() - 8, top + 13}, asset.asset, "end", "t b");
    for (const RegimeSpan& span : asset.regimes) {
      const double from = x(time_value(span.begin, data.begin));
      const double to = x(time_value(span.end, data.begin));
      svg.rect(from, top, std::max(to - from, 0.5), row - 6, regime_colour(span.regime), 1,
               asset.asset + " " + std::string(to_string(span.regime)) + " " +
                   clock_text(span.begin) + " – " + clock_text(span.end));
    }
    Duration below{};
    for (const QualitySpan& span : asset.below_good) {
      const double from = x(time_value(span.begin, data.begin));
      const double to = x(time_value(span.end, data.begin));
      below = below + (span.end - span.begin);
      svg.rect(from, top + row - 5, std::max(to - from, 1.0), 3, colour::kInk, 1,
               asset.asset + " price " + std::string(to_string(span.quality)) + " " +
                   clock_text(span.begin) + " – " + clock_text(span.end));
    }
    if (below > Duration{}) {
      svg.text({frame.x1() + 8, top + 13}, "not good " + span_text(below), "start", "t u");
    }
  }
  svg.time_axis(x, data.begin, data.end);
  return svg.finish();
}

double share_of_time(const AssetSeries& asset, market::Regime regime) {
  std::int64_t all = 0, in = 0;
  for (const RegimeSpan& span : asset.regimes) {
    all += (span.end - span.begin).ns;
    if (span.regime == regime) in += (span.end - span.begin).ns;
  }
  return all > 0 ? static_cast<double>(in) / static_cast<double>(all) : 0;
}

std::string market_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const AssetSeries& asset : data.assets) {
    if (asset.points.empty()) continue;
    const auto by_price = [](const PricePoint& a, const PricePoint& b) {
      return a.price < b.price;
    };
    const auto [least, most] =
        std::minmax_element(asset.points.begin(), asset.points.end(), by_price);
    Duration below{};
    for (const QualitySpan& span : asset.below_good) below = below + (span.end - span.begin);
    const auto price = [](double p) { return with_digits(p, p >= 100 ? 2 : p >= 1 ? 4 : 6); };
    rows.push_back({asset.asset, price(asset.points.front().price),
                    price(asset.points.back().price), price(most->price), full_time(most->time),
                    price(least->price), full_time(least->time),
                    percent(share_of_time(asset, market::Regime::high)),
                    percent(share_of_time(asset, market::Regime::extreme)), span_text(below)});
  }
  return table({"asset", ">first", ">last", ">highest", "at", ">lowest", "at", ">high regime",
                ">extreme regime", ">price not good"},
               rows);
}

}  // namespace

std::string market_section(const ReportData& data) {
  if (data.assets.empty()) return "";
  const Fall fall = deepest_fall(data);
  std::string title = "Prices barely moved";
  if (fall.size > 0.02) {
    title = data.assets[fall.asset].asset + " fell " + percent(fall.size) + " in " +
            span_text(fall.trough - fall.peak) + ", to its low at " + clock_text(fall.trough);
  }
  std::size_t wildest = 0;
  for (std::size_t a = 1; a < data.assets.size(); ++a) {
    if (share_of_time(data.assets[a], market::Regime::extreme) >
        share_of_time(data.assets[wildest], market::Regime::extreme)) {
      wildest = a;
    }
  }
  const double extreme = share_of_time(data.assets[wildest], market::Regime::extreme);
  const std::string regimes = extreme > 0
                                  ? data.assets[wildest].asset + " was in the extreme regime for " +
                                        percent(extreme) + " of the window"
                                  : "No asset reached the extreme regime";
  return section(
      "Market",
      figure(title, "Prices in " + data.numeraire + ", set to 100 at the start.",
             price_chart(data)) +
          figure(regimes,
                 "Volatility regime per asset. A black line under a strip marks times when the "
                 "price was below good.",
                 legend({{"calm", kRegimeColours[0]},
                         {"normal", kRegimeColours[1]},
                         {"high", kRegimeColours[2]},
                         {"extreme", kRegimeColours[3]},
                         {"price below good", colour::kInk}}) +
                     regime_strips(data)) +
          details("Table: prices and regimes", market_table(data)));
}

}  // namespace bulkhead::replay
