// Statements that say what there is before anything happens.
#include <algorithm>

#include "bulkhead/engine/commands.h"
#include "bulkhead/policy/parameters.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/parser_parts.h"

namespace bulkhead::story {
namespace {

// Field words to the end of the line, checked against the command that they are for.
Parsed finish(Words& words, Give give, const std::string& prefix) {
  BULKHEAD_TRY(std::vector<Assign> fields, words.assigns());
  for (Assign& field : fields) {
    field.path = prefix + field.path;
    std::erase_if(give.fields, [&](const Assign& set) { return set.path == field.path; });
    give.fields.push_back(field);
  }
  Scope scope;
  scope.names_only = true;
  const auto made = make_command(give.command, give.fields, scope);
  if (!made) return words.refuse(made.error());
  BULKHEAD_TRY_STATUS(parse_refusal(words, give.refused, give.refusal));
  return give;
}

void set(Give& give, std::string path, std::string text) {
  give.fields.push_back({std::move(path), "=", std::move(text)});
}

template <class Enum>
Result<std::string> kind_word(Words& words, Enum any) {
  std::vector<std::string> kinds;
  for (const std::string_view name : enum_names(any)) kinds.emplace_back(name);
  const std::string kind(words.peek());
  if (std::ranges::find(kinds, kind) == kinds.end()) return words.refuse(join(kinds, ", "));
  return words.word("");
}

}  // namespace

Parsed parse_start(Words& words, Names&) {
  BULKHEAD_TRY(const std::string text, words.word("a time: 2024-01-02T09:00Z"));
  const Result<Timestamp> time = parse_timestamp(text);
  if (!time) return words.refuse(text, "a time in UTC: 2024-01-02T09:00Z");
  BULKHEAD_TRY_STATUS(words.end());
  return StartAt{*time};
}

Parsed parse_parameter(Words& words, Names&) {
  BULKHEAD_TRY(const std::string path, words.word("a parameter's path: ladder.levels.call_bp"));
  const std::string text = words.rest();
  policy::ParameterSet scratch;
  Scope scope;
  const Status set = set_field(scratch, {path, "=", text}, scope);
  if (!set) {
    Error error = set.error();
    error.field = path + (error.field.empty() ? "" : ": " + error.field);
    return words.refuse(error);
  }
  return SetParameter{{path, "=", text}};
}

Parsed parse_person(Words& words, Names& names) {
  DeclarePerson person;
  BULKHEAD_TRY(person.name, words.word("a person's name"));
  BULKHEAD_TRY(person.role, kind_word(words, engine::Role::none));
  if (words.take("of")) {
    BULKHEAD_TRY(person.member, words.word("a member's name"));
  }
  if (words.take("keeps")) {
    BULKHEAD_TRY(person.kept, words.word("\"what is known of it outside\""));
  }
  names.persons.insert(person.name);
  BULKHEAD_TRY_STATUS(words.end());
  return person;
}

Parsed parse_asset(Words& words, Names&) {
  Give give{.actor = "", .command = "register_asset", .fields = {}, .quantity = "", .refusal = {}};
  BULKHEAD_TRY(const std::string name, words.word("an asset's name"));
  set(give, "asset.name", name);
  std::string kind = "fiat";
  if (words.take("numeraire")) {
    set(give, "asset.numeraire", "yes");
  } else {
    BULKHEAD_TRY(kind, kind_word(words, market::AssetKind::coin));
  }
  const bool fine = kind == "coin" || kind == "token";
  set(give, "asset.kind", kind);
  set(give, "asset.decimals", fine ? "8" : "6");
  set(give, "asset.valuation_lot_exponent", fine ? "3" : "0");
  return finish(words, std::move(give), "asset.");
}

Parsed parse_instrument(Words& words, Names&) {
  Give give{
      .actor = "", .command = "register_instrument", .fields = {}, .quantity = "", .refusal = {}};
  BULKHEAD_TRY(const std::string name, words.word("an instrument's name"));
  set(give, "instrument.name", name);
  BULKHEAD_TRY(const std::string kind, kind_word(words, market::InstrumentKind::perpetual));
  set(give, "instrument.kind", kind);
  BULKHEAD_TRY_STATUS(words.expect("on"));
  BULKHEAD_TRY(const std::string underlying, words.word("the underlying asset"));
  set(give, "instrument.underlying", underlying);
  if (!words.take({"settled", "in"})) return words.refuse("settled in ASSET");
  BULKHEAD_TRY(const std::string settlement, words.word("the settlement asset"));
  set(give, "instrument.settlement", settlement);
  if (settlement == underlying) set(give, "instrument.inverse", "yes");
  set(give, "instrument.lot_size", "0.001");
  return finish(words, std::move(give), "instrument.");
}

Parsed parse_place(Words& words, Names& names) {
  Give give{.actor = "", .command = "register_place", .fields = {}, .quantity = "", .refusal = {}};
  BULKHEAD_TRY(const std::string name, words.word("a place's name"));
  set(give, "place.name", name);
  names.places.insert(name);
  BULKHEAD_TRY(const std::string kind, kind_word(words, market::PlaceKind::internal_ledger));
  set(give, "place.kind", kind);
  return finish(words, std::move(give), "place.");
}

Parsed parse_sources(Words& words, Names&) {
  DeclareSources sources;
  while (!words.done() && !words.take("of")) {
    BULKHEAD_TRY(const std::string name, words.word("a source's name"));
    sources.names.push_back(name);
  }
  BULKHEAD_TRY(sources.subject, words.word("`of` and the asset that they price"));
  BULKHEAD_TRY(sources.fields, words.assigns());
  for (const Assign& field : sources.fields) {
    Scope scope;
    scope.names_only = true;
    const std::vector<Assign> one{{"source." + field.path, "=", field.text}};
    const auto made = make_command("register_source", one, scope);
    if (!made) return words.refuse(made.error());
  }
  BULKHEAD_TRY_STATUS(words.end());
  return sources;
}

Parsed parse_account(Words& words, Names& names) {
  Give give{.actor = "", .command = "open_account", .fields = {}, .quantity = "", .refusal = {}};
  BULKHEAD_TRY(const std::string name, words.word("an account's name"));
  BULKHEAD_TRY_STATUS(words.expect("of"));
  BULKHEAD_TRY(const std::string member, words.word("a member's name"));
  set(give, "account", name);
  set(give, "member", member);
  set(give, "model", "scenario_es");
  give.register_member = true;
  names.accounts.insert(name);
  names.persons.insert(member);
  return finish(words, std::move(give), "");
}

namespace {

Parsed read_move(Words& words, const Names& names, bool stressed) {
  if (names.scenario_set.empty()) return words.refuse("move", "`scenario set NAME` before a move");
  Move move;
  move.set = names.scenario_set;
  move.stressed = stressed;
  BULKHEAD_TRY(move.weight, words.number("a weight: 2.5%"));
  if (move.weight <= 0 || move.weight > 1) return words.refuse("a weight above 0 and up to 100%");
  while (!words.done()) {
    Move::Factor factor{"", "spot", 0};
    BULKHEAD_TRY(factor.asset, words.word("an asset"));
    if (const std::size_t dot = factor.asset.find('.'); dot != std::string::npos) {
      factor.kind = factor.asset.substr(dot + 1);
      factor.asset.resize(dot);
    }
    BULKHEAD_TRY(factor.change, words.number("a change: -10%"));
    if (factor.kind == "spot" && factor.change <= -1) return words.refuse("a fall below 100%");
    move.factors.push_back(std::move(factor));
  }
  return move;
}

}  // namespace

Parsed parse_move(Words& words, Names& names) { return read_move(words, names, false); }

Parsed parse_stressed_move(Words& words, Names& names) {
  BULKHEAD_TRY_STATUS(words.expect("move"));
  return read_move(words, names, true);
}

Parsed parse_adopt(Words& words, Names&) {
  BULKHEAD_TRY(const std::string set, words.word("the name of a scenario set"));
  BULKHEAD_TRY_STATUS(words.end());
  return AdoptSet{set};
}

Parsed parse_insurance(Words& words, Names&) {
  Give give{.actor = "", .command = "grant", .fields = {}, .quantity = "", .refusal = {}};
  BULKHEAD_TRY_STATUS(words.expect("fund"));
  BULKHEAD_TRY(const std::string amount, words.word("an amount"));
  BULKHEAD_TRY(const std::string asset, words.word("an asset"));
  set(give, "kind", "insurance_fund");
  set(give, "asset", asset);
  set(give, "amount", amount);
  set(give, "epoch", "1");
  set(give, "expires", "+720h");
  return finish(words, std::move(give), "");
}

}  // namespace bulkhead::story
