// Values, unit tails and unit cores of one epoch.
#include "bulkhead/risk/epoch_risk.h"

#include <algorithm>
#include <bit>

namespace bulkhead::risk {
namespace {

using pricing::Block;
using pricing::PricePoint;
using pricing::RowView;

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// D5.4 of unit tails in numéraire, unrounded: unit figures can be far below a micro-USD.
double unit_core_value(const Tails& tails, const Parameters& parameters) {
  const double mass = static_cast<double>(tail_mass(parameters.level));
  const double filtered = static_cast<double>(tails.filtered) / mass;
  const double stressed = static_cast<double>(tails.stressed) / mass;
  const double long_run = static_cast<double>(tails.long_run) / mass;
  const double grid = static_cast<double>(tails.grid_worst);
  const double stress_weight = parameters.stress_weight / 10'000.0;
  const double blended = (1.0 - stress_weight) * filtered + stress_weight * stressed;
  const double core =
      std::max({filtered, blended, long_run, (parameters.grid_weight / 10'000.0) * grid, 0.0});
  return core * power_of_two(tails.exponent);
}

// Tails of one lot of a row, held or owed.
Tails row_tails(const RowView& row, bool held, const EpochRisk& market) {
  std::vector<std::int64_t> pnl(row.ticks.size());
  for (std::size_t s = 0; s < pnl.size(); ++s) pnl[s] = held ? row.ticks[s] : -row.ticks[s];
  TailScratch<std::int64_t> scratch;
  return tails_of(std::span<const std::int64_t>(pnl), market.set(), market.rows(),
                  market.parameters().level, row.exponent, market.kernels(), scratch);
}

double worst_return(const RowView& row, pricing::BlockRange range) {
  const auto ticks = row.ticks.subspan(range.begin, range.size);
  const std::int32_t worst = std::min(0, *std::min_element(ticks.begin(), ticks.end()));
  return std::max(-1.0, worst * power_of_two(row.exponent) / row.base);
}

}  // namespace

Result<EpochRisk> EpochRisk::build(const market::Registry& registry, const market::Epoch& epoch,
                                   const pricing::PreparedSet& set, const Parameters& parameters,
                                   const pricing::NeededSet& needed, Executor& executor,
                                   KernelTarget kernels) {
  BULKHEAD_TRY(EpochRisk risk, plan(registry, epoch, set, parameters, needed, executor, kernels));
  risk.fill_all(executor);
  return risk;
}

Result<EpochRisk> EpochRisk::plan(const market::Registry& registry, const market::Epoch& epoch,
                                  const pricing::PreparedSet& set, const Parameters& parameters,
                                  const pricing::NeededSet& needed, Executor& executor,
                                  KernelTarget kernels) {
  EpochRisk risk;
  risk.kernels_ = &risk_kernels(kernels);
  risk.registry_ = &registry;
  risk.epoch_ = &epoch;
  risk.set_ = &set;
  risk.parameters_ = parameters;
  BULKHEAD_TRY(risk.source_, pricing::RowSource::make(registry, epoch, set, parameters.revaluation,
                                                      needed, executor, kernels));
  risk.assets_.resize(registry.assets().size());
  risk.instruments_.resize(registry.instruments().size());
  risk.set_all(executor, std::vector<bool>(risk.assets_.size()),
               std::vector<bool>(risk.instruments_.size()));
  return risk;
}

bool EpochRisk::renew(Executor& executor) {
  std::vector<bool> kept_assets;
  std::vector<bool> kept;
  const bool same = source_->renew(executor, kept_assets, kept);
  set_all(executor, kept_assets, kept);
  return same;
}

void EpochRisk::set_all(Executor& executor, const std::vector<bool>& kept_assets,
                        const std::vector<bool>& kept) {
  executor.parallel_for(assets_.size(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) set_asset(AssetIndex(i), kept_assets[i]);
  });
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const InstrumentIndex index(i);
    // The cash leg of a unit core moves with the settlement asset.
    const bool cash_kept = kept_assets[registry_->settlement(index).value];
    InstrumentEntry& entry = instruments_[i];
    if (!kept[i] || !cash_kept) {
      entry = InstrumentEntry{};
    }
    value_instrument(index);
  }
}

void EpochRisk::fill(std::span<const InstrumentIndex> wanted, Executor& executor) {
  std::vector<InstrumentIndex> missing;
  for (const InstrumentIndex i : wanted) {
    if (!rows().has(i) || instruments_[i.value].measured) continue;
    instruments_[i.value].measured = true;
    missing.push_back(i);
  }
  if (missing.empty()) return;
  source_->fill(missing, executor);
  executor.parallel_for(missing.size(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) measure_instrument(missing[i]);
  });
}

void EpochRisk::fill_all(Executor& executor) {
  std::vector<InstrumentIndex> all;
  for (std::size_t i = 0; i < instruments_.size(); ++i) all.emplace_back(i);
  fill(all, executor);
}

void EpochRisk::set_asset(AssetIndex i, bool row_kept) {
  AssetEntry& entry = assets_[i.value];
  const market::Asset& asset = (*registry_)[i];
  const market::Underlying& underlying = epoch_->underlyings[i.value];
  if (!row_kept) entry = AssetEntry{};
  if (asset.numeraire) {
    entry.liquidity.impact_cap = 0;
  } else {
    const double volatility = std::max(underlying.volatility_fast, underlying.volatility_slow);
    entry.liquidity = liquidity_curve(asset.half_spread, parameters_.impact, volatility, asset.adv,
                                      parameters_.impact_cap);
  }
  const RowView row = rows().asset(i);
  if (row_kept || !row.present()) return;
  entry.coins = row.base / epoch_->assets[i.value].mid;
  entry.held = row_tails(row, true, *this);
  entry.owed = row_tails(row, false, *this);
  entry.core_held = unit_core_value(entry.held, parameters_);
  entry.core_owed = unit_core_value(entry.owed, parameters_);
  entry.core_fraction = std::min(1.0, entry.core_held / row.base);
  entry.worst_stress_return =
      worst_return(row, rows().ranges()[static_cast<std::size_t>(Block::stressed)]);
}

void EpochRisk::value_instrument(InstrumentIndex i) {
  InstrumentEntry& entry = instruments_[i.value];
  const AssetIndex underlying = registry_->underlying(i);
  const AssetIndex settlement = registry_->settlement(i);
  const market::InstrumentMark& mark = epoch_->instruments[i.value];
  const market::AssetPrice& spot = epoch_->assets[underlying.value];
  entry.quality = std::max({mark.quality, spot.quality, epoch_->assets[settlement.value].quality});
  if (!rows().has(i)) return;
  const bool point = spot.low == spot.mid && spot.high == spot.mid;
  for (const PricePoint p : pricing::kPricePoints) {
    entry.value[static_cast<std::size_t>(p)] =
        point ? rows().base(i)
              : pricing::lot_value(*registry_, *epoch_, i, pricing::price_at(spot, p));
  }
  const market::Instrument& instrument = (*registry_)[i];
  const double delta = rows().deltas(i)[0];
  entry.coins =
      instrument.is_option() ? instrument.lot_size.to_double() : (delta < 0 ? -delta : delta);
}

void EpochRisk::measure_instrument(InstrumentIndex i) {
  InstrumentEntry& entry = instruments_[i.value];
  const RowView row = rows().instrument(i);
  entry.held = row_tails(row, true, *this);
  entry.owed = row_tails(row, false, *this);
  entry.core_held = unit_core_value(entry.held, parameters_);
  entry.core_owed = unit_core_value(entry.owed, parameters_);
  // What a buyer of one lot at mark receives in the settlement asset (D3.3): its leg is worth minus
  // the instrument leg, for options minus the premium.
  const AssetIndex settlement = registry_->settlement(i);
  const RowView cash = rows().asset(settlement);
  if (!cash.present()) return;
  const double cash_lots = -row.base / cash.base;
  const double lots = cash_lots < 0 ? -cash_lots : cash_lots;
  const AssetEntry& asset = assets_[settlement.value];
  const double cash_held = lots * asset.core_held;
  const double cash_owed = lots * asset.core_owed;
  const bool buyer_pays = cash_lots < 0;
  entry.core_buy = entry.core_held + (buyer_pays ? cash_owed : cash_held);
  entry.core_sell = entry.core_owed + (buyer_pays ? cash_held : cash_owed);
}

}  // namespace bulkhead::risk
