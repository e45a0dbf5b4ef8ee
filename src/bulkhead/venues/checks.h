// Checks of numbers that come from a file, and figures in words: what every venue's model needs.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::venues {

std::string number_text(double value);     // ten significant digits
std::string percent_text(double share);    // "16 %", "5.45 %"
std::string signed_percent(double share);  // "+16 %", "−66 %"

// out_of_range that names field, value and what is accepted.
Status finite(std::string_view field, double value);
Status above_zero(std::string_view field, double value);
Status not_negative(std::string_view field, double value);
Status within(std::string_view field, double value, double least, double most);

}  // namespace bulkhead::venues
