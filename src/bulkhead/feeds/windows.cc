// The standard windows, and what is measured from the days before them.
#include "bulkhead/feeds/windows.h"

#include <array>
#include <map>
#include <utility>

#include "bulkhead/feeds/window_builder.h"

namespace bulkhead::feeds {
namespace {

constexpr Duration kMeasuredDays = days(30);

constexpr std::array<std::string_view, 5> kNames = {"black-thursday-2020", "terra-2022",
                                                    "usdc-depeg-2023", "cascade-2025", "calm-2023"};

Window black_thursday() {
  WindowBuilder b(
      kNames[0], "Black Thursday, March 2020",
      "Spot is hourly and perpetuals are 4-hourly: a perpetual is observed (as wide) at "
      "the ends of its bars and is spot plus last basis between them. Prices are in "
      "USDT. No option chain: volatilities are by model.",
      "2020-03-01", "2020-04-01", minutes(10));
  b.numeraire("USDT");
  b.binance_spot("spot_1h", {"BTC", "ETH", "BNB", "XRP", "ADA", "BCH", "LTC", "LINK", "TRX", "ATOM",
                             "MATIC", "DOGE"});
  b.binance_perpetuals(
      "perp_4h", {"BTC", "ETH", "BNB", "XRP", "ADA", "BCH", "LTC", "LINK", "TRX", "ATOM"}, true);
  b.perpetual("BTC/USD:BTC").funding("BTC/USD:BTC", "funding/bybit_inverse_BTCUSD_8h.csv.zst");
  b.options("BTC/USDT:USDT-200424", {5'000, 6'000, 7'000, 8'000, 9'000, 10'000, 12'000});
  b.options("BTC/USD:BTC-200626", {5'000, 7'000, 9'000, 11'000});
  b.options("ETH/USDT:USDT-200424", {120, 150, 180, 220, 260, 300, 360});
  return b.build();
}

Window terra() {
  WindowBuilder b(
      kNames[1], "Terra and Luna, May 2022",
      "LUNA is by the minute until its halt on 13 May 00:40; other coins are at 15 or 30 "
      "minutes or an hour. UST has daily bars only: its price is at best wide, and its "
      "intraday fall is not seen. Prices are in USDT (UST's, from an aggregator in USD, "
      "are taken as such). No option chain: volatilities are by model.",
      "2022-05-01", "2022-05-21", minutes(5));
  b.numeraire("USDT");
  b.binance_spot("spot_30m", {"BTC", "ETH", "SOL", "XRP", "BNB"});
  b.binance_spot("events/2022-05-09_terra_spot_15m", {"AVAX", "DOT", "NEAR", "AAVE"}, "spot_1h");
  b.binance_spot("spot_1h", {"ADA", "DOGE", "LTC", "LINK"});
  b.binance_spot("events/2022-05-09_terra_spot_1m", {"LUNA"});
  b.asset("UST").spot("UST", "USDT", "coinmarketcap", "daily/stablecoin_cmc_daily.csv.zst", "UST");
  b.binance_perpetuals("perp_4h", {"BTC", "ETH", "SOL", "XRP", "BNB", "AVAX", "ADA", "DOGE"}, true);
  b.perpetual("LUNA/USDT:USDT");
  b.perpetual("BTC/USD:BTC").funding("BTC/USD:BTC", "funding/binance_coinm_BTCUSD_8h.csv.zst");
  b.funding("BTC/USDT:USDT", "funding/binance_usdtm_BTCUSDT_8h.csv.zst");
  b.options("BTC/USDT:USDT-220527", {24'000, 28'000, 32'000, 36'000, 40'000, 44'000, 50'000});
  b.options("BTC/USD:BTC-220624", {24'000, 32'000, 40'000, 50'000});
  b.options("ETH/USDT:USDT-220527", {1'800, 2'100, 2'400, 2'700, 3'000, 3'300, 3'600});
  return b.build();
}

Window usdc_depeg() {
  WindowBuilder b(
      kNames[2], "The depeg of USDC, March 2023",
      "Thirteen books of four venues at one minute, in USD, USDC and USDT. No perpetual "
      "was recorded: marks are spot. No option chain: volatilities are by model.",
      "2023-03-10T12:00Z", "2023-03-13T12:00Z", minutes(1));
  const std::string folder = "events/2023-03-11_usdc_depeg_1m/";
  b.numeraire("USD").asset("USDT").asset("USDC").asset("BTC");
  b.spot("USDT", "USD", "kraken", folder + "kraken_usdtusd.csv.zst");
  b.spot("USDT", "USD", "coinbase", folder + "coinbase_usdtusd.csv.zst");
  b.spot("USDC", "USD", "kraken", folder + "kraken_usdcusd.csv.zst");
  b.spot("USDC", "USDT", "kraken", folder + "kraken_usdcusdt.csv.zst");
  b.spot("USDC", "USDT", "binanceus", folder + "binanceus_usdcusdt.csv.zst");
  b.spot("BTC", "USD", "kraken", folder + "kraken_btcusd.csv.zst");
  b.spot("BTC", "USD", "coinbase", folder + "coinbase_btcusd.csv.zst");
  for (const char* venue : {"kraken", "coinbase", "binanceus"}) {
    b.spot("BTC", "USDT", venue, folder + venue + "_btcusdt.csv.zst");
  }
  for (const char* venue : {"kraken", "binanceus", "bybit"}) {
    b.spot("BTC", "USDC", venue, folder + venue + "_btcusdc.csv.zst");
  }
  b.perpetual("BTC/USDT:USDT").perpetual("BTC/USDC:USDC").perpetual("BTC/USD:BTC");
  b.funding("BTC/USDT:USDT", "funding/binance_usdtm_BTCUSDT_8h.csv.zst");
  b.funding("BTC/USD:BTC", "funding/binance_coinm_BTCUSD_8h.csv.zst");
  b.options("BTC/USDC:USDC-230331", {16'000, 18'000, 19'000, 20'000, 21'000, 22'000, 25'000});
  b.options("BTC/USD:BTC-230428", {16'000, 20'000, 24'000});
  return b.build();
}

Window cascade() {
  WindowBuilder b(kNames[3], "The liquidation cascade of October 2025",
                  "Spot and perpetuals at five minutes, in USDT. No option chain: volatilities are "
                  "by model.",
                  "2025-10-08", "2025-10-15", seconds(100));
  const char* multi = "funding/binance_usdtm_multi.csv.zst";
  b.numeraire("USDT");
  b.binance_spot("spot_5m", {"BTC", "ETH", "SOL"});
  b.binance_spot("events/2025-10-10_spot_5m",
                 {"BNB", "XRP", "ADA", "BCH", "DOGE", "LTC", "INJ", "OP", "SUI", "ZEC", "USD1"});
  const std::vector<const char*> perpetuals = {"BTC",  "ETH", "SOL", "BNB", "XRP",
                                               "DOGE", "BCH", "INJ", "OP",  "ZEC"};
  b.binance_perpetuals("events/2025-10-10_perp_5m", perpetuals, false);
  for (const char* asset : perpetuals) {
    const std::string name = std::string(asset) + "/USDT:USDT";
    b.funding(name.c_str(), multi, (std::string(asset) + "USDT").c_str());
  }
  b.perpetual("BTC/USD:BTC");
  b.options("BTC/USDT:USDT-251031", {95'000, 105'000, 115'000, 120'000, 125'000, 135'000, 150'000});
  b.options("BTC/USD:BTC-251226", {90'000, 110'000, 130'000, 150'000});
  b.options("ETH/USDT:USDT-251031", {3'300, 3'800, 4'200, 4'500, 4'800, 5'200, 6'000});
  return b.build();
}

Window calm() {
  WindowBuilder b(
      kNames[4], "The calm year 2023",
      "Spot at thirty minutes and perpetuals hourly, of five coins, in USDT. Funding of "
      "BTC alone was recorded. No option chain: volatilities are by model.",
      "2023-01-02", "2024-01-01", minutes(30));
  b.numeraire("USDT");
  b.binance_spot("spot_30m", {"BTC", "ETH", "SOL", "BNB", "XRP"});
  b.binance_perpetuals("perp_1h", {"BTC", "ETH", "SOL", "BNB", "XRP"}, false);
  b.perpetual("BTC/USD:BTC").funding("BTC/USD:BTC", "funding/binance_coinm_BTCUSD_8h.csv.zst");
  b.funding("BTC/USDT:USDT", "funding/binance_usdtm_BTCUSDT_8h.csv.zst");
  b.options("BTC/USDT:USDT-240329", {12'000, 16'000, 20'000, 25'000, 30'000, 40'000, 50'000});
  b.options("BTC/USD:BTC-240628", {12'000, 20'000, 30'000, 40'000});
  b.options("ETH/USDT:USDT-240329", {800, 1'000, 1'300, 1'600, 1'900, 2'300, 2'800});
  return b.build();
}

// Replaces the table's numbers by those of `series`, where it holds enough.
void set_measured(market::Asset& asset, const BarSeries& series) {
  if (series.bars.size() < 2) return;
  const double volatility = realised_volatility(series);
  const double volume = average_daily_volume(series);
  if (volatility > 0) asset.initial_volatility = volatility;
  if (volume > 0) asset.adv = volume;
}

}  // namespace

std::span<const std::string_view> window_names() { return kNames; }

Result<Window> window(std::string_view name) {
  constexpr std::array<Window (*)(), 5> kBuilders = {black_thursday, terra, usdc_depeg, cascade,
                                                     calm};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return kBuilders[i]();
  }
  return fail(ErrorCode::not_found, "window", name,
              "black-thursday-2020, terra-2022, usdc-depeg-2023, cascade-2025 or calm-2023");
}

Status measure(Window& window, const std::string& data_directory) {
  std::map<std::string, bool> measured;  // an asset's first file in the numéraire decides
  for (const PlanFile& file : window.plan.files) {
    const bool price = file.kind == FileKind::bars && file.source.quote.empty() &&
                       file.source.kind == market::SubjectKind::asset_price;
    if (!price || measured[file.source.subject]) continue;
    measured[file.source.subject] = true;
    BarOptions options;
    options.symbol = file.symbol;
    options.length = file.bar_length;
    options.from = window.from - kMeasuredDays;
    options.to = window.from;
    const std::string& name = file.history.empty() ? file.file : file.history;
    BULKHEAD_TRY(BarSeries series, read_bars(data_directory + "/" + name, options));
    std::erase_if(series.bars, [&](const Bar& bar) { return bar.close_time > window.from; });
    for (market::Asset& asset : window.assets) {
      if (asset.name == file.source.subject) set_measured(asset, series);
    }
  }
  return {};
}

}  // namespace bulkhead::feeds
