// Builds the rows of one epoch: plans which rows are needed, moves every asset, bends forwards and
// volatilities per expiry, then revalues and rounds row by row.
#include <algorithm>
#include <map>
#include <string>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/pricing/contract.h"
#include "bulkhead/pricing/option_kernels.h"
#include "bulkhead/pricing/rows.h"

namespace bulkhead::pricing {
namespace {

constexpr double kSecondsPerDay = 86'400;

std::unexpected<Error> missing(FactorKind kind, std::string_view asset, std::string_view user) {
  return fail(ErrorCode::factor_missing, "factors", asset,
              std::string("a ") + std::string(to_string(kind)) + " factor, for " +
                  std::string(user) + " is in use");
}

struct Usage {
  std::vector<bool> assets;
  std::vector<bool> instruments;
};

// The needed set with the underlyings and settlement assets of its instruments.
Usage complete(const NeededSet& needed, const market::Registry& registry) {
  Usage usage{needed.assets, needed.instruments};
  usage.assets.resize(registry.assets().size(), false);
  usage.instruments.resize(registry.instruments().size(), false);
  if (registry.numeraire().valid()) usage.assets[registry.numeraire().value] = true;
  for (std::size_t i = 0; i < usage.instruments.size(); ++i) {
    if (!usage.instruments[i]) continue;
    usage.assets[registry.underlying(InstrumentIndex(i)).value] = true;
    usage.assets[registry.settlement(InstrumentIndex(i)).value] = true;
  }
  return usage;
}

Status check_factors(const PreparedSet& set, const market::Registry& registry, const Usage& usage) {
  for (std::size_t i = 0; i < usage.assets.size(); ++i) {
    const market::Asset& asset = registry.assets()[i];
    if (!usage.assets[i] || asset.numeraire) continue;
    if (set.moves(FactorKind::spot, asset.name).empty()) {
      return missing(FactorKind::spot, asset.name, asset.name);
    }
  }
  for (std::size_t i = 0; i < usage.instruments.size(); ++i) {
    const market::Instrument& instrument = registry.instruments()[i];
    if (!usage.instruments[i] || !instrument.is_option()) continue;
    if (set.moves(FactorKind::volatility, instrument.underlying).empty()) {
      return missing(FactorKind::volatility, instrument.underlying, instrument.name);
    }
  }
  return {};
}

// 10^exponent, correctly rounded within ±18.
double ten_to(int exponent) {
  if (exponent < -18) return Decimal{1, -18}.to_double() * Decimal{1, exponent + 18}.to_double();
  return Decimal{1, exponent}.to_double();
}

}  // namespace

class RowBuilder {
 public:
  RowBuilder(const market::Registry& registry, const market::Epoch& epoch, const PreparedSet& set,
             const Parameters& parameters, Usage usage, KernelTarget kernels)
      : registry_(registry),
        epoch_(epoch),
        set_(set),
        parameters_(parameters),
        usage_(std::move(usage)),
        kernels_(row_kernels(kernels)) {}

  void plan(Executor& executor) {
    plan_grid();
    plan_rows();
    plan_curves();
    run(executor, asset_list_.size(), [this](std::size_t i) { move_asset(i); });
    run(executor, asset_list_.size(), [this](std::size_t i) { fill_asset(asset_list_[i]); });
    run(executor, instrument_list_.size(), [this](std::size_t i) { value(instrument_list_[i]); });
  }

  const MarketRows& rows() const { return out_; }
  MarketRows take() && { return std::move(out_); }
  std::span<const InstrumentIndex> instruments() const { return instrument_list_; }
  bool is_filled(InstrumentIndex i) const { return out_.instruments_[i.value].filled; }

  void fill(std::span<const InstrumentIndex> wanted, Executor& executor) {
    std::vector<InstrumentIndex> rows;
    std::vector<std::size_t> curves;
    for (const InstrumentIndex i : wanted) {
      MarketRows::Entry& entry = out_.instruments_[i.value];
      if (entry.row == MarketRows::kNoRow || entry.filled) continue;
      entry.filled = true;
      rows.push_back(i);
      Curve& curve = curve_list_[curve_of_[i.value]];
      if (curve.bent) continue;
      curve.bent = true;
      curves.push_back(curve_of_[i.value]);
    }
    run(executor, curves.size(), [&](std::size_t i) { bend_curve(curve_list_[curves[i]]); });
    run(executor, rows.size(), [&](std::size_t i) { fill_instrument(rows[i]); });
  }

  // A perpetual's curve is the set's; the others' hang on the time to expiry.
  bool renew(Executor& executor, std::vector<bool>& kept_assets, std::vector<bool>& kept) {
    const std::vector<Contract> before = contracts_;
    const std::vector<MarketRows::Entry> instruments_before = out_.instruments_;
    const std::vector<MarketRows::Entry> assets_before = out_.assets_;
    kept_assets.assign(assets_before.size(), false);
    kept.assign(instruments_before.size(), false);
    if (!plan_rows()) {
      plan_curves();
      run(executor, asset_list_.size(), [this](std::size_t i) { move_asset(i); });
      run(executor, asset_list_.size(), [this](std::size_t i) { fill_asset(asset_list_[i]); });
      run(executor, instrument_list_.size(), [this](std::size_t i) { value(instrument_list_[i]); });
      return false;
    }
    for (Curve& curve : curve_list_) curve.bent = curve.bent && curve.expiry == Timestamp{};
    std::vector<AssetIndex> moved;
    for (const AssetIndex i : asset_list_) {
      MarketRows::Entry& entry = out_.assets_[i.value];
      kept_assets[i.value] = unshocked(i) == assets_before[i.value].base;
      if (kept_assets[i.value]) {
        entry = assets_before[i.value];
      } else {
        moved.push_back(i);
      }
    }
    run(executor, moved.size(), [&](std::size_t i) { fill_asset(moved[i]); });
    run(executor, instrument_list_.size(), [this](std::size_t i) { value(instrument_list_[i]); });
    for (const InstrumentIndex i : instrument_list_) {
      const MarketRows::Entry& entry = instruments_before[i.value];
      if (!entry.filled || !(contracts_[i.value] == before[i.value])) continue;
      kept[i.value] = true;
      out_.instruments_[i.value] = entry;
    }
    return true;
  }

 private:
  // Basis of one (underlying, expiry or perpetual): forward multipliers and volatility factors.
  struct Curve {
    AssetIndex underlying;
    Timestamp expiry;  // 0: perpetual
    std::vector<double> basis;
    std::vector<double> volatility;
    bool simulated = false;
    bool bends_volatility = false;
    bool bent = false;  // as of this epoch
    // Of its options, by what their strikes are in; none: numéraire.
    std::vector<std::pair<AssetIndex, OptionShocks>> shocks;
  };

  template <class Body>
  void run(Executor& executor, std::size_t count, Body body) {
    executor.parallel_for(count, 1, [&body](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) body(i);
    });
  }

  void plan_grid() {
    out_.ranges_ = set_.ranges();
    for (const double spot : parameters_.spot_points) {
      for (const double volatility : parameters_.volatility_points) {
        out_.grid_.push_back({spot, volatility, 0, AssetIndex::kNone});
      }
    }
    for (std::size_t i = 0; i < usage_.assets.size(); ++i) {
      const market::Asset& asset = registry_.assets()[i];
      if (!usage_.assets[i] || asset.numeraire) continue;
      if (asset.kind != market::AssetKind::stablecoin) continue;
      for (const double depeg : parameters_.depeg_points) {
        out_.grid_.push_back({0, 0, depeg, static_cast<std::uint32_t>(i)});
      }
    }
    BlockRange& grid = out_.ranges_[static_cast<std::size_t>(Block::grid)];
    grid.size = static_cast<std::uint32_t>(out_.grid_.size());
    weighted_ = grid.begin;
    out_.length_ = (grid.begin + grid.size + 15U) / 16U * 16U;
    out_.spot_points_ = parameters_.spot_points.size();
  }

  // True if the rows are those of the plan before, in their places.
  bool plan_rows() {
    const std::vector<AssetIndex> assets_before = std::move(asset_list_);
    const std::vector<InstrumentIndex> instruments_before = std::move(instrument_list_);
    asset_list_.clear();
    instrument_list_.clear();
    out_.assets_.assign(usage_.assets.size(), {});
    out_.instruments_.assign(usage_.instruments.size(), {});
    contracts_.resize(usage_.instruments.size());
    std::uint32_t rows = 0;
    for (std::size_t i = 0; i < usage_.assets.size(); ++i) {
      if (!usage_.assets[i] || !epoch_.assets[i].priced()) continue;
      out_.assets_[i].row = rows++;
      asset_list_.push_back(AssetIndex(i));
    }
    for (std::size_t i = 0; i < usage_.instruments.size(); ++i) {
      if (!usage_.instruments[i]) continue;
      contracts_[i] = make_contract(registry_, epoch_, InstrumentIndex(i));
      if (!contracts_[i].priced) continue;
      out_.instruments_[i].row = rows++;
      instrument_list_.push_back(InstrumentIndex(i));
    }
    if (asset_list_ == assets_before && instrument_list_ == instruments_before && rows > 0) {
      return true;
    }
    out_.ticks_.assign(rows * out_.length_, 0);
    out_.deltas_.assign(usage_.instruments.size() * (1 + out_.spot_points_), 0.0);
    moves_.assign(usage_.assets.size(), {});
    return false;
  }

  void plan_curves() {
    curve_list_.clear();
    curve_of_.assign(usage_.instruments.size(), 0);
    std::map<std::pair<std::uint32_t, std::int64_t>, std::size_t> known;
    for (const InstrumentIndex i : instrument_list_) {
      const market::Instrument& instrument = registry_[i];
      const bool perpetual = instrument.kind == market::InstrumentKind::perpetual;
      const Timestamp expiry = perpetual ? Timestamp{} : instrument.expiry;
      const AssetIndex underlying = registry_.underlying(i);
      const auto [found, inserted] =
          known.try_emplace({underlying.value, expiry.ns}, curve_list_.size());
      if (inserted) {
        curve_list_.push_back({underlying, expiry, {}, {}, false, false, false, {}});
        const FactorKind kind = perpetual ? FactorKind::perpetual_basis : FactorKind::dated_basis;
        curve_list_.back().simulated = !set_.moves(kind, registry_[underlying].name).empty();
      }
      curve_of_[i.value] = found->second;
      if (!instrument.is_option()) continue;
      curve_list_[found->second].bends_volatility = true;
      add_shocks(curve_list_[found->second], strike_asset(i));
    }
  }

  // Spot multipliers of an asset over the whole row; empty for the numéraire.
  void move_asset(std::size_t entry) {
    const AssetIndex i = asset_list_[entry];
    const market::Asset& asset = registry_[i];
    if (asset.numeraire) return;
    std::vector<double>& row = moves_[i.value];
    row.assign(out_.length_, 1.0);
    const std::span<const double> weighted = set_.moves(FactorKind::spot, asset.name);
    std::copy(weighted.begin(), weighted.end(), row.begin());
    const bool moves_with_spot =
        asset.kind == market::AssetKind::coin || asset.kind == market::AssetKind::token;
    for (std::size_t p = 0; p < out_.grid_.size(); ++p) {
      const GridPoint& point = out_.grid_[p];
      if (point.stablecoin == i.value) row[weighted_ + p] = 1.0 + point.depeg;
      if (moves_with_spot) row[weighted_ + p] = 1.0 + point.spot;
    }
  }

  static void add_shocks(Curve& curve, AssetIndex strike) {
    for (const auto& [asset, shocks] : curve.shocks) {
      if (asset == strike) return;
    }
    curve.shocks.emplace_back(strike, OptionShocks{});
  }

  AssetIndex strike_asset(InstrumentIndex i) const {
    return registry_[i].inverse ? AssetIndex{} : registry_.settlement(i);
  }

  // What an option of the curve shares with the others of its kind.
  const OptionShocks& shocks_of(const Curve& curve, InstrumentIndex i) const {
    const AssetIndex wanted = strike_asset(i);
    for (const auto& [asset, shocks] : curve.shocks) {
      if (asset == wanted) return shocks;
    }
    BULKHEAD_ASSERT(false);
    return curve.shocks.front().second;
  }

  void share(Curve& curve) {
    const std::vector<double>& spot = moves_[curve.underlying.value];
    for (auto& [asset, shocks] : curve.shocks) {
      const Multipliers strike = asset.valid() ? Multipliers(moves_[asset.value]) : Multipliers{};
      kernels_.option_shocks(spot, curve.basis, strike, curve.volatility, out_.length_, shocks);
    }
  }

  void bend_curve(Curve& curve) {
    const std::string& name = registry_[curve.underlying].name;
    const bool perpetual = curve.expiry == Timestamp{};
    const double seconds = std::max(0.0, (curve.expiry - epoch_.time).seconds());
    const std::span<const double> basis =
        set_.moves(perpetual ? FactorKind::perpetual_basis : FactorKind::dated_basis, name);
    if (curve.simulated) {
      curve.basis.assign(out_.length_, 1.0);
      const std::span<double> weighted = std::span(curve.basis).first(weighted_);
      if (perpetual) {
        std::copy(basis.begin(), basis.end(), weighted.begin());
      } else {
        kernels_.dated_basis(basis, seconds / (365 * kSecondsPerDay), weighted);
      }
    }
    if (!curve.bends_volatility) return;
    std::vector<double> shocks(out_.length_, 0.0);
    const std::span<const double> weighted = set_.moves(FactorKind::volatility, name);
    std::copy(weighted.begin(), weighted.end(), shocks.begin());
    for (std::size_t p = 0; p < out_.grid_.size(); ++p) {
      shocks[weighted_ + p] = out_.grid_[p].volatility;
    }
    curve.volatility.resize(out_.length_);
    kernels_.volatility_factors(shocks, seconds / kSecondsPerDay, parameters_, curve.volatility);
    share(curve);
  }

  // Value of one valuation lot.
  double unshocked(AssetIndex i) const {
    const market::Asset& asset = registry_[i];
    const double lot =
        ten_to(static_cast<int>(asset.valuation_lot_exponent) - static_cast<int>(asset.decimals));
    return epoch_.assets[i.value].mid * lot;
  }

  void fill_asset(AssetIndex i) {
    MarketRows::Entry& row = out_.assets_[i.value];
    row.base = unshocked(i);
    row.filled = true;
    std::vector<double> pnl(out_.length_, 0.0);
    if (!registry_[i].numeraire) asset_row(row.base, moves_[i.value], pnl);
    round(row, pnl);
  }

  // Everything of a row but its ticks.
  void value(InstrumentIndex i) {
    MarketRows::Entry& row = out_.instruments_[i.value];
    const Contract& contract = contracts_[i.value];
    const Curve& curve = curve_list_[curve_of_[i.value]];
    const bool perpetual = curve.expiry == Timestamp{};
    row.simulates_basis = curve.simulated;
    row.expires_in_horizon = !perpetual && contract.seconds_to_expiry <= set_.horizon().seconds();
    row.base = contract.expired
                   ? settlement_value(contract, contract.spot, contract.settlement_price)
                   : leg_value(contract, contract.spot, contract.forward, contract.settlement_price,
                               contract.sigma_sqrt_t);
    fill_deltas(contract, i);
  }

  void fill_instrument(InstrumentIndex i) {
    MarketRows::Entry& row = out_.instruments_[i.value];
    const Contract& contract = contracts_[i.value];
    const Curve& curve = curve_list_[curve_of_[i.value]];
    std::vector<double> pnl(out_.length_, 0.0);
    // The grid is instantaneous: only what has expired already settles there.
    revalue(contract, curve, i, row, 0, weighted_, row.expires_in_horizon, pnl);
    revalue(contract, curve, i, row, weighted_, out_.length_, contract.expired, pnl);
    clear_padding(pnl);
    round(row, pnl);
  }

  // Elements [begin, end) of the P&L row.
  void revalue(const Contract& contract, const Curve& curve, InstrumentIndex i,
               const MarketRows::Entry& row, std::size_t begin, std::size_t end, bool settles,
               std::span<double> pnl) const {
    const auto part = [&](const std::vector<double>& values) {
      return values.empty() ? Multipliers{} : Multipliers(values).subspan(begin, end - begin);
    };
    const Multipliers spot = part(moves_[registry_.underlying(i).value]);
    const Multipliers settlement = part(moves_[registry_.settlement(i).value]);
    const PnlRow out = pnl.subspan(begin, end - begin);
    if (settles) {
      settlement_row(contract, row.base, unfixed_share(contract), spot, settlement, out);
    } else if (contract.option) {
      kernels_.option_row(contract, row.base, shocks_of(curve, i), begin, out);
    } else {
      delta_one_row(contract.inverse, row.base, spot, part(curve.basis), out);
    }
  }

  // D3.5: within the averaging time before expiry only what is not fixed yet moves.
  double unfixed_share(const Contract& contract) const {
    const double averaging = parameters_.settlement_averaging.seconds();
    return averaging > contract.seconds_to_expiry ? contract.seconds_to_expiry / averaging : 1.0;
  }

  void clear_padding(std::span<double> pnl) const {
    std::size_t used = 0;
    for (const BlockRange& range : out_.ranges_) {
      std::fill(pnl.begin() + static_cast<std::ptrdiff_t>(used),
                pnl.begin() + static_cast<std::ptrdiff_t>(range.begin), 0.0);
      used = range.begin + range.size;
    }
    std::fill(pnl.begin() + static_cast<std::ptrdiff_t>(used), pnl.end(), 0.0);
  }

  void round(MarketRows::Entry& row, std::span<const double> pnl) {
    row.exponent = kernels_.tick_exponent(pnl, kTickBits);
    row.max_abs = kernels_.to_ticks(
        pnl, row.exponent, std::span(out_.ticks_).subspan(row.row * out_.length_, out_.length_));
  }

  void fill_deltas(const Contract& contract, InstrumentIndex i) {
    const std::size_t count = 1 + out_.spot_points_;
    const std::span<double> deltas = std::span(out_.deltas_).subspan(i.value * count, count);
    const market::AssetKind kind = registry_[registry_.underlying(i)].kind;
    const bool moves = kind == market::AssetKind::coin || kind == market::AssetKind::token;
    for (std::size_t p = 0; p < count; ++p) {
      const double move = p == 0 || !moves ? 1.0 : 1.0 + parameters_.spot_points[p - 1];
      deltas[p] = coins_delta(contract, contract.spot * move, contract.forward * move,
                              contract.settlement_price, contract.sigma_sqrt_t);
    }
  }

  const market::Registry& registry_;
  const market::Epoch& epoch_;
  const PreparedSet& set_;
  const Parameters parameters_;
  Usage usage_;
  const RowKernels& kernels_;
  MarketRows out_;
  std::size_t weighted_ = 0;  // length of the weighted blocks
  std::vector<AssetIndex> asset_list_;
  std::vector<InstrumentIndex> instrument_list_;
  std::vector<std::vector<double>> moves_;  // by AssetIndex
  std::vector<Curve> curve_list_;
  std::vector<std::size_t> curve_of_;  // by InstrumentIndex
  std::vector<Contract> contracts_;    // by InstrumentIndex, as of this epoch
};

Status covers(const PreparedSet& set, const market::Registry& registry, const NeededSet& needed) {
  return check_factors(set, registry, complete(needed, registry));
}

Result<MarketRows> build_rows(const market::Registry& registry, const market::Epoch& epoch,
                              const PreparedSet& set, const Parameters& parameters,
                              const NeededSet& needed, Executor& executor, KernelTarget kernels) {
  BULKHEAD_ASSERT(epoch.assets.size() == registry.assets().size());
  BULKHEAD_ASSERT(epoch.instruments.size() == registry.instruments().size());
  Usage usage = complete(needed, registry);
  BULKHEAD_TRY_STATUS(check_factors(set, registry, usage));
  RowBuilder builder(registry, epoch, set, parameters, std::move(usage), kernels);
  builder.plan(executor);
  builder.fill(builder.instruments(), executor);
  return std::move(builder).take();
}

RowSource::RowSource(std::unique_ptr<RowBuilder> builder) : builder_(std::move(builder)) {}
RowSource::RowSource(RowSource&&) noexcept = default;
RowSource& RowSource::operator=(RowSource&&) noexcept = default;
RowSource::~RowSource() = default;

Result<RowSource> RowSource::make(const market::Registry& registry, const market::Epoch& epoch,
                                  const PreparedSet& set, const Parameters& parameters,
                                  const NeededSet& needed, Executor& executor,
                                  KernelTarget kernels) {
  BULKHEAD_ASSERT(epoch.assets.size() == registry.assets().size());
  BULKHEAD_ASSERT(epoch.instruments.size() == registry.instruments().size());
  Usage usage = complete(needed, registry);
  BULKHEAD_TRY_STATUS(check_factors(set, registry, usage));
  auto builder =
      std::make_unique<RowBuilder>(registry, epoch, set, parameters, std::move(usage), kernels);
  builder->plan(executor);
  return RowSource(std::move(builder));
}

const MarketRows& RowSource::rows() const { return builder_->rows(); }

void RowSource::fill(std::span<const InstrumentIndex> wanted, Executor& executor) {
  builder_->fill(wanted, executor);
}

bool RowSource::is_filled(InstrumentIndex i) const { return builder_->is_filled(i); }

bool RowSource::renew(Executor& executor, std::vector<bool>& kept_assets, std::vector<bool>& kept) {
  return builder_->renew(executor, kept_assets, kept);
}

}  // namespace bulkhead::pricing
