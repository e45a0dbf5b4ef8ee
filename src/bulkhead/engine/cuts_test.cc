// A log without observations says the same however finely it is cut into ticks (D2.4, D4.6):
// stages, calls and deadlines depend on times, never on how many ticks there were.
#include <algorithm>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

std::string show(const State& state) {
  std::string text;
  for (const AccountState& account : state.accounts()) {
    const policy::LadderState& ladder = account.ladder;
    text += account.name + " " + std::string(to_string(ladder.coverage)) + " " +
            std::string(to_string(ladder.vault)) + " " + std::string(to_string(ladder.default_)) +
            (account.call_missed ? " missed" : "") + "\n";
  }
  for (const auto& [number, call] : state.calls()) {
    text += "call " + std::to_string(number) + " " + std::string(to_string(call.status)) + " " +
            to_string(call.amount) + " delivered " + to_string(call.delivered) + " issued " +
            to_string(call.issued) + " due " + to_string(call.deadline) + "\n";
  }
  for (const auto& [name, proposal] : state.proposals()) {
    text += name + " expires " + to_string(proposal.expires) + "\n";
  }
  return text;
}

// One account well, one called and asked, one that has just paid, one below the sequestration
// level, one below maintenance.
void furnish(World& world) {
  world.price("BTC", 60'000).ticks(2);
  world.open("well", "dave").fund("well", "USDT", "9000", "9000");
  world.open("asked", "alice", {StandingMode::propose, {"BTC"}});
  world.fund("asked", "USDT", "2000", "2000").fund("asked", "BTC", "0.001", "0");
  world.open("paid", "carol").fund("paid", "USDT", "5000", "2000");
  world.open("deep", "dave").fund("deep", "USDT", "1300", "1300");
  for (const char* account : {"well", "asked", "paid", "deep"}) {
    world.trade(account, "BTC/USDT:USDT", 200, "60000");
  }
  open_short_of_margin(world, "short", "bob");
  world.pass(seconds(1)).places_answer().ticks(4);
  world.must("carol", Pledge{"paid", "USDT", "internal", world.amount("USDT", "2400")});
  world.pass(seconds(1)).places_answer().tick(seconds(1));
}

// What there is at the beginning and after each hour, cut into ticks of `step`.
std::vector<std::string> cut(Duration step, int hours_in_all) {
  WorldOptions options;
  options.parameters.ladder.defaults.tick_step_max = hours(1);  // a later one is an outage
  World world(options);
  furnish(world);
  std::vector<std::string> seen{show(world.state())};
  const Timestamp begin = world.now();
  for (int hour = 1; hour <= hours_in_all; ++hour) {
    while (world.now() < begin + hours(hour)) world.pass(step).bare_tick();
    seen.push_back(show(world.state()));
  }
  return seen;
}

TEST(Cuts, OfASecondAMinuteAndAnHourSayTheSame) {
  constexpr int kHours = 4;
  constexpr std::size_t kSettled = 2;  // an hourly tick sees a dwell end at the next one
  const std::vector<std::string> minutely = cut(minutes(1), kHours);
  for (const char* what : {"well normal", "asked called", "paid called", "short called held",
                           "liquidating", "top-up", "delivered 0", "due "}) {
    EXPECT_NE(minutely.front().find(what), std::string::npos) << what << "\n" << minutely.front();
  }
  for (const char* what : {"paid normal", "short called held", "deep called"}) {
    EXPECT_NE(minutely.back().find(what), std::string::npos) << what << "\n" << minutely.back();
  }
  const std::vector<std::string> hourly = cut(hours(1), kHours);
  const std::vector<std::string> secondly = cut(seconds(1), kHours);
  for (std::size_t hour = kSettled; hour < minutely.size(); ++hour) {
    EXPECT_EQ(minutely[hour], hourly[hour]) << hour;
    EXPECT_EQ(minutely[hour], secondly[hour]) << hour;
  }
}

// Prices that nobody observes any more become less certain, and the edge that favours the account
// rises; that undoes no call and makes no one better.
TEST(Cuts, APriceThatIsNoLongerKnownMakesNoOneBetter) {
  World world;
  open_short_of_margin(world, "short", "bob");
  world.pass(seconds(1)).places_answer();
  const Timestamp deadline = world.state().calls().begin()->second.deadline;
  while (world.now() + minutes(1) < deadline) {
    world.pass(minutes(1)).bare_tick();
    ASSERT_EQ(world.account("short").ladder.coverage, policy::Coverage::called);
  }
  const Figures figures = world.figures("short");
  EXPECT_GE(figures.equity_greatest, scale_up(figures.initial, 10'500, 10'000));
}

}  // namespace
}  // namespace bulkhead::engine
