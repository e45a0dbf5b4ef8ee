// Validation of a composed parameter set.
#include "bulkhead/policy/parameters.h"

#include <string>

namespace bulkhead::policy {

Status validate(const ParameterSet& set) {
  if (set.version == 0) return fail(ErrorCode::out_of_range, "version", "0", "at least 1");
  BULKHEAD_TRY_STATUS(market::validate(set.market));
  BULKHEAD_TRY_STATUS(risk::validate(set.risk));
  BULKHEAD_TRY_STATUS(collateral::validate(set.collateral));
  BULKHEAD_TRY_STATUS(validate(set.ladder));
  BULKHEAD_TRY_STATUS(risk::validate(set.models, set.risk.maintenance));
  const BasisPoints ladder_rho = set.ladder.levels.maintenance_bp;
  if (set.risk.maintenance != ladder_rho) {
    return fail(ErrorCode::parameters_disagree, "ladder.levels.maintenance_bp",
                std::to_string(ladder_rho),
                "must equal risk.maintenance = " + std::to_string(set.risk.maintenance));
  }
  return {};
}

}  // namespace bulkhead::policy
