// From portfolio to lines.
#include "bulkhead/risk/book.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/assert.h"

namespace bulkhead::risk {
namespace {

AssetLine& line_of(std::vector<AssetLine>& lines, AssetIndex asset) {
  const auto at = std::lower_bound(
      lines.begin(), lines.end(), asset,
      [](const AssetLine& line, AssetIndex wanted) { return line.asset < wanted; });
  if (at != lines.end() && at->asset == asset) return *at;
  return *lines.insert(at, AssetLine{asset, 0, 0, 0});
}

void add_assets(const EpochRisk& market, const Portfolio& portfolio, Book& book) {
  const auto lots = [&market](const AssetAmount& entry, Rounding rounding) {
    return pricing::valuation_lots(market.registry()[entry.asset], entry.amount, rounding);
  };
  for (const AssetAmount& entry : portfolio.collateral) {
    BULKHEAD_ASSERT(!entry.amount.is_negative());
    if (!counts(market, portfolio, entry.asset)) continue;
    line_of(book.assets, entry.asset).collateral += lots(entry, Rounding::down);
  }
  for (const AssetAmount& entry : portfolio.settlement) {
    book.unpriced |= !market.rows().asset(entry.asset).present();
    line_of(book.assets, entry.asset).settlement += lots(entry, Rounding::down);
  }
  for (const AssetAmount& entry : portfolio.debts) {
    BULKHEAD_ASSERT(!entry.amount.is_negative());
    book.unpriced |= !market.rows().asset(entry.asset).present();
    line_of(book.assets, entry.asset).debt += lots(entry, Rounding::up);
  }
}

// A position as cash: its value now in lots of the settlement asset, rounded down.
void settle(const EpochRisk& market, const PositionLots& position, Book& book) {
  const AssetIndex asset = market.registry().settlement(position.instrument);
  const pricing::RowView cash = market.rows().asset(asset);
  if (!cash.present()) return;
  const double value = market.lot_value(position.instrument, pricing::PricePoint::mid);
  const auto lots = divide_round(position.lots, value, cash.base, 0, Rounding::down);
  if (lots) line_of(book.assets, asset).settlement += *lots;
}

}  // namespace

bool counts(const EpochRisk& market, const Portfolio& portfolio, AssetIndex asset) {
  if (!market.rows().asset(asset).present()) return false;
  return !std::binary_search(portfolio.own_tokens.begin(), portfolio.own_tokens.end(), asset);
}

void make_book(const EpochRisk& market, const Portfolio& portfolio,
               std::optional<Timestamp> expired_until, Book& book) {
  book.instruments.clear();
  book.assets.clear();
  book.underlyings.clear();
  book.unpriced = false;
  add_assets(market, portfolio, book);
  for (const PositionLots& position : portfolio.positions) {
    const InstrumentIndex i = position.instrument;
    if (!market.rows().has(i)) {
      book.unpriced = true;
      continue;
    }
    const bool expired = expired_until && market.rows().expires_in_horizon(i) &&
                         market.registry()[i].expiry <= *expired_until;
    if (expired) {
      settle(market, position, book);
    } else {
      book.instruments.push_back({i, market.registry().underlying(i), position.lots});
    }
  }
  std::sort(book.instruments.begin(), book.instruments.end(),
            [](const InstrumentLine& a, const InstrumentLine& b) {
              return std::tie(a.underlying, a.instrument) < std::tie(b.underlying, b.instrument);
            });
  for (const InstrumentLine& line : book.instruments) book.underlyings.push_back(line.underlying);
  for (const AssetLine& line : book.assets) book.underlyings.push_back(line.asset);
  std::sort(book.underlyings.begin(), book.underlyings.end());
  book.underlyings.erase(std::unique(book.underlyings.begin(), book.underlyings.end()),
                         book.underlyings.end());
}

std::vector<Timestamp> expiries_in_horizon(const EpochRisk& market, const Portfolio& portfolio) {
  std::vector<Timestamp> expiries;
  for (const PositionLots& position : portfolio.positions) {
    if (!market.rows().expires_in_horizon(position.instrument)) continue;
    expiries.push_back(market.registry()[position.instrument].expiry);
  }
  std::sort(expiries.begin(), expiries.end());
  expiries.erase(std::unique(expiries.begin(), expiries.end()), expiries.end());
  return expiries;
}

}  // namespace bulkhead::risk
