// What the hour gave: a table for people, and the same as JSON.
#pragma once

#include <string>

#include "crowd_hour.h"

namespace bulkhead::bench {

std::string crowd_text(const CrowdOptions& options, const HourFigures& figures);
std::string crowd_json(const CrowdOptions& options, const HourFigures& figures);

}  // namespace bulkhead::bench
