// The part of the played log in which places lose, find and keep silent, and sequestration is short
// (D9).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

// Words of a place that no leg expects, a silence that people are told of, and nothing to move.
void play_words_of_places(World& world) {
  open_short_of_margin(world, "dave-4", "dave");
  const auto answer = [&](const char* held) {
    world.pass(seconds(1));
    world.must("custodian", world.receipt("dave-4", "USDT", "vault", ReceiptStatus::applied,
                                          world.amount("USDT", held)));
  };
  world.ticks(11);  // silent
  answer("1800");
  answer("1700");  // lost
  answer("1900");  // found, and more than anyone can explain
  answer("1800");
  world.price("BTC", 70'000).ticks(1);
  world.price("BTC", 54'000).ticks(2);  // nothing is left to move
  world.price("BTC", 70'000).ticks(5);
  world.places_answer().tick();
}

}  // namespace

void play_vault(World& world) { play_words_of_places(world); }

}  // namespace bulkhead::engine
