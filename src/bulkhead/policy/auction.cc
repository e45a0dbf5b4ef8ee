#include "bulkhead/policy/auction.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

// By squaring, so that every machine multiplies in the same order.
double power(double base, std::int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base) {
    if (exponent % 2 == 1) result *= base;
  }
  return result;
}

}  // namespace

double auction_top(const AuctionTerms& terms, double spot) { return spot * terms.start_factor; }

double auction_price(const AuctionTerms& terms, double top, Duration elapsed) {
  if (terms.curve == AuctionCurve::stepwise) {
    return top * power(terms.cut, elapsed.ns / terms.step.ns);
  }
  if (elapsed >= terms.length) return 0;
  return top * ((terms.length - elapsed).seconds() / terms.length.seconds());
}

bool needs_reset(const AuctionTerms& terms, double top, Duration elapsed) {
  return elapsed > terms.reset_after ||
         auction_price(terms, top, elapsed) < terms.reset_below * top;
}

std::optional<AuctionFill> take(const AuctionTerms& terms, const Auction& auction, double wanted,
                                double limit, Duration elapsed) {
  AuctionFill fill;
  fill.price = auction_price(terms, auction.top, elapsed);
  if (needs_reset(terms, auction.top, elapsed) || fill.price > limit || !(fill.price > 0)) {
    return std::nullopt;
  }
  fill.coins = std::min(wanted, auction.lot);
  fill.paid = fill.coins * fill.price;
  if (fill.paid > auction.debt) {
    fill.paid = auction.debt;
    fill.coins = fill.paid / fill.price;
  } else if (fill.paid < auction.debt && fill.coins < auction.lot &&
             auction.debt - fill.paid < terms.least_left) {
    if (auction.debt <= terms.least_left) return std::nullopt;
    fill.paid = auction.debt - terms.least_left;
    fill.coins = fill.paid / fill.price;
  }
  fill.left = {auction.debt - fill.paid, auction.lot - fill.coins, auction.top};
  if (!(fill.left.debt > 0)) {
    fill.returned = fill.left.lot;
    fill.left.lot = 0;
  }
  fill.over = !(fill.left.lot > 0);
  return fill;
}

std::optional<Seizure> seize(double debt, double coins, double penalty, double room, double dust) {
  if (!(room > 0) || !(debt > 0)) return std::nullopt;
  double taken = std::min(debt, room / penalty);
  if (taken < debt && debt - taken < dust) {
    taken = debt;
  } else if (taken < debt && taken < dust) {
    return std::nullopt;
  }
  const double lot = coins * (taken / debt);
  return Seizure{taken * penalty, lot, debt - taken, coins - lot};
}

AuctionTerms closing_terms(const DefaultParameters& parameters) {
  AuctionTerms terms;
  terms.start_factor = 1 + parameters.auction_premium_bp / 10'000.0;
  terms.curve = AuctionCurve::linear;
  const double fall = (parameters.auction_premium_bp + parameters.closing_band_bp) / 10'000.0;
  // The line through start and end reaches zero after this time; a band of nothing never falls.
  const double stretch = fall > 0 ? std::min(terms.start_factor / fall, 1e5) : 1e5;
  terms.length = Duration{
      static_cast<std::int64_t>(static_cast<double>(parameters.auction_length.ns) * stretch)};
  terms.reset_after = parameters.auction_length;
  terms.reset_below = 0;
  return terms;
}

double closing_share(const DefaultParameters& parameters, Duration elapsed) {
  const AuctionTerms terms = closing_terms(parameters);
  const double share = auction_price(terms, auction_top(terms, 1), elapsed);
  return std::max(share, 1 - parameters.closing_band_bp / 10'000.0);
}

}  // namespace bulkhead::policy
