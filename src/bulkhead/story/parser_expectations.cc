// What a scenario expects: stages, figures, calls, balances, events, prices, parameters.
#include <algorithm>

#include "bulkhead/engine/event_parts.h"
#include "bulkhead/policy/custody_leg.h"
#include "bulkhead/policy/parameters.h"
#include "bulkhead/policy/stages.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/expectations.h"
#include "bulkhead/story/parser_parts.h"

namespace bulkhead::story {
namespace {

template <class R>
Status check_fields(Words& words, const R& record, const std::vector<Assign>& wanted) {
  Scope scope;
  scope.names_only = true;
  for (const Assign& assign : wanted) {
    const Result<Found> found = compare_field(record, assign, scope);
    if (!found) return words.refuse(found.error());
  }
  return {};
}

Result<std::vector<Assign>> some_assigns(Words& words) {
  BULKHEAD_TRY(std::vector<Assign> wanted, words.assigns());
  if (wanted.empty()) return words.refuse("field=value");
  return wanted;
}

template <class Enum>
Parsed stage(Words& words, const std::string& account, const char* part, Enum any) {
  const auto names = enum_names(any);
  std::vector<std::string> all(names.begin(), names.end());
  const std::string found(words.peek());
  if (std::ranges::find(all, found) == all.end()) return words.refuse(join(all, ", "));
  BULKHEAD_TRY(const std::string taken, words.word(""));
  BULKHEAD_TRY_STATUS(words.end());
  return ExpectStage{account, part, taken};
}

Parsed parse_stage(Words& words, const std::string& account) {
  if (words.take({"in", "vault"}) || words.take("vault")) {
    return stage(words, account, "vault", policy::Vault::none);
  }
  if (words.take("default")) return stage(words, account, "default", policy::Default::none);
  words.take("coverage");
  return stage(words, account, "coverage", policy::Coverage::normal);
}

std::string parse_comparison(Words& words) {
  if (words.take({"at", "least"})) return ">=";
  if (words.take({"at", "most"})) return "<=";
  if (words.take({"more", "than"})) return ">";
  if (words.take({"less", "than"})) return "<";
  return "=";
}

Parsed parse_holding(Words& words, const std::string& owner, bool system) {
  ExpectHolding holding;
  holding.owner = owner;
  holding.op = parse_comparison(words);
  if (!system && (words.peek() == "no" || words.peek(1) == "open")) {
    ExpectOpenCalls calls{owner, 0};
    if (!words.take("no")) {
      BULKHEAD_TRY(calls.count, words.count("how many"));
    }
    BULKHEAD_TRY_STATUS(words.expect("open"));
    if (!words.take("calls")) BULKHEAD_TRY_STATUS(words.expect("call"));
    BULKHEAD_TRY_STATUS(words.end());
    return calls;
  }
  BULKHEAD_TRY(holding.amount, words.word("an amount"));
  BULKHEAD_TRY(holding.asset, words.word("an asset"));
  holding.bucket = "free";
  if (!system) {
    BULKHEAD_TRY(holding.bucket, words.word("free, pledged, sequestered"));
    if (holding.bucket != "free" && holding.bucket != "pledged" &&
        holding.bucket != "sequestered") {
      return words.refuse(holding.bucket, "free, pledged, sequestered");
    }
  }
  if (words.take({"coming", "in"})) holding.pending = "in";
  if (words.take({"going", "out"})) holding.pending = "out";
  if (words.take("at")) {
    BULKHEAD_TRY(holding.place, words.word("a place"));
  }
  BULKHEAD_TRY_STATUS(words.end());
  return holding;
}

Parsed parse_call(Words& words, const std::string& account) {
  ExpectCall call;
  call.account = account;
  if (read_number(words.peek())) {
    BULKHEAD_TRY(call.nth, words.count("which call of the account, from 1"));
    if (call.nth < 1) return words.refuse("which call of the account, from 1");
  }
  BULKHEAD_TRY(call.wanted, some_assigns(words));
  BULKHEAD_TRY_STATUS(check_fields(words, CallFacts{}, call.wanted));
  BULKHEAD_TRY_STATUS(words.end());
  return call;
}

Parsed parse_position(Words& words, const std::string& account) {
  ExpectPosition position;
  position.account = account;
  BULKHEAD_TRY(position.quantity, words.word("a quantity"));
  BULKHEAD_TRY(position.instrument, words.word("an instrument"));
  BULKHEAD_TRY_STATUS(words.end());
  return position;
}

Parsed parse_of_account(Words& words, const std::string& account) {
  if (words.take("is")) return parse_stage(words, account);
  if (words.take("has")) return parse_holding(words, account, false);
  if (words.take("call")) return parse_call(words, account);
  if (words.take("position")) return parse_position(words, account);
  if (words.take("owes")) {
    ExpectHolding debt;
    debt.owner = account;
    debt.bucket = "debt";
    debt.op = parse_comparison(words);
    BULKHEAD_TRY(debt.amount, words.word("an amount"));
    BULKHEAD_TRY(debt.asset, words.word("an asset"));
    BULKHEAD_TRY_STATUS(words.end());
    return debt;
  }
  if (words.take("figures")) {
    ExpectFigures figures;
    figures.account = account;
    BULKHEAD_TRY(figures.wanted, some_assigns(words));
    BULKHEAD_TRY_STATUS(check_fields(words, FigureFacts{}, figures.wanted));
    BULKHEAD_TRY_STATUS(words.end());
    return figures;
  }
  return words.refuse("is STAGE, has AMOUNT, owes AMOUNT, call, position, figures");
}

Parsed parse_event(Words& words, std::int64_t count) {
  ExpectEvent event;
  event.count = count;
  BULKHEAD_TRY(event.event, words.word("the name of an event"));
  if (words.take("of")) {
    BULKHEAD_TRY(event.account, words.word("an account"));
  }
  BULKHEAD_TRY(event.wanted, words.assigns());
  if (words.take("since")) {
    BULKHEAD_TRY(event.since, words.time());
  }
  const Status known = check_event_fields(event.event, event.wanted);
  if (!known) return words.refuse(known.error());
  BULKHEAD_TRY_STATUS(words.end());
  return event;
}

Parsed parse_of_market(Words& words) {
  if (words.take("price")) {
    ExpectPrice price;
    BULKHEAD_TRY(price.asset, words.word("an asset"));
    BULKHEAD_TRY(price.wanted, some_assigns(words));
    BULKHEAD_TRY_STATUS(check_fields(words, market::AssetPrice{}, price.wanted));
    BULKHEAD_TRY_STATUS(words.end());
    return price;
  }
  ExpectRegime regime;
  BULKHEAD_TRY(regime.asset, words.word("an asset"));
  BULKHEAD_TRY(regime.regime, words.word("calm, normal, high, extreme"));
  BULKHEAD_TRY_STATUS(words.end());
  return regime;
}

Parsed parse_parameter_wanted(Words& words) {
  ExpectParameter parameter;
  BULKHEAD_TRY(parameter.wanted.path, words.word("a parameter's path"));
  parameter.wanted.text = words.rest();
  BULKHEAD_TRY_STATUS(check_fields(words, policy::ParameterSet{}, {parameter.wanted}));
  return parameter;
}

Parsed parse_leg(Words& words) {
  ExpectLeg leg;
  BULKHEAD_TRY_STATUS(words.expect("of"));
  BULKHEAD_TRY(leg.account, words.word("an account"));
  BULKHEAD_TRY(leg.asset, words.word("an asset"));
  BULKHEAD_TRY_STATUS(words.expect("at"));
  BULKHEAD_TRY(leg.place, words.word("a place"));
  BULKHEAD_TRY(leg.wanted, some_assigns(words));
  BULKHEAD_TRY_STATUS(check_fields(words, LegFacts{}, leg.wanted));
  BULKHEAD_TRY_STATUS(words.end());
  return leg;
}

Parsed parse_rerun(Words& words) {
  ExpectRerun rerun;
  if (words.take({"without", "its", "first"})) {
    const std::vector<std::string> names = command_names();
    const std::string kind(words.peek());
    if (std::ranges::find(names, kind) == names.end()) return words.refuse(join(names, ", "));
    BULKHEAD_TRY(rerun.without, words.word(""));
    if (!words.take({"gives", "other", "events"})) return words.refuse("gives other events");
  } else if (!words.take({"gives", "the", "same", "events"})) {
    return words.refuse("gives the same events, or without its first COMMAND gives other events");
  }
  BULKHEAD_TRY_STATUS(words.end());
  return rerun;
}

Parsed parse_opening(Words& words) {
  ExpectOpening opening;
  BULKHEAD_TRY(opening.person, words.word("a person"));
  opening.opens = words.take("opens");
  if (!opening.opens && !words.take({"does", "not", "open"})) {
    return words.refuse("opens TEXT, does not open TEXT");
  }
  BULKHEAD_TRY(opening.kept, words.word("what is known of it outside"));
  BULKHEAD_TRY_STATUS(words.end());
  return opening;
}

Parsed parse_unsaid(Words& words) {
  ExpectUnsaid unsaid;
  BULKHEAD_TRY(unsaid.text, words.word("a text"));
  BULKHEAD_TRY_STATUS(words.end());
  return unsaid;
}

}  // namespace

Parsed parse_expect(Words& words, Names& names) {
  if (names.accounts.contains(words.peek())) {
    BULKHEAD_TRY(const std::string account, words.word(""));
    return parse_of_account(words, account);
  }
  for (const char* owner : {"insurance", "market", "pool", "fees", "house"}) {
    if (words.peek() != owner || words.peek(1) != "has") continue;
    words.take({owner, "has"});
    return parse_holding(words, owner, true);
  }
  if (words.take("event")) return parse_event(words, -1);
  if (words.take({"no", "event"})) return parse_event(words, 0);
  if (words.take({"one", "event"})) return parse_event(words, 1);
  if (words.peek(1) == "events") {
    BULKHEAD_TRY(const std::uint32_t count, words.count("how many"));
    words.take("events");
    return parse_event(words, std::int64_t{count});
  }
  if (words.peek() == "price") return parse_of_market(words);
  if (words.take("regime")) return parse_of_market(words);
  if (words.take("parameter")) return parse_parameter_wanted(words);
  if (words.take("leg")) return parse_leg(words);
  if (words.take({"the", "log", "run", "again"})) return parse_rerun(words);
  if (words.take({"the", "log", "says", "nothing", "of"})) return parse_unsaid(words);
  if (names.persons.contains(words.peek())) return parse_opening(words);
  return words.refuse(
      "an account (" + names.all() +
      "), event, no event, N events, price, regime, parameter, leg, the log run "
      "again, the log says nothing of, a person, insurance, market, pool, fees, house");
}

}  // namespace bulkhead::story
