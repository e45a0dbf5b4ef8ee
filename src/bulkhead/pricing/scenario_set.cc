// Rules and identity of a scenario set: what is adopted must be complete, finite and weighted to
// one.
#include "bulkhead/pricing/scenario_set.h"

#include <span>
#include <string_view>
#include <tuple>

#include "bulkhead/base/canonical.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::pricing {
namespace {

constexpr std::size_t kMaxScenarios = 16'384;  // D2.6
constexpr std::size_t kMaxFactors = 4'096;
constexpr double kMaxMove = 10;

std::unexpected<Error> invalid(std::string_view field, std::string_view value,
                               std::string_view detail) {
  return fail(ErrorCode::scenario_set_invalid, field, value, detail);
}

std::string element(std::string_view block, std::string_view list, std::size_t i) {
  return std::string(block) + "." + std::string(list) + "[" + std::to_string(i) + "]";
}

Status validate_factor(const Factor& factor, const Factor* previous, std::size_t i) {
  const std::string name = element("set", "factors", i);
  if (factor.asset.empty()) return invalid(name + ".asset", "", "an asset's name");
  if (previous != nullptr &&
      std::tie(previous->asset, previous->kind) >= std::tie(factor.asset, factor.kind)) {
    return invalid(name, factor.asset + " " + std::string(to_string(factor.kind)),
                   "sorted by asset and kind, each once");
  }
  for (const double value :
       {factor.forecast, factor.long_run, factor.rescaling_cap, factor.rescaling_uncapped}) {
    if (!(value >= 0 && value <= 1e6)) {
      return invalid(name, std::to_string(value), "finite volatilities and ratios >= 0");
    }
  }
  return {};
}

Status validate_block(std::string_view name, const ScenarioBlock& block, std::size_t factors) {
  const std::size_t size = block.size();
  if (size < 2) return invalid(std::string(name) + ".weights", std::to_string(size), "2 or more");
  if (size > kMaxScenarios) {
    return fail(ErrorCode::too_large, std::string(name) + ".weights", std::to_string(size),
                "at most 16384 scenarios");
  }
  if (block.dates.size() != size) {
    return invalid(std::string(name) + ".dates", std::to_string(block.dates.size()),
                   "one date for each of " + std::to_string(size) + " weights");
  }
  if (block.moves.size() != size * factors) {
    return invalid(std::string(name) + ".moves", std::to_string(block.moves.size()),
                   "scenarios x factors = " + std::to_string(size * factors));
  }
  std::uint64_t total = 0;
  for (const std::uint32_t weight : block.weights) total += weight;
  if (total != kWeightOne) {
    return invalid(std::string(name) + ".weights", std::to_string(total), "a sum of 2^30");
  }
  if (block.weights[0] != 0) {
    return invalid(element(name, "weights", 0), std::to_string(block.weights[0]),
                   "0: scenario 0 is the unshocked point");
  }
  for (std::size_t i = 0; i < block.moves.size(); ++i) {
    const double move = block.moves[i];
    const double limit = i < factors ? 0 : kMaxMove;
    if (!(move >= -limit && move <= limit)) {
      return invalid(element(name, "moves", i), std::to_string(move),
                     i < factors ? "0 in scenario 0" : "finite and within 10");
    }
  }
  return {};
}

}  // namespace

Status validate(const ScenarioSet& set) {
  if (set.format != 1) return invalid("set.format", std::to_string(set.format), "1");
  if (set.horizon <= Duration{}) {
    return invalid("set.horizon", to_string(set.horizon), "a positive duration");
  }
  if (set.factors.size() > kMaxFactors) {
    return fail(ErrorCode::too_large, "set.factors", std::to_string(set.factors.size()),
                "at most 4096 factors");
  }
  for (std::size_t i = 0; i < set.factors.size(); ++i) {
    BULKHEAD_TRY_STATUS(validate_factor(set.factors[i], i == 0 ? nullptr : &set.factors[i - 1], i));
  }
  BULKHEAD_TRY_STATUS(validate_block("filtered", set.filtered, set.factors.size()));
  BULKHEAD_TRY_STATUS(validate_block("stressed", set.stressed, set.factors.size()));
  return validate_block("long_run", set.long_run, set.factors.size());
}

Hash hash_of(const ScenarioSet& set) {
  const Bytes bytes = encode(set);
  return sha256(std::span<const std::uint8_t>(bytes));
}

}  // namespace bulkhead::pricing
