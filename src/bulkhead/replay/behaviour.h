// How members react to what happens to them: seeded, outside the core, as pure functions from what
// a member sees to what it will send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::replay {

struct MemberBehaviour {
  std::string member;
  double pay_probability = 0.8;      // that a call is answered at all
  Duration pay_delay = minutes(30);  // median; log-normal with sigma 0.8, at least one minute
  double pay_share = 1.0;            // of the amount called
  std::string wallet_asset;          // what it pays with
  double wallet_value = 0;           // numéraire it has outside, for the whole replay
  double fear_drawdown = 0;        // own equity below (1 − this) of its start: withdraws; 0: never
  double fear_market_drop = 0;     // market below (1 − this) of its start: withdraws; 0: never
  double withdraw_share = 0.5;     // of its free and withdrawable assets
  double dispute_probability = 0;  // that it contests a whole call, five minutes after it
  bool withdraws_daily = false;    // every day everything that it is not refused
  double bid_probability = 0.1;    // that it bids in an auction of an account in default
  double bid_discount = 0.02;      // median, below fair, at which it does; log-normal, sigma 0.5

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "member", self.member);
    visit(2, "pay_probability", self.pay_probability);
    visit(3, "pay_delay", self.pay_delay);
    visit(4, "pay_share", self.pay_share);
    visit(5, "wallet_asset", self.wallet_asset);
    visit(6, "wallet_value", self.wallet_value);
    visit(7, "fear_drawdown", self.fear_drawdown);
    visit(8, "fear_market_drop", self.fear_market_drop);
    visit(9, "withdraw_share", self.withdraw_share);
    visit(10, "dispute_probability", self.dispute_probability);
    visit(11, "withdraws_daily", self.withdraws_daily);
    visit(12, "bid_probability", self.bid_probability);
    visit(13, "bid_discount", self.bid_discount);
  }
};

struct BehaviourFile {
  std::uint64_t seed = 1;
  std::vector<MemberBehaviour> members;  // sorted by member, unique

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "seed", self.seed);
    visit(2, "members", self.members);
  }
};

// Names the member and the field that is out of range.
Status validate(const BehaviourFile& file);

// What a member has left outside and whether it has already run.
struct MemberState {
  double wallet_left = 0;
  bool frightened = false;
};

struct CallSeen {
  std::string account;
  std::string call;  // id
  Usd amount;        // for the numéraire
  Timestamp opened;
  Timestamp deadline;
};

struct PositionSeen {
  std::string account;
  double equity = 0;
  double equity_at_start = 0;
  double market_return = 0;  // of the market since the start, -0.3 = down 30 %
};

enum class IntentKind : std::uint8_t { top_up, withdraw, dispute };
BULKHEAD_ENUM_NAMES(IntentKind, "top_up", "withdraw", "dispute")

// What the member will send at `at`. top_up: deposit and pledge `value` of `asset`, citing the
// call. withdraw: `share` of each of the account's assets that the member may ask for; refused,
// half as much, `tries` times in all. dispute: the whole call, by the price of `asset`.
struct Intent {
  IntentKind kind = IntentKind::top_up;
  Timestamp at;
  std::string account;
  std::string call;
  std::string asset;
  double value = 0;
  double share = 0;
  int tries = 1;
};

// Draws are functions of (seed, member, call id), so order does not matter; the wallet is spent
// when the intent is made. An answer may come after the deadline: then it is late.
std::optional<Intent> answer_call(const MemberBehaviour& member, MemberState& state,
                                  const CallSeen& call, std::uint64_t seed);
// Before the answer; whoever disputes may still pay.
std::optional<Intent> dispute_call(const MemberBehaviour& member, const CallSeen& call,
                                   std::uint64_t seed);
std::optional<Intent> ask_for_all(const MemberBehaviour& member, const std::string& account,
                                  Timestamp now);
// The share of fair at or below which it bids in an auction; none if it does not.
std::optional<double> bid_share(const MemberBehaviour& member, const std::string& auction,
                                std::uint64_t seed);
// At most one fright per member.
std::optional<Intent> look_at_market(const MemberBehaviour& member, MemberState& state,
                                     const PositionSeen& seen, Timestamp now, std::uint64_t seed);

// Turns about `share` of the members against the venue, each in one of five ways drawn from (seed,
// member): pays hours late, pays a third, disputes every call, withdraws daily all that it may,
// never answers. The rest stay as they are.
void make_hostile(BehaviourFile& file, double share, std::uint64_t seed);

}  // namespace bulkhead::replay
