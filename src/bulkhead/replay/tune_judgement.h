// What a tuning says: the efficient edge of each window and of all together, how far the shipped
// policy lies from it, whether the ladder beats liquidate-only, and which point is chosen.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/replay/frontier.h"
#include "bulkhead/replay/tune.h"

namespace bulkhead::replay {

// In this order in every Costs here: harm, collateral tied up, calls per account.
inline constexpr std::size_t kHarm = 0;
inline constexpr std::size_t kTiedUp = 1;
inline constexpr std::size_t kCalls = 2;

// The shipped policy counts as near the edge up to this radial gap.
inline constexpr double kNear = 0.05;

struct EdgeJudgement {
  std::vector<Costs> costs;       // of every point
  std::vector<std::size_t> edge;  // of the points with the ladder
  double gap = 0;                 // radial, of the shipped policy
  std::vector<double> savings;    // of it, one per objective
};

// Bad debt at equal collateral: the points under liquidate-only, each beside the best ladder that
// ties up no more than it.
struct AgainstPlain {
  std::size_t plain = 0;
  std::size_t ladder = 0;  // the least bad debt; among equals the least tied up
  bool any = false;        // a ladder that ties up no more exists
  double plain_debt = 0, ladder_debt = 0;
  double plain_tied = 0, ladder_tied = 0;
  bool less = false;   // bad debt
  bool equal = false;  // likewise
};

struct WindowJudgement {
  EdgeJudgement edge;
  std::vector<AgainstPlain> against;  // the first: liquidate-only as shipped
  AgainstPlain at_shipped;       // the best of each that tie up no more than the shipped ladder
  bool any_plain = false;        // a point under liquidate-only is among those
  bool dominates = false;        // less bad debt than every point under liquidate-only
  bool nothing_to_save = false;  // no bad debt under liquidate-only as shipped
};

// A point with its pooled costs and in how many windows it does more harm than the shipped one.
struct Candidate {
  std::size_t point = 0;
  Costs pooled, shipped;
  std::uint32_t worse_in = 0;
};

struct TuneJudgement {
  std::vector<WindowJudgement> windows;
  EdgeJudgement pooled;
  std::vector<Candidate> candidates;  // as picked on the first seed, least harm first
  std::vector<Candidate> confirmed;   // the same points on the other seeds
  std::size_t chosen = kShipped;
  std::string why;
};

// Costs in a window: harm and tied-up collateral in its numéraire.
Costs costs_of(const TuneFigures& figures);

// Pooled: means over windows of harm over that under liquidate-only as shipped (at least 1 bp of
// opening equity), of tied-up collateral over opening equity, and of calls per account.
std::vector<Costs> pooled_costs(const std::vector<TuneRun>& runs, std::size_t points);

inline constexpr std::size_t kCandidatesMost = 4;

// Points of the pooled edge with less harm than the shipped one that tie up no more and call no
// more, least harm first, at most `most`.
std::vector<std::size_t> pick_candidates(const TuneResult& result, const TuneGrid& grid,
                                         std::size_t most);

TuneJudgement judge(const TuneResult& result, const TuneGrid& grid);

}  // namespace bulkhead::replay
