// What two persons put right or order: trades that do not stand, deposits that are taken back, the
// price of what is halted for long, defaults, new parameters (D4.7, D10.1, D11.1, D11.5).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

constexpr Duration kMemory = days(7);
constexpr Duration kHaltedLong = days(7);

bool same(const en::Fill& a, const en::Fill& b) {
  return a.account == b.account && a.instrument == b.instrument && a.side == b.side &&
         a.lots == b.lots && a.price.mantissa == b.price.mantissa &&
         a.price.exponent == b.price.exponent && a.counterparty == b.counterparty &&
         a.fee == b.fee && a.order == b.order && a.instruction == b.instruction &&
         std::ranges::equal(a.legs, b.legs, [](const en::FilledLeg& x, const en::FilledLeg& y) {
           return x.instrument == y.instrument && x.side == y.side && x.lots == y.lots &&
                  x.price == y.price && x.fee == y.fee;
         });
}

bool same(const en::Deposit& a, const en::Deposit& b) {
  return a.account == b.account && a.asset == b.asset && a.place == b.place && a.amount == b.amount;
}

const en::Fill& told_again(const en::BustTrade& order) { return order.fill; }
const en::Deposit& told_again(const en::ReverseDeposit& order) { return order.deposit; }

}  // namespace

// The command that is reversed was accepted within seven days, stands at that record, said just
// that, and was not reversed before.
template <class Correction>
std::optional<NaiveModel::Verdict> NaiveModel::founded(const Correction& order) const {
  const auto corrected = corrected_.find(order.record);
  if (corrected != corrected_.end()) return refuse(ErrorCode::corrected_before);
  const auto at = ids_.find({order.actor, order.id});
  if (at == ids_.end() || at->second.record != order.record || at->second.refused) {
    return refuse(ErrorCode::correction_unfounded);
  }
  using Body = std::remove_cvref_t<decltype(told_again(order))>;
  const auto* was = std::get_if<Body>(&at->second.body);
  if (was == nullptr || !same(*was, told_again(order))) {
    return refuse(ErrorCode::correction_unfounded);
  }
  return std::nullopt;
}

void NaiveModel::forget_corrections() {
  std::erase_if(corrected_, [this](const auto& one) { return one.second < now_ - kMemory; });
}

std::optional<NaiveModel::Verdict> NaiveModel::price_fits(const en::SettlementPrice& price) const {
  if (!terms_.assets.contains(price.asset)) return refuse(ErrorCode::asset_unknown);
  if (price.reason.empty()) return refuse(ErrorCode::missing_field);
  if (price.price.mantissa <= 0) return refuse(ErrorCode::price_invalid);
  const std::optional<Timestamp> since = halted_since(price.asset);
  if (!since || now_ - *since <= kHaltedLong) return refuse(ErrorCode::not_halted_long);
  return std::nullopt;
}

std::optional<NaiveModel::Verdict> NaiveModel::propose_other(const en::Propose& c) {
  const auto put = [&](const std::string& account, const auto& order) -> Verdict {
    proposals_[c.proposal] = {account, c.expires, order, {}, false};
    return {};
  };
  if (std::holds_alternative<std::monostate>(c.content)) return refuse(ErrorCode::missing_field);
  if (const auto* change = std::get_if<en::ParameterChange>(&c.content)) {
    if (change->parameters.version == 0) return refuse(ErrorCode::out_of_range);
    if (change->parameters.version <= terms_.parameters.version) {
      return refuse(ErrorCode::version_not_newer);
    }
    if (change->effective_at < now_) return refuse(ErrorCode::out_of_range);
    return put("", *change);
  }
  if (const auto* order = std::get_if<en::DefaultOrder>(&c.content)) {
    if (find(order->account) == nullptr) return refuse(ErrorCode::account_unknown);
    if (order->reason.empty() || order->evidence == Hash{}) {
      return refuse(ErrorCode::missing_field);
    }
    return put(order->account, *order);
  }
  if (const auto* bust = std::get_if<en::BustTrade>(&c.content)) {
    if (bust->reason.empty()) return refuse(ErrorCode::missing_field);
    if (const auto no = founded(*bust)) return no;
    return put(bust->fill.account, *bust);
  }
  if (const auto* reverse = std::get_if<en::ReverseDeposit>(&c.content)) {
    if (reverse->reason.empty()) return refuse(ErrorCode::missing_field);
    if (const auto no = founded(*reverse)) return no;
    return put(reverse->deposit.account, *reverse);
  }
  if (const auto* price = std::get_if<en::SettlementPrice>(&c.content)) {
    if (const auto no = price_fits(*price)) return no;
    return put("", *price);
  }
  if (const auto* waiver = std::get_if<en::WaiveLoss>(&c.content)) {
    if (find(waiver->account) == nullptr) return refuse(ErrorCode::account_unknown);
    if (waiver->reason.empty()) return refuse(ErrorCode::missing_field);
    if (!losses_.contains(waiver->account)) return refuse(ErrorCode::out_of_range);
    return put(waiver->account, *waiver);
  }
  return std::nullopt;
}

// The word of one more approver than before; every error leaves the proposal as it is.
std::optional<NaiveModel::Verdict> NaiveModel::approve_other(const std::string& name) {
  NaiveProposal& proposal = proposals_.at(name);
  const auto second_word = [&] {
    proposal.approvals.insert(command_->actor);
    return proposal.approvals.size() >= 2;
  };
  if (proposal.is<en::ParameterChange>()) {
    proposal.approved = second_word();
    return Verdict{};
  }
  if (const auto* price = std::get_if<en::SettlementPrice>(&proposal.order)) {
    if (const auto no = price_fits(*price)) return no;
    if (!second_word()) return Verdict{};
    settled_.insert(price->asset);
  } else if (const auto* order = std::get_if<en::DefaultOrder>(&proposal.order)) {
    if (const auto no = order_default(*find(order->account))) return no;
  } else if (const auto* waiver = std::get_if<en::WaiveLoss>(&proposal.order)) {
    if (losses_.erase(waiver->account) == 0) return refuse(ErrorCode::out_of_range);
  } else if (const auto* bust = std::get_if<en::BustTrade>(&proposal.order)) {
    if (const auto no = bust_trade(*bust)) return no;
  } else if (const auto* reverse = std::get_if<en::ReverseDeposit>(&proposal.order)) {
    if (const auto no = founded(*reverse)) return no;
    if (const auto no = reverse_deposit(reverse->deposit)) return no;
    corrected_[reverse->record] = now_;
  } else {
    return std::nullopt;
  }
  proposals_.erase(name);
  return Verdict{};
}

// D10.1: only of one who stands below the target at the least edge.
std::optional<NaiveModel::Verdict> NaiveModel::order_default(NaiveAccount& account) {
  if (account.default_stage != DefaultStage::none) return refuse(ErrorCode::stage_forbids);
  const Figures f = figures_of(account);
  const int target = terms_.parameters.ladder.levels.target_bp;
  if (!f.owes || at_level(f.least, target, f.initial)) return refuse(ErrorCode::account_healthy);
  declare(account);
  return std::nullopt;
}

// The trade the other way round at its own price, the fee back.
std::optional<NaiveModel::Verdict> NaiveModel::bust_trade(const en::BustTrade& order) {
  if (const auto no = founded(order)) return no;
  const en::Fill& fill = order.fill;
  bool over = fill.legs.empty() && expired(fill.instrument);
  for (const en::FilledLeg& leg : fill.legs) over = over || expired(leg.instrument);
  if (over) return refuse(ErrorCode::instrument_expired);
  for (const std::string& name : {fill.account, fill.counterparty}) {
    if (!name.empty() && find(name)->default_stage == DefaultStage::closed) {
      return refuse(ErrorCode::stage_forbids);
    }
  }
  if (!fill.legs.empty()) {
    trade_legs(fill, -1);
    corrected_[order.record] = now_;
    return std::nullopt;
  }
  const std::int64_t lots = fill.side == en::Side::buy ? -fill.lots : fill.lots;
  NaiveAccount& account = *find(fill.account);
  trade(account, fill.instrument, lots, fill.price.to_double());
  if (!fill.counterparty.empty()) {
    trade(*find(fill.counterparty), fill.instrument, -lots, fill.price.to_double());
  }
  if (fill.fee.units != 0) settle(account, terms_.numeraire, fill.fee.units);
  corrected_[order.record] = now_;
  return std::nullopt;
}

// From free, then pledged; what is no longer there is owed.
std::optional<NaiveModel::Verdict> NaiveModel::reverse_deposit(const en::Deposit& deposit) {
  NaiveAccount& account = *find(deposit.account);
  const Int128 free = std::min(account.free[deposit.asset], deposit.amount.units);
  const Int128 pledged = std::min(account.available(deposit.asset), deposit.amount.units - free);
  const Int128 missing = deposit.amount.units - free - pledged;
  if (missing > 0 && account.default_stage == DefaultStage::closed) {
    return refuse(ErrorCode::stage_forbids);
  }
  account.free[deposit.asset] -= free;
  account.pledged[deposit.asset] -= pledged;
  account.debts[deposit.asset] += missing;
  return std::nullopt;
}

}  // namespace bulkhead::naive
