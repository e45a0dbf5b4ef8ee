// Triggers, requirement, gap, dwell and release.
#include "bulkhead/policy/sequestration.h"

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};
const LadderParameters kParameters;

SequestrationInput input(std::int64_t equity) {
  SequestrationInput in;
  Standing& s = in.standing;
  s.equity_least = s.equity_mid = s.equity_greatest = usd(equity);
  s.initial_margin = usd(1'000);
  s.maintenance_margin = usd(700);
  s.has_obligations = true;
  in.obligation_margin = usd(700);
  return in;
}

TEST(Triggers, EachOfItsOwn) {
  EXPECT_FALSE(triggers(input(800), kParameters).any());
  EXPECT_TRUE(triggers(input(799), kParameters).coverage);
  SequestrationInput in = input(950);
  in.standing.regime = market::Regime::extreme;
  EXPECT_EQ(triggers(in, kParameters).first(), Reason::extreme_below_watch);
  in.standing.regime = market::Regime::high;
  EXPECT_FALSE(triggers(in, kParameters).any());
  in.alarm = true;
  EXPECT_EQ(triggers(in, kParameters).first(), Reason::alarm);
}

// P = min(1, 2w) > 5 %, exactly: at 2w = 5 % it is quiet, one weight more trips it.
TEST(Triggers, LookAheadComparesExactly) {
  SequestrationInput in = input(900);
  in.breach_weight = kWeightOne / 40;  // 2.5 % of 2^30, rounded down
  EXPECT_FALSE(triggers(in, kParameters).look_ahead);
  ++in.breach_weight;
  EXPECT_TRUE(triggers(in, kParameters).look_ahead);
  EXPECT_EQ(breach_probability_bp(kWeightOne / 40), 500);
  EXPECT_EQ(breach_probability_bp(kWeightOne * 3 / 4), 10'000);
}

TEST(Triggers, AreClearOnlyByTheirOwnHysteresis) {
  EXPECT_FALSE(triggers_clear(input(1'149), kParameters));
  EXPECT_TRUE(triggers_clear(input(1'150), kParameters));
  SequestrationInput in = input(1'200);
  in.breach_weight = kWeightOne / 80 + 1;  // P just above 2.5 %
  EXPECT_FALSE(triggers(in, kParameters).any());
  EXPECT_FALSE(triggers_clear(in, kParameters));
  in.breach_weight = kWeightOne / 80;
  EXPECT_TRUE(triggers_clear(in, kParameters));
}

TEST(Requirement, GrowsWithRegimeAndDebts) {
  const auto r = [](market::Regime regime) {
    return requirement(usd(300), usd(100), usd(1'000), regime, kParameters);
  };
  EXPECT_EQ(r(market::Regime::calm), usd(1'000));
  EXPECT_EQ(r(market::Regime::normal), usd(1'200));
  EXPECT_EQ(r(market::Regime::high), usd(1'450));
  EXPECT_EQ(r(market::Regime::extreme), usd(1'700));
  EXPECT_EQ(requirement(Usd{}, usd(5'000), usd(1'000), market::Regime::normal, kParameters), Usd{});
}

TEST(Sequestration, ActsWhenTheGapExceedsTheLargerThreshold) {
  SequestrationInput in = input(700);  // R = 700, 5 % = 35
  in.minimum_transfer = usd(10);
  in.held_stressed = usd(600);
  in.in_flight_stressed = usd(65);
  SequestrationDecision d = decide_sequestration({}, in, kParameters, kStart);
  EXPECT_FALSE(d.act);
  EXPECT_EQ(d.reason, Reason::within_gap);
  EXPECT_EQ(d.gap, usd(35));
  in.in_flight_stressed = usd(65) - Usd{1};
  d = decide_sequestration({}, in, kParameters, kStart);
  EXPECT_TRUE(d.act);
  EXPECT_EQ(d.reason, Reason::below_sequester);
  in.minimum_transfer = usd(50);
  EXPECT_EQ(decide_sequestration({}, in, kParameters, kStart).reason, Reason::within_gap);
}

TEST(Sequestration, AtMostOncePerDwellAndNeverInDefaultOrLiquidateOnly) {
  LadderState state = apply_vault({}, VaultInput::sequester, kStart).state;
  const SequestrationInput in = input(700);
  const auto reason = [&](Timestamp now) {
    return decide_sequestration(state, in, kParameters, now).reason;
  };
  EXPECT_EQ(reason(kStart + minutes(10) - nanoseconds(1)), Reason::within_dwell);
  EXPECT_EQ(reason(kStart + minutes(10)), Reason::below_sequester);
  state.default_ = Default::declared;
  EXPECT_EQ(reason(kStart + minutes(10)), Reason::frozen_by_default);
  LadderParameters only = kParameters;
  only.kind = LadderKind::liquidate_only;
  EXPECT_FALSE(decide_sequestration({}, in, only, kStart).act);
}

TEST(LookAhead, IsAtLeastTwiceTheTimeToFinality) {
  EXPECT_EQ(look_ahead(market::Regime::normal, minutes(20), kParameters), hours(1));
  EXPECT_EQ(look_ahead(market::Regime::normal, minutes(45), kParameters), minutes(90));
}

TEST(Release, NeedsTheDwellAtTheLeastEquityAndAHeldVault) {
  LadderState state = apply_vault({}, VaultInput::sequester, kStart).state;
  state = apply_vault(state, VaultInput::settled_held, kStart + minutes(1)).state;
  Standing s = input(1'150).standing;
  const auto tick = [&](int minute, bool clear) {
    const Timestamp now = kStart + minutes(minute);
    state = advance_timers(state, s, clear, kParameters, now);
    return decide_release(state, s, kParameters, now);
  };
  EXPECT_EQ(tick(2, false).reason, Reason::below_release);
  EXPECT_EQ(tick(3, true).reason, Reason::within_dwell);
  EXPECT_FALSE(tick(12, true).release);
  EXPECT_TRUE(tick(13, true).release);
  s.worst_quality = market::Quality::wide;  // held through at the least equity (D4.4)
  EXPECT_TRUE(tick(14, true).release);
  s.unpriced = true;
  EXPECT_EQ(tick(14, true).reason, Reason::price_not_good);
  s.unpriced = false;
  EXPECT_FALSE(tick(15, true).review);
  EXPECT_TRUE(tick(7 * 24 * 60 + 1, true).review);
  s.equity_least = usd(1'149);
  EXPECT_FALSE(tick(7 * 24 * 60 + 2, true).release);
  EXPECT_FALSE(decide_release({}, s, kParameters, kStart).release);
}

}  // namespace
}  // namespace bulkhead::policy
