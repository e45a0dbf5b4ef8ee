// From a portfolio document to the account that the venues' models read.
#include <charconv>

#include "bulkhead/cli/venue_margin.h"
#include "bulkhead/venues/portfolio_account.h"

namespace bulkhead::cli {
namespace {

// Amounts of the document are decimal strings that fill_books has read already.
double coins_of(const std::string& amount) {
  double value = 0;
  std::from_chars(amount.data(), amount.data() + amount.size(), value);
  return value;
}

}  // namespace

venues::Account venue_account(const ReadPortfolio& read, const PortfolioMarket& market,
                              std::vector<std::string>& notes) {
  for (const std::string& note : market.notes) {
    // What our own schedule of collateral says is no matter of the venues.
    if (note.find("schedule of collateral") == std::string::npos) notes.push_back(note);
  }
  if (!market.portfolio.orders.empty()) {
    notes.push_back("open orders are not charged by the venues' models here");
  }
  venues::PortfolioAccount account(market.registry, market.epoch);
  account.add(market.portfolio);
  for (const AmountEntry& entry : read.file.collateral) {
    account.add_amount(market.registry.find_asset(entry.asset), coins_of(entry.amount));
  }
  for (const AmountEntry& entry : read.file.debts) {
    account.add_amount(market.registry.find_asset(entry.asset), -coins_of(entry.amount));
  }
  return std::move(account).finish();
}

}  // namespace bulkhead::cli
