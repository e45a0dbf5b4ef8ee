// Section: how many accounts stood in each stage, and how they moved between stages.
#include <algorithm>
#include <cmath>

#include "bulkhead/base/elementary.h"
#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

// Stages from better to worse; the first (normal) is not drawn.
std::vector<std::string_view> stage_colours(std::size_t count) {
  static constexpr std::string_view kFromBetter[] = {
      "#e9eef2",     "#f6d88c", colour::kOrange,     "#a9c7dc",
      colour::kBlue, "#7b4b94", colour::kVermillion, "#7f1d1d"};
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(kFromBetter[std::min<std::size_t>(i, 7)]);
  return out;
}

// The table of moves as a picture: rows from, columns to, circles by count.
std::string flow_chart(const ReportData& data) {
  const std::size_t n = data.stages.size();
  const double cell = 96;
  const double row = 50;
  const double across = cell * static_cast<double>(n), down = row * static_cast<double>(n);
  const Frame frame{.width = 1160, .height = down + 66, .left = 230, .right = 0, .top = 52};
  std::vector<std::uint32_t> counts(n * n, 0);
  std::uint32_t most = 1;
  for (const StageFlow& flow : data.flows) {
    if (flow.from >= n || flow.to >= n) continue;
    most = std::max(most, counts[flow.from * n + flow.to] += flow.count);
  }
  Svg svg(frame, "Moves between stages: rows from, columns to");
  svg.text({frame.left - 14, frame.top - 12}, "from ↓   to →", "end", "t u");
  for (std::size_t i = 0; i < n; ++i) {
    const double x = frame.left + cell * static_cast<double>(i);
    const double y = frame.top + row * static_cast<double>(i);
    svg.text({frame.left - 14, y + row / 2 + 4}, data.stages[i], "end", "t b");
    svg.text({x + cell / 2, frame.top - 12}, data.stages[i], "middle", "t b");
    svg.rect(x + 1, y + 1, cell - 2, row - 2, "#f1f4f6");
  }
  for (std::size_t i = 0; i <= n; ++i) {
    const double x = frame.left + cell * static_cast<double>(i);
    const double y = frame.top + row * static_cast<double>(i);
    svg.line({frame.left, y}, {frame.left + across, y}, "#e6eaee", 1);
    svg.line({x, frame.top}, {x, frame.top + down}, "#e6eaee", 1);
  }
  for (std::size_t from = 0; from < n; ++from) {
    for (std::size_t to = 0; to < n; ++to) {
      const std::uint32_t count = counts[from * n + to];
      if (count == 0) continue;
      const Point centre{frame.left + cell * (static_cast<double>(to) + 0.5),
                         frame.top + row * (static_cast<double>(from) + 0.5)};
      const double radius = 4 + 18 * sqrt_fixed(count / static_cast<double>(most));
      const bool worse = to > from;
      svg.circle(centre, radius, worse ? colour::kVermillion : colour::kGreen,
                 data.stages[from] + " → " + data.stages[to] + ": " + with_commas(count));
      const double digits_wide = 7.5 * static_cast<double>(with_commas(count).size());
      const bool inside = digits_wide < 2 * radius - 6;
      svg.text({inside ? centre.x : centre.x + radius + 4, centre.y + 4}, with_commas(count),
               inside ? "middle" : "start", inside ? "t b w" : "t b");
    }
  }
  return svg.finish();
}

std::vector<StackSample> without_first(const ReportData& data) {
  std::vector<StackSample> out;
  for (const StageSample& s : data.stage_counts) {
    StackSample sample{s.time, {}};
    for (std::size_t i = 1; i < s.counts.size(); ++i) {
      sample.values.push_back(static_cast<double>(s.counts[i]));
    }
    out.push_back(std::move(sample));
  }
  return out;
}

std::string stage_table(const ReportData& data) {
  std::vector<std::string> header{"time (UTC)"};
  for (const std::string& stage : data.stages) header.push_back(">" + stage);
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : table_rows(data.stage_counts.size(), 200)) {
    std::vector<std::string> row{full_time(data.stage_counts[i].time)};
    for (const std::uint32_t c : data.stage_counts[i].counts) row.push_back(with_commas(c));
    rows.push_back(std::move(row));
  }
  return table(header, rows);
}

}  // namespace

std::string stages_section(const ReportData& data) {
  if (data.stage_counts.empty() || data.stages.size() < 2) return "";
  const std::vector<StackSample> samples = without_first(data);
  const auto total = [](const StackSample& s) {
    double sum = 0;
    for (const double v : s.values) sum += v;
    return sum;
  };
  const auto peak = std::max_element(
      samples.begin(), samples.end(),
      [&](const StackSample& a, const StackSample& b) { return total(a) < total(b); });
  const std::string title =
      "At the peak, " + clock_text(peak->time) + ", " +
      plural(static_cast<std::size_t>(total(*peak)), "account was", "accounts were") +
      " somewhere on the ladder";
  std::vector<std::string> names(data.stages.begin() + 1, data.stages.end());
  std::vector<std::string_view> colours = stage_colours(data.stages.size());
  colours.erase(colours.begin());
  std::uint64_t moves = 0, worse = 0;
  for (const StageFlow& flow : data.flows) {
    moves += flow.count;
    if (flow.to > flow.from) worse += flow.count;
  }
  std::string out =
      figure(title, "Accounts in every stage but " + data.stages[0] + ".",
             stacked_chart(data, samples, names, colours, "accounts",
                           Frame{.height = 340, .right = 118, .top = 24}, "Accounts by stage"));
  if (moves > 0) {
    out += figure("Of " + with_commas(static_cast<double>(moves)) + " moves between stages, " +
                      with_commas(static_cast<double>(moves - worse)) + " were for the better",
                  "How often an account went from one stage (row) to another (column) over the "
                  "whole window.",
                  legend({{"worsening", colour::kVermillion}, {"bettering", colour::kGreen}}) +
                      flow_chart(data));
  }
  return section("The ladder", out + details("Table: accounts by stage", stage_table(data)));
}

}  // namespace bulkhead::replay
