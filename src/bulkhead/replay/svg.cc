// Scales, axes and shapes.
#include "bulkhead/replay/svg.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::replay {
namespace {

double power_of_ten_below(double value) {
  double power = 1;
  while (power > value) power /= 10;
  while (power * 10 <= value) power *= 10;
  return power;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + coordinate(value) + "\"";
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string path_of(const std::vector<Point>& points, bool reversed, char first) {
  std::string out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& p = points[reversed ? points.size() - 1 - i : i];
    out += (i == 0 ? first : 'L') + coordinate(p.x) + " " + coordinate(p.y);
  }
  return out;
}

}  // namespace

std::string_view colour::series(std::size_t index) {
  static constexpr std::string_view kSeries[] = {kBlue, kVermillion, kGreen,    kPurple,
                                                 kSky,  kOrange,     "#5b4b8a", "#6b705c"};
  return kSeries[index % 8];
}

Scale Scale::linear(double from, double to, double first, double last) {
  Scale s;
  s.from_ = from;
  s.to_ = to > from ? to : from + 1;
  s.first_ = first;
  s.last_ = last;
  return s;
}

Scale Scale::logarithmic(double from, double to, double first, double last) {
  BULKHEAD_ASSERT(from > 0);
  Scale s = linear(from, to > from ? to : from * 2, first, last);
  s.logarithmic_ = true;
  return s;
}

double Scale::operator()(double value) const {
  double share = 0;
  if (logarithmic_) {
    const double v = std::clamp(value, from_, to_);
    share = log_fixed(v / from_) / log_fixed(to_ / from_);
  } else {
    share = (value - from_) / (to_ - from_);
  }
  return first_ + share * (last_ - first_);
}

std::vector<double> Scale::ticks(int about) const {
  std::vector<double> out;
  if (logarithmic_) {
    const bool fine = to_ / from_ < 40;
    for (double decade = power_of_ten_below(from_); decade <= to_ * 1.001; decade *= 10) {
      for (const double step : {1.0, 2.0, 5.0}) {
        const double v = decade * step;
        if (!fine && step != 1.0) continue;
        if (v >= from_ * 0.999 && v <= to_ * 1.001) out.push_back(v);
      }
    }
    return out;
  }
  const double raw = (to_ - from_) / std::max(about, 1);
  const double decade = power_of_ten_below(raw);
  const double part = raw / decade;
  const double step = decade * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  for (double v = std::ceil(from_ / step - 1e-9) * step; v <= to_ + step * 1e-9; v += step) {
    out.push_back(std::abs(v) < step * 1e-9 ? 0 : v);
  }
  return out;
}

Svg::Svg(Frame frame, std::string_view label) : frame_(frame) {
  body_ = "<svg viewBox=\"0 0 " + coordinate(frame.width) + " " + coordinate(frame.height) +
          "\" role=\"img\" aria-label=\"" + escape(label) + "\">\n";
}

void Svg::line(Point a, Point b, std::string_view stroke, double width, std::string_view dash) {
  body_ += "<line" + attribute("x1", a.x) + attribute("y1", a.y) + attribute("x2", b.x) +
           attribute("y2", b.y) + attribute("stroke", stroke) + attribute("stroke-width", width);
  if (!dash.empty()) body_ += attribute("stroke-dasharray", dash);
  body_ += "/>\n";
}

void Svg::polyline(const std::vector<Point>& points, std::string_view stroke, double width,
                   std::string_view dash) {
  if (points.empty()) return;
  body_ += "<path fill=\"none\" stroke-linejoin=\"round\"" + attribute("stroke", stroke) +
           attribute("stroke-width", width);
  if (!dash.empty()) body_ += attribute("stroke-dasharray", dash);
  body_ += " d=\"" + path_of(points, false, 'M') + "\"/>\n";
}

void Svg::band(const std::vector<Point>& upper, const std::vector<Point>& lower,
               std::string_view fill, double opacity) {
  if (upper.empty()) return;
  body_ += "<path stroke=\"none\"" + attribute("fill", fill) + " fill-opacity=\"" +
           with_digits(opacity, 2) + "\" d=\"" + path_of(upper, false, 'M') +
           path_of(lower, true, 'L') + "Z\"/>\n";
}

void Svg::rect(double x, double y, double width, double height, std::string_view fill,
               double opacity, std::string_view hover) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + attribute("fill", fill);
  if (opacity < 1) body_ += " fill-opacity=\"" + with_digits(opacity, 2) + "\"";
  body_ += hover.empty() ? "/>\n" : "><title>" + escape(hover) + "</title></rect>\n";
}

void Svg::circle(Point centre, double radius, std::string_view fill, std::string_view hover,
                 bool hollow) {
  body_ +=
      "<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius);
  body_ += hollow ? " fill=\"#fff\"" + attribute("stroke", fill) + " stroke-width=\"1.5\""
                  : attribute("fill", fill) + " fill-opacity=\"0.85\"";
  body_ += hover.empty() ? "/>\n" : "><title>" + escape(hover) + "</title></circle>\n";
}

void Svg::text(Point at, std::string_view text, std::string_view anchor, std::string_view css_class,
               std::string_view fill) {
  body_ += "<text" + attribute("x", at.x) + attribute("y", at.y) +
           attribute("text-anchor", anchor) + attribute("class", css_class);
  if (!fill.empty()) body_ += " style=\"fill:" + std::string(fill) + "\"";
  body_ += ">" + escape(text) + "</text>\n";
}

void Svg::year_axis(const Scale& x, Timestamp begin, Timestamp end) {
  line({frame_.x0(), frame_.y0()}, {frame_.x1(), frame_.y0()}, colour::kGrey, 1);
  for (int year = std::stoi(full_time(begin)) + 1;; ++year) {
    const Result<Timestamp> t = parse_timestamp(std::to_string(year) + "-01-01T00:00:00Z");
    if (!t || *t > end) break;
    const double at = x(time_value(*t, begin));
    line({at, frame_.y0()}, {at, frame_.y0() + 5}, colour::kGrey, 1);
    text({at, frame_.y0() + 18}, std::to_string(year), "middle", "t");
  }
}

void Svg::time_axis(const Scale& x, Timestamp begin, Timestamp end) {
  if (end - begin > days(2 * 365)) return year_axis(x, begin, end);
  static constexpr std::int64_t kSteps[] = {1,   2,   5,    10,   15,   30,   60,    120,   180,
                                            360, 720, 1440, 2880, 4320, 7200, 10080, 20160, 43200};
  std::int64_t step = 131'040;
  for (const std::int64_t s : kSteps) {
    if ((end - begin).ns / minutes(s).ns <= 9) {
      step = s;
      break;
    }
  }
  line({frame_.x0(), frame_.y0()}, {frame_.x1(), frame_.y0()}, colour::kGrey, 1);
  const Duration every = minutes(step);
  const std::int64_t first = (begin.ns + every.ns - 1) / every.ns;
  for (Timestamp t{first * every.ns}; t <= end; t = t + every) {
    const double at = x(time_value(t, begin));
    line({at, frame_.y0()}, {at, frame_.y0() + 5}, colour::kGrey, 1);
    const std::string label = clock_text(t);
    const std::size_t cut = label.rfind(' ');
    const bool midnight = start_of_day(t) == t;
    const bool whole_days = step >= 1440;
    text({at, frame_.y0() + 18},
         midnight || whole_days ? label.substr(0, cut) : label.substr(cut + 1), "middle",
         midnight && !whole_days ? "t b" : "t");
  }
  text({frame_.x0() - 26, frame_.y0() + 18}, "UTC", "end", "t u");
}

void Svg::value_axis(const Scale& y, const std::vector<double>& ticks,
                     const std::vector<std::string>& labels, std::string_view unit) {
  BULKHEAD_ASSERT(ticks.size() == labels.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double at = y(ticks[i]);
    line({frame_.x0(), at}, {frame_.x1(), at}, "#e6eaee", 1);
    text({frame_.x0() - 8, at + 4}, labels[i], "end");
  }
  text({4, frame_.y1() - 4}, unit, "start", "t u");
}

std::string Svg::finish() { return body_ + "</svg>\n"; }

double time_value(Timestamp t, Timestamp begin) { return (t - begin).seconds(); }

Scale time_scale(const Frame& frame, Timestamp begin, Timestamp end) {
  return Scale::linear(0, time_value(end, begin), frame.x0(), frame.x1());
}

std::vector<Point> thin(const std::vector<Point>& points) {
  if (points.size() < 1500) return points;
  std::vector<Point> out;
  for (std::size_t i = 0; i < points.size();) {
    std::size_t end = i, least = i, greatest = i;
    while (end < points.size() && std::floor(points[end].x) == std::floor(points[i].x)) {
      if (points[end].y < points[least].y) least = end;
      if (points[end].y > points[greatest].y) greatest = end;
      ++end;
    }
    std::vector<std::size_t> keep{i, std::min(least, greatest), std::max(least, greatest), end - 1};
    keep.erase(std::unique(keep.begin(), keep.end()), keep.end());
    for (const std::size_t k : keep) out.push_back(points[k]);
    i = end;
  }
  return out;
}

std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return wanted[a] != wanted[b] ? wanted[a] < wanted[b] : a < b;
  });
  std::vector<double> placed(wanted.size());
  double next = low;
  for (const std::size_t i : order) next = (placed[i] = std::max(wanted[i], next)) + gap;
  double limit = high;
  for (std::size_t k = order.size(); k-- > 0;) {
    placed[order[k]] = std::min(placed[order[k]], limit);
    limit = placed[order[k]] - gap;
  }
  return placed;
}

}  // namespace bulkhead::replay
