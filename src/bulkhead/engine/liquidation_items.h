// What of an account in default can be closed or sold, and what it would look like then (D10.2).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/engine/books.h"
#include "bulkhead/policy/liquidation.h"

namespace bulkhead::engine {

// A position, or an asset that can be sold to pay what is owed in another.
struct ClosableLine {
  policy::ClosableItem item;
  InstrumentIndex instrument;
  std::int64_t position = 0;  // lots, of a position
  AssetIndex asset;           // sold
  AssetIndex received;
  Amount lot;          // of a sale: minor units of one item lot
  Amount available;    // of a sale
  double fair = 0;     // position: mark in its quote (options: premium per coin, settlement
                       // units); sale: received coins per sold coin
  bool hedge = false;  // a position to be taken: `position` is what it would close
  bool is_position() const { return instrument.valid(); }
  Amount amount_of(std::uint64_t lots) const;
  double expected_cost_fraction(std::uint64_t lots) const;
};

// Positions by instrument, then assets by index. Sales only while something is owed. Lines whose
// price is stale or worse are left out: a quality blocks only trading that asset (D4.5).
std::vector<ClosableLine> closable_lines(const Books& books, AccountIndex account);
// A position as a line, whatever its quality; none without a price or lots.
std::optional<ClosableLine> position_line(const Books& books, InstrumentIndex instrument,
                                          std::int64_t lots);
// Lots that the market takes in an interval, one at least, whatever its grant leaves; all if
// nothing is known of it.
std::uint64_t interval_lots(const Books& books, const policy::ClosableItem& item);
// The sales alone that would pay for what is owed in that asset.
std::vector<ClosableLine> sale_lines(const Books& books, AccountIndex account, AssetIndex owed);

// The worst price, stale or worse, that keeps a position from being closed or, while something is
// owed, an asset from being sold for it.
std::optional<std::pair<std::string, market::Quality>> untradable_price(const Books& books,
                                                                        AccountIndex account);

// The account's book as if closed[i] lots of each line were closed at mid, and its figures, costs
// apart. Pure.
risk::Portfolio book_if_closed(const Books& books, const risk::Portfolio& book,
                               std::span<const ClosableLine> lines,
                               std::span<const std::uint64_t> closed);
policy::HypotheticalFigures figures_if_closed(const Books& books, AccountIndex account,
                                              const risk::Portfolio& book,
                                              std::span<const ClosableLine> lines,
                                              std::span<const std::uint64_t> closed);

// The core's own greedy plan over items that are the lines' own, or changed copies of them.
policy::LiquidationPlan plan_over(const Books& books, AccountIndex account,
                                  std::span<const ClosableLine> lines,
                                  std::span<const policy::ClosableItem> items);

}  // namespace bulkhead::engine
