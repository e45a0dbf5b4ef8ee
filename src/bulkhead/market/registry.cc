// Registration with its checks, look-up by name, and the registry's records.
#include "bulkhead/market/registry.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/base/assert.h"

namespace bulkhead::market {
namespace {

constexpr std::size_t kMaxNameLength = 64;
constexpr std::uint32_t kMaxDecimals = 30;

using Names = std::map<std::string, std::uint32_t, std::less<>>;

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Status check_name(const Names& names, const char* field, const std::string& name, std::size_t count,
                  std::size_t limit) {
  if (name.empty() || name.size() > kMaxNameLength || !printable(name)) {
    return fail(ErrorCode::bad_name, field, name, "1 to 64 printable ASCII characters, no space");
  }
  if (names.contains(name)) return fail(ErrorCode::name_taken, field, name, "another name");
  if (count >= limit) {
    return fail(ErrorCode::too_large, field, name, "at most " + std::to_string(limit));
  }
  return {};
}

// Issuer and chain: as a name, or empty.
Status check_label(const char* field, const std::string& label) {
  if (label.size() <= kMaxNameLength && printable(label)) return {};
  return fail(ErrorCode::bad_name, field, label, "at most 64 printable ASCII characters, no space");
}

Status check_range(const char* field, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "between " + std::to_string(low) + " and " + std::to_string(high));
}

Status check_not_negative(const char* field, Duration value) {
  if (value.ns >= 0) return {};
  return fail(ErrorCode::out_of_range, field, to_string(value), "not negative");
}

Status check_asset(const Asset& asset) {
  if (asset.decimals > kMaxDecimals) {
    return fail(ErrorCode::out_of_range, "asset.decimals", std::to_string(asset.decimals),
                "0 to 30");
  }
  if (asset.valuation_lot_exponent > kMaxDecimals) {
    return fail(ErrorCode::out_of_range, "asset.valuation_lot_exponent",
                std::to_string(asset.valuation_lot_exponent), "0 to 30");
  }
  BULKHEAD_TRY_STATUS(check_label("asset.issuer", asset.issuer));
  BULKHEAD_TRY_STATUS(check_label("asset.chain", asset.chain));
  BULKHEAD_TRY_STATUS(check_range("asset.half_spread", asset.half_spread, 0, 0.5));
  BULKHEAD_TRY_STATUS(check_range("asset.adv", asset.adv, 0, 1e15));
  return check_range("asset.initial_volatility", asset.initial_volatility, 0, 10);
}

Status check_instrument(const Instrument& instrument) {
  const bool linear_ok = !instrument.inverse && instrument.settlement != instrument.underlying;
  const bool inverse_ok = instrument.inverse && instrument.settlement == instrument.underlying;
  if (!linear_ok && !inverse_ok) {
    return fail(ErrorCode::out_of_range, "instrument.settlement", instrument.settlement,
                "the underlying if inverse, else another asset");
  }
  if (instrument.lot_size.mantissa <= 0) {
    return fail(ErrorCode::out_of_range, "instrument.lot_size", to_string(instrument.lot_size),
                "above 0");
  }
  const bool dated = instrument.kind != InstrumentKind::perpetual;
  if ((instrument.expiry.ns > 0) != dated || instrument.expiry.ns < 0) {
    return fail(ErrorCode::out_of_range, "instrument.expiry", to_string(instrument.expiry),
                "a time, and 0 for a perpetual");
  }
  if ((instrument.strike.mantissa > 0) != instrument.is_option() ||
      instrument.strike.mantissa < 0) {
    return fail(ErrorCode::out_of_range, "instrument.strike", to_string(instrument.strike),
                "above 0 for an option, else 0");
  }
  return check_range("instrument.half_spread", instrument.half_spread, 0, 0.5);
}

Status check_source(const Registry& registry, const Source& source) {
  BULKHEAD_TRY_STATUS(check_not_negative("source.stale_after", source.stale_after));
  const AssetIndex asset = registry.find_asset(source.subject);
  const InstrumentIndex instrument = registry.find_instrument(source.subject);
  if (source.kind != SubjectKind::asset_price && !source.quote.empty()) {
    return fail(ErrorCode::out_of_range, "source.quote", source.quote,
                "empty: only an asset's price is quoted in another asset");
  }
  if (source.kind == SubjectKind::asset_price || (!instrument.valid() && asset.valid())) {
    if (!asset.valid()) {
      return fail(ErrorCode::asset_unknown, "source.subject", source.subject, "a registered asset");
    }
    if (source.kind == SubjectKind::instrument_mark || registry[asset].numeraire) {
      return fail(ErrorCode::out_of_range, "source.subject", source.subject,
                  "an asset other than the numeraire, or an instrument for a mark");
    }
    if (!source.quote.empty() && !registry.find_asset(source.quote).valid()) {
      return fail(ErrorCode::asset_unknown, "source.quote", source.quote, "a registered asset");
    }
    return {};
  }
  if (!instrument.valid()) {
    return fail(ErrorCode::instrument_unknown, "source.subject", source.subject,
                "a registered instrument");
  }
  if (registry[instrument].is_option() != (source.kind == SubjectKind::implied_volatility)) {
    return fail(ErrorCode::out_of_range, "source.kind", to_string(source.kind),
                "implied_volatility for options, instrument_mark for others");
  }
  return {};
}

template <class T>
T lookup(const Names& names, std::string_view name) {
  const auto it = names.find(name);
  return it == names.end() ? T() : T(it->second);
}

std::string key_of(const char* kind, std::size_t index) {
  std::string digits = std::to_string(index);
  return std::string("registry/") + kind + "/" + std::string(8 - digits.size(), '0') + digits;
}

template <Record T>
void collect(const char* kind, const std::vector<T>& things, std::size_t& reported,
             ChangeSet& out) {
  for (; reported < things.size(); ++reported) out.put(key_of(kind, reported), things[reported]);
}

}  // namespace

Result<AssetIndex> Registry::add(Asset asset) {
  BULKHEAD_TRY_STATUS(
      check_name(asset_names_, "asset.name", asset.name, assets_.size(), kMaxAssets));
  BULKHEAD_TRY_STATUS(check_asset(asset));
  if (asset.numeraire && numeraire_.valid()) {
    return fail(ErrorCode::numeraire_taken, "asset.numeraire", asset.name,
                (*this)[numeraire_].name + " is the numeraire");
  }
  const AssetIndex index(assets_.size());
  if (asset.numeraire) numeraire_ = index;
  asset_names_.emplace(asset.name, index.value);
  assets_.push_back(std::move(asset));
  return index;
}

Result<InstrumentIndex> Registry::add(Instrument instrument) {
  BULKHEAD_TRY_STATUS(check_name(instrument_names_, "instrument.name", instrument.name,
                                 instruments_.size(), kMaxInstruments));
  const AssetIndex underlying = find_asset(instrument.underlying);
  const AssetIndex settlement = find_asset(instrument.settlement);
  if (!underlying.valid() || !settlement.valid()) {
    const bool first = !underlying.valid();
    return fail(ErrorCode::asset_unknown, first ? "instrument.underlying" : "instrument.settlement",
                first ? instrument.underlying : instrument.settlement, "a registered asset");
  }
  BULKHEAD_TRY_STATUS(check_instrument(instrument));
  const InstrumentIndex index(instruments_.size());
  instrument_names_.emplace(instrument.name, index.value);
  instrument_assets_.emplace_back(underlying, settlement);
  instruments_.push_back(std::move(instrument));
  return index;
}

Result<SourceIndex> Registry::add(Source source) {
  BULKHEAD_TRY_STATUS(
      check_name(source_names_, "source.name", source.name, sources_.size(), kMaxSources));
  BULKHEAD_TRY_STATUS(check_source(*this, source));
  const AssetIndex subject = find_asset(source.subject);
  const AssetIndex quote = find_asset(source.quote);
  if (quote.valid() && quoted_through(quote, subject)) {
    return fail(ErrorCode::quote_cycle, "source.quote", source.quote,
                "an asset that is not itself priced through " + source.subject);
  }
  const SourceIndex index(sources_.size());
  source_names_.emplace(source.name, index.value);
  if (quote.valid()) quotes_.emplace(subject, quote);
  sources_.push_back(std::move(source));
  return index;
}

Result<PlaceIndex> Registry::add(Place place) {
  BULKHEAD_TRY_STATUS(
      check_name(place_names_, "place.name", place.name, places_.size(), kMaxPlaces));
  BULKHEAD_TRY_STATUS(check_not_negative("place.timeout", place.timeout));
  BULKHEAD_TRY_STATUS(check_not_negative("place.finality_p95", place.finality_p95));
  BULKHEAD_TRY_STATUS(check_range("place.transfer_cost", place.transfer_cost, 0, 1e12));
  BULKHEAD_TRY_STATUS(check_range("place.cost_per_day", place.cost_per_day, 0, 1));
  BULKHEAD_TRY_STATUS(check_range("place.minimum_transfer", place.minimum_transfer, 0, 1e12));
  const PlaceIndex index(places_.size());
  place_names_.emplace(place.name, index.value);
  places_.push_back(std::move(place));
  return index;
}

bool Registry::quoted_through(AssetIndex asset, AssetIndex target) const {
  std::vector<bool> seen(assets_.size());
  std::vector<AssetIndex> open = {asset};
  while (!open.empty()) {
    const AssetIndex current = open.back();
    open.pop_back();
    if (current == target) return true;
    if (seen[current.value]) continue;
    seen[current.value] = true;
    for (auto it = quotes_.lower_bound({current, AssetIndex(0U)});
         it != quotes_.end() && it->first == current; ++it) {
      open.push_back(it->second);
    }
  }
  return false;
}

AssetIndex Registry::find_asset(std::string_view name) const {
  return lookup<AssetIndex>(asset_names_, name);
}
InstrumentIndex Registry::find_instrument(std::string_view name) const {
  return lookup<InstrumentIndex>(instrument_names_, name);
}
SourceIndex Registry::find_source(std::string_view name) const {
  return lookup<SourceIndex>(source_names_, name);
}
PlaceIndex Registry::find_place(std::string_view name) const {
  return lookup<PlaceIndex>(place_names_, name);
}
AssetIndex Registry::numeraire() const { return numeraire_; }
AssetIndex Registry::underlying(InstrumentIndex i) const {
  return instrument_assets_[i.value].first;
}
AssetIndex Registry::settlement(InstrumentIndex i) const {
  return instrument_assets_[i.value].second;
}

void Registry::collect_changes(ChangeSet& out) {
  collect("asset", assets_, reported_assets_, out);
  collect("instrument", instruments_, reported_instruments_, out);
  collect("place", places_, reported_places_, out);
  collect("source", sources_, reported_sources_, out);
}

// Key order brings assets before instruments before places before sources, so references resolve.
Status Registry::restore(std::string_view key, std::span<const std::uint8_t> value) {
  const auto restore_as = [&]<Record T>(const char* kind, std::size_t& reported,
                                        const std::vector<T>& things) -> Status {
    if (key != key_of(kind, things.size())) {
      return fail(ErrorCode::state_incomplete, "key", key, "the next index of its kind");
    }
    BULKHEAD_TRY(T thing, decode<T>(value));
    BULKHEAD_TRY_STATUS(add(std::move(thing)));
    reported = things.size();
    return {};
  };
  if (key.starts_with("registry/asset/")) return restore_as("asset", reported_assets_, assets_);
  if (key.starts_with("registry/instrument/")) {
    return restore_as("instrument", reported_instruments_, instruments_);
  }
  if (key.starts_with("registry/place/")) return restore_as("place", reported_places_, places_);
  if (key.starts_with("registry/source/")) {
    return restore_as("source", reported_sources_, sources_);
  }
  return fail(ErrorCode::state_incomplete, "key", key, "a key of the registry");
}

}  // namespace bulkhead::market
