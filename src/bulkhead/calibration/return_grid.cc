// Sampling of price histories on the common grid of dates.
#include "bulkhead/calibration/return_grid.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::calibration {
namespace {

constexpr double kLargest = 1e300;

bool earlier(const Close& close, Timestamp t) { return close.time < t; }

// Index of the close nearest to t within half a horizon (the earlier of two as near), or
// closes.size().
std::size_t nearest(const std::vector<Close>& closes, Timestamp t, Duration horizon) {
  const auto after = std::lower_bound(closes.begin(), closes.end(), t, earlier);
  std::size_t best = closes.size();
  Duration best_distance{horizon.ns / 2 + 1};
  if (after != closes.begin()) {
    const Duration distance = t - std::prev(after)->time;
    if (distance < best_distance) {
      best = static_cast<std::size_t>(std::prev(after) - closes.begin());
      best_distance = distance;
    }
  }
  if (after != closes.end() && after->time - t < best_distance) {
    best = static_cast<std::size_t>(after - closes.begin());
  }
  return best;
}

// Calls set(i, begin, end) for every date whose step has a close at both ends, horizon ± tolerance
// apart.
template <class Set>
void for_each_step(const std::vector<Close>& closes, const std::vector<Timestamp>& dates,
                   const BuilderOptions& options, Set set) {
  for (std::size_t i = 0; i < dates.size(); ++i) {
    const std::size_t end = nearest(closes, dates[i], options.horizon);
    const std::size_t begin = nearest(closes, dates[i] - options.horizon, options.horizon);
    if (end == closes.size() || begin == closes.size()) continue;
    const Duration spanned = closes[end].time - closes[begin].time;
    if (spanned < options.horizon - options.step_tolerance ||
        spanned > options.horizon + options.step_tolerance) {
      continue;
    }
    set(i, closes[begin].price, closes[end].price);
  }
}

void combine(Column& column, const Column& other, double sign) {
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (column.present[i] && other.present[i]) {
      column.values[i] += sign * other.values[i];
    } else {
      column.present[i] = 0;
      column.values[i] = 0;
    }
  }
}

std::size_t find_asset(const BuilderInput& input, std::string_view name) {
  std::size_t i = 0;
  while (i < input.assets.size() && input.assets[i].asset != name) ++i;
  return i;
}

}  // namespace

std::size_t Column::count() const {
  std::size_t n = 0;
  for (const char p : present) n += p != 0 ? 1 : 0;
  return n;
}

std::vector<Timestamp> common_dates(const BuilderInput& input, const BuilderOptions& options) {
  bool found = false;
  Timestamp first, last;
  for (const AssetInput& asset : input.assets) {
    for (const Close& close : asset.spot.closes) {
      if (close.time >= input.as_of) break;
      if (!found || close.time < first) first = close.time;
      if (!found || close.time > last) last = close.time;
      found = true;
    }
  }
  std::vector<Timestamp> dates;
  if (!found) return dates;
  for (Timestamp t = last; t - options.horizon >= first - options.step_tolerance;
       t = t - options.horizon) {
    dates.push_back(t);
  }
  std::reverse(dates.begin(), dates.end());
  return dates;
}

Result<std::vector<Close>> known_before(const std::vector<Close>& closes, Timestamp as_of,
                                        std::string_view field) {
  std::vector<Close> known;
  for (const Close& close : closes) {
    if (close.time >= as_of) break;
    if (!(close.price > 0 && close.price < kLargest)) {
      return fail(ErrorCode::out_of_range, field, to_string(close.time),
                  "a close that is positive and finite");
    }
    if (!known.empty() && close.time <= known.back().time) {
      return fail(ErrorCode::malformed, field, to_string(close.time), "times that increase");
    }
    known.push_back(close);
  }
  return known;
}

Column log_returns(const std::vector<Close>& closes, const std::vector<Timestamp>& dates,
                   const BuilderOptions& options) {
  Column column(dates.size());
  for_each_step(closes, dates, options, [&](std::size_t i, double begin, double end) {
    column.set(i, log_fixed(end / begin));
  });
  return column;
}

Column basis_changes(const std::vector<Close>& perpetual, const std::vector<Close>& spot,
                     const std::vector<Timestamp>& dates, const BuilderOptions& options) {
  std::vector<Close> basis;
  for (const Close& close : perpetual) {
    const auto same = std::lower_bound(spot.begin(), spot.end(), close.time, earlier);
    if (same == spot.end() || same->time != close.time) continue;
    basis.push_back({close.time, log_fixed(close.price / same->price)});
  }
  Column column(dates.size());
  for_each_step(basis, dates, options,
                [&](std::size_t i, double begin, double end) { column.set(i, end - begin); });
  return column;
}

Result<std::vector<Column>> numeraire_returns(const BuilderInput& input,
                                              const std::vector<Timestamp>& dates,
                                              const BuilderOptions& options) {
  std::vector<Column> own;
  for (const AssetInput& asset : input.assets) {
    BULKHEAD_TRY(const std::vector<Close> known,
                 known_before(asset.spot.closes, input.as_of, asset.asset + ".spot"));
    own.push_back(log_returns(known, dates, options));
  }
  const std::size_t numeraire = find_asset(input, input.numeraire);
  const bool quoted = numeraire < input.assets.size();
  std::vector<Column> result;
  for (std::size_t i = 0; i < input.assets.size(); ++i) {
    Column column = own[i];
    const std::string& quote = input.assets[i].spot.quote;
    const std::size_t via = find_asset(input, quote);
    if (i == numeraire) {
      column = Column(dates.size());
    } else if (quote == input.numeraire || column.count() == 0) {
      // already in the numéraire
    } else if (via < input.assets.size() && input.assets[via].spot.quote == input.numeraire) {
      combine(column, own[via], 1.0);
    } else if (quoted && input.assets[numeraire].spot.quote == quote) {
      combine(column, own[numeraire], -1.0);
    } else {
      return fail(ErrorCode::not_found, input.assets[i].asset + ".spot.quote", quote,
                  "a history that leads from the quote asset to " + input.numeraire);
    }
    result.push_back(std::move(column));
  }
  BULKHEAD_ASSERT(result.size() == input.assets.size());
  return result;
}

}  // namespace bulkhead::calibration
