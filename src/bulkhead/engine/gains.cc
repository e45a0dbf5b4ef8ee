#include "bulkhead/engine/gains.h"

#include <algorithm>

#include "bulkhead/engine/closing_prices.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::SystemOwner;
using ledger::TransferKind;

// What of one account's gains in one market may be taken.
struct Share {
  AccountIndex account;
  InstrumentIndex instrument;
  Amount gain;  // unpaid, since the default
  Amount most;  // of it
  Amount taken;
};

// Gained by the other side since the default, as far as it has not been paid.
Amount gained(const Context& context, const positions::Position& held, double then, double now) {
  const Amount at_now = gain_at(context.registry(), held, now);
  return min(at_now, at_now - gain_at(context.registry(), held, then));
}

std::vector<Share> shares_of(const Context& context, AccountIndex account, AssetIndex asset) {
  std::vector<Share> shares;
  for (const MarkAtDefault& mark : context.state.default_record(account).marks) {
    const InstrumentIndex instrument(mark.instrument);
    const double now = context.state.market.epoch().instruments[mark.instrument].price;
    if (context.registry().settlement(instrument) != asset || !(now > 0) ||
        context.registry()[instrument].is_option()) {
      continue;
    }
    for (const std::uint32_t holder : context.state.positions.holders(instrument)) {
      const AccountIndex other(holder);
      const positions::Position held = context.state.positions.position(other, instrument);
      if (other == account || held.lots == 0 || (held.lots > 0) == mark.was_long) continue;
      if (context.state.account(other).ladder.default_ != policy::Default::none) continue;
      const Amount gain = gained(context, held, mark.mark, now);
      if (!gain.is_positive()) continue;
      const Amount most{gain.units * context.ladder().defaults.gains_haircut_bp / 10'000};
      if (most.is_positive()) shares.push_back({other, instrument, gain, most, Amount{}});
    }
  }
  return shares;
}

// Rounded down, then minor unit by minor unit in the order of the shares.
void divide(std::vector<Share>& shares, Amount whole) {
  Amount most;
  for (const Share& share : shares) most = most + share.most;
  Amount left = min(whole, most);
  const double part = static_cast<double>(left.units) / static_cast<double>(most.units);
  for (Share& share : shares) {
    const auto units = static_cast<Int128>(static_cast<double>(share.most.units) * part);
    share.taken = min(min(share.most, left), Amount{units});
    left = left - share.taken;
  }
  for (Share& share : shares) {
    const Amount more = min(left, share.most - share.taken);
    share.taken = share.taken + more;
    left = left - more;
  }
}

}  // namespace

std::vector<LossPart> reduce_gains(Context& context, AccountIndex account, AssetIndex asset,
                                   Amount loss) {
  std::vector<Share> shares = shares_of(context, account, asset);
  if (shares.empty() || !loss.is_positive()) return {};
  divide(shares, loss);
  Amount sum;
  std::vector<LossPart> parts;
  for (const Share& share : shares) {
    if (!share.taken.is_positive()) continue;
    context.draw_in(share.account);
    const auto done =
        context.state.positions.reduce_gain(share.instrument, share.account, share.taken);
    BULKHEAD_ASSERT(done.has_value());
    sum = sum + share.taken;
    parts.push_back({LossBearer::gains, share.account.value, asset.value, share.taken});
    context.valuer.touch(share.account);
    context.emit(share.account,
                 GainsReduced{.instrument = context.registry()[share.instrument].name,
                              .asset = context.registry()[asset].name,
                              .amount = share.taken,
                              .value = context.valuer.market_value(asset, share.taken),
                              .gain = context.valuer.market_value(asset, share.gain)});
  }
  const PlaceIndex place = context.internal_place();
  const Status paid = context.post(
      context.transfer(TransferKind::waterfall, {SystemOwner::market, asset, place, Bucket::free},
                       {SystemOwner::pool, asset, place, Bucket::free}, sum));
  BULKHEAD_ASSERT(paid.has_value());
  return parts;
}

}  // namespace bulkhead::engine
