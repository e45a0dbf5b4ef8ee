// A scenario set made ready for revaluation: multipliers instead of log moves, computed once at
// adoption and shared by every epoch until the next set. A cache: rebuilt from the set at any time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/pricing/parameters.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::pricing {

// The blocks of a row, in this order (D5.4). The grid is instantaneous and unweighted.
enum class Block : std::uint8_t { filtered, stressed, long_run, grid };
inline constexpr std::size_t kBlocks = 4;
BULKHEAD_ENUM_NAMES(Block, "filtered", "stressed", "long_run", "grid")

// Where each block stands in a row: [begin, begin + size). A block begins at a multiple of 16 and
// what lies between size and the next begin is zero in every row.
struct BlockRange {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

// One point of the grid: a joint spot and volatility move, or the depeg of one stablecoin.
struct GridPoint {
  double spot = 0;                          // relative move of all coins and tokens
  double volatility = 0;                    // log shock
  double depeg = 0;                         // relative move of `stablecoin`
  std::uint32_t stablecoin = 0xffff'ffffU;  // AssetIndex value; none: a spot × vol point
};

class PreparedSet {
 public:
  // Validates the set first. Depeg points are not part of it: they depend on the registry.
  static Result<PreparedSet> make(const ScenarioSet& set);

  // Scenarios of the three weighted blocks; weights are those of ScenarioBlock.
  std::span<const std::uint32_t> weights(Block block) const;
  std::span<const Timestamp> dates(Block block) const;
  Timestamp as_of() const { return as_of_; }
  Timestamp window_begin() const { return window_begin_; }
  Duration horizon() const { return horizon_; }
  const Hash& hash() const { return hash_; }
  std::span<const Factor> factors() const { return factors_; }

  // Row of factor moves over filtered, stressed and long-run in row layout (see ranges), or empty
  // if the set does not have this factor. spot and perpetual_basis: e^move; dated_basis and
  // volatility: the log move itself (its effect depends on the expiry).
  std::span<const double> moves(FactorKind kind, std::string_view asset) const;
  // The three weighted blocks; the grid's begin is the end of the long-run block, its size 0.
  const std::array<BlockRange, kBlocks>& ranges() const { return ranges_; }

 private:
  std::array<BlockRange, kBlocks> ranges_{};
  std::array<std::vector<std::uint32_t>, 3> weights_;
  std::array<std::vector<Timestamp>, 3> dates_;
  std::vector<Factor> factors_;
  std::map<std::pair<std::string, FactorKind>, std::size_t> index_;
  std::vector<double> moves_;  // [factor][row length]
  Timestamp as_of_;
  Timestamp window_begin_;
  Duration horizon_;
  Hash hash_{};
};

}  // namespace bulkhead::pricing
