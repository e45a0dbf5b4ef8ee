// The best that one core of this machine does in this run: what every other figure is held against,
// because machines differ and drift.
#pragma once

#include "figures.h"

namespace bulkhead::bench {

// Seconds per double-precision flop of independent fused multiply-adds in registers (256 bits).
Timing fma_peak();

// Seconds per byte of reading 512 KiB again and again: from L2 on machines with 1 MiB or more.
Timing l2_read();

}  // namespace bulkhead::bench
