#include "bulkhead/venues/portfolio_account.h"

#include <utility>

#include "bulkhead/pricing/contract.h"

namespace bulkhead::venues {

PortfolioAccount::PortfolioAccount(const market::Registry& registry, const market::Epoch& epoch)
    : registry_(registry), epoch_(epoch) {}

void PortfolioAccount::add(const risk::Portfolio& portfolio) {
  for (const risk::PositionLots& position : portfolio.positions) add_position(position);
  for (const risk::AssetAmount& leg : portfolio.settlement) {
    const market::Asset& asset = registry_[leg.asset];
    const Decimal unit{1, -static_cast<std::int32_t>(asset.decimals)};
    account_.futures_profit +=
        static_cast<double>(leg.amount.units) * unit.to_double() * price_of(leg.asset);
  }
}

void PortfolioAccount::add_amount(AssetIndex asset, double amount) {
  amounts_[registry_[asset].name] += amount;
}

Account PortfolioAccount::finish() && {
  for (const auto& [name, amount] : amounts_) add_holding(name, amount);
  for (auto& [name, book] : books_) account_.books.push_back(std::move(book));
  return std::move(account_);
}

Book& PortfolioAccount::book_of(const std::string& underlying) {
  Book& book = books_[underlying];
  book.underlying = underlying;
  book.spot = price_of(registry_.find_asset(underlying));
  return book;
}

void PortfolioAccount::add_position(const risk::PositionLots& position) {
  const market::Instrument& instrument = registry_[position.instrument];
  const pricing::Contract c = pricing::make_contract(registry_, epoch_, position.instrument);
  const double lots = static_cast<double>(position.lots);
  const double value =
      lots * pricing::leg_value(c, c.spot, c.forward, c.settlement_price, c.sigma_sqrt_t);
  Book& book = book_of(instrument.underlying);
  if (!c.option) {
    const double coins = lots * c.size / (c.inverse ? c.forward : 1);
    book.futures.push_back({instrument.name, coins, c.forward, c.seconds_to_expiry, c.inverse});
    account_.futures_profit += value;
    return;
  }
  account_.option_value += value;
  OptionLine line;
  line.strike = c.strike * (c.inverse ? 1 : c.settlement_price);
  line.call = c.call;
  line.amount = lots * c.size;
  line.volatility = epoch_.instruments[position.instrument.value].volatility;
  for (OptionGroup& group : book.options) {
    if (group.inverse != c.inverse || group.expiry.seconds != c.seconds_to_expiry ||
        group.expiry.forward != c.forward) {
      continue;
    }
    group.expiry.options.push_back(line);
    return;
  }
  OptionGroup& group = book.options.emplace_back();
  group.inverse = c.inverse;
  group.expiry.seconds = c.seconds_to_expiry;
  group.expiry.forward = c.forward;
  group.expiry.options.push_back(line);
}

void PortfolioAccount::add_holding(const std::string& name, double amount) {
  const AssetIndex index = registry_.find_asset(name);
  if (index == registry_.numeraire()) {
    account_.cash += amount;
    return;
  }
  if (amount == 0) return;
  account_.holdings.push_back({name, amount, price_of(index)});
  const market::AssetKind kind = registry_[index].kind;
  const bool moves = kind == market::AssetKind::coin || kind == market::AssetKind::token;
  // A coin that is owed is a risk of its own; one that is held beside positions offsets them.
  if (books_.contains(name) || (moves && amount < 0)) book_of(name).coins += amount;
}

}  // namespace bulkhead::venues
