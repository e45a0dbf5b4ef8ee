// Parameter sets as files: what `bulkhead parameters` prints and other verbs take.
#pragma once

#include <string>

#include "bulkhead/policy/parameters.h"

namespace bulkhead::cli {

// A complete set, every rule checked; an empty path gives the shipped one. Errors name the line.
Result<policy::ParameterSet> read_parameters(const std::string& path);

}  // namespace bulkhead::cli
