// A scenario as a list of statements: what parser.h makes of the text and runner.h carries out.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/story/scope.h"

namespace bulkhead::story {

struct Line {
  std::string file;
  std::uint32_t number = 0;
};

// ---- set-up ----

struct StartAt {
  Timestamp time;
};
struct SetParameter {  // before the first command
  Assign assign;
};
struct DeclarePerson {
  std::string name;
  std::string role;
  std::string member;
  std::string kept;  // outside the log, which has a commitment to it; empty: none
};
struct DeclareSources {
  std::string subject;
  std::vector<std::string> names;
  std::vector<Assign> fields;
};
// One joint move of a scenario set: "2.5% of the weight: BTC −10 %, ETH −12 %".
struct Move {
  std::string set;
  bool stressed = false;  // of the stressed window
  double weight = 0;
  struct Factor {
    std::string asset;
    std::string kind;   // "spot" or another kind of factor
    double change = 0;  // spot: relative; others: as the set has it
  };
  std::vector<Factor> factors;
};
struct AdoptSet {
  std::string set;
};

// ---- commands ----

struct Refusal {
  std::string rule;
  std::string name;
  std::vector<Assign> fields;  // field, value, detail
};

struct Give {
  std::string actor;  // empty: who may
  std::string command;
  std::vector<Assign> fields;
  std::string quantity;  // of an order or fill, in the instrument's unit: becomes `lots`
  std::vector<std::string> leg_quantities = {};  // likewise of `legs[0]`, `legs[1]` …
  std::vector<std::string> prices = {};          // of a fill of a package, in the order of its legs
  bool register_member = false;                  // open_account: its member may not be known yet
  bool refused = false;
  Refusal refusal;
};
struct PledgeAll {  // "deposits 5 BTC and pledges all"
  Give deposit;
  Give pledge;
};
struct ProposeParameters {
  std::string actor;
  std::string name;
  std::vector<Assign> changes;
  std::string effective;
  std::string expires;
  bool refused = false;
  Refusal refusal;
};
// The command before, under the same id; with `changes`, with other content.
struct Again {
  std::vector<Assign> changes;
  bool refused = false;
  Refusal refusal;
};
// Proposes to correct the newest fill or deposit of an account (D11.5).
struct Correct {
  std::string actor;
  std::string name;
  std::string what;  // fill, deposit
  std::string account;
  std::string reason;
  bool refused = false;
  Refusal refusal;
};
struct ApproveTopUp {
  std::string actor;
  std::string account;
};
struct Receipt {
  std::string place;
  std::string account;
  std::string asset;
  std::string word;    // applied, rejected, pending
  std::string amount;  // empty: the leg's target
  std::string seq;     // empty: the leg's
  bool provisional = false;
  bool refused = false;
  Refusal refusal;
};

// ---- the world outside ----

struct SetPrice {
  std::string subject;
  std::vector<std::string> sources;  // empty: all of the subject
  double value = 0;
  double width = 0;  // half width, fraction of the price
};
struct Silence {
  std::string subject;
  std::vector<std::string> sources;
};
enum class PlaceManner : std::uint8_t { applies, refuses, silent, loses_receipts };
struct PlaceBehaves {
  std::string place;
  PlaceManner manner = PlaceManner::applies;
  Duration after;
  std::string less;  // reports this amount less than it was told to hold
};
struct VenueBehaves {
  bool silent = false;
  Duration after;
  double worse = 0;  // fraction of the price
};

// ---- time ----

struct TickEvery {
  Duration step;
};
struct PassUntil {
  std::string time;  // of the day reached so far
};
struct PassFor {
  Duration length;
  bool ticking = true;
};
struct TickTimes {
  std::uint32_t count = 1;
};

// ---- expectations ----

struct ExpectStage {
  std::string account;
  std::string part;  // coverage, vault, default
  std::string stage;
};
struct ExpectHolding {
  std::string owner;  // an account, or insurance, market, pool, fees, house
  std::string amount;
  std::string asset;
  std::string bucket;   // free, pledged, sequestered, debt
  std::string place;    // empty: all places
  std::string pending;  // "", in, out
  std::string op = "=";
};
struct ExpectPosition {
  std::string account;
  std::string quantity;
  std::string instrument;
};
struct ExpectFigures {
  std::string account;
  std::vector<Assign> wanted;
};
struct ExpectCall {
  std::string account;
  std::uint32_t nth = 0;  // 0: the newest
  std::vector<Assign> wanted;
};
struct ExpectOpenCalls {
  std::string account;
  std::uint32_t count = 0;
};
struct ExpectEvent {
  std::string event;
  std::string account;
  std::int64_t count = -1;  // −1: at least one
  std::vector<Assign> wanted;
  std::string since;
};
struct ExpectPrice {
  std::string asset;
  std::vector<Assign> wanted;
};
struct ExpectRegime {
  std::string asset;
  std::string regime;
};
struct ExpectParameter {
  Assign wanted;
};
struct ExpectLeg {
  std::string account;
  std::string asset;
  std::string place;
  std::vector<Assign> wanted;
};

// The log so far is given to a new engine, which must say the same; or, without the first command
// of a kind, must not.
struct ExpectRerun {
  std::string without;  // empty: all of it
};

// What is known of a person outside is, or is not, what the log has a commitment to.
struct ExpectOpening {
  std::string person;
  std::string kept;
  bool opens = true;
};
// No command and no event holds the text.
struct ExpectUnsaid {
  std::string text;
};

using Action =
    std::variant<StartAt, SetParameter, DeclarePerson, DeclareSources, Move, AdoptSet, Give,
                 PledgeAll, ProposeParameters, Again, Correct, ApproveTopUp, Receipt, SetPrice,
                 Silence, PlaceBehaves, VenueBehaves, TickEvery, PassUntil, PassFor, TickTimes,
                 ExpectStage, ExpectHolding, ExpectPosition, ExpectFigures, ExpectCall,
                 ExpectOpenCalls, ExpectEvent, ExpectPrice, ExpectRegime, ExpectParameter,
                 ExpectLeg, ExpectRerun, ExpectOpening, ExpectUnsaid>;

struct Statement {
  Line line;
  std::string text;  // as written, without comment
  Action action;
};

// "rule D8.2 acts", "rule D8.2 must not act".
struct RuleShown {
  std::string rule;
  bool acts = true;
};

struct Program {
  std::string file;
  std::string title;
  std::vector<std::string> because;
  std::vector<RuleShown> rules;
  std::vector<Statement> statements;
};

}  // namespace bulkhead::story
