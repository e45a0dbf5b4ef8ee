// Merging of a plan's files into one window.
#include "bulkhead/feeds/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "bulkhead/feeds/funding.h"
#include "bulkhead/feeds/option_chain.h"

namespace bulkhead::feeds {
namespace {

// Observations by source before sources have their final order.
struct Collector {
  Timestamp from, to;
  FeedWindow window;
  std::map<std::string, market::Source> sources;
  std::map<std::string, std::vector<PricePoint>> points;

  bool inside(Timestamp t) const { return t >= from && t < to; }
};

Status add_source(Collector& out, const market::Source& source) {
  if (source.name.empty() || out.sources.contains(source.name)) {
    return fail(ErrorCode::name_taken, "plan.source", source.name, "a name of its own");
  }
  out.sources[source.name] = source;
  return {};
}

Status load_bars(const PlanFile& file, const std::string& path, Timestamp not_after,
                 Collector& out) {
  BarOptions options;
  options.length = file.bar_length;
  options.stamped_at_close = file.stamped_at_close;
  options.symbol = file.symbol;
  options.not_after = not_after;
  // One instant earlier, for the bar whose close stands at `from`.
  options.from = out.from - nanoseconds(1);
  options.to = out.to;
  BULKHEAD_TRY(const BarSeries series, read_bars(path, options));
  market::Source source = file.source;
  if (source.stale_after.ns == 0) source.stale_after = series.length * 2;
  BULKHEAD_TRY_STATUS(add_source(out, source));
  std::vector<PricePoint>& points = out.points[source.name];
  for (const Bar& bar : series.bars) {
    if (series.has_volume && bar.volume == 0) continue;  // nobody traded: a carried price
    const std::array<PricePoint, 4> four = observations_of(bar);
    for (std::size_t i = 0; i < four.size(); ++i) {
      const bool inner = i == 1 || i == 2;
      const bool repeated = !points.empty() && points.back().time == four[i].time;
      if ((inner && file.ends_only) || repeated) continue;
      points.push_back(four[i]);
    }
  }
  std::erase_if(points, [&](const PricePoint& point) { return !out.inside(point.time); });
  out.window.files.push_back(
      {file.file, source.name, series.bars.size(), series.gaps, series.length});
  return {};
}

Status load_funding(const PlanFile& file, const std::string& path, Collector& out) {
  BULKHEAD_TRY(const std::vector<FundingRate> rates,
               read_funding(path, file.symbol, out.from, out.to));
  for (const FundingRate& rate : rates) {
    out.window.funding.push_back({rate.time, file.source.subject, rate.rate});
  }
  out.window.files.push_back({file.file, file.source.subject, rates.size(), 0, Duration{}});
  return {};
}

// Appends to a chain's source, made at its first point; a later row of the same time is left out.
void append(Collector& out, const market::Source& source, const PricePoint& point) {
  out.sources.emplace(source.name, source);
  std::vector<PricePoint>& points = out.points[source.name];
  if (points.empty() || points.back().time < point.time) points.push_back(point);
}

market::InstrumentName future_of(market::InstrumentName name) {
  name.kind = market::InstrumentKind::future;
  name.strike = Decimal{};
  return name;
}

Status load_chain(const PlanFile& file, const std::string& path,
                  const std::set<std::string>& wanted, Collector& out) {
  BULKHEAD_TRY(const std::vector<OptionQuote> quotes, read_option_chain(path, out.from, out.to));
  const std::string prefix = file.source.name + ":";
  for (const OptionQuote& quote : quotes) {
    market::Source source = file.source;
    source.subject = market::format_unified(quote.name);
    if (wanted.contains(source.subject) && quote.mark_volatility > 0) {
      source.name = prefix + quote.deribit_name + ":iv";
      source.kind = market::SubjectKind::implied_volatility;
      const bool two_sided =
          quote.bid_volatility > 0 && quote.ask_volatility >= quote.bid_volatility;
      const double half = two_sided ? (quote.ask_volatility - quote.bid_volatility) / 2 : 0;
      append(out, source, {quote.time, quote.mark_volatility, half});
    }
    const market::InstrumentName future = future_of(quote.name);
    source.subject = market::format_unified(future);
    if (wanted.contains(source.subject) && quote.underlying_price > 0) {
      BULKHEAD_TRY(const std::string deribit, market::format_deribit(future));
      source.name = prefix + deribit;
      source.kind = market::SubjectKind::instrument_mark;
      append(out, source, {quote.time, quote.underlying_price, 0});
    }
  }
  out.window.files.push_back({file.file, file.source.name, quotes.size(), 0, Duration{}});
  return {};
}

FeedWindow merge(Collector& collected) {
  FeedWindow window = std::move(collected.window);
  window.from = collected.from;
  window.to = collected.to;
  for (const auto& [name, source] : collected.sources) {
    const auto index = static_cast<std::uint32_t>(window.sources.size());
    window.sources.push_back(source);
    for (const PricePoint& point : collected.points[name]) {
      window.observations.push_back({point.time, index, point.price, point.confidence});
    }
  }
  std::sort(window.observations.begin(), window.observations.end(),
            [](const TimedObservation& a, const TimedObservation& b) {
              return std::tie(a.time, a.source) < std::tie(b.time, b.source);
            });
  std::sort(window.funding.begin(), window.funding.end(),
            [](const TimedFunding& a, const TimedFunding& b) {
              return std::tie(a.time, a.instrument) < std::tie(b.time, b.instrument);
            });
  return window;
}

}  // namespace

Result<FeedWindow> load(const FeedPlan& plan, const std::string& data_directory, Timestamp from,
                        Timestamp to, Timestamp not_after) {
  if (from >= to) {
    return fail(ErrorCode::out_of_range, "window.from", to_string(from), "before the window's end");
  }
  Collector collected;
  collected.from = from;
  collected.to = to;
  const std::set<std::string> wanted(plan.options.begin(), plan.options.end());
  for (const PlanFile& file : plan.files) {
    const std::string path = data_directory + "/" + file.file;
    switch (file.kind) {
      case FileKind::bars:
        BULKHEAD_TRY_STATUS(load_bars(file, path, not_after, collected));
        break;
      case FileKind::funding:
        BULKHEAD_TRY_STATUS(load_funding(file, path, collected));
        break;
      case FileKind::option_chain:
        BULKHEAD_TRY_STATUS(load_chain(file, path, wanted, collected));
        break;
    }
  }
  return merge(collected);
}

std::vector<TimedObservation> last_of_each_step(const std::vector<TimedObservation>& observations,
                                                Timestamp from, Duration step) {
  const auto tick_of = [&](Timestamp t) { return ((t - from).ns + step.ns - 1) / step.ns; };
  std::vector<TimedObservation> kept;
  std::map<std::uint32_t, std::int64_t> seen;  // tick of the source's last kept observation
  for (auto it = observations.rbegin(); it != observations.rend(); ++it) {
    const std::int64_t tick = tick_of(it->time);
    const auto [entry, first] = seen.try_emplace(it->source, tick);
    if (!first && entry->second == tick) continue;
    entry->second = tick;
    kept.push_back(*it);
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

}  // namespace bulkhead::feeds
