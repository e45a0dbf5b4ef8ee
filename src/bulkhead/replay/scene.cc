#include "bulkhead/replay/scene.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/market/names.h"
#include "bulkhead/replay/histories.h"

namespace bulkhead::replay {
namespace {

std::vector<HistoryRequest> requests_of(const feeds::Window& window) {
  std::vector<HistoryRequest> requests;
  for (const market::Asset& asset : window.assets) {
    if (asset.numeraire) continue;
    HistoryRequest request;
    request.asset = asset.name;
    request.peg =
        asset.kind == market::AssetKind::stablecoin || asset.kind == market::AssetKind::fiat;
    for (const market::Instrument& instrument : window.instruments) {
      if (instrument.underlying != asset.name) continue;
      request.perpetual_basis |= instrument.kind == market::InstrumentKind::perpetual;
      request.dated_basis |= instrument.expiry.ns != 0;
      request.volatility |= instrument.is_option();
    }
    requests.push_back(request);
  }
  return requests;
}

Result<Scene> complete(feeds::Window window, const std::string& directory) {
  Scene scene;
  BULKHEAD_TRY_STATUS(feeds::measure(window, directory));
  BULKHEAD_TRY(scene.feed, feeds::load(window.plan, directory, window.from, window.to));
  BULKHEAD_TRY(scene.histories, load_histories(directory, window.assets.front().name,
                                               requests_of(window), window.to));
  scene.window = std::move(window);
  return scene;
}

std::string bar_name(Duration bar) {
  const std::int64_t whole = bar.ns / minutes(1).ns;
  return whole % 60 == 0 ? std::to_string(whole / 60) + "h" : std::to_string(whole) + "m";
}

market::Asset asset_of(const std::string& name, market::AssetKind kind, double adv,
                       double volatility) {
  market::Asset asset;
  asset.name = name;
  asset.kind = kind;
  asset.decimals = kind == market::AssetKind::coin ? 8 : 6;
  asset.half_spread = kind == market::AssetKind::coin ? 0.0003 : 0.0001;
  asset.adv = adv;
  asset.initial_volatility = volatility;
  return asset;
}

market::Instrument perpetual_of(const std::string& coin, const std::string& quote, double price) {
  market::Instrument instrument;
  instrument.name = coin + "/" + quote + ":" + quote;
  instrument.underlying = coin;
  instrument.settlement = quote;
  // A lot of one to ten units of the numéraire.
  instrument.lot_size = {1, static_cast<std::int32_t>(-std::floor(std::log10(price)))};
  instrument.half_spread = 0.0003;
  return instrument;
}

market::Instrument option_of(const std::string& coin, const std::string& quote, Timestamp expiry,
                             const std::string& strike, bool call, const Decimal& lot) {
  market::Instrument instrument;
  const std::string date = to_string(expiry).substr(2, 8);
  instrument.name = coin + "/" + quote + ":" + quote + "-" + date.substr(0, 2) + date.substr(3, 2) +
                    date.substr(6, 2) + "-" + strike + (call ? "-C" : "-P");
  instrument.kind = call ? market::InstrumentKind::call : market::InstrumentKind::put;
  instrument.underlying = coin;
  instrument.settlement = quote;
  instrument.lot_size = lot;
  instrument.expiry = expiry;
  instrument.strike = *parse_decimal(strike);
  instrument.half_spread = 0.0008;
  return instrument;
}

// Calls and puts around the money of the first coin, a month out.
void add_options(feeds::Window& window, const SynthMarket& market) {
  const SynthSeries& first = market.series.front();
  const double price = first.bars.front().open;
  const Timestamp expiry = start_of_day(window.to) + days(21) + hours(8);
  const Decimal lot = perpetual_of(first.asset, market.quote, price).lot_size;
  const auto step =
      static_cast<std::int64_t>(std::pow(10.0, std::floor(std::log10(price)) - 1) * 5);
  for (int k = -3; k <= 3; ++k) {
    const std::int64_t strike =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(price) / step * step + 2 * k * step);
    for (const bool call : {true, false}) {
      window.instruments.push_back(
          option_of(first.asset, market.quote, expiry, std::to_string(strike), call, lot));
    }
  }
}

feeds::PlanFile bars_file(const std::string& file, const std::string& source,
                          market::SubjectKind kind, const std::string& subject) {
  feeds::PlanFile plan;
  plan.file = file;
  plan.source.name = source;
  plan.source.kind = kind;
  plan.source.subject = subject;
  return plan;
}

void add_series(feeds::Window& window, const SynthMarket& market, const SynthSeries& series,
                double volume, double volatility) {
  const std::string pair = series.asset + market.quote;
  const std::string bar = bar_name(market.bar);
  window.assets.push_back(asset_of(
      series.asset, series.stablecoin ? market::AssetKind::stablecoin : market::AssetKind::coin,
      volume, volatility));
  window.plan.files.push_back(bars_file("spot_" + bar + "/" + pair + ".csv",
                                        "synth:" + series.asset + "/" + market.quote,
                                        market::SubjectKind::asset_price, series.asset));
  if (series.perpetual_bars.empty()) return;
  window.instruments.push_back(perpetual_of(series.asset, market.quote, series.bars.front().open));
  const std::string& name = window.instruments.back().name;
  window.plan.files.push_back(bars_file("perp_" + bar + "/" + pair + ".csv", "synth:" + name,
                                        market::SubjectKind::instrument_mark, name));
  feeds::PlanFile funding;
  funding.kind = feeds::FileKind::funding;
  funding.file = "funding/binance_usdtm_multi.csv";
  funding.source.subject = name;
  funding.symbol = pair;
  window.plan.files.push_back(funding);
}

}  // namespace

Result<Scene> load_scene(const SceneOptions& options) {
  BULKHEAD_TRY(feeds::Window window, feeds::window(options.window));
  if (options.from.ns != 0) window.from = std::max(window.from, options.from);
  if (options.to.ns != 0) window.to = std::min(window.to, options.to);
  if (!(window.from < window.to)) {
    return fail(ErrorCode::out_of_range, "from", to_string(window.from),
                "before " + to_string(window.to));
  }
  return complete(std::move(window), options.data_directory);
}

Result<Scene> generate_scene(const SynthMarketPlan& plan, const std::filesystem::path& directory) {
  BULKHEAD_TRY(const SynthMarket market, generate_market(plan));
  BULKHEAD_TRY_STATUS(write_market(market, directory));
  feeds::Window window;
  window.name = "synthetic-" + std::to_string(plan.seed);
  window.title = "A generated market, seed " + std::to_string(plan.seed);
  window.note =
      "Prices are generated (GARCH with jumps and a crash episode), not recorded. "
      "No option chain: volatilities are by model.";
  window.from = plan.begin;
  window.to = plan.end;
  window.step = Duration{plan.bar.ns / 3};
  market::Asset quote = asset_of(plan.quote, market::AssetKind::stablecoin, 1e9, 0.002);
  quote.numeraire = true;
  window.assets.push_back(quote);
  for (std::size_t i = 0; i < market.series.size(); ++i) {
    const bool coin = i < plan.coins.size();
    add_series(
        window, market, market.series[i],
        coin ? plan.coins[i].daily_volume : plan.stablecoins[i - plan.coins.size()].daily_volume,
        coin ? plan.coins[i].daily_volatility : 0.002);
  }
  add_options(window, market);
  return complete(std::move(window), directory.string());
}

}  // namespace bulkhead::replay
