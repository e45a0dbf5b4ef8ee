#include "bulkhead/calibration/backtest_judgement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/calibration/es_tests.h"
#include "bulkhead/calibration/loss_measures.h"

namespace bulkhead::calibration {
namespace {

constexpr std::size_t kJudgedLeast = 250;
constexpr double kDecay = 0.94;
constexpr std::size_t kWindow = 500;
constexpr double kSize = 0.05;
constexpr double kLeastTransform = 0.0005;  // half a draw of a set of 1,000
constexpr std::array kLevels = {0.975, 0.99};
constexpr std::array kModels = {JudgedModel::filtered,     JudgedModel::charged,
                                JudgedModel::ewma_normal,  JudgedModel::historical,
                                JudgedModel::fixed_rate,   JudgedModel::derive_pmrm1,
                                JudgedModel::derive_pmrm2, JudgedModel::deribit_pm};

// The place of a venue's grid in kComparedVenues; its size for the other models.
std::size_t venue_of(JudgedModel model) {
  const auto first = static_cast<std::size_t>(JudgedModel::derive_pmrm1);
  const auto at = static_cast<std::size_t>(model);
  return at < first ? kComparedVenues.size() : at - first;
}

std::vector<double> venue_margin(const ProductSeries& series, std::size_t venue) {
  std::vector<double> out;
  for (std::size_t i = kWarmUp; i < series.days.size(); ++i) {
    if (series.days[i].venues[venue] == kNotMargined) return {};
    out.push_back(series.days[i].venues[venue]);
  }
  return out;
}

std::vector<double> ewma_normal(const ProductSeries& series, double level) {
  std::vector<double> out;
  double variance = 0;
  for (std::size_t i = 0; i < series.days.size(); ++i) {
    if (i >= kWarmUp) out.push_back(inverse_norm_cdf(level) * std::sqrt(variance));
    const double square = series.days[i].loss * series.days[i].loss;
    variance = i == 0 ? square : kDecay * variance + (1 - kDecay) * square;
  }
  return out;
}

std::vector<double> historical(const ProductSeries& series, double level) {
  std::vector<double> out;
  for (std::size_t i = kWarmUp; i < series.days.size(); ++i) {
    std::vector<double> past;
    for (std::size_t j = i > kWindow ? i - kWindow : 0; j < i; ++j) {
      past.push_back(series.days[j].loss);
    }
    // The least x with P(L <= x) >= level.
    const auto rank =
        static_cast<std::size_t>(std::ceil(level * static_cast<double>(past.size()) - 1e-9) - 1);
    std::ranges::nth_element(past, past.begin() + static_cast<std::ptrdiff_t>(rank));
    out.push_back(past[rank]);
  }
  return out;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Greatest rise over `steps`, as a share of what it rises from.
double greatest_rise(const std::vector<double>& forecasts, std::size_t steps) {
  double most = 0;
  for (std::size_t i = steps; i < forecasts.size(); ++i) {
    if (forecasts[i - steps] > 0) most = std::max(most, forecasts[i] / forecasts[i - steps] - 1);
  }
  return most;
}

struct Shortfall {
  std::uint64_t exceptions = 0;
  double beyond = 0;
};
Shortfall shortfall(const std::vector<double>& losses, const std::vector<double>& forecasts,
                    double scale) {
  Shortfall out;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!(losses[i] > scale * forecasts[i])) continue;
    ++out.exceptions;
    out.beyond += losses[i] - scale * forecasts[i];
  }
  return out;
}

int year_of(Timestamp t) { return std::stoi(to_string(t).substr(0, 4)); }

std::vector<YearZone> years_of(const ProductSeries& series, const std::vector<double>& forecasts,
                               double level) {
  std::map<int, YearZone> years;
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const ProductDay& day = series.days[i + kWarmUp];
    YearZone& year = years[year_of(day.time)];
    ++year.observations;
    year.exceptions += day.loss > forecasts[i] ? 1U : 0U;
  }
  std::vector<YearZone> out;
  for (auto& [number, year] : years) {
    year.year = number;
    year.zone = traffic_light(year.observations, 1 - level).of(year.exceptions);
    out.push_back(year);
  }
  return out;
}

struct Forecasts {
  JudgedModel model;
  double level;
  std::vector<double> values;
};

ModelJudgement judge_model(const ProductSeries& series, const std::vector<double>& losses,
                           const Forecasts& made, double unit, double filtered_mean) {
  const auto& [model, level, forecasts] = made;
  const Exceptions seen = count_exceptions(losses, forecasts);
  ModelJudgement out;
  out.model = model;
  out.level = level;
  out.observations = seen.observations;
  out.exceptions = seen.exceptions;
  out.coverage_p = kupiec(seen.observations, seen.exceptions, 1 - level).p_value;
  out.independence_p = independence(seen.transitions).p_value;
  const double mean = mean_of(forecasts);
  out.mean = mean / unit;
  out.shortfall = shortfall(losses, forecasts, 1).beyond / unit;
  const auto [least, most] = std::ranges::minmax(forecasts);
  out.peak_to_trough = least > 0 ? most / least : 0;
  out.rise_1 = greatest_rise(forecasts, 1);
  out.rise_5 = greatest_rise(forecasts, 5);
  out.rise_30 = greatest_rise(forecasts, 30);
  const Shortfall equal = shortfall(losses, forecasts, mean > 0 ? filtered_mean / mean : 1);
  out.exceptions_at_equal_cost = equal.exceptions;
  out.shortfall_at_equal_cost = equal.beyond / unit;
  out.years = years_of(series, forecasts, level);
  return out;
}

ProductJudgement judge_product(const ProductSeries& series, double unit) {
  ProductJudgement out;
  out.name = series.name;
  out.product = series.product;
  out.first = series.days[kWarmUp].time;
  out.last = series.days.back().time;
  std::vector<double> losses, transforms, var, es;
  for (std::size_t i = kWarmUp; i < series.days.size(); ++i) {
    losses.push_back(series.days[i].loss);
    transforms.push_back(series.days[i].transform);
    var.push_back(series.days[i].var_975);
    es.push_back(series.days[i].es_975);
  }
  out.drift = watch_drift(transforms, kLeastTransform);
  out.multinomial_p = multinomial_test(multinomial_cells(transforms, 0.975, 4), 0.975).p_value;
  for (const double level : kLevels) {
    const double mean = mean_of(forecasts_of(series, JudgedModel::filtered, level, unit));
    for (const JudgedModel model : kModels) {
      std::vector<double> forecasts = forecasts_of(series, model, level, unit);
      if (forecasts.empty()) continue;
      out.models.push_back(
          judge_model(series, losses, {model, level, std::move(forecasts)}, unit, mean));
    }
  }
  if (std::ranges::all_of(es, [](double e) { return e > 0; })) {
    out.models.front().z2 = acerbi_szekely(losses, var, es, 0.025).z2;
  }
  return out;
}

}  // namespace

const ModelJudgement* ProductJudgement::find(JudgedModel model, double level) const {
  const auto at = std::ranges::find_if(
      models, [&](const ModelJudgement& m) { return m.model == model && m.level == level; });
  return at == models.end() ? nullptr : &*at;
}

const ModelJudgement& ProductJudgement::of(JudgedModel model, double level) const {
  const ModelJudgement* one = find(model, level);
  BULKHEAD_ASSERT(one != nullptr);
  return *one;
}

std::vector<double> forecasts_of(const ProductSeries& series, JudgedModel model, double level,
                                 double unit) {
  if (series.days.size() <= kWarmUp) return {};
  if (model == JudgedModel::ewma_normal) return ewma_normal(series, level);
  if (model == JudgedModel::historical) return historical(series, level);
  if (const std::size_t venue = venue_of(model); venue < kComparedVenues.size()) {
    return venue_margin(series, venue);
  }
  std::vector<double> out;
  for (std::size_t i = kWarmUp; i < series.days.size(); ++i) {
    const ProductDay& day = series.days[i];
    switch (model) {
      case JudgedModel::charged:
        out.push_back(day.charged);
        break;
      case JudgedModel::fixed_rate:
        out.push_back(kFixedRate * unit);
        break;
      default:
        out.push_back(level < 0.98 ? day.var_975 : day.var_99);
    }
  }
  return out;
}

std::vector<ProductJudgement> judge(const BacktestRun& run, double unit) {
  std::vector<ProductJudgement> out;
  for (const ProductSeries& series : run.series) {
    if (series.days.size() < kWarmUp + kJudgedLeast) continue;
    out.push_back(judge_product(series, unit));
  }
  return out;
}

namespace {

ModelTotal total_of(const std::vector<ProductJudgement>& products, JudgedModel model,
                    double level) {
  ModelTotal total;
  total.model = model;
  total.level = level;
  std::vector<double> troughs, rises;
  for (const ProductJudgement& product : products) {
    const ModelJudgement& one = product.of(model, level);
    ++total.products;
    total.coverage_passed += one.coverage_p >= kSize ? 1U : 0U;
    total.independence_passed += one.independence_p >= kSize ? 1U : 0U;
    total.observations += one.observations;
    total.exceptions += one.exceptions;
    total.exceptions_at_equal_cost += one.exceptions_at_equal_cost;
    total.shortfall_at_equal_cost += one.shortfall_at_equal_cost;
    total.mean += one.mean / static_cast<double>(products.size());
    troughs.push_back(one.peak_to_trough);
    rises.push_back(one.rise_5);
    for (const YearZone& year : one.years) total.red_years += year.zone == Zone::red ? 1U : 0U;
  }
  total.peak_to_trough = median(troughs);
  total.rise_5 = median(rises);
  return total;
}

}  // namespace

std::vector<ModelTotal> totals_of(const std::vector<ProductJudgement>& products) {
  std::vector<ModelTotal> out;
  for (const double level : kLevels) {
    for (const JudgedModel model : kModels) {
      if (std::ranges::all_of(products,
                              [&](const auto& p) { return p.find(model, level) != nullptr; })) {
        out.push_back(total_of(products, model, level));
      }
    }
  }
  return out;
}

std::vector<ModelTotal> venue_totals_of(const std::vector<ProductJudgement>& products) {
  std::vector<ProductJudgement> margined;
  for (const ProductJudgement& product : products) {
    if (std::ranges::all_of(kModels, [&](JudgedModel model) {
          return product.find(model, kLevels.front()) != nullptr;
        })) {
      margined.push_back(product);
    }
  }
  return margined.empty() ? std::vector<ModelTotal>{} : totals_of(margined);
}

}  // namespace bulkhead::calibration
