// evaluate(): equity, cores and add-ons put together (D5.4–D5.8).
#include "bulkhead/risk/requirement.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/risk/scratch.h"

namespace bulkhead::risk {

Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

namespace {

// One base with everything but what is the same for all variants of it.
struct Base {
  Components parts;
  Usd stressed;  // core with ω = 1
};

Usd total_of(const Components& parts, Usd core) {
  const Int128 sum = static_cast<Int128>(max(core, parts.short_option_minimum).micros) +
                     parts.liquidity.micros + parts.concentration.micros + parts.basis.micros +
                     parts.own_token.micros + parts.collateral_liquidity.micros +
                     parts.open_orders.micros;
  const Usd margin = max(saturate_usd(sum), parts.floor);
  return saturate_usd(static_cast<Int128>(margin.micros) + parts.haircut.micros);
}

void set_core(const BookCore& core, Base& base) {
  base.parts.es_filtered = core.netted.es_filtered;
  base.parts.es_stressed = core.netted.es_stressed;
  base.parts.es_long_run = core.netted.es_long_run;
  base.parts.grid_worst = core.netted.grid_worst;
  base.parts.standalone = core.standalone;
  base.parts.offset_floor = core.offset_floor;
  base.parts.core = core.core;
  base.stressed = core.stressed;
}

// Add-ons of the obligations of the book in scratch, summed over underlyings.
Components add_ons(const EpochRisk& market, const Portfolio& portfolio, Scratch::Impl& scratch) {
  measure(market, scratch.book, scratch.exposures, scratch.deltas);
  Int128 liquidity = 0, concentration = 0, basis = 0, short_option = 0, own_token = 0;
  for (const Exposure& exposure : scratch.exposures) {
    const Charges charges = charges_of(market, portfolio, exposure);
    liquidity += charges.liquidity.micros;
    concentration += charges.concentration.micros;
    basis += charges.basis.micros;
    short_option += charges.short_option_minimum.micros;
    own_token += charges.own_token.micros;
  }
  Components parts;
  parts.liquidity = saturate_usd(liquidity);
  parts.concentration = saturate_usd(concentration);
  parts.basis = saturate_usd(basis);
  parts.short_option_minimum = saturate_usd(short_option);
  parts.own_token = saturate_usd(own_token);
  return parts;
}

Usd gross_notional(const std::vector<Exposure>& exposures) {
  double gross = 0;
  for (const Exposure& exposure : exposures) gross += exposure.gross;
  return usd_up(gross);
}

// Σ (market − haircut value) of counted collateral, each at least 0 (D5.6).
Usd haircut_total(const EpochRisk& market, const Portfolio& portfolio,
                  std::span<const HaircutValue> haircuts) {
  Int128 sum = 0;
  for (const AssetAmount& entry : portfolio.collateral) {
    if (!counts(market, portfolio, entry.asset)) continue;
    const Usd value = pricing::holding_value(market.registry()[entry.asset], entry.amount,
                                             market.epoch().assets[entry.asset.value].mid);
    const auto found =
        std::lower_bound(haircuts.begin(), haircuts.end(), entry.asset,
                         [](const HaircutValue& h, AssetIndex asset) { return h.asset < asset; });
    const bool known = found != haircuts.end() && found->asset == entry.asset;
    sum += max(value - (known ? found->value : Usd{}), Usd{}).micros;
  }
  return saturate_usd(sum);
}

void take_valuation(const Valuation& valuation, Requirement& out) {
  out.equity_least = valuation.least;
  out.equity_mid = valuation.mid;
  out.equity_greatest = valuation.greatest;
  out.equity_greatest_near = valuation.greatest_near;
  out.is_volatile = valuation.is_volatile;
  out.at_quorum = valuation.at_quorum;
  out.collateral = valuation.collateral;
  out.positions = valuation.positions;
  out.debts = valuation.debts;
  out.quality = valuation.quality;
  out.unpriced = valuation.unpriced;
}

class Evaluation {
 public:
  Evaluation(const EpochRisk& market, const Portfolio& portfolio,
             std::span<const HaircutValue> haircuts, Scratch::Impl& scratch)
      : market_(market),
        portfolio_(portfolio),
        haircuts_(haircuts),
        scratch_(scratch),
        joint_mode_(portfolio.mode == MarginMode::joint) {}

  void run(Requirement& out, Duration look_ahead) {
    scratch_.expired_until.reset();
    orders_ = open_order_charge(market_, portfolio_);
    // What expires inside the horizon first; the book as it is last, its vectors are read below.
    for (const Timestamp expiry : expiries_in_horizon(market_, portfolio_)) consider(expiry, out);
    consider(std::nullopt, out);
    scratch_.expired_until = chosen_;

    const Parameters& parameters = market_.parameters();
    const Usd rate_floor = scale_up(out.gross_notional, parameters.floor_rate, 10'000);
    const Usd floor = max(rate_floor, parameters.floor_amount);
    obligations_.parts.floor = floor;
    obligations_.parts.total = total_of(obligations_.parts, obligations_.parts.core);
    out.obligations = obligations_.parts;
    out.obligations_initial = out.obligations.total;
    out.obligations_maintenance = maintenance(out.obligations_initial);

    initial_.parts.floor = floor;
    if (joint_mode_) {
      const Int128 base = static_cast<Int128>(out.debts.micros) - out.positions.micros +
                          out.obligations_initial.micros;
      initial_.parts.collateral_liquidity =
          collateral_liquidity_charge(market_, scratch_.book, saturate_usd(base));
    } else {
      initial_.parts.haircut = haircut_total(market_, portfolio_, haircuts_);
    }
    initial_.parts.total = total_of(initial_.parts, initial_.parts.core);
    out.parts = initial_.parts;
    out.initial = out.parts.total;
    out.initial_stressed = total_of(initial_.parts, stressed_);
    out.maintenance = maintenance(out.initial);
    out.breach_weight = breach_weight(market_, scratch_.vectors, scratch_.netting, out.equity_mid,
                                      out.maintenance, look_ahead);
  }

 private:
  Usd maintenance(Usd initial) const {
    return scale_up(initial, market_.parameters().maintenance, 10'000);
  }

  // D3.5: the larger of the requirement with and without what has then expired.
  void consider(std::optional<Timestamp> expired_until, Requirement& out) {
    make_book(market_, portfolio_, expired_until, scratch_.book);
    net(market_, scratch_.book, joint_mode_, scratch_.vectors, scratch_.netting);
    Base obligations;
    obligations.parts = add_ons(market_, portfolio_, scratch_);
    obligations.parts.open_orders = orders_;
    Base initial = obligations;
    set_core(scratch_.netting.obligations, obligations);
    set_core(joint_mode_ ? scratch_.netting.joint : scratch_.netting.obligations, initial);
    out.gross_notional = max(out.gross_notional, gross_notional(scratch_.exposures));
    if (larger(obligations, obligations_)) obligations_ = obligations;
    stressed_ = max(stressed_, initial.stressed);
    if (larger(initial, initial_)) {
      initial_ = initial;
      chosen_ = expired_until;
    }
  }

  // Ties go to the later, which is the book as it is.
  bool larger(const Base& base, const Base& best) const {
    return total_of(base.parts, base.parts.core) >= total_of(best.parts, best.parts.core);
  }

  const EpochRisk& market_;
  const Portfolio& portfolio_;
  std::span<const HaircutValue> haircuts_;
  Scratch::Impl& scratch_;
  bool joint_mode_;
  Usd orders_;
  Base obligations_;
  Base initial_;
  Usd stressed_;
  std::optional<Timestamp> chosen_;
};

}  // namespace

Requirement evaluate(const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch,
                     const EvaluationOptions& options) {
  Scratch::Impl& impl = scratch.impl();
  Requirement out;
  value_portfolio(market, portfolio, impl.valuation);
  take_valuation(impl.valuation, out);
  if (!portfolio.has_obligations()) return out;
  const Duration look_ahead =
      options.look_ahead > Duration{} ? options.look_ahead : market.parameters().look_ahead;
  Evaluation(market, portfolio, haircuts, impl).run(out, look_ahead);
  return out;
}

Requirement evaluate_equity(const EpochRisk& market, const Portfolio& portfolio) {
  Valuation valuation;
  Requirement out;
  value_portfolio(market, portfolio, valuation);
  take_valuation(valuation, out);
  return out;
}

}  // namespace bulkhead::risk
