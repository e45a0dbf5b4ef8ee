// Reading of rows: views, and what a registry needs.
#include "bulkhead/pricing/rows.h"

#include "bulkhead/base/assert.h"

namespace bulkhead::pricing {

NeededSet NeededSet::everything(const market::Registry& registry) {
  return {std::vector<bool>(registry.assets().size(), true),
          std::vector<bool>(registry.instruments().size(), true)};
}

RowView MarketRows::view(const Entry& entry) const {
  RowView row;
  if (entry.row == kNoRow) return row;
  row.exponent = entry.exponent;
  row.max_abs = entry.max_abs;
  row.base = entry.base;
  row.ticks = std::span(ticks_).subspan(entry.row * length_, length_);
  return row;
}

RowView MarketRows::asset(AssetIndex i) const {
  BULKHEAD_ASSERT(i.value < assets_.size());
  return view(assets_[i.value]);
}

RowView MarketRows::instrument(InstrumentIndex i) const {
  BULKHEAD_ASSERT(i.value < instruments_.size());
  BULKHEAD_ASSERT(instruments_[i.value].filled || instruments_[i.value].row == kNoRow);
  return view(instruments_[i.value]);
}

std::span<const double> MarketRows::deltas(InstrumentIndex i) const {
  const std::size_t count = 1 + spot_points_;
  return std::span(deltas_).subspan(i.value * count, count);
}

bool MarketRows::simulates_basis(InstrumentIndex i) const {
  return instruments_[i.value].simulates_basis;
}

bool MarketRows::expires_in_horizon(InstrumentIndex i) const {
  return instruments_[i.value].expires_in_horizon;
}

}  // namespace bulkhead::pricing
