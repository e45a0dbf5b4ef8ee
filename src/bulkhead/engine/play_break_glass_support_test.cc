#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using A = BreakGlassAct;
using C = BreakGlassCause;

void play_holds(World& world) {
  const Timestamp later = world.now() + hours(2);
  const Withdraw withdrawal{"gina-1", "USDT", "internal", world.amount("USDT", "10")};
  const auto hold = [later](const char* order, const char* account, const char* reason) {
    return BreakGlass{order, A::hold_withdrawals, C::suspected_fraud, account, reason, later};
  };
  world.refuse("risk", hold("hold-1", "gina-1", ""), ErrorCode::missing_field);
  world.must("risk", hold("hold-1", "gina-1", "a key was stolen"));
  world.refuse("alice", withdrawal, ErrorCode::stop_in_force);
  world.must("approver-1", ReviewBreakGlass{"hold-1", true});
  world.refuse("approver-1", ReviewBreakGlass{"hold-1", true}, ErrorCode::approval_not_independent);
  world.must("approver-2", ReviewBreakGlass{"hold-1", true});
  world.refuse("approver-3", ReviewBreakGlass{"hold-1", true}, ErrorCode::proposal_closed);
  world.must("approver-1", hold("hold-2", "", "all keys were stolen"));
  world.must("approver-2", ReviewBreakGlass{"hold-2", false});
  world.refuse("risk", hold("hold-3", "", "once more"), ErrorCode::out_of_range);
}

// A call with more time, and collateral of the account that was called.
void play_more_time(World& world) {
  const Timestamp later = world.now() + hours(12);
  const BreakGlass more{"time-1", A::extend_deadlines, C::operational_failure,
                        "",       "no bank",           later};
  world.refuse("risk", BreakGlass{"x", A::sequester, C::market_disruption, "", "why", later},
               ErrorCode::missing_field);
  world.refuse("risk", BreakGlass{"x", A::sequester, C::market_disruption, "gina-1", "why", later},
               ErrorCode::stage_forbids);
  world.price("BTC", 60'000).ticks(2);
  world.open("gina-2", "alice").fund("gina-2", "USDT", "2100", "2000");
  world.trade("gina-2", "BTC/USDT:USDT", 200, "60000").tick();
  world.price("BTC", 56'000).tick();
  world.must("risk", more);
  world.must("risk", BreakGlass{"seq-1", A::sequester, C::custody_failure, "gina-2", "why", later});
  world.tick().places_answer().tick();
  world.price("BTC", 60'000).ticks(4);
  world.ticks(24, minutes(10));
  world.places_answer().tick();
}

void play_models_and_commitments(World& world) {
  world.must("operator", RenewCommitment{"erin", Hash{3}});
  world.refuse("operator", RenewCommitment{"nobody", Hash{3}}, ErrorCode::not_found);
  const Timestamp soon = world.now() + minutes(1);
  const auto change = [&](const char* name, const char* account, const char* from, const char* to) {
    return Propose{name, world.now() + hours(1),
                   ModelChange{account, from, to, risk::MarginMode::joint, "a refit", soon}};
  };
  world.refuse("risk", change("m-1", "", "", "flat"), ErrorCode::missing_field);
  world.refuse("risk", change("m-1", "gina-1", "", "best"), ErrorCode::out_of_range);
  world.must("risk", change("m-1", "gina-1", "", "scenario_grid"));
  world.must("approver-1", Approve{"m-1"}).must("approver-2", Approve{"m-1"}).ticks(2);
}

}  // namespace

void play_break_glass(World& world) {
  world.open("gina-1", "alice").fund("gina-1", "USDT", "5000", "4000").tick();
  play_holds(world);
  play_more_time(world);
  play_models_and_commitments(world);
}

}  // namespace bulkhead::engine
