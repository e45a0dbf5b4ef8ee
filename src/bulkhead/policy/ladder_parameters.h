// The numbers of the ladder: levels, dwell, deadlines, minimum transfers, confirmation, liquidation
// (D7–D10; defaults of D13 as documentation of what is shipped).
#pragma once

#include <cstdint>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/epoch.h"

namespace bulkhead::policy {

// One value per regime (D7.3).
struct RegimeDurations {
  Duration calm;
  Duration normal;
  Duration high;
  Duration extreme;

  friend bool operator==(const RegimeDurations&, const RegimeDurations&) = default;
  Duration at(market::Regime regime) const;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "calm", self.calm);
    visit(2, "normal", self.normal);
    visit(3, "high", self.high);
    visit(4, "extreme", self.extreme);
  }
};

struct RegimeShares {
  BasisPoints calm = 0;
  BasisPoints normal = 0;
  BasisPoints high = 0;
  BasisPoints extreme = 0;

  friend bool operator==(const RegimeShares&, const RegimeShares&) = default;
  BasisPoints at(market::Regime regime) const;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "calm", self.calm);
    visit(2, "normal", self.normal);
    visit(3, "high", self.high);
    visit(4, "extreme", self.extreme);
  }
};

// Multiples of IM at which the ladder acts, strictly falling (D7.1). Target is also the exit level.
struct Levels {
  BasisPoints release_bp = 11'500;
  BasisPoints target_bp = 10'500;
  BasisPoints watch_bp = 10'000;
  BasisPoints call_bp = 9'000;
  BasisPoints sequester_bp = 8'000;
  BasisPoints maintenance_bp = 7'000;  // ρ (D5.7)

  friend bool operator==(const Levels&, const Levels&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "release_bp", self.release_bp);
    visit(2, "target_bp", self.target_bp);
    visit(3, "watch_bp", self.watch_bp);
    visit(4, "call_bp", self.call_bp);
    visit(5, "sequester_bp", self.sequester_bp);
    visit(6, "maintenance_bp", self.maintenance_bp);
  }
};

struct CallParameters {
  RegimeDurations deadline{hours(24), hours(8), hours(2), minutes(30)};
  Usd minimum_transfer = usd(100);
  BasisPoints minimum_transfer_of_margin_bp = 500;  // MTA = min(policy, this share of IM)
  Usd rounding = usd(10);
  std::uint32_t open_calls_max = 8;   // per account (D2.6)
  Duration dispute_clock = hours(4);  // then what is disputed is due (D8.3)

  friend bool operator==(const CallParameters&, const CallParameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "deadline", self.deadline);
    visit(2, "minimum_transfer", self.minimum_transfer);
    visit(3, "minimum_transfer_of_margin_bp", self.minimum_transfer_of_margin_bp);
    visit(4, "rounding", self.rounding);
    visit(5, "open_calls_max", self.open_calls_max);
    visit(6, "dispute_clock", self.dispute_clock);
  }
};

struct SequestrationParameters {
  RegimeShares multiple_bp{8'000, 10'000, 12'500, 15'000};  // k of D9.2
  RegimeDurations look_ahead{hours(1), hours(1), hours(1), hours(1)};
  std::uint32_t finality_multiple = 2;          // look-ahead >= this times the place's p95 (D9.1)
  BasisPoints breach_weight_bp = 500;           // P above which look-ahead triggers
  BasisPoints breach_weight_clear_bp = 250;     // at or below which it is clear again
  BasisPoints gap_bp = 500;                     // of R
  Duration review_after = days(7);              // maximum duration before a review (D9.5)
  BasisPoints vault_concentration_bp = 10'000;  // of R, the most that may lie at one place
  BasisPoints depeg_bp = 200;                   // a stablecoin this far below 1 is alarmed (D9.1)
  BasisPoints depeg_clear_bp = 100;             // at or above this it is clear again …
  Duration alarm_clear_after = minutes(30);     // … and any alarm once clear through this
  std::uint32_t false_alarms_max = 3;           // of an account within the window: then triggers
  Duration false_alarm_window = days(1);        // that only foresee are not followed (D9.6)

  friend bool operator==(const SequestrationParameters&, const SequestrationParameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "multiple_bp", self.multiple_bp);
    visit(2, "look_ahead", self.look_ahead);
    visit(3, "finality_multiple", self.finality_multiple);
    visit(4, "breach_weight_bp", self.breach_weight_bp);
    visit(5, "breach_weight_clear_bp", self.breach_weight_clear_bp);
    visit(6, "gap_bp", self.gap_bp);
    visit(7, "review_after", self.review_after);
    visit(8, "vault_concentration_bp", self.vault_concentration_bp);
    visit(9, "depeg_bp", self.depeg_bp);
    visit(10, "depeg_clear_bp", self.depeg_clear_bp);
    visit(11, "alarm_clear_after", self.alarm_clear_after);
    visit(12, "false_alarms_max", self.false_alarms_max);
    visit(13, "false_alarm_window", self.false_alarm_window);
  }
};

struct DefaultParameters {
  Duration confirm_for = seconds(30);
  std::uint32_t confirm_aggregates = 3;
  Duration tick_step_max = minutes(10);  // a later tick is an outage (D2.4)
  Duration outage_grace = minutes(15);   // nothing destructive before (D4.5)
  Duration liquidation_interval = minutes(1);
  BasisPoints capacity_bp = 200;                 // of ADV per day …
  std::uint32_t capacity_minutes = 10;           // … times these minutes, per interval (D13)
  BasisPoints closing_band_bp = 500;             // worst price against fair …
  Duration closing_band_after = minutes(30);     // … reached after this time (D10.4)
  Duration confirm_volatile_for = seconds(120);  // at spot, with a source more than the quorum
  std::uint32_t plan_ticks = 3;                  // that a planner is waited for (D10.2)
  Duration deleverage_after = hours(1);   // instructed and nothing filled for so long (D10.3)
  BasisPoints auction_premium_bp = 100;   // over fair, at which an auction begins (D10.2)
  Duration auction_length = minutes(30);  // until its price is at the end of the band; 0: none held
  BasisPoints gains_haircut_bp = 5'000;   // most of unpaid gains since a default (D10.3)

  friend bool operator==(const DefaultParameters&, const DefaultParameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "confirm_for", self.confirm_for);
    visit(2, "confirm_aggregates", self.confirm_aggregates);
    visit(3, "tick_step_max", self.tick_step_max);
    visit(4, "outage_grace", self.outage_grace);
    visit(5, "liquidation_interval", self.liquidation_interval);
    visit(6, "capacity_bp", self.capacity_bp);
    visit(7, "capacity_minutes", self.capacity_minutes);
    visit(8, "closing_band_bp", self.closing_band_bp);
    visit(9, "closing_band_after", self.closing_band_after);
    visit(10, "confirm_volatile_for", self.confirm_volatile_for);
    visit(11, "plan_ticks", self.plan_ticks);
    visit(12, "deleverage_after", self.deleverage_after);
    visit(13, "auction_premium_bp", self.auction_premium_bp);
    visit(14, "auction_length", self.auction_length);
    visit(15, "gains_haircut_bp", self.gains_haircut_bp);
  }
};

// full: the whole ladder. liquidate_only: no call and no sequestration, for comparison (D12.3).
enum class LadderKind : std::uint8_t { full, liquidate_only };
BULKHEAD_ENUM_NAMES(LadderKind, "full", "liquidate_only")

struct LadderParameters {
  LadderKind kind = LadderKind::full;
  Levels levels;
  RegimeDurations dwell{minutes(10), minutes(10), minutes(10), minutes(10)};
  BasisPoints regime_membership_bp = 1'000;  // share of IM° that makes an underlying count (D7.3)
  CallParameters calls;
  SequestrationParameters sequestration;
  DefaultParameters defaults;
  // In which levels, haircuts and account limits move to those of a new version (D7.3).
  Duration parameter_ramp = hours(1);

  friend bool operator==(const LadderParameters&, const LadderParameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "levels", self.levels);
    visit(3, "dwell", self.dwell);
    visit(4, "regime_membership_bp", self.regime_membership_bp);
    visit(5, "calls", self.calls);
    visit(6, "sequestration", self.sequestration);
    visit(7, "defaults", self.defaults);
    visit(8, "parameter_ramp", self.parameter_ramp);
  }
};

// out_of_range naming the field; levels out of order: levels_out_of_order naming both levels.
Status validate(const LadderParameters& parameters);

}  // namespace bulkhead::policy
