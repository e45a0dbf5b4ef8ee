// The complete, versioned set of policy numbers: every room's own part, composed (D11.1, D13).
#pragma once

#include <cstdint>

#include "bulkhead/base/result.h"
#include "bulkhead/collateral/parameters.h"
#include "bulkhead/market/parameters.h"
#include "bulkhead/policy/ladder_parameters.h"
#include "bulkhead/risk/models.h"
#include "bulkhead/risk/parameters.h"

namespace bulkhead::policy {

struct ParameterSet {
  std::uint32_t version = 0;
  market::Parameters market;
  risk::Parameters risk;
  collateral::Parameters collateral;
  LadderParameters ladder;
  risk::ModelParameters models;  // of the margin models that an account may choose (D5.10)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "version", self.version);
    visit(2, "market", self.market);
    visit(3, "risk", self.risk);
    visit(4, "collateral", self.collateral);
    visit(5, "ladder", self.ladder);
    visit(6, "models", self.models);
  }
};

// Each part by its room, then what must hold between them (ρ of risk = ρ of the levels). A version
// of 0 is refused: it is "none".
Status validate(const ParameterSet& set);

}  // namespace bulkhead::policy
