// The market as the core sees it: registered things, sources' last values, and the last closed
// epoch (D4). Observations only update sources; close_epoch() aggregates, grades, and moves stable
// prices and estimators. Deterministic: no clock, no order of registration or arrival inside a tick
// matters to an aggregate.
//
//   market.observe(source, 50'000, 5, source_time, receive_time);
//   const EpochChange& change = market.close_epoch(t, log_index, parameters);
//   market.epoch().assets[btc.value].mid;
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/aggregate.h"
#include "bulkhead/market/asset_price.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/marks.h"
#include "bulkhead/market/parameters.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/market/state.h"

namespace bulkhead::market {

// What became of an observation. Everything but `accepted` is dropped and counted (D4.6).
enum class Outcome : std::uint8_t {
  accepted,
  equal_or_older,
  second_in_tick,
  future,
  out_of_range
};
BULKHEAD_ENUM_NAMES(Outcome, "accepted", "equal_or_older", "second_in_tick", "future",
                    "out_of_range")

struct AssetQualityChange {
  AssetIndex asset;
  Quality from = Quality::no_quorum;
  Quality to = Quality::no_quorum;
};
struct MarkQualityChange {
  InstrumentIndex instrument;
  Quality from = Quality::no_quorum;
  Quality to = Quality::no_quorum;
};
struct RegimeChange {
  AssetIndex underlying;
  Regime from = Regime::normal;
  Regime to = Regime::normal;
};

// What an epoch changed against the one before it, each list in index order. Newly registered
// things start at no_quorum and normal.
struct EpochChange {
  std::vector<AssetQualityChange> assets;
  std::vector<MarkQualityChange> instruments;
  std::vector<RegimeChange> regimes;
  bool empty() const { return assets.empty() && instruments.empty() && regimes.empty(); }
};

class Market {
 public:
  const Registry& registry() const { return registry_; }

  // As Registry::add. The epoch grows at once: a new asset is unpriced, no_quorum (the numéraire:
  // 1, good); a new instrument has the mark that the epoch's prices give it.
  Result<AssetIndex> add(Asset asset);
  Result<InstrumentIndex> add(Instrument instrument);
  Result<SourceIndex> add(Source source);
  Result<PlaceIndex> add(Place place);

  // One observation of a source's subject: a price in the source's quote, a mark in the
  // instrument's quote, or an annual volatility; `confidence` is its half width in the same unit.
  // Finite, price > 0 and confidence >= 0 are the caller's duty (asserted). Prices outside [1e-15,
  // 1e15] and volatilities outside [0.0001, 20] are out_of_range; a source time more than the
  // permitted skew beyond the receive time is future; at most one is accepted between two closes.
  Outcome observe(SourceIndex source, double price, double confidence, Timestamp source_time,
                  Timestamp receive_time, const Parameters& parameters);

  // Closes the epoch of Tick(t) recorded at `log_index`. t never decreases (asserted). The
  // reference is valid until the next call.
  const EpochChange& close_epoch(Timestamp t, std::uint64_t log_index,
                                 const Parameters& parameters);

  const Epoch& epoch() const { return epoch_; }

  // Halts an asset's price from the next close on (D4.3), or lets it run again. Idempotent. The
  // numéraire cannot be halted (asserted).
  void halt(AssetIndex asset, Timestamp now);
  void resume(AssetIndex asset);
  bool halted(AssetIndex asset) const { return assets_[asset.value].halted; }
  // The good price of a halted asset from the next close on, until it runs again; price > 0, in
  // numéraire (D4.7).
  void settle(AssetIndex asset, double price);

  // Last accepted value of a source and its counts of dropped observations.
  const SourceState& source(SourceIndex i) const { return sources_[i.value]; }
  // Stable price, last good price, estimators.
  const AssetState& asset(AssetIndex i) const { return assets_[i.value]; }
  const InstrumentState& instrument(InstrumentIndex i) const { return instruments_[i.value]; }

  // Records "market/asset/00000000", "market/epoch", "market/instrument/…", "market/source/…" and
  // "registry/…". restore() takes records in key order; finish_restore() checks that they fit one
  // another and rebuilds the closed epoch and the indices: everything after is bit-identical.
  void collect_changes(ChangeSet& out);
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  // Growth with the registry (market_state.cc).
  void grow_asset(AssetIndex i);
  void grow_instrument(InstrumentIndex i);
  void grow_source(SourceIndex i);
  void order_assets();
  void visit_order(std::uint32_t asset, std::vector<bool>& seen);

  // One tick (market.cc).
  AssetAggregate collect_quotes(AssetIndex i, bool volatile_quotes, const Parameters& p) const;
  Aggregate collect_volatilities(const std::vector<std::uint32_t>& sources,
                                 const Parameters& p) const;
  std::vector<MarkObservation> collect_marks(InstrumentIndex i, const Parameters& p);
  MarkInputs inputs_of(InstrumentIndex i) const;
  void close_asset(AssetIndex i, const Parameters& p);
  void close_implied(AssetIndex i, const Parameters& p);
  void close_instrument(InstrumentIndex i, const Parameters& p);
  void report_assets();
  void report_marks();

  // The closed epoch as a function of the records.
  void publish_asset(AssetIndex i);
  void publish_mark(InstrumentIndex i);
  void find_forwards();

  void touch_asset(std::uint32_t i) { dirty_assets_.insert(i); }
  void touch_instrument(std::uint32_t i) { dirty_instruments_.insert(i); }
  void touch_source(std::uint32_t i) { dirty_sources_.insert(i); }

  Registry registry_;
  std::vector<SourceState> sources_;
  std::vector<AssetState> assets_;
  std::vector<InstrumentState> instruments_;
  EpochState clock_;
  Epoch epoch_;
  EpochChange change_;

  // Derived from the registry.
  std::vector<std::vector<std::uint32_t>> asset_sources_;  // asset_price sources by asset
  std::vector<std::vector<std::uint32_t>> index_sources_;  // implied_volatility sources by asset
  std::vector<std::vector<std::uint32_t>> instrument_sources_;  // by instrument
  std::vector<std::vector<std::uint32_t>> futures_;             // dated futures by underlying asset
  std::vector<std::vector<ForwardNode>> forwards_;              // as of the epoch, by underlying
  std::vector<AssetIndex> source_quotes_;                       // invalid: the numéraire
  std::vector<std::uint32_t> order_;  // assets, quote assets before what is quoted in them

  // Changed since collect_changes().
  std::set<std::uint32_t> dirty_assets_, dirty_instruments_, dirty_sources_;
  bool clock_dirty_ = false;
};

}  // namespace bulkhead::market
