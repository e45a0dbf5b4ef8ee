// A portfolio document under the venues' own margin models: one model in full, or all models side
// by side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/cli/margin_text.h"
#include "bulkhead/cli/portfolio_market.h"
#include "bulkhead/venues/models.h"

namespace bulkhead::cli {

// What the venues' models read of the document: all of its collateral, whatever the schedule says.
// Notes on what they leave out go to `notes`.
venues::Account venue_account(const ReadPortfolio& read, const PortfolioMarket& market,
                              std::vector<std::string>& notes);

struct VenueMarginAnswer {
  std::string portfolio;
  Timestamp as_of;
  std::string numeraire;
  venues::VenueMargin margin;
  std::vector<std::string> notes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "portfolio", self.portfolio);
    visit(2, "as_of", self.as_of);
    visit(3, "numeraire", self.numeraire);
    visit(4, "margin", self.margin);
    visit(5, "notes", self.notes);
  }
};
std::string text_of(const VenueMarginAnswer& answer);

// One model of the comparison: its margin, or why there is none.
struct ComparedModel {
  std::string model;
  std::optional<venues::VenueMargin> margin;
  std::string failure;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "margin", self.margin);
    visit(3, "failure", self.failure);
  }
};

struct ComparisonAnswer {
  std::string portfolio;
  Timestamp as_of;
  std::string numeraire;
  std::vector<ComparedModel> models;
  std::string cheapest;  // by initial margin, among those there are
  std::string dearest;
  std::vector<std::string> notes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "portfolio", self.portfolio);
    visit(2, "as_of", self.as_of);
    visit(3, "numeraire", self.numeraire);
    visit(4, "models", self.models);
    visit(5, "cheapest", self.cheapest);
    visit(6, "dearest", self.dearest);
    visit(7, "notes", self.notes);
  }
};
std::string text_of(const ComparisonAnswer& answer);
// Fills cheapest and dearest.
void rank(ComparisonAnswer& answer);

// The answer of one of our own models in the form of the comparison.
venues::VenueMargin as_venue_margin(const MarginAnswer& answer);

}  // namespace bulkhead::cli
