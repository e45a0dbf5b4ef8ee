// Report data made by a generator, for tests that look at the page without running a replay.
#pragma once

#include <cstdint>

#include "bulkhead/replay/report_data.h"

namespace bulkhead::replay {

// Four days around a crash, a few hundred accounts, every section filled. Same seed, same data.
ReportData demo_report_data(std::uint64_t seed);

}  // namespace bulkhead::replay
