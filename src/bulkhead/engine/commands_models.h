// Content of a proposal by which accounts are margined by another model (D5.10, D11.1).
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::engine {

// Of one account, or of every account that is margined by `from` when it takes effect. The numbers
// of a model stand in the parameter set and change with its version.
struct ModelChange {
  static constexpr int kTag = 97;
  static constexpr std::string_view kName = "model_change";
  std::string account;  // empty: every account of `from`
  std::string from;     // a margin model by name; with an account it may be empty
  std::string to;
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string reason;
  Timestamp effective_at;

  friend bool operator==(const ModelChange&, const ModelChange&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
    visit(4, "mode", self.mode);
    visit(5, "reason", self.reason);
    visit(6, "effective_at", self.effective_at);
  }
};

}  // namespace bulkhead::engine
