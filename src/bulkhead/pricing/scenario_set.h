// A scenario set as data (D5.1, D5.2): joint moves of named factors, built outside, identified by
// the SHA-256 of its canonical bytes, adopted by a command. Content-stored, at most 64 MiB.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::pricing {

inline constexpr std::uint64_t kWeightOne = std::uint64_t{1} << 30;  // ΣW (D5.1)

enum class FactorKind : std::uint8_t { spot, perpetual_basis, dated_basis, volatility };
BULKHEAD_ENUM_NAMES(FactorKind, "spot", "perpetual_basis", "dated_basis", "volatility")

// spot: log return of the asset's numéraire price over the horizon. perpetual_basis: shift b with
// F' = S'·(F/S)·e^b. dated_basis: annual rate shift b, F' = S'·(F/S)·e^{bτ}. volatility: log shock
// v of the 30-day volatility (D3.4).
struct Factor {
  FactorKind kind = FactorKind::spot;
  std::string asset;
  double forecast = 0;       // of the factor's one-horizon standard deviation, used for rescaling
  double long_run = 0;       // long-run volatility of the same
  double rescaling_cap = 0;  // ratio applied after the hourly cap
  double rescaling_uncapped = 0;
  bool completed = false;  // a short history completed from a beta (D5.2), flagged

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "asset", self.asset);
    visit(3, "forecast", self.forecast);
    visit(4, "long_run", self.long_run);
    visit(5, "rescaling_cap", self.rescaling_cap);
    visit(6, "rescaling_uncapped", self.rescaling_uncapped);
    visit(7, "completed", self.completed);
  }
};

// S joint moves. moves is row-major [S][factors]: moves[s·F + f]. Scenario 0 is the unshocked point
// with weight 0; Σ weights = 2^30.
struct ScenarioBlock {
  std::vector<std::uint32_t> weights;  // S
  std::vector<Timestamp> dates;  // S: end of the window the move was taken from; 0 for scenario 0
  std::vector<double> moves;     // S·F

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "weights", self.weights);
    visit(2, "dates", self.dates);
    visit(3, "moves", self.moves);
  }
  std::size_t size() const { return weights.size(); }
};

struct ScenarioSet {
  std::uint32_t format = 1;
  Timestamp as_of;              // only observations strictly before it were used
  Timestamp window_begin;       // of the filtered block's data
  Duration horizon;             // MPOR
  std::vector<Factor> factors;  // sorted by (asset, kind), unique
  ScenarioBlock filtered;       // ES_c: z · current forecast
  ScenarioBlock stressed;       // ES_s: unscaled, named stressed window
  ScenarioBlock long_run;       // ES_f: z · long-run volatility (same dates as filtered)
  std::string stressed_window;  // "2020-03-01..2020-12-31"

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "as_of", self.as_of);
    visit(3, "window_begin", self.window_begin);
    visit(4, "horizon", self.horizon);
    visit(5, "factors", self.factors);
    visit(6, "filtered", self.filtered);
    visit(7, "stressed", self.stressed);
    visit(8, "long_run", self.long_run);
    visit(9, "stressed_window", self.stressed_window);
  }
};

// Sizes agree, weights sum to 2^30, scenario 0 unshocked, factors sorted and unique, moves finite
// and |move| <= 10, S <= 16,384. Errors name block, index and value.
Status validate(const ScenarioSet& set);
Hash hash_of(const ScenarioSet& set);

}  // namespace bulkhead::pricing
