// What of an account in default can be closed or sold, and what it would look like then (D10.2).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/policy/liquidation.h"

namespace bulkhead::engine {

// A position, or an asset that can be sold to pay what is owed in another.
struct ClosableLine {
  policy::ClosableItem item;
  InstrumentIndex instrument;
  std::int64_t position = 0;  // lots, of a position
  AssetIndex asset;           // sold
  AssetIndex received;
  Amount lot;        // of a sale: minor units of one item lot
  Amount available;  // of a sale
  double fair = 0;   // position: mark in its quote (options: premium per coin, settlement
                     // units); sale: received coins per sold coin
  bool is_position() const { return instrument.valid(); }
  Amount amount_of(std::uint64_t lots) const;
  double expected_cost_fraction(std::uint64_t lots) const;
};

// Positions by instrument, then assets by index. Sales only while something is owed. Lines whose
// price is stale or worse are left out: a quality blocks only trading that asset (D4.5).
std::vector<ClosableLine> closable_lines(const Context& context, AccountIndex account);

// The worst price, stale or worse, that keeps a position from being closed or, while something is
// owed, an asset from being sold for it.
std::optional<std::pair<std::string, market::Quality>> untradable_price(const Context& context,
                                                                        AccountIndex account);

// The account as if closed[i] lots of each line were closed at mid, costs apart. Pure.
policy::HypotheticalFigures figures_if_closed(Context& context, AccountIndex account,
                                              const risk::Portfolio& book,
                                              std::span<const ClosableLine> lines,
                                              std::span<const std::uint64_t> closed);

// The core's own greedy plan over items that are the lines' own, or changed copies of them.
policy::LiquidationPlan plan_over(Context& context, AccountIndex account,
                                  std::span<const ClosableLine> lines,
                                  std::span<const policy::ClosableItem> items);

}  // namespace bulkhead::engine
