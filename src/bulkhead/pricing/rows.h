// Rows: what one lot of each instrument and one valuation lot of each asset gains or loses in every
// scenario, as int32 ticks of a power-of-two unit. A requirement is *defined* on these rounded rows
// (D2.2, DESIGN 2), so every sum over them is an exact integer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/base/ids.h"
#include "bulkhead/base/kernel_target.h"
#include "bulkhead/base/result.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/pricing/parameters.h"
#include "bulkhead/pricing/prepared_set.h"

namespace bulkhead::pricing {

// |tick| <= 2^kTickBits: the rounding is at most 2^-27 of the row's own largest move, and 2^36 lots
// still sum in 64 bits.
inline constexpr int kTickBits = 26;

// A row as it is read: ticks of 2^exponent numéraire per lot, P&L against the unshocked value.
struct RowView {
  int exponent = 0;
  std::int32_t max_abs = 0;             // max |tick|
  std::span<const std::int32_t> ticks;  // filtered | stressed | long_run | grid (see ranges)
  double base = 0;                      // unshocked value of one lot, numéraire
  bool present() const { return !ticks.empty(); }
};

// Which instruments and assets are held by anyone. The numéraire and the underlyings and settlement
// assets of the instruments are added by build_rows. Indices beyond the flags' size are not needed.
struct NeededSet {
  std::vector<bool> assets;
  std::vector<bool> instruments;
  static NeededSet everything(const market::Registry& registry);
};

class MarketRows {
 public:
  // Not present: not needed, or never priced.
  RowView asset(AssetIndex i) const;
  // Asserts that a row there is has been filled (RowSource).
  RowView instrument(InstrumentIndex i) const;
  // Whether there is a row, filled or not.
  bool has(AssetIndex i) const { return assets_[i.value].row != kNoRow; }
  bool has(InstrumentIndex i) const { return instruments_[i.value].row != kNoRow; }
  // Unshocked value of one lot, numéraire; 0 without row.
  double base(InstrumentIndex i) const { return instruments_[i.value].base; }

  // Coins of delta-one exposure of one lot (contract delta, settlement leg apart, + long) at the
  // unshocked point and then at each of spot_points (volatility unshocked).
  std::span<const double> deltas(InstrumentIndex i) const;

  const std::array<BlockRange, kBlocks>& ranges() const { return ranges_; }
  std::size_t length() const { return length_; }  // of every row, a multiple of 16
  std::span<const GridPoint> grid() const { return grid_; }
  std::size_t spot_point_count() const { return spot_points_; }
  bool simulates_basis(InstrumentIndex i) const;     // D5.5: the set has its basis factor
  bool expires_in_horizon(InstrumentIndex i) const;  // D3.5

 private:
  friend class RowBuilder;
  static constexpr std::uint32_t kNoRow = 0xffff'ffffU;
  struct Entry {
    std::uint32_t row = kNoRow;
    std::int32_t exponent = 0;
    std::int32_t max_abs = 0;
    bool simulates_basis = false;
    bool expires_in_horizon = false;
    bool filled = false;
    double base = 0;
  };
  RowView view(const Entry& entry) const;

  std::array<BlockRange, kBlocks> ranges_{};
  std::size_t length_ = 0;
  std::size_t spot_points_ = 0;
  std::vector<GridPoint> grid_;
  std::vector<Entry> assets_;        // by AssetIndex
  std::vector<Entry> instruments_;   // by InstrumentIndex
  std::vector<std::int32_t> ticks_;  // [row][length]
  std::vector<double> deltas_;       // [instrument][1 + spot points]
};

// Revalues what is needed (D3.2–D3.5). Linear leg q·m·S'·(F·X/S)·e^{bτ} (X cancels), inverse leg
// −q·m·S'/F', options by Black-76 on the shocked forward and volatility with a sticky strike; what
// expires within the set's horizon is worth its settlement value at the scenario's spot. The unit
// of a row is the smallest power of two with |tick| <= 2^kTickBits; ticks are rounded half to even.
// Errors: an asset in use (but the numéraire) without a spot factor, an option in use without a
// volatility factor of its underlying; the error names it. An asset or instrument without a price
// has no row. `kernels` moves time only.
Result<MarketRows> build_rows(const market::Registry& registry, const market::Epoch& epoch,
                              const PreparedSet& set, const Parameters& parameters,
                              const NeededSet& needed, Executor& executor,
                              KernelTarget kernels = best_kernel_target());

class RowBuilder;

// Rows of an epoch that moves on, each made when it is first asked for: assets' at once,
// instruments' when `fill` names them. Whatever is asked when, a row is the one that build_rows
// gives, bit for bit. Keeps references to all but parameters and needed set.
class RowSource {
 public:
  // Errors are those of build_rows.
  static Result<RowSource> make(const market::Registry& registry, const market::Epoch& epoch,
                                const PreparedSet& set, const Parameters& parameters,
                                const NeededSet& needed, Executor& executor,
                                KernelTarget kernels = best_kernel_target());
  RowSource(RowSource&&) noexcept;
  RowSource& operator=(RowSource&&) noexcept;
  ~RowSource();

  const MarketRows& rows() const;
  // Revalues those that have a row and not yet at this epoch.
  void fill(std::span<const InstrumentIndex> wanted, Executor& executor);
  bool is_filled(InstrumentIndex i) const;
  // The epoch has moved on: what `needed` is the same, and so are registry, set and parameters.
  // Rows whose inputs are the same bits stay filled; `kept` says of which. False if something has
  // got its first price: then nothing is kept.
  bool renew(Executor& executor, std::vector<bool>& kept_assets, std::vector<bool>& kept);

 private:
  explicit RowSource(std::unique_ptr<RowBuilder> builder);
  std::unique_ptr<RowBuilder> builder_;
};

// Whether `set` has every factor that build_rows would ask for, prices apart: asked before a set is
// adopted and before an asset or instrument comes into use.
Status covers(const PreparedSet& set, const market::Registry& registry, const NeededSet& needed);

}  // namespace bulkhead::pricing
