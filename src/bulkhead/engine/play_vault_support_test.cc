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

// A place under alarm, a stablecoin off its peg, and orders of two persons.
void play_alarms_and_orders(World& world) {
  open_short_of_margin(world, "dave-5", "dave");
  world.places_answer().tick();
  const SetPlaceAlarm alarm{"vault", true, AlarmCause::custodian_alarm, "keys may be known"};
  const SetPlaceAlarm clear{"vault", false, AlarmCause::custodian_alarm, "keys are new"};
  world.refuse("custodian", clear, ErrorCode::alarm_not_raised);
  world.refuse("custodian", SetPlaceAlarm{"nowhere", true, AlarmCause::chain_halted, ""},
               ErrorCode::place_unknown);
  world.refuse("custodian", SetPlaceAlarm{"vault", true, AlarmCause::depeg, ""},
               ErrorCode::out_of_range);
  world.refuse("custodian",
               SetPlaceAlarm{"vault", true, AlarmCause::chain_halted, std::string(300, 'x')},
               ErrorCode::too_large);
  world.must("custodian", alarm).tick();
  world.pass(seconds(1)).places_answer().tick();
  world.must("risk", clear);
  world.price("USDC", 0.97).tick();
  world.price("USDC", 1).ticks(32);
  world.price("BTC", 70'000).ticks(5);
  world.places_answer().tick();

  world.open("dave-6", "dave").fund("dave-6", "USDT", "5000", "5000");
  world.price("BTC", 60'000).trade("dave-6", "BTC/USDT:USDT", 200, "60000").ticks(2);
  const Timestamp soon = world.now() + hours(1);
  const SequestrationOrder order{"dave-6", {}, "rumours", world.now() + minutes(30)};
  SequestrationOrder bad = order;
  bad.reason.clear();
  world.refuse("risk", Propose{"o-1", soon, bad}, ErrorCode::missing_field);
  bad.reason = std::string(300, 'x');
  world.refuse("risk", Propose{"o-1", soon, bad}, ErrorCode::too_large);
  bad = order;
  bad.value = Usd{-1};
  world.refuse("risk", Propose{"o-1", soon, bad}, ErrorCode::out_of_range);
  bad = order;
  bad.until = world.now();
  world.refuse("risk", Propose{"o-1", soon, bad}, ErrorCode::out_of_range);
  bad = order;
  bad.account = "nobody-1";
  world.refuse("risk", Propose{"o-1", soon, bad}, ErrorCode::account_unknown);
  world.must("risk", Propose{"o-1", soon, order});
  world.refuse("dave", Approve{"o-1"}, ErrorCode::role_forbidden);
  world.must("approver-1", Approve{"o-1"}).tick();
  world.places_answer().tick();
  const ReleaseOrder release{"dave-6", "", "", {}, "no rumours"};
  world.must("risk", Propose{"o-2", soon, release});
  world.must("approver-2", Approve{"o-2"});
  world.places_answer().tick();
  world.must("risk", Propose{"o-3", soon, release});
  world.refuse("approver-2", Approve{"o-3"}, ErrorCode::stage_forbids);
}

// A review after the longest time, and a look-ahead that false alarms keep from being followed.
void play_review_and_limit(World& world) {
  policy::ParameterSet next = world.state().parameters();
  ++next.version;
  next.ladder.sequestration.review_after = minutes(5);
  next.ladder.sequestration.false_alarms_max = 1;
  next.ladder.sequestration.look_ahead = {days(7), days(7), days(7), days(7)};
  world.must("risk", Propose{"watchful", world.now() + hours(1),
                             ParameterChange{next, world.now() + minutes(1)}});
  world.must("approver-1", Approve{"watchful"}).must("approver-2", Approve{"watchful"});
  world.price("BTC", 60'000).ticks(3);
  world.open("dave-7", "dave").fund("dave-7", "USDT", "1800", "1800");
  world.trade("dave-7", "BTC/USDT:USDT", 200, "60000").tick();
  world.price("BTC", 56'000).tick();
  world.places_answer().ticks(8);
  world.price("BTC", 66'000).ticks(5);
  world.places_answer().ticks(2);
  world.price("BTC", 57'500).ticks(2);
  world.price("BTC", 66'000).ticks(5);
  world.places_answer().tick();
  ++next.version;
  next.ladder.sequestration = policy::SequestrationParameters{};
  world.must("risk", Propose{"usual", world.now() + hours(1),
                             ParameterChange{next, world.now() + minutes(1)}});
  world.must("approver-1", Approve{"usual"}).must("approver-2", Approve{"usual"});
  world.ticks(3);
}

}  // namespace

void play_vault(World& world) {
  play_words_of_places(world);
  play_alarms_and_orders(world);
  play_review_and_limit(world);
}

}  // namespace bulkhead::engine
