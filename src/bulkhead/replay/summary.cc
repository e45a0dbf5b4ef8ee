// The summary of a replay, in ten lines for people and as JSON for machines.
#include <cstdio>

#include "bulkhead/base/sha256.h"
#include "bulkhead/replay/replay.h"
#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

std::string grouped(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.0f", value);
  std::string text(buffer);
  for (int at = static_cast<int>(text.size()) - 3; at > (text[0] == '-' ? 1 : 0); at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string count(std::uint64_t value) { return grouped(static_cast<double>(value)); }

void field(std::string& out, const char* name, double value) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, "%s\"%s\":%.10g", out.back() == '{' ? "" : ",", name, value);
  out += buffer;
}

std::string totals_json(const RunTotals& totals) {
  std::string out = "{";
  field(out, "commands", static_cast<double>(totals.commands));
  field(out, "records", static_cast<double>(totals.records));
  field(out, "calls", totals.calls);
  field(out, "calls_met", totals.calls_met);
  field(out, "calls_missed", totals.calls_missed);
  field(out, "sequestrations", totals.sequestrations);
  field(out, "sequestrations_final", totals.sequestrations_final);
  field(out, "releases", totals.releases);
  field(out, "defaults", totals.defaults);
  field(out, "accounts_defaulted", totals.accounts_defaulted);
  field(out, "closed", totals.closed);
  field(out, "liquidation_fills", totals.liquidation_fills);
  field(out, "liquidated", totals.liquidated);
  field(out, "plans", totals.plans);
  field(out, "plans_refused", totals.plans_refused);
  field(out, "auctions", totals.auctions);
  field(out, "auctions_sold_out", totals.auctions_sold_out);
  field(out, "auctions_expired", totals.auctions_expired);
  field(out, "auctioned", totals.auctioned);
  field(out, "hedges", totals.hedges);
  field(out, "gains_reduced", totals.gains_reduced);
  field(out, "plan_cost", totals.plan_cost);
  field(out, "plain_cost", totals.plain_cost);
  field(out, "withdrawals_refused", totals.withdrawals_refused);
  field(out, "acts_blocked", totals.acts_blocked);
  field(out, "disputes", totals.disputes);
  field(out, "liquidations", totals.liquidations);
  field(out, "avoidable", totals.avoidable);
  field(out, "avoidable_loss", totals.avoidable_loss);
  field(out, "scored_needed", totals.scored_needed);
  field(out, "scored_false", totals.scored_false);
  field(out, "scored_late", totals.scored_late);
  field(out, "scored_missed", totals.scored_missed);
  field(out, "scored_open", totals.scored_open);
  field(out, "sequestration_cost", totals.sequestration_cost);
  field(out, "opening_equity", totals.opening_equity);
  field(out, "mean_initial", totals.mean_initial);
  field(out, "mean_tied_up", totals.mean_tied_up);
  field(out, "collateral_sold", totals.collateral_sold);
  field(out, "most_called", totals.most_called);
  field(out, "mean_sequestered", totals.mean_sequestered);
  field(out, "margin_peak_to_trough", totals.margin_peak_to_trough);
  field(out, "margin_rise", totals.margin_rise);
  field(out, "insurance", totals.insurance);
  field(out, "bad_debt", totals.bad_debt);
  field(out, "mean_collateral", totals.mean_collateral);
  field(out, "mean_wallet_loss", totals.mean_wallet_loss);
  field(out, "wallet_loss", totals.wallet_loss);
  field(out, "wallet_losers", totals.wallet_losers);
  return out + "}";
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// The watch over the model, each side of a product that had a result.
std::string models_json(const views::MonitorView& models) {
  std::string out = "[";
  for (const views::MonitorLine& line : models.lines) {
    if (line.results == 0) continue;
    out += (out.back() == '[' ? "{" : ",{");
    out += "\"product\":" + quoted(line.subject) + ",\"side\":\"" +
           std::string(to_string(line.side)) + "\",\"zone\":\"" +
           std::string(to_string(line.zone)) + "\"";
    field(out, "exceptions", line.exceptions);
    field(out, "results", line.results);
    field(out, "drift_alarms", line.drift_alarms);
    out += "}";
  }
  return out + "]";
}

std::string models_text(const views::MonitorView& models) {
  double exceptions = 0, results = 0, alarms = 0;
  for (const views::MonitorLine& line : models.lines) {
    exceptions += line.exceptions;
    results += line.results;
    if (line.side == engine::MonitorSide::held) alarms += line.drift_alarms;
  }
  if (results == 0) return "  model            no forecast has come to its horizon yet\n";
  return "  model            " + grouped(exceptions) + " of " + grouped(results) +
         (results == 1 ? " result" : " results") + " of products beyond their forecast, " +
         count(models.yellow) + " yellow, " + count(models.red) + " red, " + grouped(alarms) +
         (alarms == 1 ? " drift alarm\n" : " drift alarms\n");
}

std::string against(const ReplayResult& result, const char* what, double value,
                    double RunTotals::* member) {
  std::string line = "  " + std::string(what) + grouped(value) + " " + result.numeraire;
  if (result.other) {
    line += " (" + grouped((*result.other).*member) + " under " + result.other_policy + ")";
  }
  return line + "\n";
}

}  // namespace

std::string summary_text(const ReplayResult& result) {
  const RunTotals& t = result.totals;
  std::string text = result.title + ", " + count(result.accounts) + " accounts, " +
                     to_string(result.from) + " to " + to_string(result.to) + "\n";
  text += "  calls            " + count(t.calls) + ", " + count(t.calls_met) + " met, " +
          count(t.calls_missed) + " missed\n";
  text += "  sequestrations   " + count(t.sequestrations) + " ordered, " +
          count(t.sequestrations_final) + " final, " + count(t.releases) + " released\n";
  text += "  defaults         " + count(t.defaults) + " of " + count(t.accounts_defaulted) +
          " accounts, " + count(t.liquidation_fills) + " liquidation fills, " + count(t.closed) +
          " closed\n";
  if (t.plans + t.plans_refused > 0) {
    text += "  plans            " + count(t.plans) + " of a planner followed, expected to cost " +
            grouped(t.plan_cost) + " where the core's own would cost " + grouped(t.plain_cost) +
            ", " + count(t.plans_refused) + " refused\n";
  }
  if (t.auctions + t.hedges > 0) {
    text += "  auctions         " + count(t.auctions) + ", " + count(t.auctions_sold_out) +
            " sold out, " + count(t.auctions_expired) + " expired, " + grouped(t.auctioned) +
            " taken over; " + count(t.hedges) + " hedges\n";
  }
  if (t.gains_reduced > 0) {
    text += "  gains reduced    " + grouped(t.gains_reduced) + " of unpaid gains of others\n";
  }
  text += "  refused, blocked " + count(t.withdrawals_refused) + " withdrawals refused, " +
          count(t.acts_blocked) + " acts blocked by a price below good\n";
  text += against(result, "insurance fund   ", t.insurance, &RunTotals::insurance);
  text += against(result, "bad debt         ", t.bad_debt, &RunTotals::bad_debt);
  text += against(result, "liquidated       ", t.liquidated, &RunTotals::liquidated);
  text +=
      "  avoidable        " + count(t.avoidable) + " of " + count(t.liquidations) +
      " accounts sold out of would have recovered by themselves" +
      (result.other ? " (" + count(result.other->avoidable) + " of " +
                          count(result.other->liquidations) + " under " + result.other_policy + ")"
                    : "") +
      "\n";
  if (t.wallet_loss > 0) {
    text +=
        against(result, "wallet failed    owners lose ", t.wallet_loss, &RunTotals::wallet_loss);
  }
  if (result.ticks.accounts > 0) {
    const auto of_all = [&](std::uint64_t n) {
      return with_digits(100 * static_cast<double>(n) / static_cast<double>(result.ticks.accounts),
                         1);
    };
    text += "  evaluated        " + of_all(result.ticks.evaluated) +
            " % of the accounts at a tick, " + of_all(result.ticks.at_rest) +
            " % to find them at rest\n";
  }
  text += models_text(result.models);
  text += "  log              " + count(t.commands) + " commands, " + count(t.records) +
          " records in " + result.log + "\n";
  text += "  verification     ";
  if (result.verified) {
    text += std::string(to_string(result.verified->outcome)) + ": " +
            count(result.verified->records) + " records re-executed, state " +
            to_hex(result.state_root).substr(0, 16) + "\n";
  } else {
    text += "bulkhead verify " + result.log + " --key " + result.vkey + "\n";
  }
  text += "  report           " + result.report_file + "\n";
  return text;
}

std::string summary_json(const ReplayResult& result) {
  std::string out = "{\"title\":" + quoted(result.title) +
                    ",\"numeraire\":" + quoted(result.numeraire) + ",\"from\":\"" +
                    to_string(result.from) + "\",\"to\":\"" + to_string(result.to) + "\"";
  field(out, "accounts", result.accounts);
  out += ",\"policy\":" + quoted(result.policy) + ",\"totals\":" + totals_json(result.totals);
  if (result.other) {
    out += ",\"other_policy\":" + quoted(result.other_policy) +
           ",\"other_totals\":" + totals_json(*result.other);
  }
  out += ",\"ticks\":{\"count\":" + std::to_string(result.ticks.ticks) +
         ",\"accounts\":" + std::to_string(result.ticks.accounts) +
         ",\"evaluated\":" + std::to_string(result.ticks.evaluated) +
         ",\"at_rest\":" + std::to_string(result.ticks.at_rest) + "}";
  out += ",\"models\":" + models_json(result.models);
  if (result.verified) {
    out += ",\"verified\":\"" + std::string(to_string(result.verified->outcome)) + "\"";
  }
  out += ",\"state_root\":\"" + to_hex(result.state_root) + "\",\"log\":" + quoted(result.log) +
         ",\"vkey\":" + quoted(result.vkey) + ",\"report\":" + quoted(result.report_file) + "}\n";
  return out;
}

}  // namespace bulkhead::replay
