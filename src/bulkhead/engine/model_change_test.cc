// Margin models that two persons change from a stated time on (D5.10, D11.1).
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

ModelChange change(const char* account, const char* from, const char* to,
                   risk::MarginMode mode = risk::MarginMode::joint) {
  ModelChange out;
  out.account = account;
  out.from = from;
  out.to = to;
  out.mode = mode;
  return out;
}

class ModelChanges : public testing::Test {
 protected:
  void open(const char* account, const char* model) {
    world_.must("venue", OpenAccount{account, "alice", "", risk::MarginMode::joint, model, {}});
    world_.fund(account, "USDT", "9000", "9000").trade(account, "BTC/USDT:USDT", 200, "60000");
  }
  Propose proposal(const char* name, ModelChange wanted) {
    wanted.reason = "a refit";
    wanted.effective_at = world_.now() + minutes(5);
    return {name, world_.now() + hours(1), wanted};
  }
  void adopt(const char* name, const ModelChange& wanted) {
    world_.must("risk", proposal(name, wanted));
    world_.must("approver-1", Approve{name}).must("approver-2", Approve{name});
    world_.ticks(5);
  }
  Usd margin(const char* account) { return world_.figures(account).initial; }
  World world_;
};

TEST_F(ModelChanges, OfOneAccountGiveTheMarginOfTheOtherModelFromTheStatedTime) {
  open("a", "scenario_es");
  open("like-a", "scenario_grid");
  open("other", "scenario_es");
  world_.tick();
  const Usd before = margin("other");
  ASSERT_NE(before, margin("like-a"));
  world_.must("risk", proposal("m", change("a", "", "scenario_grid")));
  world_.must("approver-1", Approve{"m"}).ticks(2);
  world_.must("approver-2", Approve{"m"}).ticks(2);
  EXPECT_EQ(margin("a"), before);
  world_.tick();
  EXPECT_EQ(margin("a"), margin("like-a"));
  EXPECT_EQ(margin("other"), before);
  const auto said = world_.said_of<ModelChanged>("a");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].from, "scenario_es");
  EXPECT_EQ(said[0].to, "scenario_grid");
}

TEST_F(ModelChanges, OfAClassTakeEveryAccountOfIt) {
  open("a", "flat");
  open("b", "flat");
  open("c", "scenario_grid");
  world_.tick();
  adopt("m", change("", "flat", "scenario_es"));
  EXPECT_EQ(world_.account("a").model, "scenario_es");
  EXPECT_EQ(world_.account("b").model, "scenario_es");
  EXPECT_EQ(world_.account("c").model, "scenario_grid");
}

TEST_F(ModelChanges, NeedTwoOtherPersons) {
  open("a", "flat");
  world_.must("risk", proposal("m", change("a", "", "scenario_es")));
  world_.must("approver-1", Approve{"m"});
  world_.refuse("approver-1", Approve{"m"}, ErrorCode::approval_not_independent);
  world_.refuse("alice", Approve{"m"}, ErrorCode::role_forbidden);
  world_.ticks(61);
  EXPECT_EQ(world_.account("a").model, "flat");
  EXPECT_TRUE(world_.state().proposals().empty());
}

TEST_F(ModelChanges, MustChangeSomethingThatThereIs) {
  open("a", "scenario_es");
  const auto refused = [&](const ModelChange& wanted, ErrorCode code) {
    world_.refuse("risk", proposal("m", wanted), code);
  };
  refused(change("", "", "flat"), ErrorCode::missing_field);
  refused(change("a", "", "scenario_es"), ErrorCode::out_of_range);
  refused(change("a", "flat", "scenario_grid"), ErrorCode::out_of_range);
  refused(change("a", "", "best"), ErrorCode::out_of_range);
  refused(change("", "worst", "flat"), ErrorCode::out_of_range);
  refused(change("nobody", "", "flat"), ErrorCode::account_unknown);
  refused(change("a", "", "flat", risk::MarginMode::haircut), ErrorCode::out_of_range);
}

TEST_F(ModelChanges, LeaveTheModelOfWhoIsInDefault) {
  open("a", "scenario_es");
  world_.trade("a", "BTC/USDT:USDT", 800, "60000");
  world_.tick().price("BTC", 51'200).ticks(3);
  ASSERT_NE(world_.account("a").ladder.default_, policy::Default::none);
  ASSERT_NE(world_.account("a").ladder.default_, policy::Default::closed);
  adopt("m", change("", "scenario_es", "scenario_grid"));
  EXPECT_EQ(world_.account("a").model, "scenario_es");
}

}  // namespace
}  // namespace bulkhead::engine
