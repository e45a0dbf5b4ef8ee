// Returns on one common grid of dates: sampling price histories so that a row is the same date for
// every factor and no return crosses a gap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/calibration/scenario_builder.h"

namespace bulkhead::calibration {

// One value per date, oldest first; absent where there is a gap or no history.
struct Column {
  std::vector<double> values;
  std::vector<char> present;  // 0 or 1

  explicit Column(std::size_t size) : values(size, 0.0), present(size, 0) {}
  void set(std::size_t i, double value) {
    values[i] = value;
    present[i] = 1;
  }
  std::size_t count() const;
};

// Ends of the steps, `horizon` apart, ascending; the last is the last close of any asset before
// as_of. Empty if there is no close.
std::vector<Timestamp> common_dates(const BuilderInput& input, const BuilderOptions& options);

// The part of a history that was known strictly before as_of. Errors: a price that is not positive
// and finite, times that do not increase (in that part only), named by `field`.
Result<std::vector<Close>> known_before(const std::vector<Close>& closes, Timestamp as_of,
                                        std::string_view field);

// log(close(t) / close(t − horizon)) per date, close(t) the nearest within half a horizon.
Column log_returns(const std::vector<Close>& closes, const std::vector<Timestamp>& dates,
                   const BuilderOptions& options);

// Change of log(perpetual / spot) per date, from times at which both have a close.
Column basis_changes(const std::vector<Close>& perpetual, const std::vector<Close>& spot,
                     const std::vector<Timestamp>& dates, const BuilderOptions& options);

// Log returns in the numéraire, parallel to input.assets (the numéraire's own entry, if any, is all
// absent). Errors: an asset whose quote has no history that leads to the numéraire.
Result<std::vector<Column>> numeraire_returns(const BuilderInput& input,
                                              const std::vector<Timestamp>& dates,
                                              const BuilderOptions& options);

}  // namespace bulkhead::calibration
