// A search for the maximum of a likelihood by NLopt, whose exceptions end here.
#pragma once

#include <nlopt.hpp>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

// Moves x to the best point found and returns its value. A search that can come no nearer for
// rounding has found it. Error (field): NLopt gave up.
Result<double> maximise(nlopt::opt& optimiser, std::vector<double>& x, std::string_view field);

}  // namespace bulkhead::calibration
