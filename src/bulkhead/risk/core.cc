// The core of D5.4.
#include "bulkhead/risk/core.h"

#include <type_traits>

#include "bulkhead/risk/pnl.h"

namespace bulkhead::risk {
namespace {

constexpr std::int64_t kOneBp = 10'000;

template <class T>
std::span<const T> block_of(std::span<const T> pnl, const pricing::MarketRows& rows,
                            pricing::Block block) {
  const pricing::BlockRange range = rows.ranges()[static_cast<std::size_t>(block)];
  return pnl.subspan(range.begin, range.size);
}

Usd core_with(Usd es_filtered, Usd es_stressed, Usd es_long_run, Usd grid_worst,
              BasisPoints stress_weight, const Parameters& parameters) {
  const Usd blended = blend(es_filtered, es_stressed, stress_weight);
  const Usd grid = scale_up(grid_worst, parameters.grid_weight, kOneBp);
  return max(max(max(es_filtered, blended), max(es_long_run, grid)), Usd{});
}

}  // namespace

template <class T>
Tails tails_of(std::span<const T> pnl, const pricing::PreparedSet& set,
               const pricing::MarketRows& rows, const Level& level, int exponent,
               const RiskKernels& kernels, TailScratch<T>& scratch) {
  using pricing::Block;
  const auto tail = [&](Block block) {
    const std::span<const T> part = block_of(pnl, rows, block);
    if constexpr (std::is_same_v<T, std::int64_t>) {
      return kernels.tail_loss(part, set.weights(block), level, scratch);
    } else {
      return tail_loss(part, set.weights(block), level, scratch);
    }
  };
  Tails tails;
  tails.filtered = tail(Block::filtered);
  tails.stressed = tail(Block::stressed);
  tails.long_run = tail(Block::long_run);
  tails.grid_worst = worst_loss(block_of(pnl, rows, Block::grid));
  tails.exponent = exponent;
  return tails;
}

template Tails tails_of(std::span<const std::int64_t>, const pricing::PreparedSet&,
                        const pricing::MarketRows&, const Level&, int, const RiskKernels&,
                        TailScratch<std::int64_t>&);
template Tails tails_of(std::span<const Int128>, const pricing::PreparedSet&,
                        const pricing::MarketRows&, const Level&, int, const RiskKernels&,
                        TailScratch<Int128>&);

Tails scaled(const Tails& unit, Int128 lots_abs) {
  return {unit.filtered * lots_abs, unit.stressed * lots_abs, unit.long_run * lots_abs,
          unit.grid_worst * lots_abs, unit.exponent};
}

Core core_of(const Tails& tails, const Parameters& parameters) {
  Core core;
  core.es_filtered = es_usd(tails.filtered, tails.exponent, parameters.level);
  core.es_stressed = es_usd(tails.stressed, tails.exponent, parameters.level);
  core.es_long_run = es_usd(tails.long_run, tails.exponent, parameters.level);
  core.grid_worst = round_up_to_usd(tails.grid_worst, tails.exponent, 1);
  core.core = core_with(core.es_filtered, core.es_stressed, core.es_long_run, core.grid_worst,
                        parameters.stress_weight, parameters);
  core.stressed = core_with(core.es_filtered, core.es_stressed, core.es_long_run, core.grid_worst,
                            kOneBp, parameters);
  return core;
}

Usd blend(Usd es_filtered, Usd es_stressed, BasisPoints stress_weight) {
  const Int128 sum = static_cast<Int128>(es_filtered.micros) * (kOneBp - stress_weight) +
                     static_cast<Int128>(es_stressed.micros) * stress_weight;
  const Int128 quotient = sum / kOneBp;  // towards zero
  return saturate_usd(quotient * kOneBp < sum ? quotient + 1 : quotient);
}

Usd offset_floor(Usd standalone, Usd netted, BasisPoints cap) {
  const Usd offsets = max(standalone - netted, Usd{});
  return standalone - scale_down(offsets, cap, kOneBp);
}

}  // namespace bulkhead::risk
