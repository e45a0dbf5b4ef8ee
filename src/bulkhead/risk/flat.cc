// Margin model `flat` on a portfolio.
#include "bulkhead/risk/flat.h"

#include <algorithm>

#include "bulkhead/risk/book.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::risk {
namespace {

constexpr double kUnknownLiability = 2.0;

struct AssetWeights {
  double asset = 0;
  double liability = kUnknownLiability;
};

AssetWeights weights_of(const Flat& model, const market::Asset& asset) {
  const auto at = std::ranges::lower_bound(model.assets, asset.name, {}, &FlatAssetRate::asset);
  if (at != model.assets.end() && at->asset == asset.name) {
    return {at->asset_weight, at->liability_weight};
  }
  return asset.numeraire ? AssetWeights{1, 1} : AssetWeights{};
}

const FlatInstrumentRate& rate_of(const Flat& model, const std::string& instrument) {
  static const FlatInstrumentRate unknown{"", 0, kUnknownLiability, 0, 0, 0};
  const auto at =
      std::ranges::lower_bound(model.instruments, instrument, {}, &FlatInstrumentRate::instrument);
  return at != model.instruments.end() && at->instrument == instrument ? *at : unknown;
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
  for (const PackageLots& package : portfolio.packages) {
    for (const PositionLots& leg : package.legs) {
      if (leg.instrument != instrument) continue;
      (leg.lots > 0 ? open.buys : open.sells) +=
          static_cast<double>(leg.lots > 0 ? leg.lots : -leg.lots) *
          static_cast<double>(package.count);
    }
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
    own_.resize(settled_.size(), 0.0);
    charges_.resize(settled_.size(), 0.0);
    for (const PositionLots& position : portfolio.positions) {
      add_contract(position.instrument, position.lots);
    }
    add_unheld();
    for (const AssetLine& line : book_.assets) add_asset(line, with_collateral);
  }

  double health() const {
    double sum = 0;
    for (std::size_t i = 0; i < settled_.size(); ++i) {
      const double balance = balance_of(i);
      if (balance == 0) continue;
      const AssetWeights weights = weights_of(model_, market_.registry().assets()[i]);
      sum += balance * (balance > 0 ? weights.asset : weights.liability);
    }
    return sum;
  }

  // Of its contracts and its debt, by AssetIndex.
  const std::vector<double>& charges() const { return charges_; }

  std::vector<Exposure> exposures() const {
    std::vector<Exposure> exposures;
    std::vector<double> deltas;
    measure(market_, book_, exposures, deltas);
    return exposures;
  }

 private:
  void add_contract(InstrumentIndex i, std::int64_t lots) {
    if (!market_.rows().has(i)) return;
    const market::Instrument& instrument = market_.registry()[i];
    const FlatInstrumentRate& rate = rate_of(model_, instrument.name);
    const AssetIndex underlying = market_.registry().underlying(i);
    const double coins = market_.coins_per_lot(i);
    const double unit = coins * market_.epoch().assets[underlying.value].mid;
    const OpenLots open = open_lots(portfolio_, i);
    const double held = static_cast<double>(lots);
    const double value = held * market_.lot_value(i, pricing::PricePoint::mid);
    const auto charge = [&](double count) {
      if (count == 0) return 0.0;
      const double size = count < 0 ? -count : count;
      const double by_size = size * unit * (rate.size_rate * size * coins) + rate.minimum;
      if (count < 0) return size * unit * (rate.base_liability_weight - 1.0) + by_size;
      if (!instrument.is_option()) return size * unit * (1.0 - rate.base_asset_weight) + by_size;
      return (1.0 - rate.overall_asset_weight) * std::max(value, 0.0) + by_size;
    };
    const double worst = std::max(charge(held + open.buys), charge(held - open.sells));
    Settled& settled = settled_[market_.registry().settlement(i).value];
    settled.value += value - worst;
    settled.overall_weight = std::min(settled.overall_weight, rate.overall_asset_weight);
    charges_[underlying.value] += worst;
  }

  // Instruments of which there are only orders count once, with none held. A package of which
  // nothing is left to fill is among them: the weight of its contracts is there at every fill.
  void add_unheld() {
    std::vector<InstrumentIndex> open;
    for (const OrderLots& order : portfolio_.orders) {
      if (open.empty() || open.back() != order.instrument) open.push_back(order.instrument);
    }
    for (const PackageLots& package : portfolio_.packages) {
      for (const PositionLots& leg : package.legs) {
        if (std::ranges::find(open, leg.instrument) == open.end()) open.push_back(leg.instrument);
      }
    }
    for (const InstrumentIndex i : open) {
      const auto& held = portfolio_.positions;
      if (std::ranges::find(held, i, &PositionLots::instrument) == held.end()) add_contract(i, 0);
    }
  }

  void add_asset(const AssetLine& line, bool with_collateral) {
    const double lot = market_.rows().asset(line.asset).base;
    settled_[line.asset.value].value += static_cast<double>(line.settlement) * lot;
    const Int128 own = with_collateral ? line.collateral - line.debt : -line.debt;
    own_[line.asset.value] += static_cast<double>(own) * lot;
    const double liability = weights_of(model_, market_.registry()[line.asset]).liability;
    charges_[line.asset.value] += static_cast<double>(line.debt) * lot * (liability - 1.0);
  }

  double balance_of(std::size_t i) const {
    const Settled& settled = settled_[i];
    const double contracts =
        settled.value > 0 ? settled.value * settled.overall_weight : settled.value;
    return contracts + own_[i];
  }

  const Flat& model_;
  const EpochRisk& market_;
  const Portfolio& portfolio_;
  Book book_;
  std::vector<Settled> settled_;  // by AssetIndex
  std::vector<double> own_;       // by AssetIndex
  std::vector<double> charges_;   // by AssetIndex
};

template <class Rate>
Status check_order(std::string_view field, const std::vector<Rate>& rates,
                   std::string Rate::* name) {
  for (std::size_t i = 1; i < rates.size(); ++i) {
    const std::string& before = rates[i - 1].*name;
    const std::string& after = rates[i].*name;
    if (before == after) return fail(ErrorCode::duplicate_field, field, after, "each name once");
    if (after < before) {
      return fail(ErrorCode::not_canonical, field, after, "sorted by name; it follows " + before);
    }
  }
  return {};
}

Status check_amount(const std::string& field, double value, double high) {
  if (value >= 0 && value <= high) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "from 0 to " + std::to_string(high));
}

Status check_weights(const std::string& field, double asset, double liability) {
  if (asset >= 0 && asset <= 1 && liability >= 1 && liability <= 100) return {};
  return fail(ErrorCode::out_of_range, field,
              std::to_string(asset) + ", " + std::to_string(liability),
              "asset weight in [0, 1], liability weight in [1, 100]");
}

}  // namespace

Status validate(const Flat& model) {
  BULKHEAD_TRY_STATUS(check_order("assets", model.assets, &FlatAssetRate::asset));
  BULKHEAD_TRY_STATUS(
      check_order("instruments", model.instruments, &FlatInstrumentRate::instrument));
  for (const FlatAssetRate& rate : model.assets) {
    BULKHEAD_TRY_STATUS(
        check_weights("assets." + rate.asset, rate.asset_weight, rate.liability_weight));
  }
  for (const FlatInstrumentRate& rate : model.instruments) {
    const std::string field = "instruments." + rate.instrument;
    BULKHEAD_TRY_STATUS(check_weights(field, rate.base_asset_weight, rate.base_liability_weight));
    BULKHEAD_TRY_STATUS(check_weights(field, rate.overall_asset_weight, 1));
    BULKHEAD_TRY_STATUS(check_amount(field + ".size_rate", rate.size_rate, 1e6));
    BULKHEAD_TRY_STATUS(check_amount(field + ".minimum", rate.minimum, 1e9));
  }
  if (model.maintenance < 1 || model.maintenance > 10'000) {
    return fail(ErrorCode::out_of_range, "maintenance", std::to_string(model.maintenance),
                "basis points from 1 to 10000");
  }
  return {};
}

std::vector<UnderlyingCharge> underlying_charges(const Flat& model, const EpochRisk& market,
                                                 const Portfolio& portfolio) {
  const FlatBook book(model, market, portfolio, false);
  std::vector<UnderlyingCharge> charges;
  for (std::size_t i = 0; i < book.charges().size(); ++i) {
    if (book.charges()[i] > 0) charges.push_back({AssetIndex(i), usd_up(book.charges()[i])});
  }
  return charges;
}

Requirement evaluate(const Flat& model, const EpochRisk& market, const Portfolio& portfolio) {
  Requirement out = evaluate_equity(market, portfolio);
  if (!portfolio.has_obligations()) return out;
  const FlatBook book(model, market, portfolio, true);
  const FlatBook obligations(model, market, portfolio, false);
  const Parameters& parameters = market.parameters();
  const std::vector<Exposure> exposures = book.exposures();
  double gross = 0;
  for (const Exposure& exposure : exposures) gross += exposure.gross;
  out.gross_notional = usd_up(gross);
  const Usd floor =
      max(scale_up(out.gross_notional, parameters.floor_rate, 10'000), parameters.floor_amount);
  const Usd orders = open_order_loss(market, portfolio);
  const Usd own_token = own_token_charge(market, portfolio, exposures);
  const auto initial = [floor, orders, own_token](Usd equity, double health) {
    const Int128 charge = static_cast<Int128>(equity.micros) - usd_down(health).micros;
    return max(saturate_usd(charge + orders.micros + own_token.micros), floor);
  };
  const Usd obligations_equity =
      saturate_usd(static_cast<Int128>(out.positions.micros) - out.debts.micros);
  out.initial = initial(out.equity_mid, book.health());
  out.obligations_initial = initial(obligations_equity, obligations.health());
  out.parts.floor = out.obligations.floor = floor;
  out.parts.open_orders = out.obligations.open_orders = orders;
  out.parts.own_token = out.obligations.own_token = own_token;
  out.parts.total = out.initial;
  out.obligations.total = out.obligations_initial;
  out.initial_stressed = out.initial;
  out.maintenance = scale_up(out.initial, model.maintenance, 10'000);
  out.obligations_maintenance = scale_up(out.obligations_initial, model.maintenance, 10'000);
  return out;
}

}  // namespace bulkhead::risk
