// Section: where the collateral was over time, by bucket and by place; and the stacked chart
// itself.
#include <algorithm>
#include <cmath>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

double total(const StackSample& sample) {
  double sum = 0;
  for (const double v : sample.values) sum += v;
  return sum;
}

std::string stack_table(const std::vector<StackSample>& samples,
                        const std::vector<std::string>& names) {
  std::vector<std::string> header{"time (UTC)"};
  for (const std::string& name : names) header.push_back(">" + name);
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : table_rows(samples.size(), 200)) {
    std::vector<std::string> row{full_time(samples[i].time)};
    for (const double v : samples[i].values) row.push_back(with_commas(v));
    rows.push_back(std::move(row));
  }
  return table(header, rows);
}

std::size_t find_name(const std::vector<std::string>& names, std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string bucket_title(const ReportData& data) {
  const std::size_t sequestered = find_name(data.buckets, "sequestered");
  const StackSample* peak = nullptr;
  if (sequestered < data.buckets.size()) {
    for (const StackSample& s : data.by_bucket) {
      if (peak == nullptr || s.values[sequestered] > peak->values[sequestered]) peak = &s;
    }
  }
  if (peak == nullptr || !(peak->values[sequestered] > 0)) return "No collateral was sequestered";
  return "Sequestered collateral peaked at " + in_short(peak->values[sequestered]) + " " +
         data.numeraire + " on " + clock_text(peak->time) + ", " +
         percent(peak->values[sequestered] / total(*peak)) + " of all collateral";
}

std::string place_title(const ReportData& data) {
  std::size_t largest = 0;
  const StackSample& last = data.by_place.back();
  for (std::size_t i = 1; i < last.values.size(); ++i) {
    if (last.values[i] > last.values[largest]) largest = i;
  }
  const double sum = total(last);
  if (!(sum > 0)) return "No collateral was left at the end";
  return "At the end " + percent(last.values[largest] / sum) + " of the collateral lay in " +
         data.places[largest];
}

}  // namespace

std::string stacked_chart(const ReportData& data, const std::vector<StackSample>& samples,
                          const std::vector<std::string>& names,
                          const std::vector<std::string_view>& colours, std::string_view unit,
                          Frame frame, std::string_view label) {
  double high = 0;
  for (const StackSample& s : samples) high = std::max(high, total(s));
  const Scale y = Scale::linear(0, std::max(high * 1.05, 1.0), frame.y0(), frame.y1());
  const Scale x = time_scale(frame, data.begin, data.end);
  Svg svg(frame, label);
  std::vector<std::string> labels;
  std::vector<double> ticks = y.ticks(5);
  if (y.to() < 5) std::erase_if(ticks, [](double t) { return t != std::floor(t); });
  for (const double t : ticks) labels.push_back(axis_number(t));
  svg.value_axis(y, ticks, labels, unit);
  std::vector<double> base(samples.size(), 0);
  std::vector<double> middles;
  std::vector<Point> lower, upper;
  for (const StackSample& s : samples) {
    lower.push_back({x(time_value(s.time, data.begin)), y(0)});
  }
  for (std::size_t layer = 0; layer < names.size(); ++layer) {
    upper.clear();
    double widest = 0;
    double widest_at = y(0);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      base[i] += samples[i].values[layer];
      upper.push_back({lower[i].x, y(base[i])});
      widest = std::max(widest, lower[i].y - upper[i].y);
    }
    if (!samples.empty()) widest_at = (upper.back().y + lower.back().y) / 2;
    svg.band(upper, lower, colours[layer % colours.size()], 0.95);
    middles.push_back(widest > 0 ? widest_at : frame.y0() + 1e6);
    lower = upper;
  }
  svg.time_axis(x, data.begin, data.end);
  std::vector<double> wanted;
  std::vector<std::size_t> shown;
  for (std::size_t layer = names.size(); layer-- > 0;) {  // the topmost first
    if (middles[layer] > frame.y0() + 1e5) continue;
    wanted.push_back(middles[layer]);
    shown.push_back(layer);
  }
  const std::vector<double> placed = spread(wanted, 15, frame.y1() + 6, frame.y0());
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const std::string_view fill = colours[shown[k] % colours.size()];
    svg.line({frame.x1() + 1, wanted[k]}, {frame.x1() + 8, placed[k]}, colour::kGrey, 1);
    svg.rect(frame.x1() + 10, placed[k] - 5, 9, 9, fill);
    svg.text({frame.x1() + 23, placed[k] + 4}, names[shown[k]], "start", "t");
  }
  return svg.finish();
}

std::string collateral_section(const ReportData& data) {
  std::string out;
  const std::string unit = "market value, " + data.numeraire;
  if (!data.by_bucket.empty()) {
    out += figure(
        bucket_title(data),
        "Market value of all collateral by bucket. Only pledged and sequestered "
        "collateral counts towards coverage.",
        stacked_chart(data, data.by_bucket, data.buckets,
                      {"#dfe7ec", "#8fb8d6", colour::kBlue, colour::kOrange}, unit,
                      Frame{.height = 340, .right = 118, .top = 24}, "Collateral by bucket"));
  }
  if (!data.by_place.empty()) {
    out += figure(
        place_title(data), "The same value by place: the internal ledger, vaults and custodians.",
        stacked_chart(data, data.by_place, data.places,
                      {"#dfe7ec", colour::kBlue, colour::kGreen, colour::kPurple, colour::kOrange,
                       colour::kSky},
                      unit, Frame{.height = 300, .right = 118, .top = 24}, "Collateral by place"));
  }
  if (out.empty()) return "";
  if (!data.by_bucket.empty()) {
    out += details("Table: collateral by bucket", stack_table(data.by_bucket, data.buckets));
  }
  if (!data.by_place.empty()) {
    out += details("Table: collateral by place", stack_table(data.by_place, data.places));
  }
  return section("Where the collateral was", out);
}

}  // namespace bulkhead::replay
