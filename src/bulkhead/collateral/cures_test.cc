// The least cure against a scan of every amount.
#include "bulkhead/collateral/cures.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"

namespace bulkhead::collateral {
namespace {

TEST(Cures, EqualsAScanOfEveryStep) {
  RandomStream random(5, 1);
  int none = 0;
  for (int trial = 0; trial < 3'000; ++trial) {
    const auto price = static_cast<std::int64_t>(1 + random.below(20));
    const auto charge = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(price)));
    const auto equity = static_cast<std::int64_t>(random.below(2'000));
    const auto margin = static_cast<std::int64_t>(random.below(2'000));
    const EvaluateCure evaluate = [&](Amount x) {
      const auto n = static_cast<std::int64_t>(x.units);
      return CureFigures{Usd{equity + n * price}, Usd{margin + n * charge / 2}};
    };
    const CureRequest request{10'500, Amount{Int128{1 + random.below(7)}},
                              Amount{Int128{1 + random.below(30)}},
                              Amount{Int128{random.below(300)}}};
    std::optional<Amount> expected;
    for (Int128 x = 0; !expected; x += request.step.units) {
      const Amount amount = min(Amount{x}, request.cap);
      const CureFigures f = evaluate(amount);
      if (at_least_bp(f.equity, 10'500, f.initial_margin)) expected = amount;
      if (x >= request.cap.units) break;
    }
    const auto cure = least_cure(request, evaluate, Amount{Int128{random.below(400)}});
    ASSERT_EQ(cure.has_value(), expected.has_value()) << trial;
    if (!cure) {
      ++none;
      continue;
    }
    EXPECT_EQ(cure->least, *expected) << trial;
    EXPECT_GE(cure->delivery, cure->least);
    EXPECT_LE(cure->delivery, max(request.cap, cure->least));
    EXPECT_LT((cure->delivery - cure->least).units, request.unit.units);
    EXPECT_EQ(cure->after.equity, evaluate(cure->least).equity);
  }
  EXPECT_GT(none, 100);
}

TEST(Cures, BisectionIsShortEvenForManyMinorUnits) {
  const EvaluateCure evaluate = [](Amount x) {
    return CureFigures{saturate_usd(x.units / 1'000'000'000), usd(1'000'000)};
  };
  const CureRequest request{10'500, Amount{1}, Amount{1}, Amount{Int128{1} << 100}};
  const auto cure = least_cure(request, evaluate);
  ASSERT_TRUE(cure.has_value());
  EXPECT_EQ(cure->least.units, Int128{1'050'000'000'000} * 1'000'000'000);
  EXPECT_LE(cure->evaluations, 160U);
}

TEST(Cures, PullsInTheStatedOrderAndOnlyAsNeeded) {
  // First source worth 1 a unit, second 2, third 1; need 100.
  const EvaluatePull evaluate = [](std::span<const Amount> a) {
    const Int128 equity = a[0].units + 2 * a[1].units + a[2].units;
    return CureFigures{Usd{static_cast<std::int64_t>(equity)}, Usd{100}};
  };
  const PullSource thirty{Amount{30}, Amount{1}, Amount{10}};
  const PullSource many{Amount{1'000}, Amount{1}, Amount{10}};
  const std::vector<PullSource> sources{thirty, many, many};
  const PullPlan plan = plan_pull(sources, 10'000, evaluate);
  EXPECT_TRUE(plan.cured);
  EXPECT_EQ(plan.amounts[0].units, 30);
  EXPECT_EQ(plan.amounts[1].units, 40);  // 35 cure; rounded up to the unit
  EXPECT_EQ(plan.amounts[2].units, 0);
  const PullPlan poor = plan_pull(std::vector<PullSource>{thirty, thirty, {}}, 10'000, evaluate);
  EXPECT_FALSE(poor.cured);
  EXPECT_EQ(poor.amounts[1].units, 30);
}

}  // namespace
}  // namespace bulkhead::collateral
