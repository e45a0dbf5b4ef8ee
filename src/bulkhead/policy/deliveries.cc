// What promised deliveries count.
#include "bulkhead/policy/deliveries.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

// What of each exceeds its own netting, in order, after the open calls have taken theirs.
std::vector<Usd> spare_parts(std::span<const DeliveryValue> deliveries, Usd open_calls) {
  std::vector<Usd> spare;
  for (const DeliveryValue& d : deliveries) {
    const Usd over = max(Usd{}, d.value - d.netted);
    const Usd taken = min(over, open_calls);
    open_calls -= taken;
    spare.push_back(over - taken);
  }
  return spare;
}

}  // namespace

Timestamp counts_until(const Delivery& delivery, Duration place_timeout) {
  switch (delivery.status) {
    case DeliveryStatus::agreed:
      if (delivery.deadline == Timestamp{}) return delivery.settles;
      return std::min(delivery.settles, delivery.deadline);
    case DeliveryStatus::in_transit:
      return delivery.seen + place_timeout;
    case DeliveryStatus::overdue:
    case DeliveryStatus::arrived:
    case DeliveryStatus::failed:
      break;
  }
  return {};
}

Timestamp overdue_at(const Delivery& delivery, Duration place_timeout) {
  BULKHEAD_ASSERT(delivery.status == DeliveryStatus::agreed ||
                  delivery.status == DeliveryStatus::in_transit);
  return delivery.status == DeliveryStatus::agreed ? delivery.settles
                                                   : delivery.seen + place_timeout;
}

DeliveryCounts count_deliveries(std::span<const DeliveryValue> deliveries, Usd open_calls) {
  const std::vector<Usd> spare = spare_parts(deliveries, open_calls);
  DeliveryCounts counts;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    const DeliveryValue& d = deliveries[i];
    BULKHEAD_ASSERT(d.value >= Usd{} && d.netted >= Usd{});
    (d.in_transit ? counts.in_transit : counts.agreed) += min(d.value, d.netted) + spare[i];
  }
  return counts;
}

std::vector<Usd> net_deliveries(std::span<const DeliveryValue> deliveries, Usd open_calls,
                                Usd gap) {
  std::vector<Usd> used = spare_parts(deliveries, open_calls);
  for (const DeliveryValue& d : deliveries) gap -= min(d.value, d.netted);
  for (Usd& part : used) {
    part = min(part, max(Usd{}, gap));
    gap -= part;
  }
  return used;
}

Usd failed_share(Usd netted, Amount part, Amount outstanding) {
  BULKHEAD_ASSERT(part.is_positive() && part <= outstanding && netted >= Usd{});
  if (part == outstanding || netted == Usd{}) return netted;
  Int128 some = part.units;
  Int128 whole = outstanding.units;
  while (whole >= Int128{1} << 62) {  // so that the product fits; rounded against the member
    whole >>= 1;
    some = (some + 1) >> 1;
  }
  const Int128 micros = (Int128{netted.micros} * some + whole - 1) / whole;
  return min(netted, saturate_usd(micros));
}

}  // namespace bulkhead::policy
