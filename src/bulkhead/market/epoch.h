// A closed market epoch: every price, mark, volatility and regime as of one Tick (D4.6). Immutable
// once closed; requirements cite its log index.
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::market {

// By severity (D4.2).
enum class Quality : std::uint8_t { good, wide, volatile_, stale, no_quorum, halted };
BULKHEAD_ENUM_NAMES(Quality, "good", "wide", "volatile", "stale", "no_quorum", "halted")

enum class Regime : std::uint8_t { calm, normal, high, extreme };
BULKHEAD_ENUM_NAMES(Regime, "calm", "normal", "high", "extreme")

// Price of an asset in numéraire: the interval of D4.3 by quality, [mid, mid] when good. A halted
// asset has [0, 2·mid]: holdings are worth [low, mid], debts and shorts [mid, high].
struct AssetPrice {
  double mid = 0;  // aggregate; last good or wide aggregate when stale or worse; 0: never priced
  double low = 0;
  double high = 0;
  double stable = 0;          // D4.2 stable price, 0 before its start
  double confidence = 0;      // half width
  double aggregate = 0;       // the aggregate as it is now, 0 if there is none
  std::uint32_t sources = 0;  // that made up the aggregate
  Quality quality = Quality::no_quorum;
  std::uint32_t quorum = 0;  // that the sources had to reach
  bool priced() const { return mid > 0; }

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "mid", self.mid);
    visit(2, "low", self.low);
    visit(3, "high", self.high);
    visit(4, "stable", self.stable);
    visit(5, "confidence", self.confidence);
    visit(6, "aggregate", self.aggregate);
    visit(7, "sources", self.sources);
    visit(8, "quality", self.quality);
    visit(9, "quorum", self.quorum);
  }
};

enum class MarkOrigin : std::uint8_t { none, observed, derived, model };
BULKHEAD_ENUM_NAMES(MarkOrigin, "none", "observed", "derived", "model")

// Mark of an instrument. price: F of a perpetual or future in its quote (settlement units if
// linear, numéraire if inverse); for an option, the forward of its expiry in numéraire. volatility:
// annual, options only. Quality is the worst of the inputs (D4.1). A linear option's strike is in
// settlement units: premium = black76(price, strike·X, σ√T), X the settlement asset's price.
struct InstrumentMark {
  double price = 0;
  double volatility = 0;
  double premium = 0;  // options: Black-76 in numéraire per coin; else 0
  Quality quality = Quality::no_quorum;
  MarkOrigin origin = MarkOrigin::none;             // of price
  MarkOrigin volatility_origin = MarkOrigin::none;  // options
};

// Per asset as an underlying.
struct Underlying {
  double volatility_fast = 0;  // daily, EWMA
  double volatility_slow = 0;  // daily, EWMA
  Regime regime = Regime::normal;
};

struct Epoch {
  std::uint64_t log_index = 0;  // of the Tick that closed it
  Timestamp time;
  std::vector<AssetPrice> assets;           // by AssetIndex
  std::vector<InstrumentMark> instruments;  // by InstrumentIndex
  std::vector<Underlying> underlyings;      // by AssetIndex
};

}  // namespace bulkhead::market
