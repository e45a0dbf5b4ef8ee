// The market's growth with its registry, its records, and the closed epoch rebuilt from them.
#include <string>
#include <utility>

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/market.h"

namespace bulkhead::market {
namespace {

std::string key_of(const char* kind, std::uint32_t index) {
  const std::string digits = std::to_string(index);
  return std::string("market/") + kind + "/" + std::string(8 - digits.size(), '0') + digits;
}

template <Record T>
void collect(const char* kind, const std::vector<T>& states, std::set<std::uint32_t>& dirty,
             ChangeSet& out) {
  for (const std::uint32_t i : dirty) out.put(key_of(kind, i), states[i]);
  dirty.clear();
}

template <Record T>
Status restore_next(const char* kind, std::string_view key, std::span<const std::uint8_t> value,
                    std::vector<T>& states) {
  if (key != key_of(kind, static_cast<std::uint32_t>(states.size()))) {
    return fail(ErrorCode::state_incomplete, "key", key, "the next index of its kind");
  }
  BULKHEAD_TRY(T state, decode<T>(value));
  states.push_back(std::move(state));
  return {};
}

}  // namespace

Result<AssetIndex> Market::add(Asset asset) {
  BULKHEAD_TRY(const AssetIndex i, registry_.add(std::move(asset)));
  AssetState state;
  if (registry_[i].numeraire) state.price = numeraire_price();
  assets_.push_back(state);
  touch_asset(i.value);
  grow_asset(i);
  order_assets();
  return i;
}

Result<InstrumentIndex> Market::add(Instrument instrument) {
  BULKHEAD_TRY(const InstrumentIndex i, registry_.add(std::move(instrument)));
  instruments_.emplace_back();
  touch_instrument(i.value);
  grow_instrument(i);
  publish_mark(i);
  return i;
}

Result<SourceIndex> Market::add(Source source) {
  BULKHEAD_TRY(const SourceIndex i, registry_.add(std::move(source)));
  sources_.emplace_back();
  touch_source(i.value);
  grow_source(i);
  if (source_quotes_[i.value].valid()) order_assets();
  return i;
}

Result<PlaceIndex> Market::add(Place place) { return registry_.add(std::move(place)); }

void Market::grow_asset(AssetIndex i) {
  asset_sources_.emplace_back();
  index_sources_.emplace_back();
  futures_.emplace_back();
  forwards_.emplace_back();
  epoch_.assets.emplace_back();
  epoch_.underlyings.emplace_back();
  publish_asset(i);
}

void Market::grow_instrument(InstrumentIndex i) {
  instrument_sources_.emplace_back();
  epoch_.instruments.emplace_back();
  if (registry_[i].kind == InstrumentKind::future) {
    futures_[registry_.underlying(i).value].push_back(i.value);
  }
}

void Market::grow_source(SourceIndex i) {
  const Source& source = registry_[i];
  source_quotes_.push_back(registry_.find_asset(source.quote));
  const InstrumentIndex instrument = registry_.find_instrument(source.subject);
  const AssetIndex asset = registry_.find_asset(source.subject);
  if (source.kind == SubjectKind::asset_price) {
    asset_sources_[asset.value].push_back(i.value);
  } else if (instrument.valid()) {
    instrument_sources_[instrument.value].push_back(i.value);
  } else {
    index_sources_[asset.value].push_back(i.value);
  }
}

// Depth first through quote assets; the registry refuses cycles.
void Market::visit_order(std::uint32_t asset, std::vector<bool>& seen) {
  if (seen[asset]) return;
  seen[asset] = true;
  for (const std::uint32_t s : asset_sources_[asset]) {
    if (source_quotes_[s].valid()) visit_order(source_quotes_[s].value, seen);
  }
  order_.push_back(asset);
}

void Market::order_assets() {
  std::vector<bool> seen(assets_.size());
  order_.clear();
  for (std::uint32_t i = 0; i < assets_.size(); ++i) visit_order(i, seen);
}

void Market::publish_asset(AssetIndex i) {
  const AssetState& state = assets_[i.value];
  epoch_.assets[i.value] = state.price;
  epoch_.underlyings[i.value] = {sqrt_fixed(state.estimators.fast),
                                 sqrt_fixed(state.estimators.slow), state.estimators.regime};
}

void Market::publish_mark(InstrumentIndex i) {
  const Instrument& instrument = registry_[i];
  const InstrumentState& state = instruments_[i.value];
  InstrumentMark& mark = epoch_.instruments[i.value];
  if (instrument.is_option()) {
    const std::vector<ForwardNode>& forwards = forwards_[registry_.underlying(i).value];
    mark = option_mark(state, instrument, inputs_of(i), forwards, clock_.time);
  } else {
    mark = future_mark(state, instrument, inputs_of(i), clock_.time);
  }
}

void Market::find_forwards() {
  for (std::uint32_t asset = 0; asset < futures_.size(); ++asset) {
    std::vector<ForwardNode>& nodes = forwards_[asset];
    nodes.clear();
    for (const std::uint32_t f : futures_[asset]) {
      const InstrumentState& state = instruments_[f];
      const Timestamp expiry = registry_[InstrumentIndex(f)].expiry;
      if (state.basis > 0 && expiry > clock_.time)
        nodes.push_back({expiry, state.basis, state.own});
    }
  }
}

void Market::collect_changes(ChangeSet& out) {
  registry_.collect_changes(out);
  collect("asset", assets_, dirty_assets_, out);
  collect("instrument", instruments_, dirty_instruments_, out);
  collect("source", sources_, dirty_sources_, out);
  if (clock_dirty_) out.put("market/epoch", clock_);
  clock_dirty_ = false;
}

Status Market::restore(std::string_view key, std::span<const std::uint8_t> value) {
  if (key.starts_with("registry/")) return registry_.restore(key, value);
  if (key.starts_with("market/asset/")) return restore_next("asset", key, value, assets_);
  if (key.starts_with("market/instrument/")) {
    return restore_next("instrument", key, value, instruments_);
  }
  if (key.starts_with("market/source/")) return restore_next("source", key, value, sources_);
  if (key == "market/epoch") {
    BULKHEAD_TRY(clock_, decode<EpochState>(value));
    return {};
  }
  return fail(ErrorCode::state_incomplete, "key", key, "a key of the market");
}

Status Market::finish_restore() {
  if (assets_.size() != registry_.assets().size() ||
      instruments_.size() != registry_.instruments().size() ||
      sources_.size() != registry_.sources().size()) {
    return fail(ErrorCode::state_incomplete, "market", std::to_string(assets_.size()),
                "one record for each registered asset, instrument and source");
  }
  epoch_.log_index = clock_.log_index;
  epoch_.time = clock_.time;
  for (std::uint32_t i = 0; i < assets_.size(); ++i) grow_asset(AssetIndex(i));
  for (std::uint32_t i = 0; i < instruments_.size(); ++i) grow_instrument(InstrumentIndex(i));
  for (std::uint32_t i = 0; i < sources_.size(); ++i) grow_source(SourceIndex(i));
  order_assets();
  find_forwards();
  for (std::uint32_t i = 0; i < instruments_.size(); ++i) publish_mark(InstrumentIndex(i));
  return {};
}

}  // namespace bulkhead::market
