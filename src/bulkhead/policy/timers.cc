// Dwell and confirmation timers.
#include "bulkhead/policy/timers.h"

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {

Dwell advance(Dwell dwell, bool holds, Timestamp now) {
  if (!holds) return Dwell{};
  if (!dwell.since) dwell.since = now;
  BULKHEAD_ASSERT(*dwell.since <= now);
  return dwell;
}

bool held_through(const Dwell& dwell, Duration length, Timestamp now) {
  return dwell.since.has_value() && now - *dwell.since >= length;
}

Streak advance(Streak streak, bool holds, Timestamp now) {
  if (!holds) return Streak{};
  if (!streak.since) streak.since = now;
  BULKHEAD_ASSERT(*streak.since <= now);
  if (streak.count < kStreakMost) ++streak.count;
  return streak;
}

bool confirmed(const Streak& streak, Duration length, std::uint32_t count_min, Timestamp now) {
  return streak.since.has_value() && streak.count >= count_min && now - *streak.since >= length;
}

}  // namespace bulkhead::policy
