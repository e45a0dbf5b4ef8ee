// From a portfolio in our own terms to the account that the venues' models read: positions by
// underlying, what is not settled, and amounts of assets.
//
//   PortfolioAccount account(registry, epoch);
//   account.add(portfolio);
//   account.add_amount(btc, 1.5);
//   evaluate(parameters, std::move(account).finish());
#pragma once

#include <map>
#include <string>

#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/risk/portfolio.h"
#include "bulkhead/venues/account.h"

namespace bulkhead::venues {

class PortfolioAccount {
 public:
  // Both outlive it. Every instrument that is added is priced at the epoch.
  PortfolioAccount(const market::Registry& registry, const market::Epoch& epoch);

  // Positions and settlement legs. Collateral and debts are told apart by add_amount, for a venue
  // does not know our schedule of collateral.
  void add(const risk::Portfolio& portfolio);
  // Units of the asset, + held, − owed; of one asset they add up.
  void add_amount(AssetIndex asset, double amount);
  // Books by name.
  Account finish() &&;

 private:
  double price_of(AssetIndex asset) const { return epoch_.assets[asset.value].mid; }
  Book& book_of(const std::string& underlying);
  void add_position(const risk::PositionLots& position);
  void add_holding(const std::string& name, double amount);

  const market::Registry& registry_;
  const market::Epoch& epoch_;
  Account account_;
  std::map<std::string, Book> books_;
  std::map<std::string, double> amounts_;
};

}  // namespace bulkhead::venues
