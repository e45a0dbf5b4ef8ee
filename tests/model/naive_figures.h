// Margin model `flat` and equity once more, in plain numbers and plain code: what the naive model
// believes an account is worth and needs. Shares nothing with the product but the vocabulary of
// `api/`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/int128.h"
#include "bulkhead/policy/parameters.h"

namespace bulkhead::naive {

// One price, or the value of one lot of a contract, at the points of D4.3. Quality: its place in
// the order good, wide, volatile, stale, no_quorum, halted.
struct PriceFact {
  double low = 0;
  double mid = 0;
  double high = 0;
  int quality = 0;
  double stable = 0;
};
inline constexpr int kGood = 0;
inline constexpr int kWide = 1;
inline constexpr int kVolatile = 2;
inline constexpr int kStale = 3;
inline constexpr int kHalted = 5;

// What the last closed epoch says. Prices are an input of the model: how they are aggregated is
// tested where that is done.
struct Facts {
  std::map<std::string, PriceFact> assets;
  std::map<std::string, PriceFact> contracts;
};

struct ContractTerms {
  std::string underlying;
  double lot = 0;    // coins; settled in the numéraire
  Timestamp expiry;  // 0: never
};

// The few facts of reference data that the model needs.
struct Terms {
  std::string numeraire;
  std::map<std::string, bool> assets;  // name, eligible
  std::map<std::string, ContractTerms> contracts;
  policy::ParameterSet parameters;
};

struct OpenOrder {
  std::string contract;
  std::int64_t lots = 0;  // + buy
  double limit = 0;
};

// What is filled all together or not at all; one that is sold is bought the other way round.
struct OpenPackage {
  std::map<std::string, std::int64_t> legs;  // of one, + bought
  std::int64_t count = 0;                    // 0: filled, or not to be
  double limit = 0;                          // net of one
};

// Everything that figures are computed of.
struct Book {
  std::map<std::string, Int128> collateral;  // counted and eligible
  std::map<std::string, Int128> debts;
  std::map<std::string, std::int64_t> positions;
  Int128 leg = 0;  // settlement legs, numéraire
  std::vector<OpenOrder> orders;
  std::vector<OpenPackage> packages;  // the oldest first
  bool owes() const;
};

struct Figures {
  std::int64_t least = 0;  // micro-USD
  std::int64_t mid = 0;
  std::int64_t greatest = 0;
  std::int64_t positions = 0;
  std::int64_t debts = 0;
  std::int64_t initial = 0;
  std::int64_t maintenance = 0;
  std::int64_t obligations_initial = 0;  // without collateral
  std::int64_t obligations_maintenance = 0;
  bool owes = false;
  int quality = 0;
  bool is_volatile = false;  // one of the prices touched is, whatever the worst
};

// Of the collateral what is beyond the account's limits does not count (D6.4).
Figures figures(const Terms& terms, const Facts& facts, const Book& book);
// The most of an asset that counts; none: no limit. `bare`: the figures, whatever the collateral.
std::optional<Int128> most_counted(const Terms& terms, const Facts& facts, const Book& book,
                                   const Figures& bare, const std::string& asset);

// ⌊count·price⌋, exact.
Int128 whole_down(Int128 count, double price);
// ⌊count·price·10^6⌋ and ⌈…⌉, exact.
std::int64_t micros_down(Int128 count, double price);
std::int64_t micros_up(Int128 count, double price);
// 10^4·value >= bp·of, and value >= 0.
bool at_level(std::int64_t value, int bp, std::int64_t of);
// ⌈of·bp/10^4⌉ and ⌊…⌋.
std::int64_t share_up(std::int64_t of, int bp);
std::int64_t share_down(std::int64_t of, int bp);

}  // namespace bulkhead::naive
