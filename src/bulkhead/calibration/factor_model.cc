// Estimation of factors and the draw of one move.
#include "bulkhead/calibration/factor_model.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::calibration {
namespace {

using pricing::Factor;
using pricing::FactorKind;

constexpr double kLeastVolatility = 1e-6;
constexpr std::uint32_t kFullForecast = 60;  // returns after which the prior has no weight
constexpr std::uint32_t kFullLongRun = 250;
constexpr double kCorrelationWeight = 60;  // returns that the prior correlation is worth
constexpr double kBasisPrior = 0.0015;     // a day
constexpr double kBasisOfSpot = 0.02;
constexpr double kDatedOfSpot = 0.4;  // annual rate per unit of log return
constexpr double kDatedVolatility = 0.02;
constexpr double kVolatilityResidual = 0.04;

// Log shocks that need no history of their own.
bool is_model(FactorKind kind) {
  return kind == FactorKind::dated_basis || kind == FactorKind::volatility;
}

double bounded(double x, double least, double greatest) {
  return std::min(std::max(x, least), greatest);
}

double residual(const Factor& factor, Timestamp date, const BuilderOptions& options) {
  const std::string name = factor.asset + "|" + std::to_string(static_cast<unsigned>(factor.kind));
  const Hash hash = sha256(name);
  std::uint64_t key = options.seed;
  for (std::size_t i = 0; i < 8; ++i) key ^= static_cast<std::uint64_t>(hash[i]) << (8 * i);
  return RandomStream(key, static_cast<std::uint64_t>(date.ns)).student_t(options.tail_degrees);
}

// Correlation of standardised returns, shrunk to the prior.
double shrunk_correlation(const FactorModel& a, const FactorModel& market, double prior) {
  double aa = 0, mm = 0, am = 0;
  double n = 0;
  for (std::size_t i = 0; i < a.path.before.size(); ++i) {
    if (!(a.path.before[i] > 0) || !(market.path.before[i] > 0)) continue;
    const double x = a.returns.values[i] / a.path.before[i];
    const double m = market.returns.values[i] / market.path.before[i];
    aa += x * x;
    mm += m * m;
    am += x * m;
    n += 1;
  }
  const double own = aa > 0 && mm > 0 ? am / sqrt_fixed(aa * mm) : 0.0;
  return bounded((n * own + kCorrelationWeight * prior) / (n + kCorrelationWeight), -0.95, 0.95);
}

const Factor* find_factor(const pricing::ScenarioSet* set, const Factor& factor) {
  if (set == nullptr) return nullptr;
  for (const Factor& f : set->factors) {
    if (f.asset == factor.asset && f.kind == factor.kind) return &f;
  }
  return nullptr;
}

// Ratio of the forecast to the long run, its rise bounded by (1 + cap)^hours since the set before.
void apply_cap(Factor& factor, const BuilderOptions& options, const PreviousSet& previous) {
  const double uncapped = factor.forecast / factor.long_run;
  factor.rescaling_uncapped = uncapped;
  factor.rescaling_cap = uncapped;
  const Factor* before = find_factor(previous.set, factor);
  if (before == nullptr || options.lift_cap || !(before->rescaling_cap > 0)) return;
  const double elapsed_hours = previous.elapsed.seconds() / 3600.0;
  const double most = before->rescaling_cap * pow_fixed(1.0 + options.cap_per_hour, elapsed_hours);
  if (uncapped > most) {
    factor.rescaling_cap = most;
    factor.forecast = most * factor.long_run;
  }
}

void set_volatilities(FactorModel& model, double prior_now, double prior_long, double floor) {
  const VolatilityPath& path = model.path;
  model.factor.forecast =
      std::max(std::max(blend_volatility(path.now, prior_now, path.count, kFullForecast), floor),
               kLeastVolatility);
  model.factor.long_run = std::max(
      std::max(blend_volatility(path.long_run, prior_long, path.count, kFullLongRun), floor),
      kLeastVolatility);
}

// The market asset if it is there, else the coin with most returns (first by name among equals).
std::size_t choose_market(const BuilderInput& input, const std::vector<Column>& returns,
                          const BuilderOptions& options) {
  std::size_t best = input.assets.size();
  std::size_t best_count = 0;
  for (std::size_t i = 0; i < input.assets.size(); ++i) {
    const std::size_t count = returns[i].count();
    if (input.assets[i].asset == options.market_asset && count > 0) return i;
    if (input.assets[i].peg || count == 0) continue;
    const bool better = best == input.assets.size() || count > best_count ||
                        (count == best_count && input.assets[i].asset < input.assets[best].asset);
    if (better) {
      best = i;
      best_count = count;
    }
  }
  return best;
}

const CalibratedVolatility* calibrated_of(const BuilderOptions& options, std::string_view asset) {
  const auto at = std::ranges::find(options.calibrated, asset, &CalibratedVolatility::asset);
  return at == options.calibrated.end() ? nullptr : &*at;
}

void add_factors(const AssetInput& asset, Column spot, Column basis, const BuilderOptions& options,
                 std::vector<FactorModel>& out) {
  const auto add = [&](FactorKind kind, Column returns) {
    FactorModel model;
    model.factor.kind = kind;
    model.factor.asset = asset.asset;
    model.peg = asset.peg;
    const CalibratedVolatility* calibrated = calibrated_of(options, asset.asset);
    model.path = kind == FactorKind::spot && calibrated != nullptr
                     ? garch_volatility_path(returns, *calibrated, options.warm_up)
                     : ewma_path(returns, options.decay, options.warm_up);
    model.returns = std::move(returns);
    model.report.modelled = model.path.count == 0;
    out.push_back(std::move(model));
  };
  const std::size_t size = spot.values.size();
  add(FactorKind::spot, std::move(spot));
  if (asset.perpetual_basis) add(FactorKind::perpetual_basis, std::move(basis));
  if (asset.dated_basis) add(FactorKind::dated_basis, Column(size));
  if (asset.volatility) add(FactorKind::volatility, Column(size));
}

void estimate(FactorModels& all, const BuilderOptions& options, const PreviousSet& previous) {
  const FactorModel market = all.models[all.market];
  for (FactorModel& model : all.models) {
    const FactorKind kind = model.factor.kind;
    if (is_model(kind)) {
      model.factor.forecast = model.factor.long_run =
          kind == FactorKind::volatility ? kVolatilityResidual : kDatedVolatility;
      model.factor.rescaling_cap = model.factor.rescaling_uncapped = 1;
      continue;
    }
    if (kind == FactorKind::perpetual_basis) {
      set_volatilities(model, kBasisPrior, kBasisPrior, options.basis_floor);
    } else if (model.peg) {
      set_volatilities(model, options.peg_floor, options.peg_floor, options.peg_floor);
    } else {
      const double ratio =
          model.factor.asset == market.factor.asset ? 1.0 : options.prior_volatility_ratio;
      set_volatilities(model, ratio * market.path.now, ratio * market.path.long_run, 0);
    }
    if (kind == FactorKind::spot) {
      model.report.correlation =
          model.factor.asset == market.factor.asset
              ? 1.0
              : shrunk_correlation(model, market, model.peg ? 0.0 : options.prior_correlation);
    }
    apply_cap(model.factor, options, previous);
  }
}

}  // namespace

Result<FactorModels> estimate_factors(const BuilderInput& input,
                                      const std::vector<Timestamp>& dates,
                                      const BuilderOptions& options, const PreviousSet& previous) {
  BULKHEAD_TRY(std::vector<Column> returns, numeraire_returns(input, dates, options));
  const std::size_t market = choose_market(input, returns, options);
  if (market == input.assets.size()) {
    return fail(ErrorCode::not_found, "assets", options.market_asset,
                "one coin with a price history before as_of");
  }
  FactorModels all;
  for (std::size_t i = 0; i < input.assets.size(); ++i) {
    const AssetInput& asset = input.assets[i];
    if (asset.asset == input.numeraire) continue;
    BULKHEAD_TRY(const std::vector<Close> perpetual,
                 known_before(asset.perpetual.closes, input.as_of, asset.asset + ".perpetual"));
    BULKHEAD_TRY(const std::vector<Close> spot,
                 known_before(asset.spot.closes, input.as_of, asset.asset + ".spot"));
    add_factors(asset, std::move(returns[i]), basis_changes(perpetual, spot, dates, options),
                options, all.models);
  }
  std::sort(all.models.begin(), all.models.end(), [](const FactorModel& a, const FactorModel& b) {
    return a.factor.asset != b.factor.asset ? a.factor.asset < b.factor.asset
                                            : a.factor.kind < b.factor.kind;
  });
  for (std::size_t i = 0; i < all.models.size(); ++i) {
    FactorModel& model = all.models[i];
    model.spot = model.factor.kind == FactorKind::spot ? i : all.models[i - 1].spot;
    BULKHEAD_ASSERT(all.models[model.spot].factor.asset == model.factor.asset);
    if (i > 0 && all.models[i - 1].factor.asset == model.factor.asset &&
        all.models[i - 1].factor.kind == model.factor.kind) {
      return fail(ErrorCode::duplicate_field, "assets", model.factor.asset, "each asset once");
    }
    if (model.factor.kind == FactorKind::spot && model.factor.asset == input.assets[market].asset) {
      all.market = i;
    }
  }
  estimate(all, options, previous);
  return all;
}

Move draw_move(const FactorModels& all, const FactorModel& model, Block block, std::size_t i,
               Timestamp date, double market_move, double spot_move,
               const BuilderOptions& options) {
  const double scale = model.scale(block);
  const FactorKind kind = model.factor.kind;
  if (kind == FactorKind::volatility) {
    const double z = spot_move / all.models[model.spot].scale(block);
    const double own = 0.5 * log_fixed(options.decay + (1.0 - options.decay) * z * z);
    return {own + kVolatilityResidual * residual(model.factor, date, options), false};
  }
  if (kind == FactorKind::dated_basis) {
    return {kDatedOfSpot * spot_move + scale * residual(model.factor, date, options), false};
  }
  if (block == Block::stressed && model.returns.present[i]) return {model.returns.values[i], true};
  if (block != Block::stressed && model.path.before[i] > 0) {
    const double before = std::max(model.path.before[i], kLeastVolatility);
    const double ratio = bounded(scale / before, options.ratio_least, options.ratio_greatest);
    return {model.returns.values[i] * ratio, true};
  }
  if (kind == FactorKind::perpetual_basis) {
    return {kBasisOfSpot * spot_move + scale * residual(model.factor, date, options), false};
  }
  const double rho = model.report.correlation;
  const double z = rho * (market_move / all.models[all.market].scale(block)) +
                   sqrt_fixed(1.0 - rho * rho) * residual(model.factor, date, options);
  return {z * scale, false};
}

}  // namespace bulkhead::calibration
