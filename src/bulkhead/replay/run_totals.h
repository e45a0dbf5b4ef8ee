// What a run came to: counts and sums over its whole window.
#pragma once

#include <cstdint>

namespace bulkhead::replay {

struct RunTotals {
  std::uint64_t commands = 0;
  std::uint64_t records = 0;
  std::uint32_t calls = 0;
  std::uint32_t calls_met = 0;
  std::uint32_t calls_missed = 0;
  std::uint32_t disputes = 0;              // opened by members
  std::uint32_t sequestrations = 0;        // ordered
  std::uint32_t sequestrations_final = 0;  // vault reached `held`
  std::uint32_t releases = 0;              // completed by the release rule
  std::uint32_t defaults = 0;
  std::uint32_t accounts_defaulted = 0;
  std::uint32_t closed = 0;
  std::uint32_t liquidation_fills = 0;
  std::uint32_t plans = 0;          // of a planner, followed
  std::uint32_t plans_refused = 0;  // by the core
  double plan_cost = 0;             // numéraire expected, of those followed where the core had one
  std::uint32_t auctions = 0;       // opened
  std::uint32_t auctions_sold_out = 0;
  std::uint32_t auctions_expired = 0;  // what was left went by rank
  double auctioned = 0;                // numéraire taken over by bidders, at mid
  std::uint32_t hedges = 0;            // instructed
  double gains_reduced = 0;            // numéraire, of unpaid gains of others
  double plain_cost = 0;               // of the core's own plans for the same
  std::uint32_t withdrawals_refused = 0;
  std::uint32_t acts_blocked = 0;  // by a price below good
  double liquidated = 0;           // numéraire traded by instruction
  double collateral_sold = 0;      // numéraire, at mid
  double insurance = 0;            // numéraire
  double bad_debt = 0;             // numéraire
  double mean_collateral = 0;      // numéraire counted, over samples
  double mean_sequestered = 0;     // numéraire, over samples
  double most_called = 0;          // numéraire, greatest sum of calls issued within 24 hours

  // Defaults in which something was sold, and those of them that would have recovered by
  // themselves (FrozenBooks).
  std::uint32_t liquidations = 0;
  std::uint32_t avoidable = 0;

  double avoidable_loss = 0;  // numéraire, what those accounts were short of it when they had

  // Sequestrations by the engine's own score (D9.6), those still held at the end with what they
  // have come to; `open`: held at the end and not needed until then.
  std::uint32_t scored_needed = 0;
  std::uint32_t scored_false = 0;
  std::uint32_t scored_late = 0;
  std::uint32_t scored_missed = 0;
  std::uint32_t scored_open = 0;
  double sequestration_cost = 0;  // numéraire, of capital and transfers, of those that ended

  double opening_equity = 0;  // numéraire, of all accounts before the first tick
  double mean_initial = 0;    // numéraire, sum of initial margins, over samples
  // Numéraire over samples: collateral that its owners could not take back, because their equity
  // would fall below target or stressed margin, their stage forbids it, or it is sequestered.
  double mean_tied_up = 0;

  // Of the initial margin of opening books that never change (ReferenceMargin); 0: none.
  double margin_peak_to_trough = 0;
  double margin_rise = 0;  // greatest ratio of a sample to one at most 24 hours before it

  // What owners would have lost had the venue's own wallet failed: value at the place `internal`,
  // less the account's debts there, never below 0. Numéraire.
  double mean_wallet_loss = 0;      // over samples
  double wallet_loss = 0;           // at the time of the planted failure; 0 without one
  std::uint32_t wallet_losers = 0;  // accounts, likewise
  std::uint32_t samples = 0;
};

}  // namespace bulkhead::replay
