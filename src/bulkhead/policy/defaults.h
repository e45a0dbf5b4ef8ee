// The parameter set that is shipped (D13), for whoever writes a log's first record. The engine
// never calls this: it is given a complete set.
#pragma once

#include "bulkhead/policy/parameters.h"

namespace bulkhead::policy {

// Version 1; the schedule of collateral covers the assets that the shipped scenarios use.
ParameterSet default_parameters();

}  // namespace bulkhead::policy
