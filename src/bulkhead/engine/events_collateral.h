// Events of what counts as collateral, and of one asset's exchange for another (D6.4, D8.5, D9.5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/event_parts.h"

namespace bulkhead::engine {

// What eligibility is of (D6.4).
enum class EligibilityOf : std::uint8_t { asset, issuer, chain, place };
BULKHEAD_ENUM_NAMES(EligibilityOf, "asset", "issuer", "chain", "place")

// fading: counts less and less until then. ended: counts nothing. restored: counts in full again.
enum class EligibilityStage : std::uint8_t { fading, ended, restored };
BULKHEAD_ENUM_NAMES(EligibilityStage, "fading", "ended", "restored")

struct EligibilityChanged {
  BULKHEAD_EVENT(38, "eligibility_changed")
  EligibilityOf of = EligibilityOf::asset;
  std::string name;
  EligibilityStage stage = EligibilityStage::fading;
  Timestamp until;  // of fading
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "of", self.of);
    visit(2, "name", self.name);
    visit(3, "stage", self.stage);
    visit(4, "until", self.until);
  }
};

// What makes an asset poor as collateral (D8.5).
enum class PoorCause : std::uint8_t {
  eligibility,  // it fades out
  limit,        // the account holds more of it than counts
  depeg,        // it is off its peg
  haircut       // its haircut has risen far above the static floor
};
BULKHEAD_ENUM_NAMES(PoorCause, "eligibility", "limit", "depeg", "haircut")

// What Bulkhead offers a member: the exchange, and what it would do.
struct SubstitutionProposed {
  BULKHEAD_EVENT(105, "substitution_proposed")
  std::string proposal;
  PoorCause cause = PoorCause::eligibility;
  AssetAtPlace in;
  AssetAtPlace out;
  Timestamp expires;
  Figures before;
  Figures after;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "cause", self.cause);
    visit(3, "in", self.in);
    visit(4, "out", self.out);
    visit(5, "expires", self.expires);
    visit(6, "before", self.before);
    visit(7, "after", self.after);
  }
};

// delivering: the incoming is on its way to the vault. released: it is final there, and the
// outgoing goes back. refused: the place did not take it. given_up: not final in time.
// too_little: it is final, and without the outgoing too little would be left.
enum class SubstitutionStage : std::uint8_t { delivering, released, refused, given_up, too_little };
BULKHEAD_ENUM_NAMES(SubstitutionStage, "delivering", "released", "refused", "given_up",
                    "too_little")

// Of what is sequestered: delivered first (D8.5, D9.5).
struct SubstitutionChanged {
  BULKHEAD_EVENT(106, "substitution_changed")
  SubstitutionStage stage = SubstitutionStage::delivering;
  std::string place;
  std::string in_asset;
  Amount in;
  std::string out_asset;
  Amount out;
  Timestamp expires;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "stage", self.stage);
    visit(2, "place", self.place);
    visit(3, "in_asset", self.in_asset);
    visit(4, "in", self.in);
    visit(5, "out_asset", self.out_asset);
    visit(6, "out", self.out);
    visit(7, "expires", self.expires);
  }
};

}  // namespace bulkhead::engine
