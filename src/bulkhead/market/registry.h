// What the venue knows: assets, instruments, sources and places, each with a name and a dense index
// in order of registration. Things are added, never removed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/ids.h"
#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::market {

enum class AssetKind : std::uint8_t { coin, stablecoin, fiat, token };
BULKHEAD_ENUM_NAMES(AssetKind, "coin", "stablecoin", "fiat", "token")

// The numéraire is the one asset with `numeraire` set; its price is exactly 1.
struct Asset {
  std::string name;  // "BTC"
  AssetKind kind = AssetKind::coin;
  bool numeraire = false;
  std::uint32_t decimals = 0;                // minor unit = 10^-decimals, 0..30
  std::uint32_t valuation_lot_exponent = 0;  // valuation lot = 10^this minor units (D2.3)
  std::string issuer;                        // empty: none
  std::string chain;                         // native chain, empty: none
  double half_spread = 0;                    // fraction of price
  double adv = 0;                            // average daily volume of its market, in numéraire
  double initial_volatility = 0;  // daily, where its estimators start; 0: the policy\'s default

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "numeraire", self.numeraire);
    visit(4, "decimals", self.decimals);
    visit(5, "valuation_lot_exponent", self.valuation_lot_exponent);
    visit(6, "issuer", self.issuer);
    visit(7, "chain", self.chain);
    visit(8, "half_spread", self.half_spread);
    visit(9, "adv", self.adv);
    visit(10, "initial_volatility", self.initial_volatility);
  }
};

enum class InstrumentKind : std::uint8_t { perpetual, future, call, put };
BULKHEAD_ENUM_NAMES(InstrumentKind, "perpetual", "future", "call", "put")

// D3.1–D3.3. Linear: quoted in units of the settlement asset; inverse: quoted in the numéraire,
// settled in the underlying coin (settlement = underlying).
struct Instrument {
  std::string name;  // "BTC/USDT:USDT", "BTC/USDT:USDT-260327-100000-C"
  InstrumentKind kind = InstrumentKind::perpetual;
  std::string underlying;  // an asset
  std::string settlement;  // an asset
  bool inverse = false;
  Decimal
      lot_size;  // q·m of one lot: coins (linear, options) or numéraire (inverse future, perpetual)
  Timestamp expiry;        // 0 for a perpetual
  Decimal strike;          // options only
  double half_spread = 0;  // fraction of the underlying's price

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "underlying", self.underlying);
    visit(4, "settlement", self.settlement);
    visit(5, "inverse", self.inverse);
    visit(6, "lot_size", self.lot_size);
    visit(7, "expiry", self.expiry);
    visit(8, "strike", self.strike);
    visit(9, "half_spread", self.half_spread);
  }
  bool is_option() const { return kind == InstrumentKind::call || kind == InstrumentKind::put; }
};

enum class SubjectKind : std::uint8_t { asset_price, instrument_mark, implied_volatility };
BULKHEAD_ENUM_NAMES(SubjectKind, "asset_price", "instrument_mark", "implied_volatility")

// Who observes what. implied_volatility: subject is an option instrument (its own volatility) or an
// asset (the 30-day at-the-money volatility of that underlying).
struct Source {
  std::string name;  // "kraken:BTC/USD"
  SubjectKind kind = SubjectKind::asset_price;
  std::string subject;   // asset or instrument name
  std::string quote;     // asset in which an asset price is quoted; empty: the numéraire
  Duration stale_after;  // staleness limit of this source (D13); 0: the policy's default

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "subject", self.subject);
    visit(4, "quote", self.quote);
    visit(5, "stale_after", self.stale_after);
  }
};

enum class PlaceKind : std::uint8_t { internal_ledger, internal_vault, custodian, smart_contract };
BULKHEAD_ENUM_NAMES(PlaceKind, "internal_ledger", "internal_vault", "custodian", "smart_contract")

// Where collateral lies (D6.1). Only vault kinds (all but internal_ledger) take sequestered assets.
struct Place {
  std::string name;  // "internal", "vault", "custodian-a"
  PlaceKind kind = PlaceKind::internal_ledger;
  Duration timeout;             // after which a leg is `unknown`
  Duration finality_p95;        // 95th percentile of time to finality
  double transfer_cost = 0;     // numéraire per transfer
  double cost_per_day = 0;      // opportunity cost of what lies there, fraction of value per day
  double minimum_transfer = 0;  // numéraire

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "timeout", self.timeout);
    visit(4, "finality_p95", self.finality_p95);
    visit(5, "transfer_cost", self.transfer_cost);
    visit(6, "cost_per_day", self.cost_per_day);
    visit(7, "minimum_transfer", self.minimum_transfer);
  }
};

class Registry {
 public:
  // Limits (D2.6).
  static constexpr std::size_t kMaxAssets = 4'096;
  static constexpr std::size_t kMaxInstruments = 65'535;
  static constexpr std::size_t kMaxSources = 262'144;
  static constexpr std::size_t kMaxPlaces = 1'024;

  // Each checks names (unique, 1..64 printable ASCII, no space), ranges and references, and returns
  // the index. Errors name field, value and rule; nothing is added on error. A source of an asset's
  // price is refused if the asset would be priced through itself (D4.1).
  Result<AssetIndex> add(Asset asset);
  Result<InstrumentIndex> add(Instrument instrument);
  Result<SourceIndex> add(Source source);
  Result<PlaceIndex> add(Place place);

  std::span<const Asset> assets() const { return assets_; }
  std::span<const Instrument> instruments() const { return instruments_; }
  std::span<const Source> sources() const { return sources_; }
  std::span<const Place> places() const { return places_; }
  const Asset& operator[](AssetIndex i) const { return assets_[i.value]; }
  const Instrument& operator[](InstrumentIndex i) const { return instruments_[i.value]; }
  const Source& operator[](SourceIndex i) const { return sources_[i.value]; }
  const Place& operator[](PlaceIndex i) const { return places_[i.value]; }

  AssetIndex find_asset(std::string_view name) const;  // invalid index if unknown
  InstrumentIndex find_instrument(std::string_view name) const;
  SourceIndex find_source(std::string_view name) const;
  PlaceIndex find_place(std::string_view name) const;
  AssetIndex numeraire() const;  // invalid before it is registered
  AssetIndex underlying(InstrumentIndex i) const;
  AssetIndex settlement(InstrumentIndex i) const;

  // Keys "registry/asset/00000000" …: records changed since the last call.
  void collect_changes(ChangeSet& out);
  Status restore(std::string_view key, std::span<const std::uint8_t> value);

 private:
  bool quoted_through(AssetIndex asset, AssetIndex target) const;

  std::vector<Asset> assets_;
  std::vector<Instrument> instruments_;
  std::vector<Source> sources_;
  std::vector<Place> places_;
  std::map<std::string, std::uint32_t, std::less<>> asset_names_;
  std::map<std::string, std::uint32_t, std::less<>> instrument_names_;
  std::map<std::string, std::uint32_t, std::less<>> source_names_;
  std::map<std::string, std::uint32_t, std::less<>> place_names_;
  std::vector<std::pair<AssetIndex, AssetIndex>> instrument_assets_;  // underlying, settlement
  std::set<std::pair<AssetIndex, AssetIndex>> quotes_;  // asset, an asset in which it is quoted
  AssetIndex numeraire_;
  std::size_t reported_assets_ = 0, reported_instruments_ = 0, reported_sources_ = 0,
              reported_places_ = 0;
};

}  // namespace bulkhead::market
