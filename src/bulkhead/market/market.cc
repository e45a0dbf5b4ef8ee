// Observations in, epochs out.
#include "bulkhead/market/market.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/market/aggregate.h"
#include "bulkhead/market/asset_price.h"
#include "bulkhead/market/estimators.h"

namespace bulkhead::market {
namespace {

constexpr double kSmallestPrice = 1e-15, kGreatestPrice = 1e15;
constexpr double kSmallestVolatility = 1e-4, kGreatestVolatility = 20;

bool in_range(SubjectKind kind, double value) {
  return kind == SubjectKind::implied_volatility
             ? value >= kSmallestVolatility && value <= kGreatestVolatility
             : value >= kSmallestPrice && value <= kGreatestPrice;
}

bool is_stale(const SourceState& state, const Source& source, Timestamp t, const Parameters& p) {
  const Duration limit = source.stale_after.ns > 0 ? source.stale_after : p.stale_after;
  return state.price <= 0 || t - state.time > limit;
}

}  // namespace

Outcome Market::observe(SourceIndex source, double price, double confidence, Timestamp source_time,
                        Timestamp receive_time, const Parameters& parameters) {
  BULKHEAD_ASSERT(price > 0 && price <= std::numeric_limits<double>::max());
  BULKHEAD_ASSERT(confidence >= 0 && confidence <= std::numeric_limits<double>::max());
  SourceState& state = sources_[source.value];
  const SubjectKind kind = registry_[source].kind;
  touch_source(source.value);
  if (!in_range(kind, price) || confidence > kGreatestPrice) {
    ++state.dropped_range;
    return Outcome::out_of_range;
  }
  if (source_time > receive_time + parameters.maximum_clock_skew) {
    ++state.dropped_future;
    return Outcome::future;
  }
  if (state.price > 0 && source_time <= state.time) {
    ++state.dropped_old;
    return Outcome::equal_or_older;
  }
  if (state.tick == clock_.ticks + 1) {
    ++state.dropped_second;
    return Outcome::second_in_tick;
  }
  state.price = price;
  state.confidence = confidence;
  state.time = source_time;
  state.tick = clock_.ticks + 1;
  state.basis = 0;
  return Outcome::accepted;
}

const EpochChange& Market::close_epoch(Timestamp t, std::uint64_t log_index,
                                       const Parameters& parameters) {
  BULKHEAD_ASSERT(clock_.ticks == 0 || t >= clock_.time);
  change_ = {};
  epoch_.time = clock_.time = t;
  epoch_.log_index = clock_.log_index = log_index;
  for (const std::uint32_t i : order_) close_asset(AssetIndex(i), parameters);
  for (std::uint32_t i = 0; i < instruments_.size(); ++i) {
    close_instrument(InstrumentIndex(i), parameters);
  }
  ++clock_.ticks;
  clock_dirty_ = true;
  report_assets();
  report_marks();
  return change_;
}

void Market::halt(AssetIndex asset, Timestamp now) {
  BULKHEAD_ASSERT(!registry_[asset].numeraire);
  AssetState& state = assets_[asset.value];
  if (!state.halted) state.halted_at = now;
  state.halted = true;
  touch_asset(asset.value);
}

void Market::resume(AssetIndex asset) {
  AssetState& state = assets_[asset.value];
  state.halted = false;
  state.halted_at = Timestamp{};
  state.settlement = 0;
  touch_asset(asset.value);
}

void Market::settle(AssetIndex asset, double price) {
  BULKHEAD_ASSERT(assets_[asset.value].halted && price > 0);
  assets_[asset.value].settlement = price;
  touch_asset(asset.value);
}

// Quotes of an asset's sources in numéraire. Through a quote asset that is itself volatile only
// those are taken that `volatile_quotes` asks for; through a worse one none.
AssetAggregate Market::collect_quotes(AssetIndex i, bool volatile_quotes,
                                      const Parameters& p) const {
  AssetAggregate result;
  std::vector<Quote> quotes;
  for (const std::uint32_t s : asset_sources_[i.value]) {
    const SourceState& state = sources_[s];
    const Source& source = registry_[SourceIndex(s)];
    result.ever = result.ever || state.price > 0;
    if (is_stale(state, source, clock_.time, p)) continue;
    if (source.quote.empty()) {
      quotes.push_back({state.price, state.confidence});
      continue;
    }
    const AssetPrice& quote = assets_[source_quotes_[s].value].price;
    if (quote.quality > (volatile_quotes ? Quality::volatile_ : Quality::wide)) continue;
    quotes.push_back(
        {state.price * quote.mid, state.confidence * quote.mid + state.price * half_width(quote)});
  }
  result.any_fresh = !quotes.empty();
  result.value = aggregate(quotes, p);
  result.needed = quorum_of(asset_sources_[i.value].size(), p);
  result.quorum = result.value.count > 0 && result.value.count >= result.needed;
  result.through_volatile = volatile_quotes;
  return result;
}

void Market::close_asset(AssetIndex i, const Parameters& p) {
  if (registry_[i].numeraire) return;
  AssetState& state = assets_[i.value];
  touch_asset(i.value);
  start_estimators(state.estimators, registry_[i], p);
  AssetAggregate aggregate = collect_quotes(i, false, p);
  if (!aggregate.quorum) {
    const AssetAggregate wider = collect_quotes(i, true, p);
    if (wider.quorum) aggregate = wider;
    aggregate.any_fresh = wider.any_fresh;
  }
  const double daily = sqrt_fixed(std::max(state.estimators.fast, state.estimators.slow));
  grade(state, aggregate, daily, clock_.time, p);
  close_implied(i, p);
  const Quality quality = state.price.quality;
  if (quality < Quality::stale) {
    observe_price(state.estimators, state.price.mid, quality <= Quality::wide, clock_.time, p);
  }
  const Regime regime = next_regime(state.estimators, state.implied, clock_.time, p);
  if (regime != state.estimators.regime) {
    change_.regimes.push_back({i, state.estimators.regime, regime});
    state.estimators.regime = regime;
  }
  state.model_volatility = model_volatility(state.estimators, p);
}

// At-the-money volatility of an asset: median of its sources that are not stale; the last one
// stands as stale when all are.
void Market::close_implied(AssetIndex i, const Parameters& p) {
  AssetState& state = assets_[i.value];
  const Aggregate value = collect_volatilities(index_sources_[i.value], p);
  if (value.count > 0) state.implied = value.price;
  state.implied_stale = state.implied > 0 && value.count == 0;
}

Aggregate Market::collect_volatilities(const std::vector<std::uint32_t>& sources,
                                       const Parameters& p) const {
  std::vector<Quote> quotes;
  for (const std::uint32_t s : sources) {
    if (is_stale(sources_[s], registry_[SourceIndex(s)], clock_.time, p)) continue;
    quotes.push_back({sources_[s].price, sources_[s].confidence});
  }
  return aggregate(quotes, p);
}

MarkInputs Market::inputs_of(InstrumentIndex i) const {
  const AssetState& underlying = assets_[registry_.underlying(i).value];
  const AssetState& settlement = assets_[registry_.settlement(i).value];
  return {&underlying.price, registry_[i].inverse ? nullptr : &settlement.price, &underlying};
}

void Market::close_instrument(InstrumentIndex i, const Parameters& p) {
  const Instrument& instrument = registry_[i];
  const std::vector<std::uint32_t>& sources = instrument_sources_[i.value];
  InstrumentState state = instruments_[i.value];
  if (instrument.is_option()) {
    const Aggregate value = collect_volatilities(sources, p);
    if (value.count > 0) state.volatility = value.price;
    state.own = state.volatility > 0 && value.count == 0 ? Quality::stale : Quality::good;
  } else {
    update_future(state, instrument, inputs_of(i), collect_marks(i, p), sources.size(), clock_.time,
                  p);
  }
  if (state == instruments_[i.value]) return;
  instruments_[i.value] = state;
  touch_instrument(i.value);
}

// Observations of an instrument's mark that are not stale; those of this tick learn their basis.
std::vector<MarkObservation> Market::collect_marks(InstrumentIndex i, const Parameters& p) {
  const MarkInputs inputs = inputs_of(i);
  const double index = inputs.index();
  const bool index_usable = index > 0 && inputs.worst() < Quality::stale;
  std::vector<MarkObservation> fresh;
  for (const std::uint32_t s : instrument_sources_[i.value]) {
    SourceState& state = sources_[s];
    if (is_stale(state, registry_[SourceIndex(s)], clock_.time, p)) continue;
    const bool now = state.tick == clock_.ticks + 1;
    if (now && index_usable) {
      state.basis = state.price / index;
      touch_source(s);
    }
    fresh.push_back({state.price, state.confidence, state.basis, now});
  }
  return fresh;
}

// Publishes assets' prices and underlyings in the epoch, and what changed.
void Market::report_assets() {
  for (std::uint32_t i = 0; i < assets_.size(); ++i) {
    const Quality before = epoch_.assets[i].quality;
    publish_asset(AssetIndex(i));
    const Quality now = epoch_.assets[i].quality;
    if (before != now) change_.assets.push_back({AssetIndex(i), before, now});
  }
  std::sort(
      change_.regimes.begin(), change_.regimes.end(),
      [](const RegimeChange& a, const RegimeChange& b) { return a.underlying < b.underlying; });
}

void Market::report_marks() {
  find_forwards();
  for (std::uint32_t i = 0; i < instruments_.size(); ++i) {
    const Quality before = epoch_.instruments[i].quality;
    publish_mark(InstrumentIndex(i));
    const Quality now = epoch_.instruments[i].quality;
    if (before != now) change_.instruments.push_back({InstrumentIndex(i), before, now});
  }
}

}  // namespace bulkhead::market
