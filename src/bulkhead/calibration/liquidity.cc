#include "bulkhead/calibration/liquidity.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "bulkhead/calibration/loss_measures.h"

namespace bulkhead::calibration {
namespace {

constexpr std::size_t kBarsOfADay = 20;
constexpr double kRangesMost = 20;
constexpr std::size_t kClasses = 10;

double range(const TradedBar& bar) { return std::log(bar.high / bar.low); }
double middle(const TradedBar& bar) { return (std::log(bar.high) + std::log(bar.low)) / 2; }

Status check(std::span<const TradedBar> bars) {
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const TradedBar& bar = bars[i];
    const std::string field = "bars[" + std::to_string(i) + "]";
    const bool ordered = bar.low > 0 && bar.low <= bar.close && bar.close <= bar.high;
    if (!ordered || !std::isfinite(bar.high)) {
      return fail(ErrorCode::price_invalid, field, std::to_string(bar.close),
                  "0 < low <= close <= high");
    }
    if (!(bar.volume >= 0) || !std::isfinite(bar.volume)) {
      return fail(ErrorCode::out_of_range, field + ".volume", std::to_string(bar.volume),
                  "a finite volume of at least 0");
    }
    if (i > 0 && bar.time < bars[i - 1].time) {
      return fail(ErrorCode::out_of_range, field, to_string(bar.time), "times that ascend");
    }
  }
  return {};
}

std::vector<TradedBar> usable(std::span<const TradedBar> bars) {
  std::vector<double> ranges;
  for (const TradedBar& bar : bars) {
    if (bar.volume > 0 && bar.high > bar.low) ranges.push_back(range(bar));
  }
  std::vector<TradedBar> kept;
  if (ranges.empty()) return kept;
  const double most = kRangesMost * median(ranges);
  for (const TradedBar& bar : bars) {
    const bool repeated = !kept.empty() && kept.back().time == bar.time;
    if (bar.volume > 0 && range(bar) <= most && !repeated) kept.push_back(bar);
  }
  return kept;
}

// Runs of bars that end on one day of UTC, a bar that ends at midnight on the day before.
std::vector<std::span<const TradedBar>> days_of(std::span<const TradedBar> bars) {
  const auto day = [](const TradedBar& bar) { return start_of_day(bar.time - Duration{1}); };
  std::vector<std::span<const TradedBar>> out;
  for (std::size_t i = 0; i < bars.size();) {
    std::size_t end = i + 1;
    while (end < bars.size() && day(bars[end]) == day(bars[i])) ++end;
    if (end - i >= kBarsOfADay) out.push_back(bars.subspan(i, end - i));
    i = end;
  }
  return out;
}

// Mean over neighbouring bars of 4·(c − η)(c − η′), η the middle of a bar's range.
double half_spread(const std::vector<std::span<const TradedBar>>& days) {
  double sum = 0, count = 0;
  for (const auto& bars : days) {
    for (std::size_t i = 0; i + 1 < bars.size(); ++i) {
      const double close = std::log(bars[i].close);
      sum += 4 * (close - middle(bars[i])) * (close - middle(bars[i + 1]));
      ++count;
    }
  }
  return std::sqrt(std::max(0.0, sum / count)) / 2;
}

// Volume and move of a bar as shares of its day's.
struct Share {
  double volume = 0;
  double move = 0;
};

std::vector<Share> shares_of(const std::vector<std::span<const TradedBar>>& days) {
  std::vector<Share> shares;
  for (const auto& bars : days) {
    double volume = 0, squares = 0;
    for (std::size_t i = 1; i < bars.size(); ++i) {
      volume += bars[i].volume;
      squares += std::pow(std::log(bars[i].close / bars[i - 1].close), 2);
    }
    if (!(squares > 0)) continue;
    for (std::size_t i = 1; i < bars.size(); ++i) {
      shares.push_back(
          {bars[i].volume / volume,
           std::fabs(std::log(bars[i].close / bars[i - 1].close)) / std::sqrt(squares)});
    }
  }
  std::ranges::sort(shares, {}, &Share::volume);
  return shares;
}

Status fit_impact(const std::vector<Share>& shares, LiquidityFit& fit) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t c = 0; c < kClasses; ++c) {
    std::vector<double> volumes, moves;
    for (std::size_t i = c * shares.size() / kClasses; i < (c + 1) * shares.size() / kClasses;
         ++i) {
      volumes.push_back(shares[i].volume);
      moves.push_back(shares[i].move);
    }
    if (volumes.empty() || !(median(moves) > 0)) continue;
    const double a = std::log(median(volumes)), b = std::log(median(moves));
    ++n;
    x += a;
    y += b;
    xx += a * a;
    xy += a * b;
  }
  const double spread = n > 0 ? xx - x * x / n : 0;
  if (!(n >= 3 && spread > 1e-9)) {
    return fail(ErrorCode::out_of_range, "bars", std::to_string(n) + " classes of volume",
                "volumes that vary within days, and prices that move");
  }
  fit.impact_exponent = (xy - x * y / n) / spread;
  fit.impact_coefficient = std::exp((y - fit.impact_exponent * x) / n);
  return {};
}

}  // namespace

Result<LiquidityFit> fit_liquidity(std::span<const TradedBar> bars) {
  BULKHEAD_TRY_STATUS(check(bars));
  const std::vector<TradedBar> kept = usable(bars);
  const std::vector<std::span<const TradedBar>> days = days_of(kept);
  if (days.size() < kLiquidityDaysLeast) {
    return fail(ErrorCode::out_of_range, "bars", std::to_string(days.size()) + " days",
                "at least " + std::to_string(kLiquidityDaysLeast) + " days of bars with volume");
  }
  LiquidityFit fit;
  std::vector<double> volumes;
  for (const auto& day : days) {
    fit.bars += day.size();
    double volume = 0;
    for (const TradedBar& bar : day) volume += bar.volume;
    volumes.push_back(volume);
  }
  const std::size_t newest = std::min(kVolumeDays, volumes.size());
  fit.adv = median({volumes.end() - static_cast<std::ptrdiff_t>(newest), volumes.end()});
  fit.half_spread = half_spread(days);
  BULKHEAD_TRY_STATUS(fit_impact(shares_of(days), fit));
  return fit;
}

}  // namespace bulkhead::calibration
