// The judgement of a tuning on figures that can be followed by head, and the store of results.
#include "bulkhead/replay/tune_judgement.h"

#include <gtest/gtest.h>

#include <fstream>

#include "bulkhead/replay/tune_store.h"

namespace bulkhead::replay {
namespace {

// Five points: the references, two of the ladder, one more under liquidate-only.
TuneGrid five_points() {
  auto grid = read_grid(R"({"axes": [
      {"name": "call", "settings": [
        {"name": "early", "parameters": {"ladder": {"levels": {"call_bp": 9500}}}}]},
      {"name": "omega", "margin": true, "settings": [
        {"name": "0.4", "parameters": {"risk": {"stress_weight": 4000}}}]}]})");
  EXPECT_TRUE(grid);
  return *grid;
}
constexpr std::size_t kEarly = 2, kOmega = 3, kPlainOmega = 4;

TuneFigures figures(double bad_debt, double tied_up, std::uint32_t calls) {
  TuneFigures f;
  f.accounts = 10;
  f.opening_equity = 1'000;
  f.bad_debt = bad_debt;
  f.tied_up = tied_up;
  f.calls = calls;
  return f;
}

void add_window(TuneResult& result, const std::vector<TuneFigures>& points, bool calm = false) {
  const std::size_t w = result.windows.size();
  result.windows.push_back({"w" + std::to_string(w), "W", "USDT", {}, {}, calm});
  for (std::size_t p = 0; p < points.size(); ++p) result.runs.push_back({p, w, 1, points[p]});
}

TEST(TuneJudgement, ShippedIsAsFarFromTheEdgeAsAllItsCostsCouldFall) {
  TuneResult result;
  add_window(result, {figures(100, 500, 20), figures(200, 480, 0), figures(80, 450, 16),
                      figures(40, 700, 30), figures(90, 720, 0)});
  const TuneJudgement judged = judge(result, five_points());
  EXPECT_EQ(judged.windows[0].edge.edge, (std::vector<std::size_t>{kEarly, kOmega}));
  EXPECT_NEAR(judged.windows[0].edge.gap, 0.10, 1e-12);  // harm −20 %, tied −10 %, calls −20 %
  EXPECT_NEAR(judged.windows[0].edge.savings[kHarm], 0.2, 1e-12);
  EXPECT_NEAR(judged.pooled.gap, 0.10, 1e-12);
  EXPECT_NEAR(judged.pooled.costs[kShipped][kHarm], 0.5, 1e-12);
  EXPECT_NEAR(judged.pooled.costs[kShipped][kTiedUp], 0.5, 1e-12);
  EXPECT_NEAR(judged.pooled.costs[kShipped][kCalls], 2, 1e-12);
}

TEST(TuneJudgement, LiquidateOnlyIsBeatenOnlyAtNoMoreCollateral) {
  TuneResult result;
  add_window(result, {figures(100, 500, 20), figures(200, 480, 0), figures(80, 450, 16),
                      figures(40, 700, 30), figures(90, 720, 0)});
  add_window(result, {figures(100, 500, 20), figures(200, 440, 0), figures(80, 450, 16),
                      figures(40, 700, 30), figures(90, 720, 0)});
  add_window(result, {figures(0, 500, 20), figures(0, 501, 0), figures(0, 450, 16),
                      figures(0, 700, 30), figures(0, 720, 0)});
  const TuneJudgement judged = judge(result, five_points());
  EXPECT_TRUE(judged.windows[0].dominates);
  ASSERT_EQ(judged.windows[0].against.size(), 2U);
  EXPECT_EQ(judged.windows[0].against[0].ladder, kEarly);
  EXPECT_EQ(judged.windows[0].against[1].plain, kPlainOmega);
  EXPECT_EQ(judged.windows[0].against[1].ladder, kOmega);
  EXPECT_TRUE(judged.windows[0].at_shipped.less);
  EXPECT_EQ(judged.windows[0].at_shipped.ladder, kEarly);
  EXPECT_EQ(judged.windows[0].at_shipped.plain, kLiquidateOnly) << "720 is more than 500";
  EXPECT_TRUE(judged.windows[1].at_shipped.less);
  EXPECT_FALSE(judged.windows[2].any_plain) << "501 and 720 are more than 500";
  EXPECT_FALSE(judged.windows[2].at_shipped.equal);
  EXPECT_FALSE(judged.windows[1].against[0].any) << "every ladder ties up more than 440";
  EXPECT_FALSE(judged.windows[1].dominates);
  EXPECT_TRUE(judged.windows[2].nothing_to_save);
  EXPECT_FALSE(judged.windows[2].dominates);
  EXPECT_TRUE(judged.windows[2].against[0].equal);
}

TEST(TuneJudgement, APointWhoseMembersOpenedOtherwiseStandsOnNoEdge) {
  TuneResult result;
  add_window(result, {figures(100, 500, 20), figures(200, 480, 0), figures(80, 450, 16),
                      figures(40, 700, 30), figures(90, 720, 0)});
  result.opened_otherwise = {kEarly};
  const TuneJudgement judged = judge(result, five_points());
  EXPECT_EQ(judged.windows[0].edge.edge, (std::vector<std::size_t>{kShipped, kOmega}));
  EXPECT_EQ(judged.windows[0].edge.gap, 0);
  EXPECT_FALSE(judged.windows[0].against[0].any);
}

TuneResult with_other_seed(double harm_of_early) {
  TuneResult result;
  const std::vector<TuneFigures> first = {figures(100, 500, 20), figures(200, 480, 0),
                                          figures(80, 450, 16), figures(40, 700, 30),
                                          figures(90, 720, 0)};
  add_window(result, first);
  add_window(result, first, true);
  for (std::size_t w = 0; w < 2; ++w) {
    result.confirmed.push_back({kShipped, w, 2, figures(100, 500, 20)});
    result.confirmed.push_back({kLiquidateOnly, w, 2, figures(200, 480, 0)});
    result.confirmed.push_back({kEarly, w, 2, figures(w == 0 ? harm_of_early : 80, 450, 16)});
  }
  return result;
}

TEST(TuneJudgement, AChangeIsChosenOnlyIfOtherSeedsAgreeInEveryWindow) {
  const TuneGrid grid = five_points();
  const TuneJudgement holds = judge(with_other_seed(70), grid);
  EXPECT_EQ(holds.chosen, kEarly);
  const TuneJudgement worse = judge(with_other_seed(101), grid);
  EXPECT_EQ(worse.chosen, kShipped);
  ASSERT_EQ(worse.confirmed.size(), 1U);
  EXPECT_EQ(worse.confirmed[0].worse_in, 1U);
  EXPECT_NE(worse.why.find("more in 1 window"), std::string::npos) << worse.why;
  TuneResult alone = with_other_seed(70);
  alone.confirmed.clear();
  EXPECT_EQ(judge(alone, grid).chosen, kShipped) << "one seed is no evidence";
}

class Store : public ::testing::Test {
 protected:
  Store() : folder_(std::filesystem::path(testing::TempDir()) / "bulkhead-tune-store") {
    std::filesystem::remove_all(folder_);
  }
  ~Store() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path only_file() const {
    return std::filesystem::directory_iterator(folder_)->path();
  }
  std::filesystem::path folder_;
};

TEST_F(Store, GivesBackWhatIsWholeAndNothingElse) {
  const auto store = TuneStore::open(folder_);
  ASSERT_TRUE(store);
  StoredRun run;
  run.inputs = std::string(64, 'a');
  run.figures = figures(1.0 / 3, 500, 20);
  TuneFigures found;
  EXPECT_EQ(store->find(run.inputs, found), Stored::absent);
  ASSERT_TRUE(store->put(run));
  ASSERT_EQ(store->find(run.inputs, found), Stored::good);
  EXPECT_EQ(found, run.figures);
  EXPECT_EQ(store->find(std::string(32, 'a') + std::string(32, 'b'), found), Stored::torn)
      << "another run's file";

  std::ifstream in(only_file());
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    std::ofstream(only_file(), std::ios::trunc) << text.substr(0, length);
    ASSERT_EQ(store->find(run.inputs, found), Stored::torn) << length;
  }
  std::string edited = text;
  edited.replace(edited.find("\"calls\":20"), 10, "\"calls\":19");
  std::ofstream(only_file(), std::ios::trunc) << edited;
  EXPECT_EQ(store->find(run.inputs, found), Stored::torn) << "edited";
}

}  // namespace
}  // namespace bulkhead::replay
