// `bulkhead synth market`: a generated market (GARCH with jumps, correlated tails, a stablecoin
// that can depeg, perpetuals with mean-reverting basis and funding) in the file formats that feeds
// reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::replay {

struct SynthCoin {
  std::string name;
  double price = 100;              // at the start of the history
  double daily_volatility = 0.04;  // unconditional
  double market_correlation = 0.7;
  double market_beta = 1.0;   // of jumps and of the crash episode
  double daily_volume = 1e8;  // in the quote asset
  bool perpetual = true;
};

struct SynthStablecoin {
  std::string name;
  double daily_volatility = 0.0008;
  double daily_volume = 1e8;
  Timestamp depeg_begin;  // 0: never
  Duration depeg_fall = hours(14);
  double depeg_depth = 0.12;  // fraction lost at the worst point
  Duration depeg_recovery = hours(36);
};

// The market factor falls by `depth` (fraction) over `fall` in waves, volatility rises, then part
// comes back.
struct CrashEpisode {
  Timestamp begin;  // 0: none
  Duration fall = hours(16);
  double depth = 0.42;
  Duration recovery = days(4);
  double rebound = 0.35;  // share of the fall that comes back
  double volatility_factor = 3.0;
};

// No bar of this asset is written for this long: a source goes silent.
struct SynthOutage {
  std::string asset;
  Timestamp begin;
  Duration length;
};

struct SynthMarketPlan {
  std::uint64_t seed = 1;
  Timestamp begin;  // of the bars; midnight UTC
  Timestamp end;
  Duration bar = minutes(5);         // divides a day
  std::uint32_t history_days = 450;  // daily bars before `begin`, at least 400
  std::string quote = "USDT";
  std::vector<SynthCoin> coins;
  std::vector<SynthStablecoin> stablecoins;
  CrashEpisode crash;
  std::vector<SynthOutage> outages;
};

// Six coins, one stablecoin, seven days of bars, a crash in the night of the third day.
SynthMarketPlan default_market_plan(std::uint64_t seed);

struct SynthBar {
  Timestamp open_time;
  double open = 0, high = 0, low = 0, close = 0;
  double volume = 0;  // base units
};

struct SynthFunding {
  Timestamp time;
  double rate = 0;  // fraction per 8 h
};

struct SynthSeries {
  std::string asset;
  std::vector<SynthBar> bars;            // window, outages left out
  std::vector<SynthBar> daily;           // history and window
  std::vector<SynthBar> perpetual_bars;  // empty without a perpetual
  std::vector<SynthBar> perpetual_daily;
  std::vector<SynthFunding> funding;
  bool stablecoin = false;
};

struct SynthMarket {
  std::string quote;
  Duration bar;
  std::vector<SynthSeries> series;  // coins, then stablecoins, in plan order
};

// Errors: a bar that does not divide a day, too little history, times not at midnight, bad numbers.
Result<SynthMarket> generate_market(const SynthMarketPlan& plan);

// Writes DIR/spot_<bar>/<ASSET><QUOTE>.csv, DIR/perp_<bar>/<ASSET><QUOTE>.csv,
// DIR/daily/{binance_spot_daily,binance_perp_daily,stablecoin_cmc_daily}.csv and
// DIR/funding/binance_usdtm_multi.csv, with the headers of recorded data of those names; <bar> is
// "5m", "1h" and so on. stablecoin_cmc_daily is in USD with the quote asset itself at 1.
Status write_market(const SynthMarket& market, const std::filesystem::path& directory);

}  // namespace bulkhead::replay
