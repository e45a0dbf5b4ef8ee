// explain(): the requirement with its tail scenarios, contributions and figures per underlying.
#include "bulkhead/risk/explain.h"

#include <algorithm>
#include <map>

#include "bulkhead/base/assert.h"
#include "bulkhead/risk/attribution.h"
#include "bulkhead/risk/scratch.h"

namespace bulkhead::risk {
namespace {

using pricing::Block;

// "-20", "2.5": at most one decimal, of a fraction.
std::string percent(double fraction) {
  const auto tenths = static_cast<long>(fraction * 1000 + (fraction < 0 ? -0.5 : 0.5));
  std::string text = tenths < 0 ? "-" : "+";
  const long magnitude = tenths < 0 ? -tenths : tenths;
  text += std::to_string(magnitude / 10);
  if (magnitude % 10 != 0) text += "." + std::to_string(magnitude % 10);
  return text + " %";
}

std::string describe(const EpochRisk& market, const pricing::GridPoint& point) {
  if (point.stablecoin != AssetIndex::kNone) {
    return market.registry()[AssetIndex(point.stablecoin)].name + " " + percent(point.depeg);
  }
  return "spot " + percent(point.spot) + ", volatility " + percent(point.volatility) + " (log)";
}

std::vector<TailScenario> describe_tail(const EpochRisk& market, const TailView& view, Block block,
                                        const std::vector<TailPart>& tail) {
  const std::size_t begin = market.rows().ranges()[static_cast<std::size_t>(block)].begin;
  const auto dates = market.set().dates(block);
  const double mass = static_cast<double>(tail_mass(market.parameters().level));
  std::vector<TailScenario> out;
  for (const TailPart& part : tail) {
    out.push_back({part.scenario, dates[part.scenario], static_cast<double>(part.mass) / mass,
                   round_up_to_usd(-view.pnl[begin + part.scenario], view.exponent, 1)});
  }
  return out;
}

class Explanation {
 public:
  Explanation(const EpochRisk& market, const Portfolio& portfolio, Scratch::Impl& scratch,
              RequirementDetail& out)
      : market_(market),
        portfolio_(portfolio),
        scratch_(scratch),
        joint_(portfolio.mode == MarginMode::joint),
        out_(out) {}

  void run() {
    make_book(market_, portfolio_, scratch_.expired_until, scratch_.book);
    net(market_, scratch_.book, joint_, scratch_.vectors, scratch_.netting);
    measure(market_, scratch_.book, scratch_.exposures, scratch_.deltas);
    list_lines();
    const TailView view = view_tails(market_, lines_);
    explain_tails(view);
    attribute(view);
    explain_underlyings();
  }

 private:
  Usd core() const { return out_.requirement.parts.core; }

  void list_lines() {
    const market::Registry& registry = market_.registry();
    for (const InstrumentLine& line : scratch_.book.instruments) {
      const double value = market_.lot_value(line.instrument, pricing::PricePoint::mid);
      lines_.push_back({market_.rows().instrument(line.instrument), line.lots, line.underlying});
      out_.contributions.push_back({registry[line.instrument].name, registry[line.underlying].name,
                                    true, to_string(static_cast<Int128>(line.lots)),
                                    pricing::position_value(line.lots, value), Usd{}});
    }
    for (const AssetLine& line : scratch_.book.assets) {
      const Int128 lots = joint_ ? line.net() : line.obligations();
      const market::Asset& asset = registry[line.asset];
      const double price = market_.epoch().assets[line.asset.value].mid;
      lines_.push_back({market_.rows().asset(line.asset), lots, line.asset});
      out_.contributions.push_back({asset.name, asset.name, false, to_string(lots),
                                    pricing::value_of_lots(asset, lots, price, Rounding::down),
                                    Usd{}});
    }
  }

  void explain_tails(const TailView& view) {
    out_.filtered_tail = describe_tail(market_, view, Block::filtered, view.filtered);
    out_.stressed_tail = describe_tail(market_, view, Block::stressed, view.stressed);
    out_.long_run_tail = describe_tail(market_, view, Block::long_run, view.long_run);
    const std::size_t begin = market_.rows().ranges()[static_cast<std::size_t>(Block::grid)].begin;
    if (view.core.grid_worst > Usd{}) {
      out_.grid_worst = describe(market_, market_.rows().grid()[view.grid_point - begin]);
    }
  }

  // With the offset cap binding, core = cap·netted + (1 − cap)·Σ stand-alone cores.
  void attribute(const TailView& view) {
    const Components& parts = out_.requirement.parts;
    const bool floored = parts.offset_floor > view.core.core;
    out_.driver = floored ? CoreDriver::offset_floor : driver_of(view.core, market_.parameters());
    const double cap = market_.parameters().offset_cap / 10'000.0;
    std::vector<double> micros(lines_.size(), 0.0);
    add_contributions(market_, lines_, view, floored ? cap : 1.0, micros);
    if (floored) add_standalone(1.0 - cap, micros);
    const std::vector<Usd> rounded = largest_remainder(micros, core());
    for (std::size_t i = 0; i < rounded.size(); ++i) out_.contributions[i].core = rounded[i];
  }

  void add_standalone(double share, std::vector<double>& micros) {
    for (const AssetIndex underlying : scratch_.book.underlyings) {
      std::vector<AttributedLine> lines;
      std::vector<std::size_t> at;
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (lines_[i].underlying != underlying) continue;
        lines.push_back(lines_[i]);
        at.push_back(i);
      }
      std::vector<double> own(lines.size(), 0.0);
      add_contributions(market_, lines, view_tails(market_, lines), share, own);
      for (std::size_t k = 0; k < own.size(); ++k) micros[at[k]] += own[k];
    }
  }

  void explain_underlyings() {
    std::map<AssetIndex, UnderlyingDetail> details;
    for (const UnderlyingCore& core : scratch_.netting.underlyings) {
      details[core.underlying].standalone_core = joint_ ? core.joint.core : core.obligations.core;
    }
    for (const Exposure& exposure : scratch_.exposures) {
      UnderlyingDetail& detail = details[exposure.underlying];
      const Charges charges = charges_of(market_, portfolio_, exposure);
      detail.net_delta = exposure.net_delta;
      detail.worst_delta = exposure.worst_delta;
      detail.liquidity = charges.liquidity;
      detail.concentration = charges.concentration;
      detail.short_option_minimum = charges.short_option_minimum;
      detail.basis = charges.basis;
      detail.own_token = charges.own_token;
    }
    for (const UnderlyingValue& value : scratch_.valuation.underlyings) {
      UnderlyingDetail& detail = details[value.underlying];
      detail.value_low = saturate_usd(value.low);
      detail.value_mid = saturate_usd(value.mid);
      detail.value_high = saturate_usd(value.high);
    }
    for (auto& [underlying, detail] : details) {
      detail.underlying = market_.registry()[underlying].name;
      out_.underlyings.push_back(detail);
    }
  }

  const EpochRisk& market_;
  const Portfolio& portfolio_;
  Scratch::Impl& scratch_;
  bool joint_;
  RequirementDetail& out_;
  std::vector<AttributedLine> lines_;
};

}  // namespace

RequirementDetail explain(const EpochRisk& market, const Portfolio& portfolio,
                          std::span<const HaircutValue> haircuts, Scratch& scratch,
                          const EvaluationOptions& options) {
  RequirementDetail out;
  out.requirement = evaluate(market, portfolio, haircuts, scratch, options);
  if (portfolio.has_obligations()) {
    Explanation(market, portfolio, scratch.impl(), out).run();
  }
  return out;
}

}  // namespace bulkhead::risk
