// From a portfolio document to the account that the venues' models read.
#include <algorithm>
#include <charconv>
#include <map>

#include "bulkhead/cli/venue_margin.h"
#include "bulkhead/pricing/contract.h"

namespace bulkhead::cli {
namespace {

// Amounts of the document are decimal strings that fill_books has read already.
double coins_of(const std::string& amount) {
  double value = 0;
  std::from_chars(amount.data(), amount.data() + amount.size(), value);
  return value;
}

class Builder {
 public:
  Builder(const ReadPortfolio& read, const PortfolioMarket& market)
      : read_(read), market_(market) {}

  venues::Account build() {
    for (const risk::PositionLots& position : market_.portfolio.positions) add(position);
    for (const risk::AssetAmount& leg : market_.portfolio.settlement) {
      const market::Asset& asset = market_.registry[leg.asset];
      const Decimal amount{1, -static_cast<std::int32_t>(asset.decimals)};
      account_.futures_profit +=
          static_cast<double>(leg.amount.units) * amount.to_double() * price_of(leg.asset);
    }
    add_amounts(read_.file.collateral, 1);
    add_amounts(read_.file.debts, -1);
    for (const auto& [name, amount] : amounts_) add_holding(name, amount);
    for (auto& [name, book] : books_) account_.books.push_back(std::move(book));
    return std::move(account_);
  }

 private:
  double price_of(AssetIndex asset) const { return market_.epoch.assets[asset.value].mid; }

  venues::Book& book_of(const std::string& underlying) {
    venues::Book& book = books_[underlying];
    book.underlying = underlying;
    book.spot = price_of(market_.registry.find_asset(underlying));
    return book;
  }

  void add(const risk::PositionLots& position) {
    const market::Instrument& instrument = market_.registry[position.instrument];
    const pricing::Contract c =
        pricing::make_contract(market_.registry, market_.epoch, position.instrument);
    const double lots = static_cast<double>(position.lots);
    const double value =
        lots * pricing::leg_value(c, c.spot, c.forward, c.settlement_price, c.sigma_sqrt_t);
    venues::Book& book = book_of(instrument.underlying);
    if (!c.option) {
      const double coins = lots * c.size / (c.inverse ? c.forward : 1);
      book.futures.push_back({instrument.name, coins, c.forward, c.seconds_to_expiry, c.inverse});
      account_.futures_profit += value;
      return;
    }
    account_.option_value += value;
    venues::OptionLine line;
    line.strike = c.strike * (c.inverse ? 1 : c.settlement_price);
    line.call = c.call;
    line.amount = lots * c.size;
    line.volatility = market_.epoch.instruments[position.instrument.value].volatility;
    for (venues::OptionGroup& group : book.options) {
      if (group.inverse != c.inverse || group.expiry.seconds != c.seconds_to_expiry ||
          group.expiry.forward != c.forward) {
        continue;
      }
      group.expiry.options.push_back(line);
      return;
    }
    venues::OptionGroup& group = book.options.emplace_back();
    group.inverse = c.inverse;
    group.expiry.seconds = c.seconds_to_expiry;
    group.expiry.forward = c.forward;
    group.expiry.options.push_back(line);
  }

  void add_amounts(const std::vector<AmountEntry>& entries, double sign) {
    for (const AmountEntry& entry : entries) {
      amounts_[entry.asset] += sign * coins_of(entry.amount);
    }
  }

  void add_holding(const std::string& name, double amount) {
    const AssetIndex index = market_.registry.find_asset(name);
    if (index == market_.registry.numeraire()) {
      account_.cash += amount;
      return;
    }
    if (amount == 0) return;
    account_.holdings.push_back({name, amount, price_of(index)});
    const market::AssetKind kind = market_.registry[index].kind;
    const bool moves = kind == market::AssetKind::coin || kind == market::AssetKind::token;
    // A coin that is owed is a risk of its own; one that is held beside positions offsets them.
    if (books_.contains(name) || (moves && amount < 0)) book_of(name).coins += amount;
  }

  const ReadPortfolio& read_;
  const PortfolioMarket& market_;
  venues::Account account_;
  std::map<std::string, venues::Book> books_;
  std::map<std::string, double> amounts_;
};

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
  return Builder(read, market).build();
}

}  // namespace bulkhead::cli
