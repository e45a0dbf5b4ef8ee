// Whether the losses of one unit of a product stay where they were forecast: Basel zones of the
// last 250 results, and a sequential alarm with a stated rate of false alarms (D12.2). In integers,
// so that it stands in the state of the core.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/risk/parameters.h"

namespace bulkhead::risk {

inline constexpr std::uint32_t kMonitorWindow = 250;  // results

enum class ModelZone : std::uint8_t { green, yellow, red };
BULKHEAD_ENUM_NAMES(ModelZone, "green", "yellow", "red")

// Counts up to max_green are green, up to max_yellow yellow.
struct ModelZones {
  std::uint32_t max_green = 0;
  std::uint32_t max_yellow = 0;
  ModelZone of(std::size_t exceptions) const {
    if (exceptions <= max_green) return ModelZone::green;
    return exceptions <= max_yellow ? ModelZone::yellow : ModelZone::red;
  }
};

// Basel zones of 250 results for losses beyond an Expected Shortfall of that level: yellow begins
// where the binomial P(X <= k) reaches 95 %, red where it reaches 99.99 %. The probability of such
// a loss is taken as 2/5 of 1 − α: 1 % at 97.5 %, what normal losses come to; heavier tails exceed
// their shortfall less often. With fewer results the missing ones count as quiet.
ModelZones model_zones(const Level& level);

// Cut points of a forecast P&L, probabilities in thousandths; between them, in pairs from both
// ends, six bins.
inline constexpr std::array<std::uint32_t, 10> kForecastCuts = {10,  25,  50,  100, 250,
                                                                750, 900, 950, 975, 990};
// The smallest P&L whose cumulated weight reaches each probability. Spans of one length, not empty.
std::array<std::int32_t, kForecastCuts.size()> forecast_cuts(
    std::span<const std::int32_t> pnl, std::span<const std::uint32_t> weights);

// 0: beyond the outermost cut points of either side, 5: the middle. None where it cannot be said:
// it is a cut point, or there is no spread between the first and the last.
std::optional<std::size_t> drift_bin(std::span<const double> cuts, double pnl);

enum class Drift : std::uint8_t { none, wider, narrower };
BULKHEAD_ENUM_NAMES(Drift, "none", "wider", "narrower")

// Page's CUSUM over bins of the likelihood ratio of N(0, ratio²) against N(0, 1), as
// calibration/drift.h has it over scores: ratio 1.5 for wider, 1/1.5 for narrower, in hundredths of
// a natural logarithm. Each has one false alarm in 2,000 results on average if the forecast holds,
// both together one in 1,000, whatever its distribution (monitor_test.cc computes it).
inline constexpr std::array<std::int32_t, 6> kWiderScores = {180, 85, 49, 18, -14, -37};
inline constexpr std::array<std::int32_t, 6> kNarrowerScores = {-372, -237, -158, -89, -15, 32};
inline constexpr std::int32_t kWiderAlarm = 483;
inline constexpr std::int32_t kNarrowerAlarm = 526;

struct DriftSums {
  std::int32_t wider = 0;
  std::int32_t narrower = 0;

  friend bool operator==(const DriftSums&, const DriftSums&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "wider", self.wider);
    visit(2, "narrower", self.narrower);
  }
};
// After an alarm both sums start anew.
Drift follow_drift(DriftSums& sums, std::size_t bin);

}  // namespace bulkhead::risk
