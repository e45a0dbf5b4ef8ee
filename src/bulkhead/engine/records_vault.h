// State records of sequestration beside the stages, the books and the legs (D9).
#pragma once

#include <cstdint>

#include "bulkhead/base/fields.h"

namespace bulkhead::engine {

// "engine/vault/<account, ten digits>"; absent while all of it is at its default.
struct VaultRecord {
  std::uint32_t account = 0;
  bool short_told = false;   // that what is missing cannot be moved; until something can
  bool surplus_due = false;  // two places took what one was asked for (D9.4)

  friend bool operator==(const VaultRecord&, const VaultRecord&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "short_told", self.short_told);
    visit(3, "surplus_due", self.surplus_due);
  }
};

}  // namespace bulkhead::engine
