// Generated books: roles look like their names, amounts add up, seeds decide.
#include "bulkhead/replay/synth_book.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace bulkhead::replay {
namespace {

BookMarket market(bool options = true) {
  BookMarket m;
  m.numeraire = "USDT";
  m.assets = {
      {"BTC", 8000, 0.12, false, 5}, {"ETH", 200, 0.15, false, 3}, {"USDC", 1, 0.02, true, 1}};
  m.instruments = {{"BTC/USDT:USDT", "BTC", BookInstrumentKind::perpetual, 0},
                   {"ETH/USDT:USDT", "ETH", BookInstrumentKind::perpetual, 0}};
  if (options)
    m.instruments.push_back({"BTC/USDT:USDT-200327-7000-P", "BTC", BookInstrumentKind::put, 7000});
  return m;
}

double sum(const std::vector<PlannedAmount>& amounts) {
  double total = 0;
  for (const PlannedAmount& a : amounts) total += a.value;
  return total;
}

double equity(const PlannedAccount& a) { return sum(a.pledged) - sum(a.debts); }

TEST(SynthBook, HasEveryRoleAndWhatItNames) {
  BookOptions options;
  options.accounts = 3000;
  const auto plan = generate_book(market(), options);
  ASSERT_TRUE(plan.has_value());
  ASSERT_EQ(plan->accounts.size(), 3000U);
  ASSERT_EQ(plan->members.size(), plan->behaviours.size());
  std::map<Role, int> roles;
  std::set<std::string> names;
  for (const PlannedAccount& a : plan->accounts) {
    ++roles[a.role];
    names.insert(a.name);
    EXPECT_GT(equity(a), 0) << a.name;
    EXPECT_TRUE(a.role != Role::unlevered || (a.positions.empty() && a.debts.empty()));
    EXPECT_TRUE(a.role != Role::borrower || (a.positions.empty() && !a.debts.empty()));
    if (a.role == Role::basis_trader) {
      EXPECT_FALSE(a.haircut_mode);
      ASSERT_EQ(a.positions.size(), 1U);
      const double coins = sum(a.pledged);
      EXPECT_LE(-a.positions[0].notional, coins);
      EXPECT_GE(-a.positions[0].notional, 0.9 * coins);
    }
    if (a.role == Role::option_seller) {
      for (const PlannedPosition& p : a.positions) EXPECT_LT(p.notional, 0);
    }
    for (const std::string& name : a.standing_instruction) EXPECT_FALSE(a.free.empty()) << name;
  }
  EXPECT_EQ(names.size(), 3000U);
  EXPECT_EQ(roles.size(), 6U);
  EXPECT_NEAR(roles[Role::perpetual_speculator], 1200, 150);
  EXPECT_LT(plan->members.size(), 2800U);
  BehaviourFile file{plan->seed, plan->behaviours};
  EXPECT_TRUE(validate(file).has_value());
}

TEST(SynthBook, SpeculatorsBeginAboveTheirMarginAndTightBooksCloserToIt) {
  const auto median_coverage = [](double tightness) {
    BookOptions options;
    options.accounts = 1000;
    options.tightness = tightness;
    options.mix = {1, 0, 0, 0, 0, 0};
    const auto plan = generate_book(market(), options);
    std::vector<double> coverage;
    for (const PlannedAccount& a : plan->accounts) {
      double margin = 0;
      for (const PlannedPosition& p : a.positions) {
        const double rate = p.instrument.starts_with("BTC") ? 0.12 : 0.15;
        margin += (p.notional < 0 ? -p.notional : p.notional) * rate;
      }
      coverage.push_back(equity(a) / margin);
    }
    std::sort(coverage.begin(), coverage.end());
    EXPECT_GE(coverage.front(), 1.199);
    return coverage[coverage.size() / 2];
  };
  EXPECT_GT(median_coverage(1), median_coverage(3));
}

TEST(SynthBook, SameSeedSameBook) {
  BookOptions options;
  options.accounts = 200;
  const auto a = generate_book(market(), options), b = generate_book(market(), options);
  options.seed = 2;
  const auto c = generate_book(market(), options);
  double other = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(sum(a->accounts[i].pledged), sum(b->accounts[i].pledged));
    other += sum(a->accounts[i].pledged) == sum(c->accounts[i].pledged) ? 0 : 1;
  }
  EXPECT_GT(other, 190);
}

TEST(SynthBook, WithoutOptionsNobodySellsThemAndABookNeedsAMarket) {
  const auto plan = generate_book(market(false), {});
  ASSERT_TRUE(plan.has_value());
  for (const PlannedAccount& a : plan->accounts) EXPECT_NE(a.role, Role::option_seller);
  BookMarket none = market();
  none.instruments.clear();
  EXPECT_FALSE(generate_book(none, {}).has_value());
  BookMarket stray = market();
  stray.instruments[0].underlying = "XYZ";
  EXPECT_FALSE(generate_book(stray, {}).has_value());
}

}  // namespace
}  // namespace bulkhead::replay
