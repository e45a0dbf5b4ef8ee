// Members' reactions: seeded by what they react to, bounded by what they have.
#include "bulkhead/replay/behaviour.h"

#include <gtest/gtest.h>

namespace bulkhead::replay {
namespace {

const Timestamp kNow = from_civil({2020, 3, 12});

MemberBehaviour member(double probability) {
  MemberBehaviour m;
  m.member = "member-1";
  m.pay_probability = probability;
  m.pay_delay = minutes(30);
  m.wallet_asset = "USDT";
  m.wallet_value = 1000;
  m.fear_market_drop = 0.3;
  m.fear_drawdown = 0.5;
  m.withdraw_share = 0.4;
  return m;
}

CallSeen call(std::string id, std::int64_t dollars) {
  return {"account-1", std::move(id), usd(dollars), kNow, kNow + hours(2)};
}

TEST(Behaviour, PaysAsOftenAsItSaysAndAfterAboutTheDelay) {
  int paid = 0, late = 0, early = 0;
  for (int i = 0; i < 2000; ++i) {
    MemberState state{1e9, false};
    const auto intent = answer_call(member(0.7), state, call(std::to_string(i), 100), 42);
    if (!intent) continue;
    ++paid;
    EXPECT_GE(intent->at, kNow + minutes(1));
    (intent->at > kNow + minutes(30) ? late : early) += 1;
    EXPECT_DOUBLE_EQ(intent->value, 100);
  }
  EXPECT_NEAR(paid, 1400, 70);
  EXPECT_NEAR(late, early, 140);
}

TEST(Behaviour, TheWalletEnds) {
  MemberState state{150, false};
  const auto first = answer_call(member(1), state, call("a", 100), 1);
  const auto second = answer_call(member(1), state, call("b", 100), 1);
  ASSERT_TRUE(first && second);
  EXPECT_DOUBLE_EQ(second->value, 50);
  EXPECT_FALSE(answer_call(member(1), state, call("c", 100), 1));
}

TEST(Behaviour, DoesNotDependOnTheOrderOfCalls) {
  MemberState one{1e9, false}, other{1e9, false};
  const auto a = answer_call(member(1), one, call("a", 10), 5);
  const auto b = answer_call(member(1), one, call("b", 10), 5);
  const auto b_first = answer_call(member(1), other, call("b", 10), 5);
  const auto a_second = answer_call(member(1), other, call("a", 10), 5);
  EXPECT_EQ(a->at, a_second->at);
  EXPECT_EQ(b->at, b_first->at);
  EXPECT_NE(a->at, b->at);
}

TEST(Behaviour, IsFrightenedOnce) {
  MemberState state{1000, false};
  PositionSeen seen{"account-1", 900, 1000, -0.2};
  EXPECT_FALSE(look_at_market(member(1), state, seen, kNow, 1));
  seen.market_return = -0.31;
  const auto fright = look_at_market(member(1), state, seen, kNow, 1);
  ASSERT_TRUE(fright);
  EXPECT_EQ(fright->kind, IntentKind::withdraw);
  EXPECT_GT(fright->at, kNow);
  EXPECT_DOUBLE_EQ(fright->share, 0.4);
  EXPECT_FALSE(look_at_market(member(1), state, seen, kNow, 1));
  MemberState own{1000, false};
  EXPECT_TRUE(look_at_market(member(1), own, {"account-1", 499, 1000, 0}, kNow, 1));
}

TEST(Behaviour, DisputesTheWholeCallAsOftenAsItSays) {
  MemberBehaviour m = member(1);
  EXPECT_FALSE(dispute_call(m, call("a", 100), 1));
  m.dispute_probability = 0.5;
  int disputed = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto intent = dispute_call(m, call(std::to_string(i), 100), 7);
    if (!intent) continue;
    ++disputed;
    EXPECT_EQ(intent->kind, IntentKind::dispute);
    EXPECT_EQ(intent->call, std::to_string(i));
    EXPECT_GT(intent->at, kNow);
  }
  EXPECT_NEAR(disputed, 1000, 90);
}

TEST(Behaviour, AsksForAllAndThenForLess) {
  MemberBehaviour m = member(1);
  EXPECT_FALSE(ask_for_all(m, "account-1", kNow));
  m.withdraws_daily = true;
  const auto intent = ask_for_all(m, "account-1", kNow);
  ASSERT_TRUE(intent);
  EXPECT_EQ(intent->kind, IntentKind::withdraw);
  EXPECT_DOUBLE_EQ(intent->share, 1);
  EXPECT_GT(intent->tries, 1);
}

TEST(Behaviour, TheHostileAreAboutAsManyAsSaidAndOfFiveKinds) {
  BehaviourFile file;
  for (int i = 1000; i < 3000; ++i) {
    MemberBehaviour m = member(0.9);
    m.member = "member-" + std::to_string(i);
    file.members.push_back(m);
  }
  BehaviourFile all = file;
  make_hostile(file, 0.4, 3);
  make_hostile(all, 0, 3);
  int late = 0, partly = 0, dispute = 0, greedy = 0, silent = 0;
  for (const MemberBehaviour& m : file.members) {
    late += m.pay_delay > minutes(30) ? 1 : 0;
    partly += m.pay_share < 1 ? 1 : 0;
    dispute += m.dispute_probability > 0 ? 1 : 0;
    greedy += m.withdraws_daily ? 1 : 0;
    silent += m.pay_probability < 0.9 ? 1 : 0;
  }
  for (const int kind : {late, partly, dispute, greedy, silent}) EXPECT_NEAR(kind, 160, 60);
  EXPECT_NEAR(late + partly + dispute + greedy + silent, 800, 90);
  for (const MemberBehaviour& m : all.members) EXPECT_DOUBLE_EQ(m.pay_probability, 0.9);
  EXPECT_TRUE(validate(file).has_value());
}

TEST(Behaviour, ValidationNamesMemberAndField) {
  BehaviourFile file{1, {member(1)}};
  EXPECT_TRUE(validate(file).has_value());
  file.members[0].pay_probability = 1.5;
  EXPECT_EQ(validate(file).error().field, "member-1.pay_probability");
  file.members[0].pay_probability = 1;
  file.members.push_back(member(1));
  EXPECT_FALSE(validate(file).has_value());
}

}  // namespace
}  // namespace bulkhead::replay
