// Order of receipts.
#include "bulkhead/custody/receipt_queue.h"

#include <algorithm>
#include <tuple>

namespace bulkhead::custody {

std::vector<Receipt> take_received(std::vector<Receipt>& under_way, Timestamp now) {
  const auto later = std::stable_partition(under_way.begin(), under_way.end(),
                                           [now](const Receipt& r) { return r.received > now; });
  std::vector<Receipt> taken(later, under_way.end());
  under_way.erase(later, under_way.end());
  std::stable_sort(taken.begin(), taken.end(), [](const Receipt& a, const Receipt& b) {
    return std::tie(a.received, a.account, a.asset, a.seq, a.status) <
           std::tie(b.received, b.account, b.asset, b.seq, b.status);
  });
  return taken;
}

std::optional<Timestamp> earliest(const std::vector<Receipt>& under_way) {
  std::optional<Timestamp> least;
  for (const Receipt& r : under_way) {
    if (!least || r.received < *least) least = r.received;
  }
  return least;
}

}  // namespace bulkhead::custody
