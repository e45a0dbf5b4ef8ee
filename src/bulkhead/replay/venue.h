// The simulated market that executes liquidation instructions: fills at price ± (half-spread +
// η·σ·√(size/ADV)), within capacity per interval, at the next tick or later.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bulkhead/base/time.h"

namespace bulkhead::replay {

struct VenueInstruction {
  std::string id;
  std::string account;
  std::string market;           // instrument, or asset for a sale of collateral
  std::int64_t lots = 0;        // + buy, − sell; never 0
  std::int64_t slice_lots = 0;  // most per interval, > 0
  double limit = 0;             // buy at most, sell at least; 0: none
  bool reduce_only = true;
};

// The market as the venue sees it at a tick. coins_per_lot·price·quote_price = numéraire per lot.
struct VenueMarket {
  double price = 0;  // in its own quote; 0: not trading
  double coins_per_lot = 0;
  double quote_price = 1;
  double half_spread = 0;  // fraction
  double daily_volatility = 0;
  double adv = 0;  // numéraire a day; 0: no liquidity
};

struct VenueFill {
  std::string instruction;
  std::string account;
  std::string market;
  std::int64_t lots = 0;  // sign of the instruction
  double price = 0;       // in the market's quote
  Timestamp time;
  std::int64_t lots_left = 0;
};

struct VenueOptions {
  double impact = 1.0;      // η
  double impact_cap = 0.5;  // fraction of price
  Duration interval = minutes(1);
  double capacity_share = 0.02 * 10 / 1440;  // of ADV per interval (D13)
};

class Venue {
 public:
  explicit Venue(VenueOptions options) : options_(options) {}

  // Same id again replaces what is left (the latest instruction wins). Earliest fill: the next
  // step.
  void submit(VenueInstruction instruction, Timestamp now);
  void cancel(const std::string& id);
  // What the account still holds bounds a reduce-only instruction: + long, − short.
  void set_position(const std::string& account, const std::string& market, std::int64_t lots);
  // Fills for everything submitted before `now`, in order (received, id); one slice per interval
  // and instruction; a market's capacity accrues with time and is kept for at most ten intervals.
  std::vector<VenueFill> step(Timestamp now, const std::map<std::string, VenueMarket>& markets);
  std::size_t open_count() const { return open_.size(); }

 private:
  struct Open {
    VenueInstruction instruction;
    Timestamp received;
    Timestamp last_fill;
  };
  struct Capacity {
    double left = 0;  // numéraire
    Timestamp accrued_to;
  };
  VenueOptions options_;
  std::vector<Open> open_;                    // in order of arrival
  std::map<std::string, Capacity> capacity_;  // by market
  std::map<std::pair<std::string, std::string>, std::int64_t> positions_;
};

// Fraction of price paid beyond mid by a trade of `value` (numéraire).
double expected_slippage(double value, const VenueMarket& market, const VenueOptions& options);

}  // namespace bulkhead::replay
