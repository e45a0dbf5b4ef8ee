// Commands that move the assets of one account (D6.1).
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"

namespace bulkhead::engine {

// Assets of one account at one place; the fields of all the transfers that follow.
#define BULKHEAD_TRANSFER_COMMAND(Type, tag, name, sentence) \
  /* sentence */                                             \
  struct Type {                                              \
    static constexpr int kTag = tag;                         \
    static constexpr std::string_view kName = name;          \
    std::string account;                                     \
    std::string asset;                                       \
    std::string place;                                       \
    Amount amount; /* minor units, > 0 */                    \
    template <class Self, class Visitor>                     \
    static void fields(Self& self, Visitor&& visit) {        \
      visit(1, "account", self.account);                     \
      visit(2, "asset", self.asset);                         \
      visit(3, "place", self.place);                         \
      visit(4, "amount", self.amount);                       \
    }                                                        \
  };
BULKHEAD_TRANSFER_COMMAND(Deposit, 20, "deposit", "arrived from outside, final, into `free`")
BULKHEAD_TRANSFER_COMMAND(Withdraw, 21, "withdraw", "leaves from `free` to outside")
BULKHEAD_TRANSFER_COMMAND(Pledge, 22, "pledge", "`free` becomes collateral")
BULKHEAD_TRANSFER_COMMAND(Unpledge, 23, "unpledge", "collateral becomes `free`, judged by D8.6")
BULKHEAD_TRANSFER_COMMAND(Borrow, 24, "borrow", "the pool lends; credited to `pledged`")
BULKHEAD_TRANSFER_COMMAND(Repay, 25, "repay", "debt is paid from `pledged`, then `free`")
#undef BULKHEAD_TRANSFER_COMMAND

// `free` of an account pays back what others bore of a loss of the same member (D8.6, D10.3): who
// was charged last is paid first.
struct RepayLoss {
  static constexpr int kTag = 26;
  static constexpr std::string_view kName = "repay_loss";
  std::string account;  // that pays
  std::string asset;    // that the loss is owed in
  std::string place;    // the internal ledger
  Amount amount;        // minor units, > 0
  std::string loss_of;  // the closed account
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "amount", self.amount);
    visit(5, "loss_of", self.loss_of);
  }
};

// In one step `free` of one asset becomes collateral and collateral of another becomes `free`
// (D8.5); at the internal ledger.
struct SubstituteCollateral {
  static constexpr int kTag = 74;
  static constexpr std::string_view kName = "substitute_collateral";
  std::string account;
  std::string place;
  std::string in_asset;
  Amount in;  // minor units, > 0
  std::string out_asset;
  Amount out;  // minor units, > 0
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "place", self.place);
    visit(3, "in_asset", self.in_asset);
    visit(4, "in", self.in);
    visit(5, "out_asset", self.out_asset);
    visit(6, "out", self.out);
  }
};

}  // namespace bulkhead::engine
