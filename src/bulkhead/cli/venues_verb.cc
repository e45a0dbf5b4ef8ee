// `bulkhead venues`: whose margin models are known, and with which numbers.
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/venues/parameters.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct Listed {
  std::string model;
  std::uint32_t version = 0;
  std::string date;
  std::string source;
  std::vector<std::string> notes;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "model", self.model);
    visit(2, "version", self.version);
    visit(3, "date", self.date);
    visit(4, "source", self.source);
    visit(5, "notes", self.notes);
  }
};
struct Listing {
  std::vector<Listed> models;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "models", self.models);
  }
};

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("MODEL")) {
    const std::string& model = arguments.text("MODEL");
    if (!venues::is_venue_model(model)) {
      return terminal.fail({ErrorCode::not_found, "MODEL", model,
                            "derive-pmrm1, derive-pmrm2, deribit-pm, paradex-pm or okx-pm"});
    }
    terminal.out(venues::shipped_venue_text(model));
    return kOk;
  }
  Listing listing;
  for (const std::string_view name : venues::venue_model_names()) {
    const venues::VenueParameters p = venues::shipped_venue_parameters(name);
    listing.models.push_back({p.model, p.version, p.date, p.source, p.notes});
  }
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(listing));
    return kOk;
  }
  for (const Listed& one : listing.models) {
    terminal.line(one.model + ", parameters version " + std::to_string(one.version) + ", " +
                  one.date);
    terminal.line("  " + one.source);
    for (const std::string& note : one.notes) terminal.line("  note: " + note);
  }
  return kOk;
}

}  // namespace

Verb venues_verb() {
  return {
      .name = "venues",
      .summary = "the venues' margin models and the numbers they are shipped with",
      .details =
          "Without MODEL: each model with version, date and source of its numbers. With MODEL:\n"
          "its numbers as a file, to be changed and given to `bulkhead margin`:\n"
          "\n"
          "  bulkhead venues derive-pmrm2 > mine.json\n"
          "  bulkhead margin examples/portfolio.json --model derive-pmrm2 \\\n"
          "    --venue-parameters mine.json\n"
          "\n"
          "Formulas and what is not public: docs/venue-models.md.",
      .options = {optional_positional("MODEL", "print this model's numbers"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
