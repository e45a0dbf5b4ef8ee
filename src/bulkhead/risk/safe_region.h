// How far the market may move before an account could come to another side of a level: bounds of
// E − θ·IM from below and from above, linear in the moves of the factors it touches
// (docs/safe-regions.md has the proof).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bulkhead/risk/market_point.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

// Above `level`·IM an account that is at rest stays so, whatever its look-ahead says.
struct RestLevel {
  double level = 1;  // θ >= 1
  double scale = 0;  // √(longest look-ahead / horizon): of the collateral's tail in haircut mode
  friend bool operator==(const RestLevel&, const RestLevel&) = default;
};

// The level for a watch level, ρ and the longest look-ahead; none if the probability that trips the
// look-ahead (in basis points, D9.1) is of a smaller mass than the tail of ES: then its bound says
// nothing.
std::optional<RestLevel> rest_level(const EpochRisk& market, BasisPoints watch_bp,
                                    BasisPoints breach_weight_bp, Duration longest_look_ahead);

// A side on which an account is to stay: E − level·IM + offset >= 0, or < 0.
struct Edge {
  double level = 1;
  double scale = 0;   // of the collateral's tail in haircut mode, which E must cover besides
  double offset = 0;  // numéraire
  bool above = true;
};

struct RegionTerm {
  AssetIndex asset;
  // By how much the account comes nearer to an edge, the worst of them, in numéraire per unit of
  // each of the asset's moves.
  float up = 0, down = 0, basis = 0, option = 0, volatility = 0, calm = 0;
};

struct SafeRegion {
  double slack = 0;               // to the nearest edge, less what cannot be bounded otherwise; > 0
  double radius = 0;              // no move beyond this: safe without looking at the terms
  std::vector<RegionTerm> terms;  // by asset
};

// No factor may leave this box: the constants hold inside it only. An estimator may double.
inline constexpr double kBox = 0.2;
inline constexpr double kVolatilityBox = 1.0;

// The largest of the moves, an estimator's in proportion to its box: what a radius is compared
// with.
double largest_move(std::span<const Moves> moves);

// Whether it is certain after these moves (by asset) that no edge is passed.
bool is_safe(double slack, std::span<const RegionTerm> terms, std::span<const Moves> moves);
// By how much the account has come nearer at most; infinite outside the box.
double largest_loss(std::span<const RegionTerm> terms, std::span<const Moves> moves);
inline bool is_safe(const SafeRegion& region, std::span<const Moves> moves) {
  return is_safe(region.slack, region.terms, moves);
}

// Coins that a group's obligations could come to per underlying, whatever options' deltas do; of an
// account that is its own group, its own.
using GrossCoins = std::vector<std::pair<AssetIndex, double>>;
void add_gross_coins(const EpochRisk& market, const Portfolio& portfolio, GrossCoins& out);

// The region of a portfolio whose requirement by the model `scenario_es` at this epoch is `needed`;
// rows of its instruments are there. Valid for `lasting` from now. None if it has no slack to one
// of the edges, or something that moves by itself: a line without price, an expiry inside the
// horizon, own tokens.
std::optional<SafeRegion> safe_region(const EpochRisk& market, const ShockBounds& bounds,
                                      const Portfolio& portfolio, const Requirement& needed,
                                      std::span<const HaircutValue> haircuts,
                                      const GrossCoins& group, std::span<const Edge> edges,
                                      Duration lasting);

}  // namespace bulkhead::risk
