// The core of D5.4 from the tails of one P&L vector, in integer micro-USD.
#pragma once

#include <span>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/int128.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/pricing/rows.h"
#include "bulkhead/risk/es.h"
#include "bulkhead/risk/parameters.h"
#include "bulkhead/risk/tail_kernels.h"

namespace bulkhead::risk {

// Tail sums (Σ mass·L, see es.h) of the three weighted blocks and the grid's worst loss, in units
// of 2^exponent numéraire.
struct Tails {
  Int128 filtered = 0;
  Int128 stressed = 0;
  Int128 long_run = 0;
  Int128 grid_worst = 0;
  int exponent = 0;
};

// `kernels` serve the 64-bit form.
template <class T>
Tails tails_of(std::span<const T> pnl, const pricing::PreparedSet& set,
               const pricing::MarketRows& rows, const Level& level, int exponent,
               const RiskKernels& kernels, TailScratch<T>& scratch);

// Tails of `lots` of what has tails `unit` (of the side that lots is on). |lots| < 2^53.
Tails scaled(const Tails& unit, Int128 lots_abs);

// Each figure rounded up once; core and stressed in integer arithmetic from the rounded figures.
struct Core {
  Usd es_filtered;
  Usd es_stressed;
  Usd es_long_run;
  Usd grid_worst;
  Usd core;      // max(ES_c, (1−ω)·ES_c + ω·ES_s, ES_f, g·W, 0)
  Usd stressed;  // the same with ω = 1
};
Core core_of(const Tails& tails, const Parameters& parameters);

// (1−ω)·ES_c + ω·ES_s, rounded up.
Usd blend(Usd es_filtered, Usd es_stressed, BasisPoints stress_weight);

// standalone − cap·max(0, standalone − netted), rounded up (the offset cap).
Usd offset_floor(Usd standalone, Usd netted, BasisPoints cap);

}  // namespace bulkhead::risk
