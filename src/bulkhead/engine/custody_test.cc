// Receipts of places: late, repeated, old, refused, partial and missing; targets stay absolute when
// a leg is opened while another is open (D9.4).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using policy::LegStatus;
using policy::Vault;

class Custody : public testing::Test {
 protected:
  Custody() { open_short_of_margin(world_, "bob-1", "bob"); }
  Amount usdt(const std::string& coins) const { return world_.amount("USDT", coins); }
  Amount in_vault(const std::string& place = "vault") const {
    return world_.held("bob-1", "USDT", place, Bucket::sequestered);
  }
  CustodyReceipt receipt(ReceiptStatus status, Amount observed,
                         const std::string& place = "vault") const {
    return world_.receipt("bob-1", "USDT", place, status, observed);
  }
  LegStatus leg(const std::string& place = "vault") const {
    return world_.state()
        .legs()
        .at({world_.state().find_account("bob-1"), world_.state().registry().find_asset("USDT"),
             world_.state().registry().find_place(place)})
        .status;
  }
  Vault vault() const { return world_.account("bob-1").ladder.vault; }
  std::vector<CustodyInstructed> told() const { return world_.said_of<CustodyInstructed>("bob-1"); }

  World world_;
};

TEST_F(Custody, SkippedStepsAreAllDoneInOneEvaluation) {
  // From normal to below the sequestration level in one step: called and sequestered (D7.2).
  EXPECT_EQ(world_.said_of<CallIssued>("bob-1").size(), 1U);
  const auto ordered = world_.said_of<SequestrationOrdered>("bob-1");
  ASSERT_EQ(ordered.size(), 1U);
  EXPECT_EQ(ordered[0].trigger, policy::Reason::below_sequester);
  ASSERT_EQ(ordered[0].legs.size(), 1U);
  EXPECT_EQ(ordered[0].legs[0].to_place, "vault");
  EXPECT_EQ(ordered[0].legs[0].amount, usdt("1800"));
  EXPECT_GT(ordered[0].missing, Usd{});
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].target, usdt("1800"));
  EXPECT_EQ(told()[0].seq, 1U);
  EXPECT_EQ(vault(), Vault::moving);
  // Encumbered at once, counted once, at its source until the receipt.
  EXPECT_EQ(in_vault(), Amount{});
  EXPECT_EQ(world_.figures("bob-1").equity, usd(1000));
}

TEST_F(Custody, AppliedIsHeldAndARepetitionChangesNothing) {
  const CustodyReceipt done = receipt(ReceiptStatus::applied, usdt("1800"));
  world_.must("custodian", done);
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(world_.figures("bob-1").equity, usd(1000));
  world_.must("custodian", done);
  EXPECT_TRUE(world_.answers().back().events.empty());
  EXPECT_EQ(in_vault(), usdt("1800"));
  world_.tick();
  EXPECT_EQ(vault(), Vault::held);
  // Late words of another kind do not undo it.
  world_.must("custodian", receipt(ReceiptStatus::rejected, usdt("1800")));
  world_.must("custodian", receipt(ReceiptStatus::pending, usdt("1800")));
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(leg(), LegStatus::applied);
}

TEST_F(Custody, AppliedWithoutFinalityIsOnlyInTransit) {
  CustodyReceipt seen = receipt(ReceiptStatus::applied, usdt("1800"));
  seen.final_ = false;
  world_.must("custodian", seen);
  EXPECT_EQ(leg(), LegStatus::in_transit);
  EXPECT_EQ(in_vault(), Amount{});
}

TEST_F(Custody, PartOfItIsTakenAndTheRestGoesBack) {
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("500")));
  EXPECT_EQ(in_vault(), usdt("500"));
  EXPECT_EQ(world_.held("bob-1", "USDT", "internal", Bucket::pledged), usdt("1300"));
}

TEST_F(Custody, RejectedGoesToTheNextPlaceAfterADwell) {
  world_.must("custodian", receipt(ReceiptStatus::rejected, Amount{}));
  EXPECT_EQ(leg(), LegStatus::rejected);
  world_.ticks(2);
  EXPECT_EQ(vault(), Vault::none);
  EXPECT_EQ(told().size(), 1U);
  world_.tick();
  ASSERT_EQ(told().size(), 2U);
  EXPECT_EQ(told()[1].place, "custodian");
  EXPECT_EQ(told()[1].seq, 1U);
  EXPECT_EQ(vault(), Vault::moving);
}

TEST_F(Custody, RejectedByAllIsTriedAgainAfterADwell) {
  world_.must("custodian", receipt(ReceiptStatus::rejected, Amount{}));
  world_.ticks(3);
  world_.must("custodian", receipt(ReceiptStatus::rejected, Amount{}, "custodian"));
  world_.ticks(4);
  ASSERT_EQ(told().size(), 3U);
  EXPECT_EQ(told()[2].place, "vault");
  EXPECT_EQ(told()[2].seq, 2U);
}

TEST_F(Custody, ASilentPlaceIsAskedAgainUnderTheSameNumberAndThenPeopleAreTold) {
  world_.ticks(5);
  EXPECT_EQ(leg(), LegStatus::unknown);
  ASSERT_GE(told().size(), 2U);
  EXPECT_TRUE(told()[1].repeated);
  EXPECT_EQ(told()[1].seq, told()[0].seq);
  EXPECT_EQ(told()[1].target, told()[0].target);
  // Still encumbered, still counted as collateral once.
  EXPECT_EQ(world_.figures("bob-1").equity, usd(1000));
  world_.must("bob", SetStandingInstruction{"bob-1", {}});
  const std::size_t before = told().size();
  world_.ticks(5);
  EXPECT_GT(told().size(), before);
  // The word comes late: it counts.
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800")));
  EXPECT_EQ(in_vault(), usdt("1800"));
  world_.tick();
  EXPECT_EQ(vault(), Vault::held);
}

TEST_F(Custody, WhatASilentPlaceMayHaveIsCoveredElsewhereMeanwhile) {
  world_.ticks(5);
  ASSERT_EQ(leg(), LegStatus::unknown);
  world_.fund("bob-1", "USDT", "300", "300");
  world_.price("BTC", 54'500).ticks(4);
  const auto ordered = world_.said_of<SequestrationOrdered>("bob-1");
  ASSERT_GE(ordered.size(), 2U);
  EXPECT_EQ(ordered.back().legs.at(0).to_place, "custodian");
}

// A sequestration while a release is open: one instruction with one absolute target, and whatever
// the place then holds is what the books hold.
TEST_F(Custody, TargetsAreAbsoluteWhenLegsCross) {
  world_.places_answer().tick();
  world_.price("BTC", 66'000).ticks(6);
  EXPECT_EQ(vault(), Vault::releasing);
  EXPECT_EQ(told().back().target, Amount{});
  world_.fund("bob-1", "USDT", "700", "700");
  world_.price("BTC", 51'000).ticks(1);
  ASSERT_EQ(vault(), Vault::moving);
  const CustodyInstructed last = told().back();
  EXPECT_GT(last.target, Amount{});
  EXPECT_EQ(last.seq, told()[told().size() - 2].seq + 1);
  // Word of the superseded instruction ends nothing, but what the place holds is booked: the
  // release had been carried out before the newer instruction came.
  CustodyReceipt old = receipt(ReceiptStatus::applied, Amount{});
  old.seq = last.seq - 1;
  world_.must("custodian", old);
  EXPECT_EQ(in_vault(), Amount{});
  EXPECT_EQ(leg(), LegStatus::instructed);
  EXPECT_TRUE(world_.said<CustodyReconciled>().empty());
  world_.must("custodian", receipt(ReceiptStatus::applied, last.target));
  EXPECT_EQ(in_vault(), last.target);
  EXPECT_EQ(world_.state().ledger.pending_count(), 0U);
  EXPECT_EQ(in_vault().units + world_.held("bob-1", "USDT", "internal", Bucket::pledged).units,
            usdt("2500").units);
}

// The place carried out an older instruction and refused the newer one: what it holds stands in the
// books.
TEST_F(Custody, ARefusalTellsWhatThePlaceHolds) {
  world_.fund("bob-1", "USDT", "400", "400");
  world_.price("BTC", 54'000).ticks(4);
  const CustodyInstructed last = told().back();
  ASSERT_EQ(last.place, "vault");
  ASSERT_EQ(last.seq, 2U);
  world_.must("custodian", receipt(ReceiptStatus::rejected, usdt("1800")));
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(world_.state().ledger.pending_count(), 0U);
}

// D9.4: a place that later holds less than it confirmed. The owner's balance is marked down, the
// asset leaves the books by `external`, and what turns up again is restored.
TEST_F(Custody, ALossIsMarkedDownAndRestoredWhenItTurnsUp) {
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800"))).tick();
  const Usd before = world_.figures("bob-1").equity;
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1500")));
  EXPECT_EQ(in_vault(), usdt("1500"));
  EXPECT_EQ(world_.figures("bob-1").equity, before - usd(300));
  auto told = world_.said_of<CustodyReconciled>("bob-1");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].booked, usdt("1800"));
  EXPECT_EQ(told[0].lost, usdt("300"));
  EXPECT_EQ(world_.said_of<BalanceChanged>("bob-1").back().kind, ledger::TransferKind::receipt);
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1700")));
  EXPECT_EQ(in_vault(), usdt("1700"));
  told = world_.said_of<CustodyReconciled>("bob-1");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].found, usdt("200"));
  EXPECT_TRUE(told[1].suspense.is_zero());
}

// What nobody can explain is not the account's: it is put aside until it is gone or explained.
TEST_F(Custody, MoreThanAnyoneCanExplainIsPutAside) {
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800"))).tick();
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1950")));
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().suspense, usdt("150"));
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1900")));
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().suspense, usdt("-50"));
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1700")));
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().suspense, usdt("-100"));
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().lost, usdt("100"));
  EXPECT_EQ(in_vault(), usdt("1700"));
}

// A place that refused, and carried it out all the same: the owner's pledged balance lies there.
TEST_F(Custody, ALateReceiptAfterARefusalTakesBackWhatWasPledgedAgain) {
  world_.must("custodian", receipt(ReceiptStatus::rejected, Amount{}));
  EXPECT_EQ(world_.held("bob-1", "USDT", "internal", Bucket::pledged), usdt("1800"));
  const Usd before = world_.figures("bob-1").equity;
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1800")));
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(world_.figures("bob-1").equity, before);
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().taken, usdt("1800"));
}

// The same after it was sent to another place: both land in the end, only what is pledged moves.
TEST_F(Custody, ALateReceiptAfterReplacementDoesNotCountTwice) {
  world_.must("custodian", receipt(ReceiptStatus::rejected, Amount{})).ticks(3);
  ASSERT_EQ(told().back().place, "custodian");
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800"), "custodian"));
  world_.pass(seconds(1)).must("custodian", receipt(ReceiptStatus::applied, usdt("1800")));
  EXPECT_EQ(in_vault("custodian"), usdt("1800"));
  EXPECT_EQ(in_vault(), Amount{});
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().suspense, usdt("1800"));
}

TEST_F(Custody, AReceiptForAnOlderNumberBooksWhatIsThereAndLeavesTheRestOnItsWay) {
  world_.fund("bob-1", "USDT", "400", "400");
  world_.price("BTC", 54'000).ticks(4);
  const CustodyInstructed last = told().back();
  ASSERT_EQ(last.seq, 2U);
  CustodyReceipt old = receipt(ReceiptStatus::applied, usdt("1800"));
  old.seq = 1;
  world_.must("custodian", old);
  EXPECT_EQ(in_vault(), usdt("1800"));
  EXPECT_EQ(leg(), LegStatus::instructed);
  EXPECT_EQ(world_.state().ledger.pending_count(), 1U);
  world_.must("custodian", receipt(ReceiptStatus::applied, last.target));
  EXPECT_EQ(in_vault(), last.target);
  EXPECT_EQ(world_.state().ledger.pending_count(), 0U);
}

// A loss that is told by a word on an older instruction: the newer one is sent again for less.
TEST_F(Custody, ALossWhileALegIsOpenChangesTheTarget) {
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800"))).tick();
  world_.fund("bob-1", "USDT", "400", "400");
  world_.price("BTC", 54'000).ticks(4);
  const CustodyInstructed before = told().back();
  ASSERT_EQ(before.seq, 2U);
  CustodyReceipt old = receipt(ReceiptStatus::applied, usdt("1000"));
  old.seq = 1;
  world_.must("custodian", old);
  EXPECT_EQ(in_vault(), usdt("1000"));
  EXPECT_EQ(told().back().seq, 3U);
  EXPECT_EQ(told().back().target, before.target - usdt("800"));
}

TEST_F(Custody, AReportThatAnswersNothingIsBookedToo) {
  CustodyReceipt word = receipt(ReceiptStatus::applied, usdt("70"), "custodian");
  ASSERT_EQ(word.seq, 0U);
  world_.must("custodian", word);
  EXPECT_EQ(in_vault("custodian"), Amount{});  // not credited unasked (D4.7)
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().suspense, usdt("70"));
  word.seq = 1;
  world_.refuse("custodian", word, ErrorCode::receipt_unasked);
  word.seq = 0;
  word.place = "internal";
  world_.refuse("custodian", word, ErrorCode::holding_invalid);
  word.place = "vault";
  word.observed = Amount{Int128{1} << 97};
  world_.refuse("custodian", word, ErrorCode::out_of_range);
}

TEST_F(Custody, ASecondTimeOutIsEscalatedOnce) {
  world_.ticks(9);
  EXPECT_TRUE(world_.said<CustodyEscalated>().empty());
  world_.ticks(12);
  const auto told = world_.said_of<CustodyEscalated>("bob-1");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].place, "vault");
  EXPECT_EQ(told[0].target, usdt("1800"));
  EXPECT_EQ(told[0].asked, 3U);
}

// D9.4: asked of the next best place meanwhile; both land; what is beyond R comes back, although
// the account is far from the release level.
TEST_F(Custody, IfBothLandTheSurplusIsReleased) {
  world_.ticks(5);
  ASSERT_EQ(leg(), LegStatus::unknown);
  world_.fund("bob-1", "USDT", "300", "300");
  world_.price("BTC", 54'500).ticks(4);
  ASSERT_EQ(world_.said_of<SequestrationOrdered>("bob-1").back().legs.at(0).to_place, "custodian");
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("300"), "custodian"));
  world_.price("BTC", 58'000).tick();
  EXPECT_TRUE(world_.said_of<ReleaseOrdered>("bob-1").empty());
  world_.must("custodian", receipt(ReceiptStatus::applied, usdt("1800"))).tick();
  const auto back = world_.said_of<ReleaseOrdered>("bob-1");
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].reason, policy::Reason::surplus);
  EXPECT_EQ(vault(), Vault::releasing);
  world_.places_answer().tick();
  EXPECT_EQ(vault(), Vault::held);
  const Amount kept = in_vault() + in_vault("custodian");
  const risk::Requirement& needs =
      (*world_.engine().figures())->requirement(world_.state().find_account("bob-1"));
  const Usd required = policy::requirement(
      needs.debts, needs.positions, needs.obligations_maintenance,
      (*world_.engine().figures())->regime(world_.state().find_account("bob-1")),
      world_.state().parameters().ladder);
  EXPECT_GE(kept, Amount{required.micros});
  EXPECT_LE(kept, Amount{required.micros} + usdt("20"));
}

// D9.2: what is missing is said once, not at every tick, and again only after it was there.
TEST_F(Custody, WhatCannotBeMovedIsSaidOnce) {
  world_.places_answer().tick();
  world_.price("BTC", 55'000).ticks(12);
  EXPECT_TRUE(world_.said<SequestrationShort>().empty());  // the order had said it already
  world_.price("BTC", 66'000).ticks(1);
  world_.price("BTC", 52'000).ticks(2);
  const auto told = world_.said_of<SequestrationShort>("bob-1");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].missing, told[0].required - told[0].held);
  EXPECT_EQ(told[0].trigger, policy::Reason::below_sequester);
  world_.ticks(3);
  EXPECT_EQ(world_.said_of<SequestrationShort>("bob-1").size(), 1U);
}

}  // namespace
}  // namespace bulkhead::engine
