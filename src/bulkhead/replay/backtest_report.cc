#include "bulkhead/replay/backtest_report.h"

#include <algorithm>
#include <array>
#include <set>

#include "bulkhead/base/time.h"
#include "bulkhead/replay/html_page.h"
#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

using calibration::JudgedModel;
using calibration::ModelJudgement;
using calibration::ProductDay;
using calibration::ProductJudgement;
using calibration::ProductSeries;
using calibration::Zone;

constexpr std::array<const char*, 4> kDrawn = {"long BTC", "short BTC", "long ETH",
                                               "short BTC straddle"};
struct Crash {
  const char* name;
  const char* from;
  const char* to;
};
constexpr std::array<Crash, 4> kCrashes = {
    {{"Black Thursday, March 2020", "2020-02-15T00:00:00Z", "2020-04-30T00:00:00Z"},
     {"May 2021", "2021-04-20T00:00:00Z", "2021-06-30T00:00:00Z"},
     {"FTX, November 2022", "2022-10-20T00:00:00Z", "2022-12-31T00:00:00Z"},
     {"October 2025", "2025-09-15T00:00:00Z", "2025-10-31T00:00:00Z"}}};
constexpr std::size_t kBins = 20;

const ProductSeries* find(const BacktestPage& page, std::string_view name) {
  const auto at = std::ranges::find(page.run->series, name, &ProductSeries::name);
  return at == page.run->series.end() ? nullptr : &*at;
}

std::string share(double part, int digits = 1) { return with_digits(100 * part, digits) + " %"; }

// Losses downwards from the middle, the VaR and the margin as what they may come to.
std::string loss_chart(const BacktestPage& page, const std::vector<ProductDay>& days, Frame frame,
                       std::string_view label) {
  Svg svg(frame, label);
  double most = 0;
  for (const ProductDay& day : days) most = std::max({most, day.loss, -day.loss, day.charged});
  most = std::max(most / page.unit, 0.01);
  const Scale x = time_scale(frame, days.front().time, days.back().time);
  const Scale y = Scale::linear(-most, most, frame.y0(), frame.y1());
  std::vector<std::string> labels;
  const std::vector<double> ticks = y.ticks(5);
  for (const double t : ticks) labels.push_back(percent(t));
  svg.value_axis(y, ticks, labels, "P&L of the notional");
  svg.time_axis(x, days.front().time, days.back().time);
  std::vector<Point> var, charged;
  const auto at = [&](const ProductDay& day) { return x(time_value(day.time, days.front().time)); };
  for (const ProductDay& day : days) {
    var.push_back({at(day), y(-day.var_99 / page.unit)});
    charged.push_back({at(day), y(-day.charged / page.unit)});
    const bool exception = day.loss > day.var_99;
    if (!exception) svg.circle({at(day), y(-day.loss / page.unit)}, 1.1, colour::kGrey);
  }
  svg.polyline(thin(var), colour::kBlue, 1.4);
  svg.polyline(thin(charged), colour::kOrange, 1.4);
  for (const ProductDay& day : days) {
    if (!(day.loss > day.var_99)) continue;
    const std::string hover = full_time(day.time) + ": lost " + share(day.loss / page.unit) +
                              ", VaR 99 % " + share(day.var_99 / page.unit) + ", margin " +
                              share(day.charged / page.unit);
    svg.circle({at(day), y(-day.loss / page.unit)}, 3.2,
               day.loss > day.charged ? colour::kVermillion : colour::kBlue, hover,
               day.loss <= day.charged);
  }
  return legend({{"P&L of a step", colour::kGrey},
                 {"VaR 99 %, and losses beyond it (rings)", colour::kBlue},
                 {"initial margin charged", colour::kOrange},
                 {"losses beyond the margin", colour::kVermillion}}) +
         svg.finish();
}

std::string exceptions_section(const BacktestPage& page) {
  std::string content;
  for (const char* name : kDrawn) {
    const ProductSeries* series = find(page, name);
    if (series == nullptr || series->days.size() < 2) continue;
    const auto beyond =
        std::ranges::count_if(series->days, [](const ProductDay& d) { return d.loss > d.charged; });
    content += figure(std::string(name) + ": " + std::to_string(beyond) + " of " +
                          with_commas(static_cast<double>(series->days.size())) +
                          " losses went beyond the margin",
                      "Each point is what the portfolio made or lost until the next close. Lines "
                      "are forecasts made before it.",
                      loss_chart(page, series->days, {.height = 280}, name));
  }
  return section("Exceptions", content);
}

std::string crashes_section(const BacktestPage& page) {
  std::string content;
  const ProductSeries* series = find(page, "long BTC");
  if (series == nullptr) return {};
  for (const Crash& crash : kCrashes) {
    const Timestamp from = *parse_timestamp(crash.from), to = *parse_timestamp(crash.to);
    std::vector<ProductDay> days;
    for (const ProductDay& day : series->days) {
      if (day.time >= from && day.time < to) days.push_back(day);
    }
    if (days.size() < 2) continue;
    double rise = 0;
    double least = days.front().charged;
    for (const ProductDay& day : days) {
      least = std::min(least, day.charged);
      rise = std::max(rise, day.charged / least);
    }
    content += figure(std::string(crash.name) + ": margin of a long BTC position rose to " +
                          with_digits(rise, 1) + " times its low",
                      "The same points and lines through one crash.",
                      loss_chart(page, days, {.height = 230}, crash.name));
  }
  return section("Margin through the crashes", content);
}

std::string histogram_section(const BacktestPage& page) {
  std::array<double, kBins> counts{};
  double all = 0;
  for (const ProductSeries& series : page.run->series) {
    for (const ProductDay& day : series.days) {
      const auto bin = static_cast<std::size_t>(std::clamp(day.transform, 0.0, 1.0) * kBins);
      ++counts[std::min(bin, kBins - 1)];
      ++all;
    }
  }
  const Frame frame{.height = 220};
  Svg svg(frame, "Histogram of probability transforms");
  double most = 0;
  for (const double count : counts) most = std::max(most, count / all * kBins);
  const Scale y = Scale::linear(0, most * 1.05, frame.y0(), frame.y1());
  std::vector<std::string> labels;
  const std::vector<double> ticks = y.ticks(4);
  for (const double t : ticks) labels.push_back(with_digits(t, 1));
  svg.value_axis(y, ticks, labels, "times the expected share");
  const double width = (frame.x1() - frame.x0()) / kBins;
  for (std::size_t i = 0; i < kBins; ++i) {
    const double height = counts[i] / all * kBins;
    svg.rect(frame.x0() + width * static_cast<double>(i) + 1, y(height), width - 2,
             frame.y0() - y(height), colour::kSky, 1,
             share(static_cast<double>(i) / kBins, 0) + " to " +
                 share(static_cast<double>(i + 1) / kBins, 0) + ": " + with_digits(height, 2));
  }
  svg.line({frame.x0(), y(1)}, {frame.x1(), y(1)}, colour::kInk, 1, "4 3");
  for (const double p : {0.0, 0.5, 1.0}) {
    svg.text({frame.x0() + p * (frame.x1() - frame.x0()), frame.y0() + 18}, with_digits(p, 1),
             "middle");
  }
  return section("Is the whole distribution right?",
                 figure("Where losses fell in the distribution forecast for them",
                        "P(L ≤ loss) of every step of every product. Level at 1 if the model "
                        "holds; the right edge is the tail that margin is made of.",
                        svg.finish()));
}

std::string zone_cell(const calibration::YearZone& year) {
  const std::string_view fill = year.zone == Zone::green    ? "#d9f0e5"
                                : year.zone == Zone::yellow ? "#fbeecb"
                                                            : "#f6d0c2";
  return "<td class=\"r\" style=\"background:" + std::string(fill) + "\">" +
         std::to_string(year.exceptions) + " of " + std::to_string(year.observations) + "</td>";
}

std::string zones_section(const BacktestPage& page) {
  std::set<int> years;
  for (const ProductJudgement& product : *page.products) {
    for (const auto& year : product.of(JudgedModel::filtered, 0.99).years) years.insert(year.year);
  }
  std::string rows = "<table><tr><th>exceptions of VaR 99 %</th>";
  for (const int year : years) rows += "<th class=\"r\">" + std::to_string(year) + "</th>";
  rows += "</tr>";
  for (const ProductJudgement& product : *page.products) {
    rows += "<tr><td>" + escape(product.name) + "</td>";
    const auto& judged = product.of(JudgedModel::filtered, 0.99).years;
    for (const int year : years) {
      const auto at = std::ranges::find(judged, year, &calibration::YearZone::year);
      rows += at == judged.end() ? "<td></td>" : zone_cell(*at);
    }
    rows += "</tr>";
  }
  return section("By calendar year",
                 figure("Green, yellow, red by the Basel traffic light of the year's steps",
                        "Yellow begins where so many exceptions have a probability below 5 %, red "
                        "below 0.01 %.",
                        "<div class=\"scroll\">" + rows + "</table></div>"));
}

std::string totals_table(const std::vector<calibration::ModelTotal>& totals) {
  std::vector<std::vector<std::string>> rows;
  for (const calibration::ModelTotal& t : totals) {
    const auto of = [&](std::uint64_t n) {
      return std::to_string(n) + " of " + std::to_string(t.products);
    };
    rows.push_back({std::string(to_string(t.model)), share(t.level), of(t.coverage_passed),
                    of(t.independence_passed),
                    share(static_cast<double>(t.exceptions) /
                              static_cast<double>(std::max<std::uint64_t>(1, t.observations)),
                          2),
                    std::to_string(t.red_years), share(t.mean), with_digits(t.peak_to_trough, 1),
                    share(t.rise_5, 0),
                    with_commas(static_cast<double>(t.exceptions_at_equal_cost)),
                    with_digits(t.shortfall_at_equal_cost, 1)});
  }
  return table({"model", ">level", ">coverage passed", ">independence passed", ">exceptions",
                ">red years", ">mean of notional", ">peak to trough", ">rise in 5 steps",
                ">exceptions at equal cost", ">shortfall at equal cost"},
               rows);
}

std::string totals_section(const BacktestPage& page) {
  std::string content =
      figure("What each model passes, costs and misses",
             "filtered is the VaR of the scenario set, charged the whole initial margin. At equal "
             "cost every model's forecasts are multiplied to the mean of filtered.",
             totals_table(*page.totals));
  if (!page.venue_totals->empty()) {
    content += figure(
        "Beside the grids of venues: " + std::to_string(page.venue_totals->front().products) +
            " products of BTC and ETH",
        "Their initial margins by the shipped numbers (bulkhead venues). A grid names "
        "no level: it is shown beside both.",
        totals_table(*page.venue_totals));
  }
  return section("Models side by side", content);
}

std::string products_section(const BacktestPage& page) {
  std::vector<std::vector<std::string>> rows;
  for (const ProductJudgement& product : *page.products) {
    const ModelJudgement& low = product.of(JudgedModel::filtered, 0.975);
    const ModelJudgement& high = product.of(JudgedModel::filtered, 0.99);
    const ModelJudgement& charged = product.of(JudgedModel::charged, 0.975);
    const auto exceptions = [](const ModelJudgement& m) {
      return std::to_string(m.exceptions) + " (" +
             share(static_cast<double>(m.exceptions) / static_cast<double>(m.observations), 2) +
             ")";
    };
    rows.push_back({product.name, with_commas(static_cast<double>(low.observations)),
                    exceptions(low), with_digits(low.coverage_p, 3),
                    with_digits(low.independence_p, 3), with_digits(low.z2, 2), exceptions(high),
                    with_digits(high.coverage_p, 3), with_digits(product.multinomial_p, 3),
                    exceptions(charged), share(charged.mean), share(charged.rise_1, 0)});
  }
  return section("Products",
                 table({"product", ">steps", ">exceptions 97.5 %", ">Kupiec p", ">Christoffersen p",
                        ">Z2", ">exceptions 99 %", ">Kupiec p", ">multinomial p",
                        ">beyond the margin", ">mean margin", ">rise in a step"},
                       rows));
}

}  // namespace

std::string render_backtest(const BacktestPage& page) {
  const auto total = [&](JudgedModel model, double level) {
    return *std::ranges::find_if(*page.totals, [&](const calibration::ModelTotal& t) {
      return t.model == model && t.level == level;
    });
  };
  const calibration::ModelTotal low = total(JudgedModel::filtered, 0.975);
  const calibration::ModelTotal high = total(JudgedModel::filtered, 0.99);
  const calibration::ModelTotal charged = total(JudgedModel::charged, 0.975);
  const auto of = [](std::uint64_t n, std::uint64_t all) {
    return std::to_string(n) + " of " + std::to_string(all);
  };
  std::string tiles = "<div class=\"tiles\">\n";
  tiles += tile(std::to_string(low.products), "products judged");
  tiles += tile(in_short(static_cast<double>(low.observations)), "forecasts");
  tiles += tile(of(low.coverage_passed, low.products), "pass coverage at 97.5 %");
  tiles += tile(of(high.coverage_passed, high.products), "pass coverage at 99 %");
  tiles += tile(share(static_cast<double>(charged.exceptions) /
                          static_cast<double>(std::max<std::uint64_t>(1, charged.observations)),
                      2),
                "of losses beyond the margin charged");
  tiles += tile(std::to_string(high.red_years), "product-years in the red zone at 99 %");
  tiles += "</div>\n";
  Timestamp first = page.products->front().first, last = page.products->front().last;
  for (const ProductJudgement& product : *page.products) {
    first = std::min(first, product.first);
    last = std::max(last, product.last);
  }
  return html_page(
      "Backtest, " + page.spacing,
      full_time(first) + " to " + full_time(last) + " UTC · recorded prices",
      "Every product opened anew at each close, margined from what was known then, held unchanged "
      "to the next. Perpetuals at their own recorded prices where there are any; dated futures and "
      "implied volatility by a stated model, for neither was recorded.",
      tiles,
      exceptions_section(page) + crashes_section(page) + histogram_section(page) +
          zones_section(page) + totals_section(page) + products_section(page),
      "Bulkhead backtest. `bulkhead backtest --data DIR` computes it again.");
}

}  // namespace bulkhead::replay
