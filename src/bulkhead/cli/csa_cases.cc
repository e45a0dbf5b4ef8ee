#include "bulkhead/cli/csa_cases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "bulkhead/cli/files.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

using wire::JsonKind;
using wire::JsonValue;

std::unexpected<Error> refuse(ErrorCode code, const JsonValue& json, const std::string& path,
                              std::string_view wanted) {
  return std::unexpected(wire::json_error(code, json.line, path, wire::describe(json), wanted));
}

// Bulkhead's own form.
struct OwnCase {
  std::string name;
  policy::CsaTerms terms;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "terms", self.terms);
  }
};

// A number with at most `digits` decimals, as that many units; text holds one as well.
Result<std::int64_t> exact(const JsonValue& json, const std::string& path, int digits) {
  const std::string wanted =
      "a number with at most " + std::to_string(digits) + " decimals, within ±9e12";
  if (json.kind == JsonKind::string) {
    const Result<Amount> read = parse_decimal_amount(json.string, digits);
    if (!read) return refuse(ErrorCode::malformed, json, path, wanted);
    constexpr std::int64_t kMostUnits = 9'000'000'000'000'000'000;
    if (read->units > kMostUnits || read->units < -kMostUnits) {
      return refuse(ErrorCode::out_of_range, json, path, wanted);
    }
    return static_cast<std::int64_t>(read->units);
  }
  constexpr double kMost = 9e12;
  const bool whole = json.kind == JsonKind::integer;
  if (!whole && json.kind != JsonKind::real) {
    return refuse(ErrorCode::malformed, json, path, wanted);
  }
  const double value = whole ? static_cast<double>(json.integer) : json.real;
  if (std::abs(value) > kMost) return refuse(ErrorCode::out_of_range, json, path, wanted);
  const double scale = std::pow(10.0, digits);
  const double units = std::round(value * scale);
  // What the text said is that decimal, but for the last digits of a program that wrote
  // 0.30000000000000004.
  constexpr double kLastDigits = 1e-14;
  if (std::abs(units / scale - value) > kLastDigits * std::abs(value)) {
    return refuse(ErrorCode::malformed, json, path, wanted);
  }
  return static_cast<std::int64_t>(units);
}

// "Infinity" in words, as annexes have it, or a number above all that an annex is computed with.
bool boundless(const JsonValue& json, Usd most) {
  const double limit = static_cast<double>(most.micros) / 1e6;
  if (json.kind == JsonKind::string) {
    return json.string == "Infinity" || json.string == "infinity" || json.string == "infinite";
  }
  if (json.kind == JsonKind::unsigned_integer) return true;  // beyond 9e18
  if (json.kind == JsonKind::integer) return static_cast<double>(json.integer) > limit;
  return json.kind == JsonKind::real && json.real > limit;
}

// The members of an object, each read once; whoever is left at the end is not known.
class Members {
 public:
  Members(const JsonValue& json, std::string path) : json_(json), path_(std::move(path)) {}

  // null is the same as not given.
  const JsonValue* take(std::string_view key) {
    taken_.emplace_back(key);
    const JsonValue* json = json_.find(key);
    return json == nullptr || json->kind == JsonKind::null ? nullptr : json;
  }
  std::string path_of(std::string_view key) const { return path_ + "." + std::string(key); }

  Status usd(std::string_view key, Usd& into) {
    const JsonValue* json = take(key);
    if (json == nullptr) return {};
    BULKHEAD_TRY(into.micros, exact(*json, path_of(key), 6));
    return {};
  }
  // Beyond `most` it is as good as infinite, and counts as `most`.
  Status usd_up_to(std::string_view key, Usd most, Usd& into) {
    const JsonValue* json = take(key);
    if (json != nullptr && boundless(*json, most)) {
      into = most;
      return {};
    }
    return usd(key, into);
  }
  // A share: 0.08 is 800 basis points.
  Status share(std::string_view key, BasisPoints& into) {
    const JsonValue* json = take(key);
    if (json == nullptr) return {};
    BULKHEAD_TRY(const std::int64_t bp, exact(*json, path_of(key), 4));
    if (bp < 0 || bp > 10'000) {
      return refuse(ErrorCode::out_of_range, *json, path_of(key), "a share from 0 to 1");
    }
    into = static_cast<BasisPoints>(bp);
    return {};
  }
  Status finish(std::string_view accepted) const {
    for (std::size_t i = 0; i < json_.keys.size(); ++i) {
      if (std::ranges::find(taken_, json_.keys[i]) != taken_.end()) continue;
      return refuse(ErrorCode::unknown_field, json_.items[i], path_of(json_.keys[i]), accepted);
    }
    return {};
  }

 private:
  const JsonValue& json_;
  std::string path_;
  std::vector<std::string> taken_;
};

Status read_haircuts(Members& members, policy::CsaPosted& posted) {
  BULKHEAD_TRY_STATUS(members.share("haircut", posted.haircut));
  BULKHEAD_TRY_STATUS(members.share("fxHaircut", posted.fx_haircut));
  return members.share("additionalHaircut", posted.additional_haircut);
}

// One value whose haircuts stand beside it, or a list of items that have their own.
Status read_posted(Members& members, policy::CsaTerms& terms) {
  policy::CsaPosted common;
  BULKHEAD_TRY_STATUS(read_haircuts(members, common));
  const JsonValue* json = members.take("posted");
  if (json == nullptr) return {};
  const std::string path = members.path_of("posted");
  if (json->kind != JsonKind::array) {
    BULKHEAD_TRY(common.value.micros, exact(*json, path, 6));
    terms.posted = {common};
    return {};
  }
  for (std::size_t i = 0; i < json->items.size(); ++i) {
    const JsonValue& item = json->items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    policy::CsaPosted posted = common;
    if (item.kind != JsonKind::object) {
      BULKHEAD_TRY(posted.value.micros, exact(item, at, 6));
      terms.posted.push_back(posted);
      continue;
    }
    Members inner(item, at);
    BULKHEAD_TRY_STATUS(inner.usd("value", posted.value));
    BULKHEAD_TRY_STATUS(read_haircuts(inner, posted));
    BULKHEAD_TRY_STATUS(inner.finish("value, haircut, fxHaircut or additionalHaircut"));
    terms.posted.push_back(posted);
  }
  return {};
}

// Only the "greater of" approach looks at the other margin amount.
Status read_approach(Members& members, policy::CsaTerms& terms) {
  const JsonValue* approach = members.take("approach");
  const JsonValue* other = members.take("marginAmountIA");
  const bool known =
      approach == nullptr || (approach->kind == JsonKind::string &&
                              (approach->string == "Distinct" || approach->string == "Allocated" ||
                               approach->string == "GreaterOf"));
  if (!known) {
    return refuse(ErrorCode::malformed, *approach, members.path_of("approach"),
                  "Distinct, Allocated or GreaterOf");
  }
  Usd amount;
  const bool given = other != nullptr;
  if (given) {
    BULKHEAD_TRY(amount.micros, exact(*other, members.path_of("marginAmountIA"), 6));
  }
  if (approach == nullptr || approach->string != "GreaterOf") return {};
  if (!given) {
    return refuse(ErrorCode::missing_field, *approach, members.path_of("marginAmountIA"),
                  "the other margin amount, which GreaterOf compares with");
  }
  terms.independent_amount = amount;
  return {};
}

Result<policy::CsaTerms> read_inputs(const JsonValue& json, const std::string& path) {
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, path, "an object");
  Members members(json, path);
  policy::CsaTerms terms;
  BULKHEAD_TRY_STATUS(read_posted(members, terms));
  for (const auto& [key, into] :
       {std::pair{"disputedPosted", &terms.disputed_posted},
        std::pair{"priorDelivery", &terms.prior_delivery},
        std::pair{"priorReturn", &terms.prior_return},
        std::pair{"disputedTransferred", &terms.disputed_transferred},
        std::pair{"marginAmount", &terms.margin}, std::pair{"rounding", &terms.rounding},
        std::pair{"disputedCall", &terms.disputed}}) {
    BULKHEAD_TRY_STATUS(members.usd(key, *into));
  }
  // Without a unit nothing is rounded but what is less than a millionth.
  if (terms.rounding == Usd{}) terms.rounding = Usd{1};
  BULKHEAD_TRY_STATUS(members.usd_up_to("threshold", policy::kCsaMost, terms.threshold));
  BULKHEAD_TRY_STATUS(members.usd_up_to("mta", policy::kCsaMostTransfer, terms.minimum_transfer));
  BULKHEAD_TRY_STATUS(read_approach(members, terms));
  BULKHEAD_TRY_STATUS(
      members.finish("posted, haircut, fxHaircut, additionalHaircut, disputedPosted, "
                     "priorDelivery, priorReturn, disputedTransferred, marginAmount, threshold, "
                     "approach, marginAmountIA, mta, rounding or disputedCall"));
  return terms;
}

Result<CsaSide> read_side(const JsonValue* json, const std::string& path) {
  if (json == nullptr) return CsaSide::both;
  if (json->kind == JsonKind::string && json->string == "DeliveryAmount") return CsaSide::delivery;
  if (json->kind == JsonKind::string && json->string == "ReturnAmount") return CsaSide::return_;
  return refuse(ErrorCode::malformed, *json, path, "DeliveryAmount or ReturnAmount");
}

// As published: fn, name, inputs, and beside the figure of the agreement's text what others say.
Result<CsaCase> read_published(const JsonValue& json, const std::string& path) {
  Members members(json, path);
  CsaCase one;
  BULKHEAD_TRY(one.side, read_side(members.take("fn"), path + ".fn"));
  if (const JsonValue* name = members.take("name")) {
    one.name = name->kind == JsonKind::string ? name->string : wire::describe(*name);
  }
  members.take("inputs");
  BULKHEAD_TRY(one.terms, read_inputs(*json.find("inputs"), path + ".inputs"));
  const JsonValue* expected = members.take("expected_isda_rule");
  if (expected != nullptr) {
    Usd amount;
    BULKHEAD_TRY(amount.micros, exact(*expected, path + ".expected_isda_rule", 6));
    if (one.side == CsaSide::both) {
      return refuse(ErrorCode::missing_field, json, path + ".fn",
                    "DeliveryAmount or ReturnAmount, for what is expected");
    }
    one.expected = amount;
  }
  for (const char* remark :
       {"published_cdm", "cdm_formula_recomputed", "usable", "note", "source", "trust", "id"}) {
    members.take(remark);
  }
  BULKHEAD_TRY_STATUS(
      members.finish("fn, name, inputs, expected_isda_rule, published_cdm, "
                     "cdm_formula_recomputed, usable, note, source, trust or id"));
  return one;
}

Result<CsaCase> read_case(const JsonValue& json, const std::string& path) {
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, path, "an object");
  if (json.find("inputs") != nullptr) return read_published(json, path);
  const Result<OwnCase> own = wire::from_json<OwnCase>(json);
  if (own) return CsaCase{.name = own->name, .terms = own->terms, .side = {}, .expected = {}};
  Error error = own.error();
  const std::size_t colon = error.field.find(": ");
  error.field.insert(colon == std::string::npos ? 0 : colon + 2, path + ".");
  return std::unexpected(error);
}

// The field's name in the form that the case was written in.
std::string written_as(const JsonValue& json, const std::string& field) {
  if (json.find("inputs") == nullptr) return "terms." + field;
  for (const auto& [ours, theirs] : std::array<std::pair<std::string_view, std::string_view>, 10>{
           {{"disputed_posted", "disputedPosted"},
            {"prior_delivery", "priorDelivery"},
            {"prior_return", "priorReturn"},
            {"disputed_transferred", "disputedTransferred"},
            {"margin", "marginAmount"},
            {"minimum_transfer", "mta"},
            {"independent_amount", "marginAmountIA"},
            {"disputed", "disputedCall"},
            {"posted[0].value", "posted"},
            {"rounding", "rounding"}}}) {
    if (field == ours) return "inputs." + std::string(theirs);
  }
  return "inputs." + field;
}

Status read_list(const JsonValue& document, const std::string& key, std::vector<CsaCase>& into) {
  const JsonValue* list = document.find(key);
  if (list == nullptr) return {};
  if (list->kind != JsonKind::array) return refuse(ErrorCode::malformed, *list, key, "an array");
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const JsonValue& json = list->items[i];
    const std::string path = key + "[" + std::to_string(i) + "]";
    BULKHEAD_TRY(const CsaCase one, read_case(json, path));
    if (const auto amounts = policy::csa_amounts(one.terms); !amounts) {
      const Error& error = amounts.error();
      return std::unexpected(wire::json_error(error.code, json.line,
                                              path + "." + written_as(json, error.field),
                                              error.value, error.detail));
    }
    into.push_back(one);
  }
  return {};
}

// Beside the cases a document may say things in words.
Result<std::vector<CsaCase>> read_document(const JsonValue& json) {
  if (json.kind != JsonKind::object) return refuse(ErrorCode::malformed, json, "", "an object");
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    const std::string& key = json.keys[i];
    if (key == "cases" || key == "extra_cases" || json.items[i].kind == JsonKind::string) continue;
    return refuse(ErrorCode::unknown_field, json.items[i], key,
                  "cases, extra_cases, or a remark in words");
  }
  std::vector<CsaCase> cases;
  BULKHEAD_TRY_STATUS(read_list(json, "cases", cases));
  BULKHEAD_TRY_STATUS(read_list(json, "extra_cases", cases));
  if (!cases.empty()) return cases;
  return std::unexpected(
      wire::json_error(ErrorCode::missing_field, json.line, "cases", "", "at least one case"));
}

}  // namespace

Result<std::vector<CsaCase>> read_csa_cases(const std::string& path) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  Result<std::vector<CsaCase>> cases = read_document(*json);
  if (!cases) return in_file(path, cases.error());
  return cases;
}

}  // namespace bulkhead::cli
