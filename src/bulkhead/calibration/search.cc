#include "bulkhead/calibration/search.h"

#include <exception>
#include <string>

namespace bulkhead::calibration {

Result<double> maximise(nlopt::opt& optimiser, std::vector<double>& x, std::string_view field) {
  double best = 0;
  try {
    optimiser.optimize(x, best);
  } catch (const nlopt::roundoff_limited&) {
    return optimiser.last_optimum_value();
  } catch (const std::exception& error) {
    return fail(ErrorCode::out_of_range, std::string(field), error.what(),
                "a likelihood with a maximum");
  }
  return best;
}

}  // namespace bulkhead::calibration
