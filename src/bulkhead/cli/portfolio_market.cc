#include "bulkhead/cli/portfolio_market.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "bulkhead/cli/portfolio_books.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/market/names.h"

namespace bulkhead::cli {
namespace {

constexpr Duration kOldestClose = days(2);
constexpr std::uint32_t kLotDigits = 6;  // a valuation lot is a millionth of a coin

std::string at(const char* list, std::size_t i, const char* field) {
  return std::string(list) + "[" + std::to_string(i) + "]." + field;
}

// "instruments[0].name" -> "instruments[0].mark".
std::string beside(const std::string& field, const char* other) {
  return field.substr(0, field.rfind('.') + 1) + other;
}

class Builder {
 public:
  Builder(const ReadPortfolio& read, const pricing::ScenarioSet& set,
          const calibration::BuilderInput* histories, PortfolioMarket& out)
      : read_(read), file_(read.file), set_(set), histories_(histories), out_(out) {}

  Status build() {
    out_.epoch.time = file_.as_of;
    BULKHEAD_TRY_STATUS(add_numeraire());
    for (std::size_t i = 0; i < file_.assets.size(); ++i) BULKHEAD_TRY_STATUS(add_asset(i));
    for (std::size_t i = 0; i < file_.instruments.size(); ++i) {
      const std::string field = at("instruments", i, "name");
      BULKHEAD_TRY_STATUS(add_instrument(file_.instruments[i], field));
    }
    for (std::size_t i = 0; i < file_.positions.size(); ++i) {
      BULKHEAD_TRY_STATUS(
          know_instrument(file_.positions[i].instrument, at("positions", i, "instrument")));
    }
    for (std::size_t i = 0; i < file_.orders.size(); ++i) {
      BULKHEAD_TRY_STATUS(
          know_instrument(file_.orders[i].instrument, at("orders", i, "instrument")));
    }
    return {};
  }

 private:
  Status add_numeraire() {
    market::Asset asset;
    asset.name = file_.numeraire;
    asset.kind = market::AssetKind::stablecoin;
    asset.numeraire = true;
    asset.decimals = 6;
    const Result<AssetIndex> index = out_.registry.add(asset);
    if (!index) return fault("numeraire", index.error());
    add_price(1, 0);
    return {};
  }

  std::unexpected<Error> fault(std::string_view field, const Error& error) const {
    return read_.error(error.code, field, error.value, error.detail);
  }

  void add_price(double price, double volatility) {
    market::AssetPrice entry;
    entry.mid = entry.low = entry.high = entry.stable = entry.aggregate = price;
    entry.quality = market::Quality::good;
    out_.epoch.assets.push_back(entry);
    out_.epoch.underlyings.push_back({volatility, volatility, market::Regime::normal});
  }

  Status add_asset(std::size_t i) {
    const AssetEntry& entry = file_.assets[i];
    if (entry.name == file_.numeraire) {
      return read_.error(ErrorCode::name_taken, at("assets", i, "name"), entry.name,
                         "assets beside the numéraire, whose price is 1");
    }
    const bool coin =
        entry.kind == market::AssetKind::coin || entry.kind == market::AssetKind::token;
    market::Asset asset;
    asset.name = entry.name;
    asset.kind = entry.kind;
    asset.decimals = entry.decimals.value_or(coin ? 8 : 6);
    asset.valuation_lot_exponent = asset.decimals > kLotDigits ? asset.decimals - kLotDigits : 0;
    asset.half_spread = entry.half_spread;
    asset.adv = entry.adv;
    const Result<AssetIndex> index = out_.registry.add(asset);
    if (!index) return fault(at("assets", i, "name"), index.error());
    BULKHEAD_TRY(const double price, price_of(i));
    const double volatility = entry.volatility.value_or(forecast(entry.name));
    if (!(volatility >= 0 && volatility <= 10)) {
      return read_.error(ErrorCode::out_of_range, at("assets", i, "volatility"),
                         plain_number(volatility), "a daily volatility from 0 to 10 (0.04 = 4 %)");
    }
    add_price(price, volatility);
    return {};
  }

  Result<double> price_of(std::size_t i) const {
    const AssetEntry& entry = file_.assets[i];
    if (entry.price) {
      if (*entry.price > 0 && std::isfinite(*entry.price)) return *entry.price;
      return read_.error(ErrorCode::price_invalid, at("assets", i, "price"),
                         plain_number(*entry.price), "a price above zero");
    }
    const Result<double> close = last_close(entry.name, 0);
    if (close) return close;
    return read_.error(ErrorCode::missing_field, at("assets", i, "price"), entry.name,
                       "a price, or a data directory with a close at most two days old");
  }

  // In the numéraire, through the asset in which it is quoted.
  Result<double> last_close(const std::string& name, int depth) const {
    if (name == file_.numeraire) return 1.0;
    const Error none{ErrorCode::not_found, name, "", "a price history"};
    if (histories_ == nullptr || depth > 3) return std::unexpected(none);
    for (const calibration::AssetInput& asset : histories_->assets) {
      if (asset.asset != name) continue;
      const std::vector<calibration::Close>& closes = asset.spot.closes;
      const auto later =
          std::ranges::lower_bound(closes, file_.as_of, {}, &calibration::Close::time);
      if (later == closes.begin()) return std::unexpected(none);
      const calibration::Close& last = *(later - 1);
      if (last.time + kOldestClose < file_.as_of) return std::unexpected(none);
      BULKHEAD_TRY(const double quote, last_close(asset.spot.quote, depth + 1));
      return last.price * quote;
    }
    return std::unexpected(none);
  }

  // Daily volatility of the set's spot factor; 0 without one.
  double forecast(const std::string& asset) const {
    for (const pricing::Factor& factor : set_.factors) {
      if (factor.kind == pricing::FactorKind::spot && factor.asset == asset) {
        return factor.forecast * std::sqrt(days(1).seconds() / set_.horizon.seconds());
      }
    }
    return 0;
  }

  // An instrument that is used but not listed has the terms of its name and the usual lot.
  Status know_instrument(const std::string& name, const std::string& field) {
    if (out_.registry.find_instrument(name).valid()) return {};
    InstrumentEntry entry;
    entry.name = name;
    return add_instrument(entry, field);
  }

  Status add_instrument(const InstrumentEntry& entry, const std::string& field) {
    const Result<market::InstrumentName> name = market::parse_instrument_name(entry.name);
    if (!name) return fault(field, name.error());
    for (const std::string* asset : {&name->underlying, &name->settlement}) {
      if (out_.registry.find_asset(*asset).valid()) continue;
      return read_.error(ErrorCode::asset_unknown, field, entry.name, *asset + " among the assets");
    }
    const bool in_numeraire = name->inverse && name->kind != market::InstrumentKind::call &&
                              name->kind != market::InstrumentKind::put;
    market::Instrument instrument;
    instrument.name = entry.name;
    instrument.kind = name->kind;
    instrument.underlying = name->underlying;
    instrument.settlement = name->settlement;
    instrument.inverse = name->inverse;
    instrument.lot_size = entry.lot_size.value_or(in_numeraire ? Decimal{1, 0} : Decimal{1, -3});
    instrument.expiry = name->expiry;
    instrument.strike = name->strike;
    instrument.half_spread = entry.half_spread;
    if (instrument.expiry.ns != 0 && instrument.expiry <= file_.as_of) {
      return read_.error(ErrorCode::instrument_expired, field, entry.name,
                         "an expiry after " + to_string(file_.as_of));
    }
    if (instrument.is_option() && !entry.volatility) {
      return read_.error(ErrorCode::missing_field, field, entry.name,
                         "its volatility, among the instruments");
    }
    const Result<InstrumentIndex> index = out_.registry.add(instrument);
    if (!index) return fault(field, index.error());
    return add_mark(entry, instrument, field);
  }

  Status add_mark(const InstrumentEntry& entry, const market::Instrument& instrument,
                  const std::string& field) {
    const auto price = [&](const std::string& asset) {
      return out_.epoch.assets[out_.registry.find_asset(asset).value].mid;
    };
    const double settlement = price(instrument.settlement);
    const bool in_quote = !instrument.is_option() && !instrument.inverse;
    const double spot = price(instrument.underlying) / (in_quote ? settlement : 1);
    market::InstrumentMark mark;
    mark.price = entry.mark.value_or(spot);
    mark.origin = entry.mark ? market::MarkOrigin::observed : market::MarkOrigin::derived;
    mark.quality = market::Quality::good;
    if (!(mark.price > 0)) {
      return read_.error(ErrorCode::price_invalid, beside(field, "mark"), plain_number(mark.price),
                         "a mark above zero");
    }
    if (!entry.mark) {
      out_.notes.push_back(instrument.name + " has no mark: it is taken at spot, " +
                           plain_number(spot));
    }
    if (instrument.is_option()) {
      mark.volatility = *entry.volatility;
      if (!(mark.volatility > 0 && mark.volatility <= 20)) {
        return read_.error(ErrorCode::out_of_range, beside(field, "volatility"),
                           plain_number(mark.volatility),
                           "an annual volatility above 0 and at most 20 (0.6 = 60 %)");
      }
      mark.volatility_origin = market::MarkOrigin::observed;
      const double strike = instrument.strike.to_double() * (instrument.inverse ? 1 : settlement);
      const double years = market::sqrt_years((instrument.expiry - file_.as_of).seconds());
      mark.premium = market::black76(instrument.kind == market::InstrumentKind::call, mark.price,
                                     strike, mark.volatility * years);
    }
    out_.epoch.instruments.push_back(mark);
    return {};
  }

  const ReadPortfolio& read_;
  const PortfolioFile& file_;
  const pricing::ScenarioSet& set_;
  const calibration::BuilderInput* histories_;
  PortfolioMarket& out_;
};

}  // namespace

Result<std::unique_ptr<PortfolioMarket>> build_portfolio_market(
    const ReadPortfolio& read, const pricing::ScenarioSet& set,
    const calibration::BuilderInput* histories, const collateral::Parameters& schedule) {
  auto market = std::make_unique<PortfolioMarket>();
  BULKHEAD_TRY_STATUS(Builder(read, set, histories, *market).build());
  BULKHEAD_TRY_STATUS(fill_books(read, schedule, *market));
  return market;
}

}  // namespace bulkhead::cli
