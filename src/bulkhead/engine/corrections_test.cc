// What two persons may order, correct and price (D4.7, D10.1, D11.5), and substitution (D8.5).
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";
using ledger::Bucket;

class Corrections : public testing::Test {
 protected:
  Corrections() {
    world_.open("alice-1", "alice").fund("alice-1", "USDT", "9000", "5000");
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "9000", "9000");
  }
  Propose proposal(const char* name, const auto& content) {
    return Propose{name, world_.now() + hours(1), content};
  }
  template <class Body>
  std::pair<Command, std::uint64_t> last() const {
    for (std::size_t i = world_.log().size(); i-- > 0;) {
      if (std::holds_alternative<Body>(world_.log()[i].body)) {
        return {world_.log()[i], world_.answers()[i].record};
      }
    }
    return {};
  }
  BustTrade bust() const {
    const auto [command, record] = last<Fill>();
    return {record, "an error", command.actor, command.id, std::get<Fill>(command.body)};
  }
  ReverseDeposit reversal() const {
    const auto [command, record] = last<Deposit>();
    return {record, "an error", command.actor, command.id, std::get<Deposit>(command.body)};
  }
  void correct(const auto& content) {
    world_.must("risk", proposal("fix", content)).must("approver-1", Approve{"fix"});
  }
  Amount held(const char* account, Bucket bucket) const {
    return world_.held(account, "USDT", "internal", bucket);
  }
  World world_;
};

TEST_F(Corrections, ABustedTradeLeavesBothSidesAsTheyWere) {
  const Amount alice = held("alice-1", Bucket::pledged);
  const Amount bob = held("bob-1", Bucket::pledged);
  Fill fill{"alice-1", kPerp,   Side::buy, 100, {60'000, 0}, world_.amount("USDT", "3"),
            "",        "bob-1", 0};
  world_.must("venue", fill).tick();
  const BustTrade back = bust();
  world_.price("BTC", 61'000).tick();
  correct(back);
  for (const char* account : {"alice-1", "bob-1"}) {
    EXPECT_TRUE(world_.state().positions.positions(world_.state().find_account(account)).empty());
  }
  EXPECT_EQ(held("alice-1", Bucket::pledged), alice);
  EXPECT_EQ(held("bob-1", Bucket::pledged), bob);
  ASSERT_EQ(world_.said<CorrectionMade>().size(), 1U);
  EXPECT_EQ(world_.said<CorrectionMade>()[0].body.record, back.record);
  world_.refuse("risk", proposal("again", back), ErrorCode::corrected_before);
}

TEST_F(Corrections, OnlyWhatARecordSaysCanBeCorrected) {
  world_.trade("alice-1", kPerp, 100, "60000");
  for (const auto& change : std::vector<std::function<void(BustTrade&)>>{
           [](BustTrade& b) { ++b.record; }, [](BustTrade& b) { b.fill.lots = 200; },
           [](BustTrade& b) { b.fill.account = "bob-1"; }, [](BustTrade& b) { b.id[0] ^= 1; },
           [](BustTrade& b) { b.actor = "operator"; }}) {
    BustTrade wrong = bust();
    change(wrong);
    world_.refuse("risk", proposal("fix", wrong), ErrorCode::correction_unfounded);
  }
  const BustTrade refused = [&] {
    world_.refuse("venue", Fill{"alice-1", "XYZ", Side::buy, 1, {1, 0}, {}, "", "", 0},
                  ErrorCode::instrument_unknown);
    return bust();
  }();
  world_.refuse("risk", proposal("fix", refused), ErrorCode::correction_unfounded);
}

TEST_F(Corrections, OnePersonAloneCorrectsNothing) {
  world_.trade("alice-1", kPerp, 100, "60000");
  world_.must("risk", proposal("fix", bust()));
  world_.refuse("risk", Approve{"fix"}, ErrorCode::role_forbidden);
  EXPECT_TRUE(world_.said<CorrectionMade>().empty());
}

TEST_F(Corrections, AReversedDepositLeavesFreeThenPledgedThenADebt) {
  world_.fund("alice-1", "USDT", "6000", "0");
  const ReverseDeposit back = reversal();
  // 10,000 free and 5,000 pledged; all but 1,000 and 2,000 of it leaves.
  world_.must("alice", Withdraw{"alice-1", "USDT", "internal", world_.amount("USDT", "9000")});
  world_.must("alice", Unpledge{"alice-1", "USDT", "internal", world_.amount("USDT", "3000")});
  world_.must("alice", Withdraw{"alice-1", "USDT", "internal", world_.amount("USDT", "3000")});
  correct(back);
  EXPECT_TRUE(held("alice-1", Bucket::free).is_zero());
  EXPECT_TRUE(held("alice-1", Bucket::pledged).is_zero());
  EXPECT_EQ(world_.state().ledger.debt(world_.state().find_account("alice-1"),
                                       world_.state().registry().find_asset("USDT")),
            world_.amount("USDT", "3000"));
  EXPECT_EQ(world_.said<CorrectionMade>()[0].body.owed, world_.amount("USDT", "3000"));
}

TEST_F(Corrections, AreForgottenWithTheCommandsThatTheyCorrect) {
  world_.trade("alice-1", kPerp, 100, "60000");
  correct(bust());
  EXPECT_EQ(world_.state().corrections().size(), 1U);
  world_.tick(days(8));
  EXPECT_TRUE(world_.state().corrections().empty());
}

TEST_F(Corrections, AnOrderOfDefaultCannotTouchAHealthyAccount) {
  world_.trade("alice-1", kPerp, 100, "60000").tick();
  const DefaultOrder order{"alice-1", DefaultCause::insolvency, Hash{1}, "a court"};
  world_.must("risk", proposal("d", order));
  world_.refuse("approver-1", Approve{"d"}, ErrorCode::account_healthy);
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::none);
}

TEST_F(Corrections, AnOrderOfDefaultActsOnAnAccountBelowItsTarget) {
  world_.trade("bob-1", kPerp, 800, "60000").tick();
  world_.price("BTC", 55'500).tick();
  ASSERT_EQ(world_.account("bob-1").ladder.default_, policy::Default::none);
  const DefaultOrder order{"bob-1", DefaultCause::insolvency, Hash{1}, "a court"};
  world_.must("risk", proposal("d", order)).must("approver-1", Approve{"d"});
  EXPECT_EQ(world_.account("bob-1").ladder.default_, policy::Default::declared);
  EXPECT_EQ(world_.said_of<DefaultChanged>("bob-1")[0].reason, policy::Reason::ordered);
  world_.tick();
  EXPECT_EQ(world_.said_of<LiquidationInstructed>("bob-1").size(), 1U);
}

TEST_F(Corrections, ALongHaltGetsASettlementPriceUntilTheAssetRunsAgain) {
  const AssetIndex eth = world_.state().registry().find_asset("ETH");
  const auto price = [&] { return world_.state().market.epoch().assets[eth.value]; };
  world_.must("venue", SetHalt{"ETH", true}).tick();
  const SettlementPrice wanted{"ETH", {1'200, 0}, "its chain is gone"};
  world_.tick(days(7) - minutes(1));
  world_.refuse("risk", proposal("p", wanted), ErrorCode::not_halted_long);
  world_.ticks(2);
  world_.must("risk", proposal("p", wanted)).must("approver-1", Approve{"p"}).tick();
  EXPECT_EQ(price().quality, market::Quality::halted);
  world_.refuse("approver-1", Approve{"p"}, ErrorCode::approval_not_independent);
  world_.must("approver-2", Approve{"p"}).tick();
  EXPECT_EQ(price().quality, market::Quality::good);
  EXPECT_EQ(price().mid, 1'200);
  world_.must("venue", SetHalt{"ETH", false}).tick();
  EXPECT_NE(price().mid, 1'200);
}

class Substitution : public Corrections {
 protected:
  Substitution() {
    world_.open("carol-1", "carol").fund("carol-1", "USDT", "2000", "2000");
    world_.fund("carol-1", "USDC", "3000", "0").trade("carol-1", kPerp, 200, "60000").tick();
  }
  SubstituteCollateral substitute(const char* in, const char* out) const {
    return {"carol-1", "internal",
            "USDC",    world_.amount("USDC", in),
            "USDT",    world_.amount("USDT", out)};
  }
};

TEST_F(Substitution, InACallOnlyWhatWorsensNothing) {
  world_.price("BTC", 55'800).tick();
  ASSERT_NE(world_.account("carol-1").ladder.coverage, policy::Coverage::normal);
  const Figures before = world_.figures("carol-1");
  world_.refuse("carol", substitute("1000", "1000"), ErrorCode::substitution_worsens);
  world_.must("carol", substitute("1200", "1000"));
  const Figures after = world_.figures("carol-1");
  EXPECT_GE(after.equity_least - after.initial, before.equity_least - before.initial);
  EXPECT_EQ(world_.held("carol-1", "USDT", "internal", Bucket::free),
            world_.amount("USDT", "1000"));
}

TEST_F(Substitution, AWideOutgoingAssetMustBeMadeUpForAtItsHighEdge) {
  world_.open("carol-2", "carol").fund("carol-2", "USDC", "1500", "1500");
  world_.fund("carol-2", "USDT", "2000", "0").trade("carol-2", kPerp, 200, "60000").tick();
  world_.price("USDC", 1, 0.02).tick();
  const auto give = [&](const char* in) {
    return SubstituteCollateral{"carol-2", "internal",
                                "USDT",    world_.amount("USDT", in),
                                "USDC",    world_.amount("USDC", "1000")};
  };
  // Between the middle and the high edge of 1,020.
  world_.refuse("carol", give("1005"), ErrorCode::substitution_worsens);
  world_.must("carol", give("1021"));
}

TEST_F(Substitution, NotWithAPriceThatIsStaleNorInDefault) {
  world_.silence("USDC").ticks(5);
  world_.refuse("carol", substitute("1200", "1000"), ErrorCode::price_not_good);
  world_.price("USDC", 1).price("BTC", 50'000).ticks(4);
  ASSERT_NE(world_.account("carol-1").ladder.default_, policy::Default::none);
  world_.refuse("carol", substitute("2900", "1"), ErrorCode::stage_forbids);
}

}  // namespace
}  // namespace bulkhead::engine
