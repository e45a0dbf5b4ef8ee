// `bulkhead auction`: how the price of a Dutch auction of collateral falls, what a bid takes, and
// published cases of both (D10.2).
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "bulkhead/cli/auction_cases.h"
#include "bulkhead/cli/auction_input.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

constexpr double kMost = 1e15;
constexpr double kLongest = 1e9;  // seconds

struct PathPoint {
  double at = 0;  // seconds since the start
  double price = 0;
  double share = 0;   // of the price at the start
  double raised = 0;  // by the whole lot, at most the debt
  double coins = 0;   // that it takes
  bool needs_reset = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "at_s", self.at);
    visit(2, "price", self.price);
    visit(3, "share_of_top", self.share);
    visit(4, "raised", self.raised);
    visit(5, "coins", self.coins);
    visit(6, "needs_reset", self.needs_reset);
  }
};

struct BidAnswer {
  double at = 0;
  double wanted = 0;
  std::optional<double> limit;
  double price = 0;
  std::optional<policy::AuctionRefusal> refused;
  double coins = 0;
  double paid = 0;
  double debt_left = 0;
  double lot_left = 0;
  double returned = 0;
  bool over = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "at_s", self.at);
    visit(2, "wanted", self.wanted);
    visit(3, "limit", self.limit);
    visit(4, "price", self.price);
    visit(5, "refused", self.refused);
    visit(6, "coins", self.coins);
    visit(7, "paid", self.paid);
    visit(8, "debt_left", self.debt_left);
    visit(9, "lot_left", self.lot_left);
    visit(10, "returned", self.returned);
    visit(11, "over", self.over);
  }
};

struct AuctionAnswer {
  policy::AuctionCurve curve = policy::AuctionCurve::stepwise;
  double top = 0;
  double debt = 0;
  double lot = 0;
  double needs_reset_from = 0;  // first whole second
  std::vector<PathPoint> path;
  std::optional<BidAnswer> bid;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "curve", self.curve);
    visit(2, "top", self.top);
    visit(3, "debt", self.debt);
    visit(4, "lot", self.lot);
    visit(5, "needs_reset_from_s", self.needs_reset_from);
    visit(6, "path", self.path);
    visit(7, "bid", self.bid);
  }
};

struct Question {
  policy::AuctionTerms terms;
  policy::Auction auction;
  std::optional<double> at;
  std::optional<double> wanted;
  double limit = std::numeric_limits<double>::infinity();
};

// More than nothing.
Result<double> positive(const Arguments& arguments, std::string_view name, double most) {
  return arguments.real(name, std::numeric_limits<double>::min(), most);
}

Result<double> required(const Arguments& arguments, std::string_view name) {
  if (arguments.has(name)) return positive(arguments, name, kMost);
  return fail(ErrorCode::missing_field, name, "", "a number above 0; or --cases FILE");
}

Status read_curve(const Arguments& arguments, policy::AuctionTerms& terms) {
  if (arguments.has("--zero-after") && arguments.has("--cut-per-second")) {
    return fail(ErrorCode::malformed, "--zero-after", arguments.text("--zero-after"),
                "one curve: --zero-after, --cut-per-second, or --cut and --step");
  }
  if (arguments.has("--zero-after")) {
    terms.curve = policy::AuctionCurve::linear;
    BULKHEAD_TRY(const double length, arguments.real("--zero-after", 1e-3, kLongest));
    terms.length = auction_time(length);
    return {};
  }
  const bool smooth = arguments.has("--cut-per-second");
  terms.curve = smooth ? policy::AuctionCurve::exponential : policy::AuctionCurve::stepwise;
  BULKHEAD_TRY(terms.cut, positive(arguments, smooth ? "--cut-per-second" : "--cut", 1));
  BULKHEAD_TRY(const double step, arguments.real("--step", 1e-3, kLongest));
  terms.step = auction_time(smooth ? 1 : step);
  return {};
}

Result<Question> read_question(const Arguments& arguments) {
  Question question;
  policy::AuctionTerms& terms = question.terms;
  BULKHEAD_TRY(const double spot, required(arguments, "--spot"));
  BULKHEAD_TRY(question.auction.debt, required(arguments, "--debt"));
  BULKHEAD_TRY(question.auction.lot, required(arguments, "--lot"));
  BULKHEAD_TRY(terms.start_factor, positive(arguments, "--buffer", 1000));
  BULKHEAD_TRY_STATUS(read_curve(arguments, terms));
  BULKHEAD_TRY(terms.reset_below, arguments.real("--reset-below", 0, 1));
  BULKHEAD_TRY(const double tail, arguments.real("--reset-after", 0, kLongest));
  terms.reset_after = auction_time(tail);
  BULKHEAD_TRY(terms.least_left, arguments.real("--least-left", 0, kMost));
  question.auction.top = policy::auction_top(terms, spot);
  if (arguments.has("--at")) {
    BULKHEAD_TRY(question.at, arguments.real("--at", 0, kLongest));
  }
  if (arguments.has("--take")) {
    BULKHEAD_TRY(question.wanted, positive(arguments, "--take", kMost));
  }
  if (arguments.has("--max")) {
    BULKHEAD_TRY(question.limit, arguments.real("--max", 0, kMost));
  }
  if (arguments.has("--max") && !arguments.has("--take")) {
    return fail(ErrorCode::missing_field, "--take", "", "how many coins are bid for");
  }
  return question;
}

PathPoint point(const Question& question, double at) {
  const policy::Auction& auction = question.auction;
  const Duration elapsed = auction_time(at);
  PathPoint point;
  point.at = at;
  point.price = policy::auction_price(question.terms, auction.top, elapsed);
  point.share = point.price / auction.top;
  point.raised = std::min(auction.debt, auction.lot * point.price);
  point.coins = point.price > 0 ? std::min(auction.lot, auction.debt / point.price) : auction.lot;
  point.needs_reset = policy::needs_reset(question.terms, auction.top, elapsed);
  return point;
}

// Once it needs one it goes on needing one: prices only fall.
double first_reset(const Question& question) {
  std::int64_t fine = 0;
  auto reset = static_cast<std::int64_t>(std::floor(question.terms.reset_after.seconds())) + 2;
  while (reset - fine > 1) {
    const std::int64_t middle = fine + (reset - fine) / 2;
    const bool needed = policy::needs_reset(question.terms, question.auction.top, seconds(middle));
    (needed ? reset : fine) = middle;
  }
  return static_cast<double>(reset);
}

BidAnswer bid_of(const Question& question, double wanted) {
  BidAnswer bid;
  bid.at = question.at.value_or(0);
  bid.wanted = wanted;
  if (std::isfinite(question.limit)) bid.limit = question.limit;
  const Duration elapsed = auction_time(bid.at);
  bid.price = policy::auction_price(question.terms, question.auction.top, elapsed);
  bid.debt_left = question.auction.debt;
  bid.lot_left = question.auction.lot;
  const auto fill = policy::take(question.terms, question.auction, wanted, question.limit, elapsed);
  if (!fill) {
    bid.refused = fill.error();
    return bid;
  }
  bid.coins = fill->coins;
  bid.paid = fill->paid;
  bid.debt_left = fill->left.debt;
  bid.lot_left = fill->left.lot;
  bid.returned = fill->returned;
  bid.over = fill->over;
  return bid;
}

AuctionAnswer answer_of(const Question& question) {
  AuctionAnswer answer;
  answer.curve = question.terms.curve;
  answer.top = question.auction.top;
  answer.debt = question.auction.debt;
  answer.lot = question.auction.lot;
  answer.needs_reset_from = first_reset(question);
  constexpr int kPoints = 10;
  std::vector<double> times;
  for (int i = 0; i <= kPoints; ++i) {
    times.push_back(std::floor((answer.needs_reset_from - 1) * i / kPoints));
  }
  times.push_back(answer.needs_reset_from);
  if (question.at) times.push_back(*question.at);
  std::ranges::sort(times);
  times.erase(std::ranges::unique(times).begin(), times.end());
  for (const double at : times) answer.path.push_back(point(question, at));
  if (question.wanted) answer.bid = bid_of(question, *question.wanted);
  return answer;
}

std::string text_of(const BidAnswer& bid) {
  std::string text = "\n  a bid for " + plain_number(bid.wanted) + " coins after " +
                     plain_number(bid.at) + " s, at " + plain_number(bid.price) + " each";
  if (bid.limit) text += ", at most " + plain_number(*bid.limit);
  if (bid.refused) return text + ": refused, " + in_words(to_string(*bid.refused)) + "\n";
  text += ":\n    takes " + plain_number(bid.coins) + " coins for " + plain_number(bid.paid) +
          "; left: debt " + plain_number(bid.debt_left) + ", lot " + plain_number(bid.lot_left) +
          "\n";
  if (bid.returned > 0)
    text += "    " + plain_number(bid.returned) + " coins go back to the owner\n";
  if (bid.over) {
    text += "    the auction is over";
    if (bid.debt_left > 0) text += "; the debt left is a loss";
    text += "\n";
  }
  return text;
}

std::string text_of(const AuctionAnswer& answer) {
  std::string text = "  " + plain_number(answer.lot) + " coins for a debt of " +
                     plain_number(answer.debt) + ", from " + plain_number(answer.top) +
                     " each; the price falls " +
                     (answer.curve == policy::AuctionCurve::stepwise ? "step by step"
                      : answer.curve == policy::AuctionCurve::linear ? "linearly"
                                                                     : "exponentially") +
                     "\n\n";
  Table table({"after", "price", "of the start", "coins sold", "raised", ""},
              {true, true, true, true, true, false});
  for (const PathPoint& point : answer.path) {
    table.add({plain_number(point.at) + " s", plain_number(point.price), percent(point.share),
               plain_number(point.coins), plain_number(point.raised),
               point.needs_reset ? "needs a reset" : ""});
  }
  text += table.text();
  if (answer.bid) text += text_of(*answer.bid);
  return text;
}

std::string short_text(const std::string& number) {
  return number.size() > 18 ? number.substr(0, 17) + "…" : number;
}

std::string text_of(const AuctionCaseAnswer& one) {
  std::string text = one.id + "  " + in_words(to_string(one.outcome)) + "\n";
  Table table({"figure", "computed", "expected", ""}, {false, true, true, false});
  for (const AuctionFigureAnswer& figure : one.figures) {
    std::string remark = in_words(to_string(figure.outcome));
    if (!figure.note.empty()) remark += ": " + figure.note;
    if (figure.outcome == AuctionFigureOutcome::told) remark.clear();
    table.add({figure.name, short_text(figure.computed), short_text(figure.expected), remark});
  }
  if (!table.empty()) text += table.text();
  for (const std::string& note : one.notes) text += "  note: " + note + "\n";
  return text;
}

std::string text_of(const AuctionCasesAnswer& answer) {
  std::string text = answer.title.empty() ? "" : answer.title + "\n\n";
  for (const AuctionCaseAnswer& one : answer.cases) text += text_of(one) + "\n";
  text += with_commas(answer.reproduced) + " reproduced, " + with_commas(answer.differing) +
          " differ or could not be computed";
  if (answer.told > 0) text += ", " + with_commas(answer.told) + " expect nothing";
  return text + "\n";
}

template <class Answer>
void print(const Answer& answer, const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(answer));
  } else {
    terminal.out(text_of(answer));
  }
}

int run_cases(const Arguments& arguments, Terminal& terminal) {
  for (const char* name : {"--spot", "--debt", "--lot", "--at", "--take", "--max"}) {
    if (!arguments.has(name)) continue;
    return terminal.fail({ErrorCode::malformed, name, arguments.text(name),
                          "not together with --cases, whose file has its own numbers"});
  }
  const Result<double> tolerance = arguments.real("--tolerance", 0, 1);
  if (!tolerance) return terminal.fail(tolerance.error());
  const auto answer = run_auction_cases(arguments.text("--cases"), *tolerance);
  if (!answer) return terminal.fail(answer.error(), arguments.text("--cases"));
  print(*answer, arguments, terminal);
  return answer->differing == 0 ? kOk : kCheckFailed;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--cases")) return run_cases(arguments, terminal);
  const Result<Question> question = read_question(arguments);
  if (!question) return terminal.fail(question.error());
  print(answer_of(*question), arguments, terminal);
  return kOk;
}

constexpr const char* kDetails =
    "A Dutch auction sells collateral for a debt: its price begins above the market and\n"
    "falls until somebody takes it. A bid pays the price of its moment and no more than the\n"
    "debt; once the debt is raised, what is left of the lot goes back to the owner. A bid\n"
    "that would leave less debt than --least-left takes less instead. After --reset-after\n"
    "seconds, or below --reset-below of its first price, the auction must begin anew.\n"
    "\n"
    "Three curves: --cut at every whole --step (the standard), --cut-per-second without\n"
    "steps, --zero-after for a straight line. The rules are those of Maker's Liquidations\n"
    "2.0; the engine's own auctions are a straight line inside the closing band.\n"
    "\n"
    "--cases computes published cases and compares every figure that they expect, to one\n"
    "part in 10^9 or the case's own tolerance; exit code 1 if one differs or cannot be\n"
    "computed. A case's input overrides the fixture field by field; fields, figures and\n"
    "tolerances are listed in docs/auctions.md, and by the error for one that is not known.\n"
    "\n"
    "  {\"fixture\": {\"spot_collateral\": 4, \"buf\": 1.25, \"cut\": 0.99, \"step_s\": 1,\n"
    "               \"tab\": 110, \"lot\": 40},\n"
    "   \"cases\": [{\"id\": \"one\", \"input\": {\"t\": 30, \"amt\": 10, \"max\": 4},\n"
    "              \"expected\": {\"slice\": 10, \"owe_approx\": 36.985, \"owe_tol\": 0.001}}]}\n"
    "\n"
    "Examples:\n"
    "  bulkhead auction --spot 4 --debt 110 --lot 40\n"
    "  bulkhead auction --spot 4 --debt 110 --lot 40 --at 30 --take 10 --max 4\n"
    "  bulkhead auction --spot 4 --debt 110 --lot 40 --zero-after 3600 --json\n"
    "  bulkhead auction --cases ../shared/vectors/margin/maker_clip.json";

}  // namespace

Verb auction_verb() {
  return {.name = "auction",
          .summary = "how an auction's price falls, and what a bid takes",
          .details = kDetails,
          .options = {value("--spot", "X", "price of a coin on the market"),
                      value("--debt", "X", "to raise, penalty included"),
                      value("--lot", "X", "coins for sale"),
                      value("--at", "SECONDS", "since the start: a further line, the bid's time"),
                      value("--take", "X", "coins bid for, at --at or at once"),
                      value("--max", "X", "the most that the bidder pays for a coin"),
                      value("--buffer", "X", "the first price is spot times this", "1.25"),
                      value("--cut", "X", "price times this at each step", "0.99"),
                      value("--step", "SECONDS", "between two cuts", "1"),
                      value("--cut-per-second", "X", "a smooth curve instead"),
                      value("--zero-after", "SECONDS", "a straight line to zero instead"),
                      value("--reset-below", "X", "share of the first price", "0.3"),
                      value("--reset-after", "SECONDS", "the longest that it runs", "3600"),
                      value("--least-left", "X", "debt that a bid for a part must leave", "0"),
                      value("--cases", "FILE", "published cases instead, JSON"),
                      value("--tolerance", "X", "of --cases: largest relative error", "1e-9"),
                      json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
