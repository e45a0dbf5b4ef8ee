// Arithmetic of a Dutch auction of collateral (D10.2): what is seized for a debt, the price that
// falls with time, what a bid takes, when the auction must begin anew. Maker's Liquidations 2.0
// (makerdao/dss, dog.sol, clip.sol, abaci.sol). Pure numbers: prices in the numéraire per coin,
// lots in coins; the ledger's rounding is the caller's.
#pragma once

#include <expected>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder_parameters.h"

namespace bulkhead::policy {

enum class AuctionCurve : std::uint8_t { stepwise, linear, exponential };
BULKHEAD_ENUM_NAMES(AuctionCurve, "stepwise", "linear", "exponential")

struct AuctionTerms {
  double start_factor = 1.25;  // top = spot · this, >= 1
  AuctionCurve curve = AuctionCurve::stepwise;
  double cut = 0.99;           // stepwise: price · this at each whole step, in (0, 1];
                               // exponential: the same within a step, top · cut^(elapsed / step)
  Duration step = seconds(1);  // > 0
  Duration length = hours(1);  // linear: until the price is 0
  double reset_below = 0.3;    // of the top
  Duration reset_after = hours(1);
  double least_left = 0;  // a partial bid leaves at least this debt: nobody cleans up crumbs
};

struct Auction {
  double debt = 0;  // to raise, penalty included, numéraire
  double lot = 0;   // coins left
  double top = 0;   // price at the start
};

// Why nothing is sold or seized.
enum class AuctionRefusal : std::uint8_t {
  needs_reset,    // too long or too cheap: it must begin anew
  above_limit,    // dearer than the bidder's limit
  worthless,      // the price is zero
  leaves_crumbs,  // no more is owed than must be left: all of it or nothing
  nothing_owed,
  no_room,  // auctions may hold no more debt open
  dust      // what could be taken is too little for an auction
};
BULKHEAD_ENUM_NAMES(AuctionRefusal, "needs_reset", "above_limit", "worthless", "leaves_crumbs",
                    "nothing_owed", "no_room", "dust")

// Limits (of price, reset, crumbs and dust) are compared with a leeway of 1e-12: a price that is
// exactly at one in decimals may be a last digit beside it here.

double auction_top(const AuctionTerms& terms, double spot);
// Price at `elapsed` >= 0 since the start; 0 past the end of a linear curve.
double auction_price(const AuctionTerms& terms, double top, Duration elapsed);
// Later than reset_after, or cheaper than reset_below of the top.
bool needs_reset(const AuctionTerms& terms, double top, Duration elapsed);

struct AuctionFill {
  double price = 0;
  double coins = 0;  // to the bidder
  double paid = 0;
  Auction left;         // debt, lot after it
  double returned = 0;  // coins to the owner, once the debt is raised
  bool over = false;    // debt raised or nothing left; debt left then is a loss
};
// Takes at most `wanted` > 0 coins. Refused if the price is above `limit`, the auction needs a
// reset, or the whole debt left is no more than least_left and the bid would leave part of it.
std::expected<AuctionFill, AuctionRefusal> take(const AuctionTerms& terms, const Auction& auction,
                                                double wanted, double limit, Duration elapsed);

// What may be seized at once within `room`, the debt that auctions may still hold open.
struct Seizure {
  double debt = 0;        // taken into the auction, penalty included
  double lot = 0;         // coins
  double debt_left = 0;   // stays with the owner, without penalty
  double coins_left = 0;  // likewise
};
// penalty >= 1; room may be infinite. All of it if the rest would be less than `dust`; none if no
// room is left or what could be taken is itself dust.
std::expected<Seizure, AuctionRefusal> seize(double debt, double coins, double penalty, double room,
                                             double dust);

// Terms of an auction inside the closing band (D10.4), its prices as shares of fair: it begins at
// the premium over fair and falls linearly to the end of the band at `auction_length` > 0.
AuctionTerms closing_terms(const DefaultParameters& parameters);
// Its price at `elapsed` >= 0 as a share of fair, never beyond the band.
double closing_share(const DefaultParameters& parameters, Duration elapsed);

}  // namespace bulkhead::policy
