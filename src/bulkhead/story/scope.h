// What the words of a scenario stand for at the moment they are read: now, and the units of things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::story {

// `path=text`, or another comparison where something is expected: = != < <= > >=.
struct Assign {
  std::string path;
  std::string op = "=";
  std::string text;
};

struct Scope {
  const market::Registry* registry = nullptr;  // nullptr: nothing is registered yet
  Timestamp start;                             // midnight of its day is the origin of `day 1`
  Timestamp now;
  bool names_only = false;  // check that fields exist, without reading what they are given

  std::optional<int> decimals(std::string_view asset) const;
  const market::Instrument* instrument(std::string_view name) const;
};

// "10:30", "10:30:05", "day 2 10:30", "+8h", or RFC 3339. A clock time is of the day of `now`.
Result<Timestamp> read_time(std::string_view text, const Scope& scope);
std::string show_time(Timestamp time, const Scope& scope);  // "10:30", "day 2 10:30"
// "5m", "5 min", "1 h 30 min", "1 day".
Result<Duration> read_duration(std::string_view text);
std::string show_duration(Duration duration);
// "1.5", "1,000.5", "2%" (0.02), "-10%".
Result<double> read_number(std::string_view text);
// Quantity in the instrument's unit (coins, or numéraire of an inverse contract) as whole lots.
Result<std::int64_t> read_lots(std::string_view text, const market::Instrument& instrument);
std::string show_lots(std::int64_t lots, const market::Instrument& instrument);

std::string without_commas(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view between);

}  // namespace bulkhead::story
