#include "bulkhead/venues/checks.h"

#include <charconv>
#include <limits>

namespace bulkhead::venues {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();

std::string digits(double value, int count) {
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, count);
  return std::string(buffer, end.ptr);
}

}  // namespace

std::string number_text(double value) { return digits(value, 10); }
std::string percent_text(double share) { return digits(share * 100, 4) + " %"; }

std::string signed_percent(double share) {
  const std::string text = percent_text(share);
  if (share > 0) return "+" + text;
  return share < 0 ? "−" + text.substr(1) : text;
}

Status within(std::string_view field, double value, double least, double most) {
  if (value >= least && value <= most) return {};
  std::string accepted = "a finite number";
  if (least > -kMost && most < kMost) {
    accepted = "from " + digits(least, 6) + " to " + digits(most, 6);
  } else if (least > -kMost) {
    accepted = "at least " + digits(least, 6);
  }
  return fail(ErrorCode::out_of_range, field, number_text(value), accepted);
}

Status finite(std::string_view field, double value) { return within(field, value, -kMost, kMost); }
Status not_negative(std::string_view field, double value) { return within(field, value, 0, kMost); }

Status above_zero(std::string_view field, double value) {
  if (value > 0 && value <= kMost) return {};
  return fail(ErrorCode::out_of_range, field, number_text(value), "above zero");
}

}  // namespace bulkhead::venues
