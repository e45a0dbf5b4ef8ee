// How the custodian of a replay behaves: named profiles, from one that answers to one that is down.
#pragma once

#include <string_view>

#include "bulkhead/base/result.h"
#include "bulkhead/custody/simulated_custodian.h"

namespace bulkhead::replay {

// 2 % refused, 1 % silent, 1 % of receipts lost, 2 % repeated.
custody::CustodianBehaviour usual_custodian();

// usual, reliable, refusing, silent, forgetful, down. Errors: out_of_range, with the names.
Result<custody::CustodianBehaviour> custodian_profile(std::string_view name);

}  // namespace bulkhead::replay
