// The whole path once, on the real engine: prices fall, one account is called, tops up, has
// collateral sequestered and gets it back; another ends in default and is liquidated.
#include <iostream>
#include "bulkhead/engine/world_support.h"

namespace bulkhead::engine {
namespace {

TEST(Path, Print) {
  World world;
  world.open("alice-1", "alice", {StandingMode::automatic, {"USDT"}});
  world.fund("alice-1", "USDT", "13000", "9500");
  world.trade("alice-1", "BTC/USDT:USDT", 1000, "60000");
  world.open("bob-1", "bob").fund("bob-1", "USDT", "9000", "9000");
  world.trade("bob-1", "BTC/USDT:USDT", 1000, "60000");
  double p = 60'000;
  for (int i = 0; i < 40; ++i) {
    if (i < 14) p -= 500;
    if (i >= 20) p += 400;
    const std::size_t from = world.answers().size();
    world.price("BTC", p).tick();
    for (const char* a : {"alice-1", "bob-1"}) {
      const Figures f = world.figures(a);
      std::cout << i << " " << p << " " << a << " E=" << to_string(f.equity)
                << " IM=" << to_string(f.initial) << " MM=" << to_string(f.maintenance) << " "
                << to_string(world.account(a).ladder.coverage) << " "
                << to_string(world.account(a).ladder.vault) << " "
                << to_string(world.account(a).ladder.default_) << "\n";
    }
    for (std::size_t k = from; k < world.answers().size(); ++k)
      for (const auto& e : world.answers()[k].events)
        std::visit(
            [&]<class B>(const B&) {
              if constexpr (!std::is_same_v<B, std::monostate>)
                std::cout << "    " << e.account << " " << B::kName << "\n";
            },
            e.body);
    if (i % 2 == 1) world.places_answer().venue_fills();
  }
}

}  // namespace
}  // namespace bulkhead::engine
