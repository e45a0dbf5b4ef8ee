// The margin requirement of one account: equity at three points, every component of initial margin,
// and the same of the obligations alone (D4.3, D5.4–D5.8). A pure function of market epoch,
// scenario set, parameters, portfolio and group totals (D5.11).
//
//   Scratch scratch;                                   // one per thread, reused
//   const Requirement r = evaluate(epoch_risk, portfolio, {}, scratch);
//   const bool called = !at_least_bp(r.equity_mid, 9000, r.initial);
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::risk {

// Parts of IM for one base: the positions, debts and (joint mode) collateral simulated together, or
// the obligations alone.
struct Components {
  Usd es_filtered;           // ES_c; may be negative: a gain in every tail scenario
  Usd es_stressed;           // ES_s
  Usd es_long_run;           // ES_f
  Usd grid_worst;            // W, >= 0, before the weight g
  Usd standalone;            // Σ over underlyings of their own cores, without offsets
  Usd offset_floor;          // standalone − cap·(standalone − netted core)
  Usd core;                  // D5.4
  Usd short_option_minimum;  // a floor of the core
  Usd liquidity;
  Usd concentration;
  Usd basis;
  Usd own_token;
  Usd collateral_liquidity;  // joint mode
  Usd haircut;               // haircut mode: Σ (market − haircut value)
  Usd open_orders;
  Usd floor;  // max(0.5 % gross, 10 USD) with any obligation
  Usd total;  // IM = max(max(core, short_option_minimum) + the rest, floor) [+ haircut]

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "es_filtered", self.es_filtered);
    visit(2, "es_stressed", self.es_stressed);
    visit(3, "es_long_run", self.es_long_run);
    visit(4, "grid_worst", self.grid_worst);
    visit(5, "standalone", self.standalone);
    visit(6, "offset_floor", self.offset_floor);
    visit(7, "core", self.core);
    visit(8, "short_option_minimum", self.short_option_minimum);
    visit(9, "liquidity", self.liquidity);
    visit(10, "concentration", self.concentration);
    visit(11, "basis", self.basis);
    visit(12, "own_token", self.own_token);
    visit(13, "collateral_liquidity", self.collateral_liquidity);
    visit(14, "haircut", self.haircut);
    visit(15, "open_orders", self.open_orders);
    visit(16, "floor", self.floor);
    visit(17, "total", self.total);
  }
};

struct Requirement {
  Usd equity_least;  // E at the worst edges (D4.3)
  Usd equity_mid;    // = collateral + positions − debts
  Usd equity_greatest;
  Usd collateral;               // C at mid, rounded down
  Usd positions;                // V at mid, rounded down; settlement legs included
  Usd debts;                    // B at mid, rounded up
  Usd initial;                  // IM
  Usd maintenance;              // MM = ρ·IM, rounded up
  Usd initial_stressed;         // IM with ω = 1 (D8.6)
  Usd obligations_initial;      // IM°
  Usd obligations_maintenance;  // MM°
  Usd gross_notional;           // of positions and debts
  Components parts;             // of `initial`
  Components obligations;       // of `obligations_initial`
  std::uint32_t breach_weight =
      0;  // of 2^30: filtered scenarios with E + P&L·√(look-ahead/MPOR) < MM
  market::Quality quality = market::Quality::good;  // the worst of all that the account touches
  bool unpriced = false;  // an obligation without any price: nothing here is complete, refuse all
  // E_greatest with volatile prices at spot ∓ confidence instead of the hull with the stable price;
  // what confirms a real crash (D4.4). Equal to equity_greatest where no price is volatile.
  Usd equity_greatest_near;
  bool is_volatile = false;  // a price touched is `volatile`
  bool at_quorum = false;    // one of those has no source more than its quorum

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "equity_least", self.equity_least);
    visit(2, "equity_mid", self.equity_mid);
    visit(3, "equity_greatest", self.equity_greatest);
    visit(4, "collateral", self.collateral);
    visit(5, "positions", self.positions);
    visit(6, "debts", self.debts);
    visit(7, "initial", self.initial);
    visit(8, "maintenance", self.maintenance);
    visit(9, "initial_stressed", self.initial_stressed);
    visit(10, "obligations_initial", self.obligations_initial);
    visit(11, "obligations_maintenance", self.obligations_maintenance);
    visit(12, "gross_notional", self.gross_notional);
    visit(13, "parts", self.parts);
    visit(14, "obligations", self.obligations);
    visit(15, "breach_weight", self.breach_weight);
    visit(16, "quality", self.quality);
    visit(17, "unpriced", self.unpriced);
    visit(18, "equity_greatest_near", self.equity_greatest_near);
    visit(19, "is_volatile", self.is_volatile);
    visit(20, "at_quorum", self.at_quorum);
  }
};

// Haircut mode only: D6.3 value at mid of each counted collateral asset, computed by `collateral`.
struct HaircutValue {
  AssetIndex asset;
  Usd value;
};

// What one underlying is charged on its own.
struct UnderlyingCharge {
  AssetIndex underlying;
  Usd amount;
};

struct EvaluationOptions {
  // Of the breach weight; 0: the policy's. Regimes move it (D7.3).
  Duration look_ahead;
};

// Working memory of one thread; grows to the largest portfolio seen and is then reused.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Joint or haircut mode by portfolio.mode (D5.6). `haircuts`: sorted by asset, one for each
// collateral asset in haircut mode (an absent one counts 0), ignored in joint mode. Collateral
// without a price or in own tokens counts 0 and is not simulated. Without obligations only equity
// is computed and IM = 0. Portfolio entries must be sorted, unique and within the registry
// (asserted).
Requirement evaluate(const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch,
                     const EvaluationOptions& options = {});

// Equity alone (E, C, V, B, quality), a fraction of the cost of evaluate().
Requirement evaluate_equity(const EpochRisk& market, const Portfolio& portfolio);

}  // namespace bulkhead::risk
