// The document of a tuning: what it makes of settings, draws and liquidate-only, and what it says
// of what cannot be.
#include "bulkhead/replay/tune_grid.h"

#include <gtest/gtest.h>

#include <set>

#include "bulkhead/policy/defaults.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::replay {
namespace {

constexpr std::string_view kCall =
    R"({"axes": [{"name": "call", "settings": [
 {"name": "early", "parameters": {"ladder": {"levels": {"call_bp": 9500}}}}]}]})";

std::vector<std::string> names(const TuneGrid& grid) {
  std::vector<std::string> out;
  for (const TunePoint& point : grid.points) out.push_back(point.name);
  return out;
}

TEST(TuneGrid, ReferencesComeFirst) {
  const auto grid = read_grid("{}");
  ASSERT_TRUE(grid);
  EXPECT_EQ(names(*grid), (std::vector<std::string>{"as shipped", "liquidate-only"}));
  EXPECT_EQ(wire::to_json(grid->points[kShipped].parameters),
            wire::to_json(policy::default_parameters()));
  EXPECT_FALSE(grid->points[kLiquidateOnly].is_ladder());
}

TEST(TuneGrid, ASettingChangesWhatItNamesAndNothingElse) {
  const auto grid = read_grid(kCall);
  ASSERT_TRUE(grid) << to_string(grid.error());
  ASSERT_EQ(grid->points.size(), 3U);
  const TunePoint& point = grid->points[2];
  EXPECT_EQ(point.name, "call: early");
  EXPECT_EQ(point.changes, "levels.call_bp 9500");
  policy::ParameterSet expected = policy::default_parameters();
  expected.ladder.levels.call_bp = 9'500;
  EXPECT_EQ(wire::to_json(point.parameters), wire::to_json(expected));
  EXPECT_EQ(wire::to_json(point.opening), wire::to_json(policy::default_parameters()))
      << "members open as under the shipped ladder";
}

TEST(TuneGrid, AMarginAxisRunsUnderLiquidateOnlyTooAndMovesTheOpening) {
  const auto grid = read_grid(R"({"axes": [{"name": "omega", "margin": true, "settings": [
      {"name": "0.4", "parameters": {"risk": {"stress_weight": 4000}}}]}]})");
  ASSERT_TRUE(grid) << to_string(grid.error());
  ASSERT_EQ(grid->points.size(), 4U);
  EXPECT_EQ(grid->points[3].name, "liquidate-only, omega: 0.4");
  EXPECT_FALSE(grid->points[3].is_ladder());
  EXPECT_EQ(grid->points[3].parameters.risk.stress_weight, 4'000);
  EXPECT_EQ(grid->points[2].opening.risk.stress_weight, 4'000);
}

TEST(TuneGrid, DrawsAreTheSameEveryTimeAndOfEveryAxis) {
  const std::string text(shipped_grid());
  const auto grid = read_grid(text), again = read_grid(text);
  ASSERT_TRUE(grid) << to_string(grid.error());
  EXPECT_EQ(names(*grid), names(*again));
  std::set<std::string> texts;
  std::size_t draws = 0;
  for (std::size_t p = 0; p < grid->points.size(); ++p) {
    texts.insert(wire::to_json(grid->points[p].parameters));
    EXPECT_TRUE(policy::validate(grid->points[p].parameters)) << grid->points[p].name;
    EXPECT_EQ(wire::to_json(grid->points[p].parameters),
              wire::to_json(again->points[p].parameters));
    draws += grid->points[p].axis == "draw" ? 1U : 0U;
  }
  EXPECT_EQ(texts.size(), grid->points.size()) << "no policy twice";
  EXPECT_EQ(draws + grid->skipped.size(), 12U) << "a draw is a point or is told";
}

TEST(TuneGrid, DrawsThatAreNoPolicyAreTold) {
  // Both settings are fine alone; together the call level lies above watch.
  const auto grid = read_grid(R"({"draws": 8, "axes": [
      {"name": "call", "settings": [
        {"name": "high", "parameters": {"ladder": {"levels": {"call_bp": 9800}}}}]},
      {"name": "watch", "settings": [
        {"name": "low", "parameters": {"ladder": {"levels": {"watch_bp": 9500}}}}]}]})");
  ASSERT_TRUE(grid) << to_string(grid.error());
  EXPECT_EQ(grid->points.size(), 4U);
  EXPECT_EQ(grid->skipped.size(), 8U);
  const auto refused = std::ranges::count_if(grid->skipped, [](const std::string& text) {
    return text.find("must lie below watch_bp") != std::string::npos;
  });
  EXPECT_GT(refused, 0);
}

TEST(TuneGrid, ErrorsNameLineAndPlace) {
  struct Case {
    const char* text;
    const char* field;
    ErrorCode code;
  };
  const Case cases[] = {
      {"{\"axis\": []}", "axis", ErrorCode::malformed},
      {"{\"draws\": -1}", "draws", ErrorCode::out_of_range},
      {"{\"one_by_one\": 1}", "one_by_one", ErrorCode::malformed},
      {"{\"axes\": [{\"name\": \"a\"}]}", "axes[0].settings", ErrorCode::missing_field},
      {"{\"axes\": [{\"settings\": []}]}", "axes[0].name", ErrorCode::missing_field},
      {"{\"points\": [{\"name\": \"x\"}]}", "points[0].parameters", ErrorCode::missing_field},
      {"{\"points\": [{\"name\": \"x\",\n\"parameters\": {\"ladder\": {\"dwel\": 3}}}]}",
       "line 2: points[0].parameters.ladder.dwel", ErrorCode::unknown_field},
      {"{\"points\": [{\"name\": \"x\", \"parameters\": {\"ladder\": {\"levels\":\n"
       "{\"call_bp\": 10100}}}}]}",
       "line 2: points[0].parameters.ladder.levels.call_bp", ErrorCode::levels_out_of_order},
      {"{\"points\": [{\"name\": \"x\", \"parameters\": {}}]}", "points[0]", ErrorCode::name_taken},
  };
  for (const Case& c : cases) {
    const auto grid = read_grid(c.text);
    ASSERT_FALSE(grid) << c.text;
    EXPECT_EQ(grid.error().code, c.code) << to_string(grid.error());
    EXPECT_NE(grid.error().field.find(c.field), std::string::npos) << to_string(grid.error());
  }
}

}  // namespace
}  // namespace bulkhead::replay
