// Euler contributions and their rounding.
#include "bulkhead/risk/attribution.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/risk/pnl.h"

namespace bulkhead::risk {
namespace {

using pricing::Block;

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// Mean loss of a line over a tail, micro-USD.
double tail_mean(const AttributedLine& line, std::span<const TailPart> tail, std::size_t begin) {
  Int128 sum = 0;
  std::uint64_t mass = 0;
  for (const TailPart& part : tail) {
    sum -= static_cast<Int128>(part.mass) * line.row.ticks[begin + part.scenario];
    mass += part.mass;
  }
  const double mean = static_cast<double>(sum) / static_cast<double>(mass);
  return mean * static_cast<double>(line.lots) * power_of_two(line.row.exponent) * 1e6;
}

}  // namespace

TailView view_tails(const EpochRisk& market, std::span<const AttributedLine> lines) {
  const pricing::MarketRows& rows = market.rows();
  UnitChooser unit;
  for (const AttributedLine& line : lines) unit.add(line.row, line.lots);
  TailView view;
  view.exponent = unit.exponent();
  view.pnl.assign(rows.length(), 0);
  for (const AttributedLine& line : lines) {
    add_row(line.row, line.lots, view.exponent, std::span<Int128>(view.pnl));
  }
  TailScratch<Int128> scratch;
  const Level& level = market.parameters().level;
  const auto tail = [&](Block block) {
    const pricing::BlockRange range = rows.ranges()[static_cast<std::size_t>(block)];
    const auto pnl = std::span<const Int128>(view.pnl).subspan(range.begin, range.size);
    return tail_parts(pnl, market.set().weights(block), level, scratch);
  };
  view.filtered = tail(Block::filtered);
  view.stressed = tail(Block::stressed);
  view.long_run = tail(Block::long_run);
  const pricing::BlockRange grid = rows.ranges()[static_cast<std::size_t>(Block::grid)];
  const auto first = view.pnl.begin() + static_cast<std::ptrdiff_t>(grid.begin);
  view.grid_point = static_cast<std::size_t>(
      std::min_element(first, first + static_cast<std::ptrdiff_t>(grid.size)) - view.pnl.begin());
  view.core = core_of(tails_of(std::span<const Int128>(view.pnl), market.set(), rows, level,
                               view.exponent, market.kernels(), scratch),
                      market.parameters());
  return view;
}

CoreDriver driver_of(const Core& core, const Parameters& parameters) {
  if (core.core == Usd{}) return CoreDriver::none;
  if (core.core == core.es_filtered) return CoreDriver::filtered;
  if (core.core == blend(core.es_filtered, core.es_stressed, parameters.stress_weight)) {
    return CoreDriver::blend;
  }
  return core.core == core.es_long_run ? CoreDriver::long_run : CoreDriver::grid;
}

void add_contributions(const EpochRisk& market, std::span<const AttributedLine> lines,
                       const TailView& view, double share, std::span<double> micros) {
  BULKHEAD_ASSERT(lines.size() == micros.size());
  const Parameters& parameters = market.parameters();
  const auto begin = [&market](Block block) {
    return market.rows().ranges()[static_cast<std::size_t>(block)].begin;
  };
  const double stress = parameters.stress_weight / 10'000.0;
  const CoreDriver driver = driver_of(view.core, parameters);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const AttributedLine& line = lines[i];
    if (!line.row.present()) continue;
    double value = 0;
    if (driver == CoreDriver::filtered || driver == CoreDriver::blend) {
      value = tail_mean(line, view.filtered, begin(Block::filtered));
    }
    if (driver == CoreDriver::blend) {
      value =
          (1.0 - stress) * value + stress * tail_mean(line, view.stressed, begin(Block::stressed));
    } else if (driver == CoreDriver::long_run) {
      value = tail_mean(line, view.long_run, begin(Block::long_run));
    } else if (driver == CoreDriver::grid) {
      value = -(parameters.grid_weight / 10'000.0) * line.row.ticks[view.grid_point] *
              static_cast<double>(line.lots) * power_of_two(line.row.exponent) * 1e6;
    }
    micros[i] += share * value;
  }
}

std::vector<Usd> largest_remainder(std::span<const double> parts, Usd total) {
  std::vector<Usd> out(parts.size());
  if (parts.empty()) return out;
  std::vector<double> remainders(parts.size());
  Int128 left = total.micros;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double whole = floor_fixed(parts[i]);
    out[i] = saturate_usd(static_cast<Int128>(whole));
    remainders[i] = parts[i] - whole;
    left -= out[i].micros;
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  const auto count = static_cast<Int128>(parts.size());
  const Int128 rounds = left >= 0 ? left / count : -((-left + count - 1) / count);
  const auto extra = static_cast<std::size_t>(left - rounds * count);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const Int128 share = rounds + (k < extra ? 1 : 0);
    out[order[k]] = saturate_usd(out[order[k]].micros + share);
  }
  return out;
}

}  // namespace bulkhead::risk
