// Records with every kind of field, for the tests of the codecs.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::test {

enum class Side : std::uint8_t { buy, sell };
BULKHEAD_ENUM_NAMES(Side, "buy", "sell")

struct Leaf {
  std::string name;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
  }
};

struct One {
  static constexpr int kTag = 22;
  static constexpr std::string_view kName = "one";
  template <class Self, class Visitor>
  static void fields(Self&, Visitor&&) {}
};

struct Two {
  static constexpr int kTag = 23;
  static constexpr std::string_view kName = "two";
  std::int32_t count = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "count", self.count);
  }
};

struct Everything {
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
  Usd value;
  Timestamp time;
  Duration span;
  Side side = Side::buy;
  Decimal number;
  std::optional<std::int32_t> maybe;
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> texts;
  std::vector<Leaf> leaves;
  std::optional<Leaf> maybe_leaf;
  std::vector<bool> flags;
  std::variant<std::monostate, One, Two> body;
  std::vector<Timestamp> times;
  std::vector<Side> sides;
  std::vector<Hash> hashes;
  std::vector<double> reals;
  std::optional<Usd> maybe_value;
  std::optional<Amount> maybe_amount;
  std::vector<Amount> amounts;

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
    visit(11, "value", self.value);
    visit(12, "time", self.time);
    visit(13, "span", self.span);
    visit(14, "side", self.side);
    visit(15, "number", self.number);
    visit(16, "maybe", self.maybe);
    visit(17, "numbers", self.numbers);
    visit(18, "texts", self.texts);
    visit(19, "leaves", self.leaves);
    visit(20, "maybe_leaf", self.maybe_leaf);
    visit(21, "flags", self.flags);
    visit.oneof("body", self.body);
    visit(24, "times", self.times);
    visit(25, "sides", self.sides);
    visit(26, "hashes", self.hashes);
    visit(27, "reals", self.reals);
    visit(28, "maybe_value", self.maybe_value);
    visit(29, "maybe_amount", self.maybe_amount);
    visit(30, "amounts", self.amounts);
  }
};

struct WithInitialiser {
  struct Inner {
    std::int32_t limit = 9;
    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit(1, "limit", self.limit);
    }
  };
  std::int32_t limit = 5;
  Inner inner;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "limit", self.limit);
    visit(2, "inner", self.inner);
  }
};

struct Deep {
  std::vector<Deep> deeper;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "deeper", self.deeper);
  }
};

}  // namespace bulkhead::test
