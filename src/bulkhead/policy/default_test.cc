// Confirmed default, cure, grace, the end of a liquidation.
#include "bulkhead/policy/default.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace bulkhead::policy {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};
const LadderParameters kParameters;

Standing standing(std::int64_t equity) {
  Standing s;
  s.equity_least = s.equity_mid = s.equity_greatest = Usd{equity};
  s.initial_margin = Usd{1'000};
  s.maintenance_margin = Usd{700};
  s.has_obligations = true;
  return s;
}

// The state after ticks at these seconds with this standing.
LadderState after_ticks(const Standing& s, std::initializer_list<int> at_seconds,
                        LadderState state = {}) {
  for (const int at : at_seconds) {
    state = advance_timers(state, s, false, kParameters, kStart + seconds(at));
  }
  return state;
}

TEST(DefaultChoice, NeedsThirtySecondsAndThreeAggregates) {
  const Standing s = standing(699);
  const auto choose = [&](std::initializer_list<int> ticks, int at) {
    return choose_default(after_ticks(s, ticks), s, {}, kParameters, kStart + seconds(at));
  };
  EXPECT_EQ(choose({0, 10, 20}, 20).why, Reason::unconfirmed);  // three, too soon
  EXPECT_EQ(choose({0, 30}, 30).why, Reason::unconfirmed);      // long, but two
  EXPECT_EQ(choose({0, 15, 30}, 30).input, DefaultInput::maintenance_breach);
  EXPECT_EQ(choose({0, 60, 120}, 120).input, DefaultInput::maintenance_breach);
}

TEST(DefaultChoice, OneAggregateAboveBeginsAnew) {
  LadderState state = after_ticks(standing(699), {0, 15});
  state = after_ticks(standing(700), {20}, state);
  state = after_ticks(standing(699), {30, 45}, state);
  EXPECT_EQ(choose_default(state, standing(699), {}, kParameters, kStart + seconds(45)).why,
            Reason::unconfirmed);
}

TEST(DefaultChoice, IsJudgedAtTheGreatestEquity) {
  Standing s = standing(100);
  s.equity_greatest = Usd{700};
  const LadderState state = after_ticks(s, {0, 15, 30});
  EXPECT_EQ(choose_default(state, s, {}, kParameters, kStart + seconds(30)).why,
            Reason::not_breached);
}

TEST(DefaultChoice, WaitsForGoodPricesAndForTheGraceAfterAnOutage) {
  Standing s = standing(699);
  const LadderState state = after_ticks(s, {0, 15, 30});
  const Timestamp now = kStart + seconds(30);
  s.worst_quality = market::Quality::wide;
  EXPECT_EQ(choose_default(state, s, {}, kParameters, now).why, Reason::price_not_good);
  s.worst_quality = market::Quality::good;
  DefaultContext context;
  context.grace_until = now + minutes(1);
  EXPECT_EQ(choose_default(state, s, context, kParameters, now).why, Reason::outage_grace);
  Standing under = standing(-1);
  EXPECT_EQ(choose_default(state, under, context, kParameters, now).input,
            DefaultInput::maintenance_breach);
}

TEST(DefaultChoice, AMissedCallNeedsTheCallLevelBreachedAndConfirmed) {
  const Standing s = standing(899);  // above MM, below the call level
  DefaultContext context;
  context.call_missed = true;
  EXPECT_EQ(choose_default(after_ticks(s, {0}), s, context, kParameters, kStart).why,
            Reason::unconfirmed);
  const LadderState state = after_ticks(s, {0, 15, 30});
  EXPECT_EQ(choose_default(state, s, context, kParameters, kStart + seconds(30)).input,
            DefaultInput::call_missed);
  EXPECT_EQ(choose_default(state, s, {}, kParameters, kStart + seconds(30)).why,
            Reason::not_breached);
}

TEST(DefaultChoice, IsCuredBeforeTheFirstSliceOnly) {
  LadderState state;
  state.default_ = Default::declared;
  const Standing cured = standing(1'050);
  EXPECT_EQ(choose_default(state, cured, {}, kParameters, kStart).input, DefaultInput::cured);
  DefaultContext sliced;
  sliced.first_slice = true;
  EXPECT_EQ(choose_default(state, cured, sliced, kParameters, kStart).input,
            DefaultInput::first_slice);
  EXPECT_EQ(choose_default(state, standing(1'049), {}, kParameters, kStart).input,
            DefaultInput::quiet);
}

TEST(DefaultChoice, LiquidationEndsAtExitOrWhenNothingIsLeft) {
  LadderState state;
  state.default_ = Default::liquidating;
  EXPECT_EQ(choose_default(state, standing(1'049), {}, kParameters, kStart).input,
            DefaultInput::quiet);
  EXPECT_EQ(choose_default(state, standing(1'050), {}, kParameters, kStart).input,
            DefaultInput::exit_reached);
  DefaultContext empty;
  empty.nothing_left = true;
  EXPECT_EQ(choose_default(state, standing(-5), empty, kParameters, kStart).input,
            DefaultInput::nothing_left);
}

TEST(MayLiquidate, OnlyInDefaultAndAtGoodPrices) {
  LadderState state;
  Standing s = standing(500);
  EXPECT_FALSE(may_liquidate(state, s, {}, kStart));
  state.default_ = Default::declared;
  EXPECT_TRUE(may_liquidate(state, s, {}, kStart));
  s.worst_quality = market::Quality::wide;
  EXPECT_FALSE(may_liquidate(state, s, {}, kStart));
}

TEST(TripOrder, LargestShortfallFirstThenAccount) {
  std::vector<TripOrder> order{{Usd{5}, 2}, {Usd{9}, 7}, {Usd{5}, 1}};
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order[0].account, 7U);
  EXPECT_EQ(order[1].account, 1U);
  EXPECT_EQ(order[2].account, 2U);
}

TEST(Outage, IsAStepBeyondTheMaximum) {
  EXPECT_FALSE(is_outage(kStart, kStart + minutes(10), kParameters));
  EXPECT_TRUE(is_outage(kStart, kStart + minutes(10) + nanoseconds(1), kParameters));
}

}  // namespace
}  // namespace bulkhead::policy
