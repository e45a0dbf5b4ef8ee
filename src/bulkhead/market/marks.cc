// Marks of perpetuals, futures and options.
#include "bulkhead/market/marks.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"

namespace bulkhead::market {
namespace {

constexpr double kSecondsPerYear = 365.0 * 86'400.0;

bool usable(Quality quality) { return quality < Quality::stale; }

double band_of(const Instrument& instrument, Timestamp t, const Parameters& p) {
  const double years =
      instrument.expiry > t ? (instrument.expiry - t).seconds() / kSecondsPerYear : 0;
  return std::min(0.95, p.mark_band + p.mark_band_per_year * years);
}

// Observations in the instrument's quote, or as bases where none is of this tick.
std::vector<Quote> quotes_of(const std::vector<MarkObservation>& fresh, double index,
                             bool any_now) {
  std::vector<Quote> quotes;
  for (const MarkObservation& o : fresh) {
    if (any_now && o.now) {
      quotes.push_back({o.price, o.confidence});
    } else if (any_now && o.basis > 0 && index > 0) {
      quotes.push_back({o.basis * index, o.confidence});
    } else if (!any_now && o.basis > 0) {
      quotes.push_back({o.basis, o.confidence * (o.basis / o.price)});
    }
  }
  return quotes;
}

double log_ratio_power(double basis, double exponent) {
  return exp_fixed(exponent * log_fixed(basis));
}

const ForwardNode* nearest(const std::vector<ForwardNode>& futures, Timestamp expiry, Timestamp t) {
  const ForwardNode* best = nullptr;
  Duration best_distance;
  for (const ForwardNode& node : futures) {
    if (node.expiry == expiry) return &node;
    if (node.expiry - t < days(1)) continue;
    const Duration distance = node.expiry > expiry ? node.expiry - expiry : expiry - node.expiry;
    const bool better = best == nullptr || distance < best_distance ||
                        (distance == best_distance && node.expiry < best->expiry);
    if (better) {
      best = &node;
      best_distance = distance;
    }
  }
  return best;
}

double forward_ratio(const ForwardNode* node, Timestamp expiry, Timestamp t) {
  if (node == nullptr || expiry <= t) return 1;
  if (node->expiry == expiry) return node->basis;
  return log_ratio_power(node->basis, (expiry - t).seconds() / (node->expiry - t).seconds());
}

void set_volatility(InstrumentMark& mark, const InstrumentState& state,
                    const AssetState& underlying) {
  if (state.volatility > 0) {
    mark.volatility = state.volatility;
    mark.volatility_origin = MarkOrigin::observed;
    mark.quality = std::max(mark.quality, state.own);
  } else if (underlying.implied > 0) {
    mark.volatility = underlying.implied;
    mark.volatility_origin = MarkOrigin::derived;
    if (underlying.implied_stale) mark.quality = std::max(mark.quality, Quality::stale);
  } else {
    mark.volatility = underlying.model_volatility;
    mark.volatility_origin = MarkOrigin::model;
  }
}

}  // namespace

double MarkInputs::index() const {
  if (!underlying->priced()) return 0;
  if (settlement == nullptr) return underlying->mid;
  return settlement->priced() ? underlying->mid / settlement->mid : 0;
}

Quality MarkInputs::worst() const {
  return settlement == nullptr ? underlying->quality
                               : std::max(underlying->quality, settlement->quality);
}

void update_future(InstrumentState& state, const Instrument& instrument, const MarkInputs& inputs,
                   const std::vector<MarkObservation>& fresh, std::size_t registered, Timestamp t,
                   const Parameters& parameters) {
  const double index = inputs.index();
  const bool any_now =
      std::any_of(fresh.begin(), fresh.end(), [](const MarkObservation& o) { return o.now; });
  const Aggregate value = aggregate(quotes_of(fresh, index, any_now), parameters);
  state.observed = 0;
  if (value.count == 0) {
    state.own = registered > 0 ? Quality::stale : Quality::good;
    return;
  }
  state.own = Quality::good;
  const double band = band_of(instrument, t, parameters);
  if (!any_now) {
    state.basis = std::clamp(value.price, 1 - band, 1 + band);
    if (state.basis != value.price) state.own = Quality::volatile_;
    return;
  }
  if (value.confidence > parameters.wide_limit * value.price) state.own = Quality::wide;
  state.observed = value.price;
  if (index <= 0 || !usable(inputs.worst())) return;
  const double cut = std::clamp(value.price, index * (1 - band), index * (1 + band));
  if (cut != value.price) state.own = Quality::volatile_;
  state.observed = cut;
  state.basis = cut / index;
}

InstrumentMark future_mark(const InstrumentState& state, const Instrument& instrument,
                           const MarkInputs& inputs, Timestamp t) {
  InstrumentMark mark;
  const double index = inputs.index();
  const bool expired = instrument.kind == InstrumentKind::future && instrument.expiry <= t;
  if (state.observed > 0 && !expired) {
    mark.price = state.observed;
    mark.origin = MarkOrigin::observed;
  } else if (index > 0) {
    mark.price = state.basis > 0 && !expired ? index * state.basis : index;
    mark.origin = MarkOrigin::derived;
  } else {
    return mark;
  }
  mark.quality = expired ? inputs.worst() : std::max(inputs.worst(), state.own);
  return mark;
}

InstrumentMark option_mark(const InstrumentState& state, const Instrument& instrument,
                           const MarkInputs& inputs, const std::vector<ForwardNode>& futures,
                           Timestamp t) {
  InstrumentMark mark;
  if (inputs.index() <= 0) return mark;
  const ForwardNode* node = nearest(futures, instrument.expiry, t);
  mark.price = inputs.underlying->mid * forward_ratio(node, instrument.expiry, t);
  mark.origin = MarkOrigin::derived;
  mark.quality = inputs.worst();
  if (node != nullptr) mark.quality = std::max(mark.quality, node->own);
  set_volatility(mark, state, *inputs.underlying_state);
  const double settlement = inputs.settlement == nullptr ? 1 : inputs.settlement->mid;
  const double strike = instrument.strike.to_double() * settlement;
  const double sigma_sqrt_t = mark.volatility * sqrt_years((instrument.expiry - t).seconds());
  mark.premium = black76(instrument.kind == InstrumentKind::call, mark.price, strike, sigma_sqrt_t);
  return mark;
}

}  // namespace bulkhead::market
