// Drawing of charts as inline SVG: text of numbers, scales, axes and shapes. Same input, same
// bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/time.h"

namespace bulkhead::replay {

std::string escape(std::string_view text);          // for HTML text and attributes
std::string coordinate(double value);               // one decimal, "12.5"
std::string with_commas(double value);              // "12,345"
std::string with_digits(double value, int digits);  // "0.83"
std::string in_short(double value);                 // "12.3 M", "450 k", "1.20 bn"
std::string axis_number(double value);              // "10 k", "2.5 M"
std::string percent(double share);                  // "12 %", "1.3 %"
std::string clock_text(Timestamp t);                // "12 Mar 10:45"
std::string full_time(Timestamp t);                 // "2020-03-12 10:45"
std::string span_text(Duration d);                  // "3 h 20 min"
std::string plural(std::size_t n, std::string_view one, std::string_view many);  // "1 call"

struct Point {
  double x = 0, y = 0;
};

// Colours that stay apart for colour-blind readers (Okabe and Ito).
namespace colour {
inline constexpr std::string_view kBlue = "#0072b2", kOrange = "#e69f00", kGreen = "#009e73",
                                  kVermillion = "#d55e00", kSky = "#56b4e9", kPurple = "#a0568c",
                                  kInk = "#1d2733", kGrey = "#8a97a3", kPale = "#d5dce2";
std::string_view series(std::size_t index);  // cycles through eight
}  // namespace colour

// Maps [from, to] to pixels [first, last]; logarithmic scales clamp to their ends.
class Scale {
 public:
  static Scale linear(double from, double to, double first, double last);
  static Scale logarithmic(double from, double to, double first, double last);
  double operator()(double value) const;
  std::vector<double> ticks(int about) const;  // at 1, 2, 5 times powers of ten
  double from() const { return from_; }
  double to() const { return to_; }

 private:
  double from_ = 0, to_ = 1, first_ = 0, last_ = 1;
  bool logarithmic_ = false;
};

struct Frame {
  double width = 1160, height = 320;
  double left = 64, right = 110, top = 16, bottom = 34;
  double x0() const { return left; }
  double x1() const { return width - right; }
  double y0() const { return height - bottom; }
  double y1() const { return top; }
};

class Svg {
 public:
  Svg(Frame frame, std::string_view label);
  const Frame& frame() const { return frame_; }

  void line(Point a, Point b, std::string_view stroke, double width, std::string_view dash = "");
  void polyline(const std::vector<Point>& points, std::string_view stroke, double width,
                std::string_view dash = "");
  // Between an upper and a lower edge that share their x.
  void band(const std::vector<Point>& upper, const std::vector<Point>& lower, std::string_view fill,
            double opacity);
  void rect(double x, double y, double width, double height, std::string_view fill,
            double opacity = 1, std::string_view hover = "");
  void circle(Point centre, double radius, std::string_view fill, std::string_view hover = "",
              bool hollow = false);
  // anchor: start, middle, end.
  void text(Point at, std::string_view text, std::string_view anchor = "start",
            std::string_view css_class = "t", std::string_view fill = "");
  // Over more than two years only the years.
  void time_axis(const Scale& x, Timestamp begin, Timestamp end);
  // Grid lines and labels on the left; `unit` stands above the axis.
  void value_axis(const Scale& y, const std::vector<double>& ticks,
                  const std::vector<std::string>& labels, std::string_view unit);
  std::string finish();

 private:
  void year_axis(const Scale& x, Timestamp begin, Timestamp end);

  Frame frame_;
  std::string body_;
};

// Seconds since `begin`: the x value of time charts.
double time_value(Timestamp t, Timestamp begin);
Scale time_scale(const Frame& frame, Timestamp begin, Timestamp end);

// At most four points (first, least, greatest, last) per pixel column.
std::vector<Point> thin(const std::vector<Point>& points);

// Moves labels apart so that neighbours are at least `gap` away, within [low, high]; returns the
// new positions in the order given.
std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high);

struct LegendItem {
  std::string text;
  std::string_view colour;
};
std::string legend(const std::vector<LegendItem>& items);  // HTML

// A table that scrolls inside <details>. Cells are escaped; columns named with a leading '>' are
// aligned right.
std::string table(const std::vector<std::string>& header,
                  const std::vector<std::vector<std::string>>& rows);
std::string details(std::string_view summary, const std::string& content);

}  // namespace bulkhead::replay
