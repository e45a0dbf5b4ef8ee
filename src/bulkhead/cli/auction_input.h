// What a published case of a Dutch auction gives: numbers by name, those of the file's fixture
// unless the case has its own, the times asked about, and the bids.
#pragma once

#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/policy/auction.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::cli {

struct AuctionBid {
  double at = 0;                // seconds since the auction began
  std::optional<double> coins;  // none: all that is left
  double limit = std::numeric_limits<double>::infinity();
  bool redo = false;           // no bid: the auction begins anew,
  std::optional<double> spot;  // at this price if given
};

struct AuctionInput {
  std::map<std::string, double, std::less<>> numbers;
  std::set<std::string, std::less<>> own;  // those that the case itself gives
  std::optional<policy::AuctionCurve> curve;
  std::vector<double> times;  // seconds
  bool times_listed = false;  // [30], not 30: figures at times are lists as well
  std::vector<AuctionBid> bids;

  std::optional<double> number(std::string_view name) const;
  double number_or(std::string_view name, double otherwise) const;
  bool has_any(std::initializer_list<std::string_view> names) const;
  bool owns_any(std::initializer_list<std::string_view> names) const;
};

// Seconds as a Duration, to the nanosecond.
Duration auction_time(double seconds);

// `fixture` may be null. Errors name line, path, value and what is accepted.
Result<AuctionInput> read_auction_input(const wire::JsonValue* fixture,
                                        const wire::JsonValue& input, const std::string& path);

}  // namespace bulkhead::cli
