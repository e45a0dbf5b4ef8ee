// Which policies a tuning tries: a document of changes to the shipped parameters, one axis at a
// time and drawn over all axes, each beside the ladder as shipped and beside liquidate-only.
//
//   {"axes": [{"name": "dwell", "margin": false,
//              "settings": [{"name": "2 min", "parameters": {"ladder": {"dwell": {…}}}}]}],
//    "one_by_one": true,     every setting alone                                  (default true)
//    "draws": 12,            points that take a setting, or none, of every axis   (default 0)
//    "points": [{"name": "my own", "parameters": {…}}]}
//
// `parameters` holds what differs from the shipped set, in the form of `bulkhead parameters`. An
// axis that moves the margin itself is marked `margin`: its settings are also run under
// liquidate-only, for comparison at equal collateral.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/policy/parameters.h"

namespace bulkhead::replay {

struct TunePoint {
  std::string name;     // unique
  std::string axis;     // of a setting alone; "draw", "point", or empty for the two references
  std::string changes;  // "levels.call_bp 9500, …", in words
  policy::ParameterSet parameters;
  // The same margin under the shipped ladder: what the book is opened with.
  policy::ParameterSet opening;

  bool is_ladder() const { return parameters.ladder.kind == policy::LadderKind::full; }
};

struct TuneGrid {
  std::vector<TunePoint> points;     // [0] as shipped, [1] liquidate-only
  std::vector<std::string> skipped;  // draws that are no policy, or one that is there already
};

inline constexpr std::size_t kShipped = 0;
inline constexpr std::size_t kLiquidateOnly = 1;

// Errors name line, place and value.
Result<TuneGrid> read_grid(std::string_view text);
// What is tried where no document is given.
std::string_view shipped_grid();

}  // namespace bulkhead::replay
