#include <algorithm>

#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr double kStep = 500;

void minute(World& world, double btc) {
  world.price("BTC", btc).tick();
  world.pass(seconds(5)).places_answer();
  world.pass(seconds(1)).venue_fills();
}

PlaceOrder order(const std::string& account, const std::string& name, Side side, std::int64_t lots,
                 Decimal limit, const std::string& instrument = "BTC/USDT:USDT") {
  return {account, name, instrument, side, lots, limit};
}

// A package of which most is filled, over a tick, and the rest cancelled (D7.5).
void play_package(World& world) {
  PlaceOrder pair = order("trader", "pair", Side::buy, 4, {-1'050, 0}, "");
  pair.legs = {{"BTC/USDT:USDT", Side::buy, 2}, {"ETH/USDT:USDT", Side::sell, 40}};
  world.must("dave", pair);
  Fill fill;
  fill.account = "trader";
  fill.lots = 3;
  fill.order = "pair";
  fill.legs = {{"BTC/USDT:USDT", Side::buy, 6, {60'000, 0}, world.amount("USDT", "0.1")},
               {"ETH/USDT:USDT", Side::sell, 120, {3'000, 0}, world.amount("USDT", "0.2")}};
  world.must("venue", fill).tick();
  world.must("dave", CancelOrder{"trader", "pair"});
}

// An account of each other margin model (D5.10), thin enough that the crash takes them down too.
void play_models(World& world) {
  const auto open = [&world](const char* account, const char* model, const char* pledged) {
    world.must("venue", OpenAccount{account,
                                    "dave",
                                    "",
                                    risk::MarginMode::joint,
                                    model,
                                    {StandingMode::automatic, {"USDT"}}});
    world.fund(account, "USDT", pledged, pledged).fund(account, "USDT", "200", "0");
    world.fund(account, "ETH", "0.1", "0.1");
    world.trade(account, "BTC/USDT:USDT", 100, "60000");
    world.must("dave", order(account, "add", Side::buy, 10, {60'100, 0}));
  };
  open("flat-1", "flat", "800");
  open("grid-1", "scenario_grid", "1600");
}

}  // namespace

void fall(World& world, double from, double to) {
  for (double btc = from; btc >= to; btc -= kStep) minute(world, btc);
}

void rise(World& world, double from, double to) {
  for (double btc = from; btc <= to; btc += kStep) minute(world, btc);
}

void play_trading(World& world) {
  world.open("trader", "dave").fund("trader", "USDT", "60000", "50000");
  world.fund("trader", "USDC", "5000", "4000").fund("trader", "BTC", "0.5", "0.5");
  world.open("maker", "dave", {}, risk::MarginMode::haircut, "makers");
  world.fund("maker", "USDT", "50000", "50000");
  play_models(world);
  world.must("dave", order("trader", "o1", Side::buy, 100, {59'000, 0}));
  world.must("dave", order("trader", "o2", Side::sell, 50, {61'000, 0}));
  world.must("dave", AmendOrder{"trader", "o1", 80, {59'500, 0}});
  world.must("dave", CancelOrder{"trader", "o2"});
  Fill fill{"trader", "BTC/USDT:USDT", Side::buy, 60, {59'500, 0}, world.amount("USDT", "1"),
            "o1",     "maker",         0};
  world.must("venue", fill);
  world.trade("trader", "BTC/USD:BTC", 20, "60000");
  world.trade("trader", "ETH/USDT:USDT", -100, "3000");
  world.trade("trader", "BTC/USDT:USDT-231229-70000-C", -1, "1500");
  world.trade("trader", "BTC/USDT:USDT-231229-50000-P", 1, "1000");
  world.trade("trader", "BTC/USDT:USDT-231115", 10, "60010");
  world.must("dave", order("trader", "o3", Side::buy, 1, {60'000, 0}, "BTC/USDT:USDT-231115"));
  world.tick();
  play_package(world);
  world.must("venue", Funding{"BTC/USDT:USDT", {1, -4}});
  world.must("venue", Funding{"BTC/USD:BTC", {-1, -4}});
  world.must("dave", Borrow{"trader", "USDC", "internal", world.amount("USDC", "1000")});
  world.must("operator", Interest{"USDC", {1, -3}});
  world.must("dave", Repay{"trader", "USDC", "internal", world.amount("USDC", "600")});
  world.must("dave", Unpledge{"trader", "USDT", "internal", world.amount("USDT", "100")});
  world.must("dave", Withdraw{"trader", "USDT", "internal", world.amount("USDT", "50")});
  world.must("dave", SetStandingInstruction{"trader", {StandingMode::propose, {"USDT", "USDC"}}});
  world.ticks(13, minutes(10));
  world.refuse("venue",
               Fill{"trader", "BTC/USDT:USDT-231115", Side::buy, 1, {60'000, 0}, {}, "", "", 0},
               ErrorCode::instrument_expired);
  world.must("venue", Expire{"BTC/USDT:USDT-231115", {60'000, 0}});
  world.tick();
}

void play_crash(World& world) {
  world.open("alice-1", "alice", {StandingMode::automatic, {"USDT"}});
  world.fund("alice-1", "USDT", "4000", "1900").trade("alice-1", "BTC/USDT:USDT", 200, "60000");
  world.open("bob-1", "bob").fund("bob-1", "USDT", "9000", "9000");
  world.trade("bob-1", "BTC/USDT:USDT", 1000, "60000");
  world.must("bob", order("bob-1", "exit", Side::sell, 10, {66'000, 0}));
  world.open("carol-1", "carol").fund("carol-1", "BTC", "1", "1");
  world.must("carol", Borrow{"carol-1", "USDT", "internal", world.amount("USDT", "45000")});
  const Amount out = world.amount("USDT", "44000");
  world.must("carol", Unpledge{"carol-1", "USDT", "internal", out});
  world.must("carol", Withdraw{"carol-1", "USDT", "internal", out});
  world.open("bob-2", "bob", {StandingMode::propose, {"USDT", "USDC"}});
  world.fund("bob-2", "USDT", "4000", "2000").trade("bob-2", "BTC/USDT:USDT", 200, "60000");
  fall(world, 59'500, 54'500);
  // Bob answers what Bulkhead proposed for his second account.
  const auto proposed = world.said_of<TopUpProposed>("bob-2");
  ASSERT_FALSE(proposed.empty());
  world.refuse("bob", Withdraw{"bob-2", "USDT", "internal", world.amount("USDT", "2000")},
               ErrorCode::reserved_for_call);
  world.must("bob", Approve{proposed.back().proposal});
  minute(world, 48'000);
  world.refuse("alice", Unpledge{"alice-1", "USDT", "internal", Amount{1}},
               ErrorCode::stage_forbids);
  world.refuse("bob", order("bob-1", "more", Side::buy, 1, {48'000, 0}), ErrorCode::stage_forbids);
  for (int i = 0; i < 8; ++i) minute(world, 48'000);
  world.refuse("venue", Fill{"bob-1", "BTC/USDT:USDT", Side::buy, 1, {48'000, 0}, {}, "", "", 0},
               ErrorCode::stage_forbids);
  rise(world, 48'500, 62'000);
}

void open_short_of_margin(World& world, const std::string& account, const std::string& member) {
  world.price("BTC", 60'000).ticks(2);
  world.open(account, member).fund(account, "USDT", "1800", "1800");
  world.trade(account, "BTC/USDT:USDT", 200, "60000");
  world.price("BTC", 56'000).tick();
}

void play_custody(World& world) {
  open_short_of_margin(world, "dave-2", "dave");
  const Amount all = world.amount("USDT", "1800");
  world.refuse(
      "custodian",
      CustodyReceipt{"dave-2", "USDT", "vault", 9, ReceiptStatus::applied, all, world.now(), true},
      ErrorCode::receipt_unasked);
  const auto answer = [&](const char* place, ReceiptStatus status, Amount observed) {
    world.must("custodian", world.receipt("dave-2", "USDT", place, status, observed));
  };
  answer("vault", ReceiptStatus::pending, Amount{});
  answer("vault", ReceiptStatus::rejected, Amount{});
  world.ticks(4);  // the custodian is next, and says nothing until it is asked again
  world.ticks(11);
  world.pass(seconds(1)).places_answer();
  // More collateral makes the account normal, but the vault holds less than it should.
  world.fund("dave-2", "USDT", "490", "490").ticks(5);
  world.fund("dave-2", "USDT", "300", "300");
  world.refuse("dave", Unpledge{"dave-2", "USDT", "internal", Amount{1}}, ErrorCode::vault_short);
  rise(world, 56'500, 66'000);
  world.ticks(4);
  world.places_answer().tick();
}

void play_prices(World& world) {
  world.price("BTC", 60'000).ticks(3);
  world.must("feed", Observations{{{"a:BTC", 60'001, 0, world.now() - seconds(30)},
                                   {"b:BTC", 60'001, 0, world.now() + hours(1)}}});
  // A price that is not good blocks a withdrawal, a default and a release.
  open_short_of_margin(world, "dave-3", "dave");
  world.pass(seconds(1)).places_answer();
  world.price("BTC", 56'000, 0.02).tick();
  world.price("BTC", 54'000, 0.02).ticks(4);
  world.price("BTC", 70'000, 0.02).ticks(5);
  world.price("BTC", 70'000).ticks(4);
  world.pass(seconds(1)).places_answer().tick();
  world.must("risk", SetHalt{"ETH", true}).tick();
  world.must("operator", SetHalt{"ETH", false}).tick();
  world.silence("USDC").ticks(5);
  world.refuse("dave", Unpledge{"trader", "USDC", "internal", Amount{1'000}},
               ErrorCode::price_not_good);
  world.price("USDC", 1).tick();
  world.tick(minutes(40));  // an outage
  const Hash next = world.add_content(world_set(8, world.now() - minutes(1)));
  world.must("operator", AdoptScenarioSet{next, world.now() - minutes(1),
                                          world.now() - minutes(1) - days(1000)});
  world.ticks(2);
}

void play_governance(World& world) {
  policy::ParameterSet next = world.state().parameters();
  ++next.version;
  next.ladder.calls.rounding = usd(20);
  const Timestamp effective = world.now() + minutes(5);
  world.must("risk", Propose{"tighter", world.now() + hours(1), ParameterChange{next, effective}});
  world.refuse("risk", Propose{"tighter", world.now() + hours(1), ParameterChange{next, effective}},
               ErrorCode::name_taken);
  world.must("approver-1", Approve{"tighter"});
  world.refuse("approver-1", Approve{"tighter"}, ErrorCode::approval_not_independent);
  world.refuse("alice", Approve{"tighter"}, ErrorCode::role_forbidden);
  world.must("approver-2", Approve{"tighter"});
  world.refuse("approver-3", Approve{"tighter"}, ErrorCode::proposal_closed);
  world.ticks(6);
  policy::ParameterSet older = next;
  world.refuse("risk", Propose{"older", world.now() + hours(1), ParameterChange{older, effective}},
               ErrorCode::version_not_newer);
  ++older.version;
  world.must("risk", Propose{"unheard", world.now() + minutes(2),
                             ParameterChange{older, world.now() + hours(1)}});
  world.ticks(4);
  // To "Erin Example" under a salt of zeros.
  const Bytes erin = *from_hex("d6249f0665632b460087d03ebca7a3e15a63776c4104517c0b8f74141580577d");
  Person known{"erin", Role::member, Hash{2}, "erin"};
  std::ranges::copy(erin, known.commitment.begin());
  world.must("operator", RegisterPerson{known});
}

void play_stops(World& world) {
  const Timestamp soon = world.now() + minutes(10);
  const std::string all;
  world.refuse("risk", PressStop{StopButton::halt_asset, "USDT", "no", soon},
               ErrorCode::out_of_range);
  world.refuse("risk", PressStop{StopButton::reduce_only, all, "", soon}, ErrorCode::missing_field);
  world.refuse("risk", EndStop{StopButton::reduce_only, all}, ErrorCode::stop_not_pressed);
  world.open("erin-1", "alice").fund("erin-1", "USDT", "5000", "5000").tick();
  world.must("venue", PressStop{StopButton::halt_asset, "ETH", "a bad feed", soon});
  world.must("risk", PressStop{StopButton::reduce_only, "erin-1", "a breach of terms", soon});
  const PlaceOrder order{"erin-1", "o-1", "BTC/USDT:USDT", Side::buy, 1, Decimal{60'000, 0}};
  world.refuse("alice", order, ErrorCode::stop_in_force);
  const EndStop end{StopButton::reduce_only, "erin-1"};
  world.must("approver-1", end);
  world.refuse("approver-1", end, ErrorCode::approval_not_independent);
  world.must("approver-2", end).ticks(12);
}

void play_everything(World& world) {
  play_trading(world);
  play_crash(world);
  play_deliveries(world);
  play_disputes(world);
  play_custody(world);
  play_vault(world);
  play_prices(world);
  play_governance(world);
  play_stops(world);
  play_break_glass(world);
  play_collateral(world);
  play_defaults(world);
  play_refusals(world);
  play_long_halt(world);
  play_model(world);
}

}  // namespace bulkhead::engine
