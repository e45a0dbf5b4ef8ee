// Simulation of coins, stablecoins, perpetuals and funding on one grid of steps.
//
// A step has one market shock m (GARCH variance, Student t with four degrees, jumps) and per coin
//   r = β_drift·episode + σ_c·√h·(ρ·m + √(1−ρ²)·e_c) + jumps,   h the market's relative variance,
// where all shocks of a step share one chi-square: tails come together.
#include "bulkhead/replay/synth_market.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/replay/synth_path.h"

namespace bulkhead::replay {
namespace {

constexpr Duration kHistoryStep = hours(1);
constexpr std::int64_t kSubsteps = 4;  // per bar, for high and low

// Folds prices of sub-steps into one bar.
struct BarBuilder {
  SynthBar bar;
  bool begun = false;
  void add(double before, double after) {
    if (!begun) {
      bar.open = bar.high = bar.low = before;
      begun = true;
    }
    bar.high = std::max({bar.high, before, after});
    bar.low = std::min({bar.low, before, after});
    bar.close = after;
  }
};

void fold_day(const SynthBar& bar, std::vector<SynthBar>& daily) {
  const Timestamp day = start_of_day(bar.open_time);
  if (daily.empty() || daily.back().open_time != day) {
    daily.push_back(bar);
    daily.back().open_time = day;
    return;
  }
  SynthBar& d = daily.back();
  d.high = std::max(d.high, bar.high);
  d.low = std::min(d.low, bar.low);
  d.close = bar.close;
  d.volume += bar.volume;
}

bool silent(const SynthMarketPlan& plan, const std::string& asset, Timestamp t) {
  return std::any_of(plan.outages.begin(), plan.outages.end(), [&](const SynthOutage& o) {
    return o.asset == asset && t >= o.begin && t < o.begin + o.length;
  });
}

// Traded volume of a bar in base units: busier when prices move.
double bar_volume(double daily_volume, Duration length, double move, double usual, double price,
                  RandomStream& random) {
  const double share = length.seconds() / 86'400.0;
  const double busy = 0.6 + 0.7 * (move < 0 ? -move : move) / usual + 0.4 * random.exponential();
  return daily_volume * share * busy / price;
}

struct Recorder {
  const SynthMarketPlan& plan;
  Duration length;
  bool history;

  void record(SynthSeries& series, std::vector<SynthBar>& bars, std::vector<SynthBar>& daily,
              SynthBar bar) const {
    fold_day(bar, daily);
    if (!history && !silent(plan, series.asset, bar.open_time)) bars.push_back(bar);
  }
};

void simulate_bar(MarketPath& path, Timestamp open, const Recorder& recorder,
                  std::vector<SynthSeries>& out) {
  const std::size_t count = path.size();
  std::vector<BarBuilder> spot(count), perpetual(count);
  for (std::int64_t k = 0; k < kSubsteps; ++k) {
    const Duration step{recorder.length.ns / kSubsteps};
    std::vector<double> before(count), basis_before(count);
    for (std::size_t i = 0; i < count; ++i) {
      before[i] = path.price(i);
      basis_before[i] = path.perpetual_price(i);
    }
    path.advance(open + step * k, step);
    for (std::size_t i = 0; i < count; ++i) {
      spot[i].add(before[i], path.price(i));
      perpetual[i].add(basis_before[i], path.perpetual_price(i));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double usual =
        path.daily_volatility(i) * sqrt_fixed(recorder.length.seconds() / 86'400.0);
    const double move = log_fixed(spot[i].bar.close / spot[i].bar.open);
    SynthBar bar = spot[i].bar;
    bar.open_time = open;
    bar.volume = bar_volume(path.daily_volume(i), recorder.length, move, usual, bar.close,
                            path.volume_stream());
    recorder.record(out[i], out[i].bars, out[i].daily, bar);
    if (!path.has_perpetual(i)) continue;
    SynthBar perp = perpetual[i].bar;
    perp.open_time = open;
    perp.volume = 2.5 * bar.volume;
    recorder.record(out[i], out[i].perpetual_bars, out[i].perpetual_daily, perp);
    const Timestamp end = open + recorder.length;
    path.note_basis(i, recorder.length);
    if (end.ns % hours(8).ns == 0) out[i].funding.push_back({end, path.take_funding(i)});
  }
}

Status check(const SynthMarketPlan& plan) {
  if (plan.bar <= Duration{} || days(1).ns % plan.bar.ns != 0 || plan.bar.ns % kSubsteps != 0) {
    return fail(ErrorCode::out_of_range, "bar", to_string(plan.bar), "a length that divides a day");
  }
  if (start_of_day(plan.begin) != plan.begin || plan.end <= plan.begin ||
      (plan.end - plan.begin).ns % plan.bar.ns != 0) {
    return fail(ErrorCode::out_of_range, "begin, end",
                to_string(plan.begin) + ", " + to_string(plan.end),
                "a beginning at midnight UTC and a whole number of bars");
  }
  if (plan.history_days < 400 || plan.history_days > 4000) {
    return fail(ErrorCode::out_of_range, "history_days", std::to_string(plan.history_days),
                "400 to 4000");
  }
  if (plan.coins.empty() || plan.coins.size() + plan.stablecoins.size() > 200) {
    return fail(ErrorCode::out_of_range, "coins", std::to_string(plan.coins.size()), "1 to 200");
  }
  for (const SynthCoin& coin : plan.coins) {
    if (!(coin.price > 0) || !(coin.daily_volatility > 0) || !(coin.daily_volatility < 1) ||
        !(coin.market_correlation >= 0) || !(coin.market_correlation <= 1) ||
        !(coin.daily_volume > 0)) {
      return fail(ErrorCode::out_of_range, "coins." + coin.name, "",
                  "price and volume above 0, volatility in (0, 1), correlation in [0, 1]");
    }
  }
  for (const SynthStablecoin& coin : plan.stablecoins) {
    if (!(coin.depeg_depth >= 0) || !(coin.depeg_depth < 1) || !(coin.daily_volatility > 0) ||
        !(coin.daily_volume > 0)) {
      return fail(ErrorCode::out_of_range, "stablecoins." + coin.name, "",
                  "volatility and volume above 0, depth in [0, 1)");
    }
  }
  if (!(plan.crash.depth >= 0) || !(plan.crash.depth < 1) || plan.crash.fall <= Duration{} ||
      plan.crash.recovery <= Duration{}) {
    return fail(ErrorCode::out_of_range, "crash", "", "depth in [0, 1), times above 0");
  }
  return {};
}

}  // namespace

SynthMarketPlan default_market_plan(std::uint64_t seed) {
  SynthMarketPlan plan;
  plan.seed = seed;
  plan.begin = from_civil({2024, 6, 3});
  plan.end = plan.begin + days(7);
  const auto coin = [](std::string name, double price, double volatility, double correlation,
                       double beta, double volume) {
    return SynthCoin{std::move(name), price, volatility, correlation, beta, volume, true};
  };
  plan.coins = {
      coin("BTC", 42'000, 0.026, 0.92, 0.80, 8e9), coin("ETH", 2'300, 0.033, 0.88, 1.00, 4e9),
      coin("SOL", 95, 0.048, 0.76, 1.30, 1.2e9),   coin("XRP", 0.55, 0.040, 0.66, 1.00, 6e8),
      coin("DOGE", 0.09, 0.048, 0.68, 1.25, 5e8),  coin("LINK", 14, 0.044, 0.72, 1.20, 2e8)};
  SynthStablecoin usdc;
  usdc.name = "USDC";
  usdc.daily_volume = 5e8;
  usdc.depeg_begin = plan.begin + days(2) + hours(20);
  usdc.depeg_depth = 0.11;
  plan.stablecoins = {usdc};
  plan.crash.begin = plan.begin + days(2) + hours(14);
  plan.outages = {{"LINK", plan.begin + days(3) + hours(2), minutes(50)}};
  return plan;
}

Result<SynthMarket> generate_market(const SynthMarketPlan& plan) {
  BULKHEAD_TRY_STATUS(check(plan));
  SynthMarket market;
  market.quote = plan.quote;
  market.bar = plan.bar;
  for (const SynthCoin& coin : plan.coins) market.series.emplace_back().asset = coin.name;
  for (const SynthStablecoin& coin : plan.stablecoins) {
    market.series.emplace_back().asset = coin.name;
    market.series.back().stablecoin = true;
  }
  MarketPath path(plan);
  const Timestamp first = plan.begin - days(static_cast<std::int64_t>(plan.history_days));
  const Recorder history{plan, kHistoryStep, true};
  for (Timestamp t = first; t < plan.begin; t = t + kHistoryStep) {
    simulate_bar(path, t, history, market.series);
  }
  const Recorder window{plan, plan.bar, false};
  for (Timestamp t = plan.begin; t < plan.end; t = t + plan.bar) {
    simulate_bar(path, t, window, market.series);
  }
  return market;
}

}  // namespace bulkhead::replay
