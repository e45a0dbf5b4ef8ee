// The venues' models as functions: shipped numbers load, order and size of positions, hedges, and
// the edges that the published cases do not touch.
#include "bulkhead/venues/models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace bulkhead::venues {
namespace {

constexpr double kDay = 86'400;

Account account_of(double perps, std::vector<OptionLine> options, double seconds = 20 * kDay,
                   double coins = 0) {
  Account account;
  account.cash = 100'000;
  Book& book = account.books.emplace_back();
  book.underlying = "BTC";
  book.spot = 60'000;
  book.coins = coins;
  if (perps != 0) book.futures.push_back({"BTC/USDT:USDT", perps, 60'050, 0, false});
  if (!options.empty()) {
    OptionGroup& group = book.options.emplace_back();
    group.expiry.seconds = seconds;
    group.expiry.forward = 60'200;
    group.expiry.options = std::move(options);
  }
  if (coins != 0) account.holdings.push_back({"BTC", coins, 60'000});
  return account;
}

VenueMargin margin_of(std::string_view model, const Account& account) {
  const Result<VenueMargin> margin = evaluate(shipped_venue_parameters(model), account);
  EXPECT_TRUE(margin.has_value()) << model << (margin ? "" : to_string(margin.error()));
  return margin ? *margin : VenueMargin{};
}

void scale(Account& account, double factor) {
  for (Book& book : account.books) {
    book.coins *= factor;
    for (FuturePosition& future : book.futures) future.coins *= factor;
    for (OptionGroup& group : book.options) {
      for (OptionLine& option : group.expiry.options) option.amount *= factor;
    }
  }
  for (Holding& holding : account.holdings) holding.amount *= factor;
}

Account random_account(std::mt19937_64& random) {
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  std::vector<OptionLine> options;
  const int count = static_cast<int>(uniform(0, 6));
  for (int i = 0; i < count; ++i) {
    options.push_back({std::round(uniform(30, 100)) * 1000, uniform(0, 1) < 0.5, uniform(-5, 5),
                       uniform(0.2, 1.5)});
  }
  Account account = account_of(uniform(-3, 3), options, uniform(0.1, 300) * kDay);
  if (uniform(0, 1) < 0.5 && !account.books[0].options.empty()) {
    OptionGroup second = account.books[0].options[0];
    second.expiry.seconds += 30 * kDay;
    std::swap(second.expiry.options.front().strike, account.books[0].spot);
    second.expiry.options.front().strike = 60'000;
    account.books[0].spot = 60'000;
    account.books[0].options.push_back(second);
  }
  return account;
}

class EveryVenue : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Venues, EveryVenue,
                         ::testing::ValuesIn(venue_model_names().begin(),
                                             venue_model_names().end()),
                         [](const auto& venue) {
                           std::string name(venue.param);
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(EveryVenue, ShippedNumbersStateWhoseTheyAre) {
  const VenueParameters parameters = shipped_venue_parameters(GetParam());
  EXPECT_TRUE(validate(parameters).has_value());
  EXPECT_EQ(parameters.model, GetParam());
  EXPECT_GE(parameters.version, 1U);
  EXPECT_EQ(parameters.date.size(), 10U);
  EXPECT_FALSE(parameters.source.empty());
}

TEST_P(EveryVenue, AnEmptyAccountOwesNothing) {
  Account account;
  account.cash = 5;
  const VenueMargin margin = margin_of(GetParam(), account);
  EXPECT_EQ(margin.initial, 0);
  EXPECT_EQ(margin.maintenance, 0);
  EXPECT_EQ(margin.equity, 5);
  EXPECT_TRUE(margin.parts.empty());
}

TEST_P(EveryVenue, PartsAddUp) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 50; ++i) {
    const VenueMargin margin = margin_of(GetParam(), random_account(random));
    double initial = 0, maintenance = 0;
    for (const MarginPart& part : margin.parts) {
      initial += part.initial;
      maintenance += part.maintenance;
    }
    EXPECT_NEAR(initial, margin.initial, 1e-9 * std::max(1.0, margin.initial));
    EXPECT_NEAR(maintenance, margin.maintenance, 1e-9 * std::max(1.0, margin.maintenance));
    EXPECT_GE(margin.initial, margin.maintenance * (1 - 1e-12));
    EXPECT_GE(margin.maintenance, 0);
  }
}

TEST_P(EveryVenue, OrderOfPositionsIsIrrelevant) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 50; ++i) {
    Account account = random_account(random);
    const VenueMargin before = margin_of(GetParam(), account);
    Book& book = account.books[0];
    std::ranges::reverse(book.options);
    for (OptionGroup& group : book.options) std::ranges::shuffle(group.expiry.options, random);
    if (!book.futures.empty()) {
      FuturePosition half = book.futures[0];
      half.coins /= 2;
      book.futures[0].coins -= half.coins;
      book.futures.push_back(half);
    }
    const VenueMargin after = margin_of(GetParam(), account);
    EXPECT_NEAR(before.initial, after.initial, 1e-9 * std::max(1.0, before.initial));
    EXPECT_NEAR(before.maintenance, after.maintenance, 1e-9 * std::max(1.0, before.initial));
  }
}

// Deribit's delta shock and dampener, OKX's tiers are charges by size; the others grow in
// proportion.
TEST_P(EveryVenue, TwiceTheBookIsTwiceTheMarginWhereNothingGrowsWithSize) {
  if (GetParam() == "deribit-pm") GTEST_SKIP() << "its dampener is an amount";
  std::mt19937_64 random(13);
  for (int i = 0; i < 50; ++i) {
    Account account = random_account(random);
    const VenueMargin once = margin_of(GetParam(), account);
    scale(account, 2);
    const VenueMargin twice = margin_of(GetParam(), account);
    EXPECT_NEAR(twice.initial, 2 * once.initial, 1e-9 * std::max(1.0, twice.initial));
  }
}

// The worst of a sum is at most the sum of the worst; the other charges of perpetuals and of
// options net against each other or add up.
TEST_P(EveryVenue, AHedgeIsNeverDearerThanItsLegsApart) {
  std::mt19937_64 random(17);
  for (int i = 0; i < 50; ++i) {
    const Account both = random_account(random);
    Account perps = both, options = both;
    perps.books[0].options.clear();
    options.books[0].futures.clear();
    const double apart =
        margin_of(GetParam(), perps).initial + margin_of(GetParam(), options).initial;
    EXPECT_LE(margin_of(GetParam(), both).initial, apart * (1 + 1e-12) + 1e-9) << i;
  }
}

TEST_P(EveryVenue, AFlatPairOfFuturesCostsLessThanEitherLeg) {
  const double one = margin_of(GetParam(), account_of(1, {})).initial;
  Account account = account_of(1, {});
  account.books[0].futures.push_back({"BTC/USDT:USDT-261225", -1, 60'050, 30 * kDay, false});
  const double pair = margin_of(GetParam(), account).initial;
  EXPECT_GT(one, 0);
  EXPECT_LT(pair, one);
}

TEST_P(EveryVenue, AnExpiryOfToday) {
  for (const double seconds : {0.0, 1.0, 1799.0, 1800.0, kDay}) {
    const VenueMargin margin =
        margin_of(GetParam(), account_of(0, {{60'000, true, -1, 0.8}}, seconds));
    EXPECT_GT(margin.initial, 0) << seconds;
    EXPECT_LT(margin.initial, 60'000) << seconds;
  }
}

TEST(Venues, WhatTheyDoNotListIsSaid) {
  Account account = account_of(0, {});
  account.books[0].futures.push_back({"BTC/USD:BTC-261225", 1, 60'500, 30 * kDay, true});
  for (const char* model : {"derive-pmrm1", "derive-pmrm2", "paradex-pm"}) {
    const VenueMargin margin = margin_of(model, account);
    EXPECT_TRUE(std::ranges::any_of(margin.notes, [](const std::string& note) {
      return note.find("inverse") != std::string::npos;
    })) << model;
  }
  account.books[0].underlying = "XYZ";
  EXPECT_FALSE(evaluate(shipped_venue_parameters("deribit-pm"), account).has_value());
  EXPECT_FALSE(evaluate(shipped_venue_parameters("paradex-pm"), account).has_value());
}

TEST(Venues, CoinsOfTheUnderlyingHedgeWhereTheyCount) {
  // One coin short as a perpetual, one held: no scenario loses but the charges stay.
  const Account hedged = account_of(-1, {}, 0, 1);
  const Account naked = account_of(-1, {});
  for (const char* model : {"derive-pmrm1", "derive-pmrm2", "okx-pm"}) {
    EXPECT_LT(margin_of(model, hedged).initial, margin_of(model, naked).initial) << model;
  }
}

TEST(Venues, ParametersOfAnotherModelAreRefused) {
  VenueParameters parameters = shipped_venue_parameters("okx-pm");
  parameters.model = "derive-pmrm1";
  EXPECT_EQ(validate(parameters).error().code, ErrorCode::missing_field);
  parameters.model = "nobody";
  EXPECT_EQ(validate(parameters).error().field, "model");
  EXPECT_FALSE(read_venue_parameters(R"({"model": "okx-pm", "version": 1})").has_value());
}

TEST(OptionGrid, ShortsNetPerStrike) {
  const std::vector<OptionLine> options = {{100, true, -3, 1}, {100, false, 1, 1},
                                           {110, true, -1, 1}, {110, false, -2, 1},
                                           {120, false, 5, 1}, {120, true, -5, 1}};
  EXPECT_EQ(net_short_per_strike(options), 2 + 3);
  EXPECT_EQ(net_short_per_strike({}), 0);
}

TEST(OptionGrid, ReachOfAVolatilityShock) {
  const VolatilityTerm term{0.3, 0.13, 1};
  EXPECT_DOUBLE_EQ(volatility_reach(term, 30 * kDay), 1);
  EXPECT_NEAR(volatility_reach(term, 15 * kDay), std::pow(2.0, 0.3), 1e-14);
  EXPECT_NEAR(volatility_reach(term, 60 * kDay), std::pow(0.5, 0.13), 1e-14);
  EXPECT_EQ(volatility_reach(term, 10), volatility_reach(term, kDay));
}

TEST(Skew, IsCappedOnBothSides) {
  SkewShock shock{0.15, 0, 0.15, 0, 0.01, 4, 0.6, 0};
  EXPECT_DOUBLE_EQ(skew_multiplier(shock, true, 1e9, 100, 30 * kDay), 1.15);
  EXPECT_DOUBLE_EQ(skew_multiplier(shock, true, 1e-3, 100, 30 * kDay), 0.85);
  EXPECT_DOUBLE_EQ(skew_multiplier(shock, false, 1e-3, 100, 30 * kDay), 1.15);
  EXPECT_EQ(skew_multiplier(shock, true, 100, 100, 30 * kDay), 1);
  shock.least_width = shock.width_scale = 0;  // a width of zero reaches the cap at once
  EXPECT_DOUBLE_EQ(skew_multiplier(shock, true, 101, 100, 30 * kDay), 1.15);
  shock.linear_cap = 5;
  EXPECT_EQ(skew_multiplier(shock, true, 99, 100, 30 * kDay), 0);
}

DerivePortfolio derive_book() {
  DerivePortfolio portfolio;
  portfolio.spot = 60'000;
  DeriveExpiry& expiry = portfolio.expiries.emplace_back();
  expiry.options = expiry_in_settlement(60'100, 20 * kDay);
  expiry.options.options.push_back({60'000, true, -1, 0.6});
  return portfolio;
}

TEST(Derive, ConfidenceCountsBelowTheThresholdOnly) {
  const DerivePmrm2 model = *shipped_venue_parameters("derive-pmrm2").derive_pmrm2;
  DerivePortfolio portfolio = derive_book();
  const double sure = evaluate(model, portfolio)->initial;
  portfolio.expiries[0].confidence = model.confidence.threshold;
  EXPECT_EQ(evaluate(model, portfolio)->initial, sure);
  portfolio.expiries[0].confidence = 0.5;
  EXPECT_NEAR(evaluate(model, portfolio)->initial, sure - 0.5 * 60'000, 1e-6);
  portfolio.expiries[0].confidence = 1;
  portfolio.perp_confidence = 0;  // no perpetual is held
  EXPECT_EQ(evaluate(model, portfolio)->initial, sure);
  EXPECT_EQ(evaluate(model, portfolio)->maintenance, evaluate(model, derive_book())->maintenance);
}

TEST(Derive, ADepegMakesTheInitialRequirementDearer) {
  const DerivePmrm1 model = *shipped_venue_parameters("derive-pmrm1").derive_pmrm1;
  DerivePortfolio portfolio = derive_book();
  const DeriveMargin par = *evaluate(model, portfolio);
  portfolio.stable = model.peg_threshold - 0.1;
  const DeriveMargin low = *evaluate(model, portfolio);
  EXPECT_NEAR(low.loss_factor, par.loss_factor + 0.1 * model.peg_factor, 1e-12);
  EXPECT_LT(low.initial, par.initial);
  EXPECT_EQ(low.maintenance, par.maintenance);
}

TEST(Derive, ARateBelowZeroCountsAsZero) {
  const DerivePmrm2 model = *shipped_venue_parameters("derive-pmrm2").derive_pmrm2;
  DerivePortfolio portfolio = derive_book();
  const double zero = evaluate(model, portfolio)->initial;
  portfolio.expiries[0].rate = -2;
  EXPECT_EQ(evaluate(model, portfolio)->initial, zero);
}

TEST(Derive, NumbersOutOfRangeNameTheirField) {
  const DerivePmrm2 second = *shipped_venue_parameters("derive-pmrm2").derive_pmrm2;
  const DerivePmrm1 first = *shipped_venue_parameters("derive-pmrm1").derive_pmrm1;
  DerivePortfolio portfolio = derive_book();
  portfolio.base = 1;
  EXPECT_EQ(evaluate(second, portfolio).error().field, "portfolio.base");
  portfolio = derive_book();
  portfolio.collaterals.push_back({"USDT", 1, 1, 1, false, 0, 0});
  EXPECT_EQ(evaluate(first, portfolio).error().field, "portfolio.collaterals[0]");
  portfolio = derive_book();
  portfolio.spot = 0;
  EXPECT_EQ(evaluate(second, portfolio).error().field, "market.spot");
  portfolio = derive_book();
  portfolio.expiries[0].options.options[0].strike = -1;
  EXPECT_EQ(evaluate(second, portfolio).error().field, "market.expiries[0].options[0].strike");
  DerivePmrm2 no_floor = second;
  no_floor.dte_floor_days = 0;
  portfolio = derive_book();
  EXPECT_TRUE(evaluate(no_floor, portfolio).has_value());
  portfolio.expiries[0].options.seconds = 0;
  EXPECT_EQ(evaluate(no_floor, portfolio).error().field, "market.expiries[0].sec");
}

TEST(Derive, TheLastHalfHourFixesPartOfTheForward) {
  const OptionExpiry expiry = expiry_in_settlement(1800, 450);
  EXPECT_DOUBLE_EQ(expiry.fixed_forward, 1350);
  EXPECT_DOUBLE_EQ(expiry.forward, 450);
  EXPECT_EQ(expiry_in_settlement(1800, 1800).fixed_forward, 0);
  EXPECT_EQ(expiry_in_settlement(1800, 0).forward, 0);
}

TEST(Deribit, DeltaShockBeginsAtTheThreshold) {
  DeribitPm model = shipped_venue_parameters("deribit-pm").deribit_pm->coin_settled[0];
  const auto shock = [&](double coins) {
    DeribitBook book;
    book.index = 50'000;
    book.futures.push_back({"BTC-PERPETUAL", coins, 50'000, 0});
    return evaluate(model, book)->delta_shock;
  };
  EXPECT_EQ(shock(400), 0);  // 20 million USD
  EXPECT_NEAR(shock(500), 100 * model.m_inc * 500, 1e-12);
  EXPECT_EQ(shock(500), shock(-500));
  EXPECT_NEAR(shock(100'000), model.max_delta_shock * 100'000, 1e-6);
}

TEST(Deribit, LongOptionsLessenADeltaAndNeverAddToIt) {
  const DeribitPm model = shipped_venue_parameters("deribit-pm").deribit_pm->coin_settled[0];
  DeribitBook book;
  book.index = 50'000;
  OptionExpiry& expiry = book.options.emplace_back();
  expiry.seconds = 10 * kDay;
  expiry.forward = 50'000;
  expiry.options.push_back({10'000, true, 1000, 0.6});
  EXPECT_EQ(evaluate(model, book)->delta_shock, 0);
  book.futures.push_back({"BTC-PERPETUAL", -1000, 50'000, 0});
  EXPECT_NEAR(evaluate(model, book)->delta_shock, 0, 1e-9);
}

TEST(Deribit, FarOptionsSoldAreCaughtByTheExtendedTable) {
  const DeribitPm model = shipped_venue_parameters("deribit-pm").deribit_pm->coin_settled[0];
  DeribitBook book;
  book.index = 50'000;
  OptionExpiry& expiry = book.options.emplace_back();
  expiry.seconds = 3 * kDay;
  expiry.forward = 50'000;
  expiry.options.push_back({100'000, true, -500, 0.6});
  const DeribitMargin margin = *evaluate(model, book);
  EXPECT_NE(margin.worst_scenario.find("extended"), std::string::npos) << margin.worst_scenario;
}

TEST(Paradex, ASpreadCostsWhatItCanLose) {
  const SpreadTerms terms{1, 0.2, 0.15, 0.1, 1.2};
  const std::vector<SpreadLeg> naked = {{110, true, -1, 1.5}};
  EXPECT_DOUBLE_EQ(spread_margin(terms, 100, naked).unpaired_reserve, 120);
  const std::vector<SpreadLeg> bought = {{100, true, 1, 4}};
  EXPECT_EQ(spread_margin(terms, 100, bought).group, spread_margin(terms, 100, bought).sum);
}

TEST(Paradex, TheShareOfALiquidationIsTheLeastThatHeals) {
  const LiquidationPlan plan = liquidation_plan(88.8, 80, 0.5, 0.2, 0.9);
  EXPECT_EQ(plan.rows.size(), 4U);
  EXPECT_DOUBLE_EQ(plan.share, 0.4);
  EXPECT_EQ(liquidation_plan(88.8, -1, 0.5, 0.2, 0.9).share, 1);
}

TEST(Okx, TiersMultiplyEachPartOfTheCharge) {
  const std::vector<OkxTier> tiers = {{10, 1}, {20, 2}, {0, 4}};
  EXPECT_EQ(tiered_charge(5, tiers), 5);
  EXPECT_EQ(tiered_charge(15, tiers), 20);
  EXPECT_EQ(tiered_charge(30, tiers), 10 + 20 + 40);
  EXPECT_EQ(tiered_charge(30, {}), 30);
}

}  // namespace
}  // namespace bulkhead::venues
