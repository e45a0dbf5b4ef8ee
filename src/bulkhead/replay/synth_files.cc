// Writes a generated market in the formats of recorded data.
#include <charconv>
#include <fstream>
#include <map>
#include <system_error>

#include "bulkhead/replay/synth_market.h"

namespace bulkhead::replay {
namespace {

// Seven significant digits or more, never an exponent.
std::string number(double value) {
  int digits = 2;
  for (double v = value < 0 ? -value : value; v < 10'000 && digits < 12; v *= 10) ++digits;
  char buffer[400];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
  std::string text(buffer, end.ptr);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.push_back('0');
  return text;
}

std::string prices(const SynthBar& bar) {
  return number(bar.open) + "," + number(bar.high) + "," + number(bar.low) + "," +
         number(bar.close);
}

std::string milliseconds_of(Timestamp t) { return std::to_string(t.ns / milliseconds(1).ns); }
std::string date_of(Timestamp t) { return to_string(t).substr(0, 10); }

Status write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (error || !file) return fail(ErrorCode::io_error, "path", path.string(), "a file to write");
  return {};
}

std::string bar_file(const std::vector<SynthBar>& bars) {
  std::string text = "ts_ms,open,high,low,close,volume\n";
  for (const SynthBar& bar : bars) {
    text += milliseconds_of(bar.open_time) + "," + prices(bar) + "," + number(bar.volume) + "\n";
  }
  return text;
}

std::string daily_rows(const std::string& symbol, const std::vector<SynthBar>& daily, int bars) {
  std::string text;
  for (const SynthBar& bar : daily) {
    text += date_of(bar.open_time) + "," + symbol + "," + prices(bar) + "," + number(bar.volume) +
            "," + std::to_string(bars) + "\n";
  }
  return text;
}

std::string stablecoin_rows(const std::string& symbol, const std::vector<SynthBar>& daily) {
  std::string text;
  for (const SynthBar& bar : daily) {
    const std::string date = date_of(bar.open_time);
    text += date + "," + symbol + "," + prices(bar) + "," + number(bar.volume * bar.close) +
            ",0.0," + date + "T00:00," + date + "T00:00\n";
  }
  return text;
}

std::string length_name(Duration bar) {
  const std::int64_t whole = bar.ns / minutes(1).ns;
  return whole % 60 == 0 ? std::to_string(whole / 60) + "h" : std::to_string(whole) + "m";
}

}  // namespace

Status write_market(const SynthMarket& market, const std::filesystem::path& directory) {
  const std::string name = length_name(market.bar);
  std::string spot_daily = "date,symbol,open,high,low,close,volume,bars\n";
  std::string perp_daily = spot_daily;
  std::string stable_daily =
      "date,symbol,open,high,low,close,volume_usd,market_cap_usd,time_high,time_low\n";
  std::map<std::pair<Timestamp, std::string>, double> funding;
  for (const SynthSeries& series : market.series) {
    const std::string symbol = series.asset + market.quote;
    BULKHEAD_TRY_STATUS(
        write_file(directory / ("spot_" + name) / (symbol + ".csv"), bar_file(series.bars)));
    if (series.stablecoin) {
      stable_daily += stablecoin_rows(series.asset, series.daily);
    } else {
      spot_daily += daily_rows(symbol, series.daily, 24);
    }
    if (series.perpetual_bars.empty()) continue;
    BULKHEAD_TRY_STATUS(write_file(directory / ("perp_" + name) / (symbol + ".csv"),
                                   bar_file(series.perpetual_bars)));
    perp_daily += daily_rows(symbol, series.perpetual_daily, 6);
    for (const SynthFunding& f : series.funding) funding[{f.time, symbol}] = f.rate;
  }
  if (!market.series.empty()) {
    std::vector<SynthBar> ones = market.series.front().daily;
    for (SynthBar& bar : ones) bar.open = bar.high = bar.low = bar.close = 1;
    stable_daily += stablecoin_rows(market.quote, ones);
  }
  std::string funding_text = "ts_ms,symbol,funding_rate\n";
  for (const auto& [key, rate] : funding) {
    funding_text += milliseconds_of(key.first) + "," + key.second + "," + number(rate) + "\n";
  }
  BULKHEAD_TRY_STATUS(write_file(directory / "daily" / "binance_spot_daily.csv", spot_daily));
  BULKHEAD_TRY_STATUS(write_file(directory / "daily" / "binance_perp_daily.csv", perp_daily));
  BULKHEAD_TRY_STATUS(write_file(directory / "daily" / "stablecoin_cmc_daily.csv", stable_daily));
  return write_file(directory / "funding" / "binance_usdtm_multi.csv", funding_text);
}

}  // namespace bulkhead::replay
