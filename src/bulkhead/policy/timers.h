// Dwell and confirmation: how long a condition has held, as state that moves only at ticks (D7.2,
// D4.4). "Held" is counted from the first tick at which the condition holds; the first tick at
// which it does not hold forgets all.
#pragma once

#include <cstdint>
#include <optional>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::policy {

struct Dwell {
  std::optional<Timestamp> since;  // first tick at which the condition held; empty: it does not

  friend bool operator==(const Dwell&, const Dwell&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "since", self.since);
  }
};

Dwell advance(Dwell dwell, bool holds, Timestamp now);
bool held_through(const Dwell& dwell, Duration length, Timestamp now);

// The most that a streak counts to, and so the most that a policy may ask for.
inline constexpr std::uint32_t kStreakMost = 100;

// The same with a count of closed epochs: D4.4's "on every aggregate through 30 s and at least
// three".
struct Streak {
  std::optional<Timestamp> since;
  std::uint32_t count = 0;  // epochs at which it held, at most kStreakMost

  friend bool operator==(const Streak&, const Streak&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "since", self.since);
    visit(2, "count", self.count);
  }
};

Streak advance(Streak streak, bool holds, Timestamp now);
bool confirmed(const Streak& streak, Duration length, std::uint32_t count_min, Timestamp now);

}  // namespace bulkhead::policy
