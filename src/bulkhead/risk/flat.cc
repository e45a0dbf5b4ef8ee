// Margin model `flat` on a portfolio.
#include "bulkhead/risk/flat.h"

#include <algorithm>

#include "bulkhead/risk/book.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::risk {
namespace {

constexpr double kUnknownLiability = 2.0;

FlatAssetRate rate_of(const Flat& model, const market::Asset& asset) {
  for (const FlatAssetRate& rate : model.assets) {
    if (rate.asset == asset.name) return rate;
  }
  if (asset.numeraire) return {asset.name, 1, 1};
  return {asset.name, 0, kUnknownLiability};
}

FlatInstrumentRate rate_of(const Flat& model, const std::string& instrument) {
  for (const FlatInstrumentRate& rate : model.instruments) {
    if (rate.instrument == instrument) return rate;
  }
  return {instrument, 0, kUnknownLiability, 0};
}

struct OpenLots {
  double buys = 0;
  double sells = 0;
};

OpenLots open_lots(const Portfolio& portfolio, InstrumentIndex instrument) {
  OpenLots open;
  for (const OrderLots& order : portfolio.orders) {
    if (order.instrument != instrument) continue;
    (order.lots > 0 ? open.buys : open.sells) +=
        static_cast<double>(order.lots > 0 ? order.lots : -order.lots);
  }
  return open;
}

// Sum of one settlement asset's contracts, numéraire.
struct Settled {
  double value = 0;
  double overall_weight = 1;
};

class FlatBook {
 public:
  FlatBook(const Flat& model, const EpochRisk& market, const Portfolio& portfolio,
           bool with_collateral)
      : model_(model), market_(market), portfolio_(portfolio) {
    make_book(market, portfolio, std::nullopt, book_);
    settled_.resize(market.registry().assets().size());
    for (const PositionLots& position : portfolio.positions) {
      add_contract(position.instrument, position.lots);
    }
    for (std::size_t i = 0; i < portfolio.orders.size(); ++i) add_unheld_orders(i);
    for (const AssetLine& line : book_.assets) add_asset(line, with_collateral);
  }

  double health() const {
    double sum = 0;
    for (std::size_t i = 0; i < settled_.size(); ++i) {
      const double balance = balance_of(i);
      if (balance == 0) continue;
      const FlatAssetRate rate = rate_of(model_, market_.registry().assets()[i]);
      sum += balance * (balance > 0 ? rate.asset_weight : rate.liability_weight);
    }
    return sum;
  }

  Usd gross() const {
    std::vector<Exposure> exposures;
    std::vector<double> deltas;
    measure(market_, book_, exposures, deltas);
    double gross = 0;
    for (const Exposure& exposure : exposures) gross += exposure.gross;
    return usd_up(gross);
  }

 private:
  void add_contract(InstrumentIndex i, std::int64_t lots) {
    if (!market_.rows().instrument(i).present()) return;
    const market::Instrument& instrument = market_.registry()[i];
    const FlatInstrumentRate rate = rate_of(model_, instrument.name);
    const AssetIndex underlying = market_.registry().underlying(i);
    const double unit = market_.coins_per_lot(i) * market_.epoch().assets[underlying.value].mid;
    const OpenLots open = open_lots(portfolio_, i);
    const double held = static_cast<double>(lots);
    const double value = held * market_.lot_value(i, pricing::PricePoint::mid);
    const auto charge = [&](double count) {
      if (count < 0) return -count * unit * (rate.base_liability_weight - 1.0);
      if (instrument.is_option()) return (1.0 - rate.overall_asset_weight) * std::max(value, 0.0);
      return count * unit * (1.0 - rate.base_asset_weight);
    };
    Settled& settled = settled_[market_.registry().settlement(i).value];
    settled.value += value - std::max(charge(held + open.buys), charge(held - open.sells));
    settled.overall_weight = std::min(settled.overall_weight, rate.overall_asset_weight);
  }

  // Orders of an instrument that is not held count once, with its first order.
  void add_unheld_orders(std::size_t order) {
    const InstrumentIndex i = portfolio_.orders[order].instrument;
    const bool first = order == 0 || portfolio_.orders[order - 1].instrument != i;
    const bool held = std::any_of(portfolio_.positions.begin(), portfolio_.positions.end(),
                                  [i](const PositionLots& p) { return p.instrument == i; });
    if (first && !held) add_contract(i, 0);
  }

  void add_asset(const AssetLine& line, bool with_collateral) {
    const double lot = market_.rows().asset(line.asset).base;
    settled_[line.asset.value].value += static_cast<double>(line.settlement) * lot;
    const Int128 own = with_collateral ? line.collateral - line.debt : -line.debt;
    own_.resize(settled_.size(), 0.0);
    own_[line.asset.value] += static_cast<double>(own) * lot;
  }

  double balance_of(std::size_t i) const {
    const Settled& settled = settled_[i];
    const double contracts =
        settled.value > 0 ? settled.value * settled.overall_weight : settled.value;
    return contracts + (i < own_.size() ? own_[i] : 0.0);
  }

  const Flat& model_;
  const EpochRisk& market_;
  const Portfolio& portfolio_;
  Book book_;
  std::vector<Settled> settled_;  // by AssetIndex
  std::vector<double> own_;       // by AssetIndex
};

Status check_weights(const std::string& field, double asset, double liability) {
  if (asset >= 0 && asset <= 1 && liability >= 1 && liability <= 100) return {};
  return fail(ErrorCode::out_of_range, field,
              std::to_string(asset) + ", " + std::to_string(liability),
              "asset weight in [0, 1], liability weight in [1, 100]");
}

}  // namespace

Status validate(const Flat& model) {
  for (const FlatAssetRate& rate : model.assets) {
    BULKHEAD_TRY_STATUS(
        check_weights("assets." + rate.asset, rate.asset_weight, rate.liability_weight));
  }
  for (const FlatInstrumentRate& rate : model.instruments) {
    const std::string field = "instruments." + rate.instrument;
    BULKHEAD_TRY_STATUS(check_weights(field, rate.base_asset_weight, rate.base_liability_weight));
    BULKHEAD_TRY_STATUS(check_weights(field, rate.overall_asset_weight, 1));
  }
  if (model.maintenance < 1 || model.maintenance > 10'000) {
    return fail(ErrorCode::out_of_range, "maintenance", std::to_string(model.maintenance),
                "basis points from 1 to 10000");
  }
  return {};
}

Requirement evaluate(const Flat& model, const EpochRisk& market, const Portfolio& portfolio) {
  Requirement out = evaluate_equity(market, portfolio);
  if (!portfolio.has_obligations()) return out;
  const FlatBook book(model, market, portfolio, true);
  const FlatBook obligations(model, market, portfolio, false);
  const Parameters& parameters = market.parameters();
  out.gross_notional = book.gross();
  const Usd floor =
      max(scale_up(out.gross_notional, parameters.floor_rate, 10'000), parameters.floor_amount);
  const auto initial = [floor](Usd equity, double health) {
    return max(saturate_usd(static_cast<Int128>(equity.micros) - usd_down(health).micros), floor);
  };
  const Usd obligations_equity =
      saturate_usd(static_cast<Int128>(out.positions.micros) - out.debts.micros);
  out.initial = initial(out.equity_mid, book.health());
  out.obligations_initial = initial(obligations_equity, obligations.health());
  out.parts.floor = out.obligations.floor = floor;
  out.parts.total = out.initial;
  out.obligations.total = out.obligations_initial;
  out.initial_stressed = out.initial;
  out.maintenance = scale_up(out.initial, model.maintenance, 10'000);
  out.obligations_maintenance = scale_up(out.obligations_initial, model.maintenance, 10'000);
  return out;
}

}  // namespace bulkhead::risk
