// `bulkhead synth book`: a seeded book of members and accounts as a plan in values; the replay
// driver turns it into commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/replay/behaviour.h"

namespace bulkhead::replay {

enum class Role : std::uint8_t {
  perpetual_speculator,
  basis_trader,
  option_seller,
  market_maker,
  borrower,
  unlevered
};
BULKHEAD_ENUM_NAMES(Role, "perpetual_speculator", "basis_trader", "option_seller", "market_maker",
                    "borrower", "unlevered")

// What the book is written against, at its start. margin_rate: initial margin per unit of notional
// of an outright position (the caller's estimate, for instance ES of the coin plus 1 %).
struct BookAsset {
  std::string name;
  double price = 0;
  double margin_rate = 0.10;
  bool stablecoin = false;
  double weight = 1;  // popularity
};

enum class BookInstrumentKind : std::uint8_t { perpetual, future, call, put };

struct BookInstrument {
  std::string name;
  std::string underlying;
  BookInstrumentKind kind = BookInstrumentKind::perpetual;
  double strike = 0;  // options
};

struct BookMarket {
  std::string numeraire;
  std::vector<BookAsset> assets;  // without the numéraire
  std::vector<BookInstrument> instruments;
};

// Shares are relative weights.
struct BookMix {
  double perpetual_speculators = 40;
  double basis_traders = 12;
  double option_sellers = 8;  // none where there are no options: they become speculators
  double market_makers = 8;
  double borrowers = 22;
  double unlevered = 10;
};

struct BookOptions {
  std::uint64_t seed = 1;
  std::uint32_t accounts = 2000;
  BookMix mix;
  double median_equity = 40'000;  // numéraire, log-normal with sigma 1.5
  double tightness = 1.0;         // > 1: coverage at the start closer to 1
  double haircut_mode_share = 0.25;
};

struct PlannedAmount {
  std::string asset;
  double value = 0;  // numéraire at the book's prices
};

struct PlannedPosition {
  std::string instrument;
  double notional = 0;  // numéraire at the book's prices, + long; options: of the underlying
};

struct PlannedAccount {
  std::string name;  // "account-00017"
  std::string member;
  Role role = Role::unlevered;
  bool haircut_mode = false;
  std::vector<PlannedAmount> pledged;
  std::vector<PlannedAmount> free;
  std::vector<PlannedAmount> debts;  // drawn and spent: the proceeds are in no account
  std::vector<PlannedPosition> positions;
  std::vector<std::string> standing_instruction;  // assets in order; empty: none
};

struct BookPlan {
  std::uint64_t seed = 0;
  std::vector<std::string> members;
  std::vector<PlannedAccount> accounts;
  std::vector<MemberBehaviour> behaviours;  // parallel to members
};

// One in eight members has two or three accounts. Errors: no asset, no perpetual, bad numbers.
Result<BookPlan> generate_book(const BookMarket& market, const BookOptions& options);

}  // namespace bulkhead::replay
