// Call arithmetic against the published cases of the ISDA credit support annexes, and the life of a
// call.
#include "bulkhead/policy/calls.h"

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};

Usd units(double amount) { return Usd{static_cast<std::int64_t>(amount * 1e6)}; }

// FINOS Common Domain Model, DeliveryAmountTest and ReturnAmountTest (2018 ISDA CSA for initial
// margin, paragraphs 3, 5 and 13): posted, margin and prior transfers as printed there.
TEST(IsdaArithmetic, DeliveryAmountCases) {
  struct Case {
    double posted, prior_delivery, prior_return, margin, threshold, disputed, mta, expected;
  };
  const Case cases[] = {{5, 0, 0, 15, 0, 0, 0, 10}, {5, 1, 0, 15, 0, 0, 0, 9},
                        {5, 0, 1, 15, 0, 0, 0, 11}, {5, 0, 0, 15, 10, 0, 0, 0},
                        {5, 0, 0, 15, 0, 0, 16, 0}, {5, 0, 0, 15, 0, 3.5, 0, 6.5},
                        {5, 0, 0, 18, 0, 0, 0, 13}, {3, 0, 0, 15, 0, 0, 0, 12}};
  for (const Case& c : cases) {
    const double required = c.margin > c.threshold ? c.margin - c.threshold : 0;
    const double held = c.posted + c.prior_delivery - c.prior_return;
    const double need = required > held ? required - held : 0;
    EXPECT_EQ(delivery_amount(units(need) - units(c.disputed), units(c.mta), units(0.5)),
              units(c.expected));
  }
}

TEST(IsdaArithmetic, TheMinimumTransferComparesBeforeRoundingAndWithEquality) {
  EXPECT_EQ(delivery_amount(units(99.99), units(100), units(10)), Usd{});
  EXPECT_EQ(delivery_amount(units(100), units(100), units(10)), units(100));
  EXPECT_EQ(delivery_amount(units(100.01), units(100), units(10)), units(110));
  EXPECT_EQ(return_amount(units(100.01), units(100), units(10)), units(100));
  EXPECT_EQ(return_amount(units(99.99), units(100), units(10)), Usd{});
  EXPECT_EQ(delivery_amount(Usd{}, Usd{}, units(10)), Usd{});
}

CallNeed need(Usd equity, Usd margin) {
  CallNeed n;
  n.equity = equity;
  n.initial_margin = margin;
  return n;
}

TEST(SizeCall, RestoresTargetExactly) {
  const LadderParameters p;
  const CallSize size = size_call(need(usd(8'500), usd(10'000)), p);
  EXPECT_EQ(size.unrounded, usd(2'000));
  EXPECT_EQ(size.amount, usd(2'000));
  EXPECT_EQ(size.reason, Reason::below_call);
  const CallSize odd = size_call(need(usd(8'499), usd(10'000)), p);
  EXPECT_EQ(odd.unrounded, usd(2'001));
  EXPECT_EQ(odd.amount, usd(2'010));
}

TEST(SizeCall, IsTheLeastMicroThatReachesTarget) {
  const LadderParameters p;
  for (std::int64_t margin = 1; margin < 3'000; margin += 7) {
    const Usd unrounded = size_call(need(Usd{}, Usd{margin}), p).unrounded;
    EXPECT_TRUE(at_least_bp(unrounded, 10'500, Usd{margin}));
    EXPECT_FALSE(at_least_bp(unrounded - Usd{1}, 10'500, Usd{margin}));
  }
}

TEST(SizeCall, IsNetOfAgreedTransitAndOpenCalls) {
  const LadderParameters p;
  CallNeed n = need(usd(8'500), usd(10'000));
  n.agreed = usd(300);
  n.in_transit = usd(200);
  EXPECT_EQ(size_call(n, p).unrounded, usd(1'500));
  n.open_calls = usd(900);
  n.since_last = minutes(9);
  EXPECT_EQ(size_call(n, p).reason, Reason::within_dwell);
  EXPECT_EQ(size_call(n, p).amount, Usd{});
  n.since_last = minutes(10);
  EXPECT_EQ(size_call(n, p).amount, usd(600));
  EXPECT_EQ(size_call(n, p).reason, Reason::deeper_shortfall);
}

TEST(MinimumTransfer, IsTheLesserOfPolicyAndMarginAndZeroBelowSequesterOrInDefault) {
  const LadderParameters p;
  EXPECT_EQ(minimum_transfer(need(usd(9'000), usd(10'000)), p), usd(100));
  EXPECT_EQ(minimum_transfer(need(usd(900), usd(1'000)), p), usd(50));
  EXPECT_EQ(minimum_transfer(need(usd(800), usd(1'000)), p), usd(50));
  EXPECT_EQ(minimum_transfer(need(usd(799), usd(1'000)), p), Usd{});
  EXPECT_EQ(minimum_transfer(need(usd(-1), Usd{}), p), Usd{});
  CallNeed n = need(usd(9'000), usd(10'000));
  n.in_default = true;
  EXPECT_EQ(minimum_transfer(n, p), Usd{});
  n.in_default = false;
  n.final_return = true;
  EXPECT_EQ(minimum_transfer(n, p), Usd{});
}

Call open_call(market::Regime regime = market::Regime::normal) {
  const LadderParameters p;
  CallNeed n = need(usd(8'499), usd(10'000));
  n.regime = regime;
  return issue_call(7, 3, size_call(n, p), n, p, kStart);
}

TEST(Call, DeadlineFollowsTheRegimeAtIssue) {
  EXPECT_EQ(open_call(market::Regime::calm).deadline, kStart + hours(24));
  EXPECT_EQ(open_call(market::Regime::normal).deadline, kStart + hours(8));
  EXPECT_EQ(open_call(market::Regime::high).deadline, kStart + hours(2));
  EXPECT_EQ(open_call(market::Regime::extreme).deadline, kStart + minutes(30));
}

TEST(Call, PartialDeliveryClosesItsPartAndTheNeedUnroundedMeetsIt) {
  CallCredit part = credit_delivery(open_call(), usd(2'000), kStart + minutes(1));
  EXPECT_EQ(part.call.status, CallStatus::partly_delivered);
  EXPECT_EQ(part.call.outstanding(), usd(10));
  EXPECT_EQ(part.rest, Usd{});
  const CallCredit rest = credit_delivery(part.call, usd(25), kStart + minutes(2));
  EXPECT_EQ(rest.call.status, CallStatus::met);
  EXPECT_EQ(rest.call.delivered, usd(2'010));
  EXPECT_EQ(rest.rest, usd(15));
  EXPECT_EQ(rest.call.ended, kStart + minutes(2));
  EXPECT_EQ(credit_delivery(open_call(), usd(2'001), kStart).call.status, CallStatus::met);
}

TEST(Call, EndsAtItsDeadlineByTheCallLevel) {
  const LadderParameters p;
  Standing s;
  s.initial_margin = usd(10'000);
  s.has_obligations = true;
  s.equity_least = s.equity_mid = s.equity_greatest = usd(8'999);
  const Call call = open_call();
  EXPECT_EQ(close_at_deadline(call, s, p, call.deadline - nanoseconds(1)), call);
  const Call missed = close_at_deadline(call, s, p, call.deadline);
  EXPECT_EQ(missed.status, CallStatus::missed);
  EXPECT_EQ(missed.outstanding(), usd(2'010));
  s.equity_mid = usd(9'000);
  const Call lapsed = close_at_deadline(call, s, p, call.deadline + minutes(1));
  EXPECT_EQ(lapsed.status, CallStatus::lapsed);
  EXPECT_EQ(lapsed.outstanding(), Usd{});
  EXPECT_EQ(withdraw_call(call, kStart).status, CallStatus::withdrawn);
  // A price gone dark widens the edge that favours the account: it meets no call.
  s.equity_mid = usd(8'999);
  s.equity_greatest = usd(20'000);
  s.worst_quality = market::Quality::stale;
  EXPECT_EQ(close_at_deadline(call, s, p, call.deadline).status, CallStatus::missed);
}

TEST(CallTable, EveryOpenStatusTakesEveryInputAndOnlyThose) {
  const auto table = call_table();
  ASSERT_EQ(table.size(), 2 * kCallInputCount);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_TRUE(is_open(table[i].from));
    EXPECT_EQ(static_cast<std::size_t>(table[i].from), i / kCallInputCount);
    EXPECT_EQ(static_cast<std::size_t>(table[i].input), i % kCallInputCount);
    EXPECT_EQ(is_open(table[i].to), table[i].input == CallInput::delivery_part);
  }
}

}  // namespace
}  // namespace bulkhead::policy
