// From candidates to the exact search and back to an explained choice.
#include "bulkhead/collateral/selection.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>

#include "bulkhead/base/assert.h"
#include "bulkhead/collateral/selection_search.h"

namespace bulkhead::collateral {
namespace {

using internal::kUnitsPerNano;
using internal::SearchItem;
using internal::SearchProblem;
using internal::SearchResult;

constexpr Int128 kNanosPerMicro = 1'000;
constexpr std::int64_t kCostPerLotMax = 1'000'000'000'000'000;
constexpr Usd kFixedCostMax = usd(1'000'000);
constexpr std::uint64_t kLotsMax = std::uint64_t{1} << 62;

auto tie_key(const Candidate& c) { return std::tuple(c.destination, c.asset, c.source); }

void check(const Candidate& c) {
  BULKHEAD_ASSERT(c.lot.is_positive() && c.lots <= kLotsMax);
  BULKHEAD_ASSERT(c.stressed_per_lot >= Usd{} && c.market_per_lot >= Usd{});
  BULKHEAD_ASSERT(c.cost_per_lot_nanos >= 0 && c.cost_per_lot_nanos <= kCostPerLotMax);
  BULKHEAD_ASSERT(c.fixed_cost >= Usd{} && c.fixed_cost <= kFixedCostMax);
}

std::optional<Usd> room_of(const SelectionRequest& request, PlaceIndex destination) {
  for (const DestinationRoom& room : request.rooms) {
    if (room.destination == destination) return max(Usd{}, room.room);
  }
  return std::nullopt;
}

// The most lots of a candidate alone: availability, cap, room of its destination.
std::uint64_t most_lots(const SelectionRequest& request, const Candidate& c) {
  std::uint64_t most = std::min(c.lots, c.lots_max);
  const auto room = room_of(request, c.destination);
  if (room && c.market_per_lot > Usd{}) {
    most = std::min(most, static_cast<std::uint64_t>(room->micros / c.market_per_lot.micros));
  }
  return most;
}

// Nanos of cost of `lots` lots with their transfer; fixed cost only if anything is moved.
Int128 cost_nanos(const Candidate& c, std::uint64_t lots) {
  if (lots == 0) return 0;
  return Int128{c.cost_per_lot_nanos} * static_cast<Int128>(lots) +
         c.fixed_cost.micros * kNanosPerMicro;
}

Usd usd_up(Int128 nanos) { return saturate_usd((nanos + kNanosPerMicro - 1) / kNanosPerMicro); }

// Cost over stressed value if all `lots` are used, basis points, rounded up; saturated.
BasisPoints unit_cost_bp(const Candidate& c, std::uint64_t lots) {
  constexpr Int128 kMost = std::numeric_limits<BasisPoints>::max();
  if (lots == 0 || c.stressed_per_lot == Usd{}) return static_cast<BasisPoints>(kMost);
  const Int128 value =
      Int128{c.stressed_per_lot.micros} * static_cast<Int128>(lots) * kNanosPerMicro;
  const Int128 cost = cost_nanos(c, lots) * 10'000;
  return static_cast<BasisPoints>(std::min(kMost, (cost + value - 1) / value));
}

class Selector {
 public:
  explicit Selector(const SelectionRequest& request) : request_(request) {
    BULKHEAD_ASSERT(request.required > Usd{});
    lots_.assign(request.candidates.size(), 0);
    searched_.assign(request.candidates.size(), false);
    for (std::uint32_t i = 0; i < request.candidates.size(); ++i) {
      const Candidate& c = request.candidates[i];
      check(c);
      most_.push_back(most_lots(request, c));
      if (c.eligible && c.stressed_per_lot > Usd{} && most_[i] > 0) usable_.push_back(i);
    }
  }

  Selection run() {
    const std::vector<std::uint32_t> window = exact_window();
    SearchResult found;
    if (!window.empty() && required_left_ > 0) found = search_window(window);
    if (cut_ && found.missing > 0) take_beyond(found.missing);
    return report(found);
  }

 private:
  // The candidates of the exact search. Of more than it takes, the cheapest per value go first;
  // those of them that are surely needed in full, because sixteen alone could not do it, are taken
  // before.
  std::vector<std::uint32_t> exact_window() {
    required_left_ = request_.required.micros;
    std::vector<std::uint32_t> window = usable_;
    if (window.size() <= kExactCandidatesMax) return window;
    cut_ = true;
    std::sort(window.begin(), window.end(), [this](std::uint32_t a, std::uint32_t b) {
      const Candidate& left = request_.candidates[a];
      const Candidate& right = request_.candidates[b];
      const BasisPoints left_bp = unit_cost_bp(left, most_[a]);
      const BasisPoints right_bp = unit_cost_bp(right, most_[b]);
      if (left_bp != right_bp) return left_bp < right_bp;
      if (tie_key(left) != tie_key(right)) return tie_key(left) < tie_key(right);
      return a < b;
    });
    std::size_t first = 0;
    while (first + kExactCandidatesMax < window.size() &&
           value_of(window, first, kExactCandidatesMax) < required_left_) {
      take_first(window[first]);
      ++first;
    }
    const auto begin = window.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(kExactCandidatesMax)};
  }

  Int128 value_of(const std::vector<std::uint32_t>& ranked, std::size_t first,
                  std::size_t count) const {
    Int128 value = 0;
    for (std::size_t k = first; k < first + count; ++k) {
      const std::uint32_t i = ranked[k];
      value += static_cast<Int128>(available(i)) * request_.candidates[i].stressed_per_lot.micros;
    }
    return value;
  }

  // Lots of a candidate that its source and destination still have beside what was taken already.
  std::uint64_t available(std::uint32_t i) const {
    const Candidate& c = request_.candidates[i];
    std::uint64_t source = c.lots;
    Int128 used = 0;
    for (std::uint32_t k = 0; k < lots_.size(); ++k) {
      const Candidate& other = request_.candidates[k];
      if (lots_[k] == 0) continue;
      if (other.asset == c.asset && other.source == c.source) {
        source -= std::min(source, lots_[k]);
      }
      if (other.destination == c.destination) {
        used += static_cast<Int128>(lots_[k]) * other.market_per_lot.micros;
      }
    }
    std::uint64_t most = std::min(most_[i], source);
    const auto room = room_of(request_, c.destination);
    if (room && c.market_per_lot > Usd{}) {
      const Int128 left = std::max<Int128>(0, room->micros - used);
      most = std::min(most, static_cast<std::uint64_t>(left / c.market_per_lot.micros));
    }
    return most;
  }

  void take_first(std::uint32_t i) {
    const std::int64_t value = request_.candidates[i].stressed_per_lot.micros;
    lots_[i] = available(i);
    searched_[i] = true;
    const Int128 left = required_left_ - static_cast<Int128>(lots_[i]) * value;
    required_left_ = left > 0 ? static_cast<std::int64_t>(left) : 0;
  }

  // The window shared its lots and could not do it alone: what else there is, in order of
  // candidates.
  void take_beyond(std::int64_t missing) {
    required_left_ = missing;
    for (const std::uint32_t i : usable_) {
      if (required_left_ > 0 && !searched_[i]) take_first(i);
    }
  }

  SearchResult search_window(std::vector<std::uint32_t> window) {
    std::sort(window.begin(), window.end(), [this](std::uint32_t a, std::uint32_t b) {
      const auto left = tie_key(request_.candidates[a]);
      const auto right = tie_key(request_.candidates[b]);
      return left != right ? left < right : a < b;
    });
    SearchProblem problem;
    problem.required = required_left_;
    problem.nodes_max = request_.search_nodes_max;
    std::vector<std::uint32_t> item_candidates;
    for (const std::uint32_t i : window) {
      searched_[i] = true;
      if (available(i) == 0) continue;
      problem.items.push_back(item_of(i, problem));
      item_candidates.push_back(i);
    }
    if (problem.items.empty()) return {};
    SearchResult found = internal::search(problem);
    for (std::size_t k = 0; k < item_candidates.size(); ++k) {
      lots_[item_candidates[k]] = found.lots[k];
    }
    return found;
  }

  SearchItem item_of(std::uint32_t i, SearchProblem& problem) {
    const Candidate& c = request_.candidates[i];
    SearchItem item;
    item.lots = available(i);
    item.value = c.stressed_per_lot.micros;
    item.cost = Int128{c.cost_per_lot_nanos} * kUnitsPerNano;
    item.fixed = c.fixed_cost.micros * kNanosPerMicro * kUnitsPerNano + 1;
    item.source = source_index(c, problem);
    item.room = room_index(c, problem);
    if (room_of(request_, c.destination)) item.market = c.market_per_lot.micros;
    return item;
  }

  std::uint32_t source_index(const Candidate& c, SearchProblem& problem) {
    for (std::uint32_t s = 0; s < sources_.size(); ++s) {
      if (sources_[s]->asset != c.asset || sources_[s]->source != c.source) continue;
      BULKHEAD_ASSERT(sources_[s]->lot == c.lot);
      return s;
    }
    sources_.push_back(&c);
    std::uint64_t left = c.lots;
    for (std::uint32_t k = 0; k < lots_.size(); ++k) {
      const Candidate& other = request_.candidates[k];
      if (other.asset == c.asset && other.source == c.source) left -= std::min(left, lots_[k]);
    }
    problem.source_lots.push_back(left);
    return static_cast<std::uint32_t>(sources_.size() - 1);
  }

  std::uint32_t room_index(const Candidate& c, SearchProblem& problem) {
    for (std::uint32_t r = 0; r < rooms_.size(); ++r) {
      if (rooms_[r] == c.destination) return r;
    }
    rooms_.push_back(c.destination);
    Int128 used = 0;
    for (std::uint32_t k = 0; k < lots_.size(); ++k) {
      const Candidate& other = request_.candidates[k];
      if (other.destination != c.destination) continue;
      used += static_cast<Int128>(lots_[k]) * other.market_per_lot.micros;
    }
    const auto room = room_of(request_, c.destination);
    const Int128 left = room ? std::max<Int128>(0, room->micros - used) : 0;
    problem.rooms.push_back(static_cast<std::int64_t>(left));
    return static_cast<std::uint32_t>(rooms_.size() - 1);
  }

  bool source_used_up(const Candidate& c) const {
    std::uint64_t used = 0;
    for (std::uint32_t k = 0; k < lots_.size(); ++k) {
      const Candidate& other = request_.candidates[k];
      if (other.asset == c.asset && other.source == c.source) used += lots_[k];
    }
    return used >= c.lots;
  }

  Verdict verdict(std::uint32_t i) const {
    const Candidate& c = request_.candidates[i];
    if (!c.eligible) return Verdict::not_eligible;
    if (c.lots == 0) return Verdict::nothing_there;
    if (c.stressed_per_lot == Usd{}) return Verdict::no_value;
    if (most_[i] == 0) return Verdict::capped;
    if (lots_[i] == most_[i]) return Verdict::taken;
    if (lots_[i] > 0) return Verdict::taken_in_part;
    if (source_used_up(c)) return Verdict::elsewhere;
    return searched_[i] ? Verdict::costlier : Verdict::not_searched;
  }

  Selection report(const SearchResult& found) const {
    Selection out;
    Int128 stressed = 0;
    Int128 nanos = 0;
    for (std::uint32_t i = 0; i < lots_.size(); ++i) {
      const Candidate& c = request_.candidates[i];
      Chosen chosen;
      chosen.candidate = i;
      chosen.lots = lots_[i];
      chosen.amount = Amount{static_cast<Int128>(lots_[i]) * c.lot.units};
      const Int128 value = static_cast<Int128>(lots_[i]) * c.stressed_per_lot.micros;
      chosen.stressed = saturate_usd(value);
      chosen.cost = usd_up(cost_nanos(c, lots_[i]));
      chosen.verdict = verdict(i);
      chosen.unit_cost_bp = unit_cost_bp(c, lots_[i] > 0 ? lots_[i] : most_[i]);
      stressed += value;
      nanos += cost_nanos(c, lots_[i]);
      out.choices.push_back(chosen);
    }
    out.stressed = saturate_usd(stressed);
    out.missing = max(Usd{}, request_.required - out.stressed);
    out.cost = usd_up(nanos);
    out.proven = found.proven && !cut_;
    const Int128 before = nanos - found.cost / kUnitsPerNano;
    out.cost_bound = out.proven ? out.cost
                     : cut_     ? Usd{}
                                : usd_up(before + found.cost_bound / kUnitsPerNano);
    out.nodes = found.nodes;
    return out;
  }

  const SelectionRequest& request_;
  std::vector<std::uint64_t> most_;  // by candidate
  std::vector<std::uint64_t> lots_;  // by candidate: taken
  std::vector<bool> searched_;       // by candidate: decided exactly, or taken before
  std::vector<std::uint32_t> usable_;
  std::vector<const Candidate*> sources_;
  std::vector<PlaceIndex> rooms_;
  std::int64_t required_left_ = 0;
  bool cut_ = false;  // more candidates than the exact search takes
};

}  // namespace

Selection select(const SelectionRequest& request) { return Selector(request).run(); }

Selection select_release(const SelectionRequest& request) {
  SelectionRequest keep = request;
  keep.rooms.clear();
  for (Candidate& c : keep.candidates) {
    c.fixed_cost = Usd{};
    c.lots_max = kLotsMax;
  }
  Selection out;
  if (request.required > Usd{}) {
    out = select(keep);
  } else {
    out.choices.resize(request.candidates.size());
  }
  Usd kept = out.stressed;
  out.stressed = Usd{};
  out.cost = Usd{};
  for (std::uint32_t i = 0; i < out.choices.size(); ++i) {
    const Candidate& c = request.candidates[i];
    Chosen& chosen = out.choices[i];
    BULKHEAD_ASSERT(chosen.lots <= c.lots);
    const std::uint64_t lots = c.lots - chosen.lots;
    chosen.candidate = i;
    chosen.verdict = c.lots == 0      ? Verdict::nothing_there
                     : lots == 0      ? Verdict::kept
                     : lots == c.lots ? Verdict::taken
                                      : Verdict::taken_in_part;
    chosen.lots = lots;
    chosen.amount = Amount{static_cast<Int128>(lots) * c.lot.units};
    chosen.stressed = saturate_usd(static_cast<Int128>(lots) * c.stressed_per_lot.micros);
    chosen.cost = usd_up(Int128{c.cost_per_lot_nanos} * static_cast<Int128>(lots));
    chosen.unit_cost_bp = unit_cost_bp(c, c.lots);
    out.stressed += chosen.stressed;
    out.cost += chosen.cost;
  }
  out.missing = max(Usd{}, request.required - kept);
  out.cost_bound = out.cost;
  return out;
}

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::taken:
      return "all of it is used";
    case Verdict::taken_in_part:
      return "as much as is needed";
    case Verdict::costlier:
      return "others make up the requirement for less";
    case Verdict::not_eligible:
      return "not eligible";
    case Verdict::nothing_there:
      return "nothing there";
    case Verdict::no_value:
      return "no value under stress";
    case Verdict::capped:
      return "its limit or the room at the destination leaves no lot";
    case Verdict::not_searched:
      return "costs more per value than all that were compared";
    case Verdict::kept:
      return "kept: among the cheapest to keep";
    case Verdict::elsewhere:
      return "all of it goes to another place";
  }
  return "";
}

}  // namespace bulkhead::collateral
