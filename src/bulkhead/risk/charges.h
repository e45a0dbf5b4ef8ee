// Add-ons of the obligations per underlying (D5.5), and the charges that do not come from
// scenarios.
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/risk/book.h"

namespace bulkhead::risk {

// What the obligations of one underlying come to. Contracts at their delta, debts as short coins;
// settlement legs and collateral apart.
struct Exposure {
  AssetIndex underlying;
  double net_delta = 0;    // coins, now
  double worst_delta = 0;  // coins, of the largest |.| now and at the spot points of the grid
  double long_delta = 0;   // coins, the greatest now and at those points, >= 0
  double gross = 0;        // notional of positions and debts, numéraire
  double leg_spreads = 0;  // Σ half-spread × notional of each instrument: vega and expiry legs
  double short_calls = 0;  // notional
  double short_puts = 0;   // notional
  double basis = 0;        // charge on positions whose basis is not simulated
};

// Exposures of a book, by underlying; `deltas` is working memory.
void measure(const EpochRisk& market, const Book& book, std::vector<Exposure>& exposures,
             std::vector<double>& deltas);

// Per underlying of a portfolio, for the same-side totals of its group (D5.5): the exposures of its
// obligations alone.
std::vector<Exposure> exposures_of(const EpochRisk& market, const Portfolio& portfolio);

struct Charges {
  Usd liquidity;
  Usd concentration;
  Usd basis;
  Usd short_option_minimum;
  Usd own_token;
};

// Liquidity and concentration on the group's same-side total (at least |D|), shared out by |D|.
// Each rounded up.
Charges charges_of(const EpochRisk& market, const Portfolio& portfolio, const Exposure& exposure);

// D5.5: the notional of what loses when a token of the owner's own group falls.
Usd own_token_charge(const EpochRisk& market, const Portfolio& portfolio, const Exposure& exposure);
// The same over all underlyings.
Usd own_token_charge(const EpochRisk& market, const Portfolio& portfolio,
                     const std::vector<Exposure>& exposures);

// D5.8: Σ over instruments of max(buys, sells) of |lots|·(unit core + loss of limit against mark),
// and Σ over packages of the margin of all its legs together, by themselves, and the same loss
// (D7.5).
Usd open_order_charge(const EpochRisk& market, const Portfolio& portfolio);

// The second part of it alone: what the worse side of each instrument's open orders, and the
// packages, would lose at their limits.
Usd open_order_loss(const EpochRisk& market, const Portfolio& portfolio);

// Of one package, in coins of its settlement asset: what it costs at the marks. none: a leg has no
// mark.
std::optional<double> package_cost(const EpochRisk& market, const PackageLots& package);
// In the unit of the instrument's fills; 0: there is none.
double mark_of(const EpochRisk& market, InstrumentIndex i);
// Coins of an asset as minor units, rounded down.
Amount minor_units(const market::Registry& registry, AssetIndex asset, double coins);

// D5.6: selling the non-numéraire collateral, in proportion, for `needed` (the obligation base).
Usd collateral_liquidity_charge(const EpochRisk& market, const Book& book, Usd needed);

}  // namespace bulkhead::risk
