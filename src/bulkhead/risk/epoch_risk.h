// What all accounts share at one market epoch: rows, values and unit cores. Values of everything
// are there at once; the row of an instrument, its tails and unit cores when `fill` has named it.
// Then read by any number of threads. A cache: never part of state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/executor.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/pricing/rows.h"
#include "bulkhead/pricing/values.h"
#include "bulkhead/risk/core.h"
#include "bulkhead/risk/liquidity.h"
#include "bulkhead/risk/parameters.h"

namespace bulkhead::risk {

enum class OrderSide : std::uint8_t { buy, sell };
BULKHEAD_ENUM_NAMES(OrderSide, "buy", "sell")

class EpochRisk {
 public:
  // With every row filled. Keeps references to registry, epoch and set: they must outlive it.
  // Errors are those of pricing::build_rows. `kernels` moves time only: of this epoch's rows, and
  // of every evaluation on it.
  static Result<EpochRisk> build(const market::Registry& registry, const market::Epoch& epoch,
                                 const pricing::PreparedSet& set, const Parameters& parameters,
                                 const pricing::NeededSet& needed, Executor& executor,
                                 KernelTarget kernels = best_kernel_target());
  // With no instrument's row filled.
  static Result<EpochRisk> plan(const market::Registry& registry, const market::Epoch& epoch,
                                const pricing::PreparedSet& set, const Parameters& parameters,
                                const pricing::NeededSet& needed, Executor& executor,
                                KernelTarget kernels = best_kernel_target());

  // Fills the rows of those that have one and are not filled yet.
  void fill(std::span<const InstrumentIndex> wanted, Executor& executor);
  void fill_all(Executor& executor);
  // The epoch has moved on, and nothing else: what hangs on inputs that are the same bits stays.
  // The same bits as a new plan, filled alike. False if something has got its first price.
  bool renew(Executor& executor);

  const market::Registry& registry() const { return *registry_; }
  const market::Epoch& epoch() const { return *epoch_; }
  const pricing::PreparedSet& set() const { return *set_; }
  const Parameters& parameters() const { return parameters_; }
  const pricing::MarketRows& rows() const { return source_->rows(); }
  const RiskKernels& kernels() const { return *kernels_; }

  // D6.3: D5.4 core of one unit held, as a fraction of its value, in [0, 1]; over another horizon
  // multiply by √(horizon / set().horizon()). 0 for the numéraire, 1 if the asset has no row.
  double haircut_core(AssetIndex i) const { return assets_[i.value].core_fraction; }
  // D9.2: the worst return in the stressed block, <= 0 and >= -1. 0 for the numéraire, -1 without
  // row.
  double worst_stress_return(AssetIndex i) const { return assets_[i.value].worst_stress_return; }
  // D5.8: D5.4 core in numéraire of one lot bought or sold, its settlement leg at mark included
  // (bounded by sub-additivity).
  double unit_core(InstrumentIndex i, OrderSide side) const {
    const InstrumentEntry& entry = filled(i);
    return side == OrderSide::buy ? entry.core_buy : entry.core_sell;
  }
  // D5.4 core in numéraire of one lot held (+) or short (−) by itself, no settlement leg.
  double core(InstrumentIndex i, bool held) const {
    const InstrumentEntry& entry = filled(i);
    return held ? entry.core_held : entry.core_owed;
  }
  double core(AssetIndex i, bool held) const {
    return held ? assets_[i.value].core_held : assets_[i.value].core_owed;
  }
  // Value of the instrument leg of one lot at a point of its underlying's price (D4.3).
  double lot_value(InstrumentIndex i, pricing::PricePoint point) const {
    return instruments_[i.value].value[static_cast<std::size_t>(point)];
  }
  // Coins that one lot moves with, >= 0: notional of a lot = coins · spot.
  double coins_per_lot(InstrumentIndex i) const { return instruments_[i.value].coins; }
  // Worst of the qualities of an instrument's mark, underlying and settlement asset (D4.1).
  market::Quality quality(InstrumentIndex i) const { return instruments_[i.value].quality; }
  market::Quality quality(AssetIndex i) const { return epoch_->assets[i.value].quality; }

  // D5.5 liquidity of an asset as an underlying or as collateral.
  const LiquidityCurve& liquidity(AssetIndex i) const { return assets_[i.value].liquidity; }
  // Tails of one lot held (+) and owed or short (−): ES is homogeneous, so a book of one line needs
  // no vector.
  const Tails& unit_tails(AssetIndex i, bool held) const {
    return held ? assets_[i.value].held : assets_[i.value].owed;
  }
  const Tails& unit_tails(InstrumentIndex i, bool held) const {
    return held ? filled(i).held : filled(i).owed;
  }
  // Coins in one valuation lot of an asset.
  double coins_per_lot(AssetIndex i) const { return assets_[i.value].coins; }

  struct AssetEntry {
    double core_fraction = 1;
    double worst_stress_return = -1;
    double coins = 0;
    double core_held = 0;
    double core_owed = 0;
    LiquidityCurve liquidity;
    Tails held;
    Tails owed;
  };
  struct InstrumentEntry {
    double value[pricing::kPricePoints.size()] = {};
    double coins = 0;
    double core_buy = 0;
    double core_sell = 0;
    double core_held = 0;
    double core_owed = 0;
    bool measured = false;  // tails and cores, of a row that is filled
    Tails held;
    Tails owed;
    market::Quality quality = market::Quality::no_quorum;
  };

 private:
  EpochRisk() = default;
  void set_asset(AssetIndex i, bool row_kept);
  void value_instrument(InstrumentIndex i);
  void measure_instrument(InstrumentIndex i);
  void set_all(Executor& executor, const std::vector<bool>& kept_assets,
               const std::vector<bool>& kept);
  const InstrumentEntry& filled(InstrumentIndex i) const {
    const InstrumentEntry& entry = instruments_[i.value];
    BULKHEAD_ASSERT(entry.measured || !rows().has(i));
    return entry;
  }

  const market::Registry* registry_ = nullptr;
  const market::Epoch* epoch_ = nullptr;
  const pricing::PreparedSet* set_ = nullptr;
  const RiskKernels* kernels_ = nullptr;
  Parameters parameters_;
  std::optional<pricing::RowSource> source_;
  std::vector<AssetEntry> assets_;
  std::vector<InstrumentEntry> instruments_;
};

}  // namespace bulkhead::risk
