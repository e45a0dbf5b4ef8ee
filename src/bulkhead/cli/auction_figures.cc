#include "bulkhead/cli/auction_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "bulkhead/cli/text.h"

namespace bulkhead::cli {
namespace {

using policy::AuctionCurve;
using policy::AuctionRefusal;

constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::string words(AuctionRefusal refusal) {
  switch (refusal) {
    case AuctionRefusal::needs_reset:
      return "the auction needs a reset";
    case AuctionRefusal::above_limit:
      return "the price is above the bidder's limit";
    case AuctionRefusal::worthless:
      return "the price is zero";
    case AuctionRefusal::leaves_crumbs:
      return "no more is owed than must be left: all of it or nothing";
    case AuctionRefusal::nothing_owed:
      return "nothing is owed";
    case AuctionRefusal::no_room:
      return "auctions may hold no more debt open";
    case AuctionRefusal::dust:
      return "what could be taken is too little for an auction";
  }
  return "";
}

std::unexpected<std::string> because(std::string why) { return std::unexpected(std::move(why)); }

MaybeFigure one(double number, double scale) { return AuctionFigure{{number}, false, scale}; }

MaybeFigure one(const MaybeNumber& number, double scale) {
  if (!number) return because(number.error());
  return one(*number, scale);
}

}  // namespace

AuctionRun::AuctionRun(const AuctionInput& input) : input_(input) { run(); }

MaybeNumber AuctionRun::given(std::string_view name) const {
  if (const auto number = input_.number(name)) return *number;
  return because("no " + std::string(name) + " is given");
}

// What a case sets decides what follows from it: a case with a room or a debt of its own is one of
// a seizure, whatever tab and lot the fixture has.
bool AuctionRun::seizes() const {
  if (!input_.has_any({"debt"}) || !input_.has_any({"collateral"})) return false;
  return input_.has_any({"Hole", "hole", "Dirt", "dirt"}) ||
         input_.owns_any({"debt", "collateral", "chop", "dust", "rate"}) ||
         !input_.has_any({"tab"}) || !input_.has_any({"lot"});
}

std::expected<policy::Seizure, std::string> AuctionRun::seizure() const {
  const MaybeNumber debt = given("debt");
  if (!debt) return because(debt.error());
  const MaybeNumber coins = given("collateral");
  if (!coins) return because(coins.error());
  const double room = std::min(input_.number_or("Hole", kInfinite) - input_.number_or("Dirt", 0),
                               input_.number_or("hole", kInfinite) - input_.number_or("dirt", 0));
  const double rate = input_.number_or("rate", 1);
  auto seized = policy::seize(*debt * rate, *coins, input_.number_or("chop", 1), room,
                              input_.number_or("dust", 0));
  if (!seized) return because("nothing is seized: " + words(seized.error()));
  seized->debt_left /= rate;
  return *seized;
}

MaybeNumber AuctionRun::debt_to_raise() const {
  if (input_.owns_any({"tab"}) || !seizes()) return given("tab");
  const auto seized = seizure();
  if (!seized) return because(seized.error());
  return seized->debt;
}

MaybeNumber AuctionRun::lot() const {
  if (input_.owns_any({"lot"}) || !seizes()) return given("lot");
  const auto seized = seizure();
  if (!seized) return because(seized.error());
  return seized->lot;
}

MaybeNumber AuctionRun::top() const {
  const bool parts = input_.owns_any({"spot_collateral", "buf"}) || !input_.has_any({"top"});
  if (input_.owns_any({"top"}) || !parts) return given("top");
  const MaybeNumber spot = given("spot_collateral");
  if (!spot) return because("no top is given, and " + spot.error());
  policy::AuctionTerms terms;
  const MaybeNumber factor = given("buf");
  if (!factor) return because("no top is given, and " + factor.error());
  terms.start_factor = *factor;
  return policy::auction_top(terms, *spot);
}

// clip.sol keeps dust · chop as chost.
MaybeNumber AuctionRun::least_left() const {
  const bool parts =
      input_.has_any({"dust"}) && (input_.owns_any({"dust", "chop"}) || !input_.has_any({"chost"}));
  if (input_.owns_any({"chost"}) || !parts) return input_.number_or("chost", 0);
  return *input_.number("dust") * input_.number_or("chop", 1);
}

// What a case does not limit never comes: no tail, no cusp, nothing that must be left.
std::expected<policy::AuctionTerms, std::string> AuctionRun::terms() const {
  policy::AuctionTerms terms;
  if (!input_.curve) return because("no curve is given: cut and step_s, tau_s or cut_per_s");
  terms.curve = *input_.curve;
  terms.start_factor = input_.number_or("buf", 1);
  terms.reset_below = input_.number_or("cusp", 0);
  terms.reset_after = auction_time(input_.number_or("tail_s", 9e9));
  terms.least_left = *least_left();
  if (terms.curve == AuctionCurve::linear) {
    const MaybeNumber length = given("tau_s");
    if (!length) return because(length.error());
    terms.length = auction_time(*length);
    return terms;
  }
  const bool steps = terms.curve == AuctionCurve::stepwise;
  const MaybeNumber cut = given(steps ? "cut" : "cut_per_s");
  if (!cut) return because(cut.error());
  terms.cut = *cut;
  terms.step = auction_time(steps ? input_.number_or("step_s", 1) : 1);
  return terms;
}

void AuctionRun::run() {
  const MaybeNumber start = top();
  const auto how = terms();
  if (start) legs_.push_back({0, *start});
  const MaybeNumber debt = debt_to_raise();
  const MaybeNumber coins = lot();
  for (const auto* number : {&start, &debt, &coins}) {
    if (!*number && not_run_.empty()) not_run_ = number->error();
  }
  if (!how && not_run_.empty()) not_run_ = how.error();
  if (input_.bids.empty()) not_run_ = "there is no bid";
  if (!not_run_.empty()) return;
  policy::Auction auction{*debt, *coins, *start};
  for (const AuctionBid& one : input_.bids) {
    if (one.redo) {
      redo(one, *how, auction);
    } else {
      bid(one, *how, auction);
    }
  }
}

void AuctionRun::redo(const AuctionBid& bid, const policy::AuctionTerms& terms,
                      policy::Auction& auction) {
  const std::string at = "redo at " + plain_number(bid.at) + " s: ";
  const auto spot = bid.spot                    ? bid.spot
                    : input_.number("new_spot") ? input_.number("new_spot")
                                                : input_.number("spot_collateral");
  if (over_at_) {
    notes_.push_back(at + "refused, the auction is over");
  } else if (!policy::needs_reset(terms, auction.top, auction_time(bid.at - legs_.back().begun))) {
    notes_.push_back(at + "refused, no reset is needed");
  } else if (!spot || !input_.has_any({"buf"})) {
    notes_.push_back(at + "not done, no new_spot or no buf is given");
  } else {
    auction.top = policy::auction_top(terms, *spot);
    legs_.push_back({bid.at, auction.top});
  }
}

void AuctionRun::bid(const AuctionBid& bid, const policy::AuctionTerms& terms,
                     policy::Auction& auction) {
  Outcome& outcome = outcomes_.emplace_back();
  outcome.at = bid.at;
  outcome.left = auction;
  const Duration elapsed = auction_time(bid.at - legs_.back().begun);
  outcome.price = policy::auction_price(terms, auction.top, elapsed);
  if (over_at_) {
    outcome.refused = "the auction is over";
    outcome.over = true;
  } else if (const auto fill = policy::take(terms, auction, bid.coins.value_or(auction.lot),
                                            bid.limit, elapsed)) {
    outcome.fill = *fill;
    outcome.left = auction = fill->left;
    outcome.returned = fill->returned;
    outcome.over = fill->over;
    if (fill->over) over_at_ = bid.at;
  } else {
    outcome.refused = words(fill.error());
  }
  if (outcome.refused.empty()) return;
  notes_.push_back("bid " + std::to_string(outcomes_.size()) + " at " + plain_number(bid.at) +
                   " s: refused, " + outcome.refused);
}

MaybeFigure AuctionRun::figure(const AuctionFigureName& name) const {
  const std::string_view base = name.base;
  const double tab = debt_to_raise().value_or(0);
  if (name.bid) return bid_figure(name);
  if (base == "top") return one(top(), top().value_or(0));
  if (base == "chost") return one(least_left(), tab);
  if (base == "tab") return one(debt_to_raise(), tab);
  if (base == "lot") return one(lot(), lot().value_or(0));
  if (base == "top_after_redo") return one(top_after_redo(), 0);
  if (base == "needs_redo" || (base == "price" && (name.at || !input_.times.empty()))) {
    return timed_figure(name);
  }
  if (base == "debt_taken" || base == "debt_left" || base == "collateral_left" ||
      base == "bark_refused") {
    return seized_figure(base);
  }
  if (base == "total_slice" || base == "total_owe") {
    if (!not_run_.empty()) return because(not_run_);
    double sum = 0;
    for (const Outcome& outcome : outcomes_) {
      if (outcome.refused.empty()) {
        sum += base == "total_owe" ? outcome.fill.paid : outcome.fill.coins;
      }
    }
    return one(sum, base == "total_owe" ? tab : lot().value_or(0));
  }
  return bid_figure({base, SIZE_MAX, {}});
}

MaybeFigure AuctionRun::seized_figure(std::string_view base) const {
  const auto seized = seizure();
  const MaybeNumber debt = given("debt");
  const MaybeNumber coins = given("collateral");
  if (base == "bark_refused" && debt && coins) return one(seized ? 0 : 1, 0);
  if (!seized) return because(seized.error());
  if (base == "debt_left") return one(seized->debt_left, *debt);
  if (base == "collateral_left") return one(seized->coins_left, *coins);
  return one(*debt - seized->debt_left, *debt);
}

MaybeFigure AuctionRun::bid_figure(const AuctionFigureName& name) const {
  if (!not_run_.empty()) return because(not_run_);
  if (outcomes_.empty()) return because("there is no bid");
  const std::size_t index = *name.bid == SIZE_MAX ? outcomes_.size() - 1 : *name.bid;
  if (index >= outcomes_.size()) {
    return because("there is no such bid: " + std::to_string(outcomes_.size()) + " in all");
  }
  const Outcome& outcome = outcomes_[index];
  const double debt = debt_to_raise().value_or(0);
  const double coins = lot().value_or(0);
  const std::string_view base = name.base;
  if (base == "price") return one(outcome.price, top().value_or(0));
  if (base == "tab_left" || base == "tab") return one(outcome.left.debt, debt);
  if (base == "lot_left" || base == "lot") return one(outcome.left.lot, coins);
  if (base == "returned_to_owner") return one(outcome.returned, coins);
  if (base == "auction_over") return one(outcome.over ? 1 : 0, 0);
  if (base == "refused") return one(outcome.refused.empty() ? 0 : 1, 0);
  if (!outcome.refused.empty()) return because("the bid is refused: " + outcome.refused);
  if (base == "slice") return one(outcome.fill.coins, coins);
  return one(outcome.fill.paid, debt);
}

MaybeFigure AuctionRun::timed_figure(const AuctionFigureName& name) const {
  AuctionFigure figure{{}, !name.at && input_.times_listed, top().value_or(0)};
  const std::vector<double> times = name.at ? std::vector{*name.at} : input_.times;
  if (times.empty()) return because("no t is given");
  for (const double time : times) {
    const MaybeNumber number = at_time(name.base, time);
    if (!number) return because(number.error());
    figure.numbers.push_back(*number);
  }
  return figure;
}

// In the leg that runs then; what is sold out by then needs no reset.
MaybeNumber AuctionRun::at_time(std::string_view base, double at) const {
  if (legs_.empty()) return because(top().error());
  const auto how = terms();
  if (!how) return because(how.error());
  Leg leg = legs_.front();
  for (const Leg& later : legs_) {
    if (later.begun <= at) leg = later;
  }
  const Duration elapsed = auction_time(at - leg.begun);
  if (base == "price") return policy::auction_price(*how, leg.top, elapsed);
  if (over_at_ && *over_at_ < at) return 0;
  return policy::needs_reset(*how, leg.top, elapsed) ? 1 : 0;
}

MaybeNumber AuctionRun::top_after_redo() const {
  if (legs_.size() > 1) return legs_.back().top;
  const MaybeNumber spot = given("new_spot");
  if (!spot) return because(spot.error());
  const MaybeNumber factor = given("buf");
  if (!factor) return because(factor.error());
  policy::AuctionTerms terms;
  terms.start_factor = *factor;
  return policy::auction_top(terms, *spot);
}

std::vector<std::string> AuctionRun::told() const {
  std::vector<std::string> names;
  if (seizes()) names = {"tab", "lot", "debt_left", "collateral_left"};
  if (!input_.times.empty() && !legs_.empty()) names.insert(names.end(), {"price", "needs_redo"});
  if (input_.has_any({"new_spot"})) names.emplace_back("top_after_redo");
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const std::string bid = outcomes_.size() == 1 ? "" : "bid_" + std::to_string(i + 1) + "_";
    for (const char* base : {"price", "refused", "slice", "owe"}) {
      const bool sold = outcomes_[i].refused.empty();
      if (!sold && (base == std::string_view("slice") || base == std::string_view("owe"))) continue;
      if (bid.empty() && base == std::string_view("price")) continue;
      names.push_back(bid + base);
    }
  }
  if (!outcomes_.empty()) {
    names.insert(names.end(), {"tab_left", "lot_left", "returned_to_owner", "auction_over"});
  }
  return names;
}

}  // namespace bulkhead::cli
