// What several kinds of event are made of.
#pragma once

#include <string>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"

namespace bulkhead::engine {

// The figures of an account at the moment of a transition.
struct Figures {
  Usd equity;  // E_mid
  Usd equity_least;
  Usd equity_greatest;
  Usd initial;      // IM
  Usd maintenance;  // MM

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "equity", self.equity);
    visit(2, "equity_least", self.equity_least);
    visit(3, "equity_greatest", self.equity_greatest);
    visit(4, "initial", self.initial);
    visit(5, "maintenance", self.maintenance);
  }
};

struct AssetAtPlace {
  std::string asset;
  std::string place;
  Amount amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "amount", self.amount);
  }
};

#define BULKHEAD_EVENT(tag, name)  \
  static constexpr int kTag = tag; \
  static constexpr std::string_view kName = name;

}  // namespace bulkhead::engine
