#include "bulkhead/policy/auction.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"

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

// cut^(elapsed / step): whole steps as they are, the rest of one only where the curve is smooth.
double share_left(const AuctionTerms& terms, Duration elapsed) {
  const double whole = power(terms.cut, elapsed.ns / terms.step.ns);
  const std::int64_t rest = elapsed.ns % terms.step.ns;
  if (terms.curve == AuctionCurve::stepwise || rest == 0) return whole;
  return whole *
         pow_fixed(terms.cut, static_cast<double>(rest) / static_cast<double>(terms.step.ns));
}

constexpr double kLeeway = 1e-12;

// `scale`: of what the value was computed from.
bool below(double value, double limit, double scale) { return value < limit - kLeeway * scale; }

}  // namespace

double auction_top(const AuctionTerms& terms, double spot) { return spot * terms.start_factor; }

double auction_price(const AuctionTerms& terms, double top, Duration elapsed) {
  if (terms.curve != AuctionCurve::linear) return top * share_left(terms, elapsed);
  if (elapsed >= terms.length) return 0;
  return top * ((terms.length - elapsed).seconds() / terms.length.seconds());
}

bool needs_reset(const AuctionTerms& terms, double top, Duration elapsed) {
  return elapsed > terms.reset_after ||
         below(auction_price(terms, top, elapsed), terms.reset_below * top, top);
}

std::expected<AuctionFill, AuctionRefusal> take(const AuctionTerms& terms, const Auction& auction,
                                                double wanted, double limit, Duration elapsed) {
  AuctionFill fill;
  fill.price = auction_price(terms, auction.top, elapsed);
  if (needs_reset(terms, auction.top, elapsed)) {
    return std::unexpected(AuctionRefusal::needs_reset);
  }
  if (below(limit, fill.price, fill.price)) return std::unexpected(AuctionRefusal::above_limit);
  if (!(fill.price > 0)) return std::unexpected(AuctionRefusal::worthless);
  fill.coins = std::min(wanted, auction.lot);
  fill.paid = fill.coins * fill.price;
  const double left = auction.debt - fill.paid;
  if (left < 0) {
    fill.paid = auction.debt;
    fill.coins = fill.paid / fill.price;
  } else if (left > 0 && fill.coins < auction.lot && below(left, terms.least_left, auction.debt)) {
    if (left <= kLeeway * auction.debt) {
      fill.paid = auction.debt;  // all of it but for the last digit
    } else if (!below(terms.least_left, auction.debt, auction.debt)) {
      return std::unexpected(AuctionRefusal::leaves_crumbs);
    } else {
      fill.paid = auction.debt - terms.least_left;
      fill.coins = fill.paid / fill.price;
    }
  }
  fill.left = {auction.debt - fill.paid, auction.lot - fill.coins, auction.top};
  if (!(fill.left.debt > 0)) {
    fill.returned = fill.left.lot;
    fill.left.lot = 0;
  }
  fill.over = !(fill.left.lot > 0);
  return fill;
}

std::expected<Seizure, AuctionRefusal> seize(double debt, double coins, double penalty, double room,
                                             double dust) {
  if (!(debt > 0)) return std::unexpected(AuctionRefusal::nothing_owed);
  if (!(room > 0)) return std::unexpected(AuctionRefusal::no_room);
  double taken = std::min(debt, room / penalty);
  if (taken < debt && below(debt - taken, dust, debt)) {
    taken = debt;
  } else if (taken < debt && below(taken, dust, debt)) {
    return std::unexpected(AuctionRefusal::dust);
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
