// A record with every kind of field, so that fuzzers of the codecs reach every branch.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::fuzz {

enum class Side : std::uint8_t { none, buy, sell };
BULKHEAD_ENUM_NAMES(Side, "none", "buy", "sell")

struct Inner {
  std::uint64_t id = 0;
  std::optional<Side> side;
  Decimal ratio;

  bool operator==(const Inner&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "side", self.side);
    visit(16, "ratio", self.ratio);
  }
};

struct First {
  static constexpr int kTag = 40;
  static constexpr std::string_view kName = "first";
  std::string text;

  bool operator==(const First&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "text", self.text);
  }
};

struct Second {
  static constexpr int kTag = 41;
  static constexpr std::string_view kName = "second";
  std::vector<Inner> inners;

  bool operator==(const Second&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "inners", self.inners);
  }
};

struct EveryField {
  bool flag = false;
  std::uint32_t small = 0;
  std::uint64_t large = 0;
  std::int32_t signed_small = 0;
  std::int64_t signed_large = 0;
  double real = 0;
  std::string text;
  Bytes bytes;
  Hash hash{};
  Amount amount;
  Usd usd;
  Timestamp time;
  Duration span;
  Side side = Side::none;
  Inner inner;
  std::optional<std::string> note;
  std::vector<double> reals;
  std::vector<std::int64_t> numbers;
  std::vector<std::string> names;
  std::vector<Side> sides;
  std::variant<std::monostate, First, Second> body;

  bool operator==(const EveryField&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "flag", self.flag);
    visit(2, "small", self.small);
    visit(3, "large", self.large);
    visit(4, "signed_small", self.signed_small);
    visit(5, "signed_large", self.signed_large);
    visit(6, "real", self.real);
    visit(7, "text", self.text);
    visit(8, "bytes", self.bytes);
    visit(9, "hash", self.hash);
    visit(10, "amount", self.amount);
    visit(11, "usd", self.usd);
    visit(12, "time", self.time);
    visit(13, "span", self.span);
    visit(14, "side", self.side);
    visit(15, "inner", self.inner);
    visit(16, "note", self.note);
    visit(17, "reals", self.reals);
    visit(18, "numbers", self.numbers);
    visit(19, "names", self.names);
    visit(20, "sides", self.sides);
    visit.oneof("body", self.body);
  }
};

}  // namespace bulkhead::fuzz
