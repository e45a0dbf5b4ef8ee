#include "bulkhead/story/scenario_sets.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/story/field_text.h"

namespace bulkhead::story {
namespace {

using FactorKey = std::pair<std::string, pricing::FactorKind>;

Result<FactorKey> key_of(const Move::Factor& factor, const market::Registry& registry) {
  if (!registry.find_asset(factor.asset).valid()) {
    return fail(ErrorCode::asset_unknown, "move", factor.asset, "a registered asset");
  }
  pricing::FactorKind kind{};
  BULKHEAD_TRY_STATUS(internal::read_enum(factor.kind, kind));
  return FactorKey{factor.asset, kind};
}

Result<std::vector<FactorKey>> keys_of(const std::vector<Move>& moves,
                                       const market::Registry& registry) {
  std::vector<FactorKey> keys;
  for (const market::Asset& asset : registry.assets()) {
    if (!asset.numeraire) keys.emplace_back(asset.name, pricing::FactorKind::spot);
  }
  for (const Move& move : moves) {
    for (const Move::Factor& factor : move.factors) {
      BULKHEAD_TRY(const FactorKey key, key_of(factor, registry));
      keys.push_back(key);
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// Of one scenario, in the order of the factors: spot as log return.
std::vector<double> row_of(const Move& move, const std::vector<FactorKey>& keys) {
  std::vector<double> row(keys.size());
  for (const Move::Factor& factor : move.factors) {
    for (std::size_t f = 0; f < keys.size(); ++f) {
      const bool spot = factor.kind == "spot";
      if (keys[f].first == factor.asset && to_string(keys[f].second) == factor.kind) {
        row[f] = spot ? std::log1p(factor.change) : factor.change;
      }
    }
  }
  return row;
}

Result<pricing::ScenarioBlock> block_of(const std::vector<Move>& moves, bool stressed,
                                        const std::vector<FactorKey>& keys, Timestamp as_of) {
  pricing::ScenarioBlock block;
  std::uint64_t left = pricing::kWeightOne;
  const auto add = [&](std::uint64_t weight, const std::vector<double>& row) {
    block.dates.push_back(block.weights.empty()
                              ? Timestamp{}
                              : as_of - days(static_cast<std::int64_t>(block.weights.size())));
    block.weights.push_back(static_cast<std::uint32_t>(weight));
    block.moves.insert(block.moves.end(), row.begin(), row.end());
    left -= weight;
  };
  add(0, std::vector<double>(keys.size()));
  for (const Move& move : moves) {
    if (move.stressed != stressed) continue;
    const auto weight = static_cast<std::uint64_t>(
        std::llround(move.weight * static_cast<double>(pricing::kWeightOne)));
    if (weight > left) {
      return fail(ErrorCode::out_of_range, "move", internal::show_double(move.weight * 100) + "%",
                  "weights that make up at most 100%");
    }
    add(weight, row_of(move, keys));
  }
  if (left > 0) add(left, std::vector<double>(keys.size()));
  return block;
}

}  // namespace

Result<pricing::ScenarioSet> make_set(const std::vector<Move>& moves,
                                      const market::Registry& registry, Timestamp as_of) {
  BULKHEAD_TRY(const std::vector<FactorKey> keys, keys_of(moves, registry));
  pricing::ScenarioSet set;
  set.as_of = as_of;
  set.window_begin = as_of - days(1000);
  set.horizon = days(1);
  set.stressed_window = "as told";
  for (const auto& [asset, kind] : keys) {
    pricing::Factor factor;
    factor.asset = asset;
    factor.kind = kind;
    set.factors.push_back(factor);
  }
  const bool apart = std::ranges::any_of(moves, &Move::stressed);
  BULKHEAD_TRY(set.filtered, block_of(moves, false, keys, as_of));
  set.stressed = set.long_run = set.filtered;
  if (apart) {
    BULKHEAD_TRY(set.stressed, block_of(moves, true, keys, as_of));
  }
  return set;
}

}  // namespace bulkhead::story
