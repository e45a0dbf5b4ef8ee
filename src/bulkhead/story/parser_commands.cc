// Statements in which somebody acts: accounts, persons, places, or any command by its name.
#include "bulkhead/base/error_codes.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/parser_parts.h"

namespace bulkhead::story {
namespace {

Give give_of(std::string command) {
  return {.actor = "", .command = std::move(command), .fields = {}, .quantity = "", .refusal = {}};
}

void set(Give& give, std::string path, std::string text) {
  give.fields.push_back({std::move(path), "=", std::move(text)});
}

Parsed with_refusal(Words& words, Give give) {
  BULKHEAD_TRY_STATUS(parse_refusal(words, give.refused, give.refusal));
  return give;
}

// "1000 USD [at PLACE]".
Result<Give> parse_transfer(Words& words, std::string command, const std::string& account) {
  Give give = give_of(std::move(command));
  BULKHEAD_TRY(const std::string amount, words.word("an amount"));
  BULKHEAD_TRY(const std::string asset, words.word("an asset"));
  set(give, "account", account);
  set(give, "asset", asset);
  std::string place;
  if (words.take("at")) {
    BULKHEAD_TRY(place, words.word("a place"));
  }
  set(give, "place", place);
  set(give, "amount", amount);
  return give;
}

Parsed parse_deposit(Words& words, const std::string& account) {
  BULKHEAD_TRY(Give deposit, parse_transfer(words, "deposit", account));
  if (!words.take({"and", "pledges"})) return with_refusal(words, std::move(deposit));
  Give pledge = deposit;
  pledge.command = "pledge";
  if (!words.take("all")) {
    BULKHEAD_TRY(pledge.fields.back().text, words.word("all, or an amount"));
  }
  BULKHEAD_TRY_STATUS(words.end());
  return PledgeAll{std::move(deposit), std::move(pledge)};
}

// "1 BTC-PERP at 60000".
Status parse_trade(Words& words, Give& give, const char* price) {
  BULKHEAD_TRY(give.quantity, words.word("a quantity"));
  BULKHEAD_TRY(const std::string instrument, words.word("an instrument"));
  set(give, "instrument", instrument);
  BULKHEAD_TRY_STATUS(words.expect("at"));
  BULKHEAD_TRY(const std::string text, words.word("a price"));
  set(give, price, text);
  return {};
}

// "sell 1 BTC-PERP and buy 20 ETH-PERP": what one package does.
Status parse_legs(Words& words, Give& give) {
  do {
    const std::string leg = "legs[" + std::to_string(give.leg_quantities.size()) + "].";
    const bool sells = words.take("sell");
    if (!sells) BULKHEAD_TRY_STATUS(words.expect("buy"));
    BULKHEAD_TRY(give.leg_quantities.emplace_back(), words.word("a quantity"));
    BULKHEAD_TRY(const std::string instrument, words.word("an instrument"));
    set(give, leg + "instrument", instrument);
    set(give, leg + "side", sells ? "sell" : "buy");
  } while (words.take("and"));
  return {};
}

// "buy 3 packages of sell 1 BTC-PERP and buy 20 ETH-PERP at 0": so many, at a net price of one.
Status parse_package(Words& words, Give& give) {
  BULKHEAD_TRY(const std::string count, words.word("a number of packages"));
  set(give, "lots", count);
  if (!words.take("package")) BULKHEAD_TRY_STATUS(words.expect("packages"));
  BULKHEAD_TRY_STATUS(words.expect("of"));
  BULKHEAD_TRY_STATUS(parse_legs(words, give));
  BULKHEAD_TRY_STATUS(words.expect("at"));
  BULKHEAD_TRY(const std::string price, words.word("a net price"));
  set(give, "limit", price);
  return {};
}

bool at_package(const Words& words) {
  return words.peek(1) == "package" || words.peek(1) == "packages";
}

// "2 packages of o1 at 60000 and 3000 [fee …]": at a price for each leg, as the order lists them.
Parsed parse_package_fill(Words& words, Give give) {
  BULKHEAD_TRY(const std::string count, words.word("a number of packages"));
  set(give, "lots", count);
  BULKHEAD_TRY_STATUS(words.expect(words.peek() == "package" ? "package" : "packages"));
  BULKHEAD_TRY_STATUS(words.expect("of"));
  BULKHEAD_TRY(const std::string order, words.word("the order's name"));
  set(give, "order", order);
  BULKHEAD_TRY_STATUS(words.expect("at"));
  do {
    BULKHEAD_TRY(give.prices.emplace_back(), words.word("a price"));
  } while (words.take("and"));
  if (words.take("from") || words.take("to")) {
    BULKHEAD_TRY(const std::string other, words.word("an account"));
    set(give, "counterparty", other);
  }
  return with_refusal(words, std::move(give));
}

Parsed parse_fill(Words& words, const std::string& account, const char* side) {
  Give give = give_of("fill");
  set(give, "account", account);
  set(give, "side", side);
  if (at_package(words)) return parse_package_fill(words, std::move(give));
  BULKHEAD_TRY_STATUS(parse_trade(words, give, "price"));
  while (!words.done() && words.peek() != "=>") {
    std::string path;
    if (words.take("from") || words.take("to")) {
      path = "counterparty";
    } else if (words.take({"for", "order"})) {
      path = "order";
    } else if (words.take({"for", "instruction"})) {
      path = "instruction";
    } else if (words.take("fee")) {
      path = "fee";
    } else {
      return words.refuse("from ACCOUNT, to ACCOUNT, for order NAME, fee AMOUNT");
    }
    BULKHEAD_TRY(const std::string text, words.word("a name or an amount"));
    set(give, path, text);
  }
  return with_refusal(words, std::move(give));
}

Parsed parse_order(Words& words, const std::string& account) {
  Give give = give_of("place_order");
  set(give, "account", account);
  if (words.take("sell")) {
    set(give, "side", "sell");
  } else {
    BULKHEAD_TRY_STATUS(words.expect("buy"));
    set(give, "side", "buy");
  }
  BULKHEAD_TRY_STATUS(at_package(words) ? parse_package(words, give)
                                        : parse_trade(words, give, "limit"));
  BULKHEAD_TRY_STATUS(words.expect("as"));
  BULKHEAD_TRY(const std::string order, words.word("the order's name"));
  set(give, "order", order);
  return with_refusal(words, std::move(give));
}

const ErrorInfo* find_error(std::string_view name) {
  for (const ErrorInfo& info : all_errors()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

}  // namespace

Status parse_refusal(Words& words, bool& refused, Refusal& refusal) {
  if (!words.take("=>")) return words.end();
  BULKHEAD_TRY_STATUS(words.expect("refused"));
  BULKHEAD_TRY(refusal.rule, words.word("a rule: D6.1"));
  const std::string name(words.peek());
  const ErrorInfo* info = find_error(name);
  if (info == nullptr) return words.refuse("the name of an error, as docs/log-format.md has it");
  if (info->rule != refusal.rule) {
    return words.refuse(refusal.rule, "the rule of " + name + ", " + std::string(info->rule));
  }
  BULKHEAD_TRY(refusal.name, words.word(""));
  BULKHEAD_TRY(refusal.fields, words.assigns());
  const Status known = check_event_fields("refused", refusal.fields);
  if (!known) return words.refuse(known.error());
  refused = true;
  return words.end();
}

Parsed parse_command(Words& words, Names&) {
  BULKHEAD_TRY(const std::string name, words.word("the name of a command"));
  Give give = give_of(name);
  BULKHEAD_TRY(give.fields, words.assigns());
  Scope scope;
  scope.names_only = true;
  const auto made = make_command(give.command, give.fields, scope);
  if (!made) return words.refuse(made.error());
  return with_refusal(words, std::move(give));
}

Parsed parse_again(Words& words, Names&) {
  Again again;
  BULKHEAD_TRY(again.changes, words.assigns());
  BULKHEAD_TRY_STATUS(parse_refusal(words, again.refused, again.refusal));
  return again;
}

Parsed parse_correct(Words& words, Names&) {
  Correct correct;
  BULKHEAD_TRY(correct.name, words.word("the proposal's name"));
  BULKHEAD_TRY_STATUS(words.expect("the"));
  BULKHEAD_TRY_STATUS(words.expect("last"));
  BULKHEAD_TRY(correct.what, words.word("fill or deposit"));
  if (correct.what != "fill" && correct.what != "deposit") {
    return words.refuse(correct.what, "fill or deposit");
  }
  BULKHEAD_TRY_STATUS(words.expect("of"));
  BULKHEAD_TRY(correct.account, words.word("an account"));
  BULKHEAD_TRY_STATUS(words.expect("because"));
  BULKHEAD_TRY(correct.reason, words.word("a reason, in quotation marks"));
  BULKHEAD_TRY_STATUS(parse_refusal(words, correct.refused, correct.refusal));
  return correct;
}

Parsed parse_halt(Words& words, bool halted) {
  Give give = give_of("set_halt");
  BULKHEAD_TRY(const std::string asset, words.word("an asset"));
  set(give, "asset", asset);
  set(give, "halted", halted ? "yes" : "no");
  return with_refusal(words, std::move(give));
}

Parsed parse_propose(Words& words, Names&) {
  ProposeParameters propose;
  BULKHEAD_TRY(propose.name, words.word("the proposal's name"));
  BULKHEAD_TRY(propose.changes, words.assigns());
  while (!words.done() && words.peek() != "=>") {
    if (words.take("effective")) {
      BULKHEAD_TRY(propose.effective, words.time());
    } else if (words.take("expires")) {
      BULKHEAD_TRY(propose.expires, words.time());
    } else {
      return words.refuse("PATH=VALUE, effective TIME, expires TIME");
    }
  }
  BULKHEAD_TRY_STATUS(parse_refusal(words, propose.refused, propose.refusal));
  return propose;
}

Parsed parse_receipt(Words& words, Names&) {
  Receipt receipt;
  BULKHEAD_TRY_STATUS(words.expect("from"));
  BULKHEAD_TRY(receipt.place, words.word("a place"));
  BULKHEAD_TRY_STATUS(words.expect("for"));
  BULKHEAD_TRY(receipt.account, words.word("an account"));
  BULKHEAD_TRY(receipt.asset, words.word("an asset"));
  BULKHEAD_TRY(receipt.word, words.word("applied, rejected or pending"));
  if (receipt.word != "applied" && receipt.word != "rejected" && receipt.word != "pending") {
    return words.refuse(receipt.word, "applied, rejected or pending");
  }
  while (!words.done() && words.peek() != "=>") {
    if (words.take("holding")) {
      BULKHEAD_TRY(receipt.amount, words.word("an amount"));
    } else if (words.take("seq")) {
      BULKHEAD_TRY(receipt.seq, words.word("a sequence number"));
    } else if (words.take("provisional")) {
      receipt.provisional = true;
    } else {
      return words.refuse("holding AMOUNT, seq N, provisional");
    }
  }
  BULKHEAD_TRY_STATUS(parse_refusal(words, receipt.refused, receipt.refusal));
  return receipt;
}

Parsed parse_account_act(Words& words, const std::string& account) {
  if (words.take("deposits")) return parse_deposit(words, account);
  for (const char* command : {"pledge", "unpledge", "withdraw", "borrow"}) {
    if (!words.take(std::string(command) + "s")) continue;
    BULKHEAD_TRY(Give give, parse_transfer(words, command, account));
    return with_refusal(words, std::move(give));
  }
  if (words.take("repays")) {
    BULKHEAD_TRY(Give give, parse_transfer(words, "repay", account));
    if (words.take({"for", "the", "loss", "of"})) {
      give.command = "repay_loss";
      BULKHEAD_TRY(const std::string closed, words.word("a closed account"));
      set(give, "loss_of", closed);
    }
    return with_refusal(words, std::move(give));
  }
  if (words.take("buys")) return parse_fill(words, account, "buy");
  if (words.take("sells")) return parse_fill(words, account, "sell");
  if (words.take("orders")) return parse_order(words, account);
  if (words.take("cancels")) {
    Give give = give_of("cancel_order");
    set(give, "account", account);
    BULKHEAD_TRY(const std::string order, words.word("the order's name"));
    set(give, "order", order);
    return with_refusal(words, std::move(give));
  }
  return words.refuse(
      "deposits, pledges, unpledges, withdraws, borrows, repays, buys, sells, orders, cancels");
}

Parsed parse_person_act(Words& words, std::string person) {
  if (!words.take("approves")) return words.refuse("approves");
  if (words.take({"the", "top-up", "of"})) {
    BULKHEAD_TRY(const std::string account, words.word("an account"));
    BULKHEAD_TRY_STATUS(words.end());
    return ApproveTopUp{std::move(person), account};
  }
  Give give = give_of("approve");
  give.actor = std::move(person);
  BULKHEAD_TRY(const std::string proposal, words.word("a proposal"));
  set(give, "proposal", proposal);
  return with_refusal(words, std::move(give));
}

}  // namespace bulkhead::story
