// Promised deliveries of an account: what of them counts now, what arriving or failing does, and
// which calls they keep open past the deadline (D6.2, D8.2).
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// A delivery of an account that counts now, and its value at the low edge of its price.
struct CountedDelivery {
  policy::Delivery delivery;
  policy::DeliveryValue value;
};
// In order of number: the open ones within their time, of an eligible asset with a price better
// than stale; a promise made after the member broke one does not count.
std::vector<CountedDelivery> counted_deliveries(const Context& context, AccountIndex account);
policy::DeliveryCounts count_deliveries(const std::vector<CountedDelivery>& counted,
                                        Usd open_calls);

// Notes which deliveries stand in for `gap` that would otherwise have been called until `deadline`.
void net_deliveries(Context& context, AccountIndex account,
                    const std::vector<CountedDelivery>& counted, Usd open_calls, Usd gap,
                    Timestamp deadline);
// The need is gone that they stood in for, or that waiting top-ups would cure.
void forget_netting(Context& context, AccountIndex account);

// Time alone: its settlement time or the place's time-out has passed, or it has been overdue for
// too long.
void expire_delivery(Context& context, std::uint64_t number);
// The moment at which expire_delivery has something to do.
Timestamp delivery_due(const Context& context, const policy::Delivery& delivery);

// Whether a call past its deadline stays open because what is undelivered was seen on its way in
// time or is disputed; says so when it begins or moves.
bool stays_open(Context& context, const policy::Call& call);

void tell_delivery(Context& context, policy::DeliveryStatus from, const policy::Delivery& delivery,
                   Usd due);
// The part of `delivery` that does not come: its member has not kept it, and what it stood in for
// is due. Returns that amount.
Usd break_promise(Context& context, policy::Delivery& delivery, Amount part);

}  // namespace bulkhead::engine
