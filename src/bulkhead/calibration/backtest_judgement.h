// What a backtest says of each model on each product: exceptions and their tests, the size of
// shortfalls, cost and procyclicality, beside models that are simpler (D12.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/calibration/backtest.h"
#include "bulkhead/calibration/coverage_tests.h"
#include "bulkhead/calibration/drift.h"

namespace bulkhead::calibration {

BULKHEAD_ENUM_NAMES(Zone, "green", "yellow", "red")

// Judged against losses of the same steps. filtered: VaR of the set's filtered block. charged: the
// initial margin in full, at the level of its Expected Shortfall. ewma_normal: z·σ, σ the EWMA
// (0.94) of the product's own losses before. historical: the quantile of its last 500 losses
// before. fixed_rate: 5 % of gross notional, what a large venue asks at its first tier. The last
// three: the initial margin of these venues' grids, where they margin the product, at no level of
// their own.
enum class JudgedModel : std::uint8_t {
  filtered,
  charged,
  ewma_normal,
  historical,
  fixed_rate,
  derive_pmrm1,
  derive_pmrm2,
  deribit_pm
};
BULKHEAD_ENUM_NAMES(JudgedModel, "filtered", "charged", "ewma_normal", "historical", "fixed_rate",
                    "derive_pmrm1", "derive_pmrm2", "deribit_pm")

inline constexpr std::size_t kWarmUp =
    100;  // steps of a product that only simpler models learn from
inline constexpr double kFixedRate = 0.05;

struct YearZone {
  int year = 0;
  std::uint64_t observations = 0;
  std::uint64_t exceptions = 0;
  Zone zone = Zone::green;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "year", self.year);
    visit(2, "observations", self.observations);
    visit(3, "exceptions", self.exceptions);
    visit(4, "zone", self.zone);
  }
};

struct ModelJudgement {
  JudgedModel model = JudgedModel::filtered;
  double level = 0;  // 0.975 or 0.99
  std::uint64_t observations = 0;
  std::uint64_t exceptions = 0;
  double coverage_p = 1;      // Kupiec
  double independence_p = 1;  // Christoffersen
  double z2 = 0;              // Acerbi and Szekely, of ES at this level; filtered 97.5 % only
  double mean = 0;            // forecast, share of the unit of notional
  double shortfall = 0;       // Σ of losses beyond the forecast, in units
  double peak_to_trough = 0;  // greatest / least forecast
  double rise_1 = 0, rise_5 = 0, rise_30 = 0;  // greatest rise over so many steps, as a share
  // With every forecast multiplied so that the mean is that of `filtered` at this level.
  std::uint64_t exceptions_at_equal_cost = 0;
  double shortfall_at_equal_cost = 0;
  std::vector<YearZone> years;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "level", self.level);
    visit(3, "observations", self.observations);
    visit(4, "exceptions", self.exceptions);
    visit(5, "coverage_p", self.coverage_p);
    visit(6, "independence_p", self.independence_p);
    visit(7, "z2", self.z2);
    visit(8, "mean", self.mean);
    visit(9, "shortfall", self.shortfall);
    visit(10, "peak_to_trough", self.peak_to_trough);
    visit(11, "rise_1", self.rise_1);
    visit(12, "rise_5", self.rise_5);
    visit(13, "rise_30", self.rise_30);
    visit(14, "exceptions_at_equal_cost", self.exceptions_at_equal_cost);
    visit(15, "shortfall_at_equal_cost", self.shortfall_at_equal_cost);
    visit(16, "years", self.years);
  }
};

struct ProductJudgement {
  std::string name;
  std::string product;
  Timestamp first, last;
  double multinomial_p = 1;  // Kratz, Lok and McNeil at 97.5 %, four levels, of `filtered`
  std::vector<ModelJudgement> models;
  DriftReport drift;  // of `filtered`

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "product", self.product);
    visit(3, "first", self.first);
    visit(4, "last", self.last);
    visit(5, "multinomial_p", self.multinomial_p);
    visit(6, "models", self.models);
    visit(7, "drift", self.drift);
  }
  // Null if the model does not margin the product.
  const ModelJudgement* find(JudgedModel model, double level) const;
  // Asserts that it is there.
  const ModelJudgement& of(JudgedModel model, double level) const;
};

// Forecasts of one model on a series, one per step from kWarmUp on; none of a venue that does not
// margin it at every step.
std::vector<double> forecasts_of(const ProductSeries& series, JudgedModel model, double level,
                                 double unit);

// Products with at least 250 steps beyond the warm-up; the others say too little.
std::vector<ProductJudgement> judge(const BacktestRun& run, double unit);

// Over all products: how many of them a model passes at 5 %, and what it costs.
struct ModelTotal {
  JudgedModel model = JudgedModel::filtered;
  double level = 0;
  std::uint64_t products = 0;
  std::uint64_t coverage_passed = 0;
  std::uint64_t independence_passed = 0;
  std::uint64_t observations = 0;
  std::uint64_t exceptions = 0;
  std::uint64_t exceptions_at_equal_cost = 0;
  double shortfall_at_equal_cost = 0;
  std::uint64_t red_years = 0;
  double mean = 0;            // of products
  double peak_to_trough = 0;  // median of products
  double rise_5 = 0;          // median of products

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "level", self.level);
    visit(3, "products", self.products);
    visit(4, "coverage_passed", self.coverage_passed);
    visit(5, "independence_passed", self.independence_passed);
    visit(6, "observations", self.observations);
    visit(7, "exceptions", self.exceptions);
    visit(8, "exceptions_at_equal_cost", self.exceptions_at_equal_cost);
    visit(9, "shortfall_at_equal_cost", self.shortfall_at_equal_cost);
    visit(10, "red_years", self.red_years);
    visit(11, "mean", self.mean);
    visit(12, "peak_to_trough", self.peak_to_trough);
    visit(13, "rise_5", self.rise_5);
  }
};
// Models that margin each of the products.
std::vector<ModelTotal> totals_of(const std::vector<ProductJudgement>& products);
// The same over the products that every venue margins, all models beside one another; empty where
// there is no such product.
std::vector<ModelTotal> venue_totals_of(const std::vector<ProductJudgement>& products);

}  // namespace bulkhead::calibration
