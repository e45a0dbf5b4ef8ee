// Sections: totals under two policies side by side, and notes on data and provenance.
#include <algorithm>
#include <cmath>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

std::string value_text(double value, const std::string& unit) {
  return in_short(value) + (unit.empty() ? "" : " " + unit);
}

std::string comparison_chart(const ReportData& data) {
  const double row = 46;
  const Frame frame{.height = 30 + row * static_cast<double>(data.totals.size()),
                    .left = 330,
                    .right = 150,
                    .top = 24};
  Svg svg(frame, "Totals with " + data.policy + " and under " + data.other_policy);
  for (std::size_t i = 0; i < data.totals.size(); ++i) {
    const TotalRow& total = data.totals[i];
    const double most = std::max({std::abs(total.first), std::abs(total.second), 1e-9});
    const double top = frame.top + row * static_cast<double>(i);
    const double room = frame.x1() - frame.x0();
    const double ladder = room * std::abs(total.first) / most;
    const double other = room * std::abs(total.second) / most;
    if (i > 0) svg.line({4, top - 6}, {frame.width - 4, top - 6}, "#e6eaee", 1);
    svg.text({frame.left - 14, top + 20}, total.label, "end", "t b");
    svg.rect(frame.x0(), top + 1, std::max(ladder, 1.0), 14, colour::kBlue);
    svg.rect(frame.x0(), top + 18, std::max(other, 1.0), 14, "#b9c4cd");
    const bool wins = (total.better == Better::less && total.first < total.second) ||
                      (total.better == Better::more && total.first > total.second);
    svg.text({frame.x0() + ladder + 7, top + 12}, value_text(total.first, total.unit), "start",
             wins ? "t b" : "t", wins ? colour::kBlue : "");
    svg.text({frame.x0() + other + 7, top + 29}, value_text(total.second, total.unit), "start",
             "t");
  }
  return svg.finish();
}

std::string totals_table(const ReportData& data) {
  std::vector<std::vector<std::string>> rows;
  for (const TotalRow& t : data.totals) {
    rows.push_back({t.label, with_commas(t.first), with_commas(t.second),
                    with_commas(t.first - t.second), t.unit});
  }
  return table({"total", ">" + data.policy, ">" + data.other_policy, ">difference", "unit"}, rows);
}

}  // namespace

std::string totals_section(const ReportData& data) {
  if (data.totals.empty()) return "";
  const TotalRow& row = data.totals.front();
  const std::string title = row.label + ": " + value_text(row.first, row.unit) + " with " +
                            data.policy + ", " + value_text(row.second, row.unit) + " under " +
                            data.other_policy;
  return section(
      "Against " + data.other_policy,
      figure(title,
             "The same market, book and behaviour, replayed under both policies. Bars are scaled "
             "per row.",
             legend({{data.policy, colour::kBlue}, {data.other_policy, "#b9c4cd"}}) +
                 comparison_chart(data)) +
          details("Table: totals", totals_table(data)));
}

std::string notes_section(const ReportData& data) {
  std::string out;
  if (!data.notes.empty()) {
    out += "<ul class=\"notes\">";
    for (const std::string& note : data.notes) out += "<li>" + escape(note) + "</li>\n";
    out += "</ul>\n";
  }
  if (!data.provenance.empty()) {
    out += "<dl class=\"provenance\">";
    for (const auto& [name, value] : data.provenance) {
      out += "<dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd>\n";
    }
    out += "</dl>\n";
  }
  return out.empty() ? out : section("About the data and this run", out);
}

}  // namespace bulkhead::replay
