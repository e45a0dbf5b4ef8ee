// Constants of a safe region: line by line, add-on by add-on. Each step is proved in
// docs/safe-regions.md under the name that its comment gives.
#include "bulkhead/risk/safe_region.h"

#include <algorithm>
#include <limits>

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/risk/book.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::risk {
namespace {

constexpr double kGrowth = 1.5;        // of coins and notionals inside the box: 1.2 · 1.2 < 1.5
constexpr double kDeltaSlope = 9;      // |Δδ| <= min(1, 9·move/(σ√T))
constexpr double kLeastSigma = 0.005;  // below it an option's delta is a step: stay awake
constexpr double kRounding = 1e-6;  // of the gross: rows are rounded to 2^-27 of their largest move
constexpr double kMicros = 1e-6;

double magnitude(double x) { return x < 0 ? -x : x; }
double whole(Usd value) { return static_cast<double>(value.micros) * kMicros; }

// Marginal charge of liquidity at the largest notional that can come up inside the box.
double marginal(const LiquidityCurve& curve, double notional) {
  if (curve.unknown_volume) return curve.half_spread + curve.impact_cap;
  const double scale = curve.impact_scale * (1 + kVolatilityBox);
  return curve.half_spread + std::min(scale * sqrt_fixed(notional), curve.impact_cap);
}

// Losses of E (`equity`), of −V + B (`owed`), and growths of IM and IM° per unit of each move.
struct Slopes {
  double equity = 0;                  // of spot-proportional value, + gains when the price rises
  double owed = 0;                    // the same of obligations alone
  double core_up = 0, core_down = 0;  // growth of the core of IM
  double obliged_up = 0, obliged_down = 0;  // growth of the core of IM°
  double either = 0;                        // growth of add-ons, whichever way
  double rises = 0;                         // growth of add-ons with a rise alone
  double basis = 0, basis_margin = 0;       // E's, the margin's
  double option = 0, option_margin = 0;
  double volatility = 0;
  double tail = 0;  // growth of the collateral's tail with a rise, not multiplied by θ
};

class Builder {
 public:
  Builder(const EpochRisk& market, const ShockBounds& bounds, const Portfolio& portfolio)
      : market_(market), bounds_(bounds), portfolio_(portfolio) {}

  bool add_lines(const Book& book) {
    for (const InstrumentLine& line : book.instruments) {
      if (!add_instrument(line)) return false;
    }
    for (const AssetLine& line : book.assets) add_asset(line);
    return true;
  }

  // D5.8: unit cores and the loss of limits against marks move with both.
  bool add_orders() {
    for (const OrderLots& order : portfolio_.orders) {
      if (!market_.rows().has(order.instrument)) return false;
      const market::Instrument& instrument = market_.registry()[order.instrument];
      const AssetIndex settlement = market_.registry().settlement(order.instrument);
      const AssetIndex underlying = market_.registry().underlying(order.instrument);
      const double lots = magnitude(static_cast<double>(order.lots));
      const double core = std::max(market_.unit_core(order.instrument, OrderSide::buy),
                                   market_.unit_core(order.instrument, OrderSide::sell));
      Slopes& own = of(underlying);
      if (instrument.is_option()) {
        const double notional = lots * option_notional(order.instrument);
        own.option_margin +=
            notional * (2 + forward_multiplier(market_, bounds_, order.instrument));
        if (market_.epoch().instruments[order.instrument.value].volatility <= 0) return false;
      } else {
        const double value = lots * magnitude(value_of(order.instrument));
        own.either += lots * core + value;
        own.basis_margin += lots * core + value;
      }
      // The cash leg and the limit are worth what the settlement asset is.
      const double size = instrument.lot_size.to_double();
      const double price = instrument.inverse && !instrument.is_option() && order.limit > 0
                               ? 1 / order.limit
                               : order.limit;
      const double paid = instrument.inverse ? market_.epoch().assets[underlying.value].mid
                                             : market_.epoch().assets[settlement.value].mid;
      of(instrument.inverse ? underlying : settlement).either +=
          lots * (core + size * magnitude(price) * paid);
      gross_ += lots * core;
    }
    return true;
  }

  // Haircut mode (D5.6): a haircut grows by at most 1.5 times its price's rise, and in proportion
  // to its estimator.
  void add_haircuts(const Book& book, std::span<const HaircutValue> haircuts) {
    for (const AssetLine& line : book.assets) {
      if (line.collateral == 0 || is_numeraire(line.asset)) continue;
      const double value =
          static_cast<double>(line.collateral) * market_.rows().asset(line.asset).base;
      double kept = 0;
      for (const HaircutValue& h : haircuts) {
        if (h.asset == line.asset) kept = whole(h.value);
      }
      const double cut = std::max(0.0, value - kept) + 1e-3;
      Slopes& own = of(line.asset);
      own.rises += 1.7 * cut;
      own.volatility += 1.5 * cut;
      const double tail = value * market_.haircut_core(line.asset);
      own.tail += tail;
      tail_ += tail;
    }
  }

  // Liquidity, concentration, leg spreads, basis, short options, floor (D5.5). What a group's total
  // can come to is taken off at once.
  void add_charges(const Book& book, const GrossCoins& group) {
    std::vector<Exposure> exposures;
    std::vector<double> deltas;
    measure(market_, book, exposures, deltas);
    const Parameters& p = market_.parameters();
    for (const Exposure& exposure : exposures) {
      if (exposure.gross <= 0 && exposure.worst_delta == 0) continue;
      const double spot = market_.epoch().assets[exposure.underlying.value].mid;
      const market::Asset& asset = market_.registry()[exposure.underlying];
      const LiquidityCurve& curve = market_.liquidity(exposure.underlying);
      const double most = coins_of(group, exposure.underlying) * spot * kGrowth;
      const double limit = p.concentration_share * asset.adv;
      double rate = marginal(curve, most);
      if (asset.adv > 0 && most > limit) rate += p.concentration_rate;
      Slopes& own = of(exposure.underlying);
      const Charged charged = charged_[exposure.underlying.value];
      own.either += rate * charged.linear;
      own.basis_margin += rate * 1.3 * charged.linear;
      own.option_margin += rate * charged.option;
      const double coins = magnitude(exposure.worst_delta);
      double now = coins > 0 ? liquidity_charge(curve, coins * spot) : 0;
      if (!portfolio_.group.empty() && coins > 0 && most > 0) {
        const double share = coins * spot / most;
        const double whole_group =
            liquidity_charge(curve, most) +
            (asset.adv > 0 ? p.concentration_rate * std::max(0.0, most - limit) : 0.0);
        reserve_ += share * whole_group;  // at most this, whatever the others come to
        now = share * liquidity_charge(curve, most);
      }
      own.volatility += 1.5 * (now + rate * (0.5 * charged.linear + charged.option_most));
      const double rates = leg_rate(exposure) + p.floor_rate * 1e-4 * exposure.gross +
                           exposure.basis +
                           p.short_option * 1e-4 * (exposure.short_calls + exposure.short_puts);
      own.either += rates;
      own.basis_margin += 1.3 * rates;
      gross_ += exposure.gross;
    }
  }

  // D5.6: the sale of collateral for what the obligations need.
  void add_collateral_liquidity(const Book& book, Usd charged) {
    double most = 0;
    double total = 0;
    for (const AssetLine& line : book.assets) {
      if (line.collateral == 0 || is_numeraire(line.asset)) continue;
      const double value =
          static_cast<double>(line.collateral) * market_.rows().asset(line.asset).base;
      most =
          std::max(most, std::min(1.0, marginal(market_.liquidity(line.asset), value * kGrowth)));
      total += value;
    }
    if (total <= 0) return;
    for (Slopes& s : slopes_) {
      const double owed = magnitude(s.owed);
      s.either += most * (owed + std::max(s.obliged_up, s.obliged_down) + s.either + s.rises);
      s.basis_margin += most * (s.basis + s.basis_margin);
      s.option_margin += most * (s.option + s.option_margin);
      s.volatility *= 1 + most;
    }
    for (const AssetLine& line : book.assets) {
      if (line.collateral == 0 || is_numeraire(line.asset)) continue;
      const double value =
          static_cast<double>(line.collateral) * market_.rows().asset(line.asset).base;
      Slopes& own = of(line.asset);
      own.either += 2.5 * most * value;
      own.volatility += 1.5 * (whole(charged) + most * value);
    }
  }

  // What is left to an edge at `equity` and `initial`, every one of them rounded.
  double slack_to(const Edge& edge, double equity, double initial) const {
    const double excess = equity - edge.level * initial + edge.offset;
    const double lost = edge.level * (kRounding * gross_ + reserve_);
    return (edge.above ? excess - edge.scale * tail_ : -excess) - lost;
  }

  SafeRegion finish(double slack, std::span<const Edge> edges) {
    SafeRegion region;
    region.slack = slack;
    double sum = 0;
    for (std::size_t i = 0; i < slopes_.size(); ++i) {
      RegionTerm term;
      term.asset = assets_[i];
      for (const Edge& edge : edges) widen(term, slopes_[i], edge);
      const double price = std::max(term.up, term.down);
      sum += price + term.basis + term.option +
             kVolatilityBox / kBox * std::max(term.volatility, term.calm);
      if (sum > 0) region.terms.push_back(term);
    }
    region.radius = sum > 0 ? std::min(kBox, region.slack / (sum * (1 + kRounding))) : kBox;
    return region;
  }

 private:
  // Notionals of an underlying that liquidity is charged on.
  struct Charged {
    double linear = 0;       // of delta-one contracts and debts, at the worst point of the grid
    double option = 0;       // per unit of an option's move
    double option_most = 0;  // of options altogether
  };

  static float upwards(double x) { return static_cast<float>(x * (1 + kRounding)); }
  static void raise(float& to, double x) { to = std::max(to, upwards(x)); }

  // "Edges".
  static void widen(RegionTerm& term, const Slopes& s, const Edge& edge) {
    const double level = edge.level;
    if (edge.above) {
      raise(term.up, level * (s.core_up + s.either + s.rises) - s.equity + edge.scale * s.tail);
      raise(term.down, level * (s.core_down + s.either) + s.equity);
      raise(term.volatility, level * s.volatility);
    } else {
      raise(term.up, level * (s.core_down + s.either) + s.equity);
      raise(term.down, level * (s.core_up + s.either + s.rises) - s.equity);
      raise(term.calm, level * s.volatility);
    }
    raise(term.basis, s.basis + level * s.basis_margin);
    raise(term.option, s.option + level * s.option_margin);
  }
  bool is_numeraire(AssetIndex a) const { return market_.registry()[a].numeraire; }
  double value_of(InstrumentIndex i) const {
    return market_.lot_value(i, pricing::PricePoint::mid);
  }

  Slopes& of(AssetIndex asset) {
    const auto at = std::lower_bound(assets_.begin(), assets_.end(), asset);
    const auto index = at - assets_.begin();
    if (at == assets_.end() || *at != asset) {
      assets_.insert(at, asset);
      slopes_.insert(slopes_.begin() + index, Slopes{});
    }
    if (charged_.size() <= asset.value) charged_.resize(asset.value + 1U);
    return slopes_[static_cast<std::size_t>(index)];
  }

  double option_notional(InstrumentIndex i) const {
    const market::Instrument& instrument = market_.registry()[i];
    const double size = instrument.lot_size.to_double();
    const double spot = market_.epoch().assets[market_.registry().underlying(i).value].mid;
    return size * std::max(spot, market_.epoch().instruments[i.value].price);
  }

  // "Options", "Delta-one contracts".
  bool add_instrument(const InstrumentLine& line) {
    const market::Instrument& instrument = market_.registry()[line.instrument];
    const double lots = magnitude(static_cast<double>(line.lots));
    Slopes& own = of(line.underlying);
    Charged& charged = charged_[line.underlying.value];
    if (instrument.is_option()) {
      const market::InstrumentMark& mark = market_.epoch().instruments[line.instrument.value];
      const double seconds = (instrument.expiry - market_.epoch().time).seconds();
      const double sigma = mark.volatility * market::sqrt_years(seconds);
      if (!(sigma > kLeastSigma)) return false;
      const double notional = lots * option_notional(line.instrument);
      own.option += notional;
      own.option_margin += notional * forward_multiplier(market_, bounds_, line.instrument);
      charged.option += notional * (1 + kDeltaSlope / sigma);
      charged.option_most += 1.3 * notional;
      gross_ += notional;
      return true;
    }
    const double value = value_of(line.instrument);
    const double held = lots * market_.core(line.instrument, line.lots > 0);
    const double opposite = lots * market_.core(line.instrument, line.lots < 0);
    if (!instrument.inverse) {
      const double signed_value = static_cast<double>(line.lots) * value;
      own.equity += signed_value;
      own.owed += signed_value;
      own.core_up += held;
      own.core_down += opposite;
      own.obliged_up += held;
      own.obliged_down += opposite;
    }
    own.basis += lots * magnitude(value);
    own.basis_margin += std::max({lots * magnitude(value), held, opposite});
    double worst = 0;
    for (const double delta : market_.rows().deltas(line.instrument)) {
      worst = std::max(worst, magnitude(delta));
    }
    const double spot = market_.epoch().assets[line.underlying.value].mid;
    charged.linear += lots * worst * spot;
    gross_ += lots * magnitude(value);
    return true;
  }

  // "Assets".
  void add_asset(const AssetLine& line) {
    if (is_numeraire(line.asset)) return;
    const double unit = market_.rows().asset(line.asset).base;
    const bool joint = portfolio_.mode == MarginMode::joint;
    Slopes& own = of(line.asset);
    own.equity += static_cast<double>(line.net()) * unit;
    const double obliged = static_cast<double>(line.obligations());
    own.owed += obliged * unit;
    const double simulated = joint ? static_cast<double>(line.net()) : obliged;
    own.core_up += magnitude(simulated) * market_.core(line.asset, simulated > 0);
    own.core_down += magnitude(simulated) * market_.core(line.asset, simulated < 0);
    own.obliged_up += magnitude(obliged) * market_.core(line.asset, obliged > 0);
    own.obliged_down += magnitude(obliged) * market_.core(line.asset, obliged < 0);
    charged_[line.asset.value].linear += static_cast<double>(line.debt) * unit;
    gross_ += (static_cast<double>(line.collateral) + magnitude(obliged)) * unit;
  }

  double leg_rate(const Exposure& exposure) const { return exposure.leg_spreads; }

  static double coins_of(const GrossCoins& group, AssetIndex asset) {
    for (const auto& [underlying, coins] : group) {
      if (underlying == asset) return coins;
    }
    return 0;
  }

  const EpochRisk& market_;
  const ShockBounds& bounds_;
  const Portfolio& portfolio_;
  std::vector<AssetIndex> assets_;  // sorted; slopes_ beside them
  std::vector<Slopes> slopes_;
  std::vector<Charged> charged_;  // by asset
  double gross_ = 0;
  double reserve_ = 0;  // of the margin: what a group's total can move it by
  double tail_ = 0;     // Σ ES(collateral), haircut mode
};

bool expires_soon(const EpochRisk& market, InstrumentIndex i, Duration lasting) {
  const market::Instrument& instrument = market.registry()[i];
  if (instrument.kind == market::InstrumentKind::perpetual) return false;
  return instrument.expiry - market.epoch().time <= market.set().horizon() + lasting;
}

// Everything has a price, nothing expires soon, and no charge is of another kind.
bool can_sleep(const EpochRisk& market, const Portfolio& portfolio, const Requirement& needed,
               Duration lasting) {
  if (needed.unpriced || !portfolio.own_tokens.empty() || !portfolio.packages.empty()) return false;
  for (const PositionLots& line : portfolio.positions) {
    if (!market.rows().has(line.instrument)) return false;
    if (expires_soon(market, line.instrument, lasting)) return false;
  }
  return std::ranges::none_of(portfolio.orders, [&](const OrderLots& order) {
    return expires_soon(market, order.instrument, lasting);
  });
}

}  // namespace

std::optional<RestLevel> rest_level(const EpochRisk& market, BasisPoints watch_bp,
                                    BasisPoints breach_weight_bp, Duration longest_look_ahead) {
  const Parameters& p = market.parameters();
  // A weight above P/2 is then a mass of at least the tail's: its least loss is below ES.
  const std::uint64_t tail = p.level.denominator - p.level.numerator;
  if (breach_weight_bp < 0 ||
      static_cast<std::uint64_t>(breach_weight_bp) * p.level.denominator < 20'000 * tail) {
    return std::nullopt;
  }
  RestLevel rest;
  rest.scale = sqrt_fixed(longest_look_ahead.seconds() / market.set().horizon().seconds());
  const double maintained = static_cast<double>(p.maintenance) * 1e-4 + rest.scale;
  rest.level = std::max(static_cast<double>(watch_bp) * 1e-4, maintained) * (1 + 1e-9);
  if (rest.level < 1) rest.level = 1;
  return rest;
}

double largest_loss(std::span<const RegionTerm> terms, std::span<const Moves> moves) {
  double loss = 0;
  for (const RegionTerm& term : terms) {
    const Moves& m = moves[term.asset.value];
    if (!(m.up <= kBox && m.down <= kBox && m.basis <= kBox && m.option <= kBox &&
          m.volatility <= kVolatilityBox)) {
      return std::numeric_limits<double>::infinity();
    }
    loss += term.up * m.up + term.down * m.down + term.basis * m.basis + term.option * m.option +
            term.volatility * m.volatility + term.calm * m.calm;
  }
  return loss;
}

bool is_safe(double slack, std::span<const RegionTerm> terms, std::span<const Moves> moves) {
  return largest_loss(terms, moves) < slack;
}

double largest_move(std::span<const Moves> moves) {
  double largest = 0;
  for (const Moves& m : moves) {
    const double estimator = std::max(m.volatility, m.calm) * (kBox / kVolatilityBox);
    largest = std::max({largest, m.up, m.down, m.basis, m.option, estimator});
  }
  return largest;
}

void add_gross_coins(const EpochRisk& market, const Portfolio& portfolio, GrossCoins& out) {
  const auto add = [&out](AssetIndex asset, double coins) {
    for (auto& [underlying, sum] : out) {
      if (underlying != asset) continue;
      sum += coins;
      return;
    }
    out.emplace_back(asset, coins);
  };
  for (const PositionLots& line : portfolio.positions) {
    if (!market.rows().has(line.instrument)) continue;
    const AssetIndex underlying = market.registry().underlying(line.instrument);
    double most = 0;
    for (const double delta : market.rows().deltas(line.instrument)) {
      most = std::max(most, magnitude(delta));
    }
    const market::Instrument& instrument = market.registry()[line.instrument];
    if (instrument.is_option()) {
      const double spot = market.epoch().assets[underlying.value].mid;
      const double forward = market.epoch().instruments[line.instrument.value].price;
      most = std::max(most, instrument.lot_size.to_double() * std::max(1.0, forward / spot));
    }
    add(underlying, magnitude(static_cast<double>(line.lots)) * most);
  }
  for (const AssetAmount& debt : portfolio.debts) {
    if (!market.rows().has(debt.asset)) continue;
    const Int128 lots =
        pricing::valuation_lots(market.registry()[debt.asset], debt.amount, Rounding::up);
    add(debt.asset, static_cast<double>(lots) * market.coins_per_lot(debt.asset));
  }
}

std::optional<SafeRegion> safe_region(const EpochRisk& market, const ShockBounds& bounds,
                                      const Portfolio& portfolio, const Requirement& needed,
                                      std::span<const HaircutValue> haircuts,
                                      const GrossCoins& group, std::span<const Edge> edges,
                                      Duration lasting) {
  if (!can_sleep(market, portfolio, needed, lasting)) return std::nullopt;
  if (!portfolio.has_obligations()) return SafeRegion{.slack = 1, .radius = 1e300, .terms = {}};
  const std::size_t lines = portfolio.positions.size() + portfolio.collateral.size() +
                            portfolio.settlement.size() + portfolio.debts.size();
  Book book;
  make_book(market, portfolio, std::nullopt, book);
  if (book.unpriced) return std::nullopt;
  Builder builder(market, bounds, portfolio);
  if (!builder.add_lines(book) || !builder.add_orders()) return std::nullopt;
  builder.add_charges(book, group);
  if (portfolio.mode == MarginMode::haircut) {
    builder.add_haircuts(book, haircuts);
  } else {
    builder.add_collateral_liquidity(book, needed.parts.collateral_liquidity);
  }
  double slack = std::numeric_limits<double>::max();
  for (const Edge& edge : edges) {
    slack =
        std::min(slack, builder.slack_to(edge, whole(needed.equity_mid), whole(needed.initial)));
  }
  slack -= 2e-6 * static_cast<double>(lines + 50);  // lines and figures are rounded to micro-USD
  if (!(slack > 0)) return std::nullopt;
  return builder.finish(slack, edges);
}

}  // namespace bulkhead::risk
