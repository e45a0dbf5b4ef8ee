// The part of the played log in which the watch over the model has something to tell (D12.2).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {

// Days that swing by a fifth: what one coin loses is more than was forecast, and the alarm sees it.
void play_model(World& world) {
  for (const double btc : {60'000.0, 48'000.0, 58'000.0, 47'000.0, 57'000.0}) {
    world.price("BTC", btc).tick(days(1));
  }
}

}  // namespace bulkhead::engine
