#include "bulkhead/replay/tune_judgement.h"

#include <algorithm>
#include <map>

#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

constexpr double kClear = 0.05;  // less harm than shipped, for a change of what is shipped

// Whether the edge may hold the point: a ladder whose members opened as they should.
bool counts(const TuneResult& result, const TuneGrid& grid, std::size_t point) {
  return grid.points[point].is_ladder() &&
         std::ranges::find(result.opened_otherwise, point) == result.opened_otherwise.end();
}

EdgeJudgement judge_edge(std::vector<Costs> costs, const TuneResult& result, const TuneGrid& grid) {
  EdgeJudgement out;
  std::vector<Costs> ladders;
  std::vector<std::size_t> index;
  for (std::size_t p = 0; p < costs.size(); ++p) {
    if (!counts(result, grid, p)) continue;
    ladders.push_back(costs[p]);
    index.push_back(p);
  }
  for (const std::size_t i : efficient_edge(ladders)) out.edge.push_back(index[i]);
  out.gap = radial_gap(costs[kShipped], ladders);
  for (std::size_t j = 0; j < costs[kShipped].size(); ++j) {
    out.savings.push_back(saving(costs[kShipped], ladders, j));
  }
  out.costs = std::move(costs);
  return out;
}

using Figures = std::vector<const TuneFigures*>;  // by point, in one window

// The ladder with the least bad debt among those that tie up no more than `budget`; among equals
// the one that ties up least.
void find_ladder(const Figures& figures, const TuneResult& result, const TuneGrid& grid,
                 double budget, AgainstPlain& out) {
  for (std::size_t p = 0; p < figures.size(); ++p) {
    const TuneFigures& f = *figures[p];
    if (!counts(result, grid, p) || f.tied_up > budget) continue;
    const bool better = f.bad_debt < out.ladder_debt ||
                        (f.bad_debt == out.ladder_debt && f.tied_up < out.ladder_tied);
    if (out.any && !better) continue;
    out.any = true;
    out.ladder = p;
    out.ladder_debt = f.bad_debt;
    out.ladder_tied = f.tied_up;
  }
  out.less = out.any && out.ladder_debt < out.plain_debt;
  out.equal = out.any && out.ladder_debt == out.plain_debt;
}

AgainstPlain against(const Figures& figures, const TuneResult& result, const TuneGrid& grid,
                     std::size_t plain) {
  AgainstPlain out;
  out.plain = plain;
  out.plain_debt = figures[plain]->bad_debt;
  out.plain_tied = figures[plain]->tied_up;
  find_ladder(figures, result, grid, out.plain_tied, out);
  return out;
}

void judge_at_shipped(const Figures& figures, const TuneResult& result, const TuneGrid& grid,
                      WindowJudgement& out) {
  const double budget = figures[kShipped]->tied_up;
  AgainstPlain& at = out.at_shipped;
  for (std::size_t p = 0; p < figures.size(); ++p) {
    const TuneFigures& f = *figures[p];
    if (grid.points[p].is_ladder() || f.tied_up > budget) continue;
    if (out.any_plain && f.bad_debt >= at.plain_debt) continue;
    out.any_plain = true;
    at.plain = p;
    at.plain_debt = f.bad_debt;
    at.plain_tied = f.tied_up;
  }
  find_ladder(figures, result, grid, budget, at);
  at.less = at.less && out.any_plain;
  at.equal = at.equal && out.any_plain;
}

WindowJudgement judge_window(const Figures& figures, const TuneResult& result,
                             const TuneGrid& grid) {
  WindowJudgement out;
  std::vector<Costs> costs;
  costs.reserve(figures.size());
  for (const TuneFigures* f : figures) costs.push_back(costs_of(*f));
  out.edge = judge_edge(std::move(costs), result, grid);
  for (std::size_t p = 0; p < figures.size(); ++p) {
    if (!grid.points[p].is_ladder()) out.against.push_back(against(figures, result, grid, p));
  }
  judge_at_shipped(figures, result, grid, out);
  out.dominates = std::ranges::all_of(out.against, [](const AgainstPlain& a) { return a.less; });
  out.nothing_to_save = !(out.against.front().plain_debt > 0);
  return out;
}

// Harm of two points, window by window and seed by seed.
std::uint32_t worse_in(const std::vector<TuneRun>& runs, std::size_t point, std::size_t windows) {
  std::vector<double> own(windows, 0.0), shipped(windows, 0.0);
  for (const TuneRun& run : runs) {
    if (run.point == point) own[run.window] += run.figures.harm();
    if (run.point == kShipped) shipped[run.window] += run.figures.harm();
  }
  std::uint32_t worse = 0;
  for (std::size_t w = 0; w < windows; ++w) worse += own[w] > shipped[w] ? 1U : 0U;
  return worse;
}

std::vector<Candidate> weigh(const std::vector<TuneRun>& runs, const TuneResult& result,
                             const TuneGrid& grid, const std::vector<std::size_t>& picked) {
  std::vector<Candidate> out;
  const std::size_t windows = result.windows.size();
  const std::vector<Costs> costs = pooled_costs(runs, grid.points.size());
  for (const std::size_t p : picked) {
    if (p == kShipped || p == kLiquidateOnly) continue;
    out.push_back({p, costs[p], costs[kShipped], worse_in(runs, p, windows)});
  }
  return out;
}

bool no_more(const Candidate& c) {
  return c.pooled[kTiedUp] <= c.shipped[kTiedUp] && c.pooled[kCalls] <= c.shipped[kCalls];
}

bool clear(const Candidate& c) {
  return c.worse_in == 0 && no_more(c) && c.pooled[kHarm] <= (1 - kClear) * c.shipped[kHarm];
}

std::string in_words(const Candidate& c, const std::string& name) {
  const double less = 1 - c.pooled[kHarm] / std::max(c.shipped[kHarm], 1e-12);
  std::string text =
      "\"" + name + "\" does " + percent(less < 0 ? -less : less) + (less < 0 ? " more" : " less") +
      " harm than the shipped policy, and more in " + plural(c.worse_in, "window", "windows");
  if (!no_more(c)) text += ", and ties up or calls more";
  return text;
}

void choose(TuneJudgement& out, const TuneGrid& grid) {
  if (out.candidates.empty()) {
    out.why =
        "No point of the pooled edge does less harm than the shipped policy without tying up "
        "more or calling more.";
    return;
  }
  for (std::size_t i = 0; i < out.candidates.size(); ++i) {
    const Candidate& first = out.candidates[i];
    const bool holds = i < out.confirmed.size() && clear(out.confirmed[i]);
    if (!clear(first) || !holds) continue;
    out.chosen = first.point;
    out.why = "\"" + grid.points[first.point].name +
              "\" does less harm than the shipped policy by at least 5 % of it, in no window more, "
              "and neither ties up nor calls more; the same with other seeds.";
    return;
  }
  const Candidate& best = out.candidates.front();
  const std::string& name = grid.points[best.point].name;
  out.why = "The best candidate, on the first seed: " + in_words(best, name);
  if (!out.confirmed.empty()) {
    out.why += "; with other seeds, " + in_words(out.confirmed.front(), name);
  }
  out.why +=
      ". A change needs at least 5 % less, in no window more, no more collateral and no "
      "more calls, on the first seed and on the others: no candidate has that.";
}

}  // namespace

Costs costs_of(const TuneFigures& figures) {
  return {figures.harm(), figures.tied_up, figures.calls_per_account()};
}

std::vector<Costs> pooled_costs(const std::vector<TuneRun>& runs, std::size_t points) {
  std::map<std::pair<std::size_t, std::uint64_t>, const TuneFigures*> plain;  // by window and seed
  for (const TuneRun& run : runs) {
    if (run.point == kLiquidateOnly) plain[{run.window, run.seed}] = &run.figures;
  }
  std::vector<Costs> costs(points, Costs(3, 0.0));
  std::vector<double> count(points, 0.0);
  for (const TuneRun& run : runs) {
    const TuneFigures& unit = *plain.at({run.window, run.seed});
    const double equity = std::max(unit.opening_equity, 1e-6);
    Costs& sum = costs[run.point];
    sum[kHarm] += run.figures.harm() / std::max(unit.harm(), equity / 10'000);
    sum[kTiedUp] += run.figures.tied_up / equity;
    sum[kCalls] += run.figures.calls_per_account();
    ++count[run.point];
  }
  for (std::size_t p = 0; p < points; ++p) {
    for (double& cost : costs[p]) cost /= std::max(count[p], 1.0);
  }
  return costs;
}

std::vector<std::size_t> pick_candidates(const TuneResult& result, const TuneGrid& grid,
                                         std::size_t most) {
  const EdgeJudgement pooled =
      judge_edge(pooled_costs(result.runs, grid.points.size()), result, grid);
  const Costs& shipped = pooled.costs[kShipped];
  std::vector<std::size_t> picked;
  for (const std::size_t p : pooled.edge) {
    const Costs& c = pooled.costs[p];
    const bool better =
        c[kHarm] < shipped[kHarm] && c[kTiedUp] <= shipped[kTiedUp] && c[kCalls] <= shipped[kCalls];
    if (better) picked.push_back(p);
  }
  std::ranges::sort(picked, [&](std::size_t a, std::size_t b) {
    const double harm_a = pooled.costs[a][kHarm];
    const double harm_b = pooled.costs[b][kHarm];
    return harm_a != harm_b ? harm_a < harm_b : a < b;
  });
  if (picked.size() > most) picked.resize(most);
  return picked;
}

TuneJudgement judge(const TuneResult& result, const TuneGrid& grid) {
  TuneJudgement out;
  const std::size_t points = grid.points.size();
  for (std::size_t w = 0; w < result.windows.size(); ++w) {
    Figures figures(points, nullptr);
    for (const TuneRun& run : result.runs) {
      if (run.window == w) figures[run.point] = &run.figures;
    }
    out.windows.push_back(judge_window(figures, result, grid));
  }
  out.pooled = judge_edge(pooled_costs(result.runs, points), result, grid);
  const std::vector<std::size_t> picked = pick_candidates(result, grid, kCandidatesMost);
  out.candidates = weigh(result.runs, result, grid, picked);
  if (!result.confirmed.empty()) out.confirmed = weigh(result.confirmed, result, grid, picked);
  choose(out, grid);
  return out;
}

}  // namespace bulkhead::replay
