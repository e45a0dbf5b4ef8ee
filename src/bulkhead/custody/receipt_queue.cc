// Order of receipts.
#include "bulkhead/custody/receipt_queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bulkhead::custody {

std::vector<Receipt> take_received(std::vector<Receipt>& under_way, Timestamp now) {
  std::vector<Receipt> taken;
  std::vector<Receipt> later;
  for (Receipt& r : under_way) (r.received > now ? later : taken).push_back(std::move(r));
  under_way = std::move(later);
  std::sort(taken.begin(), taken.end(), [](const Receipt& a, const Receipt& b) {
    return std::tie(a.received, a.account, a.asset, a.seq, a.status, a.as_of, a.observed,
                    a.final_) <
           std::tie(b.received, b.account, b.asset, b.seq, b.status, b.as_of, b.observed, b.final_);
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
