// Cases of VaR and Expected Shortfall, in closed form and of samples.
#include <array>
#include <cmath>

#include "bulkhead/calibration/distributions.h"
#include "bulkhead/calibration/loss_measures.h"
#include "bulkhead/cli/risk_cases.h"

namespace bulkhead::cli {
namespace {

using namespace calibration;  // NOLINT(google-build-using-namespace): a table of its functions

constexpr double kMostLevel = 1 - 1e-9;
constexpr std::uint64_t kMostScenarios = 1'000'000'000;

Figures figures_of(const LossMeasures& measures) {
  return {{"var", measures.var, {}, {}},
          {"es", measures.es, {}, {}},
          {"tail", static_cast<double>(measures.tail), {}, {}}};
}

Result<Figures> normal_case(const CaseInput& in) {
  BULKHEAD_TRY(const double level, in.number("level", 1e-9, kMostLevel));
  BULKHEAD_TRY(const double mean, in.number_or("mean", -1e15, 1e15, 0));
  BULKHEAD_TRY(const double deviation, in.number_or("deviation", 0, 1e15, 1));
  return Figures{{"var", mean + deviation * normal_tail(level).value_at_risk, {}, {}},
                 {"es", mean + deviation * normal_tail(level).expected_shortfall, {}, {}}};
}

Result<Figures> student_case(const CaseInput& in) {
  constexpr std::array<std::string_view, 2> kScalings{"plain", "matched"};
  BULKHEAD_TRY(const double level, in.number("level", 1e-9, kMostLevel));
  BULKHEAD_TRY(const double degrees, in.number("degrees", 1.001, 1e9));
  BULKHEAD_TRY(const double mean, in.number_or("mean", -1e15, 1e15, 0));
  BULKHEAD_TRY(double scale, in.number_or("deviation", 0, 1e15, 1));
  if (in.has("scaling")) {
    BULKHEAD_TRY(const std::string scaling, in.text("scaling", kScalings));
    if (scaling == "matched") {
      if (!(degrees > 2)) {
        return in.error(ErrorCode::out_of_range, "degrees", std::to_string(degrees),
                        "above 2, for a variance to match");
      }
      scale *= std::sqrt((degrees - 2) / degrees);
    }
  }
  return Figures{{"var", mean + scale * student_t_tail(level, degrees).value_at_risk, {}, {}},
                 {"es", mean + scale * student_t_tail(level, degrees).expected_shortfall, {}, {}}};
}

Result<Figures> historical_case(const CaseInput& in) {
  BULKHEAD_TRY(const double level, in.number("level", 1e-9, kMostLevel));
  BULKHEAD_TRY(const std::vector<double> losses, in.numbers("losses"));
  std::uint64_t scenarios = losses.size();
  if (in.has("scenarios")) {
    BULKHEAD_TRY(scenarios, in.count("scenarios", losses.size(), kMostScenarios));
  }
  const Result<LossMeasures> measures = worst_losses_measures(losses, scenarios, level);
  if (!measures) return in.at(measures.error());
  return figures_of(*measures);
}

Result<Figures> decayed_case(const CaseInput& in) {
  BULKHEAD_TRY(const double level, in.number("level", 1e-9, kMostLevel));
  BULKHEAD_TRY(const double decay, in.number("decay", 1e-6, 1 - 1e-9));
  BULKHEAD_TRY(const std::vector<double> losses, in.numbers("losses"));
  BULKHEAD_TRY(const std::vector<double> numbers, in.numbers("scenario_numbers"));
  BULKHEAD_TRY(const std::uint64_t scenarios, in.count("scenarios", 1, kMostScenarios));
  if (numbers.size() != losses.size()) {
    return in.error(ErrorCode::out_of_range, "scenario_numbers", std::to_string(numbers.size()),
                    "as many as losses");
  }
  std::vector<DatedLoss> dated;
  std::vector<double> weights;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!(numbers[i] >= 1 && numbers[i] <= static_cast<double>(scenarios))) {
      return in.error(ErrorCode::out_of_range, "scenario_numbers", std::to_string(numbers[i]),
                      "1 to scenarios, the newest");
    }
    dated.push_back({static_cast<std::uint64_t>(numbers[i]), losses[i]});
    weights.push_back(decayed_weight(dated.back().scenario, scenarios, decay));
  }
  const Result<LossMeasures> measures = decayed_measures(dated, scenarios, level, decay);
  if (!measures) return in.at(measures.error());
  Figures figures = figures_of(*measures);
  figures.push_back({"weights", 0, {}, std::move(weights)});
  return figures;
}

}  // namespace

std::vector<CaseKind> distribution_case_kinds() {
  return {{"normal", "VaR and ES of a normal loss", {"level", "mean", "deviation"}, normal_case},
          {"student",
           "VaR and ES of a Student t loss; scaling \"matched\": deviation is its own",
           {"level", "degrees", "mean", "deviation", "scaling"},
           student_case},
          {"historical",
           "VaR the k-th largest, ES the mean of the k largest, k = ⌈(1−level)·scenarios⌉",
           {"level", "losses", "scenarios"},
           historical_case},
          {"decayed_historical",
           "weights of Boudoukh, Richardson and Whitelaw",
           {"level", "decay", "losses", "scenario_numbers", "scenarios"},
           decayed_case}};
}

}  // namespace bulkhead::cli
