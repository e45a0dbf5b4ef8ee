// The parts of the played log that are about margin calls.
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {

// One promise kept, one that fails, and a call that waits for what was seen on its way.
void play_deliveries(World& world) {
  world.price("BTC", 60'000).ticks(2);
  world.open("bob-3", "bob").fund("bob-3", "USDT", "1800", "1800");
  world.trade("bob-3", "BTC/USDT:USDT", 200, "60000");
  const auto promise = [&](const char* coins, Duration in) {
    world.must("bob", PromiseDelivery{"bob-3", "USDT", "custodian", world.amount("USDT", coins),
                                      world.now() + in});
    return world.state().counters().last_delivery;
  };
  const auto report = [&](std::uint64_t number, DeliveryWord word, const char* coins) {
    world.must("custodian", ReportDelivery{number, word, world.amount("USDT", coins)});
  };
  const std::uint64_t kept = promise("50", hours(1));
  const std::uint64_t late = promise("60", minutes(20));
  world.price("BTC", 57'000).tick();
  report(kept, DeliveryWord::arrived, "50");
  world.ticks(5, minutes(5));
  const auto issued = world.said_of<CallIssued>("bob-3");
  ASSERT_GE(issued.size(), 2U);
  const std::uint64_t sent = promise("1500", days(2));
  while (issued.front().deadline - world.now() > minutes(10)) world.tick(minutes(10));
  report(sent, DeliveryWord::seen, "1500");
  world.pass(issued.front().deadline - world.now()).observe().bare_tick();
  ASSERT_FALSE(world.said_of<CallStayed>("bob-3").empty());
  report(sent, DeliveryWord::arrived, "1500");
  report(late, DeliveryWord::failed, "60");
  world.ticks(5);
}

// One dispute resolved, one ended by its clock; a top-up rejected; an affiliate that must stay.
void play_disputes(World& world) {
  world.price("BTC", 60'000).ticks(4);
  world.must("operator", RegisterPerson{{"fred", Role::member, Hash{3}, "fred"}});
  world.open("fred-1", "fred", {StandingMode::propose, {"USDT"}});
  world.fund("fred-1", "USDT", "4000", "1800").trade("fred-1", "BTC/USDT:USDT", 200, "60000");
  world.open("fred-2", "fred").fund("fred-2", "USDT", "300", "300");
  world.price("BTC", 57'000).tick();
  const auto issued = world.said_of<CallIssued>("fred-1");
  ASSERT_FALSE(issued.empty());
  const std::uint64_t call = issued.back().call;
  const auto dispute = [&](std::uint64_t number, Usd amount) {
    return DisputeCall{number, DisputeSubject::price, "BTC", DisputeReason::wrong_value, amount};
  };
  Approve no{world.said_of<TopUpProposed>("fred-1").back().proposal};
  no.reject = true;
  world.must("fred", no);
  world.refuse("fred", Unpledge{"fred-2", "USDT", "internal", world.amount("USDT", "300")},
               ErrorCode::group_short);
  world.refuse("alice", dispute(call, usd(100)), ErrorCode::not_own_account);
  world.refuse("risk", ResolveDispute{call, usd(1)}, ErrorCode::dispute_closed);
  world.must("fred", dispute(call, usd(100)));
  world.refuse("fred", dispute(call, usd(100)), ErrorCode::dispute_closed);
  world.refuse("risk", ResolveDispute{call, usd(101)}, ErrorCode::out_of_range);
  world.must("risk", ResolveDispute{call, usd(40)});
  world.fund("fred-1", "USDT", "0", "500").ticks(5);
  world.fund("fred-1", "USDT", "0", "1000");
  world.price("BTC", 48'500).tick();
  const std::uint64_t second = world.said_of<CallIssued>("fred-1").back().call;
  ASSERT_NE(second, call);
  world.must("fred", dispute(second, usd(50)));
  world.price("BTC", 52'000).ticks(30, minutes(10));
  world.fund("fred-1", "USDT", "2000", "2000");
  world.price("BTC", 60'000).ticks(5);
}

}  // namespace bulkhead::engine
