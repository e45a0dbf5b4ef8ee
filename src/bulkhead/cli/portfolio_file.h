// The document that `bulkhead margin` reads: one portfolio with its prices, as JSON. Described for
// people in docs/portfolio.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/flat.h"
#include "bulkhead/risk/portfolio.h"
#include "bulkhead/risk/scenario_grid.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::cli {

struct AssetEntry {
  std::string name;
  market::AssetKind kind = market::AssetKind::coin;
  std::optional<double> price;  // in the numéraire; absent: the last close in the data directory
  std::optional<std::uint32_t> decimals;  // absent: 8, or 6 for stablecoins and fiat
  std::optional<double> volatility;  // daily, of the liquidity charge; absent: the set's forecast
  double half_spread = 0.0005;       // fraction of the price
  double adv = 100'000'000;          // average daily volume in the numéraire

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "kind", self.kind);
    visit(3, "price", self.price);
    visit(4, "decimals", self.decimals);
    visit(5, "volatility", self.volatility);
    visit(6, "half_spread", self.half_spread);
    visit(7, "adv", self.adv);
  }
};

struct InstrumentEntry {
  std::string name;                  // unified or Deribit's; the terms are read from it (D3.1)
  std::optional<Decimal> lot_size;   // absent: 0.001 coins, or 1 numéraire of inverse contracts
  std::optional<double> mark;        // in its quote, options: the forward; absent: spot
  std::optional<double> volatility;  // annual; needed for options
  double half_spread = 0.0005;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "lot_size", self.lot_size);
    visit(3, "mark", self.mark);
    visit(4, "volatility", self.volatility);
    visit(5, "half_spread", self.half_spread);
  }
};

struct PositionEntry {
  std::string instrument;
  Decimal quantity;             // coins, or numéraire of inverse contracts; + long, − short
  std::optional<double> entry;  // price of futures and perpetuals; absent: the mark, so no profit

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "quantity", self.quantity);
    visit(3, "entry", self.entry);
  }
};

struct AmountEntry {
  std::string asset;
  std::string amount;  // coins, "1.25"
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
  }
};

struct OrderEntry {
  std::string instrument;
  risk::OrderSide side = risk::OrderSide::buy;
  Decimal quantity;  // > 0
  double limit = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "side", self.side);
    visit(3, "quantity", self.quantity);
    visit(4, "limit", self.limit);
  }
};

struct PortfolioFile {
  std::string name;  // for the headline
  Timestamp as_of;
  std::string numeraire = "USDT";
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string scenario_set;  // file, relative to this one
  std::string data;          // directory, relative to this one; used where scenario_set is absent
  std::vector<AssetEntry> assets;
  std::vector<InstrumentEntry> instruments;
  std::vector<AmountEntry> collateral;
  std::vector<AmountEntry> debts;
  std::vector<PositionEntry> positions;
  std::vector<OrderEntry> orders;
  std::optional<risk::ScenarioGrid> grid;  // of --model scenario_grid
  std::optional<risk::Flat> flat;          // of --model flat

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "as_of", self.as_of);
    visit(3, "numeraire", self.numeraire);
    visit(4, "mode", self.mode);
    visit(5, "scenario_set", self.scenario_set);
    visit(6, "data", self.data);
    visit(7, "assets", self.assets);
    visit(8, "instruments", self.instruments);
    visit(9, "collateral", self.collateral);
    visit(10, "debts", self.debts);
    visit(11, "positions", self.positions);
    visit(12, "orders", self.orders);
    visit(13, "grid", self.grid);
    visit(14, "flat", self.flat);
  }
};

// The document with the places of its values, so that an error found later still names its line.
struct ReadPortfolio {
  std::string path;
  PortfolioFile file;
  wire::JsonValue json;

  // "collateral[1].amount" -> that value's line; the innermost that exists.
  std::uint32_t line_of(std::string_view field) const;
  // The error at its line of the file.
  std::unexpected<Error> error(ErrorCode code, std::string_view field, std::string_view value,
                               std::string_view detail) const;
};

Result<ReadPortfolio> read_portfolio(const std::string& path);

}  // namespace bulkhead::cli
