#include "bulkhead/engine/liquidation_items.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/capacity.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

double coins_of(const market::Asset& asset, Amount amount) {
  double coins = static_cast<double>(amount.units);
  for (std::uint32_t i = 0; i < asset.decimals; ++i) coins /= 10;
  return coins;
}

Amount amount_of_coins(const market::Asset& asset, double coins) {
  double units = coins;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  return Amount{static_cast<Int128>(floor_fixed(units))};
}

policy::MarketDepth depth_of(const Books& books, AssetIndex underlying, double half_spread) {
  const market::Underlying& state = books.state.market.epoch().underlyings[underlying.value];
  return {.half_spread = half_spread,
          .impact = books.parameters().risk.impact,
          .volatility = std::max(state.volatility_fast, state.volatility_slow),
          .adv = books.registry()[underlying].adv};
}

// Mark in the unit in which fills are priced.
double fair_price(const Books& books, InstrumentIndex i) {
  const market::InstrumentMark& mark = books.state.market.epoch().instruments[i.value];
  const market::Instrument& terms = books.registry()[i];
  if (!terms.is_option()) return mark.price;
  const double settlement =
      books.state.market.epoch().assets[books.registry().settlement(i).value].mid;
  return settlement > 0 ? mark.premium / settlement : 0;
}

std::uint64_t lots_within(const policy::ClosableItem& item, Usd capacity) {
  const double fit = static_cast<double>(capacity.micros) / 1e6 / item.notional_per_lot;
  return fit >= static_cast<double>(item.lots) ? item.lots : static_cast<std::uint64_t>(fit);
}

// The same, and what of them its grant leaves, if it has one.
std::uint64_t capacity_lots(const Books& books, const policy::ClosableItem& item,
                            std::string_view market) {
  const std::uint64_t lots = interval_lots(books, item);
  const std::optional<Usd> granted = capacity_left(books.state, GrantKind::market_capacity, market,
                                                   books.state.market.epoch().time);
  return granted ? std::min(lots, lots_within(item, *granted)) : lots;
}

bool tradable(market::Quality quality) { return quality < market::Quality::stale; }

void add_positions(const Books& books, AccountIndex account, std::vector<ClosableLine>& lines) {
  for (const positions::Position& held : books.state.positions.positions(account)) {
    if (!tradable(books.valuer.epoch_risk().quality(held.instrument))) continue;
    if (is_halted(books.state, held.instrument)) continue;
    const auto line = position_line(books, held.instrument, held.lots);
    if (line) lines.push_back(*line);
  }
}

// The debt of greatest value: what sales are to pay.
AssetIndex greatest_debt(const Books& books, AccountIndex account) {
  AssetIndex greatest;
  Usd most;
  for (const ledger::Holding& held : books.state.ledger.holdings(account)) {
    if (held.bucket != ledger::Bucket::debt) continue;
    const Usd value = books.valuer.market_value(held.asset, held.balance.posted);
    if (!greatest.valid() || value > most) {
      greatest = held.asset;
      most = value;
    }
  }
  return greatest;
}

void add_sales(const Books& books, AccountIndex account, AssetIndex owed,
               std::vector<ClosableLine>& lines) {
  if (!owed.valid()) return;
  if (!tradable(books.valuer.epoch_risk().quality(owed))) return;
  const double owed_price = books.state.market.epoch().assets[owed.value].mid;
  for (const ledger::Holding& held : books.state.ledger.holdings(account)) {
    const double price = books.state.market.epoch().assets[held.asset.value].mid;
    if (held.bucket != ledger::Bucket::pledged ||
        held.place != positions::internal_place(books.registry()) || held.asset == owed ||
        !tradable(books.valuer.epoch_risk().quality(held.asset)) ||
        !held.balance.available().is_positive() || !(price > 0) || !(owed_price > 0)) {
      continue;
    }
    ClosableLine line;
    line.asset = held.asset;
    line.received = owed;
    line.available = held.balance.available();
    const double value = coins_of(books.registry()[held.asset], line.available) * price;
    // Sold in thousandths, so that the plan may stop where the exit level is reached.
    line.lot = max(Amount{1}, Amount{line.available.units / 1000});
    line.item.lots = static_cast<std::uint64_t>(line.available.units / line.lot.units);
    line.item.group = held.asset.value;
    line.item.notional_per_lot = value / static_cast<double>(line.item.lots);
    line.item.market = depth_of(books, held.asset, books.registry()[held.asset].half_spread);
    line.fair = price / owed_price;
    if (!(line.item.notional_per_lot > 0)) continue;
    line.item.capacity = capacity_lots(books, line.item, books.registry()[held.asset].name);
    lines.push_back(line);
  }
}

void close_position(const Books& books, risk::Portfolio& book, const ClosableLine& line,
                    std::uint64_t closed) {
  const auto lots = static_cast<std::int64_t>(closed);
  add_trade(books.registry(), book, line.instrument, line.position > 0 ? -lots : lots, line.fair);
}

void sell_asset(const Books& books, risk::Portfolio& book, const ClosableLine& line,
                std::uint64_t closed) {
  const Amount sold = line.amount_of(closed);
  add_amount(book.collateral, line.asset, -sold);
  Amount received = amount_of_coins(books.registry()[line.received],
                                    coins_of(books.registry()[line.asset], sold) * line.fair);
  const auto debt = std::ranges::find(book.debts, line.received, &risk::AssetAmount::asset);
  if (debt != book.debts.end()) {
    const Amount paid = min(debt->amount, received);
    received = received - paid;
    add_amount(book.debts, line.received, -paid);
  }
  if (received.is_positive()) add_amount(book.collateral, line.received, received);
}

}  // namespace

Amount ClosableLine::amount_of(std::uint64_t lots) const {
  if (lots >= item.lots) return available;
  return Amount{lot.units * static_cast<Int128>(lots)};
}

double ClosableLine::expected_cost_fraction(std::uint64_t lots) const {
  return policy::cost_fraction(item.market, item.notional_per_lot * static_cast<double>(lots));
}

std::uint64_t interval_lots(const Books& books, const policy::ClosableItem& item) {
  if (!(item.market.adv > 0)) return item.lots;
  const Usd interval = policy::interval_capacity(item.market, books.ladder().defaults);
  return std::max<std::uint64_t>(1, lots_within(item, interval));
}

std::optional<ClosableLine> position_line(const Books& books, InstrumentIndex instrument,
                                          std::int64_t lots) {
  const AssetIndex underlying = books.registry().underlying(instrument);
  const double spot = books.state.market.epoch().assets[underlying.value].mid;
  ClosableLine line;
  line.instrument = instrument;
  line.position = lots;
  line.fair = fair_price(books, instrument);
  line.item.group = underlying.value;
  line.item.lots = static_cast<std::uint64_t>(lots > 0 ? lots : -lots);
  line.item.notional_per_lot = books.valuer.epoch_risk().coins_per_lot(instrument) * spot;
  line.item.market = depth_of(books, underlying, books.registry()[instrument].half_spread);
  if (lots == 0 || !(line.item.notional_per_lot > 0)) return std::nullopt;
  line.item.capacity = capacity_lots(books, line.item, books.registry()[instrument].name);
  return line;
}

std::vector<ClosableLine> closable_lines(const Books& books, AccountIndex account) {
  std::vector<ClosableLine> lines;
  add_positions(books, account, lines);
  add_sales(books, account, greatest_debt(books, account), lines);
  return lines;
}

std::vector<ClosableLine> sale_lines(const Books& books, AccountIndex account, AssetIndex owed) {
  std::vector<ClosableLine> lines;
  add_sales(books, account, owed, lines);
  return lines;
}

std::optional<std::pair<std::string, market::Quality>> untradable_price(const Books& books,
                                                                        AccountIndex account) {
  std::optional<std::pair<std::string, market::Quality>> worst;
  const auto note = [&worst](const std::string& name, market::Quality quality) {
    if (!tradable(quality) && (!worst || quality > worst->second)) worst = {name, quality};
  };
  const risk::EpochRisk& market = books.valuer.epoch_risk();
  for (const positions::Position& held : books.state.positions.positions(account)) {
    if (held.lots == 0) continue;
    note(books.registry()[held.instrument].name, market.quality(held.instrument));
  }
  const AssetIndex owed = greatest_debt(books, account);
  if (!owed.valid()) return worst;
  note(books.registry()[owed].name, market.quality(owed));
  for (const ledger::Holding& held : books.state.ledger.holdings(account)) {
    const bool for_sale = held.bucket == ledger::Bucket::pledged && held.asset != owed &&
                          held.balance.available().is_positive();
    if (for_sale) note(books.registry()[held.asset].name, market.quality(held.asset));
  }
  return worst;
}

risk::Portfolio book_if_closed(const Books& books, const risk::Portfolio& book,
                               std::span<const ClosableLine> lines,
                               std::span<const std::uint64_t> closed) {
  risk::Portfolio changed = book;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (closed[i] == 0) continue;
    if (lines[i].is_position()) {
      close_position(books, changed, lines[i], closed[i]);
    } else {
      sell_asset(books, changed, lines[i], closed[i]);
    }
  }
  return changed;
}

policy::HypotheticalFigures figures_if_closed(const Books& books, AccountIndex account,
                                              const risk::Portfolio& book,
                                              std::span<const ClosableLine> lines,
                                              std::span<const std::uint64_t> closed) {
  const risk::Requirement figures =
      books.valuer.evaluate(account, book_if_closed(books, book, lines, closed));
  return {figures.equity_mid, figures.initial, figures.maintenance};
}

policy::LiquidationPlan plan_over(const Books& books, AccountIndex account,
                                  std::span<const ClosableLine> lines,
                                  std::span<const policy::ClosableItem> items) {
  const risk::Portfolio book = books.valuer.portfolio(account);
  return policy::plan_liquidation(
      items,
      [&](std::span<const std::uint64_t> closed) {
        return figures_if_closed(books, account, book, lines, closed);
      },
      books.ladder().levels);
}

}  // namespace bulkhead::engine
