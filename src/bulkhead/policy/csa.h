// Delivery and return amounts of a credit support annex (2018 ISDA CSA for initial margin,
// paragraphs 3, 5 and 13): D8.1 with the annex's own numbers.
//
//   posted    = Σ value · max(0, 1 − haircut − FX haircut − additional haircut) − disputed posted
//   adjusted  = posted + prior delivery − prior return − disputed transferred
//   required  = max(0, margin − threshold); "greater of": that or the margin amount (IA), from
//               which no threshold is taken, whichever is more
//   delivery  = max(0, required − adjusted) − disputed, return = max(0, adjusted − required) −
//               disputed; 0 below the minimum transfer amount, which compares before rounding;
//               deliveries round up to the unit, returns down.
// Each haircut counts once. (finos/common-domain-model counts the FX haircut twice and the
// additional one never; see csa_test.cc.)
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::policy {

// Value in the base currency; haircuts in basis points of it, each within [0, 10'000].
struct CsaPosted {
  Usd value;
  BasisPoints haircut = 0;
  BasisPoints fx_haircut = 0;
  BasisPoints additional_haircut = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "value", self.value);
    visit(2, "haircut_bp", self.haircut);
    visit(3, "fx_haircut_bp", self.fx_haircut);
    visit(4, "additional_haircut_bp", self.additional_haircut);
  }
};

// So that no sum of what a case names can leave the type, and above all that can be required.
inline constexpr Usd kCsaMost = usd(1'000'000'000'000);
// Above every amount to be delivered or given back: such a minimum lets none through.
inline constexpr Usd kCsaMostTransfer = usd(5'000'000'000'000);

// Amounts in the base currency, 0 to kCsaMost; so is the sum of what is posted. The minimum
// transfer goes up to kCsaMostTransfer.
struct CsaTerms {
  std::vector<CsaPosted> posted;
  Usd disputed_posted;       // of the posted value
  Usd prior_delivery;        // called and not yet settled
  Usd prior_return;          // likewise
  Usd disputed_transferred;  // of the prior transfers
  Usd margin;
  std::optional<Usd> independent_amount;  // margin amount (IA); given: the "greater of" approach
  Usd threshold;
  Usd minimum_transfer;
  Usd rounding;  // unit, > 0
  Usd disputed;  // of this call

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "posted", self.posted);
    visit(2, "disputed_posted", self.disputed_posted);
    visit(3, "prior_delivery", self.prior_delivery);
    visit(4, "prior_return", self.prior_return);
    visit(5, "disputed_transferred", self.disputed_transferred);
    visit(6, "margin", self.margin);
    visit(7, "independent_amount", self.independent_amount);
    visit(8, "threshold", self.threshold);
    visit(9, "minimum_transfer", self.minimum_transfer);
    visit(10, "rounding", self.rounding);
    visit(11, "disputed", self.disputed);
  }
};

struct CsaAmounts {
  Usd adjusted_posted;  // may be below zero
  Usd required;
  Usd delivery;  // what the other side must deliver
  Usd return_;   // what must be given back; never both

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "adjusted_posted", self.adjusted_posted);
    visit(2, "required", self.required);
    visit(3, "delivery", self.delivery);
    visit(4, "return", self.return_);
  }
};

// Names the field that is out of range.
Result<CsaAmounts> csa_amounts(const CsaTerms& terms);

}  // namespace bulkhead::policy
