// In every stage, under every stop button and at every price quality: a top-up, a reduction and a
// cancellation are taken (D4.5, D7.5, D11.6); and no member moves what is another's (D10.3).
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";

class AllStages : public testing::Test {
 protected:
  AllStages() {
    world_.open("alice-1", "alice").fund("alice-1", "USDT", "2500", "2000");
    world_.fund("alice-1", "USDC", "100", "0");
    world_.trade("alice-1", kPerp, 200, "60000");
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "20000", "15000");
    world_.trade("bob-1", kPerp, -200, "60000").tick();
  }

  std::string holdings(const std::string& account) const {
    std::string text;
    for (const ledger::Holding& line :
         world_.state().ledger.holdings(world_.state().find_account(account))) {
      text += to_string(line.key(world_.state().find_account(account))) + "=" +
              to_string(line.balance.posted) + ";";
    }
    return text;
  }

  std::string stage() {
    const policy::LadderState& ladder = world_.account("alice-1").ladder;
    std::string text(to_string(ladder.coverage));
    text +=
        "/" + std::string(to_string(ladder.vault)) + "/" + std::string(to_string(ladder.default_));
    seen_.insert(std::string(to_string(ladder.coverage)));
    seen_.insert("vault " + std::string(to_string(ladder.vault)));
    seen_.insert("default " + std::string(to_string(ladder.default_)));
    return text;
  }

  std::int64_t lots() const {
    return world_.state()
        .positions
        .position(world_.state().find_account("alice-1"),
                  world_.state().registry().find_instrument(kPerp))
        .lots;
  }

  // What must be possible at any time.
  void protect() {
    SCOPED_TRACE(stage());
    world_.must("operator", Deposit{"alice-1", "USDT", "internal", Amount{1'000}});
    world_.must("alice", Pledge{"alice-1", "USDT", "internal", Amount{1'000}});
    if (lots() <= 0 || closed()) return;
    const std::string name = "r" + std::to_string(++orders_);
    const auto limit = static_cast<std::int64_t>(btc_);
    world_.must("alice", PlaceOrder{"alice-1", name, kPerp, Side::sell, 1, Decimal{limit, 0}});
    world_.must("alice", CancelOrder{"alice-1", name});
  }

  bool closed() const {
    return world_.account("alice-1").ladder.default_ == policy::Default::closed;
  }

  // What bob tries on what is alice's.
  void attack() {
    SCOPED_TRACE(stage());
    const std::string before = holdings("alice-1");
    const Amount one{1'000};
    const Timestamp soon = world_.now() + hours(1);
    std::uint64_t call = 1;
    for (const auto& [number, open] : world_.state().calls()) call = number;
    std::string proposal = "none";
    for (const auto& [name, open] : world_.state().proposals()) proposal = name;
    for (const CommandBody& body : std::vector<CommandBody>{
             Withdraw{"alice-1", "USDT", "internal", one},
             Pledge{"alice-1", "USDT", "internal", one},
             Unpledge{"alice-1", "USDT", "internal", one},
             Borrow{"alice-1", "USDT", "internal", one},
             Repay{"alice-1", "USDT", "internal", one},
             RepayLoss{"alice-1", "USDT", "internal", one, "alice-1"},
             PlaceOrder{"alice-1", "x", kPerp, Side::sell, 1, {50'000, 0}},
             AmendOrder{"alice-1", "x", 1, {50'000, 0}},
             CancelOrder{"alice-1", "x"},
             SetStandingInstruction{"alice-1", {StandingMode::automatic, {"USDT"}, true}},
             PromiseDelivery{"alice-1", "USDT", "vault", one, soon},
             DisputeCall{call, DisputeSubject::price, "BTC", DisputeReason::other, usd(1)},
             SubstituteCollateral{"alice-1", "internal", "USDC", one, "USDT", one},
             Approve{proposal},
             Deposit{"alice-1", "USDT", "internal", one},
             Fill{"alice-1", kPerp, Side::buy, 1, {60'000, 0}, {}, "", "bob-1", 0},
             Propose{"p", soon, ReleaseOrder{"alice-1", "", "", {}, "mine"}},
             Tick{},
             PressStop{StopButton::reduce_only, "alice-1", "no", soon},
             ProposePlan{"alice-1", 1, soon, {{kPerp, 1, "", {}}}},
             BidAuction{1, "alice-1", {}, 0}}) {
      EXPECT_TRUE(world_.give("bob", body).refused) << kind(body);
    }
    // And what he may do with his own.
    world_.give("bob", Withdraw{"bob-1", "USDT", "internal", one});
    world_.give("bob", Unpledge{"bob-1", "USDT", "internal", one});
    world_.give("bob", Borrow{"bob-1", "USDC", "internal", one});
    world_.give("bob", Repay{"bob-1", "USDC", "internal", one});
    EXPECT_EQ(holdings("alice-1"), before);
  }

  static std::string kind(const CommandBody& body) {
    return std::visit(
        []<class Body>(const Body&) -> std::string {
          if constexpr (std::is_same_v<Body, std::monostate>) {
            return "";
          } else {
            return std::string(Body::kName);
          }
        },
        body);
  }

  // Down step by step, every place and the venue answering late, and up again.
  void walk(const std::function<void()>& at_each_tick) {
    for (const double price : {60'000., 57'200., 56'600., 55'900., 55'200., 54'600., 53'900.}) {
      btc_ = price;
      world_.price("BTC", price);
      for (int i = 0; i < 3; ++i) {
        world_.tick();
        at_each_tick();
        if (i == 1) world_.pass(seconds(1)).places_answer();
      }
    }
    for (int i = 0; i < 6; ++i) {
      at_each_tick();
      world_.tick();
    }
    world_.pass(seconds(1)).venue_fills();
    btc_ = 70'000;
    world_.price("BTC", btc_);
    for (int i = 0; i < 8; ++i) {
      world_.tick();
      at_each_tick();
    }
  }

  void expect_all_seen() {
    for (const char* name :
         {"normal", "watch", "called", "vault none", "vault moving", "vault held", "default none",
          "default declared", "default liquidating"}) {
      EXPECT_TRUE(seen_.contains(name)) << name;
    }
  }

  World world_;
  double btc_ = 60'000;
  int orders_ = 0;
  std::set<std::string> seen_;
};

TEST_F(AllStages, AlwaysTakeATopUpAReductionAndACancellation) {
  walk([this] { protect(); });
  expect_all_seen();
}

TEST_F(AllStages, TakeThemUnderEveryStopButton) {
  const auto press = [this](StopButton button, const char* subject) {
    world_.must("risk", PressStop{button, subject, "everything stops", world_.now() + hours(23)});
  };
  press(StopButton::reduce_only, "");
  press(StopButton::stop_liquidations, "");
  press(StopButton::stop_releases, "");
  press(StopButton::halt_market, kPerp);
  world_.must("risk", BreakGlass{"hold", BreakGlassAct::hold_withdrawals,
                                 BreakGlassCause::market_disruption, "", "everything stops",
                                 world_.now() + hours(23)});
  walk([this] { protect(); });
}

TEST_F(AllStages, TakeThemAtEveryPriceQuality) {
  world_.price("BTC", 59'000, 0.03).tick();
  btc_ = 59'000;
  protect();
  world_.price("BTC", 50'000, 0.2).tick();
  protect();
  world_.silence("BTC").ticks(5);
  protect();
  world_.must("venue", SetHalt{"BTC", true}).ticks(2);
  protect();
  world_.tick(hours(2));  // an outage
  protect();
}

TEST_F(AllStages, NoMemberMovesWhatIsAnothers) {
  walk([this] { attack(); });
  expect_all_seen();
}

}  // namespace
}  // namespace bulkhead::engine
