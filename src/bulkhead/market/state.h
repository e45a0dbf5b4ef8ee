// The keyed records of the market: all that affects its future, one per source, asset and
// instrument.
#pragma once

#include <cstdint>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/epoch.h"

namespace bulkhead::market {

// Last accepted observation of a source.
struct SourceState {
  double price = 0;  // 0: none yet
  double confidence = 0;
  Timestamp time;          // source time
  std::uint64_t tick = 0;  // number of the tick that it is (or was) the observation for, from 1
  double basis = 0;        // marks: price against spot when it was used, 0 before
  std::uint64_t dropped_old = 0;
  std::uint64_t dropped_second = 0;
  std::uint64_t dropped_future = 0;
  std::uint64_t dropped_range = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "price", self.price);
    visit(2, "confidence", self.confidence);
    visit(3, "time", self.time);
    visit(4, "tick", self.tick);
    visit(5, "basis", self.basis);
    visit(6, "dropped_old", self.dropped_old);
    visit(7, "dropped_second", self.dropped_second);
    visit(8, "dropped_future", self.dropped_future);
    visit(9, "dropped_range", self.dropped_range);
  }
};

// Online estimators of one asset (D7.3): daily variances and the decaying greatest jump.
struct EstimatorState {
  double fast = 0;          // variance per day
  double slow = 0;          // variance per day
  double sample_price = 0;  // 0: none yet
  Timestamp sample_time;
  double jump = 0;  // in daily slow standard deviations, as of jump_time
  Timestamp jump_time;
  Regime regime = Regime::normal;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "fast", self.fast);
    visit(2, "slow", self.slow);
    visit(3, "sample_price", self.sample_price);
    visit(4, "sample_time", self.sample_time);
    visit(5, "jump", self.jump);
    visit(6, "jump_time", self.jump_time);
    visit(7, "regime", self.regime);
  }
};

// Stable price y with its average x (D4.2).
struct StableState {
  double average = 0;  // x
  double price = 0;    // y, 0: not started
  Timestamp time;      // of the last good or wide aggregate

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "average", self.average);
    visit(2, "price", self.price);
    visit(3, "time", self.time);
  }
};

struct AssetState {
  AssetPrice price;  // as the last epoch closed it
  StableState stable;
  double last_good = 0;  // last good or wide aggregate
  double last_good_confidence = 0;
  Timestamp last_good_time;
  EstimatorState estimators;
  double implied = 0;  // 30-day at-the-money volatility, annual; 0: never observed
  bool implied_stale = false;
  double model_volatility = 0;  // annual, by model from the estimators
  bool halted = false;
  Timestamp halted_at;    // of a halted asset
  double settlement = 0;  // price of a halted asset by two persons (D4.7); 0: none

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "price", self.price);
    visit(2, "stable", self.stable);
    visit(3, "last_good", self.last_good);
    visit(4, "last_good_confidence", self.last_good_confidence);
    visit(5, "last_good_time", self.last_good_time);
    visit(6, "estimators", self.estimators);
    visit(7, "implied", self.implied);
    visit(8, "implied_stale", self.implied_stale);
    visit(9, "model_volatility", self.model_volatility);
    visit(10, "halted", self.halted);
    visit(11, "halted_at", self.halted_at);
    visit(12, "settlement", self.settlement);
  }
};

// What the last epoch knew of an instrument beside its assets' prices; the mark is a function of
// this, of the assets' records and of the epoch's time.
struct InstrumentState {
  double observed = 0;  // perpetual, future: aggregate of fresh observations at this epoch, else 0
  double basis = 0;     // perpetual, future: last mark over spot in its quote, 0: never observed
  double volatility = 0;        // options: last observed, 0: never
  Quality own = Quality::good;  // by its own observations alone

  friend bool operator==(const InstrumentState&, const InstrumentState&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "observed", self.observed);
    visit(2, "basis", self.basis);
    visit(3, "volatility", self.volatility);
    visit(4, "own", self.own);
  }
};

// "market/epoch".
struct EpochState {
  std::uint64_t log_index = 0;
  Timestamp time;
  std::uint64_t ticks = 0;  // closed so far

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "log_index", self.log_index);
    visit(2, "time", self.time);
    visit(3, "ticks", self.ticks);
  }
};

}  // namespace bulkhead::market
