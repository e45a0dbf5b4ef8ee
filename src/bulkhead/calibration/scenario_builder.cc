// Assembly of the three blocks of a scenario set from estimated factors.
#include "bulkhead/calibration/scenario_builder.h"

#include <algorithm>
#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/calibration/factor_model.h"

namespace bulkhead::calibration {
namespace {

using pricing::ScenarioBlock;

constexpr double kLeastMove = -6.0;
constexpr double kGreatestMove = 3.0;
constexpr double kFlagShare = 0.02;  // of draws completed, above which a factor is flagged
constexpr Duration kStressedSpan = days(365);

struct StressedWindow {
  std::vector<std::size_t> rows;
  std::string name;
};

// Equal weights that sum to exactly 2^30: the newest draws take the remainder.
std::vector<std::uint32_t> equal_weights(std::size_t draws) {
  const std::uint64_t base = pricing::kWeightOne / draws;
  const std::uint64_t more = pricing::kWeightOne % draws;
  std::vector<std::uint32_t> weights{0};
  for (std::size_t i = 0; i < draws; ++i) {
    weights.push_back(static_cast<std::uint32_t>(base + (i >= draws - more ? 1 : 0)));
  }
  return weights;
}

// Dates of the market asset with a forecast, the newest S − 1, oldest first.
std::vector<std::size_t> filtered_rows(const FactorModel& market, const BuilderOptions& options) {
  std::vector<std::size_t> rows;
  for (std::size_t i = market.path.before.size(); i-- > 0;) {
    if (rows.size() + 1 >= options.scenarios) break;
    if (market.path.before[i] > 0) rows.push_back(i);
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

std::vector<std::size_t> rows_between(const FactorModel& market,
                                      const std::vector<Timestamp>& dates, Timestamp begin,
                                      Timestamp end) {
  std::vector<std::size_t> rows;
  const auto first = std::lower_bound(dates.begin(), dates.end(), begin);
  for (auto i = static_cast<std::size_t>(first - dates.begin()); i < dates.size(); ++i) {
    if (dates[i] >= end) break;
    if (market.returns.present[i]) rows.push_back(i);
  }
  return rows;
}

std::string day_name(Timestamp t) { return to_string(start_of_day(t)).substr(0, 10); }

// How many of so many rows are the tail: the worst fortieth.
std::size_t tail_count(std::size_t rows) { return std::max<std::size_t>(1, rows / 40); }

// Mean loss of the tail of the rows; only returns up to `most` are looked at, of which there are
// enough.
double tail_loss(const Column& returns, const std::vector<std::size_t>& rows, double most) {
  std::vector<double> sorted;
  for (const std::size_t i : rows) {
    if (returns.values[i] <= most) sorted.push_back(returns.values[i]);
  }
  std::sort(sorted.begin(), sorted.end());
  const std::size_t count = tail_count(rows.size());
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum -= sorted[i];
  return sum / static_cast<double>(count);
}

// Counts and sums of a changing set of returns by their rank (Fenwick trees), so that a window that
// slides over years of hours need not be sorted again at each of them.
class RankedReturns {
 public:
  explicit RankedReturns(const Column& returns) : ranks_(returns.values.size()) {
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (returns.present[i]) sorted_.push_back(returns.values[i]);
    }
    std::sort(sorted_.begin(), sorted_.end());
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      ranks_[i] = static_cast<std::size_t>(
          std::lower_bound(sorted_.begin(), sorted_.end(), returns.values[i]) - sorted_.begin());
    }
    counts_.assign(sorted_.size() + 1, 0);
    sums_.assign(sorted_.size() + 1, 0.0);
  }

  void add(std::size_t i) { change(i, 1); }
  void remove(std::size_t i) { change(i, -1); }

  // The `count` least of the set: about their mean, and the greatest of them.
  struct Least {
    double mean = 0;
    double greatest = 0;
  };
  Least least(std::size_t count) const {
    std::size_t at = 0;
    auto left = static_cast<std::int64_t>(count);
    double sum = 0;
    for (std::size_t step = std::bit_floor(sums_.size()); step > 0; step /= 2) {
      if (at + step >= sums_.size() || counts_[at + step] >= left) continue;
      at += step;
      left -= counts_[at];
      sum += sums_[at];
    }
    sum += static_cast<double>(left) * sorted_[at];
    return {sum / static_cast<double>(count), sorted_[at]};
  }

 private:
  void change(std::size_t i, int sign) {
    const std::size_t rank = ranks_[i];
    for (std::size_t at = rank + 1; at < sums_.size(); at += at & (~at + 1)) {
      counts_[at] += sign;
      sums_[at] += sign * sorted_[rank];
    }
  }

  std::vector<std::size_t> ranks_;  // of equal returns the same
  std::vector<double> sorted_;
  std::vector<std::int64_t> counts_;
  std::vector<double> sums_;
};

// The 365 days of the market asset with the greatest tail loss, the earliest among equals.
StressedWindow worst_year(const FactorModel& market, const std::vector<Timestamp>& dates,
                          const BuilderOptions& options) {
  constexpr double kRounding = 1e-9;  // of a sum of log returns that came and went
  StressedWindow best;
  double worst_loss = 0;
  RankedReturns ranked(market.returns);
  std::size_t inside = 0;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < dates.size(); ++begin) {
    for (; end < dates.size() && dates[end] < dates[begin] + kStressedSpan; ++end) {
      if (!market.returns.present[end]) continue;
      ranked.add(end);
      ++inside;
    }
    if (inside > 0 && inside >= options.stressed_minimum) {
      const RankedReturns::Least tail = ranked.least(tail_count(inside));
      if (best.rows.empty() || -tail.mean > worst_loss - kRounding) {
        std::vector<std::size_t> rows =
            rows_between(market, dates, dates[begin], dates[begin] + kStressedSpan);
        const double loss = tail_loss(market.returns, rows, tail.greatest);
        if (best.rows.empty() || loss > worst_loss) {
          worst_loss = loss;
          best.rows = std::move(rows);
        }
      }
    }
    if (market.returns.present[begin]) {
      ranked.remove(begin);
      --inside;
    }
  }
  if (!best.rows.empty()) {
    best.name = day_name(dates[best.rows.front()]) + ".." + day_name(dates[best.rows.back()]) +
                " (worst year of " + market.factor.asset + ")";
  }
  return best;
}

Result<StressedWindow> stressed_window(const FactorModel& market,
                                       const std::vector<Timestamp>& dates, Timestamp as_of,
                                       const BuilderOptions& options) {
  StressedWindow window;
  if (options.stressed_begin.empty() && options.stressed_end.empty()) {
    window = worst_year(market, dates, options);
  } else {
    BULKHEAD_TRY(const Timestamp begin, parse_timestamp(options.stressed_begin));
    BULKHEAD_TRY(const Timestamp end, parse_timestamp(options.stressed_end));
    window.rows = rows_between(market, dates, begin, std::min(end, as_of));
    window.name = options.stressed_begin + ".." + options.stressed_end;
  }
  if (window.rows.size() < std::max(options.stressed_minimum, 1U)) {
    return fail(ErrorCode::out_of_range, "stressed_window", std::to_string(window.rows.size()),
                "at least " + std::to_string(options.stressed_minimum) +
                    " dates of the market asset before as_of");
  }
  return window;
}

ScenarioBlock draw_block(FactorModels& all, Block kind, const std::vector<std::size_t>& rows,
                         const std::vector<Timestamp>& dates, const BuilderOptions& options) {
  ScenarioBlock block;
  block.weights = equal_weights(rows.size());
  block.dates.push_back(Timestamp{});
  block.moves.assign(all.models.size(), 0.0);
  std::vector<double> row(all.models.size());
  for (const std::size_t i : rows) {
    const double market_move =
        draw_move(all, all.models[all.market], kind, i, dates[i], 0, 0, options).value;
    for (std::size_t f = 0; f < all.models.size(); ++f) {
      FactorModel& model = all.models[f];
      const Move move =
          draw_move(all, model, kind, i, dates[i], market_move, row[model.spot], options);
      row[f] = std::min(std::max(move.value, kLeastMove), kGreatestMove);
      if (row[f] != move.value) ++model.report.bounded;
      if (kind == Block::filtered)
        ++(move.observed ? model.report.observed : model.report.completed);
    }
    block.dates.push_back(dates[i]);
    block.moves.insert(block.moves.end(), row.begin(), row.end());
  }
  return block;
}

// Quiet history makes no quiet peg: the column's root mean square is at least the floor.
void lift_pegs(const FactorModels& all, double floor, ScenarioBlock& block) {
  const std::size_t width = all.models.size();
  for (std::size_t f = 0; f < width; ++f) {
    if (!all.models[f].peg || all.models[f].factor.kind != pricing::FactorKind::spot) continue;
    double squares = 0;
    for (std::size_t s = 1; s < block.size(); ++s) {
      squares += block.moves[s * width + f] * block.moves[s * width + f];
    }
    const double actual = sqrt_fixed(squares / static_cast<double>(block.size() - 1));
    if (!(actual < floor) || !(actual > 0)) continue;
    const double factor = floor / actual;
    for (std::size_t s = 1; s < block.size(); ++s) {
      double& move = block.moves[s * width + f];
      move = std::min(std::max(move * factor, kLeastMove), kGreatestMove);
    }
  }
}

Status check(const BuilderOptions& options) {
  if (options.horizon <= Duration{}) {
    return fail(ErrorCode::out_of_range, "horizon", to_string(options.horizon), "more than 0");
  }
  if (options.scenarios < 2 || options.scenarios > 16'384) {
    return fail(ErrorCode::out_of_range, "scenarios", std::to_string(options.scenarios),
                "2 to 16384");
  }
  if (!(options.decay > 0 && options.decay < 1) || !(options.tail_degrees > 2) ||
      options.warm_up == 0 || !(options.ratio_least > 0) ||
      !(options.ratio_greatest >= options.ratio_least)) {
    return fail(ErrorCode::out_of_range, "options", "",
                "decay in (0, 1), tail degrees above 2, a warm-up, ratio bounds in order");
  }
  for (const CalibratedVolatility& one : options.calibrated) {
    if (one.alpha >= 0 && one.beta >= 0 && one.alpha + one.beta < 1 && one.long_run > 0) continue;
    return fail(ErrorCode::out_of_range, "calibrated", one.asset,
                "alpha and beta of at least 0, their sum below 1, a long-run volatility above 0");
  }
  return {};
}

}  // namespace

Result<BuiltSet> build_scenario_set(const BuilderInput& input, const BuilderOptions& options,
                                    const PreviousSet& previous) {
  BULKHEAD_TRY_STATUS(check(options));
  const std::vector<Timestamp> dates = common_dates(input, options);
  BULKHEAD_TRY(FactorModels all, estimate_factors(input, dates, options, previous));
  const std::vector<std::size_t> rows = filtered_rows(all.models[all.market], options);
  if (rows.size() < std::max(options.minimum_draws, 1U)) {
    return fail(ErrorCode::out_of_range, all.models[all.market].factor.asset + ".spot",
                std::to_string(rows.size()) + " dates",
                "at least " + std::to_string(options.minimum_draws) + " before as_of");
  }
  BULKHEAD_TRY(const StressedWindow stressed,
               stressed_window(all.models[all.market], dates, input.as_of, options));

  BuiltSet built;
  built.set.as_of = input.as_of;
  built.set.window_begin = dates[rows.front()] - options.horizon;
  built.set.horizon = options.horizon;
  built.set.filtered = draw_block(all, Block::filtered, rows, dates, options);
  built.set.stressed = draw_block(all, Block::stressed, stressed.rows, dates, options);
  built.set.long_run = draw_block(all, Block::long_run, rows, dates, options);
  built.set.stressed_window = stressed.name;
  lift_pegs(all, options.peg_floor, built.set.filtered);
  lift_pegs(all, options.peg_floor, built.set.long_run);
  for (FactorModel& model : all.models) {
    model.factor.completed =
        static_cast<double>(model.report.completed) > kFlagShare * static_cast<double>(rows.size());
    built.set.factors.push_back(model.factor);
    built.factors.push_back(model.report);
  }
  BULKHEAD_TRY_STATUS(pricing::validate(built.set));
  return built;
}

}  // namespace bulkhead::calibration
