// The best that one core of this machine does in this run: what every other figure is held against,
// because machines differ and drift.
#pragma once

#include <string>

#include "figures.h"

namespace bulkhead::bench {

// Seconds per double-precision flop of independent fused multiply-adds in registers, in the widest
// vectors of this machine.
Timing fma_peak();

// Seconds per byte of reading 512 KiB again and again: from L2 on machines with 1 MiB or more.
Timing l2_read();

// Seconds of wall clock per 4 KiB written over in a file of this directory and synced.
Timing disk_sync(const std::string& directory);

// Seconds of wall clock per 64 bytes sent to a spinning thread over TCP loopback and back.
Timing loopback();

}  // namespace bulkhead::bench
