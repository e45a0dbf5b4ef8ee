// The shipped parameters are valid; what is out of order is refused by name; records keep their
// bytes.
#include "bulkhead/policy/parameters.h"

#include <gtest/gtest.h>

#include <set>

#include "bulkhead/base/canonical.h"
#include "bulkhead/policy/account_regime.h"
#include "bulkhead/policy/calls.h"
#include "bulkhead/policy/custody_leg.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::policy {
namespace {

TEST(Parameters, ShippedSetIsValidAndSurvivesItsBytes) {
  const ParameterSet set = default_parameters();
  const Status status = validate(set);
  ASSERT_TRUE(status.has_value()) << to_string(status.error());
  const Bytes bytes = encode(set);
  EXPECT_LT(bytes.size(), 60U * 1024);
  const auto back = decode<ParameterSet>(bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_EQ(back->ladder, set.ladder);
  EXPECT_EQ(back->collateral, set.collateral);
}

// D7.1, D13: the shipped levels.
TEST(Parameters, ShippedNumbersAreThoseOfTheDesign) {
  const LadderParameters p = default_parameters().ladder;
  EXPECT_EQ(p.levels.release_bp, 11'500);
  EXPECT_EQ(p.levels.target_bp, 10'500);
  EXPECT_EQ(p.levels.watch_bp, 10'000);
  EXPECT_EQ(p.levels.call_bp, 9'000);
  EXPECT_EQ(p.levels.sequester_bp, 8'000);
  EXPECT_EQ(p.levels.maintenance_bp, 7'000);
  EXPECT_EQ(p.dwell.extreme, minutes(10));
  EXPECT_EQ(p.calls.deadline.extreme, minutes(30));
  EXPECT_EQ(p.sequestration.multiple_bp.high, 12'500);
}

TEST(Parameters, LevelsOutOfOrderAreRefusedNamingBoth) {
  LadderParameters p;
  p.levels.call_bp = 10'000;
  const Status status = validate(p);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::levels_out_of_order);
  EXPECT_EQ(status.error().field, "ladder.levels.call_bp");
  EXPECT_EQ(status.error().value, "10000");
  EXPECT_EQ(status.error().detail, "must lie below watch_bp = 10000");
}

TEST(Parameters, OutOfRangeNamesFieldAndValue) {
  LadderParameters p;
  p.calls.deadline.high = seconds(5);
  EXPECT_EQ(validate(p).error().field, "ladder.calls.deadline.high");
  EXPECT_EQ(validate(p).error().value, "5s");
  p = {};
  p.sequestration.breach_weight_clear_bp = 501;
  EXPECT_EQ(validate(p).error().field, "ladder.sequestration.breach_weight_clear_bp");
}

TEST(Parameters, RoomsMustAgreeOnMaintenance) {
  ParameterSet set = default_parameters();
  set.risk.maintenance = 6'999;
  const Status status = validate(set);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::parameters_disagree);
  set = default_parameters();
  set.version = 0;
  EXPECT_FALSE(validate(set).has_value());
}

TEST(Records, SurviveTheirBytes) {
  LadderState state;
  state.coverage = Coverage::called;
  state.exit_dwell.since = Timestamp{};  // present and zero is not absent
  state.maintenance_breach = {Timestamp{5}, 2};
  state.last_sequestration = Timestamp{9};
  state.default_ = Default::declared;
  EXPECT_EQ(decode<LadderState>(encode(state)).value(), state);
  Call call;
  call.id = 3;
  call.delivered = Usd{-1};
  call.status = CallStatus::missed;
  EXPECT_EQ(decode<Call>(encode(call)).value(), call);
  CustodyLeg leg = instruct({}, Amount{Int128{1} << 100}, minutes(1), Timestamp{7});
  EXPECT_EQ(decode<CustodyLeg>(encode(leg)).value(), leg);
}

TEST(Reasons, HaveDistinctNames) {
  const auto names = enum_names(Reason{});
  ASSERT_EQ(names.size(), kReasonCount);
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), kReasonCount);
  EXPECT_EQ(to_string(Reason::below_release), "below_release");
}

TEST(AccountRegime, IsTheHighestAmongThoseThatCount) {
  using market::Regime;
  const std::vector<UnderlyingShare> shares{{AssetIndex(0U), Regime::normal, usd(80)},
                                            {AssetIndex(1U), Regime::high, usd(10)},
                                            {AssetIndex(2U), Regime::extreme, usd(10) - Usd{1}}};
  EXPECT_EQ(account_regime(shares, usd(100), 1'000), Regime::high);
  EXPECT_EQ(account_regime(shares, usd(101), 1'000), Regime::normal);
  EXPECT_EQ(account_regime({}, Usd{}, 1'000), Regime::calm);
}

}  // namespace
}  // namespace bulkhead::policy
