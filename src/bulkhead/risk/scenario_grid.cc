// Margin model `scenario_grid`.
#include "bulkhead/risk/scenario_grid.h"

#include <algorithm>
#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/risk/scratch.h"
#include "bulkhead/risk/tail_kernels.h"

namespace bulkhead::risk {
namespace {

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// P&L in numéraire of each underlying at each grid point, [underlying][point].
std::vector<double> grid_pnl(const EpochRisk& market, const Book& book, bool with_collateral) {
  const pricing::MarketRows& rows = market.rows();
  const pricing::BlockRange range = rows.ranges()[static_cast<std::size_t>(pricing::Block::grid)];
  std::vector<double> pnl(book.underlyings.size() * range.size, 0.0);
  std::vector<std::vector<GridRow>> waiting(book.underlyings.size());
  const auto place_of = [&](std::size_t u) {
    return std::span<double>(pnl).subspan(u * range.size, range.size);
  };
  const auto add = [&](AssetIndex underlying, const pricing::RowView& row, Int128 lots) {
    if (!row.present() || lots == 0) return;
    const auto at = std::lower_bound(book.underlyings.begin(), book.underlyings.end(), underlying);
    const auto u = static_cast<std::size_t>(at - book.underlyings.begin());
    const GridRow made{row.ticks.data() + range.begin,
                       static_cast<double>(lots) * power_of_two(row.exponent)};
    waiting[u].push_back(made);
    if (lots <= kGridLotsMost && lots >= -kGridLotsMost) return;
    // Products that are rounded: by the plain loop, in its turn.
    waiting[u].pop_back();
    market.kernels().add_grid(waiting[u], place_of(u));
    waiting[u].clear();
    risk_kernels(KernelTarget::plain).add_grid({&made, 1}, place_of(u));
  };
  for (const InstrumentLine& line : book.instruments) {
    add(line.underlying, rows.instrument(line.instrument), line.lots);
  }
  for (const AssetLine& line : book.assets) {
    add(line.asset, rows.asset(line.asset), with_collateral ? line.net() : line.obligations());
  }
  for (std::size_t u = 0; u < waiting.size(); ++u) {
    market.kernels().add_grid(waiting[u], place_of(u));
  }
  return pnl;
}

std::vector<double> point_weights(const ScenarioGrid& model, const EpochRisk& market) {
  std::vector<double> weights;
  for (const pricing::GridPoint& point : market.rows().grid()) {
    const double move = point.spot < 0 ? -point.spot : point.spot;
    const bool tail = model.tail_from > 0 && move > model.tail_from;
    weights.push_back(tail ? model.tail_weight / 10'000.0 : 1.0);
  }
  return weights;
}

double contingency(const ScenarioGrid& model, const EpochRisk& market, const Exposure& exposure) {
  const double spot = market.epoch().assets[exposure.underlying.value].mid;
  const double delta = exposure.net_delta < 0 ? -exposure.net_delta : exposure.net_delta;
  return model.delta_charge / 10'000.0 * delta * spot +
         model.short_option_charge / 10'000.0 * (exposure.short_calls + exposure.short_puts);
}

Usd capped_haircuts(const EpochRisk& market, const Portfolio& portfolio,
                    std::span<const HaircutValue> haircuts, Usd collateral) {
  Int128 value = 0;
  for (const HaircutValue& haircut : haircuts) {
    if (counts(market, portfolio, haircut.asset)) value += haircut.value.micros;
  }
  return max(saturate_usd(static_cast<Int128>(collateral.micros) - value), Usd{});
}

}  // namespace

Status validate(const ScenarioGrid& model) {
  const auto check = [](std::string_view field, BasisPoints value, BasisPoints low,
                        BasisPoints high) -> Status {
    if (value >= low && value <= high) return {};
    return fail(ErrorCode::out_of_range, field, std::to_string(value),
                "basis points from " + std::to_string(low) + " to " + std::to_string(high));
  };
  BULKHEAD_TRY_STATUS(check("offset", model.offset, 0, 10'000));
  BULKHEAD_TRY_STATUS(check("tail_weight", model.tail_weight, 0, 10'000));
  BULKHEAD_TRY_STATUS(check("delta_charge", model.delta_charge, 0, 10'000));
  BULKHEAD_TRY_STATUS(check("short_option_charge", model.short_option_charge, 0, 10'000));
  BULKHEAD_TRY_STATUS(check("initial_factor", model.initial_factor, 1, 100'000));
  BULKHEAD_TRY_STATUS(check("maintenance", model.maintenance, 1, 10'000));
  if (!(model.tail_from >= 0 && model.tail_from <= 10)) {
    return fail(ErrorCode::out_of_range, "tail_from", std::to_string(model.tail_from),
                "from 0 to 10");
  }
  return {};
}

double worst_of_grid(std::span<const double> pnl, std::span<const double> weights, double offset) {
  const std::size_t points = weights.size();
  if (points == 0) return 0;
  BULKHEAD_ASSERT(pnl.size() % points == 0);
  std::vector<double> together(points, 0.0);
  double apart = 0;
  for (std::size_t begin = 0; begin < pnl.size(); begin += points) {
    double worst = 0;
    for (std::size_t p = 0; p < points; ++p) {
      const double loss = -pnl[begin + p] * weights[p];
      worst = std::max(worst, loss);
      together[p] += loss;
    }
    apart += worst;
  }
  const double netted = std::max(0.0, *std::max_element(together.begin(), together.end()));
  return apart - offset * (apart - netted);
}

Requirement evaluate(const ScenarioGrid& model, const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch) {
  Requirement out = evaluate_equity(market, portfolio);
  if (!portfolio.has_obligations()) return out;
  Scratch::Impl& impl = scratch.impl();
  make_book(market, portfolio, std::nullopt, impl.book);
  measure(market, impl.book, impl.exposures, impl.deltas);
  const std::vector<double> weights = point_weights(model, market);
  double extra = 0;
  for (const Exposure& exposure : impl.exposures) extra += contingency(model, market, exposure);
  const Usd orders = open_order_charge(market, portfolio);
  double gross = 0;
  for (const Exposure& exposure : impl.exposures) gross += exposure.gross;
  out.gross_notional = usd_up(gross);
  const Parameters& parameters = market.parameters();
  const Usd floor =
      max(scale_up(out.gross_notional, parameters.floor_rate, 10'000), parameters.floor_amount);
  const Usd own_token = own_token_charge(market, portfolio, impl.exposures);
  const auto fill = [&](bool with_collateral, Components& parts) {
    const double worst = worst_of_grid(grid_pnl(market, impl.book, with_collateral), weights,
                                       model.offset / 10'000.0);
    parts.grid_worst = usd_up(worst);
    parts.core = usd_up((worst + extra) * (model.initial_factor / 10'000.0));
    parts.open_orders = orders;
    parts.floor = floor;
    parts.own_token = own_token;
    const Int128 sum = static_cast<Int128>(parts.core.micros) + orders.micros + own_token.micros;
    parts.total = max(saturate_usd(sum), floor);
  };
  const bool joint = portfolio.mode == MarginMode::joint;
  fill(false, out.obligations);
  fill(joint, out.parts);
  if (!joint) {
    out.parts.haircut = capped_haircuts(market, portfolio, haircuts, out.collateral);
    out.parts.total =
        saturate_usd(static_cast<Int128>(out.parts.total.micros) + out.parts.haircut.micros);
  }
  out.initial = out.parts.total;
  out.initial_stressed = out.initial;
  out.obligations_initial = out.obligations.total;
  out.maintenance = scale_up(out.initial, model.maintenance, 10'000);
  out.obligations_maintenance = scale_up(out.obligations_initial, model.maintenance, 10'000);
  return out;
}

std::vector<UnderlyingCharge> underlying_charges(const ScenarioGrid& model, const EpochRisk& market,
                                                 const Portfolio& portfolio) {
  Book book;
  make_book(market, portfolio, std::nullopt, book);
  const std::vector<Exposure> exposures = exposures_of(market, portfolio);
  const std::vector<double> pnl = grid_pnl(market, book, false);
  const std::vector<double> weights = point_weights(model, market);
  std::vector<UnderlyingCharge> charges;
  for (std::size_t u = 0; u < book.underlyings.size(); ++u) {
    const std::span<const double> own(pnl.data() + u * weights.size(), weights.size());
    const double charge =
        (worst_of_grid(own, weights, 0) + contingency(model, market, exposures[u])) *
        (model.initial_factor / 10'000.0);
    if (charge > 0) charges.push_back({book.underlyings[u], usd_up(charge)});
  }
  return charges;
}

}  // namespace bulkhead::risk
