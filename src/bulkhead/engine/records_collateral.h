// State records of what counts as collateral and of its exchange: what fades out, parameters on
// their way, and a substitution that waits for its delivery (D6.4, D7.3, D8.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/engine/events_collateral.h"
#include "bulkhead/policy/parameters.h"

namespace bulkhead::engine {

// "engine/fading/<of>/<name>": counted until `since`, and counts less and less until `until`; gone
// then, or when it counts again (D6.4).
struct Fading {
  EligibilityOf of = EligibilityOf::asset;
  std::string name;
  Timestamp since;
  Timestamp until;
  std::optional<collateral::AssetTerms> terms;  // of an asset: those with which it counted

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "of", self.of);
    visit(2, "name", self.name);
    visit(3, "since", self.since);
    visit(4, "until", self.until);
    visit(5, "terms", self.terms);
  }
};

// "engine/ramp": levels, haircuts and limits move in a straight line from one set to the next.
struct ParameterRamp {
  Timestamp begins;
  Timestamp ends;
  policy::ParameterSet from;
  policy::ParameterSet to;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "begins", self.begins);
    visit(2, "ends", self.ends);
    visit(3, "from", self.from);
    visit(4, "to", self.to);
  }
};

// Content of a proposal to a member: an asset that has become poor for a better one (D8.5).
struct SubstitutionContent {
  static constexpr int kTag = 11;
  static constexpr std::string_view kName = "substitution";
  std::uint32_t account = 0;
  PoorCause cause = PoorCause::eligibility;
  AssetAtPlace in;   // free, at the internal ledger
  AssetAtPlace out;  // pledged there, or in a vault
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "cause", self.cause);
    visit(3, "in", self.in);
    visit(4, "out", self.out);
  }
};

// "engine/substitution/<account, ten digits>": what goes out of a vault once what comes in is final
// there; gone when done or given up (D8.5, D9.5).
struct Substitution {
  std::uint32_t account = 0;
  std::uint32_t place = 0;  // of both
  std::uint32_t in_asset = 0;
  std::uint32_t out_asset = 0;
  Amount in;
  Amount out;
  Timestamp expires;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "place", self.place);
    visit(3, "in_asset", self.in_asset);
    visit(4, "out_asset", self.out_asset);
    visit(5, "in", self.in);
    visit(6, "out", self.out);
    visit(7, "expires", self.expires);
  }
};

}  // namespace bulkhead::engine
