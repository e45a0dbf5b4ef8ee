// The numbers of one venue's model as a data file: with version, source and date, so that an answer
// says whose numbers it is made from. Shipped ones stand in data/venues and are compiled in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/deribit_pm.h"
#include "bulkhead/venues/derive_pmrm1.h"
#include "bulkhead/venues/derive_pmrm2.h"
#include "bulkhead/venues/okx_pm.h"
#include "bulkhead/venues/paradex_pm.h"

namespace bulkhead::venues {

// Numbers per index; a settlement in a stable coin has its own.
struct DeribitPmSet {
  std::vector<DeribitPm> coin_settled;
  std::vector<DeribitPm> stable_settled;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "coin_settled", self.coin_settled);
    visit(2, "stable_settled", self.stable_settled);
  }
};

// Exactly one of the models is there: the one that `model` names.
struct VenueParameters {
  std::string model;  // "derive-pmrm2"
  std::uint32_t version = 0;
  std::string source;              // where the numbers were published
  std::string date;                // of that publication, "2025-03-01"
  std::vector<std::string> notes;  // what is read between the lines, what is not public
  std::optional<DerivePmrm1> derive_pmrm1;
  std::optional<DerivePmrm2> derive_pmrm2;
  std::optional<DeribitPmSet> deribit_pm;
  std::optional<ParadexPm> paradex_pm;
  std::optional<OkxPm> okx_pm;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "version", self.version);
    visit(3, "source", self.source);
    visit(4, "date", self.date);
    visit(5, "notes", self.notes);
    visit(6, "derive_pmrm1", self.derive_pmrm1);
    visit(7, "derive_pmrm2", self.derive_pmrm2);
    visit(8, "deribit_pm", self.deribit_pm);
    visit(9, "paradex_pm", self.paradex_pm);
    visit(10, "okx_pm", self.okx_pm);
  }
};

// "derive-pmrm1", "derive-pmrm2", "deribit-pm", "paradex-pm", "okx-pm".
std::span<const std::string_view> venue_model_names();
bool is_venue_model(std::string_view name);

Status validate(const VenueParameters& parameters);

// Reads and checks one file's text; errors name line and field.
Result<VenueParameters> read_venue_parameters(std::string_view text);

// The shipped numbers as text, as they stand in data/venues; asserts that the model is one.
std::string_view shipped_venue_text(std::string_view model);
VenueParameters shipped_venue_parameters(std::string_view model);

}  // namespace bulkhead::venues
