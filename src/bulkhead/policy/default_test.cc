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
            Reason::price_not_good);
}

TEST(DefaultChoice, IsJudgedAtTheEdgeThatFavoursTheAccount) {
  Standing s = standing(699);
  s.worst_quality = market::Quality::wide;
  s.equity_least = Usd{600};
  const Timestamp now = kStart + seconds(30);
  // A poor price does not immunise: breached at its best edge too, it is as good as any.
  EXPECT_EQ(choose_default(after_ticks(s, {0, 15, 30}), s, {}, kParameters, now).input,
            DefaultInput::maintenance_breach);
  s.equity_greatest = Usd{700};
  EXPECT_EQ(choose_default(after_ticks(s, {0, 15, 30}), s, {}, kParameters, now).why,
            Reason::price_not_good);
  s.equity_greatest = Usd{699};
  s.unpriced = true;
  EXPECT_EQ(choose_default(after_ticks(s, {0, 15, 30}), s, {}, kParameters, now).why,
            Reason::price_not_good);
}

TEST(DefaultChoice, WaitsForTheGraceAfterAnOutageUnlessNegative) {
  const Standing s = standing(699);
  const LadderState state = after_ticks(s, {0, 15, 30});
  const Timestamp now = kStart + seconds(30);
  DefaultContext context;
  context.grace_until = now + minutes(1);
  EXPECT_EQ(choose_default(state, s, context, kParameters, now).why, Reason::outage_grace);
  EXPECT_EQ(choose_default(state, s, context, kParameters, now + minutes(1)).input,
            DefaultInput::maintenance_breach);
  const Standing under = standing(-1);
  EXPECT_EQ(choose_default(state, under, context, kParameters, now).input,
            DefaultInput::maintenance_breach);
}

// D4.4: a volatile price is confirmed also at the stable price (a), or through 120 s with one
// source more than the quorum (b), or by E < 0 through 30 s (c).
struct VolatileCase {
  const char* name;
  std::int64_t at_stable;  // E_greatest, the stable price included
  std::int64_t at_spot;    // E_greatest at spot ∓ confidence
  bool at_quorum;
  int seconds_long;
  Reason why;
  DefaultInput input;
};

class Volatile : public testing::TestWithParam<VolatileCase> {};

TEST_P(Volatile, IsConfirmedByOneOfThree) {
  const VolatileCase& c = GetParam();
  Standing s = standing(c.at_spot);
  s.worst_quality = market::Quality::volatile_;
  s.equity_greatest = Usd{c.at_stable};
  s.equity_near = Usd{c.at_spot};
  s.at_quorum = c.at_quorum;
  LadderState state;
  for (int at = 0; at <= c.seconds_long; at += 10) {
    state = advance_timers(state, s, false, kParameters, kStart + seconds(at));
  }
  const DefaultChoice choice =
      choose_default(state, s, {}, kParameters, kStart + seconds(c.seconds_long));
  EXPECT_EQ(choice.input, c.input);
  EXPECT_EQ(choice.why, c.why);
}

constexpr DefaultInput kQuiet = DefaultInput::quiet;
constexpr DefaultInput kBreach = DefaultInput::maintenance_breach;
INSTANTIATE_TEST_SUITE_P(
    D4, Volatile,
    testing::Values(
        VolatileCase{"AtStableToo", 699, 500, true, 30, Reason::none, kBreach},
        VolatileCase{"AtStableTooSoon", 699, 500, true, 20, Reason::unconfirmed, kQuiet},
        VolatileCase{"Sourced", 900, 500, false, 120, Reason::none, kBreach},
        VolatileCase{"SourcedTooSoon", 900, 500, false, 110, Reason::volatile_price, kQuiet},
        VolatileCase{"AtQuorumForAnHour", 900, 500, true, 3'600, Reason::volatile_price, kQuiet},
        VolatileCase{"Negative", 900, -1, true, 30, Reason::none, kBreach},
        VolatileCase{"NegativeTooSoon", 900, -1, true, 20, Reason::volatile_price, kQuiet},
        VolatileCase{"NotBreachedAtSpot", 900, 700, false, 3'600, Reason::not_breached, kQuiet}),
    [](const auto& tested) { return std::string(tested.param.name); });

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

TEST(LiquidationHindrance, NoDefaultNoPriceOrExitAtTheFavourableEdge) {
  LadderState state;
  Standing s = standing(500);
  const auto hindrance = [&](const DefaultContext& context = {}) {
    return liquidation_hindrance(state, s, context, kParameters, kStart);
  };
  EXPECT_EQ(hindrance(), Reason::not_breached);
  state.default_ = Default::declared;
  EXPECT_EQ(hindrance(), Reason::none);
  s.worst_quality = market::Quality::halted;  // of an asset: only that one is not traded
  EXPECT_EQ(hindrance(), Reason::none);
  DefaultContext outage;
  outage.grace_until = kStart + seconds(1);
  EXPECT_EQ(hindrance(outage), Reason::outage_grace);
  s.equity_greatest = Usd{1'050};
  EXPECT_EQ(hindrance(), Reason::price_not_good);
  s.equity_near = Usd{1'049};
  EXPECT_EQ(hindrance(), Reason::none);
  s.unpriced = true;
  EXPECT_EQ(hindrance(), Reason::price_not_good);
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
