// The core of a book: P&L vectors underlying by underlying and together, with and without
// collateral (D5.4, D5.6). Working part of evaluate() and explain().
#pragma once

#include <span>
#include <vector>

#include "bulkhead/risk/book.h"
#include "bulkhead/risk/core.h"
#include "bulkhead/risk/pnl.h"

namespace bulkhead::risk {

struct UnderlyingCore {
  AssetIndex underlying;
  Core obligations;
  Core joint;
};

// Core of a whole book: the netted figures, the stand-alone sum and the offset floor applied.
struct BookCore {
  Core netted;
  Usd standalone;
  Usd offset_floor;
  Usd core;      // max(netted core, offset floor)
  Usd stressed;  // the same with ω = 1
};

struct NettingResult {
  BookCore obligations;
  BookCore joint;
  int exponent = 0;    // unit of the vector below
  bool narrow = true;  // which of the two vectors is filled
  std::vector<UnderlyingCore> underlyings;
};

// Vectors reused between accounts.
struct NettingScratch {
  std::vector<std::int64_t> part, obligations, joint;
  std::vector<ScaledRow> rows;  // of the sum being made
  std::vector<Int128> wide_part, wide_obligations, wide_joint;
  std::vector<WideRow> wide_rows;  // of a wide sum being made, summed in parts
  std::vector<std::int64_t> narrow_part;
  TailScratch<std::int64_t> tails;
  TailScratch<Int128> wide_tails;
};

// Whether figures with collateral are wanted (joint mode); the joint P&L vector is always filled.
void net(const EpochRisk& market, const Book& book, bool with_collateral, NettingScratch& scratch,
         NettingResult& result);

// Weight (of 2^30) of the filtered scenarios with equity + P&L·√(look-ahead / horizon) < level, on
// the joint vector left by net() (D9.1).
std::uint32_t breach_weight(const EpochRisk& market, const NettingScratch& scratch,
                            const NettingResult& result, Usd equity, Usd level,
                            Duration look_ahead);

}  // namespace bulkhead::risk
