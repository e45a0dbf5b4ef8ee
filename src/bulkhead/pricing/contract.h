// One contract at one market point: the formulas of D3.2 and D3.3, written once for values and
// rows.
#pragma once

#include "bulkhead/base/ids.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::pricing {

// What the formulas need of an instrument at an epoch. Letters as in D3: m = size, S = spot,
// X = settlement_price, F = forward.
struct Contract {
  bool priced = false;  // mark, underlying and settlement asset all have a price
  bool option = false;
  bool call = false;
  bool inverse = false;
  bool expired = false;          // at or after its expiry: worth its settlement value
  double size = 0;               // m of one lot: coins, or numéraire (inverse future, perpetual)
  double strike = 0;             // in settlement units (linear) or numéraire (inverse)
  double spot = 0;               // S, numéraire
  double settlement_price = 0;   // X, numéraire
  double forward = 0;            // F in numéraire: F·X of a linear quote
  double sigma_sqrt_t = 0;       // σ·√T of the mark
  double seconds_to_expiry = 0;  // 0 for a perpetual
  double years_to_expiry = 0;

  friend bool operator==(const Contract&, const Contract&) = default;
};

Contract make_contract(const market::Registry& registry, const market::Epoch& epoch,
                       InstrumentIndex i);

// Instrument leg of one lot in numéraire: linear m·F; inverse −m·S/F; option m·P (linear: strike
// K·X, so that both are in numéraire) or m·(P/F)·S (inverse). forward > 0.
double leg_value(const Contract& contract, double spot, double forward, double settlement_price,
                 double sigma_sqrt_t);

// The same at expiry, F = S: linear m·S, inverse −m, options m·max(±(S − K·X), 0).
double settlement_value(const Contract& contract, double spot, double settlement_price);

// Coins of exposure of one lot: linear m·F/S, inverse future m/F, options m·Φ(±d1) (times F/S where
// linear), + long the underlying.
double coins_delta(const Contract& contract, double spot, double forward, double settlement_price,
                   double sigma_sqrt_t);

}  // namespace bulkhead::pricing
