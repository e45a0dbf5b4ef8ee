// Draws of a member's reactions.
#include "bulkhead/replay/behaviour.h"

#include <algorithm>
#include <string_view>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::replay {
namespace {

constexpr double kDelaySpread = 0.8;
constexpr double kDiscountSpread = 0.5;
// All, a half, … a 128th: what is refused below that is not worth asking for.
constexpr int kTriesOfAll = 8;

// A stream of its own for each (seed, member, what it reacts to).
RandomStream stream_of(std::uint64_t seed, std::string_view member, std::string_view cause) {
  std::string name(member);
  name += '\n';
  name += cause;
  const Hash hash = sha256(name);
  std::uint64_t stream = 0;
  for (std::size_t i = 0; i < 8; ++i) stream |= static_cast<std::uint64_t>(hash[i]) << (8 * i);
  return RandomStream(seed, stream);
}

Status in_range(const MemberBehaviour& member, std::string_view field, double value, double least,
                double greatest) {
  if (value >= least && value <= greatest) return {};
  return fail(ErrorCode::out_of_range, member.member + "." + std::string(field),
              std::to_string(value),
              "between " + std::to_string(least) + " and " + std::to_string(greatest));
}

}  // namespace

Status validate(const BehaviourFile& file) {
  for (std::size_t i = 0; i < file.members.size(); ++i) {
    const MemberBehaviour& m = file.members[i];
    if (m.member.empty()) {
      return fail(ErrorCode::missing_field, "members[" + std::to_string(i) + "].member", "",
                  "a name");
    }
    if (i > 0 && !(file.members[i - 1].member < m.member)) {
      return fail(ErrorCode::duplicate_field, "members", m.member, "sorted by member, each once");
    }
    BULKHEAD_TRY_STATUS(in_range(m, "pay_probability", m.pay_probability, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "pay_share", m.pay_share, 0, 10));
    BULKHEAD_TRY_STATUS(in_range(m, "wallet_value", m.wallet_value, 0, 1e12));
    BULKHEAD_TRY_STATUS(in_range(m, "fear_drawdown", m.fear_drawdown, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "fear_market_drop", m.fear_market_drop, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "withdraw_share", m.withdraw_share, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "dispute_probability", m.dispute_probability, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "bid_probability", m.bid_probability, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "bid_discount", m.bid_discount, 0, 1));
    BULKHEAD_TRY_STATUS(in_range(m, "pay_delay", m.pay_delay.seconds(), 0, 30 * 86'400.0));
    if (m.wallet_value > 0 && m.wallet_asset.empty()) {
      return fail(ErrorCode::missing_field, m.member + ".wallet_asset", "",
                  "the asset it pays with");
    }
  }
  return {};
}

std::optional<double> bid_share(const MemberBehaviour& member, const std::string& auction,
                                std::uint64_t seed) {
  RandomStream random = stream_of(seed, member.member, "auction " + auction);
  if (!random.chance(member.bid_probability)) return std::nullopt;
  return 1 - member.bid_discount * exp_fixed(kDiscountSpread * random.normal());
}

std::optional<Intent> answer_call(const MemberBehaviour& member, MemberState& state,
                                  const CallSeen& call, std::uint64_t seed) {
  RandomStream random = stream_of(seed, member.member, "call " + call.call);
  const bool pays = random.chance(member.pay_probability);
  const double stretch = exp_fixed(kDelaySpread * random.normal());
  const double called = static_cast<double>(call.amount.micros) * 1e-6 * member.pay_share;
  const double value = std::min(called, state.wallet_left);
  if (!pays || !(value > 0)) return std::nullopt;
  state.wallet_left -= value;
  const double wait = std::max(60.0, member.pay_delay.seconds() * stretch);
  Intent intent;
  intent.kind = IntentKind::top_up;
  intent.at = call.opened + seconds(static_cast<std::int64_t>(wait));
  intent.account = call.account;
  intent.call = call.call;
  intent.asset = member.wallet_asset;
  intent.value = value;
  return intent;
}

std::optional<Intent> dispute_call(const MemberBehaviour& member, const CallSeen& call,
                                   std::uint64_t seed) {
  RandomStream random = stream_of(seed, member.member, "dispute " + call.call);
  if (!random.chance(member.dispute_probability)) return std::nullopt;
  Intent intent;
  intent.kind = IntentKind::dispute;
  intent.at = call.opened + minutes(5);
  intent.account = call.account;
  intent.call = call.call;
  intent.asset = member.wallet_asset;
  return intent;
}

std::optional<Intent> ask_for_all(const MemberBehaviour& member, const std::string& account,
                                  Timestamp now) {
  if (!member.withdraws_daily) return std::nullopt;
  Intent intent;
  intent.kind = IntentKind::withdraw;
  intent.at = now;
  intent.account = account;
  intent.share = 1;
  intent.tries = kTriesOfAll;
  return intent;
}

void make_hostile(BehaviourFile& file, double share, std::uint64_t seed) {
  for (MemberBehaviour& member : file.members) {
    RandomStream random = stream_of(seed, member.member, "hostile");
    if (!random.chance(share)) continue;
    switch (random.below(5)) {
      case 0:
        member.pay_delay = hours(8);
        break;
      case 1:
        member.pay_share = 0.33;
        break;
      case 2:
        member.dispute_probability = 1;
        break;
      case 3:
        member.withdraws_daily = true;
        break;
      default:
        member.pay_probability = 0;
    }
  }
}

std::optional<Intent> look_at_market(const MemberBehaviour& member, MemberState& state,
                                     const PositionSeen& seen, Timestamp now, std::uint64_t seed) {
  if (state.frightened) return std::nullopt;
  const bool own = member.fear_drawdown > 0 && seen.equity_at_start > 0 &&
                   seen.equity < (1 - member.fear_drawdown) * seen.equity_at_start;
  const bool market = member.fear_market_drop > 0 && seen.market_return < -member.fear_market_drop;
  if (!own && !market) return std::nullopt;
  state.frightened = true;
  RandomStream random = stream_of(seed, member.member, "fright");
  Intent intent;
  intent.kind = IntentKind::withdraw;
  intent.at = now + seconds(60 + static_cast<std::int64_t>(random.below(1200)));
  intent.account = seen.account;
  intent.share = member.withdraw_share;
  return intent;
}

}  // namespace bulkhead::replay
