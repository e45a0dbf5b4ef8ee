// Turns a scenario set into multipliers in row layout.
#include "bulkhead/pricing/prepared_set.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::pricing {
namespace {

constexpr std::uint32_t kAlignment = 16;

std::uint32_t align(std::size_t n) {
  return (static_cast<std::uint32_t>(n) + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

Result<PreparedSet> PreparedSet::make(const ScenarioSet& set) {
  BULKHEAD_TRY_STATUS(validate(set));
  PreparedSet prepared;
  prepared.as_of_ = set.as_of;
  prepared.window_begin_ = set.window_begin;
  prepared.horizon_ = set.horizon;
  prepared.hash_ = hash_of(set);
  prepared.factors_ = set.factors;
  const std::array blocks = {&set.filtered, &set.stressed, &set.long_run};
  std::uint32_t begin = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    prepared.ranges_[b] = {begin, static_cast<std::uint32_t>(blocks[b]->size())};
    begin += align(blocks[b]->size());
    prepared.weights_[b] = blocks[b]->weights;
    prepared.dates_[b] = blocks[b]->dates;
  }
  prepared.ranges_[3] = {begin, 0};

  const std::size_t count = set.factors.size();
  prepared.moves_.assign(count * begin, 0.0);
  for (std::size_t f = 0; f < count; ++f) {
    const Factor& factor = set.factors[f];
    prepared.index_.emplace(std::pair(factor.asset, factor.kind), f);
    const bool multiplier =
        factor.kind == FactorKind::spot || factor.kind == FactorKind::perpetual_basis;
    double* row = prepared.moves_.data() + f * begin;
    if (multiplier) std::fill(row, row + begin, 1.0);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      for (std::size_t s = 0; s < blocks[b]->size(); ++s) {
        const double move = blocks[b]->moves[s * count + f];
        row[prepared.ranges_[b].begin + s] = multiplier ? exp_fixed(move) : move;
      }
    }
  }
  return prepared;
}

std::span<const std::uint32_t> PreparedSet::weights(Block block) const {
  BULKHEAD_ASSERT(block != Block::grid);
  return weights_[static_cast<std::size_t>(block)];
}

std::span<const Timestamp> PreparedSet::dates(Block block) const {
  BULKHEAD_ASSERT(block != Block::grid);
  return dates_[static_cast<std::size_t>(block)];
}

std::span<const double> PreparedSet::moves(FactorKind kind, std::string_view asset) const {
  const auto found = index_.find(std::pair(std::string(asset), kind));
  if (found == index_.end()) return {};
  const std::size_t length = ranges_[3].begin;
  return std::span(moves_).subspan(found->second * length, length);
}

}  // namespace bulkhead::pricing
