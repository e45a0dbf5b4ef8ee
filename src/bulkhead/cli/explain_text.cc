#include "bulkhead/cli/explain_text.h"

#include <algorithm>

#include "bulkhead/cli/margin_text.h"
#include "bulkhead/cli/text.h"

namespace bulkhead::cli {
namespace {

constexpr std::size_t kTailLines = 6;

std::string since(Timestamp time) { return time.ns == 0 ? "" : "since " + to_string(time); }

std::string standing_text(const views::AccountView& view) {
  Table table({"Stands at", "", ""}, {false, false, false});
  table.add({"coverage", in_words(to_string(view.coverage)), since(view.coverage_since)});
  table.add({"vault", in_words(to_string(view.vault.stage)), since(view.vault.since)});
  table.add({"default", in_words(to_string(view.default_)), since(view.default_since)});
  table.add({"regime", in_words(to_string(view.regime)), ""});
  return table.text();
}

// What puts the end of a call off.
std::string call_notes(const views::CallLine& call) {
  std::string text;
  const std::string name = "  call " + std::to_string(call.call);
  if (call.disputed > Usd{}) {
    text += name + ": " + money(call.disputed) + " of it is disputed and not due before " +
            to_string(call.dispute_ends) + "\n";
  }
  if (call.closes > call.deadline) {
    text += name + " stays open until " + to_string(call.closes) +
            ": something is on its way, or an outage has its grace\n";
  }
  return text;
}

// The newest decision that declared it: on what ground, at what figures.
std::string declared(const std::vector<HistoryLine>& history) {
  for (std::size_t i = history.size(); i-- > 0;) {
    const HistoryLine& line = history[i];
    if (line.kind == "default_changed" && line.text.contains("to declared")) {
      return to_string(line.time) + ", " + line.text;
    }
  }
  return "";
}

std::string default_text(const views::AccountView& view, const std::vector<HistoryLine>& history) {
  if (view.default_ == policy::Default::none) return "";
  std::string text = "\nIn default since " + declared(history) + "\n";
  for (const views::InstructionLine& line : view.instructions) {
    text += "  the venue is asked to trade " + line.quantity + " of " + line.subject + " at " +
            plain_number(line.limit) + " or better, until " + to_string(line.expires) +
            " (instruction " + std::to_string(line.instruction) + ")\n";
  }
  return text;
}

std::string calls_text(const views::AccountView& view) {
  std::string text;
  if (!view.calls.empty()) {
    Table table({"Open call", "amount", "delivered", "due", "because"},
                {true, true, true, false, false});
    for (const views::CallLine& call : view.calls) {
      table.add({std::to_string(call.call), money(call.amount), money(call.delivered),
                 to_string(call.deadline), in_words(to_string(call.reason))});
    }
    text += "\n" + table.text();
    for (const views::CallLine& call : view.calls) text += call_notes(call);
  }
  for (const views::DeliveryLine& line : view.deliveries) {
    text += "  delivery " + std::to_string(line.delivery) + " of " + line.quantity + " " +
            line.asset + " through " + line.place + " is " + in_words(to_string(line.status)) +
            (line.counts_until.ns == 0 ? ", counts nothing"
                                       : ", counts until " + to_string(line.counts_until)) +
            "; calls are " + money(line.netted) + " smaller by it\n";
  }
  if (view.cures.empty()) return text;
  text += "\nWhat would restore the target, cheapest first: ";
  for (std::size_t i = 0; i < view.cures.size(); ++i) {
    text += (i == 0 ? "" : " or ") + view.cures[i].quantity + " " + view.cures[i].asset;
  }
  return text + "\n";
}

std::string vault_text(const views::AccountView& view) {
  if (view.vault.assets.empty()) return "";
  Table table({"Sequestered", "at", "quantity", "value", "stressed"},
              {false, false, true, true, true});
  for (const views::SequesteredLine& line : view.vault.assets) {
    std::string quantity = line.quantity;
    if (line.on_its_way.is_positive()) quantity += " + " + line.quantity_on_its_way + " on its way";
    if (line.leaving.is_positive()) quantity += ", " + line.quantity_leaving + " leaving";
    table.add({line.asset, line.place, quantity, money(line.value), money(line.stressed_value)});
  }
  std::string text = "\n" + table.text();
  text += "  required " + money(view.vault.required) + ", " + view.vault.why + "\n";
  if (view.vault.trigger != policy::Reason::none) {
    text += "  it began because " + in_words(to_string(view.vault.trigger)) + "\n";
  }
  if (view.vault.missing > Usd{}) text += "  " + money(view.vault.missing) + " is missing\n";
  if (view.vault.review_at) {
    text += "  it is looked at again at " + to_string(*view.vault.review_at) + " at the latest\n";
  }
  for (const views::LegLine& leg : view.vault.legs) {
    text += "  " + leg.place + " was told at " + to_string(leg.instructed) + " to hold " +
            leg.quantity + " " + leg.asset + ": " + in_words(to_string(leg.status)) +
            (leg.escalated ? ", the operator was told" : "") + "\n";
  }
  text += "  It is released when\n";
  for (const std::string& condition : view.release.conditions) text += "    " + condition + "\n";
  if (view.release.earliest) {
    text += "    if nothing changes, at " + to_string(*view.release.earliest) + "\n";
  }
  return text;
}

std::string liquidation_text(const views::AccountView& view) {
  if (!view.liquidation) return "";
  const views::DefaultView& seen = *view.liquidation;
  std::string text;
  if (seen.auction != 0) {
    Table table({"Auctioned", "lots or minor units"}, {false, true});
    for (const engine::PlanLine& line : seen.offered) {
      const bool position = !line.instrument.empty();
      table.add({position ? line.instrument : line.asset,
                 position ? std::to_string(line.lots) : to_string(line.amount)});
    }
    text += "\n" + table.text() + "  auction " + std::to_string(seen.auction) + " at " +
            percent(seen.price_bp / 1e4) + " of fair, until " + to_string(seen.auction_ends) + "\n";
  }
  const std::string paid = charges_in_words(seen.charges);
  if (!paid.empty()) {
    text += "\nLost in liquidation " + money(seen.lost) + "; paid so far: " + paid + "\n";
  }
  return text;
}

std::string levels_text(const views::AccountView& view) {
  if (view.levels.empty()) return "";
  Table table({"Level", "of IM", "equity there", "distance", view.price_asset + " near"},
              {false, true, true, true, true});
  for (const views::LevelLine& line : view.levels) {
    table.add({line.level, percent(line.of_margin_bp / 1e4, 0), money(line.equity),
               money(line.distance), line.price > 0 ? plain_number(line.price) : "-"});
  }
  return "\n" + table.text() + "  " + view.price_asset + " is at " + plain_number(view.price) +
         "; prices to first order, at today's IM\n";
}

// What one package is made of: "package of sell 1000 BTC-PERP, buy 2000 ETH-PERP".
std::string package_text(const std::vector<engine::OrderLeg>& legs) {
  std::string text;
  for (const engine::OrderLeg& leg : legs) {
    text += (text.empty() ? "package of " : ", ") + std::string(to_string(leg.side)) + " " +
            std::to_string(leg.lots) + " " + leg.instrument;
  }
  return text;
}

std::string books_text(const views::AccountView& view) {
  std::string text;
  if (!view.positions.empty()) {
    Table table({"Position", "quantity", "entry", "mark", "value", "price is"},
                {false, true, true, true, true, false});
    for (const views::PositionLine& line : view.positions) {
      table.add({line.instrument, plain_number(line.quantity), plain_number(line.entry_price),
                 plain_number(line.mark), money(line.value), in_words(to_string(line.quality))});
    }
    text += "\n" + table.text();
  }
  if (!view.orders.empty()) {
    Table table({"Open order", "in", "lots", "limit"}, {false, false, true, true});
    for (const views::OrderLine& line : view.orders) {
      table.add({line.order, line.legs.empty() ? line.instrument : package_text(line.legs),
                 std::to_string(line.lots), plain_number(line.limit)});
    }
    text += "\n" + table.text();
  }
  if (!view.balances.empty()) {
    Table table({"Balance", "at", "bucket", "quantity", "value", "counts"},
                {false, false, false, true, true, false});
    for (const views::BalanceLine& line : view.balances) {
      table.add({line.asset, line.place, std::string(to_string(line.bucket)), line.quantity,
                 money(line.value), line.counts ? "yes" : ""});
    }
    text += "\n" + table.text();
  }
  for (const views::CountingLine& line : view.counting) {
    text += "  of " + line.asset + " " + line.quantity + " count, worth " + money(line.value) +
            ": " + line.why + "\n";
  }
  for (const views::SubstitutionLine& line : view.substitutions) {
    text += "  " + to_string(line.in) + " of " + line.in_asset + " for " + to_string(line.out) +
            " of " + line.out_asset + " at " + line.place + " (minor units): " +
            (line.proposal.empty()
                 ? "on its way, until "
                 : "offered as " + line.proposal + " because of " + line.cause + ", until ") +
            to_string(line.expires) + "; E - IM " + (line.gain < Usd{} ? "falls" : "rises") +
            " by " + money(line.gain < Usd{} ? -line.gain : line.gain) + "\n";
  }
  if (view.parameters_ramp_until) {
    text +=
        "  levels, haircuts and limits move until " + to_string(*view.parameters_ramp_until) + "\n";
  }
  if (!view.debts.empty()) {
    Table table({"Debt", "quantity", "value"}, {false, true, true});
    for (const views::DebtLine& line : view.debts) {
      table.add({line.asset, line.quantity, money(line.value)});
    }
    text += "\n" + table.text();
  }
  return text;
}

std::string history_text(const std::vector<HistoryLine>& history, std::size_t most) {
  if (history.empty()) return "\nNo decision was taken about it so far.\n";
  const std::size_t first = history.size() > most ? history.size() - most : 0;
  std::string text = "\nDecisions, newest last";
  if (first > 0) text += " (" + std::to_string(first) + " earlier ones left out)";
  text += "\n";
  for (std::size_t i = first; i < history.size(); ++i) {
    text += "  " + to_string(history[i].time) + "  record " + std::to_string(history[i].record) +
            "  " + history[i].text + "\n";
  }
  return text;
}

}  // namespace

std::string text_of(const views::AccountView& view, const std::vector<HistoryLine>& history,
                    std::size_t history_lines) {
  std::string text = view.account + " of " + view.member + ", " +
                     std::string(to_string(view.mode)) + " mode, model " + view.model + "\n";
  text += "at " + to_string(view.time) + " (epoch of record " + std::to_string(view.epoch_record) +
          "), parameter version " + std::to_string(view.parameter_version) + ", values in " +
          view.numeraire + "\n\n";
  text += standing_text(view) + "\n";
  if (!view.without_figures.empty()) {
    return text + "No figures: " + view.without_figures + ".\n" + books_text(view) +
           history_text(history, history_lines);
  }
  if (view.coverage_bp) {
    text += "Coverage E / IM = " + percent(*view.coverage_bp / 1e4) + "\n";
  } else {
    text += "It owes nothing: no margin is needed.\n";
  }
  if (!view.worst_price.empty()) {
    text += "Price quality: " + view.worst_price;
    for (std::size_t i = 0; i < view.blocked.size(); ++i) {
      text += (i == 0 ? "; blocked: " : ", ") + in_words(view.blocked[i]);
    }
    text += "\n";
  }
  for (const std::string& force : view.in_force) text += "In force: " + force + "\n";
  text += default_text(view, history) + calls_text(view) + vault_text(view) +
          liquidation_text(view) + levels_text(view) + books_text(view);
  text += history_text(history, history_lines);
  if (view.coverage_bp) {
    text += "\n" + requirement_text(view.detail, view.numeraire);
    text += reasons_text(view.detail, kTailLines);
  }
  return text;
}

}  // namespace bulkhead::cli
