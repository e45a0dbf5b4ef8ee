// One price out of several sources' observations (D4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/market/parameters.h"

namespace bulkhead::market {

struct Quote {
  double price = 0;       // > 0
  double confidence = 0;  // half width, >= 0
};

struct Aggregate {
  double price = 0;         // median of what was kept
  double confidence = 0;    // median half width + MAD of what was kept
  std::uint32_t count = 0;  // kept
};

// Mean of the two middle ones if their number is even. Sorts `values`, which must not be empty.
double median(std::vector<double>& values);

// Drops quotes further from the median than max(outlier_deviations·MAD, outlier_tolerance·median),
// then takes the median of the rest. MAD is the median absolute deviation from the median. The
// order of `quotes` does not matter. Count 0 for no quotes; the caller compares it with the quorum.
Aggregate aggregate(const std::vector<Quote>& quotes, const Parameters& parameters);

// quorum for a subject with that many registered sources: the policy's, or 1 below quorum_sources
// ("2 of ≥ 3 where available", D13).
std::uint32_t quorum_of(std::size_t registered_sources, const Parameters& parameters);

}  // namespace bulkhead::market
