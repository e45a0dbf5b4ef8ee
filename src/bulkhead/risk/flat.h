// Margin model `flat`: a rate per instrument and a loan-to-value per asset, nothing netted across
// underlyings (D5.10). It is the "health" of cross-collateral lending venues: what is held counts
// at an asset weight, what is owed at a liability weight, a contract at the worst of all its bids
// or all its asks executing; health = E − IM.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

// Asset weight <= 1 <= liability weight.
struct FlatAssetRate {
  std::string asset;
  double asset_weight = 0;
  double liability_weight = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "asset_weight", self.asset_weight);
    visit(3, "liability_weight", self.liability_weight);
  }
};

// Weights of the contract's notional, and of its total if positive. A market that charges by size
// adds `size_rate` · |coins| to the rate of either side; `minimum` numéraire is charged for any
// size at all.
struct FlatInstrumentRate {
  std::string instrument;
  double base_asset_weight = 0.9;
  double base_liability_weight = 1.1;
  double overall_asset_weight = 1.0;
  double size_rate = 0;  // per coin
  double minimum = 0;    // numéraire

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "base_asset_weight", self.base_asset_weight);
    visit(3, "base_liability_weight", self.base_liability_weight);
    visit(4, "overall_asset_weight", self.overall_asset_weight);
    visit(5, "size_rate", self.size_rate);
    visit(6, "minimum", self.minimum);
  }
};

// Assets and instruments without a rate of their own count 0 when held and twice their notional
// when owed or short.
struct Flat {
  std::vector<FlatAssetRate> assets;            // sorted by name, no name twice
  std::vector<FlatInstrumentRate> instruments;  // likewise
  BasisPoints maintenance = 7000;               // MM = ρ·IM

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "assets", self.assets);
    visit(2, "instruments", self.instruments);
    visit(3, "maintenance", self.maintenance);
  }
};

Status validate(const Flat& model);

// The health computation on plain numbers, token by token. Prices in numéraire.
struct FlatToken {
  double balance = 0;  // native units, + held, − owed
  double price = 0;
  double asset_weight = 0;
  double liability_weight = 0;
};
// A spot market's open orders: funds set aside that may come back as either token.
struct FlatReserved {
  std::size_t base = 0;  // index into the tokens
  std::size_t quote = 0;
  double reserved_base = 0;
  double reserved_quote = 0;
  // Worst order prices in quote per base, where known: asks may sell below, bids buy above market.
  std::optional<double> lowest_ask;
  std::optional<double> highest_bid;
};
struct FlatContract {
  std::size_t settlement = 0;  // index into the tokens
  double base = 0;             // native base of the position, + long
  double quote = 0;            // native settlement units owed to (+) or by (−) the account
  double bids = 0;             // base that open bids would add
  double asks = 0;             // base that open asks would take, >= 0
  double price = 0;            // settlement units per base
  double base_asset_weight = 0;
  double base_liability_weight = 0;
  double overall_asset_weight = 1;
};
double flat_health(std::span<const FlatToken> tokens, std::span<const FlatReserved> reserved,
                   std::span<const FlatContract> contracts);

// Weights under a venue-wide limit, `scale_start` > 0 in numéraire: asset weight · min(1,
// start/deposits), liability weight · max(1, borrows/start); deposits and borrows are the venue's
// totals.
double scaled_asset_weight(double weight, double scale_start, double deposits);
double scaled_liability_weight(double weight, double scale_start, double borrows);

// IM = max(E_mid − health + what the open orders would lose at their limits against the mark (the
// worse side of each instrument) + the charge of an own token, floor) with any obligation; IM°
// likewise with all collateral removed. A contract counts its value less the worst of its notional
// charges with all bids or all asks filled: (1 − asset weight) of a long notional, (liability
// weight − 1) of a short one, and for options (1 − overall weight) of the value of a long one. Per
// settlement asset the sum with the settlement legs, if positive, counts at the least overall
// weight of its contracts. Scale limits are the venue's: they enter through the weights. `mode` of
// the portfolio makes no difference: collateral counts at its loan-to-value.
Requirement evaluate(const Flat& model, const EpochRisk& market, const Portfolio& portfolio);

// What each underlying's contracts and debts are charged on their own, by asset: its part of IM°
// before the floor (D7.3). No entry is negative.
std::vector<UnderlyingCharge> underlying_charges(const Flat& model, const EpochRisk& market,
                                                 const Portfolio& portfolio);

}  // namespace bulkhead::risk
