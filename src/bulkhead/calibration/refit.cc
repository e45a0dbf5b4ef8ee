#include "bulkhead/calibration/refit.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "bulkhead/base/sha256.h"
#include "bulkhead/calibration/correlation.h"
#include "bulkhead/calibration/distributions.h"
#include "bulkhead/calibration/garch.h"
#include "bulkhead/calibration/return_grid.h"
#include "bulkhead/calibration/student.h"
#include "bulkhead/calibration/tails.h"
#include "bulkhead/calibration/volatility.h"

namespace bulkhead::calibration {
namespace {

constexpr double kSpikeDeviations = 20;
constexpr double kMadToDeviation = 1.4826;
constexpr double kTailShare = 0.1;
constexpr double kLevel = 0.975;
constexpr double kHaircutLevel = 0.99;
constexpr double kHaircutDays = 2;
constexpr std::size_t kWatched = 250;  // newest returns that drift is looked for in
constexpr std::size_t kMarketLeast = 100;
constexpr std::size_t kOwnLeast = 20;  // returns from which a volatility is an estimate
constexpr double kPriorReturns = 60;   // weight of the prior correlation, in days
constexpr std::size_t kCorrelatedLeast = 10;

// Median of |r| of successive closes, as the deviation of a normal return.
double robust_deviation(const std::vector<Close>& closes) {
  std::vector<double> sizes;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    const double size = std::fabs(std::log(closes[i].price / closes[i - 1].price));
    if (size > 0) sizes.push_back(size);
  }
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return kMadToDeviation * *middle;
}

bool is_spike(double before, double price, double after, double least) {
  const double from = std::log(price / before);
  const double to = std::log(price / after);
  if (from * to <= 0) return false;
  const double size = std::min(std::fabs(from), std::fabs(to));
  return size >= least && std::fabs(from - to) < 0.5 * size;
}

Result<std::vector<Close>> without_repeated(const std::vector<Close>& closes, Cleaning& cleaning) {
  std::vector<Close> kept;
  for (std::size_t i = 0; i < closes.size(); ++i) {
    const Close& close = closes[i];
    const std::string field = "closes[" + std::to_string(i) + "]";
    if (!(close.price > 0) || !std::isfinite(close.price)) {
      return fail(ErrorCode::price_invalid, field, std::to_string(close.price),
                  "positive and finite prices");
    }
    if (!kept.empty() && close.time < kept.back().time) {
      return fail(ErrorCode::out_of_range, field, to_string(close.time), "times that ascend");
    }
    if (!kept.empty() && close.time == kept.back().time) {
      ++cleaning.repeated;
    } else {
      kept.push_back(close);
    }
  }
  return kept;
}

// Repeats beyond the first kFrozenMost of a run say nothing about the market.
std::vector<Close> without_frozen(const std::vector<Close>& closes, Cleaning& cleaning) {
  std::vector<Close> kept;
  for (std::size_t i = 0; i < closes.size();) {
    std::size_t end = i + 1;
    while (end < closes.size() && closes[end].price == closes[i].price) ++end;
    const std::size_t repeats = end - i - 1;
    const bool frozen = repeats > kFrozenMost;
    const std::size_t keep = frozen ? i + 1 : end;
    kept.insert(kept.end(), closes.begin() + static_cast<std::ptrdiff_t>(i),
                closes.begin() + static_cast<std::ptrdiff_t>(keep));
    if (frozen) cleaning.frozen += repeats;
    i = end;
  }
  return kept;
}

void put(std::string& bytes, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

std::string hash_of(const BuilderInput& input, const MarketBars& market) {
  std::string bytes;
  for (const AssetInput& asset : input.assets) {
    bytes += asset.asset + '\0' + asset.spot.quote + '\0';
    for (const Close& close : asset.spot.closes) {
      if (close.time >= input.as_of) break;
      put(bytes, static_cast<std::uint64_t>(close.time.ns));
      put(bytes, std::bit_cast<std::uint64_t>(close.price));
    }
  }
  for (const auto& [asset, bars] : market) {
    bytes += asset + '\0';
    for (const TradedBar& bar : bars) {
      if (bar.time >= input.as_of) break;
      put(bytes, static_cast<std::uint64_t>(bar.time.ns));
      for (const double figure : {bar.high, bar.low, bar.close, bar.volume}) {
        put(bytes, std::bit_cast<std::uint64_t>(figure));
      }
    }
  }
  return to_hex(sha256(std::string_view(bytes)));
}

std::vector<double> values_of(const Column& column) {
  std::vector<double> values;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (column.present[i]) values.push_back(column.values[i]);
  }
  return values;
}

bool varies(const std::vector<double>& values) {
  if (values.size() < 2) return false;
  const auto [least, most] = std::ranges::minmax_element(values);
  return *least < *most;
}

// Fraction of value lost: 1 − e^r.
std::vector<double> losses_of(const std::vector<double>& returns) {
  std::vector<double> losses;
  for (const double r : returns) losses.push_back(-std::expm1(r));
  return losses;
}

class Fitter {
 public:
  Fitter(const BuilderOptions& options, const Column& market, double market_volatility)
      : options_(options), market_(market), market_volatility_(market_volatility) {}

  void fit(const Column& column, AssetRefit& out) const {
    const std::vector<double> returns = values_of(column);
    out.returns = returns.size();
    const bool estimated = returns.size() >= kOwnLeast && varies(returns);
    fit_volatility(column, estimated, out);
    fit_garch_of(returns, estimated, out);
    fit_tail_of(returns, estimated, out);
    fit_link(column, estimated, out);
    watch(column, out);
  }

 private:
  void fit_volatility(const Column& column, bool estimated, AssetRefit& out) const {
    if (!estimated) {
      out.volatility = out.long_run_volatility =
          options_.prior_volatility_ratio * market_volatility_;
      out.flags.push_back("volatility: stated, " + std::to_string(out.returns) +
                          " returns or none that vary");
      return;
    }
    const VolatilityPath path = ewma_path(column, options_.decay, options_.warm_up);
    out.volatility = path.now;
    out.long_run_volatility = path.long_run;
  }

  static void fit_garch_of(const std::vector<double>& returns, bool estimated, AssetRefit& out) {
    if (estimated) {
      const Result<GarchFit> fit = fit_garch(returns);
      if (fit) {
        out.garch_alpha = fit->parameters.alpha;
        out.garch_beta = fit->parameters.beta;
        out.garch_log_likelihood = fit->log_likelihood;
        if (fit->at_bound) out.flags.emplace_back("garch: at the edge of its range");
        return;
      }
      out.flags.push_back("garch: stated, " + fit.error().value);
    } else {
      out.flags.emplace_back("garch: stated");
    }
    out.garch_alpha = 0.06;
    out.garch_beta = 0.93;
  }

  void fit_tail_of(const std::vector<double>& returns, bool estimated, AssetRefit& out) const {
    if (estimated) {
      const Result<TailFit> fit = fit_tail(losses_of(returns), kTailShare);
      const Result<TailRisk> risk =
          fit ? tail_risk(*fit, kLevel) : Result<TailRisk>(std::unexpected(fit.error()));
      if (risk && std::isfinite(risk->expected_shortfall)) {
        out.tail_shape = fit->shape;
        out.tail_scale = fit->scale;
        out.shortfall = std::clamp(risk->expected_shortfall, 0.0, 1.0);
        out.haircut = *tail_haircut(*fit, kHaircutLevel, kHaircutDays);
        return;
      }
    }
    const double nu = options_.tail_degrees;
    const double unit = std::sqrt((nu - 2) / nu);
    out.tail_shape = 1 / nu;
    out.tail_scale = out.long_run_volatility * unit;
    out.shortfall = -std::expm1(-out.tail_scale * student_t_tail(kLevel, nu).expected_shortfall);
    out.haircut = -std::expm1(-out.tail_scale * std::sqrt(kHaircutDays) *
                              student_t_tail(kHaircutLevel, nu).expected_shortfall);
    out.flags.emplace_back("tail: stated, Student t");
  }

  void fit_link(const Column& column, bool estimated, AssetRefit& out) const {
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      if (!column.present[i] || !market_.present[i]) continue;
      ++n;
      x += market_.values[i];
      y += column.values[i];
      xx += market_.values[i] * market_.values[i];
      yy += column.values[i] * column.values[i];
      xy += market_.values[i] * column.values[i];
    }
    double own = options_.prior_correlation;
    const double vx = n > 0 ? xx - x * x / n : 0;
    const double vy = n > 0 ? yy - y * y / n : 0;
    const bool linked = estimated && n >= static_cast<double>(kOwnLeast) && vx > 0 && vy > 0;
    if (linked) own = (xy - x * y / n) / std::sqrt(vx * vy);
    if (!linked) {
      n = 0;
      out.flags.emplace_back("correlation: stated");
    }
    out.correlation = std::clamp(
        (n * own + kPriorReturns * options_.prior_correlation) / (n + kPriorReturns), -1.0, 1.0);
    out.beta = out.correlation * out.long_run_volatility / market_volatility_;
    if (linked) {
      fit_residual(column, &column == &market_ ? 0 : out.beta, out);
    } else {
      out.residual_degrees = options_.tail_degrees;
    }
  }

  // By the EWMA forecast made before each.
  std::vector<double> standardised(const Column& column) const {
    const VolatilityPath path = ewma_path(column, options_.decay, options_.warm_up);
    std::vector<double> scores;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      if (path.before[i] > 0) scores.push_back(column.values[i] / path.before[i]);
    }
    return scores;
  }

  void fit_residual(const Column& column, double beta, AssetRefit& out) const {
    Column residual(column.values.size());
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      if (!column.present[i] || !market_.present[i]) continue;
      residual.set(i, column.values[i] - beta * market_.values[i]);
    }
    const Result<StudentFit> fit = fit_student(standardised(residual));
    out.residual_degrees = fit ? fit->degrees : options_.tail_degrees;
    if (!fit) out.flags.push_back("residual: stated, " + fit.error().value);
  }

  // Returns over the volatility forecast before them, under the Student t of those before the
  // newest that are watched.
  void watch(const Column& column, AssetRefit& out) const {
    const std::vector<double> scores = standardised(column);
    const std::size_t before = scores.size() > kWatched ? scores.size() - kWatched : 0;
    const Result<StudentFit> fit = fit_student(std::span(scores).first(before));
    if (!fit) {
      out.flags.push_back("drift: not watched, " + std::to_string(scores.size()) + " forecasts");
      return;
    }
    std::vector<double> transforms;
    for (std::size_t i = before; i < scores.size(); ++i) {
      transforms.push_back(student_t_cdf(scores[i] / fit->scale, fit->degrees));
    }
    out.drift = watch_drift(transforms, 1e-9);
  }

  const BuilderOptions& options_;
  const Column& market_;
  double market_volatility_;
};

void fit_market(const MarketBars& bars, Timestamp as_of, AssetRefit& out) {
  const auto at = bars.find(out.asset);
  if (at == bars.end() || at->second.empty()) {
    out.flags.emplace_back("liquidity: no bars with volume");
    return;
  }
  std::span<const TradedBar> known = at->second;
  while (!known.empty() && known.back().time >= as_of) known = known.first(known.size() - 1);
  const Result<LiquidityFit> fit = fit_liquidity(known);
  if (fit) {
    out.liquidity = *fit;
    if (!(fit->half_spread > 0)) out.flags.emplace_back("spread: less than its bars can tell");
  } else {
    out.flags.push_back("liquidity: not estimated, " + fit.error().value);
  }
}

std::vector<PegRefit> fit_pegs(const BuilderInput& cleaned,
                               const std::vector<Cleaning>& cleanings) {
  std::vector<PegRefit> pegs;
  for (std::size_t i = 0; i < cleaned.assets.size(); ++i) {
    const AssetInput& asset = cleaned.assets[i];
    if (!asset.peg) continue;
    PegRefit& peg = pegs.emplace_back();
    peg.asset = asset.asset;
    peg.against = asset.spot.quote;
    peg.cleaning = cleanings[i];
    std::vector<Close> known;
    for (const Close& close : asset.spot.closes) {
      if (close.time < cleaned.as_of) known.push_back(close);
    }
    const Result<DepegFit> fit = fit_depeg(known);
    if (fit) {
      peg.depeg = *fit;
    } else {
      peg.flags.push_back("depeg: not estimated, " + fit.error().value);
    }
  }
  return pegs;
}

// Over the assets whose returns vary on enough common dates; the others are their own.
void fit_correlation(const std::vector<Column>& columns, const std::vector<std::size_t>& used,
                     const BuilderInput& input, Refit& refit) {
  constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::vector<double>> matrix;
  for (const std::size_t i : used) {
    if (input.assets[i].peg || columns[i].count() < kMarketLeast || !varies(values_of(columns[i])))
      continue;
    std::vector<double> column = columns[i].values;
    for (std::size_t k = 0; k < column.size(); ++k) {
      if (!columns[i].present[k]) column[k] = kGap;
    }
    matrix.push_back(std::move(column));
    refit.correlated.push_back(input.assets[i].asset);
  }
  const std::size_t n = matrix.size();
  refit.shrinkage = 1;
  refit.correlation.assign(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) refit.correlation[i * n + i] = 1;
  if (n < 2) return;
  const Result<ShrunkCorrelation> shrunk = ledoit_wolf(matrix);
  if (!shrunk || shrunk->rows < kCorrelatedLeast) return;
  const Result<Matrix> repaired = spectral_repair(shrunk->correlation);
  if (!repaired) return;
  refit.shrinkage = shrunk->intensity;
  refit.correlation = repaired->values;
}

}  // namespace

Result<std::vector<Close>> clean_closes(const std::vector<Close>& closes, Cleaning& cleaning) {
  BULKHEAD_TRY(const std::vector<Close> once, without_repeated(closes, cleaning));
  const double least = std::max(kSpikeLeast, kSpikeDeviations * robust_deviation(once));
  std::vector<Close> kept;
  for (std::size_t i = 0; i < once.size(); ++i) {
    const bool inner = !kept.empty() && i + 1 < once.size();
    if (inner && is_spike(kept.back().price, once[i].price, once[i + 1].price, least)) {
      ++cleaning.spikes;
    } else {
      kept.push_back(once[i]);
    }
  }
  return without_frozen(kept, cleaning);
}

Result<Refit> refit_parameters(const BuilderInput& input, const BuilderOptions& options,
                               Executor& executor, const MarketBars& bars) {
  Refit refit;
  refit.as_of = input.as_of;
  refit.market_asset = options.market_asset;
  refit.data_hash = hash_of(input, bars);
  BuilderInput cleaned = input;
  std::vector<Cleaning> cleanings(input.assets.size());
  for (std::size_t i = 0; i < input.assets.size(); ++i) {
    std::vector<Close>& closes = cleaned.assets[i].spot.closes;
    const Result<std::vector<Close>> kept = clean_closes(closes, cleanings[i]);
    if (!kept) {
      Error error = kept.error();
      error.field = input.assets[i].asset + "." + error.field;
      return std::unexpected(error);
    }
    closes = *kept;
  }
  const std::vector<Timestamp> dates = common_dates(cleaned, options);
  if (dates.size() < 2) {
    return fail(ErrorCode::out_of_range, "data", std::to_string(dates.size()) + " dates",
                "closes of at least one asset before " + to_string(input.as_of));
  }
  refit.window_begin = dates.front();
  refit.window_end = dates.back();
  BULKHEAD_TRY(const std::vector<Column> columns, numeraire_returns(cleaned, dates, options));
  std::vector<std::size_t> used;
  std::optional<std::size_t> market;
  for (std::size_t i = 0; i < input.assets.size(); ++i) {
    if (input.assets[i].asset == input.numeraire) continue;
    used.push_back(i);
    if (input.assets[i].asset == options.market_asset) market = i;
  }
  if (!market || columns[*market].count() < kMarketLeast || !varies(values_of(columns[*market]))) {
    return fail(ErrorCode::out_of_range, options.market_asset,
                std::to_string(market ? columns[*market].count() : 0) + " returns",
                "at least " + std::to_string(kMarketLeast) + " daily returns that vary");
  }
  const Column& market_column = columns[*market];
  const double market_volatility =
      ewma_path(market_column, options.decay, options.warm_up).long_run;
  const Fitter fitter(options, market_column, market_volatility);
  refit.assets.resize(used.size());
  executor.parallel_for(used.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      refit.assets[k].asset = input.assets[used[k]].asset;
      refit.assets[k].cleaning = cleanings[used[k]];
      fitter.fit(columns[used[k]], refit.assets[k]);
      fit_market(bars, input.as_of, refit.assets[k]);
    }
  });
  AssetRefit& self = *std::ranges::find(refit.assets, options.market_asset, &AssetRefit::asset);
  self.beta = self.correlation = 1;
  fit_correlation(columns, used, input, refit);
  refit.pegs = fit_pegs(cleaned, cleanings);
  return refit;
}

std::vector<CalibratedVolatility> volatilities_of(const Refit& refit) {
  std::vector<CalibratedVolatility> out;
  for (const AssetRefit& one : refit.assets) {
    out.push_back({one.asset, one.garch_alpha, one.garch_beta, one.long_run_volatility});
  }
  return out;
}

}  // namespace bulkhead::calibration
