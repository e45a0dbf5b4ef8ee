#include "bulkhead/cli/margin_text.h"

#include <algorithm>

#include "bulkhead/cli/text.h"
#include "bulkhead/policy/sequestration.h"

namespace bulkhead::cli {
namespace {

constexpr std::size_t kTailLines = 8;

std::string driver_in_words(risk::CoreDriver driver) {
  switch (driver) {
    case risk::CoreDriver::none:
      return "nothing: no scenario loses";
    case risk::CoreDriver::filtered:
      return "expected shortfall on the filtered scenarios";
    case risk::CoreDriver::blend:
      return "the blend of filtered and stressed scenarios";
    case risk::CoreDriver::long_run:
      return "expected shortfall at long-run volatility";
    case risk::CoreDriver::grid:
      return "the worst point of the instantaneous grid";
    case risk::CoreDriver::offset_floor:
      return "the floor on offsets between underlyings";
  }
  return "";
}

std::string tail_text(const char* title, const std::vector<risk::TailScenario>& tail,
                      std::size_t lines) {
  if (tail.empty()) return "";
  Table table({"scenario", "date", "share of tail", "loss"}, {true, false, true, true});
  for (std::size_t i = 0; i < std::min(lines, tail.size()); ++i) {
    table.add({std::to_string(tail[i].scenario), to_string(tail[i].date).substr(0, 10),
               percent(tail[i].probability_mass), money(tail[i].loss)});
  }
  std::string text = std::string("\n") + title + ", worst " +
                     std::to_string(std::min(lines, tail.size())) + " of " +
                     std::to_string(tail.size()) + "\n";
  return text + table.text();
}

}  // namespace

void judge(MarginAnswer& answer, const policy::Levels& levels) {
  const risk::Requirement& needed = answer.detail.requirement;
  if (needed.initial <= Usd{}) {
    answer.standing = "nothing is owed: coverage is normal";
    return;
  }
  const Int128 scaled = Int128{needed.equity_mid.micros} * 10'000;
  answer.coverage_bp = static_cast<std::int64_t>(scaled / needed.initial.micros);
  const Usd equity = needed.equity_mid;
  const auto reaches = [&](BasisPoints bp) {
    return equity >= Usd{} && at_least_bp(equity, bp, needed.initial);
  };
  if (needed.equity_greatest < needed.maintenance) {
    answer.standing = "below maintenance: would be declared in default once confirmed";
  } else if (!reaches(levels.sequester_bp)) {
    answer.standing = "below the sequester level: collateral would be moved to a vault, and called";
  } else if (!reaches(levels.call_bp)) {
    answer.standing = "below the call level: would be called";
  } else if (!reaches(levels.watch_bp)) {
    answer.standing = "below the watch level: no new risk, no withdrawal";
  } else {
    answer.standing = "normal";
  }
}

std::string requirement_text(const risk::RequirementDetail& detail, const std::string& unit) {
  const risk::Requirement& r = detail.requirement;
  Table equity({"Equity", unit, ""}, {false, true, false});
  equity.add({"collateral", money(r.collateral), ""});
  equity.add({"+ positions", money(r.positions), ""});
  equity.add({"- debts", money(r.debts), ""});
  equity.add({"= equity E", money(r.equity_mid), ""});
  if (r.equity_least != r.equity_greatest) {
    equity.add({"  at worst prices", money(r.equity_least), ""});
    equity.add({"  at best prices", money(r.equity_greatest), ""});
  }
  const risk::Components& p = r.parts;
  Table margin({"Initial margin", unit, ""}, {false, true, false});
  margin.add({"core", money(p.core), driver_in_words(detail.driver)});
  const auto add = [&margin](const char* name, Usd value, const char* why) {
    if (value != Usd{}) margin.add({name, money(value), why});
  };
  add("short-option minimum", p.short_option_minimum, "a floor of the core");
  add("+ liquidity", p.liquidity, "cost of closing");
  add("+ concentration", p.concentration, "above a share of daily volume");
  add("+ basis", p.basis, "where the set does not move it");
  add("+ own token", p.own_token, "issued by the member");
  add("+ collateral liquidity", p.collateral_liquidity, "cost of selling collateral");
  add("+ haircut", p.haircut, "of collateral");
  add("+ open orders", p.open_orders, "if they fill");
  add("floor", p.floor, "least of all");
  margin.add({"= initial margin IM", money(r.initial), ""});
  margin.add({"maintenance margin MM", money(r.maintenance), ""});
  margin.add({"excess E - IM", money(r.equity_mid - r.initial), ""});
  return equity.text() + "\n" + margin.text();
}

std::string reasons_text(const risk::RequirementDetail& detail, std::size_t tail_lines) {
  const risk::Components& p = detail.requirement.parts;
  std::string text;
  if (!detail.contributions.empty()) {
    Table core({"Terms of the core", "loss", ""}, {false, true, false});
    core.add({"filtered ES", money(p.es_filtered), "today's volatility"});
    core.add({"stressed ES", money(p.es_stressed), "the stressed window, unscaled"});
    core.add({"long-run ES", money(p.es_long_run), "long-run volatility"});
    core.add({"worst of grid", money(p.grid_worst), detail.grid_worst});
    core.add({"stand-alone sum", money(p.standalone), "without offsets"});
    core.add({"offset floor", money(p.offset_floor), ""});
    text += "\n" + core.text();
    Table lines({"Line", "quantity", "value", "part of core"}, {false, true, true, true});
    for (const risk::Contribution& line : detail.contributions) {
      lines.add({line.name, line.instrument ? line.quantity + " lots" : "", money(line.value),
                 money(line.core)});
    }
    lines.add({"sum", "", "", money(p.core)});
    text += "\n" + lines.text();
  }
  if (!detail.underlyings.empty()) {
    Table table({"Underlying", "net delta", "stand-alone core", "liquidity", "concentration"},
                {false, true, true, true, true});
    for (const risk::UnderlyingDetail& line : detail.underlyings) {
      table.add({line.underlying, plain_number(line.net_delta), money(line.standalone_core),
                 money(line.liquidity), money(line.concentration)});
    }
    text += "\n" + table.text();
  }
  text += tail_text("Filtered tail", detail.filtered_tail, tail_lines);
  text += tail_text("Stressed tail", detail.stressed_tail, tail_lines / 2);
  return text;
}

std::string text_of(const MarginAnswer& answer, const risk::Parameters& parameters) {
  const risk::Requirement& r = answer.detail.requirement;
  std::string text = answer.portfolio + "\n";
  text += "as of " + to_string(answer.as_of) + ", " + std::string(to_string(answer.mode)) +
          " mode, model " + answer.model + ", values in " + answer.numeraire + "\n";
  text += "scenario set " + hex(answer.scenario_set).substr(0, 16) + "…, as of " +
          to_string(answer.scenario_set_as_of) + "\n\n";
  if (answer.coverage_bp) {
    text +=
        "Coverage E / IM = " + percent(static_cast<double>(*answer.coverage_bp) / 10'000) + ": ";
  }
  text += answer.standing + "\n\n";
  text += requirement_text(answer.detail, answer.numeraire);
  if (r.initial > Usd{} && answer.model == "scenario_es") {
    const double breach = static_cast<double>(policy::breach_probability_bp(r.breach_weight)) / 1e4;
    text += "\nChance of falling below maintenance within " + to_string(parameters.look_ahead) +
            ": " + percent(breach) + "\n";
  }
  text += reasons_text(answer.detail, kTailLines);
  for (const std::string& note : answer.notes) text += "\nnote: " + note;
  return answer.notes.empty() ? text : text + "\n";
}

}  // namespace bulkhead::cli
