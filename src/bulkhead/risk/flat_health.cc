// The health computation of `flat` on plain numbers.
#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/risk/flat.h"

namespace bulkhead::risk {
namespace {

double weighted(const FlatToken& token, double balance) {
  return balance * token.price * (balance >= 0 ? token.asset_weight : token.liability_weight);
}

// Settlement units: the worse of all bids and all asks executing at `price`.
double contract_result(const FlatContract& c) {
  const auto at = [&c](double base, double quote) {
    const double weight = base >= 0 ? c.base_asset_weight : c.base_liability_weight;
    return quote + base * c.price * weight;
  };
  const double worst = std::min(at(c.base + c.bids, c.quote - c.bids * c.price),
                                at(c.base - c.asks, c.quote + c.asks * c.price));
  return worst > 0 ? worst * c.overall_asset_weight : worst;
}

struct Reservation {
  double as_base = 0;   // everything set aside, as if it all came back as base
  double as_quote = 0;  // or as quote
};

Reservation reservation_of(const FlatReserved& r, std::span<const FlatToken> tokens) {
  const double price = tokens[r.base].price / tokens[r.quote].price;
  double bought = r.reserved_quote / price;
  double sold = r.reserved_base * price;
  if (r.highest_bid) bought = std::min(bought, r.reserved_quote / *r.highest_bid);
  if (r.lowest_ask) sold = std::min(sold, r.reserved_base * *r.lowest_ask);
  return {r.reserved_base + bought, r.reserved_quote + sold};
}

// What `reserved` adds to health if it comes on top of everything else that may come in this token:
// first it fills what is owed there, which weighs less than no gain at all would.
double effect(const FlatToken& token, double largest_balance, double reserved) {
  double held = reserved;
  if (largest_balance < reserved) held = std::max(largest_balance, 0.0);
  return (held * token.asset_weight + (reserved - held) * token.liability_weight) * token.price;
}

}  // namespace

double scaled_asset_weight(double weight, double scale_start, double deposits) {
  return scale_start > 0 && deposits > scale_start ? weight * (scale_start / deposits) : weight;
}

double scaled_liability_weight(double weight, double scale_start, double borrows) {
  return scale_start > 0 && borrows > scale_start ? weight * (borrows / scale_start) : weight;
}

double flat_health(std::span<const FlatToken> tokens, std::span<const FlatReserved> reserved,
                   std::span<const FlatContract> contracts) {
  std::vector<double> balances;
  for (const FlatToken& token : tokens) balances.push_back(token.balance);
  for (const FlatContract& contract : contracts) {
    BULKHEAD_ASSERT(contract.settlement < tokens.size());
    balances[contract.settlement] += contract_result(contract);
  }
  double health = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) health += weighted(tokens[i], balances[i]);

  std::vector<Reservation> reservations;
  std::vector<double> largest = balances;  // with all that any market may bring
  for (const FlatReserved& market : reserved) {
    BULKHEAD_ASSERT(market.base < tokens.size() && market.quote < tokens.size());
    reservations.push_back(reservation_of(market, tokens));
    largest[market.base] += reservations.back().as_base;
    largest[market.quote] += reservations.back().as_quote;
  }
  for (std::size_t i = 0; i < reserved.size(); ++i) {
    const std::size_t base = reserved[i].base;
    const std::size_t quote = reserved[i].quote;
    health += std::min(effect(tokens[base], largest[base], reservations[i].as_base),
                       effect(tokens[quote], largest[quote], reservations[i].as_quote));
  }
  return health;
}

}  // namespace bulkhead::risk
