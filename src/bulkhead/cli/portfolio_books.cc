#include "bulkhead/cli/portfolio_books.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "bulkhead/cli/text.h"
#include "bulkhead/positions/valuation.h"

namespace bulkhead::cli {
namespace {

using AmountList = std::map<AssetIndex, Amount>;

class Books {
 public:
  Books(const ReadPortfolio& read, PortfolioMarket& market) : read_(read), market_(market) {}

  Result<AmountList> amounts(const char* list, const std::vector<AmountEntry>& entries) const {
    AmountList sums;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string path = std::string(list) + "[" + std::to_string(i) + "]";
      const AmountEntry& entry = entries[i];
      const AssetIndex asset = market_.registry.find_asset(entry.asset);
      if (!asset.valid()) {
        return read_.error(ErrorCode::asset_unknown, path + ".asset", entry.asset,
                           "the numéraire or one of the assets");
      }
      const int decimals = static_cast<int>(market_.registry[asset].decimals);
      const Result<Amount> amount = parse_decimal_amount(entry.amount, decimals);
      if (!amount) {
        return read_.error(amount.error().code, path + ".amount", entry.amount,
                           amount.error().detail);
      }
      if (!amount->is_positive()) {
        return read_.error(ErrorCode::amount_not_positive, path + ".amount", entry.amount,
                           "an amount above zero");
      }
      if (!sums.emplace(asset, *amount).second) {
        return read_.error(ErrorCode::duplicate_field, path + ".asset", entry.asset,
                           "each asset once in " + std::string(list));
      }
    }
    return sums;
  }

  // A quantity as whole lots.
  Result<std::int64_t> lots(const Decimal& quantity, InstrumentIndex instrument,
                            const std::string& field) const {
    const Decimal& lot = market_.registry[instrument].lot_size;
    const Decimal wanted = quantity.normal_form();
    const std::string rule = "a multiple of the lot size, " + to_string(lot);
    if (wanted.mantissa == 0) {
      return read_.error(ErrorCode::lots_not_positive, field, to_string(quantity), "not zero");
    }
    Int128 numerator = wanted.mantissa;
    Int128 denominator = lot.mantissa;
    const std::int32_t shift = wanted.exponent - lot.exponent;
    if (shift < -18 || shift > 18) {
      return read_.error(ErrorCode::out_of_range, field, to_string(quantity), rule);
    }
    for (std::int32_t i = 0; i < shift; ++i) numerator *= 10;
    for (std::int32_t i = 0; i > shift; --i) denominator *= 10;
    const Int128 count = numerator / denominator;
    const Int128 most = Int128{1} << 52;
    if (numerator % denominator != 0 || count > most || count < -most) {
      return read_.error(ErrorCode::out_of_range, field, to_string(quantity), rule);
    }
    return static_cast<std::int64_t>(count);
  }

  Status positions() {
    const std::vector<PositionEntry>& entries = read_.file.positions;
    std::map<InstrumentIndex, std::int64_t> sums;
    AmountList legs;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string path = "positions[" + std::to_string(i) + "]";
      const InstrumentIndex index = market_.registry.find_instrument(entries[i].instrument);
      BULKHEAD_TRY(const std::int64_t count, lots(entries[i].quantity, index, path + ".quantity"));
      if (!sums.emplace(index, count).second) {
        return read_.error(ErrorCode::duplicate_field, path + ".instrument", entries[i].instrument,
                           "each instrument once");
      }
      BULKHEAD_TRY_STATUS(add_leg(entries[i], index, count, path + ".entry", legs));
    }
    for (const auto& [index, count] : sums) market_.portfolio.positions.push_back({index, count});
    for (const auto& [asset, amount] : legs) {
      if (!amount.is_zero()) market_.portfolio.settlement.push_back({asset, amount});
    }
    return {};
  }

  Status orders() {
    const std::vector<OrderEntry>& entries = read_.file.orders;
    std::vector<risk::OrderLots>& out = market_.portfolio.orders;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string path = "orders[" + std::to_string(i) + "]";
      const InstrumentIndex index = market_.registry.find_instrument(entries[i].instrument);
      BULKHEAD_TRY(const std::int64_t count, lots(entries[i].quantity, index, path + ".quantity"));
      if (count < 0) {
        return read_.error(ErrorCode::lots_not_positive, path + ".quantity",
                           to_string(entries[i].quantity), "above zero; the side says buy or sell");
      }
      if (!(entries[i].limit > 0)) {
        return read_.error(ErrorCode::price_invalid, path + ".limit",
                           plain_number(entries[i].limit), "a limit price above zero");
      }
      const bool sell = entries[i].side == risk::OrderSide::sell;
      out.push_back({index, sell ? -count : count, entries[i].limit});
    }
    std::ranges::sort(out, [](const risk::OrderLots& a, const risk::OrderLots& b) {
      return std::tuple(a.instrument, a.lots < 0, a.limit, a.lots) <
             std::tuple(b.instrument, b.lots < 0, b.limit, b.lots);
    });
    return {};
  }

 private:
  // The settlement leg: minus what the lots were worth at entry, against the account (D3.3).
  Status add_leg(const PositionEntry& entry, InstrumentIndex index, std::int64_t count,
                 const std::string& field, AmountList& legs) const {
    const market::Instrument& instrument = market_.registry[index];
    if (instrument.is_option()) {
      if (!entry.entry) return {};
      return read_.error(ErrorCode::out_of_range, field, plain_number(*entry.entry),
                         "none for an option: its premium was paid at the trade");
    }
    const double price = entry.entry.value_or(market_.epoch.instruments[index.value].price);
    if (!(price > 0)) {
      return read_.error(ErrorCode::price_invalid, field, plain_number(price), "above zero");
    }
    const Result<Amount> worth =
        positions::contract_value(market_.registry, index, count, price, Rounding::up);
    if (!worth)
      return read_.error(worth.error().code, field, plain_number(price), worth.error().detail);
    Amount& leg = legs[market_.registry.settlement(index)];
    leg = leg - *worth;
    return {};
  }

  const ReadPortfolio& read_;
  PortfolioMarket& market_;
};

}  // namespace

Status fill_books(const ReadPortfolio& read, const collateral::Parameters& schedule,
                  PortfolioMarket& market) {
  market.portfolio.mode = read.file.mode;
  Books books(read, market);
  BULKHEAD_TRY(const AmountList held, books.amounts("collateral", read.file.collateral));
  for (const auto& [asset, amount] : held) {
    const std::string& name = market.registry[asset].name;
    const collateral::AssetTerms* terms = collateral::find_terms(schedule, name);
    if (terms != nullptr && terms->eligible) {
      market.portfolio.collateral.push_back({asset, amount});
    } else {
      market.notes.push_back(name + " is not in the schedule of collateral: it counts 0");
    }
  }
  BULKHEAD_TRY(const AmountList owed, books.amounts("debts", read.file.debts));
  for (const auto& [asset, amount] : owed) market.portfolio.debts.push_back({asset, amount});
  BULKHEAD_TRY_STATUS(books.positions());
  return books.orders();
}

}  // namespace bulkhead::cli
