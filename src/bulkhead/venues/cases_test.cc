// The published vectors whole, where they stand beside the project: SKIPPED otherwise, a failure in
// continuous integration. Every figure that a case expects is compared.
#include "bulkhead/venues/cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "bulkhead/venues/case_reader.h"

namespace bulkhead::venues {
namespace {

constexpr double kTolerance = 1e-9;

std::optional<std::filesystem::path> shared_directory() {
  const char* given = std::getenv("BULKHEAD_SHARED");
  const std::filesystem::path path = given != nullptr ? given : "../shared";
  if (std::filesystem::is_directory(path)) return path;
  return std::nullopt;
}

wire::JsonValue parsed(std::string_view text) {
  Result<wire::JsonValue> json = wire::parse_json(text);
  EXPECT_TRUE(json.has_value());
  return json ? *json : wire::JsonValue{};
}

class MarginVectors : public ::testing::Test {
 protected:
  CasesAnswer run(const char* name) {
    const auto shared = shared_directory();
    if (!shared) {
      const char* ci = std::getenv("CI");
      if (ci != nullptr && std::string_view(ci) == "true") {
        ADD_FAILURE() << "the shared vectors are required in continuous integration";
      }
      return {};
    }
    std::ifstream file(*shared / "vectors/margin" / name);
    std::stringstream text;
    text << file.rdbuf();
    const Result<CasesAnswer> answer = run_cases(parsed(text.str()), kTolerance);
    EXPECT_TRUE(answer.has_value()) << name;
    if (!answer) return {};
    for (const CaseAnswer& one : answer->cases) {
      if (one.outcome == CaseOutcome::reproduced || one.outcome == CaseOutcome::no_model) continue;
      ADD_FAILURE() << one.id << " " << to_string(one.outcome) << " " << one.error << " "
                    << one.note;
      for (const CaseFigure& figure : one.figures) {
        if (!figure.within && figure.inconsistency.empty()) {
          ADD_FAILURE() << one.id << " " << figure.name << " " << figure.computed << " "
                        << figure.expected;
        }
      }
    }
    return *answer;
  }

  static void check(const CasesAnswer& answer, std::uint32_t cases) {
    if (answer.cases.empty()) GTEST_SKIP() << "no shared vectors here";
    EXPECT_GE(answer.reproduced, cases);
    EXPECT_EQ(answer.differing, 0U);
    EXPECT_LE(answer.error, kTolerance);
  }
};

TEST_F(MarginVectors, DerivePmrm1) { check(run("derive_pmrm1_scenarios.json"), 21); }
TEST_F(MarginVectors, DerivePmrm2) { check(run("derive_pmrm2_portfolio.json"), 60); }
TEST_F(MarginVectors, Deribit) { check(run("deribit_pme.json"), 2); }
TEST_F(MarginVectors, MangoV4) { check(run("mango_v4_health.json"), 18); }
TEST_F(MarginVectors, SynthetixV3) { check(run("synthetix_v3_perps.json"), 5); }

// Two of the venue's examples do not follow its own text. Its liquidation table was made with a fee
// of 50 % where the text says 70 %: the case states both and the table's is used. Its example of a
// socialised loss divides by the total, its formula by total and shortfall: the example's is
// compared, the formula's stated beside it as inconsistent.
TEST_F(MarginVectors, Paradex) {
  const CasesAnswer answer = run("paradex_risk.json");
  check(answer, 5);
  for (const CaseAnswer& one : answer.cases) {
    if (one.id != "paradex-socialised-loss") continue;
    const auto last = std::ranges::find_if(
        one.figures, [](const CaseFigure& f) { return !f.inconsistency.empty(); });
    ASSERT_NE(last, one.figures.end());
    EXPECT_FALSE(last->within);
    EXPECT_NEAR(last->computed, 20, 1e-12);
  }
}

// Only OKX's tiers are a rule of a venue's portfolio margin; the others have no model here.
TEST_F(MarginVectors, Miscellaneous) {
  const CasesAnswer answer = run("docs_misc.json");
  check(answer, 1);
  for (const CaseAnswer& one : answer.cases) {
    if (one.id == "okx-mr7") {
      EXPECT_EQ(one.outcome, CaseOutcome::reproduced);
    }
  }
}

constexpr std::string_view kTier = R"({"title": "tiers", "cases": [
  {"id": "a", "input": {"mr_core": 40000, "mr7_raw": 30000, "tiers": [[10000, 1], [70000, 2]]},
   "expected": {"mr7_adj": 50000, "mmr": 50000}}]})";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kTier);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(Cases, AreReproducedOrSayWhatDiffers) {
  const CasesAnswer good = *run_cases(parsed(kTier), kTolerance);
  EXPECT_EQ(good.reproduced, 1U);
  EXPECT_EQ(good.cases[0].model, "okx-pm");
  ASSERT_EQ(good.cases[0].figures.size(), 2U);
  EXPECT_EQ(good.cases[0].figures[0].computed, 50000);

  const CasesAnswer bad = *run_cases(parsed(with("\"mmr\": 50000", "\"mmr\": 50001")), kTolerance);
  EXPECT_EQ(bad.differing, 1U);
  EXPECT_EQ(bad.cases[0].outcome, CaseOutcome::differs);
  EXPECT_NEAR(bad.cases[0].error, 2e-5, 1e-9);
}

TEST(Cases, AFigureThatNothingComputesIsAnError) {
  const CasesAnswer answer =
      *run_cases(parsed(with("\"mmr\": 50000", "\"mmr\": 50000, \"other\": 1")), kTolerance);
  EXPECT_EQ(answer.cases[0].outcome, CaseOutcome::failed);
  EXPECT_NE(answer.cases[0].note.find("other"), std::string::npos) << answer.cases[0].note;
}

TEST(Cases, AMissingInputNamesItsLineAndPath) {
  const CasesAnswer answer = *run_cases(parsed(with("\"mr_core\": 40000, ", "")), kTolerance);
  EXPECT_EQ(answer.cases[0].outcome, CaseOutcome::failed);
  EXPECT_NE(answer.cases[0].note.find("cases[0].input.mr_core"), std::string::npos)
      << answer.cases[0].note;
  EXPECT_EQ(run_cases(parsed("{}"), kTolerance).error().code, ErrorCode::missing_field);
  EXPECT_EQ(run_cases(parsed(R"({"cases": []})"), kTolerance).error().code, ErrorCode::malformed);
}

TEST(Cases, AnUnknownKindHasNoModel) {
  const CasesAnswer answer = *run_cases(
      parsed(R"({"cases": [{"id": "x", "input": {"qty": 1}, "expected": {"standard_im": 1}}]})"),
      kTolerance);
  EXPECT_EQ(answer.without_model, 1U);
  EXPECT_EQ(answer.differing, 0U);
}

}  // namespace
}  // namespace bulkhead::venues
