// Fills of liquidation instructions within capacity.
#include "bulkhead/replay/venue.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::replay {
namespace {

constexpr double kCapacityKept = 10;  // intervals

std::int64_t magnitude(std::int64_t lots) { return lots < 0 ? -lots : lots; }

double lot_value(const VenueMarket& market) {
  return market.price * market.coins_per_lot * market.quote_price;
}

}  // namespace

double expected_slippage(double value, const VenueMarket& market, const VenueOptions& options) {
  if (!(market.adv > 0)) return options.impact_cap;
  const double impact =
      options.impact * market.daily_volatility * sqrt_fixed(std::max(value, 0.0) / market.adv);
  return std::min(market.half_spread + impact, options.impact_cap);
}

void Venue::submit(VenueInstruction instruction, Timestamp now) {
  BULKHEAD_ASSERT(instruction.lots != 0 && instruction.slice_lots > 0);
  cancel(instruction.id);
  open_.push_back({std::move(instruction), now, Timestamp{}});
}

void Venue::cancel(const std::string& id) {
  std::erase_if(open_, [&](const Open& o) { return o.instruction.id == id; });
}

void Venue::set_position(const std::string& account, const std::string& market, std::int64_t lots) {
  positions_[{account, market}] = lots;
}

std::vector<VenueFill> Venue::step(Timestamp now,
                                   const std::map<std::string, VenueMarket>& markets) {
  std::vector<VenueFill> fills;
  for (const auto& [name, market] : markets) {
    const double per_interval = options_.capacity_share * market.adv;
    auto [at, fresh] = capacity_.try_emplace(name, Capacity{per_interval, now});
    Capacity& capacity = at->second;
    if (!fresh && now > capacity.accrued_to) {
      const double intervals = (now - capacity.accrued_to).seconds() / options_.interval.seconds();
      capacity.left =
          std::min(capacity.left + per_interval * intervals, kCapacityKept * per_interval);
      capacity.accrued_to = now;
    }
  }
  std::sort(open_.begin(), open_.end(), [](const Open& a, const Open& b) {
    return a.received != b.received ? a.received < b.received : a.instruction.id < b.instruction.id;
  });
  for (Open& open : open_) {
    VenueInstruction& instruction = open.instruction;
    const auto found = markets.find(instruction.market);
    if (found == markets.end() || !(found->second.price > 0) || open.received >= now) continue;
    if (open.last_fill != Timestamp{} && now - open.last_fill < options_.interval) continue;
    const VenueMarket& market = found->second;
    const std::int64_t side = instruction.lots > 0 ? 1 : -1;
    std::int64_t& position = positions_[{instruction.account, instruction.market}];
    std::int64_t lots = std::min(magnitude(instruction.lots), instruction.slice_lots);
    if (instruction.reduce_only) {
      const std::int64_t reducible = position * side < 0 ? magnitude(position) : 0;
      if (reducible == 0) {
        instruction.lots = 0;  // nothing left to reduce: done
        continue;
      }
      lots = std::min(lots, reducible);
    }
    Capacity& capacity = capacity_[instruction.market];
    const double room = floor_fixed(capacity.left / lot_value(market));
    if (room < static_cast<double>(lots)) lots = static_cast<std::int64_t>(std::max(room, 0.0));
    if (lots == 0) continue;
    const double value = static_cast<double>(lots) * lot_value(market);
    const double slippage = expected_slippage(value, market, options_);
    const double price = market.price * (1 + static_cast<double>(side) * slippage);
    const bool within = !(instruction.limit > 0) ||
                        (side > 0 ? price <= instruction.limit : price >= instruction.limit);
    if (!within) continue;
    capacity.left -= value;
    position += side * lots;
    instruction.lots -= side * lots;
    open.last_fill = now;
    fills.push_back({instruction.id, instruction.account, instruction.market, side * lots, price,
                     now, instruction.lots});
  }
  std::erase_if(open_, [](const Open& o) { return o.instruction.lots == 0; });
  return fills;
}

}  // namespace bulkhead::replay
