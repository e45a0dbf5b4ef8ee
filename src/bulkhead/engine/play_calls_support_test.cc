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

}  // namespace bulkhead::engine
