// Fields of any record (base/fields.h) by path and text: what a scenario sets in a command or in
// the parameters, and what it expects of an event.
//
//   set_field(command, {"standing.assets", "=", "USDT,BTC"}, scope);
//   compare_field(event, {"figures.equity", "<", "5000"}, scope);
//
// Amounts are in coins of the asset that stands beside them in the record ("1.5"), or say their own
// ("1.5 BTC"), or are minor units ("150 units").
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/field_types.h"
#include "bulkhead/story/scope.h"

namespace bulkhead::story {

// The strings of a record, by name: which asset an amount beside them is of.
using Siblings = std::vector<std::pair<std::string, std::string>>;

struct Found {
  std::string actual;
  bool met = false;
};

namespace internal {

// "a.b[2].c" into "a", "2" and "b…"; an index without brackets is empty.
struct Step {
  std::string name;
  std::string index;
  std::string rest;
};
Step first_step(std::string_view path);
std::string asset_of(const Siblings& siblings, std::string_view field, const Scope& scope);
Result<Amount> read_amount(std::string_view text, const std::string& asset, const Scope& scope);
std::string show_amount(Amount amount, const std::string& asset, const Scope& scope);
Result<Usd> read_usd(std::string_view text);
std::string show_usd(Usd value);
std::string show_double(double value);
Result<Bytes> read_hex(std::string_view text, std::size_t size);
std::string show_hex(std::span<const std::uint8_t> bytes);
Error not_read(std::string_view text, std::string wanted);
Error no_field(std::string_view name, const std::vector<std::string>& names);
// Digits that a number was written with behind its point.
int digits_written(std::string_view text);
bool holds(std::partial_ordering order, std::string_view op);
bool is_range(std::string_view op);

struct SiblingVisitor {
  Siblings& out;
  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if constexpr (std::same_as<T, std::string>) out.emplace_back(name, value);
  }
  template <class V>
  void oneof(std::string_view, const V&) {}
};

template <class R>
Siblings siblings_of(const R& record) {
  Siblings out;
  R::fields(record, SiblingVisitor{out});
  return out;
}

struct NameVisitor {
  std::vector<std::string>& out;
  template <class T>
  void operator()(int, std::string_view name, const T&) {
    out.emplace_back(name);
  }
  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>&) {
    (out.emplace_back(A::kName), ...);
  }
};

template <class R>
std::vector<std::string> names_of(const R& record) {
  std::vector<std::string> names;
  R::fields(record, NameVisitor{names});
  return names;
}

template <std::integral T>
Status read_integer(std::string_view text, T& value) {
  std::string plain = without_commas(text);
  if (std::same_as<T, std::int32_t> && plain.ends_with('%')) {  // basis points
    const Result<double> share = read_number(plain);
    if (!share) return std::unexpected(share.error());
    if (!(std::abs(*share) <= 1e5)) return std::unexpected(not_read(text, "at most 10,000,000%"));
    value = static_cast<T>(std::llround(*share * 10'000));
    return {};
  }
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (read.ec == std::errc{} && read.ptr == plain.data() + plain.size()) return {};
  return std::unexpected(not_read(text, "a whole number"));
}

template <class T>
Status read_enum(std::string_view text, T& value) {
  const auto names = enum_names(T{});
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) {
      value = static_cast<T>(i);
      return {};
    }
    all += (all.empty() ? "" : ", ") + std::string(names[i]);
  }
  return std::unexpected(not_read(text, "one of " + all));
}

template <class T>
Status assign(T& value, Result<T> read) {
  if (!read) return std::unexpected(read.error());
  value = std::move(*read);
  return {};
}

// One value without fields of its own.
template <class T>
Status read_single(std::string_view text, T& value, const std::string& asset, const Scope& scope) {
  if (scope.names_only) return {};
  if constexpr (std::same_as<T, std::string>) {
    value = std::string(text);
    return {};
  } else if constexpr (std::same_as<T, bool>) {
    value = text == "yes" || text == "true";
    if (value || text == "no" || text == "false") return {};
    return std::unexpected(not_read(text, "yes or no"));
  } else if constexpr (NamedEnum<T>) {
    return read_enum(text, value);
  } else if constexpr (std::same_as<T, Amount>) {
    return assign(value, read_amount(text, asset, scope));
  } else if constexpr (std::same_as<T, Usd>) {
    return assign(value, read_usd(text));
  } else if constexpr (std::same_as<T, Timestamp>) {
    return assign(value, read_time(text, scope));
  } else if constexpr (std::same_as<T, Duration>) {
    return assign(value, read_duration(text));
  } else if constexpr (std::same_as<T, Decimal>) {
    return assign(value, parse_decimal(without_commas(text)));
  } else if constexpr (std::same_as<T, double>) {
    return assign(value, read_number(text));
  } else if constexpr (std::same_as<T, Bytes>) {
    return assign(value, read_hex(text, 0));
  } else if constexpr (ByteArray<T>) {
    const Result<Bytes> bytes = read_hex(text, value.size());
    if (!bytes) return std::unexpected(bytes.error());
    std::copy(bytes->begin(), bytes->end(), value.begin());
    return {};
  } else {
    return read_integer(text, value);
  }
}

template <class T>
std::string show_single(const T& value, const std::string& asset, const Scope& scope) {
  if constexpr (std::same_as<T, std::string>) {
    return value;
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "yes" : "no";
  } else if constexpr (NamedEnum<T>) {
    return std::string(to_string(value));
  } else if constexpr (std::same_as<T, Amount>) {
    return show_amount(value, asset, scope);
  } else if constexpr (std::same_as<T, Usd>) {
    return show_usd(value);
  } else if constexpr (std::same_as<T, Timestamp>) {
    return show_time(value, scope);
  } else if constexpr (std::same_as<T, Duration>) {
    return show_duration(value);
  } else if constexpr (std::same_as<T, Decimal>) {
    return to_string(value.normal_form());
  } else if constexpr (std::same_as<T, double>) {
    return show_double(value);
  } else if constexpr (std::same_as<T, Bytes> || ByteArray<T>) {
    return show_hex(value);
  } else {
    return std::to_string(value);
  }
}

// Figures are compared at the digits that were written: 6000 is met by 6000.000001.
template <class T>
bool compare_single(const T& actual, const T& wanted, std::string_view text, std::string_view op) {
  const auto rounded = [&](double a, double w) {
    const double scale = std::pow(10.0, digits_written(text));
    const double left = is_range(op) ? a : std::round(a * scale) / scale;
    return holds(left <=> w, op);
  };
  if constexpr (std::same_as<T, Usd>) {
    return rounded(static_cast<double>(actual.micros) / 1e6,
                   static_cast<double>(wanted.micros) / 1e6);
  } else if constexpr (std::same_as<T, double>) {
    return rounded(text.ends_with('%') ? actual * 100 : actual,
                   text.ends_with('%') ? wanted * 100 : wanted);
  } else if constexpr (std::same_as<T, Decimal>) {
    return holds(actual.to_double() <=> wanted.to_double(), op);
  } else if constexpr (std::three_way_comparable<T>) {
    return holds(actual <=> wanted, op);
  } else {
    return actual == wanted ? op == "=" : op == "!=";
  }
}

// ---- setting ------------------------------------------------------------------------------------

template <Record R>
Status set_path(R& record, std::string_view path, std::string_view text, const Scope& scope);

template <class T>
Status set_items(std::vector<T>& items, const Step& step, std::string_view text,
                 const std::string& asset, const Scope& scope) {
  if constexpr (Record<T> && !std::same_as<T, Decimal>) {
    std::size_t at = items.size();
    std::uint64_t number = 0;
    const bool counted = read_integer(step.index, number).has_value();
    if (counted && number <= items.size()) at = number;
    for (std::size_t i = 0; i < items.size() && !counted; ++i) {
      const Siblings names = siblings_of(items[i]);
      if (!names.empty() && names.front().second == step.index) at = i;
    }
    if (step.index.empty() || (counted && number > items.size())) {
      return std::unexpected(not_read(step.index, step.name + "[INDEX or NAME]"));
    }
    if (at == items.size()) {
      T made{};
      const Siblings names = siblings_of(made);
      if (!counted && !names.empty()) {
        BULKHEAD_TRY_STATUS(set_path(made, names.front().first, step.index, scope));
      }
      items.push_back(std::move(made));
    }
    return set_path(items[at], step.rest, text, scope);
  } else {
    items.clear();
    while (!text.empty()) {
      const std::size_t end = text.find(',');
      T item{};
      BULKHEAD_TRY_STATUS(read_single(text.substr(0, end), item, asset, scope));
      items.push_back(std::move(item));
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return {};
  }
}

class Setter {
 public:
  Setter(const Step& step, std::string_view text, Siblings siblings, const Scope& scope)
      : step_(step), text_(text), siblings_(std::move(siblings)), scope_(scope) {}

  template <class T>
  void operator()(int, std::string_view name, T& value) {
    if (name != step_.name && step_.name != "*") return;
    if (!status_) return;
    found_ = true;
    const std::string asset = asset_of(siblings_, name, scope_);
    if constexpr (OptionalField<T>) {
      status_ = set(value.emplace(), asset);
    } else if constexpr (RepeatedField<T>) {
      status_ = set_items(value, step_, text_, asset, scope_);
    } else {
      status_ = set(value, asset);
    }
  }
  template <class... A>
  void oneof(std::string_view, std::variant<std::monostate, A...>& value) {
    (alternative<A>(value), ...);
  }
  bool found() const { return found_; }
  const Status& status() const { return status_; }

 private:
  template <class T>
  Status set(T& value, const std::string& asset) {
    if constexpr (Record<T> && !std::same_as<T, Decimal>) {
      return set_path(value, step_.rest, text_, scope_);
    } else {
      if (!step_.rest.empty()) return std::unexpected(no_field(step_.rest, {}));
      return read_single(text_, value, asset, scope_);
    }
  }
  template <class A, class V>
  void alternative(V& variant) {
    if (A::kName != step_.name) return;
    found_ = true;
    if (!std::holds_alternative<A>(variant)) variant.template emplace<A>();
    if (!step_.rest.empty()) {
      status_ = set_path(std::get<A>(variant), step_.rest, text_, scope_);
    }
  }

  const Step& step_;
  std::string_view text_;
  Siblings siblings_;
  const Scope& scope_;
  bool found_ = false;
  Status status_;
};

template <Record R>
Status set_path(R& record, std::string_view path, std::string_view text, const Scope& scope) {
  const Step step = first_step(path);
  Setter setter(step, text, siblings_of(record), scope);
  R::fields(record, setter);
  if (!setter.found()) return std::unexpected(no_field(step.name, names_of(record)));
  return setter.status();
}

// ---- comparing ----------------------------------------------------------------------------------

template <Record R>
Result<Found> compare_path(const R& record, std::string_view path, const Assign& wanted,
                           const Scope& scope);

class Comparer {
 public:
  Comparer(const Step& step, const Assign& wanted, Siblings siblings, const Scope& scope)
      : step_(step), wanted_(wanted), siblings_(std::move(siblings)), scope_(scope) {}

  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if (name != step_.name) return;
    found_ = true;
    const std::string asset = asset_of(siblings_, name, scope_);
    if constexpr (OptionalField<T>) {
      if (value) {
        result_ = compare(*value, asset);
      } else if (scope_.names_only) {
        result_ = compare(typename T::value_type{}, asset);
      } else {
        result_ = Found{"none", (wanted_.text == "none") == (wanted_.op == "=")};
      }
    } else if constexpr (RepeatedField<T>) {
      result_ = compare_items(value, asset);
    } else {
      result_ = compare(value, asset);
    }
  }
  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>& value) {
    (alternative<A>(value), ...);
  }
  bool found() const { return found_; }
  Result<Found> result() && { return std::move(result_); }

 private:
  template <class T>
  Result<Found> compare(const T& value, const std::string& asset) {
    if constexpr (Record<T> && !std::same_as<T, Decimal>) {
      return compare_path(value, step_.rest, wanted_, scope_);
    } else {
      T wanted = value;
      BULKHEAD_TRY_STATUS(read_single(wanted_.text, wanted, asset, scope_));
      return Found{show_single(value, asset, scope_),
                   compare_single(value, wanted, wanted_.text, wanted_.op)};
    }
  }
  // An index or a name picks one item; `.count` is how many there are; scalars compare as a list.
  template <class T>
  Result<Found> compare_items(const std::vector<T>& items, const std::string& asset) {
    if (step_.rest == "count") {
      const std::uint64_t count = items.size();
      std::uint64_t wanted = 0;
      if (!scope_.names_only) BULKHEAD_TRY_STATUS(read_integer(wanted_.text, wanted));
      return Found{std::to_string(count), holds(count <=> wanted, wanted_.op)};
    }
    if constexpr (Record<T> && !std::same_as<T, Decimal>) {
      if (scope_.names_only) return compare_path(T{}, step_.rest, wanted_, scope_);
      std::uint64_t number = 0;
      const bool counted = read_integer(step_.index, number).has_value();
      for (std::size_t i = 0; i < items.size(); ++i) {
        const Siblings names = siblings_of(items[i]);
        const bool named = !names.empty() && names.front().second == step_.index;
        if (counted ? number == i : named) {
          return compare_path(items[i], step_.rest, wanted_, scope_);
        }
      }
      return Found{"nothing at [" + step_.index + "]", false};
    } else {
      std::vector<std::string> all;
      for (const T& item : items) all.push_back(show_single(item, asset, scope_));
      const std::string text = join(all, ",");
      return Found{text, (text == wanted_.text) == (wanted_.op == "=")};
    }
  }
  template <class A, class V>
  void alternative(const V& variant) {
    if (A::kName != step_.name) return;
    found_ = true;
    if (scope_.names_only) {
      result_ = compare_path(A{}, step_.rest, wanted_, scope_);
    } else if (const A* value = std::get_if<A>(&variant)) {
      result_ = compare_path(*value, step_.rest, wanted_, scope_);
    } else {
      result_ = Found{"not " + step_.name, false};
    }
  }

  const Step& step_;
  const Assign& wanted_;
  Siblings siblings_;
  const Scope& scope_;
  bool found_ = false;
  Result<Found> result_;
};

template <Record R>
Result<Found> compare_path(const R& record, std::string_view path, const Assign& wanted,
                           const Scope& scope) {
  const Step step = first_step(path);
  Comparer comparer(step, wanted, siblings_of(record), scope);
  R::fields(record, comparer);
  if (!comparer.found()) return std::unexpected(no_field(step.name, names_of(record)));
  return std::move(comparer).result();
}

}  // namespace internal

// Errors: unknown_field with the fields that there are; malformed with what would be read.
template <Record R>
Status set_field(R& record, const Assign& assign, const Scope& scope) {
  return internal::set_path(record, assign.path, assign.text, scope);
}

template <Record R>
Result<Found> compare_field(const R& record, const Assign& wanted, const Scope& scope) {
  return internal::compare_path(record, wanted.path, wanted, scope);
}

}  // namespace bulkhead::story
