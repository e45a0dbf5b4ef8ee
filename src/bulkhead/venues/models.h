// The venues' models by name over one account: what each would ask, part by part.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/account.h"
#include "bulkhead/venues/parameters.h"

namespace bulkhead::venues {

struct MarginPart {
  std::string name;
  double initial = 0;
  double maintenance = 0;
  std::string why;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "initial", self.initial);
    visit(3, "maintenance", self.maintenance);
    visit(4, "why", self.why);
  }
};

// In the numéraire. Requirements are the sums of their parts, haircuts of collateral among them;
// equity is what the venue counts before haircuts.
struct VenueMargin {
  std::string model;
  std::uint32_t version = 0;
  std::string source;
  std::string date;
  double equity = 0;
  double initial = 0;
  double maintenance = 0;
  std::vector<MarginPart> parts;
  std::string driver;  // what makes the largest part, in words
  std::vector<std::string> notes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "version", self.version);
    visit(3, "source", self.source);
    visit(4, "date", self.date);
    visit(5, "equity", self.equity);
    visit(6, "initial", self.initial);
    visit(7, "maintenance", self.maintenance);
    visit(8, "parts", self.parts);
    visit(9, "driver", self.driver);
    visit(10, "notes", self.notes);
  }
};

// Errors say why the venue cannot margin this account (no numbers for an underlying, …).
Result<VenueMargin> evaluate(const VenueParameters& parameters, const Account& account);

}  // namespace bulkhead::venues
