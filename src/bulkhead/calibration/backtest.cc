#include "bulkhead/calibration/backtest.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>

#include "bulkhead/base/assert.h"
#include "bulkhead/calibration/product_market.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/requirement.h"
#include "bulkhead/venues/models.h"
#include "bulkhead/venues/portfolio_account.h"

namespace bulkhead::calibration {
namespace {

constexpr double kDecay = 0.94;
constexpr Duration kJustAfter{1};  // a close is known at its own time

// Closes on the grid of steps, and what follows from them alone.
struct GridHistory {
  const AssetInput* input = nullptr;
  std::vector<double> spot, perpetual;  // by step; 0: none
  std::vector<double> volatility;       // annual, after the close of the step
  std::vector<std::uint32_t> seen;      // closes up to and with the step
};

struct Grid {
  Timestamp begin;
  Duration step;
  std::size_t size = 0;
  std::vector<GridHistory> assets;
  Timestamp time(std::size_t i) const {
    return begin + Duration{step.ns * static_cast<std::int64_t>(i)};
  }
};

void fill(const std::vector<Close>& closes, const Grid& grid, std::vector<double>& out) {
  out.assign(grid.size, 0);
  for (const Close& close : closes) {
    const std::int64_t since = close.time.ns - grid.begin.ns;
    if (since < 0 || since % grid.step.ns != 0) continue;
    const auto i = static_cast<std::size_t>(since / grid.step.ns);
    if (i < grid.size) out[i] = close.price;
  }
}

void estimate(const Grid& grid, GridHistory& history) {
  const double per_year = 365.0 * 86'400.0 / grid.step.seconds();
  history.volatility.assign(grid.size, 0);
  history.seen.assign(grid.size, 0);
  double variance = 0;
  std::uint32_t seen = 0;
  for (std::size_t i = 0; i < grid.size; ++i) {
    if (history.spot[i] > 0) ++seen;
    if (i > 0 && history.spot[i] > 0 && history.spot[i - 1] > 0) {
      const double r = std::log(history.spot[i] / history.spot[i - 1]);
      variance = variance == 0 ? r * r : kDecay * variance + (1 - kDecay) * r * r;
    }
    history.seen[i] = seen;
    history.volatility[i] = std::clamp(std::sqrt(variance * per_year), 0.2, 3.0);
  }
}

Grid make_grid(const BuilderInput& histories, const BacktestOptions& options) {
  Grid grid;
  grid.step = options.step;
  Timestamp first = options.from;
  for (const AssetInput& asset : histories.assets) {
    if (!asset.spot.closes.empty()) first = std::min(first, asset.spot.closes.front().time);
  }
  grid.begin = start_of_day(first);
  grid.size = static_cast<std::size_t>((options.to.ns - grid.begin.ns) / grid.step.ns) + 1;
  for (const AssetInput& asset : histories.assets) {
    if (asset.asset == histories.numeraire || asset.peg) continue;
    GridHistory history;
    history.input = &asset;
    fill(asset.spot.closes, grid, history.spot);
    fill(asset.perpetual.closes, grid, history.perpetual);
    estimate(grid, history);
    grid.assets.push_back(std::move(history));
  }
  return grid;
}

// Only what is on the grid: a set's dates are the backtest's own closes.
std::vector<Close> closes_of(const Grid& grid, const std::vector<double>& prices, std::size_t end) {
  std::vector<Close> out;
  for (std::size_t i = 0; i <= end; ++i) {
    if (prices[i] > 0) out.push_back({grid.time(i), prices[i]});
  }
  return out;
}

BuilderInput known_at(const BuilderInput& histories, const Grid& grid, std::size_t i,
                      const BacktestOptions& options) {
  BuilderInput input;
  input.as_of = grid.time(i) + kJustAfter;
  input.numeraire = histories.numeraire;
  for (const GridHistory& history : grid.assets) {
    if (history.seen[i] < options.history_least) continue;
    AssetInput asset;
    asset.asset = history.input->asset;
    asset.perpetual_basis = true;
    asset.dated_basis = asset.volatility = asset.asset == "BTC" || asset.asset == "ETH";
    asset.spot = {histories.numeraire, closes_of(grid, history.spot, i)};
    asset.perpetual = {histories.numeraire, closes_of(grid, history.perpetual, i)};
    input.assets.push_back(std::move(asset));
  }
  return input;
}

// Of coins that a set built at step `built` knows.
std::vector<DayPrices> prices_at(const Grid& grid, std::size_t i, std::size_t built,
                                 const BacktestOptions& options) {
  std::vector<DayPrices> out;
  for (const GridHistory& h : grid.assets) {
    if (h.seen[built] < options.history_least || !(h.spot[i] > 0 && h.spot[i + 1] > 0)) continue;
    const bool own = h.perpetual[i] > 0 && h.perpetual[i + 1] > 0;
    out.push_back({.asset = h.input->asset,
                   .spot = h.spot[i],
                   .next_spot = h.spot[i + 1],
                   .perpetual = own ? h.perpetual[i] : h.spot[i],
                   .next_perpetual = own ? h.perpetual[i + 1] : h.spot[i + 1],
                   .volatility = h.volatility[i],
                   .next_volatility = h.volatility[i + 1]});
  }
  return out;
}

// Losses of the filtered block with their weights: the worst sixteenth in order, the others as they
// come. Weights are multiples of 2^-30, so that their sums are exact in any order.
struct Distribution {
  std::vector<std::pair<double, double>> losses;  // loss, weight; Σ weights = 1

  void order() {
    const auto tail = static_cast<std::ptrdiff_t>(losses.size() / 16 + 1);
    std::ranges::partial_sort(losses, losses.begin() + tail, std::greater<>());
  }

  double var(double level) const {
    double beyond = 0;
    for (const auto& [loss, weight] : losses) {
      beyond += weight;
      if (beyond > 1 - level + 1e-12) return loss;
    }
    BULKHEAD_ASSERT(false);
    return 0;
  }
  double es(double level) const {
    double left = 1 - level, sum = 0;
    for (const auto& [loss, weight] : losses) {
      const double mass = std::min(weight, left);
      sum += mass * loss;
      left -= mass;
      if (left <= 0) break;
    }
    return sum / (1 - level);
  }
  double below_or_at(double loss) const {
    double above = 0;
    for (const auto& [other, weight] : losses) {
      if (other > loss) above += weight;
    }
    return 1 - above;
  }
};

Distribution distribution_of(const risk::EpochRisk& risk, const risk::Portfolio& book) {
  const pricing::BlockRange range = risk.rows().ranges()[0];
  std::vector<double> pnl(range.size, 0.0);
  const auto add = [&](const pricing::RowView& row, double lots) {
    if (!row.present()) return;
    const double scale = std::ldexp(lots, row.exponent);
    for (std::size_t s = 0; s < pnl.size(); ++s) pnl[s] += scale * row.ticks[range.begin + s];
  };
  for (const risk::PositionLots& line : book.positions) {
    add(risk.rows().instrument(line.instrument), static_cast<double>(line.lots));
  }
  for (const risk::AssetAmount& held : book.collateral) {
    add(risk.rows().asset(held.asset), static_cast<double>(held.amount.units) / 100);
  }
  const std::span<const std::uint32_t> weights = risk.set().weights(pricing::Block::filtered);
  Distribution out;
  for (std::size_t s = 1; s < pnl.size(); ++s) {
    out.losses.emplace_back(-pnl[s], weights[s] / double{pricing::kWeightOne});
  }
  out.order();
  return out;
}

bool lists(std::string_view venue, const ProductPortfolio& product) {
  return std::ranges::all_of(product.legs, [&](const ProductLeg& leg) {
    if (leg.kind == LegKind::future && venue.starts_with("derive")) return false;
    return std::ranges::find(kVenueAssets, leg.asset) != kVenueAssets.end();
  });
}

class Block {
 public:
  Block(const BuilderInput& histories, const std::vector<ProductPortfolio>& products,
        const BacktestOptions& options, const Grid& grid)
      : histories_(histories), products_(products), options_(options), grid_(grid) {}

  // Steps [begin, end) of the grid; days[product].
  Status run(std::size_t begin, std::size_t end) {
    days.resize(products_.size());
    for (std::size_t i = begin; i < end; ++i) BULKHEAD_TRY_STATUS(step(i));
    return {};
  }

  std::vector<std::vector<ProductDay>> days;
  std::uint64_t sets = 0;

 private:
  Status step(std::size_t i) {
    if (prices_at(grid_, i, i, options_).empty()) return {};
    BULKHEAD_TRY_STATUS(renew_set(i));
    const std::vector<DayPrices> prices = prices_at(grid_, i, built_step_, options_);
    if (prices.empty()) return {};
    BULKHEAD_TRY(const std::unique_ptr<ProductMarket> market,
                 ProductMarket::make(grid_.time(i), grid_.step, prices));
    std::vector<std::optional<risk::Portfolio>> books;
    for (const ProductPortfolio& product : products_) {
      BULKHEAD_TRY(std::optional<risk::Portfolio> book, market->open(product, options_.unit));
      books.push_back(std::move(book));
    }
    SerialExecutor serial;
    BULKHEAD_TRY(
        const risk::EpochRisk risk,
        risk::EpochRisk::build(market->registry(), market->epoch(), *set_, options_.parameters,
                               pricing::NeededSet::everything(market->registry()), serial));
    for (std::size_t p = 0; p < books.size(); ++p) {
      if (!books[p]) continue;
      days[p].push_back(judge(*market, risk, *books[p]));
      BULKHEAD_TRY_STATUS(compare_venues(products_[p], *market, *books[p], days[p].back()));
    }
    return {};
  }

  Status compare_venues(const ProductPortfolio& product, const ProductMarket& market,
                        const risk::Portfolio& book, ProductDay& day) {
    if (options_.venues.empty()) return {};
    venues::PortfolioAccount builder(market.registry(), market.epoch());
    builder.add(book);
    for (const risk::AssetAmount& held : book.collateral) {
      builder.add_amount(held.asset, static_cast<double>(held.amount.units) * 1e-8);
    }
    const venues::Account account = std::move(builder).finish();
    double value = account.cash + account.futures_profit + account.option_value;
    for (const venues::Holding& held : account.holdings) value += held.amount * held.price;
    for (std::size_t v = 0; v < kComparedVenues.size(); ++v) {
      if (!lists(kComparedVenues[v], product)) continue;
      BULKHEAD_TRY(const venues::VenueMargin margin, venues::evaluate(options_.venues[v], account));
      day.venues[v] = margin.initial + value - margin.equity;
    }
    return {};
  }

  Status renew_set(std::size_t i) {
    const Timestamp now = grid_.time(i);
    if (set_ != nullptr && now - built_ < options_.set_every) return {};
    BuilderOptions builder;
    builder.horizon = options_.step;
    builder.step_tolerance = Duration{options_.step.ns / 24};
    builder.scenarios = options_.scenarios;
    builder.stressed_minimum = 100;
    builder.calibrated = options_.calibrated;
    if (!stressed_begin_.empty() && now - searched_ < options_.stressed_every) {
      builder.stressed_begin = stressed_begin_;
      builder.stressed_end = stressed_end_;
    } else {
      searched_ = now;
    }
    BULKHEAD_TRY(const BuiltSet built,
                 build_scenario_set(known_at(histories_, grid_, i, options_), builder));
    const std::vector<Timestamp>& dates = built.set.stressed.dates;
    stressed_begin_ = to_string(dates[1]);
    stressed_end_ = to_string(dates.back() + kJustAfter);
    BULKHEAD_TRY(pricing::PreparedSet prepared, pricing::PreparedSet::make(built.set));
    set_ = std::make_unique<pricing::PreparedSet>(std::move(prepared));
    built_ = now;
    built_step_ = i;
    ++sets;
    return {};
  }

  ProductDay judge(const ProductMarket& market, const risk::EpochRisk& risk,
                   const risk::Portfolio& book) {
    const Distribution distribution = distribution_of(risk, book);
    const risk::Requirement needed = risk::evaluate(risk, book, {}, scratch_);
    ProductDay day;
    day.time = market.epoch().time;
    day.loss = market.loss(book);
    day.var_975 = distribution.var(0.975);
    day.var_99 = distribution.var(0.99);
    day.es_975 = distribution.es(0.975);
    day.core_charged = static_cast<double>(needed.parts.core.micros) / 1e6;
    day.charged = static_cast<double>(needed.initial.micros) / 1e6;
    day.transform = distribution.below_or_at(day.loss);
    return day;
  }

  const BuilderInput& histories_;
  const std::vector<ProductPortfolio>& products_;
  const BacktestOptions& options_;
  const Grid& grid_;
  std::unique_ptr<pricing::PreparedSet> set_;
  Timestamp built_, searched_;
  std::size_t built_step_ = 0;
  std::string stressed_begin_, stressed_end_;
  risk::Scratch scratch_;
};

Status check(const BacktestOptions& options) {
  if (!options.venues.empty() &&
      !std::ranges::equal(options.venues, kComparedVenues, {}, &venues::VenueParameters::model)) {
    return fail(ErrorCode::out_of_range, "venues",
                std::to_string(options.venues.size()) + " models",
                "derive-pmrm1, derive-pmrm2 and deribit-pm, or none");
  }
  if (options.step <= Duration{}) {
    return fail(ErrorCode::out_of_range, "step", to_string(options.step), "more than 0");
  }
  if (!options.calibrated.empty() && options.step != days(1)) {
    return fail(ErrorCode::out_of_range, "step", to_string(options.step),
                "a day, for which a refit is made");
  }
  if (options.from >= options.to) {
    return fail(ErrorCode::out_of_range, "from", to_string(options.from),
                "a time before " + to_string(options.to));
  }
  return {};
}

}  // namespace

Result<BacktestRun> run_backtest(const BuilderInput& histories,
                                 const std::vector<ProductPortfolio>& products,
                                 const BacktestOptions& options, Executor& executor) {
  BULKHEAD_TRY_STATUS(check(options));
  const Grid grid = make_grid(histories, options);
  std::size_t first = 0;
  while (first < grid.size && grid.time(first) < options.from) ++first;
  const std::size_t last = grid.size == 0 ? 0 : grid.size - 1;  // its loss would be unknown
  // A block is what one stressed window serves: blocks do not know one another.
  const auto steps = static_cast<std::size_t>(
      std::max<std::int64_t>(1, options.stressed_every.ns / options.step.ns));
  const std::size_t count = last > first ? (last - first + steps - 1) / steps : 0;
  std::vector<std::optional<Block>> blocks(count);
  std::vector<Status> results(count);
  std::size_t done = 0;
  std::mutex saying;
  executor.parallel_for(count, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      blocks[b].emplace(histories, products, options, grid);
      const std::size_t from = first + b * steps;
      results[b] = blocks[b]->run(from, std::min(from + steps, last));
      const std::lock_guard lock(saying);
      ++done;
      if (options.progress) options.progress(done, count);
    }
  });
  BacktestRun run;
  run.steps = last > first ? last - first : 0;
  for (const ProductPortfolio& product : products) {
    run.series.push_back({product.name, product.product, {}});
  }
  for (std::size_t b = 0; b < count; ++b) {
    if (!results[b]) return std::unexpected(results[b].error());
    run.sets += blocks[b]->sets;
    for (std::size_t p = 0; p < products.size(); ++p) {
      auto& days = blocks[b]->days[p];
      run.series[p].days.insert(run.series[p].days.end(), days.begin(), days.end());
    }
  }
  std::erase_if(run.series, [](const ProductSeries& s) { return s.days.empty(); });
  return run;
}

}  // namespace bulkhead::calibration
