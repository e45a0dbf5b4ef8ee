// Tables and JSON of the benchmark's figures.
#include "figures.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

namespace bulkhead::bench {

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

Timing summarise(std::vector<double> seconds_per_item) {
  std::sort(seconds_per_item.begin(), seconds_per_item.end());
  return {seconds_per_item.front(), seconds_per_item[seconds_per_item.size() / 2],
          static_cast<int>(seconds_per_item.size())};
}

Figure timed(std::string name, std::string item, const Timing& timing) {
  Figure figure;
  figure.name = std::move(name);
  figure.unit = "us per " + item;
  figure.least = timing.least * 1e6;
  figure.median = timing.median * 1e6;
  figure.repeats = timing.repeats;
  figure.per_second = item + "s per second";
  return figure;
}

Figure plain(std::string name, std::string unit, double value) {
  Figure figure;
  figure.name = std::move(name);
  figure.unit = std::move(unit);
  figure.least = value;
  figure.median = value;
  return figure;
}

std::string to_text(const std::vector<Figure>& figures) {
  std::string text = fmt::format("{:<44}{:>14}{:>14}  {:<20}{:>12} {}\n", "", "least", "median",
                                 "unit", "per second", "of a ceiling of this run");
  for (const Figure& figure : figures) {
    const std::string rate =
        figure.per_second.empty() ? "" : fmt::format("{:.4g}", 1e6 / figure.median);
    const std::string ratio =
        figure.ratio == 0 ? "" : fmt::format(" {:.3g} {}", figure.ratio, figure.ratio_of);
    text += fmt::format("{:<44}{:>14.5g}{:>14.5g}  {:<20}{:>12}{}\n", figure.name, figure.least,
                        figure.median, figure.unit, rate, ratio);
  }
  return text;
}

std::string to_json(const std::vector<Figure>& figures) {
  std::string text = "{\n  \"format\": 1,\n  \"figures\": [\n";
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const Figure& figure = figures[i];
    text += fmt::format(R"(    {{"name": "{}", "unit": "{}", "least": {:.9g}, "median": {:.9g}, )",
                        figure.name, figure.unit, figure.least, figure.median);
    text += fmt::format(R"("repeats": {})", figure.repeats);
    if (!figure.per_second.empty()) {
      text += fmt::format(R"(, "per_second": {:.9g}, "per_second_of": "{}")", 1e6 / figure.median,
                          figure.per_second);
    }
    if (figure.ratio != 0) {
      text += fmt::format(R"(, "ratio": {:.9g}, "ratio_of": "{}")", figure.ratio, figure.ratio_of);
    }
    text += i + 1 < figures.size() ? "},\n" : "}\n";
  }
  return text + "  ]\n}\n";
}

}  // namespace bulkhead::bench
