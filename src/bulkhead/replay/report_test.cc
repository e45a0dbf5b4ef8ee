// The report: one self-contained page, well formed, the same bytes for the same data.
#include "bulkhead/replay/report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "bulkhead/replay/report_demo.h"
#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

// Tags open and close in order; returns the first that does not, or "".
std::string first_unbalanced_tag(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    const bool closing = page[at + 1] == '/';
    const std::size_t from = at + (closing ? 2 : 1);
    const std::string name = page.substr(from, page.find_first_of(" >/", from) - from);
    if (name == "!doctype" || name == "meta" || page[end - 1] == '/') continue;
    if (!closing) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return name + " at " + std::to_string(at);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST(Report, IsOneSelfContainedPage) {
  const std::string page = render_report(demo_report_data(1));
  for (const char* outside : {"http:", "https:", "src=", "@import", "<script", "<link", "url("}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
  for (const char* part : {"Market", "Coverage of all accounts", "The ladder", "Calls and cures",
                           "Sequestrations", "Where the collateral was", "Defaults", "Model",
                           "Against liquidate-only", "About the data and this run"}) {
    EXPECT_NE(page.find("<h2>" + std::string(part)), std::string::npos) << part;
  }
  EXPECT_EQ(first_unbalanced_tag(page), "");
  for (const char* bad : {"\"nan", " nan", ">nan", "inf\""}) {
    EXPECT_EQ(page.find(bad), std::string::npos) << bad;
  }
  if (const char* path = std::getenv("BULKHEAD_REPORT_DEMO")) std::ofstream(path) << page;
}

TEST(Report, SameDataSameBytes) {
  EXPECT_EQ(render_report(demo_report_data(7)), render_report(demo_report_data(7)));
}

TEST(Report, AnEmptyReplayAndAQuietOneStillHaveAPage) {
  EXPECT_EQ(first_unbalanced_tag(render_report(ReportData{})), "");
  ReportData quiet = demo_report_data(2);
  quiet.calls.clear();
  quiet.sequestrations.clear();
  quiet.defaults.clear();
  quiet.totals.clear();
  for (auto& sample : quiet.by_bucket) sample.values[2] = 0;
  const std::string page = render_report(quiet);
  EXPECT_EQ(first_unbalanced_tag(page), "");
  EXPECT_NE(page.find("No account defaulted"), std::string::npos);
  EXPECT_NE(page.find("No collateral was sequestered"), std::string::npos);
}

TEST(Report, NamesCannotBecomeMarkup) {
  ReportData data = demo_report_data(3);
  data.title = "<script>alert('x')</script>";
  data.calls[0].account = "\"><img src=x>";
  const std::string page = render_report(data);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
}

// Rows of what there is something to tell of; counted is what had a result.
TEST(Report, SaysHowTheModelHeld) {
  ReportData data = demo_report_data(1);
  const std::string page = render_report(data);
  EXPECT_NE(page.find("5 losses were larger than the core had forecast"), std::string::npos);
  EXPECT_NE(page.find("3 sides of products had a result"), std::string::npos);
  EXPECT_NE(page.find("2 drift alarms"), std::string::npos);
  EXPECT_NE(page.find("yellow"), std::string::npos);
  EXPECT_EQ(page.find("QUIET"), std::string::npos);
  for (views::MonitorLine& line : data.models) line.results = 0;
  EXPECT_EQ(render_report(data).find("<h2>Model"), std::string::npos);
}

TEST(Svg, NumbersAsPeopleReadThem) {
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(with_commas(-999), "-999");
  EXPECT_EQ(with_commas(-1000), "-1,000");
  EXPECT_EQ(with_commas(-0.2), "0");
  EXPECT_EQ(in_short(12'345'678), "12.3 M");
  EXPECT_EQ(in_short(999'700), "1.00 M");
  EXPECT_EQ(in_short(0), "0");
  EXPECT_EQ(axis_number(10'000), "10 k");
  EXPECT_EQ(axis_number(2'500'000), "2.5 M");
  EXPECT_EQ(axis_number(0.05), "0.05");
  EXPECT_EQ(percent(0.5), "50 %");
  EXPECT_EQ(percent(0.013), "1.3 %");
  EXPECT_EQ(span_text(minutes(200)), "3 h 20 min");
  EXPECT_EQ(clock_text(from_civil({2020, 3, 12}) + minutes(645)), "12 Mar 10:45");
}

TEST(Svg, ScalesAndTicks) {
  const Scale y = Scale::linear(0, 97, 100, 0);
  EXPECT_EQ(y.ticks(5), (std::vector<double>{0, 20, 40, 60, 80}));
  EXPECT_DOUBLE_EQ(y(48.5), 50);
  const Scale log = Scale::logarithmic(1, 100, 0, 200);
  EXPECT_NEAR(log(10), 100, 1e-9);
  EXPECT_EQ(log(0.001), 0);
  EXPECT_EQ(log.ticks(5), (std::vector<double>{1, 10, 100}));
}

TEST(Svg, LabelsDoNotOverlap) {
  const std::vector<double> placed = spread({50, 50, 51, 98, 99}, 10, 0, 100);
  std::vector<double> sorted = placed;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i) EXPECT_GE(sorted[i] - sorted[i - 1], 10 - 1e-9);
  EXPECT_LE(sorted.back(), 100);
}

}  // namespace
}  // namespace bulkhead::replay
