#include "crowd_prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "bulkhead/feeds/bars.h"

namespace bulkhead::bench {
namespace {

constexpr std::array<std::string_view, kMostCoins> kCoins = {
    "BTC", "ETH",   "SOL",  "XRP", "DOGE", "AVAX", "LINK",   "TRX", "SHIB",
    "BCH", "LTC",   "NEAR", "UNI", "PEPE", "AAVE", "ATOM",   "ARB", "SUI",
    "INJ", "MATIC", "ENA",  "ETC", "LDO",  "MKR",  "PENDLE", "WIF"};
constexpr double kBarsPerDay = 288;
constexpr double kDrawnDaily = 0.05;  // volatility of drawn bars

std::string file_of(const std::string& data, std::string_view coin) {
  const std::string name = fmt::format("{}USDT.csv.zst", coin);
  const std::string alone = data + "/spot_5m/" + name;
  if (std::filesystem::exists(alone)) return alone;
  return data + "/events/2024-08-05_spot_5m/" + name;
}

std::size_t bars_after(const PriceRequest& request) {
  const Duration whole = request.step * std::int64_t{request.ticks};
  return static_cast<std::size_t>((whole.ns + kBar.ns - 1) / kBar.ns);
}

Result<std::vector<feeds::Bar>> recorded_bars(const PriceRequest& request, std::string_view coin) {
  feeds::BarOptions options;
  options.length = kBar;
  options.from = request.from - kBar * std::int64_t{kBarsBefore};
  options.to = request.from + kBar * static_cast<std::int64_t>(bars_after(request));
  const std::string file = file_of(request.data, coin);
  BULKHEAD_TRY(feeds::BarSeries series, feeds::read_bars(file, options));
  const std::size_t wanted = kBarsBefore + bars_after(request);
  if (series.bars.size() != wanted || series.gaps != 0) {
    return fail(
        ErrorCode::out_of_range, "from", to_string(request.from),
        fmt::format("{} bars without a gap in {}, not {}", wanted, file, series.bars.size()));
  }
  return std::move(series.bars);
}

std::vector<feeds::Bar> drawn_bars(const PriceRequest& request, const std::vector<double>& common,
                                   RandomStream& random) {
  std::vector<feeds::Bar> bars;
  double price = 1'000;
  const double sigma = kDrawnDaily / std::sqrt(kBarsPerDay);
  for (std::size_t b = 0; b < common.size(); ++b) {
    feeds::Bar bar;
    bar.open_time =
        request.from + kBar * (static_cast<std::int64_t>(b) - std::int64_t{kBarsBefore});
    bar.close_time = bar.open_time + kBar;
    bar.open = price;
    price *= std::exp(sigma * (0.8 * common[b] + 0.6 * random.normal()));
    bar.close = price;
    bar.high = std::max(bar.open, bar.close) * (1 + 0.3 * sigma);
    bar.low = std::min(bar.open, bar.close) * (1 - 0.3 * sigma);
    bars.push_back(bar);
  }
  return bars;
}

// Standard deviation of the logarithm from one bar to the next.
double deviation(const std::vector<feeds::Bar>& bars) {
  double squares = 0;
  for (std::size_t b = 1; b < bars.size(); ++b) {
    const double r = std::log(bars[b].close / bars[b - 1].close);
    squares += r * r;
  }
  return std::sqrt(squares / static_cast<double>(bars.size() - 1));
}

// One step of a bridge from x to `end`, `left` steps away.
double bridge(double x, double end, double left, double sigma, RandomStream& random) {
  if (left <= 1) return end;
  return x + (end - x) / left + sigma * std::sqrt((left - 1) / left) * random.normal();
}

std::vector<double> fine_path(const PriceRequest& request, const std::vector<feeds::Bar>& bars,
                              double sigma_bar, RandomStream& random) {
  const auto steps = [&request](Timestamp t) { return (t - request.from).ns / request.step.ns; };
  const double sigma = sigma_bar * std::sqrt(request.step.seconds() / kBar.seconds());
  std::vector<double> path;
  double x = std::log(bars.front().open);
  for (const feeds::Bar& bar : bars) {
    for (const feeds::PricePoint& point : feeds::observations_of(bar)) {
      const std::int64_t at = steps(point.time);
      const double end = std::log(point.price);
      if (at == static_cast<std::int64_t>(path.size())) x = end;
      while (static_cast<std::int64_t>(path.size()) < at) {
        const auto left = static_cast<double>(at - static_cast<std::int64_t>(path.size()));
        x = std::clamp(bridge(x, end, left, sigma, random), std::log(bar.low), std::log(bar.high));
        path.push_back(std::exp(x));
      }
    }
  }
  path.resize(request.ticks, path.back());
  return path;
}

CoinPath make_path(const PriceRequest& request, std::string_view coin,
                   const std::vector<feeds::Bar>& bars, RandomStream& random) {
  const auto start = bars.begin() + kBarsBefore;
  const std::vector<feeds::Bar> before(bars.begin(), start);
  const std::vector<feeds::Bar> after(start, bars.end());
  CoinPath made;
  made.coin = std::string(coin);
  made.daily_volatility = deviation(before) * std::sqrt(kBarsPerDay);
  const double scale = 1'000 / before.back().close;
  for (const feeds::Bar& bar : before) made.bars.push_back(bar.close * scale);
  made.ticks = fine_path(request, after, deviation(bars), random);
  for (double& price : made.ticks) price *= scale;
  return made;
}

}  // namespace

Result<std::vector<CoinPath>> price_paths(const PriceRequest& request, RandomStream& random) {
  if (request.coins == 0 || request.coins > kMostCoins) {
    return fail(ErrorCode::out_of_range, "underlyings", std::to_string(request.coins), "1 to 26");
  }
  std::vector<double> common(kBarsBefore + bars_after(request));
  for (double& x : common) x = random.normal();
  std::vector<CoinPath> paths;
  for (std::size_t c = 0; c < request.coins; ++c) {
    std::vector<feeds::Bar> bars;
    if (request.data.empty()) {
      bars = drawn_bars(request, common, random);
    } else {
      BULKHEAD_TRY(bars, recorded_bars(request, kCoins[c]));
    }
    paths.push_back(make_path(request, kCoins[c], bars, random));
  }
  return paths;
}

}  // namespace bulkhead::bench
