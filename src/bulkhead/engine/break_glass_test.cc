// Break-glass orders (D11.1): how long one person's word lasts, what it may do and what it may not.
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using A = BreakGlassAct;
using C = BreakGlassCause;
using S = BreakGlassStage;

class BreakGlassOrders : public testing::Test {
 protected:
  BreakGlass order(const char* name, A act, const std::string& account = {},
                   Duration lasts = hours(12)) {
    return {name, act, C::operational_failure, account, "because", world_.now() + lasts};
  }
  S last_stage() { return world_.said<BreakGlassChanged>().back().body.stage; }
  Withdraw withdrawal() { return {"gina-1", "USDT", "internal", world_.amount("USDT", "10")}; }
  void open_gina() { world_.open("gina-1", "alice").fund("gina-1", "USDT", "5000", "4000").tick(); }
  // Called, above the sequester level; what each pledged.
  void called(const std::string& account, const std::string& pledged) {
    world_.open(account, "alice").fund(account, "USDT", "3000", pledged);
    world_.trade(account, "BTC/USDT:USDT", 200, "60000");
  }
  policy::Call call_of(const std::string& account) {
    return world_.state().open_calls(world_.state().find_account(account)).front();
  }
  World world_;
};

TEST_F(BreakGlassOrders, EndAfterFourHoursUnlessRatifiedAndNotAgainWithinADay) {
  open_gina();
  world_.must("risk", order("h", A::hold_withdrawals));
  world_.ticks(23, minutes(10));
  world_.refuse("alice", withdrawal(), ErrorCode::stop_in_force);
  world_.tick(minutes(10));
  EXPECT_EQ(last_stage(), S::lapsed);
  world_.must("alice", withdrawal());
  world_.refuse("approver-1", ReviewBreakGlass{"h", true}, ErrorCode::proposal_closed);
  world_.refuse("approver-1", order("again", A::hold_withdrawals, "gina-1"),
                ErrorCode::out_of_range);
  world_.ticks(24 * 6, minutes(10));
  EXPECT_TRUE(world_.state().break_glass().empty());
  world_.must("approver-1", order("again", A::hold_withdrawals, "gina-1"));
}

TEST_F(BreakGlassOrders, LastUntilTheirEndOnceTwoOthersRatifiedThem) {
  open_gina();
  world_.must("approver-1", order("h", A::hold_withdrawals, "gina-1", hours(5)));
  world_.refuse("approver-1", ReviewBreakGlass{"h", true}, ErrorCode::approval_not_independent);
  world_.must("approver-2", ReviewBreakGlass{"h", true});
  EXPECT_EQ(last_stage(), S::reviewed);
  world_.must("approver-3", ReviewBreakGlass{"h", true});
  EXPECT_EQ(last_stage(), S::ratified);
  world_.ticks(29, minutes(10));
  world_.refuse("alice", withdrawal(), ErrorCode::stop_in_force);
  world_.tick(minutes(10));
  EXPECT_EQ(last_stage(), S::ended);
  world_.must("alice", withdrawal());
}

TEST_F(BreakGlassOrders, OfOneAccountHoldNobodyElse) {
  open_gina();
  world_.open("bob-9", "bob").fund("bob-9", "USDT", "100", "0").tick();
  world_.must("risk", order("h", A::hold_withdrawals, "bob-9"));
  world_.must("alice", withdrawal());
}

TEST_F(BreakGlassOrders, GiveTimeToCallsOfWhoStandsAtMaintenanceAlone) {
  called("fair", "2000");
  called("deep", "1300");
  world_.tick().price("BTC", 56'000).tick();
  const Timestamp due = call_of("fair").deadline;
  const Timestamp due_deep = call_of("deep").deadline;
  ASSERT_LT(due, world_.now() + hours(12));
  world_.must("risk", order("t", A::extend_deadlines));
  const Timestamp review = world_.now() + hours(4);
  EXPECT_EQ(call_of("fair").deadline, std::max(due, review));
  EXPECT_EQ(call_of("deep").deadline, due_deep);
  world_.refuse("risk", order("again", A::extend_deadlines, "fair"), ErrorCode::out_of_range);
  world_.must("approver-1", ReviewBreakGlass{"t", true});
  world_.must("approver-2", ReviewBreakGlass{"t", true});
  const Timestamp end = world_.state().break_glass().at("t").order.until;
  EXPECT_EQ(call_of("fair").deadline, end);
}

TEST_F(BreakGlassOrders, RejectedTakeTheGivenTimeBack) {
  called("fair", "2000");
  world_.tick().price("BTC", 56'000).tick();
  const Timestamp due = call_of("fair").deadline;
  world_.must("risk", order("t", A::extend_deadlines));
  ASSERT_GT(call_of("fair").deadline, due);
  world_.must("approver-1", ReviewBreakGlass{"t", false});
  EXPECT_EQ(call_of("fair").deadline, due);
  EXPECT_EQ(last_stage(), S::rejected);
  EXPECT_EQ(world_.said_of<DeadlineMoved>("fair").size(), 2U);
}

TEST_F(BreakGlassOrders, SequesterFromTheTroubledAlone) {
  open_gina();
  called("fair", "2000");
  world_.tick();
  world_.refuse("risk", order("s", A::sequester, "gina-1"), ErrorCode::stage_forbids);
  world_.price("BTC", 56'000).tick();
  ASSERT_EQ(world_.account("fair").ladder.coverage, policy::Coverage::called);
  ASSERT_EQ(world_.account("fair").ladder.vault, policy::Vault::none);
  world_.must("risk", order("s", A::sequester, "fair")).tick().places_answer().tick();
  EXPECT_EQ(world_.account("fair").ladder.vault, policy::Vault::held);
  world_.price("BTC", 62'000).ticks(24, minutes(10));
  EXPECT_EQ(last_stage(), S::lapsed);
  EXPECT_FALSE(world_.state().vault(world_.state().find_account("fair")).order.has_value());
  world_.places_answer().ticks(4).places_answer().tick();
  EXPECT_EQ(world_.account("fair").ladder.vault, policy::Vault::none);
}

}  // namespace
}  // namespace bulkhead::engine
