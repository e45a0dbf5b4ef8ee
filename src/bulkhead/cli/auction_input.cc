#include "bulkhead/cli/auction_input.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bulkhead::cli {
namespace {

using policy::AuctionCurve;
using wire::JsonKind;
using wire::JsonValue;

constexpr double kMost = 1e15;
constexpr double kLongest = 1e9;  // seconds; fits a Duration

struct Field {
  std::string_view name;
  double least;
  double most;
  bool above_least;  // least itself is not accepted
};

constexpr std::array kFields{Field{"spot_collateral", 0, kMost, true},
                             Field{"buf", 0, 1000, true},
                             Field{"top", 0, kMost, true},
                             Field{"cut", 0, 1, true},
                             Field{"step_s", 0, kLongest, true},
                             Field{"tau_s", 0, kLongest, true},
                             Field{"cut_per_s", 0, 1, true},
                             Field{"cusp", 0, 1, false},
                             Field{"tail_s", 0, kLongest, false},
                             Field{"tab", 0, kMost, true},
                             Field{"lot", 0, kMost, true},
                             Field{"chost", 0, kMost, false},
                             Field{"dust", 0, kMost, false},
                             Field{"chop", 0, 1000, true},
                             Field{"rate", 0, 1000, true},
                             Field{"debt", 0, kMost, true},
                             Field{"collateral", 0, kMost, true},
                             Field{"Hole", 0, kMost, false},
                             Field{"Dirt", 0, kMost, false},
                             Field{"hole", 0, kMost, false},
                             Field{"dirt", 0, kMost, false},
                             Field{"new_spot", 0, kMost, true},
                             Field{"max", 0, kMost, false}};
constexpr Field kTime{"t", 0, kLongest, false};
constexpr Field kAmount{"amt", 0, kMost, true};

std::unexpected<Error> refuse(ErrorCode code, const JsonValue& json, const std::string& path,
                              std::string_view wanted) {
  return std::unexpected(wire::json_error(code, json.line, path, wire::describe(json), wanted));
}

const Field* find_field(std::string_view key) {
  if (key == "linear_tau_s") key = "tau_s";
  const auto* const at = std::ranges::find(kFields, key, &Field::name);
  return at == kFields.end() ? nullptr : at;
}

std::string known_names(std::string_view more) {
  std::string names;
  for (const Field& field : kFields) names += std::string(field.name) + ", ";
  return names + "linear_tau_s, " + std::string(more);
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

Result<double> number_of(const JsonValue& json, const Field& field, const std::string& path) {
  const std::string wanted =
      field.above_least
          ? "a number above " + short_number(field.least) + ", at most " + short_number(field.most)
          : "a number from " + short_number(field.least) + " to " + short_number(field.most);
  double value = json.real;
  if (json.kind == JsonKind::integer) {
    value = static_cast<double>(json.integer);
  } else if (json.kind == JsonKind::unsigned_integer) {
    value = static_cast<double>(json.unsigned_integer);
  } else if (json.kind != JsonKind::real) {
    return refuse(ErrorCode::malformed, json, path, wanted);
  }
  const bool fine =
      value <= field.most && (field.above_least ? value > field.least : value >= field.least);
  if (!fine) return refuse(ErrorCode::out_of_range, json, path, wanted);
  return value;
}

Result<AuctionCurve> curve_of(const JsonValue& json, const std::string& path) {
  const auto names = enum_names(AuctionCurve{});
  const auto at = std::ranges::find(names, json.string);
  if (json.kind != JsonKind::string || at == names.end()) {
    return refuse(ErrorCode::malformed, json, path, "stepwise, linear or exponential");
  }
  return static_cast<AuctionCurve>(at - names.begin());
}

// The numbers of one object, and the curve that it means: by name, or by whose numbers it has.
struct Read {
  AuctionInput& input;
  bool own;
  std::optional<AuctionCurve> named;
  std::set<AuctionCurve> hinted;
  std::set<std::string> seen;

  Status field(const std::string& key, const JsonValue& json, const std::string& path,
               std::string_view more) {
    if (key == "curve") {
      BULKHEAD_TRY(named, curve_of(json, path));
      return {};
    }
    const Field* known = find_field(key);
    if (known == nullptr) {
      return refuse(ErrorCode::unknown_field, json, path, "one of " + known_names(more));
    }
    const std::string name(known->name);
    if (!seen.insert(name).second) {
      return refuse(ErrorCode::duplicate_field, json, path, name + " under one name only");
    }
    if (json.kind == JsonKind::null) {  // not given, whatever the fixture says
      input.numbers.erase(name);
      return {};
    }
    BULKHEAD_TRY(input.numbers[name], number_of(json, *known, path));
    if (own) input.own.insert(name);
    if (name == "cut" || name == "step_s") hinted.insert(AuctionCurve::stepwise);
    if (name == "tau_s") hinted.insert(AuctionCurve::linear);
    if (name == "cut_per_s") hinted.insert(AuctionCurve::exponential);
    return {};
  }
  Status choose_curve(const JsonValue& object, const std::string& path) const {
    if (named) {
      input.curve = named;
    } else if (hinted.size() == 1) {
      input.curve = *hinted.begin();
    } else if (hinted.size() > 1) {
      return std::unexpected(wire::json_error(
          ErrorCode::missing_field, object.line, path + ".curve", "",
          "stepwise, linear or exponential, where numbers of more than one curve are given"));
    }
    return {};
  }
};

Status read_fixture(const JsonValue& fixture, AuctionInput& input) {
  if (fixture.kind != JsonKind::object) {
    return refuse(ErrorCode::malformed, fixture, "fixture", "an object");
  }
  Read read{input, false, {}, {}, {}};
  for (std::size_t i = 0; i < fixture.keys.size(); ++i) {
    const std::string& key = fixture.keys[i];
    BULKHEAD_TRY_STATUS(read.field(key, fixture.items[i], "fixture." + key, "curve"));
  }
  return read.choose_curve(fixture, "fixture");
}

Status read_times(const JsonValue& json, const std::string& path, AuctionInput& input) {
  if (json.kind != JsonKind::array) {
    BULKHEAD_TRY(input.times.emplace_back(), number_of(json, kTime, path));
    return {};
  }
  input.times_listed = true;
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    BULKHEAD_TRY(input.times.emplace_back(),
                 number_of(json.items[i], kTime, path + "[" + std::to_string(i) + "]"));
  }
  return {};
}

Status read_amount(const JsonValue& json, const std::string& path, AuctionBid& bid) {
  if (json.kind == JsonKind::string && json.string == "rest") return {};
  if (json.kind == JsonKind::string) {
    return refuse(ErrorCode::malformed, json, path, "coins, or \"rest\"");
  }
  BULKHEAD_TRY(bid.coins, number_of(json, kAmount, path));
  return {};
}

Result<AuctionBid> read_bid(const JsonValue& json, const std::string& path, AuctionBid bid) {
  constexpr std::string_view kAccepted =
      "t with amt and max, or t with redo (true) and new_spot to begin anew";
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, path, kAccepted);
  bool timed = false;
  bool amount = false;
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    const std::string& key = json.keys[i];
    const JsonValue& value = json.items[i];
    const std::string at = path + "." + key;
    if (key == "t") {
      BULKHEAD_TRY(bid.at, number_of(value, kTime, at));
      timed = true;
    } else if (key == "amt") {
      BULKHEAD_TRY_STATUS(read_amount(value, at, bid));
      amount = true;
    } else if (key == "max") {
      BULKHEAD_TRY(bid.limit, number_of(value, *find_field("max"), at));
    } else if (key == "new_spot") {
      BULKHEAD_TRY(bid.spot, number_of(value, *find_field("new_spot"), at));
      bid.redo = true;
    } else if (key == "redo" && value.kind == JsonKind::boolean && value.boolean) {
      bid.redo = true;
    } else {
      return refuse(ErrorCode::unknown_field, value, at, kAccepted);
    }
  }
  if (timed && amount != bid.redo) return bid;
  return std::unexpected(
      wire::json_error(ErrorCode::missing_field, json.line, path, "", kAccepted));
}

Status read_bids(const JsonValue& json, const std::string& path, const AuctionBid& common,
                 AuctionInput& input) {
  if (json.kind != JsonKind::array || json.items.empty()) {
    return refuse(ErrorCode::malformed, json, path, "an array of at least one bid");
  }
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    BULKHEAD_TRY(const AuctionBid bid, read_bid(json.items[i], at, common));
    if (!input.bids.empty() && bid.at < input.bids.back().at) {
      return refuse(ErrorCode::out_of_range, *json.items[i].find("t"), at + ".t",
                    "no earlier than the bid before it");
    }
    input.bids.push_back(bid);
  }
  return {};
}

// One bid stands beside its time, several in a list.
Status read_all_bids(const JsonValue& json, const std::string& path, AuctionInput& input) {
  AuctionBid bid;
  bid.limit = input.number_or("max", bid.limit);
  const JsonValue* amount = json.find("amt");
  const JsonValue* bids = json.find("bids");
  if (bids != nullptr && amount != nullptr) {
    return refuse(ErrorCode::malformed, *amount, path + ".amt", "either amt or bids");
  }
  if (bids != nullptr) return read_bids(*bids, path + ".bids", bid, input);
  if (amount == nullptr) return {};
  if (input.times.size() != 1 || input.times_listed) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, path + ".t", "",
                                            "the bid's time; several bids stand in bids"));
  }
  BULKHEAD_TRY_STATUS(read_amount(*amount, path + ".amt", bid));
  bid.at = input.times.front();
  input.bids.push_back(bid);
  return {};
}

}  // namespace

std::optional<double> AuctionInput::number(std::string_view name) const {
  const auto at = numbers.find(name);
  if (at == numbers.end()) return std::nullopt;
  return at->second;
}

double AuctionInput::number_or(std::string_view name, double otherwise) const {
  return number(name).value_or(otherwise);
}

bool AuctionInput::has_any(std::initializer_list<std::string_view> names) const {
  return std::ranges::any_of(names, [&](std::string_view name) { return numbers.contains(name); });
}

bool AuctionInput::owns_any(std::initializer_list<std::string_view> names) const {
  return std::ranges::any_of(names, [&](std::string_view name) { return own.contains(name); });
}

Duration auction_time(double seconds) {
  return Duration{static_cast<std::int64_t>(std::llround(seconds * 1e9))};
}

Result<AuctionInput> read_auction_input(const JsonValue* fixture, const JsonValue& input,
                                        const std::string& path) {
  AuctionInput result;
  if (fixture != nullptr) BULKHEAD_TRY_STATUS(read_fixture(*fixture, result));
  if (input.kind != JsonKind::object) {
    return refuse(ErrorCode::malformed, input, path, "an object");
  }
  Read read{result, true, {}, {}, {}};
  for (std::size_t i = 0; i < input.keys.size(); ++i) {
    const std::string& key = input.keys[i];
    if (key == "amt" || key == "bids") continue;
    const std::string at = path + "." + key;
    if (key == "t") {
      BULKHEAD_TRY_STATUS(read_times(input.items[i], at, result));
    } else {
      BULKHEAD_TRY_STATUS(read.field(key, input.items[i], at, "curve, t, amt or bids"));
    }
  }
  BULKHEAD_TRY_STATUS(read.choose_curve(input, path));
  BULKHEAD_TRY_STATUS(read_all_bids(input, path, result));
  return result;
}

}  // namespace bulkhead::cli
