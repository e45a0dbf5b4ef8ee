// State record of a break-glass order (D11.1).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_break_glass.h"
#include "bulkhead/engine/events_break_glass.h"

namespace bulkhead::engine {

// "engine/break_glass/<name>": while it is in force, and for a day after it ended unratified.
struct BreakGlassRecord {
  // A call whose deadline it moved.
  struct Moved {
    std::uint64_t call = 0;
    Timestamp deadline;  // before
    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit(1, "call", self.call);
      visit(2, "deadline", self.deadline);
    }
  };

  BreakGlass order;
  BreakGlassStage stage = BreakGlassStage::started;
  Timestamp review_by;               // ends then unless it is ratified
  std::vector<std::string> persons;  // who started it, then who ratified it
  std::vector<Moved> moved;
  Timestamp ended;  // rejected or lapsed; 0: in force

  bool in_force() const { return ended == Timestamp{}; }
  Timestamp ends() const {
    return stage == BreakGlassStage::ratified ? order.until : std::min(review_by, order.until);
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "order", self.order);
    visit(2, "stage", self.stage);
    visit(3, "review_by", self.review_by);
    visit(4, "persons", self.persons);
    visit(5, "moved", self.moved);
    visit(6, "ended", self.ended);
  }
};

}  // namespace bulkhead::engine
