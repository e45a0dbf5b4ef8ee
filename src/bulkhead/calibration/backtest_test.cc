// The backtest looks at nothing that was not known, and says what it sees: on generated prices
// whose answer is known.
#include "bulkhead/calibration/backtest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/base/random.h"
#include "bulkhead/calibration/backtest_judgement.h"
#include "bulkhead/venues/models.h"

namespace bulkhead::calibration {
namespace {

constexpr std::int64_t kDays = 700;
const Timestamp kBegin = *parse_timestamp("2020-01-01T00:00:00Z");

Timestamp day(std::int64_t i) { return kBegin + days(i); }

// Two coins with a common part, 3 % a day; `spike`: BTC falls by half on that day.
BuilderInput histories(std::int64_t spike = -1) {
  BuilderInput input;
  input.numeraire = "USDT";
  double btc = 10'000, eth = 200;
  AssetInput first, second;
  first.asset = "BTC";
  second.asset = "ETH";
  first.spot.quote = second.spot.quote = "USDT";
  RandomStream draws(4, 1);
  for (std::int64_t i = 0; i < kDays; ++i) {
    const double market = draws.normal();
    btc *= std::exp(0.03 * market);
    eth *= std::exp(0.024 * market + 0.018 * draws.normal());
    if (i == spike) btc *= 0.5;
    first.spot.closes.push_back({day(i), btc});
    second.spot.closes.push_back({day(i), eth});
  }
  input.as_of = day(kDays);
  input.assets = {first, second};
  return input;
}

std::vector<ProductPortfolio> products() {
  std::vector<ProductPortfolio> out;
  for (ProductPortfolio& product : product_portfolios()) {
    bool known = true;
    for (const ProductLeg& leg : product.legs) known &= leg.asset == "BTC" || leg.asset == "ETH";
    if (known) out.push_back(std::move(product));
  }
  return out;
}

BacktestOptions options() {
  BacktestOptions options;
  options.from = day(150);
  options.to = day(kDays);
  options.scenarios = 300;
  return options;
}

BacktestRun run(const BuilderInput& input, const BacktestOptions& chosen = options()) {
  SerialExecutor serial;
  Result<BacktestRun> out = run_backtest(input, products(), chosen, serial);
  EXPECT_TRUE(out.has_value()) << to_string(out.error());
  return out ? *std::move(out) : BacktestRun{};
}

const ProductSeries& series(const BacktestRun& run, std::string_view name) {
  for (const ProductSeries& one : run.series) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << name << " is not there";
  return run.series.front();
}

TEST(Backtest, SeesNothingBeforeItsDay) {
  constexpr std::int64_t kSpike = 400;
  const BacktestRun calm = run(histories());
  const BacktestRun spiked = run(histories(kSpike));
  ASSERT_EQ(calm.series.size(), spiked.series.size());
  std::size_t after = 0;
  for (std::size_t p = 0; p < calm.series.size(); ++p) {
    for (std::size_t i = 0; i < calm.series[p].days.size(); ++i) {
      const ProductDay& a = calm.series[p].days[i];
      const ProductDay& b = spiked.series[p].days[i];
      ASSERT_EQ(a.time, b.time);
      if (a.time >= day(kSpike)) {
        after += a.var_99 != b.var_99 ? 1U : 0U;
        continue;
      }
      // The loss of the day before is the spike itself; its forecasts are not.
      EXPECT_EQ(a.var_975, b.var_975);
      EXPECT_EQ(a.es_975, b.es_975);
      EXPECT_EQ(a.charged, b.charged);
      if (a.time < day(kSpike - 1)) {
        EXPECT_EQ(a.loss, b.loss);
      }
    }
  }
  EXPECT_GT(after, 100U);
  const ProductDay& hit = series(spiked, "long BTC").days[static_cast<std::size_t>(kSpike - 151)];
  EXPECT_EQ(hit.time, day(kSpike - 1));
  EXPECT_GT(hit.loss, 45'000);
  EXPECT_EQ(hit.transform, 1);
}

TEST(Backtest, LongAndShortLoseOppositeSums) {
  const BacktestRun out = run(histories());
  const ProductSeries& up = series(out, "long ETH");
  const ProductSeries& down = series(out, "short ETH");
  for (std::size_t i = 0; i < up.days.size(); ++i) {
    EXPECT_NEAR(up.days[i].loss, -down.days[i].loss, 1e-6);
    EXPECT_GT(up.days[i].charged, up.days[i].es_975 - 1e-6);
    EXPECT_GE(up.days[i].var_99, up.days[i].var_975);
  }
  // Coins against the perpetual at the same price: nothing moves.
  for (const ProductDay& d : series(out, "BTC basis, coins against the perpetual").days) {
    EXPECT_NEAR(d.loss, 0, 1);
  }
}

TEST(Backtest, BlocksAndThreadsDoNotMatter) {
  const BacktestRun whole = run(histories());
  BacktestOptions later = options();
  later.from = day(150 + 28);
  const BacktestRun part = run(histories(), later);
  const ProductSeries& a = series(whole, "long BTC");
  const ProductSeries& b = series(part, "long BTC");
  for (std::size_t i = 0; i < b.days.size(); ++i)
    EXPECT_EQ(a.days[i + 28].es_975, b.days[i].es_975);
}

TEST(Backtest, JudgesAModelThatHoldsAndOneThatDoesNot) {
  BacktestRun out = run(histories());
  const std::vector<ProductJudgement> fair = judge(out, options().unit);
  ASSERT_FALSE(fair.empty());
  const auto btc = std::ranges::find(fair, "long BTC", &ProductJudgement::name);
  ASSERT_NE(btc, fair.end());
  EXPECT_GT(btc->of(JudgedModel::filtered, 0.975).coverage_p, 0.05);
  EXPECT_GT(btc->of(JudgedModel::ewma_normal, 0.975).coverage_p, 0.01);
  EXPECT_EQ(btc->of(JudgedModel::fixed_rate, 0.99).peak_to_trough, 1);
  for (ProductSeries& one : out.series) {
    for (ProductDay& d : one.days) d.loss *= 2;
  }
  const std::vector<ProductJudgement> doubled = judge(out, options().unit);
  const auto worse = std::ranges::find(doubled, "long BTC", &ProductJudgement::name);
  EXPECT_LT(worse->of(JudgedModel::filtered, 0.975).coverage_p, 1e-6);
  EXPECT_LT(worse->of(JudgedModel::filtered, 0.975).z2, -1);
}

TEST(Backtest, VenuesMarginWhatTheyList) {
  BuilderInput input = histories();
  AssetInput other = input.assets[1];
  other.asset = "LTC";
  input.assets.push_back(other);
  BacktestOptions chosen = options();
  chosen.to = day(520);
  for (const std::string_view name : kComparedVenues) {
    chosen.venues.push_back(venues::shipped_venue_parameters(name));
  }
  SerialExecutor serial;
  const Result<BacktestRun> out = run_backtest(input, product_portfolios(), chosen, serial);
  ASSERT_TRUE(out) << to_string(out.error());
  const venues::DerivePmrm1& derive = *chosen.venues[0].derive_pmrm1;
  double fall = 0;
  for (const auto& scenario : derive.scenarios) fall = std::max(fall, 1 - scenario.spot);
  const double by_hand = 1e5 * (fall + derive.perp_charge) * derive.initial_factor;
  EXPECT_NEAR(series(*out, "long BTC").days[7].venues[0], by_hand, 0.001 * by_hand);
  // A coin that counts nothing is asked for in full.
  EXPECT_NEAR(series(*out, "long ETH on collateral in BTC").days[7].venues[0] -
                  series(*out, "long ETH").days[7].venues[0],
              50'000, 50);
  for (const double asked : series(*out, "long LTC").days[7].venues) EXPECT_EQ(asked, kNotMargined);
  for (const double asked : series(*out, "short BTC straddle").days[7].venues) EXPECT_GT(asked, 0);

  const std::vector<ProductJudgement> judged = judge(*out, chosen.unit);
  const auto ltc = std::ranges::find(judged, "long LTC", &ProductJudgement::name);
  ASSERT_NE(ltc, judged.end());
  EXPECT_EQ(ltc->find(JudgedModel::deribit_pm, 0.99), nullptr);
  for (const ModelTotal& total : totals_of(judged)) EXPECT_EQ(total.products, judged.size());
  const std::vector<ModelTotal> beside = venue_totals_of(judged);
  ASSERT_EQ(beside.size(), 16U);
  EXPECT_EQ(beside.front().products, judged.size() - 4);  // without LTC and calendars
  const ProductDay& calendar = series(*out, "BTC calendar, long quarter, short perpetual").days[7];
  EXPECT_EQ(calendar.venues[0], kNotMargined);
  EXPECT_GT(calendar.venues[2], 0);
  EXPECT_EQ(beside[7].model, JudgedModel::deribit_pm);

  std::swap(chosen.venues[0], chosen.venues[2]);
  EXPECT_FALSE(run_backtest(input, product_portfolios(), chosen, serial));
}

// A coin that has enough history only in the middle of a set's life waits for the next set.
TEST(Backtest, ACoinWaitsForASetThatKnowsIt) {
  BuilderInput input = histories();
  std::erase_if(input.assets[1].spot.closes, [](const Close& c) { return c.time < day(205); });
  BacktestOptions chosen = options();
  chosen.set_every = days(7);
  chosen.to = day(300);
  const BacktestRun out = run(input, chosen);
  // Its sixtieth close is that of day 264; sets are built on days 262 and 269.
  EXPECT_EQ(series(out, "long ETH").days.front().time, day(269));
}

TEST(Backtest, AChallengerForecastsOtherwiseAndSeesTheSameLosses) {
  BacktestOptions chosen = options();
  chosen.to = day(300);
  const BacktestRun champion = run(histories(), chosen);
  chosen.calibrated = {{"BTC", 0.2, 0.7, 0.03}};
  const BacktestRun challenger = run(histories(), chosen);
  const ProductSeries& a = series(champion, "long BTC");
  const ProductSeries& b = series(challenger, "long BTC");
  for (std::size_t i = 0; i < a.days.size(); ++i) {
    EXPECT_EQ(a.days[i].loss, b.days[i].loss);
    EXPECT_NE(b.days[i].var_99, a.days[i].var_99);
    EXPECT_EQ(series(champion, "long ETH").days[i].var_99,
              series(challenger, "long ETH").days[i].var_99);
  }
  chosen.step = hours(1);
  SerialExecutor serial;
  const auto hourly = run_backtest(histories(), products(), chosen, serial);
  ASSERT_FALSE(hourly.has_value());
  EXPECT_EQ(hourly.error().field, "step");
}

// Losses twice as wide as forecast are drift; losses that hold are few alarms.
TEST(Backtest, DriftIsReported) {
  BacktestRun out = run(histories());
  const auto alarms = [&](const BacktestRun& of) {
    for (const ProductJudgement& one : judge(of, options().unit)) {
      if (one.name == "long BTC") return one.drift;
    }
    return DriftReport{};
  };
  const DriftReport holds = alarms(out);
  EXPECT_EQ(holds.observations, out.series.front().days.size() - kWarmUp);
  EXPECT_LE(holds.wider + holds.narrower, 3U);
  for (ProductSeries& one : out.series) {
    for (ProductDay& d : one.days) d.transform = d.transform < 0.5 ? 0.001 : 0.999;
  }
  EXPECT_GT(alarms(out).wider, 50U);
}

TEST(Backtest, AGapIsNoLoss) {
  BuilderInput input = histories();
  std::erase_if(input.assets[1].spot.closes,
                [](const Close& c) { return c.time >= day(300) && c.time < day(340); });
  const BacktestRun out = run(input);
  for (const ProductDay& d : series(out, "long ETH").days) {
    EXPECT_TRUE(d.time < day(299) || d.time >= day(340)) << to_string(d.time);
  }
}

TEST(Backtest, RefusesASpanThatIsNone) {
  SerialExecutor serial;
  BacktestOptions chosen = options();
  chosen.to = chosen.from;
  const auto none = run_backtest(histories(), products(), chosen, serial);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().field, "from");
}

}  // namespace
}  // namespace bulkhead::calibration
