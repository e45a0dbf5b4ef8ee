// The page of the report: style, head, key numbers and the order of sections.
#include "bulkhead/replay/report.h"

#include <set>

#include "bulkhead/replay/report_parts.h"

namespace bulkhead::replay {
namespace {

std::string tiles(const ReportData& data) {
  std::set<std::string> called;
  std::size_t met = 0;
  for (const CallRow& call : data.calls) {
    called.insert(call.account);
    met += call.outcome == "met" ? 1U : 0U;
  }
  double sequestered = 0;
  for (const SequestrationRow& s : data.sequestrations) {
    if (s.final != Timestamp{}) sequestered += s.value;
  }
  double beyond = 0, bad_debt = 0;
  for (const DefaultRow& d : data.defaults) {
    beyond += d.insurance_fund;
    bad_debt += d.bad_debt;
  }
  const auto count = [](std::size_t n) { return with_commas(static_cast<double>(n)); };
  std::string out = "<div class=\"tiles\">\n";
  out += tile(count(data.coverage.empty() ? 0 : data.coverage.front().accounts),
              "accounts with obligations at the start");
  out +=
      tile(count(called.size()), "of them called, " + plural(data.calls.size(), "call", "calls"));
  out += tile(count(met), "calls met");
  out += tile(in_short(sequestered), data.numeraire + " sequestered before any default");
  out += tile(count(data.defaults.size()), data.defaults.size() == 1 ? "default" : "defaults");
  out += tile(in_short(beyond + bad_debt),
              data.numeraire + " fell on others, " + in_short(bad_debt) + " of it bad debt");
  return out + "</div>\n";
}

}  // namespace

std::vector<std::size_t> table_rows(std::size_t size, std::size_t most) {
  std::vector<std::size_t> rows;
  const std::size_t count = size < most ? size : most;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back(count < 2 ? 0 : i * (size - 1) / (count - 1));
  }
  return rows;
}

std::string render_report(const ReportData& data) {
  std::string body = market_section(data) + coverage_section(data) + stages_section(data) +
                     calls_section(data) + sequestrations_section(data) + collateral_section(data) +
                     defaults_section(data) + models_section(data) + totals_section(data) +
                     notes_section(data);
  const std::string window =
      full_time(data.begin) + " to " + full_time(data.end) + " UTC · values in " + data.numeraire;
  return html_page(data.title, window, data.lead, tiles(data), body,
                   "Bulkhead replay report. Every number can be derived again from the log it "
                   "names.");
}

}  // namespace bulkhead::replay
