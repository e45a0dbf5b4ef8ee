// The three tables by exhaustive enumeration, and the ladder as a state machine under random
// figures.
#include "bulkhead/policy/ladder.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"
#include "bulkhead/policy/default.h"
#include "bulkhead/policy/sequestration.h"

namespace bulkhead::policy {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};

Standing standing(std::int64_t equity, std::int64_t margin) {
  Standing s;
  s.equity_least = s.equity_mid = s.equity_greatest = Usd{equity};
  s.initial_margin = Usd{margin};
  s.maintenance_margin = scale_up(s.initial_margin, 7'000, 10'000);
  s.has_obligations = true;
  return s;
}

int severity(Coverage c) { return static_cast<int>(c); }

TEST(CoverageTable, HasOneRowForEveryStageAndInput) {
  const auto table = coverage_table();
  ASSERT_EQ(table.size(), 3 * kCoverageInputCount);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(table[i].from), i / kCoverageInputCount);
    EXPECT_EQ(static_cast<std::size_t>(table[i].input), i % kCoverageInputCount);
    const bool better = severity(table[i].to) < severity(table[i].from);
    if (better) {
      const bool by_exit = table[i].input == CoverageInput::exit_through_dwell ||
                           table[i].input == CoverageInput::no_obligations;
      const bool by_end =
          table[i].to == Coverage::watch && (table[i].input == CoverageInput::call_closed ||
                                             table[i].input == CoverageInput::liquidation_ended);
      EXPECT_TRUE(by_exit || by_end) << i;
    }
    EXPECT_EQ(table[i].from != table[i].to && table[i].reason == Reason::none, false) << i;
  }
}

// D7.2: worsening may skip, and each skipped preventive act is still done.
TEST(CoverageTable, AFallFromNormalToCalledStillWarns) {
  const LadderParameters p;
  const CoverageDecision d = next_coverage({}, standing(899'999, 1'000'000), 0, p, kStart);
  EXPECT_EQ(d.state.coverage, Coverage::called);
  ASSERT_EQ(d.acts().size(), 2U);
  EXPECT_EQ(d.acts()[0], CoverageAct::notify_watch);
  EXPECT_EQ(d.acts()[1], CoverageAct::issue_call);
}

TEST(Coverage, LevelsAreInclusiveFromAbove) {
  const LadderParameters p;
  const auto at = [&](std::int64_t equity) {
    return next_coverage({}, standing(equity, 1'000'000), 0, p, kStart).state.coverage;
  };
  EXPECT_EQ(at(1'000'000), Coverage::normal);  // opening at exactly IM is no reason for a call
  EXPECT_EQ(at(999'999), Coverage::watch);
  EXPECT_EQ(at(900'000), Coverage::watch);
  EXPECT_EQ(at(899'999), Coverage::called);
  EXPECT_EQ(at(-1), Coverage::called);
}

TEST(Coverage, IsJudgedAtTheGreatestEquityWhereAPriceIsStale) {
  const LadderParameters p;
  Standing s = standing(850'000, 1'000'000);
  s.equity_greatest = usd(2);
  s.worst_quality = market::Quality::volatile_;
  EXPECT_EQ(next_coverage({}, s, 0, p, kStart).state.coverage, Coverage::called);
  s.worst_quality = market::Quality::stale;
  EXPECT_EQ(next_coverage({}, s, 0, p, kStart).state.coverage, Coverage::normal);
}

TEST(Coverage, DwellCountsFromTheFirstTickAtExitAndForgetsOnTheFirstBelow) {
  const LadderParameters p;
  LadderState state;
  state = next_coverage(state, standing(950, 1'000), 0, p, kStart).state;
  ASSERT_EQ(state.coverage, Coverage::watch);
  const auto tick = [&](int minute, std::int64_t equity) {
    const Timestamp now = kStart + minutes(minute);
    state = advance_timers(state, standing(equity, 1'000), true, p, now);
    state = next_coverage(state, standing(equity, 1'000), 0, p, now).state;
    return state.coverage;
  };
  EXPECT_EQ(tick(1, 1'050), Coverage::watch);
  EXPECT_EQ(tick(10, 1'049), Coverage::watch);  // one below: all forgotten
  EXPECT_EQ(tick(11, 1'050), Coverage::watch);
  EXPECT_EQ(tick(20, 1'050), Coverage::watch);
  EXPECT_EQ(tick(21, 1'050), Coverage::normal);
}

TEST(Coverage, WithoutOpenCallACalledAccountAboveTheCallLevelGoesToWatch) {
  const LadderParameters p;
  LadderState state;
  state.coverage = Coverage::called;
  EXPECT_EQ(next_coverage(state, standing(950, 1'000), 1, p, kStart).state.coverage,
            Coverage::called);
  EXPECT_EQ(next_coverage(state, standing(950, 1'000), 0, p, kStart).state.coverage,
            Coverage::watch);
  EXPECT_EQ(next_coverage(state, standing(1'060, 1'000), 0, p, kStart).state.coverage,
            Coverage::called);
}

TEST(Coverage, LiquidateOnlyNeverCalls) {
  LadderParameters p;
  p.kind = LadderKind::liquidate_only;
  EXPECT_EQ(next_coverage({}, standing(1, 1'000), 0, p, kStart).state.coverage, Coverage::watch);
}

// Under any figures: only transitions of the table, no bettering without the dwell, and the exit
// dwell tells exactly since when the exit level has held.
TEST(Coverage, RandomWalkNeverFlapsWithinTheDwell) {
  const LadderParameters p;
  RandomStream random(99, 1);
  for (int run = 0; run < 300; ++run) {
    LadderState state;
    Timestamp now = kStart;
    Timestamp exit_since = now;
    bool at_exit = false;
    for (int i = 0; i < 200; ++i) {
      now = now + seconds(static_cast<std::int64_t>(1 + random.below(240)));
      const Standing s = standing(static_cast<std::int64_t>(850 + random.below(400)), 1'000);
      const bool exit_now = at_level(s, s.equity_mid, p.levels.target_bp);
      if (!exit_now || !at_exit) exit_since = now;
      at_exit = exit_now;
      state = advance_timers(state, s, true, p, now);
      const auto calls = static_cast<std::uint32_t>(random.below(2));
      const CoverageDecision d = next_coverage(state, s, calls, p, now);
      EXPECT_EQ(d.state.coverage, d.transition.to);
      if (severity(d.state.coverage) < severity(state.coverage) &&
          d.state.coverage == Coverage::normal) {
        EXPECT_TRUE(at_exit && now - exit_since >= p.dwell.normal);
      }
      if (d.changed()) exit_since = at_exit ? now : exit_since;
      // Nobody looking between ticks changes anything: the same tick decided twice agrees.
      EXPECT_EQ(next_coverage(state, s, calls, p, now).state, d.state);
      state = d.state;
    }
  }
}

TEST(VaultTable, HasOneRowForEveryStageAndInput) {
  const auto table = vault_table();
  ASSERT_EQ(table.size(), 4 * kVaultInputCount);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(table[i].from), i / kVaultInputCount);
    EXPECT_EQ(static_cast<std::size_t>(table[i].input), i % kVaultInputCount);
    if (table[i].input == VaultInput::sequester) {
      EXPECT_EQ(table[i].to, Vault::moving);
    }
    if (!table[i].allowed) {
      EXPECT_EQ(table[i].from, table[i].to);
    }
  }
}

TEST(Vault, TakesTheWholeRoundAndKeepsItsDates) {
  LadderState s;
  s = apply_vault(s, VaultInput::sequester, kStart, Reason::look_ahead).state;
  EXPECT_EQ(s.vault, Vault::moving);
  EXPECT_EQ(s.last_sequestration, kStart);
  EXPECT_EQ(vault_input(2, true), VaultInput::quiet);
  s = apply_vault(s, vault_input(0, true), kStart + minutes(2)).state;
  EXPECT_EQ(s.vault, Vault::held);
  EXPECT_EQ(s.held_since, kStart + minutes(2));
  s = apply_vault(s, VaultInput::release, kStart + hours(1)).state;
  EXPECT_EQ(s.vault, Vault::releasing);
  s = apply_vault(s, vault_input(0, false), kStart + hours(2)).state;
  EXPECT_EQ(s.vault, Vault::none);
  EXPECT_FALSE(s.held_since.has_value());
}

TEST(VaultDeathTest, ReleaseFromNothingIsAMistakeOfTheCaller) {
  EXPECT_DEATH((void)apply_vault({}, VaultInput::release, kStart), "allowed");
}

TEST(DefaultTable, HasOneRowForEveryStageAndInputAndClosedIsForGood) {
  const auto table = default_table();
  ASSERT_EQ(table.size(), 4 * kDefaultInputCount);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(table[i].from), i / kDefaultInputCount);
    EXPECT_EQ(static_cast<std::size_t>(table[i].input), i % kDefaultInputCount);
    if (table[i].from == Default::closed) {
      EXPECT_EQ(table[i].to, Default::closed);
    }
    // Liquidation only after default (D1).
    if (table[i].to == Default::liquidating) {
      EXPECT_NE(table[i].from, Default::none);
    }
    // A cure counts only before the first slice.
    if (table[i].input == DefaultInput::cured && table[i].from == Default::liquidating) {
      EXPECT_EQ(table[i].to, Default::liquidating);
    }
  }
}

}  // namespace
}  // namespace bulkhead::policy
