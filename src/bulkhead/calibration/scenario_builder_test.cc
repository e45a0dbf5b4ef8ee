// D5.1, D5.2: what a scenario set may know, and how it is scaled, completed, floored and capped.
#include "bulkhead/calibration/scenario_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/base/random.h"
#include "bulkhead/calibration/return_grid.h"

namespace bulkhead::calibration {
namespace {

using pricing::FactorKind;

const Timestamp kAsOf = from_civil({2020, 3, 10});

// Geometric walk with bars of `bar`, the last close exactly `before` before as_of.
PriceHistory walk(std::uint64_t stream, double daily, int count, Duration bar = days(1),
                  Duration before = seconds(1), double price = 100) {
  RandomStream random(7, stream);
  PriceHistory history{.quote = "USD", .closes = {}};
  const double step = daily * std::sqrt(bar.seconds() / 86400.0);
  for (int i = 0; i < count; ++i) {
    history.closes.push_back({kAsOf - before - bar * (count - 1 - i), price});
    price *= std::exp(step * random.normal());
  }
  return history;
}

AssetInput asset(std::string name, PriceHistory history, bool peg = false) {
  AssetInput input;
  input.asset = std::move(name);
  input.spot = std::move(history);
  input.peg = peg;
  return input;
}

BuilderInput two_coins() {
  return {kAsOf, "USD", {asset("BTC", walk(1, 0.04, 800)), asset("ETH", walk(2, 0.05, 800))}};
}

BuiltSet must_build(const BuilderInput& input, const BuilderOptions& options = {},
                    const PreviousSet& previous = {}) {
  Result<BuiltSet> built = build_scenario_set(input, options, previous);
  EXPECT_TRUE(built.has_value()) << (built ? "" : to_string(built.error()));
  return built ? std::move(*built) : BuiltSet{};
}

std::size_t factor_index(const BuiltSet& built, std::string_view name,
                         FactorKind kind = FactorKind::spot) {
  for (std::size_t f = 0; f < built.set.factors.size(); ++f) {
    if (built.set.factors[f].asset == name && built.set.factors[f].kind == kind) return f;
  }
  ADD_FAILURE() << name;
  return 0;
}

double move(const BuiltSet& built, const pricing::ScenarioBlock& block, std::size_t s,
            std::size_t f) {
  return block.moves[s * built.set.factors.size() + f];
}

double root_mean_square(const BuiltSet& built, const pricing::ScenarioBlock& block, std::size_t f) {
  double squares = 0;
  for (std::size_t s = 1; s < block.size(); ++s) {
    squares += move(built, block, s, f) * move(built, block, s, f);
  }
  return std::sqrt(squares / static_cast<double>(block.size() - 1));
}

TEST(ScenarioBuilder, LooksAtNothingAtOrAfterItsAsOfTime) {
  const BuilderInput plain = two_coins();
  const Hash hash = pricing::hash_of(must_build(plain).set);

  BuilderInput spiked = plain;
  spiked.assets[0].spot.closes.push_back({kAsOf, 1e6});
  spiked.assets[1].spot.closes.push_back({kAsOf + hours(1), 1e-6});
  EXPECT_EQ(hash, pricing::hash_of(must_build(spiked).set));

  BuilderInput known = plain;
  known.assets[0].spot.closes.back().price *= 1.5;
  EXPECT_NE(hash, pricing::hash_of(must_build(known).set));
}

TEST(ScenarioBuilder, WeightsSumExactlyAndScenarioZeroIsUnshocked) {
  for (const std::uint32_t scenarios : {1000U, 700U, 301U}) {
    BuilderOptions options;
    options.scenarios = scenarios;
    const BuiltSet built = must_build(two_coins(), options);
    for (const pricing::ScenarioBlock* block :
         {&built.set.filtered, &built.set.stressed, &built.set.long_run}) {
      std::uint64_t sum = 0;
      for (const std::uint32_t w : block->weights) sum += w;
      EXPECT_EQ(sum, pricing::kWeightOne);
      EXPECT_EQ(block->weights[0], 0U);
      EXPECT_EQ(move(built, *block, 0, 0), 0.0);
    }
    EXPECT_LE(built.set.filtered.size(), scenarios);
  }
}

TEST(ScenarioBuilder, FilteredMoveIsTheReturnTimesForecastNowOverForecastThen) {
  const BuilderInput input = two_coins();
  const BuiltSet built = must_build(input);
  const std::size_t f = factor_index(built, "BTC");
  const auto& closes = input.assets[0].spot.closes;
  std::vector<double> r;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    r.push_back(std::log(closes[i].price / closes[i - 1].price));
  }
  double variance = 0, all = 0;
  for (std::size_t i = 0; i < 20; ++i) variance += r[i] * r[i] / 20;
  std::vector<double> before(r.size(), 0);
  for (std::size_t i = 20; i < r.size(); ++i) {
    before[i] = std::sqrt(variance);
    variance = 0.94 * variance + 0.06 * r[i] * r[i];
  }
  for (const double x : r) all += x * x;
  const double now = std::sqrt(variance);
  const double long_run = std::sqrt(all / static_cast<double>(r.size()));
  EXPECT_NEAR(built.set.factors[f].forecast, now, 1e-12);
  EXPECT_NEAR(built.set.factors[f].long_run, long_run, 1e-12);
  ASSERT_EQ(built.set.filtered.size(), r.size() - 20 + 1);
  for (std::size_t s = 1; s < built.set.filtered.size(); ++s) {
    const std::size_t i = s + 19;
    EXPECT_NEAR(move(built, built.set.filtered, s, f), r[i] * std::clamp(now / before[i], 0.5, 4.0),
                1e-12);
    EXPECT_NEAR(move(built, built.set.long_run, s, f),
                r[i] * std::clamp(long_run / before[i], 0.5, 4.0), 1e-12);
    EXPECT_EQ(built.set.filtered.dates[s], closes[i + 1].time);
  }
}

TEST(ScenarioBuilder, NoReturnIsTakenAcrossAGap) {
  BuilderInput input = two_coins();
  auto& closes = input.assets[1].spot.closes;
  closes.erase(closes.begin() + 400, closes.begin() + 403);
  for (std::size_t i = 400; i < closes.size(); ++i) closes[i].price *= 10;
  const BuiltSet built = must_build(input);
  const std::size_t f = factor_index(built, "ETH");
  EXPECT_EQ(built.factors[f].completed, 4U);  // three days missing, four returns
  for (std::size_t s = 1; s < built.set.stressed.size(); ++s) {
    EXPECT_LT(std::abs(move(built, built.set.stressed, s, f)), 1.0);
  }
  EXPECT_FALSE(built.set.factors[f].completed);
}

TEST(ScenarioBuilder, AnOutageOfHoursMakesNoLongOrShortDay) {
  BuilderInput input{kAsOf, "USD", {asset("BTC", walk(1, 0.04, 24 * 500, hours(1)))}};
  input.assets.push_back(asset("ETH", walk(2, 0.04, 24 * 500, hours(1))));
  auto& closes = input.assets[1].spot.closes;
  const std::size_t row = closes.size() - 1 - 24 * 50;  // the close of one date
  closes.erase(closes.begin() + static_cast<std::ptrdiff_t>(row) - 7,
               closes.begin() + static_cast<std::ptrdiff_t>(row) + 8);
  const BuiltSet built = must_build(input);
  EXPECT_EQ(built.factors[factor_index(built, "ETH")].completed, 2U);
}

TEST(ScenarioBuilder, AnHourlyAndADailySeriesShareDates) {
  // Daily closes at midnight, hourly ones to an hour before as_of: rows end at 23:00.
  const PriceHistory hourly = walk(1, 0.04, 24 * 500, hours(1), hours(1));
  PriceHistory daily{.quote = "USD", .closes = {}};
  for (const Close& close : hourly.closes) {
    if (start_of_day(close.time) == close.time) daily.closes.push_back(close);
  }
  const BuilderInput input{kAsOf, "USD", {asset("BTC", hourly), asset("LUNC", daily)}};
  const BuiltSet built = must_build(input);
  EXPECT_EQ(built.set.filtered.dates.back(), kAsOf - hours(1));
  const std::size_t lunc = factor_index(built, "LUNC");
  EXPECT_EQ(built.factors[lunc].completed, 1U);  // the last midnight is not strictly before as_of
  EXPECT_GT(built.factors[lunc].correlation, 0.85);

  BuilderInput spiked = input;  // nearest to the last row, but not known yet
  spiked.assets[1].spot.closes.push_back({kAsOf, 1e-3});
  EXPECT_EQ(pricing::hash_of(must_build(spiked).set), pricing::hash_of(built.set));
}

TEST(ScenarioBuilder, ShortHistoriesAreCompletedAndFlagged) {
  BuilderInput input = two_coins();
  input.assets.push_back(asset("SOL", walk(3, 0.06, 90)));
  input.assets.push_back(asset("NEW", PriceHistory{.quote = "USD", .closes = {}}));
  const BuiltSet built = must_build(input);
  const std::size_t btc = factor_index(built, "BTC");
  const std::size_t sol = factor_index(built, "SOL");
  const std::size_t fresh = factor_index(built, "NEW");
  EXPECT_FALSE(built.set.factors[btc].completed);
  EXPECT_TRUE(built.set.factors[sol].completed);
  EXPECT_EQ(built.factors[sol].observed, 69U);
  EXPECT_TRUE(built.set.factors[fresh].completed);
  EXPECT_TRUE(built.factors[fresh].modelled);
  EXPECT_DOUBLE_EQ(built.set.factors[fresh].forecast, 1.5 * built.set.factors[btc].forecast);
  double together = 0;
  for (std::size_t s = 1; s < built.set.filtered.size(); ++s) {
    together += move(built, built.set.filtered, s, btc) * move(built, built.set.filtered, s, fresh);
  }
  together /= static_cast<double>(built.set.filtered.size() - 1) *
              root_mean_square(built, built.set.filtered, btc) *
              root_mean_square(built, built.set.filtered, fresh);
  EXPECT_NEAR(together, 0.6, 0.15);
}

TEST(ScenarioBuilder, AQuietPegHasTheFloorOfFiftyBasisPoints) {
  BuilderInput input = two_coins();
  input.assets.push_back(asset("USDC", walk(4, 0.0003, 800, days(1), seconds(1), 1.0), true));
  const BuiltSet built = must_build(input);
  const std::size_t f = factor_index(built, "USDC");
  EXPECT_GE(built.set.factors[f].forecast, 0.005);
  EXPECT_NEAR(root_mean_square(built, built.set.filtered, f), 0.005, 1e-6);
  EXPECT_NEAR(root_mean_square(built, built.set.long_run, f), 0.005, 1e-6);
  EXPECT_LT(root_mean_square(built, built.set.stressed, f), 0.001);  // unscaled
}

TEST(ScenarioBuilder, PricesAreTakenIntoTheNumeraireByTheQuotesOwnHistory) {
  BuilderInput input = two_coins();
  PriceHistory tether = walk(5, 0.002, 800, days(1), seconds(1), 1.0);
  PriceHistory in_tether = input.assets[0].spot;
  in_tether.quote = "USDT";
  for (std::size_t i = 0; i < in_tether.closes.size(); ++i) {
    in_tether.closes[i].price /= tether.closes[i].price;
  }
  BuilderInput quoted = input;
  quoted.assets[0].spot = in_tether;
  quoted.assets.push_back(asset("USDT", tether, true));
  BuilderInput direct = input;
  direct.assets.push_back(asset("USDT", tether, true));
  const BuiltSet a = must_build(quoted), b = must_build(direct);
  ASSERT_EQ(a.set.filtered.moves.size(), b.set.filtered.moves.size());
  for (std::size_t i = 0; i < a.set.filtered.moves.size(); ++i) {
    EXPECT_NEAR(a.set.filtered.moves[i], b.set.filtered.moves[i], 1e-10);
  }
  // And from the other side: USDT is the numéraire, histories are in USD.
  BuilderInput tether_book = direct;
  tether_book.numeraire = "USDT";
  const BuiltSet c = must_build(tether_book);
  EXPECT_EQ(c.set.factors.size(), 2U);

  quoted.assets.pop_back();
  EXPECT_FALSE(build_scenario_set(quoted, {}).has_value());
}

TEST(ScenarioBuilder, TheRescalingRatioRisesByAtMostTenPercentAnHour) {
  BuilderInput input = two_coins();
  const BuiltSet first = must_build(input);
  auto& closes = input.assets[0].spot.closes;
  closes.back().price *= 0.5;
  const BuiltSet free = must_build(input);
  const PreviousSet previous{&first.set, hours(1)};
  const BuiltSet capped = must_build(input, {}, previous);
  const std::size_t f = factor_index(free, "BTC");
  const pricing::Factor& before = first.set.factors[f];
  const pricing::Factor& after = capped.set.factors[f];
  EXPECT_GT(after.rescaling_uncapped, 1.5 * before.rescaling_cap);
  EXPECT_NEAR(after.rescaling_cap, 1.1 * before.rescaling_cap, 1e-12);
  EXPECT_EQ(after.rescaling_uncapped, free.set.factors[f].rescaling_uncapped);
  EXPECT_LT(root_mean_square(capped, capped.set.filtered, f),
            root_mean_square(free, free.set.filtered, f));
  BuilderOptions lifted;
  lifted.lift_cap = true;
  EXPECT_EQ(pricing::hash_of(must_build(input, lifted, previous).set), pricing::hash_of(free.set));
}

TEST(ScenarioBuilder, BasisComesFromEqualTimesAndVolatilityFollowsTheMove) {
  BuilderInput input = two_coins();
  AssetInput& btc = input.assets[0];
  btc.perpetual = btc.spot;
  RandomStream random(9, 9);
  for (Close& close : btc.perpetual.closes) close.price *= std::exp(0.001 * random.normal());
  btc.perpetual.closes.erase(btc.perpetual.closes.begin() + 500);
  btc.perpetual_basis = btc.dated_basis = btc.volatility = true;
  const BuiltSet built = must_build(input);
  const std::size_t basis = factor_index(built, "BTC", FactorKind::perpetual_basis);
  EXPECT_EQ(built.factors[basis].completed, 2U);
  EXPECT_NEAR(root_mean_square(built, built.set.stressed, basis), 0.001 * std::sqrt(2.0), 2e-4);
  const std::size_t vol = factor_index(built, "BTC", FactorKind::volatility);
  const std::size_t spot = factor_index(built, "BTC");
  EXPECT_TRUE(built.set.factors[vol].completed);
  double quiet = 0, wild = 0;
  int quiet_count = 0, wild_count = 0;
  for (std::size_t s = 1; s < built.set.filtered.size(); ++s) {
    const double z =
        std::abs(move(built, built.set.filtered, s, spot)) / built.set.factors[spot].forecast;
    if (z < 0.5) quiet += move(built, built.set.filtered, s, vol), ++quiet_count;
    if (z > 2.0) wild += move(built, built.set.filtered, s, vol), ++wild_count;
  }
  ASSERT_GT(wild_count, 5);
  EXPECT_LT(quiet / quiet_count, 0.0);
  EXPECT_GT(wild / wild_count, 0.05);
}

// The stressed window against a search that sorts every year anew, on a history with gaps and with
// returns that are equal.
TEST(ScenarioBuilder, FindsTheWorstYearThatSortingEveryYearFinds) {
  BuilderInput input{kAsOf, "USD", {asset("BTC", walk(3, 0.04, 1500))}};
  std::vector<Close>& closes = input.assets[0].spot.closes;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    if (i % 40 < 15) closes[i].price = closes[i - 1].price * (i % 2 == 0 ? 0.97 : 1.03);
  }
  std::erase_if(closes, [](const Close& c) { return c.time.ns / days(1).ns % 11 == 3; });
  const BuiltSet built = must_build(input);
  BuilderOptions options;
  const std::vector<Timestamp> dates = common_dates(input, options);
  const Column returns = log_returns(closes, dates, options);
  double worst = 0;
  std::vector<Timestamp> expected;
  for (const Timestamp begin : dates) {
    std::vector<double> values;
    std::vector<Timestamp> inside;
    for (std::size_t i = 0; i < dates.size(); ++i) {
      if (!returns.present[i] || dates[i] < begin || dates[i] >= begin + days(365)) continue;
      values.push_back(returns.values[i]);
      inside.push_back(dates[i]);
    }
    if (values.size() < options.stressed_minimum) continue;
    std::ranges::sort(values);
    double loss = 0;
    for (std::size_t i = 0; i < values.size() / 40; ++i) loss -= values[i];
    loss /= static_cast<double>(values.size() / 40);
    if (expected.empty() || loss > worst) {
      worst = loss;
      expected = inside;
    }
  }
  const std::vector<Timestamp>& found = built.set.stressed.dates;
  EXPECT_EQ(std::vector<Timestamp>(found.begin() + 1, found.end()), expected);
  EXPECT_NE(expected.front(), dates.front());
  EXPECT_NE(expected.back(), dates.back());
}

// The forecast by the recursion written out, from the calibrated long run; other assets keep
// theirs.
TEST(ScenarioBuilder, ACalibratedAssetIsForecastByItsGarch) {
  const BuilderInput input = two_coins();
  BuilderOptions options;
  options.calibrated = {{"ETH", 0.1, 0.85, 0.05}};
  const BuiltSet built = must_build(input, options);
  const BuiltSet plain = must_build(input);
  const std::vector<Close>& closes = input.assets[1].spot.closes;
  double variance = 0.05 * 0.05;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    const double r = std::log(closes[i].price / closes[i - 1].price);
    variance = 0.05 * 0.05 * 0.05 + 0.1 * r * r + 0.85 * variance;
  }
  const std::size_t eth = factor_index(built, "ETH"), btc = factor_index(built, "BTC");
  EXPECT_NEAR(built.set.factors[eth].forecast, std::sqrt(variance), 1e-12);
  EXPECT_EQ(built.set.factors[eth].long_run, 0.05);
  EXPECT_NE(built.set.factors[eth].forecast, plain.set.factors[eth].forecast);
  EXPECT_EQ(built.set.factors[btc].forecast, plain.set.factors[btc].forecast);
  options.calibrated[0].beta = 0.9;
  const auto explosive = build_scenario_set(input, options);
  ASSERT_FALSE(explosive.has_value());
  EXPECT_EQ(explosive.error().field, "calibrated");
}

TEST(ScenarioBuilder, SaysWhatIsWrongWithItsInput) {
  BuilderInput few{kAsOf, "USD", {asset("BTC", walk(1, 0.04, 60))}};
  EXPECT_FALSE(build_scenario_set(few, {}).has_value());
  BuilderInput none{kAsOf, "USD", {}};
  EXPECT_FALSE(build_scenario_set(none, {}).has_value());
  BuilderInput zero = two_coins();
  zero.assets[1].spot.closes[5].price = 0;
  const auto refused = build_scenario_set(zero, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "ETH.spot");
  BuilderInput back = two_coins();
  std::swap(back.assets[0].spot.closes[3], back.assets[0].spot.closes[4]);
  EXPECT_FALSE(build_scenario_set(back, {}).has_value());
  BuilderOptions brief;
  brief.stressed_begin = "2020-01-01";
  brief.stressed_end = "2020-03-01";
  EXPECT_FALSE(build_scenario_set(two_coins(), brief).has_value());
}

}  // namespace
}  // namespace bulkhead::calibration
