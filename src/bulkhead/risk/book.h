// A portfolio as lines with rows: what is simulated together, grouped by underlying. Lots of assets
// are valuation lots: down for what counts for the account, up for what it owes (D2.3).
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/base/int128.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::risk {

struct InstrumentLine {
  InstrumentIndex instrument;
  AssetIndex underlying;
  std::int64_t lots = 0;
};

struct AssetLine {
  AssetIndex asset;
  Int128 collateral = 0;  // counted
  Int128 settlement = 0;  // legs of positions, either sign
  Int128 debt = 0;        // >= 0
  Int128 obligations() const { return settlement - debt; }
  Int128 net() const { return collateral + settlement - debt; }
};

struct Book {
  std::vector<InstrumentLine> instruments;  // by (underlying, instrument)
  std::vector<AssetLine> assets;            // by asset
  std::vector<AssetIndex> underlyings;      // of all lines, sorted, unique
  bool unpriced = false;                    // an obligation has no row
};

// Lines of a portfolio. Collateral without a row or issued by the owner's group is left out (it
// counts 0). `expired_until`: positions that expire at or before it are replaced by their value now
// in the settlement asset (D3.5, the hedge that expires).
void make_book(const EpochRisk& market, const Portfolio& portfolio,
               std::optional<Timestamp> expired_until, Book& book);

// Expiries of positions inside the horizon, sorted, unique.
std::vector<Timestamp> expiries_in_horizon(const EpochRisk& market, const Portfolio& portfolio);

// C, V, B of a portfolio and its value at the edges of its prices (D4.3), summed per underlying.
struct UnderlyingValue {
  AssetIndex underlying;
  Int128 low = 0;  // micro-USD
  Int128 mid = 0;
  Int128 high = 0;
  Int128 near_low = 0;  // at spot ∓ confidence, of a volatile price
  Int128 near_high = 0;
};
struct Valuation {
  Usd least, mid, greatest;
  Usd greatest_near;         // with volatile prices at spot ∓ confidence, not at the stable price
  bool is_volatile = false;  // a price of quality `volatile` is touched
  bool at_quorum = false;    // one of them has no source more than its quorum
  Usd collateral, positions, debts;  // at mid
  market::Quality quality = market::Quality::good;
  bool unpriced = false;
  std::vector<UnderlyingValue> underlyings;  // sorted
};
void value_portfolio(const EpochRisk& market, const Portfolio& portfolio, Valuation& out);

// Whether collateral in this asset counts for this portfolio.
bool counts(const EpochRisk& market, const Portfolio& portfolio, AssetIndex asset);

}  // namespace bulkhead::risk
