// The part of the played log in which two persons order, correct and price, a planner proposes, and
// the market does not answer (D4.7, D8.5, D10, D11.5).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";

Propose proposal(const World& world, const char* name, const auto& content) {
  return Propose{name, world.now() + hours(1), content};
}

DefaultOrder order_of(const char* account) {
  return {account, DefaultCause::insolvency, Hash{1, 2, 3}, "a court says so"};
}

void play_default_by_order(World& world) {
  world.price("BTC", 60'000).ticks(3);
  world.open("dave-8", "dave").fund("dave-8", "USDT", "5000", "5000");
  world.trade("dave-8", kPerp, 200, "60000").tick();
  DefaultOrder bad = order_of("dave-8");
  bad.evidence = {};
  world.refuse("risk", proposal(world, "d-1", bad), ErrorCode::missing_field);
  world.must("risk", proposal(world, "d-1", order_of("dave-8")));
  world.refuse("approver-1", Approve{"d-1"}, ErrorCode::account_healthy);
  world.price("BTC", 40'000).tick();
  world.must("approver-1", Approve{"d-1"});
}

void play_plans(World& world) {
  const Timestamp soon = world.now() + hours(1);
  const ProposePlan plan{"dave-8", 1, soon, {{kPerp, 200, "", {}}}};
  world.refuse("operator", plan, ErrorCode::role_forbidden);
  world.refuse("operator", Grant{GrantKind::planner, "alice", "", {}, 1, soon},
               ErrorCode::out_of_range);
  world.must("operator", Grant{GrantKind::planner, "operator", "", {}, 1, soon});
  const auto refuse = [&](auto change, ErrorCode code) {
    ProposePlan wrong = plan;
    change(wrong);
    world.refuse("operator", wrong, code);
  };
  refuse([](ProposePlan& p) { p.account = "trader"; }, ErrorCode::stage_forbids);
  refuse([&](ProposePlan& p) { p.expires = world.now(); }, ErrorCode::out_of_range);
  refuse([](ProposePlan& p) { p.seen = 1'000'000'000; }, ErrorCode::out_of_range);
  refuse([](ProposePlan& p) { p.lines[0].lots = 201; }, ErrorCode::plan_impossible);
  refuse([](ProposePlan& p) { p.lines[0].instrument = "ETH/USDT:USDT"; },
         ErrorCode::plan_impossible);
  refuse([](ProposePlan& p) { p.lines.clear(); }, ErrorCode::plan_impossible);
  refuse([](ProposePlan& p) { p.lines[0].lots = 1; }, ErrorCode::plan_misses_exit);
  world.refuse("operator", plan, ErrorCode::plan_dearer);
  ProposePlan least = plan;
  least.lines[0].lots = 1;
  while (world.give("operator", least).refused) {
    ASSERT_LE(++least.lines[0].lots, 200);
  }
  world.ticks(2);
  world.pass(seconds(1)).venue_fills().ticks(2);
}

// A loss that others of the member, the house and the fund share.
void play_shared_loss(World& world) {
  const Timestamp later = world.now() + days(20);
  world.must("operator",
             Grant{GrantKind::house_tranche, "", "USDT", world.amount("USDT", "100"), 1, later});
  world.price("BTC", 60'000).ticks(5);
  StandingInstruction agreed;
  agreed.set_off = true;
  world.open("erin-3", "erin", agreed).fund("erin-3", "USDT", "50", "0");
  world.open("erin-4", "erin").fund("erin-4", "USDT", "2000", "2000");
  world.trade("erin-4", kPerp, 200, "60000").tick();
  world.price("BTC", 45'000);
  for (int i = 0; i < 15; ++i) world.tick().pass(seconds(1)).places_answer().venue_fills();
}

// What others bore of it stays owed: it is paid back in part, and the rest forgiven.
void play_owed_loss(World& world) {
  const Amount some = world.amount("USDT", "100");
  world.fund("erin-3", "USDT", "300", "0");
  world.refuse("erin", Withdraw{"erin-3", "USDT", "internal", some}, ErrorCode::group_short);
  const RepayLoss repay{"erin-3", "USDT", "internal", some, "erin-4"};
  const auto refuse = [&](auto change, ErrorCode code) {
    RepayLoss wrong = repay;
    change(wrong);
    world.refuse("erin", wrong, code);
  };
  refuse([](RepayLoss& r) { r.loss_of = "dave-8"; }, ErrorCode::not_own_account);
  refuse([](RepayLoss& r) { r.loss_of = "erin-3"; }, ErrorCode::debt_exceeded);
  refuse([](RepayLoss& r) { r.asset = "USDC"; }, ErrorCode::debt_exceeded);
  refuse([&](RepayLoss& r) { r.amount = world.amount("USDT", "301"); },
         ErrorCode::balance_exceeded);
  world.must("erin", repay);
  const WaiveLoss waive{"erin-4", "they settled with us"};
  world.refuse("risk", proposal(world, "w-1", WaiveLoss{"erin-3", "none"}),
               ErrorCode::out_of_range);
  world.refuse("risk", proposal(world, "w-1", WaiveLoss{"erin-4", ""}), ErrorCode::missing_field);
  world.must("risk", proposal(world, "w-1", waive));
  world.must("approver-1", Approve{"w-1"});
  world.must("erin", Withdraw{"erin-3", "USDT", "internal", some});
}

// A venue that fills nothing: what cannot be sold is closed by rank, or taken.
void play_silent_market(World& world) {
  world.price("BTC", 60'000).ticks(5);
  world.open("dave-9", "dave").fund("dave-9", "USDT", "20000", "20000");
  world.trade("dave-9", kPerp, -100, "60000");
  world.open("erin-5", "erin").fund("erin-5", "USDT", "2000", "2000");
  world.trade("erin-5", kPerp, 200, "60000");
  world.open("erin-6", "erin").fund("erin-6", "BTC", "1", "1");
  world.must("erin", Borrow{"erin-6", "USDT", "internal", world.amount("USDT", "45000")});
  const Amount out = world.amount("USDT", "44000");
  world.must("erin", Unpledge{"erin-6", "USDT", "internal", out});
  world.must("erin", Withdraw{"erin-6", "USDT", "internal", out}).tick();
  world.price("BTC", 47'000);
  for (int i = 0; i < 80; ++i) world.tick().pass(seconds(1)).places_answer();
}

// A book too large for its market: offered, taken in part; what nobody takes goes by rank.
void play_auction(World& world) {
  world.price("BTC", 60'000).ticks(5);
  world.open("dave-10", "dave").fund("dave-10", "USDT", "9000000", "9000000");
  world.open("carol-9", "carol").fund("carol-9", "USDT", "3000000", "3000000");
  world.trade("carol-9", kPerp, -50'000, "60000");
  world.open("erin-9", "erin").fund("erin-9", "USDT", "2000000", "2000000");
  world.trade("erin-9", kPerp, 200'000, "60000").tick();
  const std::size_t from = world.answers().size();
  world.price("BTC", 53'000).ticks(5);
  const auto opened = world.said_of<AuctionOpened>("erin-9", from);
  ASSERT_FALSE(opened.empty());
  const BidAuction bid{opened[0].auction, "dave-10", {{kPerp, 1'000, "", {}}}, 0};
  const auto refuse = [&](auto change, ErrorCode code) {
    BidAuction wrong = bid;
    change(wrong);
    world.refuse("dave", wrong, code);
  };
  refuse([](BidAuction& b) { ++b.auction; }, ErrorCode::instruction_unknown);
  refuse([](BidAuction& b) { b.account = "carol-9"; }, ErrorCode::not_own_account);
  refuse([](BidAuction& b) { b.limit_bp = 9'000; }, ErrorCode::price_invalid);
  refuse([](BidAuction& b) { b.lines[0].lots = 0; }, ErrorCode::plan_impossible);
  refuse([](BidAuction& b) { b.lines[0].instrument = "ETH/USDT:USDT"; },
         ErrorCode::plan_impossible);
  world.refuse("erin", BidAuction{bid.auction, "erin-9", {}, 0}, ErrorCode::party_invalid);
  world.must("dave", bid);
  world.ticks(40);
}

// What the fund lacks comes from what others have gained since the default.
void play_reduced_gains(World& world) {
  world.price("BTC", 60'000).ticks(5);
  world.open("carol-8", "carol").fund("carol-8", "USDT", "20000", "20000");
  world.trade("carol-8", kPerp, -100, "60000");
  world.open("erin-10", "erin").fund("erin-10", "USDT", "2000", "2000");
  world.trade("erin-10", kPerp, 200, "60000").tick();
  world.price("BTC", 53'000).ticks(4);
  world.price("BTC", 47'000);
  for (int i = 0; i < 15; ++i) world.tick().pass(seconds(1)).places_answer().venue_fills();
}

void play_corrections(World& world) {
  world.price("BTC", 60'000).ticks(5);
  world.open("erin-7", "erin").fund("erin-7", "USDT", "5000", "5000");
  const Command deposit = *std::ranges::find_if(
      world.log().rbegin(), world.log().rend(),
      [](const Command& command) { return std::holds_alternative<Deposit>(command.body); });
  const auto record_of = [&world](const Command& command) {
    for (std::size_t i = 0; i < world.log().size(); ++i) {
      if (world.log()[i].id == command.id && world.log()[i].actor == command.actor) {
        return world.answers()[i].record;
      }
    }
    return std::uint64_t{0};
  };
  ReverseDeposit back{record_of(deposit), "of another member", deposit.actor, deposit.id,
                      std::get<Deposit>(deposit.body)};
  world.trade("erin-7", kPerp, 10, "60000");
  const Command fill = world.log().back();
  BustTrade bust{record_of(fill), "an error of the venue", fill.actor, fill.id,
                 std::get<Fill>(fill.body)};
  BustTrade wrong = bust;
  ++wrong.record;
  world.refuse("risk", proposal(world, "c-1", wrong), ErrorCode::correction_unfounded);
  wrong = bust;
  wrong.fill.lots = 9;
  world.refuse("risk", proposal(world, "c-1", wrong), ErrorCode::correction_unfounded);
  world.must("risk", proposal(world, "c-1", bust));
  world.must("approver-1", Approve{"c-1"});
  world.refuse("risk", proposal(world, "c-2", bust), ErrorCode::corrected_before);
  world.must("risk", proposal(world, "c-2", back));
  world.must("approver-2", Approve{"c-2"}).tick();
}

void play_substitution(World& world) {
  world.open("erin-8", "erin").fund("erin-8", "USDT", "3000", "3000");
  world.fund("erin-8", "USDC", "3000", "0").trade("erin-8", kPerp, 100, "60000").tick();
  const Amount in = world.amount("USDC", "1100");
  const Amount out = world.amount("USDT", "1000");
  const SubstituteCollateral good{"erin-8", "internal", "USDC", in, "USDT", out};
  const auto refuse = [&](auto change, ErrorCode code) {
    SubstituteCollateral bad = good;
    change(bad);
    world.refuse("erin", bad, code);
  };
  using S = SubstituteCollateral;
  refuse([](S& s) { s.account = "bob-2"; }, ErrorCode::not_own_account);
  refuse([](S& s) { s.place = "vault"; }, ErrorCode::balance_exceeded);
  refuse([](S& s) { s.out_asset = "USDC"; }, ErrorCode::out_of_range);
  refuse([](S& s) { s.in = Amount{}; }, ErrorCode::amount_not_positive);
  refuse([&](S& s) { s.out = world.amount("USDT", "4000"); }, ErrorCode::balance_exceeded);
  refuse([&](S& s) { s.in = Amount{1}, s.out = world.amount("USDT", "2900"); },
         ErrorCode::substitution_worsens);
  world.must("erin", good);
}

}  // namespace

void play_defaults(World& world) {
  play_default_by_order(world);
  play_plans(world);
  play_shared_loss(world);
  play_owed_loss(world);
  play_silent_market(world);
  play_auction(world);
  play_reduced_gains(world);
  play_corrections(world);
  play_substitution(world);
}

// Last of all: eight days pass.
void play_long_halt(World& world) {
  world.must("venue", SetHalt{"ETH", true}).ticks(2);
  const SettlementPrice price{"ETH", Decimal{1'500, 0}, "its chain is gone"};
  world.refuse("risk", proposal(world, "s-1", price), ErrorCode::not_halted_long);
  world.tick(days(8)).ticks(2);
  SettlementPrice bad = price;
  bad.price = {};
  world.refuse("risk", proposal(world, "s-1", bad), ErrorCode::price_invalid);
  world.must("risk", proposal(world, "s-1", price));
  world.must("approver-1", Approve{"s-1"});
  world.must("approver-2", Approve{"s-1"}).ticks(2);
  world.must("venue", SetHalt{"ETH", false}).tick();
}

}  // namespace bulkhead::engine
