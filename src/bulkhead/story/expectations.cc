#include "bulkhead/story/expectations.h"

#include <algorithm>

#include "bulkhead/base/canonical.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/persons.h"

namespace bulkhead::story {
namespace {

class Checker {
 public:
  Checker(engine::Engine& engine, const Past& past, const Scope& scope)
      : engine_(engine), past_(past), scope_(scope) {}

  Result<Verdict> operator()(const ExpectStage& wanted) {
    BULKHEAD_TRY(const AccountIndex index, account(wanted.account));
    const policy::LadderState& ladder = state().account(index).ladder;
    std::string actual(to_string(ladder.coverage));
    if (wanted.part == "vault") actual = to_string(ladder.vault);
    if (wanted.part == "default") actual = to_string(ladder.default_);
    return Verdict{actual == wanted.stage, wanted.part + " " + wanted.stage, actual};
  }

  Result<Verdict> operator()(const ExpectHolding& wanted) {
    BULKHEAD_TRY(const ledger::Owner owner, this->owner(wanted.owner));
    const AssetIndex asset = state().registry().find_asset(wanted.asset);
    if (!asset.valid()) return unknown("asset", wanted.asset);
    PlaceIndex place;
    if (!wanted.place.empty()) {
      place = state().registry().find_place(wanted.place);
      if (!place.valid()) return unknown("place", wanted.place);
    }
    Amount sum;
    for (const ledger::Holding& line : state().ledger.holdings(owner)) {
      if (line.asset != asset || to_string(line.bucket) != wanted.bucket) continue;
      if (place.valid() && line.place != place) continue;
      sum = sum + (wanted.pending == "in"    ? line.balance.pending_in
                   : wanted.pending == "out" ? line.balance.pending_out
                                             : line.balance.posted);
    }
    BULKHEAD_TRY(const Amount expected, internal::read_amount(wanted.amount, wanted.asset, scope_));
    return Verdict{internal::holds(sum <=> expected, wanted.op),
                   (wanted.op == "=" ? "" : wanted.op + " ") +
                       internal::show_amount(expected, wanted.asset, scope_),
                   internal::show_amount(sum, wanted.asset, scope_)};
  }

  Result<Verdict> operator()(const ExpectPosition& wanted) {
    BULKHEAD_TRY(const AccountIndex index, account(wanted.account));
    const market::Instrument* instrument = scope_.instrument(wanted.instrument);
    if (instrument == nullptr) return unknown("instrument", wanted.instrument);
    BULKHEAD_TRY(const std::int64_t lots, read_lots(wanted.quantity, *instrument));
    const InstrumentIndex which = state().registry().find_instrument(wanted.instrument);
    const std::int64_t actual = state().positions.position(index, which).lots;
    return Verdict{actual == lots, show_lots(lots, *instrument), show_lots(actual, *instrument)};
  }

  Result<Verdict> operator()(const ExpectFigures& wanted) {
    BULKHEAD_TRY(const AccountIndex index, account(wanted.account));
    BULKHEAD_TRY(engine::Valuer* const valuer, engine_.figures());
    FigureFacts facts;
    facts.requirement = valuer->requirement(index);
    facts.equity = facts.requirement.equity_mid;
    const auto initial = static_cast<double>(facts.requirement.initial.micros);
    if (initial > 0) facts.coverage = static_cast<double>(facts.equity.micros) / initial;
    return compare(facts, wanted.wanted);
  }

  Result<Verdict> operator()(const ExpectCall& wanted) {
    std::vector<const CallFacts*> calls;
    for (const CallFacts& call : past_.calls) {
      if (call.account == wanted.account) calls.push_back(&call);
    }
    const std::size_t at = wanted.nth == 0 ? calls.size() : wanted.nth;
    if (at == 0 || at > calls.size()) {
      return Verdict{false, "a call", "the account had " + std::to_string(calls.size()) + " calls"};
    }
    return compare(*calls[at - 1], wanted.wanted);
  }

  Result<Verdict> operator()(const ExpectOpenCalls& wanted) {
    BULKHEAD_TRY(const AccountIndex index, account(wanted.account));
    const std::size_t open = state().open_calls(index).size();
    return Verdict{open == wanted.count, std::to_string(wanted.count) + " open calls",
                   std::to_string(open)};
  }

  Result<Verdict> operator()(const ExpectEvent& wanted) {
    Timestamp since;
    if (!wanted.since.empty()) {
      BULKHEAD_TRY(since, read_time(wanted.since, scope_));
    }
    std::int64_t fitting = 0;
    std::string nearest;
    for (const engine::Event& event : past_.events) {
      if (event.time < since || event_name(event) != wanted.event) continue;
      if (!wanted.account.empty() && event.account != wanted.account) continue;
      BULKHEAD_TRY(const std::vector<std::string> unmet,
                   unmet_fields(event, wanted.wanted, scope_));
      if (unmet.empty()) ++fitting;
      nearest = unmet.empty() ? nearest
                              : " (the last other one at " + show_time(event.time, scope_) + ": " +
                                    join(unmet, ", ") + ")";
    }
    const bool met = wanted.count < 0 ? fitting > 0 : fitting == wanted.count;
    const std::string number = wanted.count < 0 ? "at least one" : std::to_string(wanted.count);
    return Verdict{met, number + " of " + wanted.event, std::to_string(fitting) + nearest};
  }

  Result<Verdict> operator()(const ExpectPrice& wanted) {
    const AssetIndex asset = state().registry().find_asset(wanted.asset);
    if (!asset.valid()) return unknown("asset", wanted.asset);
    return compare(state().market.epoch().assets[asset.value], wanted.wanted);
  }

  Result<Verdict> operator()(const ExpectRegime& wanted) {
    const AssetIndex asset = state().registry().find_asset(wanted.asset);
    if (!asset.valid()) return unknown("asset", wanted.asset);
    const std::string actual(to_string(state().market.epoch().underlyings[asset.value].regime));
    return Verdict{actual == wanted.regime, wanted.regime, actual};
  }

  Result<Verdict> operator()(const ExpectParameter& wanted) {
    return compare(state().parameters(), {wanted.wanted});
  }

  Result<Verdict> operator()(const ExpectLeg& wanted) {
    BULKHEAD_TRY(const AccountIndex index, account(wanted.account));
    const engine::LegKey key{index, state().registry().find_asset(wanted.asset),
                             state().registry().find_place(wanted.place)};
    const auto at = state().legs().find(key);
    if (at == state().legs().end()) return Verdict{false, "an instruction", "none was given"};
    const policy::CustodyLeg& leg = at->second;
    return compare(LegFacts{wanted.asset, std::string(to_string(leg.status)), leg.seq, leg.target,
                            leg.observed, leg.asked, leg.escalated},
                   wanted.wanted);
  }

  Result<Verdict> operator()(const ExpectOpening& wanted) {
    const auto at = state().persons().find(wanted.person);
    if (at == state().persons().end()) return unknown("person", wanted.person);
    const bool opens = at->second.commitment == commitment_to(wanted.person, wanted.kept);
    return Verdict{opens == wanted.opens, wanted.opens ? "opens" : "does not open",
                   opens ? "opens" : "does not open"};
  }

  Result<Verdict> operator()(const ExpectUnsaid& wanted) {
    std::string where = "nowhere";
    for (const engine::Command& command : past_.told.commands) {
      if (holds(encode(command), wanted.text)) where = engine::kind_name(command.body);
    }
    for (const engine::Event& event : past_.events) {
      if (holds(encode(event), wanted.text)) where = event_name(event);
    }
    return Verdict{where == "nowhere", "nowhere", where};
  }

  template <class Other>
  Result<Verdict> operator()(const Other&) {
    return Verdict{};
  }

 private:
  const engine::State& state() const { return engine_.state(); }

  static bool holds(const Bytes& bytes, std::string_view text) {
    return std::ranges::search(bytes, text, {}, {}, [](char c) {
             return static_cast<std::uint8_t>(c);
           }).size() == text.size();
  }

  static std::unexpected<Error> unknown(std::string_view what, std::string_view name) {
    return fail(ErrorCode::not_found, what, name, "one that is registered");
  }

  Result<AccountIndex> account(std::string_view name) const {
    const AccountIndex index = state().find_account(name);
    if (!index.valid()) return unknown("account", name);
    return index;
  }

  Result<ledger::Owner> owner(const std::string& name) const {
    for (std::uint32_t s = 0; s < ledger::kSystemOwnerCount; ++s) {
      const auto system = static_cast<ledger::SystemOwner>(s);
      if (to_string(system) == name) return ledger::Owner(system);
    }
    BULKHEAD_TRY(const AccountIndex index, account(name));
    return ledger::Owner(index);
  }

  template <class R>
  Result<Verdict> compare(const R& record, const std::vector<Assign>& wanted) const {
    Verdict verdict{true, "", ""};
    for (const Assign& assign : wanted) {
      BULKHEAD_TRY(const Found found, compare_field(record, assign, scope_));
      verdict.met = verdict.met && found.met;
      const std::string between = verdict.expected.empty() ? "" : ", ";
      verdict.expected += between + assign.path + " " + assign.op + " " + assign.text;
      verdict.actual += between + assign.path + " = " + found.actual;
    }
    return verdict;
  }

  engine::Engine& engine_;
  const Past& past_;
  const Scope& scope_;
};

template <class T>
constexpr bool kExpects =
    std::same_as<T, ExpectStage> || std::same_as<T, ExpectHolding> ||
    std::same_as<T, ExpectPosition> || std::same_as<T, ExpectFigures> ||
    std::same_as<T, ExpectCall> || std::same_as<T, ExpectOpenCalls> ||
    std::same_as<T, ExpectEvent> || std::same_as<T, ExpectPrice> || std::same_as<T, ExpectRegime> ||
    std::same_as<T, ExpectParameter> || std::same_as<T, ExpectLeg> ||
    std::same_as<T, ExpectRerun> || std::same_as<T, ExpectOpening> || std::same_as<T, ExpectUnsaid>;

}  // namespace

void Past::remember(const engine::Event& event) {
  events.push_back(event);
  if (const auto* issued = std::get_if<engine::CallIssued>(&event.body)) {
    calls.push_back(
        {issued->call, event.account, "issued", issued->amount, {}, event.time, issued->deadline});
  } else if (const auto* changed = std::get_if<engine::CallChanged>(&event.body)) {
    const auto at = std::ranges::find(calls, changed->call, &CallFacts::number);
    if (at == calls.end()) return;
    at->status = to_string(changed->to);
    at->delivered = changed->delivered;
    at->amount = changed->amount;
  }
}

bool is_expectation(const Action& action) {
  return std::visit([]<class T>(const T&) { return kExpects<T>; }, action);
}

Result<Verdict> check(const Action& action, engine::Engine& engine, const Past& past,
                      const Scope& scope) {
  return std::visit(Checker(engine, past, scope), action);
}

}  // namespace bulkhead::story
