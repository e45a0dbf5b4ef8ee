#include "bulkhead/cli/venue_margin.h"

#include <algorithm>

#include "bulkhead/cli/text.h"

namespace bulkhead::cli {
namespace {

// Figures of the venues' models are doubles; people read cents.
std::string amount(double value) {
  constexpr double kMost = 9e12;
  if (!(value < kMost && value > -kMost)) return plain_number(value);
  const double micros = value * 1e6;
  return money(Usd{static_cast<std::int64_t>(micros + (micros < 0 ? -0.5 : 0.5))});
}

double value_of(Usd amount) { return static_cast<double>(amount.micros) / 1e6; }

std::string parts_text(const venues::VenueMargin& margin, const std::string& unit) {
  Table table({"Part", "initial " + unit, "maintenance", "because of"}, {false, true, true, false});
  for (const venues::MarginPart& part : margin.parts) {
    table.add({part.name, amount(part.initial), amount(part.maintenance), part.why});
  }
  table.add({"= requirement", amount(margin.initial), amount(margin.maintenance), ""});
  return table.text();
}

std::string source_text(const venues::VenueMargin& margin) {
  if (margin.source.empty()) return "";
  return "parameters version " + std::to_string(margin.version) + ", " + margin.date + ": " +
         margin.source + "\n";
}

std::string notes_text(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text += "note: " + note + "\n";
  return text;
}

std::string head(const std::string& portfolio, Timestamp as_of, const std::string& numeraire) {
  return portfolio + "\nas of " + to_string(as_of) + ", values in " + numeraire + "\n";
}

}  // namespace

std::string text_of(const VenueMarginAnswer& answer) {
  const venues::VenueMargin& margin = answer.margin;
  std::string text = head(answer.portfolio, answer.as_of, answer.numeraire);
  text += "model " + margin.model + "\n" + source_text(margin) + "\n";
  Table table({"", answer.numeraire}, {false, true});
  table.add({"equity as the venue counts it", amount(margin.equity)});
  table.add({"initial margin IM", amount(margin.initial)});
  table.add({"maintenance margin MM", amount(margin.maintenance)});
  table.add({"excess over IM", amount(margin.equity - margin.initial)});
  table.add({"excess over MM", amount(margin.equity - margin.maintenance)});
  text += table.text() + "\n" + parts_text(margin, answer.numeraire) + "\n";
  text += "Largest: " + margin.driver + "\n";
  return text + notes_text(margin.notes) + notes_text(answer.notes);
}

void rank(ComparisonAnswer& answer) {
  const ComparedModel* least = nullptr;
  const ComparedModel* most = nullptr;
  for (const ComparedModel& one : answer.models) {
    if (!one.margin) continue;
    if (least == nullptr || one.margin->initial < least->margin->initial) least = &one;
    if (most == nullptr || one.margin->initial > most->margin->initial) most = &one;
  }
  answer.cheapest = least == nullptr ? "" : least->model;
  answer.dearest = most == nullptr ? "" : most->model;
}

std::string text_of(const ComparisonAnswer& answer) {
  std::string text = head(answer.portfolio, answer.as_of, answer.numeraire) + "\n";
  Table table({"Model", "equity", "initial IM", "maintenance MM", "excess E - IM", "largest part"},
              {false, true, true, true, true, false});
  for (const ComparedModel& one : answer.models) {
    if (!one.margin) {
      table.add({one.model, "-", "-", "-", "-", "not computed: " + one.failure});
      continue;
    }
    const venues::VenueMargin& margin = *one.margin;
    table.add({one.model, amount(margin.equity), amount(margin.initial), amount(margin.maintenance),
               amount(margin.equity - margin.initial), margin.driver});
  }
  text += table.text();
  const auto find = [&](const std::string& name) -> const venues::VenueMargin* {
    for (const ComparedModel& one : answer.models) {
      if (one.model == name && one.margin) return &*one.margin;
    }
    return nullptr;
  };
  const venues::VenueMargin* least = find(answer.cheapest);
  const venues::VenueMargin* most = find(answer.dearest);
  if (least != nullptr && most != nullptr && least != most) {
    text += "\n" + answer.dearest + " asks most, for " + most->driver + ".\n";
    text += answer.cheapest + " asks least, for " + least->driver + ".\n";
    text += "The difference in initial margin is " + amount(most->initial - least->initial) + " " +
            answer.numeraire + ".\n";
  }
  for (const ComparedModel& one : answer.models) {
    if (!one.margin) continue;
    text += "\n" + one.model + "\n" + source_text(*one.margin);
    text += parts_text(*one.margin, answer.numeraire) + notes_text(one.margin->notes);
  }
  return text + (answer.notes.empty() ? "" : "\n") + notes_text(answer.notes);
}

venues::VenueMargin as_venue_margin(const MarginAnswer& answer) {
  const risk::Requirement& r = answer.detail.requirement;
  venues::VenueMargin margin;
  margin.model = answer.model;
  margin.version = answer.parameter_version;
  margin.equity = value_of(r.equity_mid);
  margin.initial = value_of(r.initial);
  margin.maintenance = value_of(r.maintenance);
  const double share = margin.initial > 0 ? margin.maintenance / margin.initial : 0;
  const std::tuple<const char*, Usd, const char*> parts[] = {
      {"core", r.parts.core, "the loss of the positions with their collateral"},
      {"liquidity", r.parts.liquidity, "cost of closing"},
      {"concentration", r.parts.concentration, "above a share of daily volume"},
      {"basis", r.parts.basis, "where the set does not move it"},
      {"own token", r.parts.own_token, "issued by the member"},
      {"collateral liquidity", r.parts.collateral_liquidity, "cost of selling collateral"},
      {"haircut", r.parts.haircut, "of collateral"},
      {"open orders", r.parts.open_orders, "if they fill"}};
  double sum = 0;
  for (const auto& [name, value, why] : parts) {
    if (value == Usd{}) continue;
    sum += value_of(value);
    margin.parts.push_back({name, value_of(value), value_of(value) * share, why});
  }
  // A model that states no parts, or a floor above them.
  if (margin.initial - sum > 1e-6) {
    margin.parts.push_back({"other", margin.initial - sum, (margin.initial - sum) * share,
                            margin.parts.empty() ? "the model's rates" : "the floor"});
  }
  const auto largest = std::ranges::max_element(
      margin.parts, {}, [](const venues::MarginPart& part) { return part.initial; });
  margin.driver =
      largest == margin.parts.end() ? "nothing is at risk" : largest->name + ": " + largest->why;
  return margin;
}

}  // namespace bulkhead::cli
