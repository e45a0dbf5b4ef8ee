// Stop buttons and new parameters (D11.1, D11.6).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;
using en::StopButton;

// Of the account, or of all.
bool NaiveModel::stopped(StopButton button, const std::string& account) const {
  return stops_.contains({button, ""}) || stops_.contains({button, account});
}

void NaiveModel::expire_stops() {
  std::erase_if(stops_, [this](const auto& stop) { return stop.second.expires <= now_; });
  follow_halts();
}

// Since when an asset is halted without a break, whatever halts it.
void NaiveModel::follow_halts() {
  for (const auto& [asset, eligible] : terms_.assets) {
    if (halted_.contains(asset) || stops_.contains({StopButton::halt_asset, asset})) {
      halt_from_.try_emplace(asset, now_);
    } else {
      halt_from_.erase(asset);
      settled_.erase(asset);
    }
  }
}

std::optional<Timestamp> NaiveModel::halted_since(const std::string& asset) const {
  const auto at = halt_from_.find(asset);
  return at == halt_from_.end() ? std::nullopt : std::optional(at->second);
}

// A price counts unless an order or a stop says that it does not. What has a settlement price keeps
// that until it runs again (D4.7).
void NaiveModel::check_halts() {
  for (const auto& [asset, price] : facts_.assets) {
    if (asset == terms_.numeraire) continue;
    const bool expected = halt_from_.contains(asset) && !settled_.contains(asset);
    if (expected != (price.quality == kHalted)) {
      complain(asset + (expected ? ": is not halted" : ": is halted"));
    }
  }
}

// A quantity that is lent until its end; the next of its kind and subject has a higher epoch.
NaiveModel::Verdict NaiveModel::on(const en::Grant& c) {
  switch (c.kind) {
    case en::GrantKind::insurance_fund:
    case en::GrantKind::house_tranche:
      if (!c.subject.empty()) return refuse(ErrorCode::out_of_range);
      break;
    case en::GrantKind::planner: {
      const auto person = persons_.find(c.subject);
      if (person == persons_.end() || person->second.role != en::Role::operator_) {
        return refuse(ErrorCode::out_of_range);
      }
      break;
    }
    case en::GrantKind::market_capacity:
      if (!terms_.contracts.contains(c.subject) && !terms_.assets.contains(c.subject)) {
        return refuse(ErrorCode::asset_unknown);
      }
      break;
    case en::GrantKind::place_capacity:
      if (!places_.contains(c.subject)) return refuse(ErrorCode::place_unknown);
      break;
    case en::GrantKind::asset_credit:
      if (!terms_.assets.contains(c.subject)) return refuse(ErrorCode::asset_unknown);
      break;
    case en::GrantKind::issuer_credit:
    case en::GrantKind::chain_credit:  // no asset of the tests has either
      return refuse(ErrorCode::out_of_range);
  }
  if (c.amount.units < 0) return refuse(ErrorCode::out_of_range);
  const auto last = grants_.find({c.kind, c.subject});
  if (last != grants_.end() && c.epoch <= last->second.epoch) {
    return refuse(ErrorCode::grant_stale);
  }
  if (c.expires <= now_) return refuse(ErrorCode::grant_stale);
  const bool fund =
      c.kind == en::GrantKind::insurance_fund || c.kind == en::GrantKind::house_tranche;
  if (fund && !terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  grants_[{c.kind, c.subject}] = {c.epoch, c.expires, c.amount.units};
  return {};
}

std::optional<std::int64_t> NaiveModel::room_of(const std::string& place) const {
  const auto grant = grants_.find({en::GrantKind::place_capacity, place});
  if (grant == grants_.end()) return std::nullopt;
  if (grant->second.expires < now_) return 0;
  return static_cast<std::int64_t>(std::max<Int128>(0, grant->second.left));
}

void NaiveModel::use_room(const std::string& place, const std::string& asset, Int128 amount) {
  const auto grant = grants_.find({en::GrantKind::place_capacity, place});
  if (grant != grants_.end()) grant->second.left -= value(asset, amount);
}

NaiveModel::Verdict NaiveModel::on(const en::PressStop& c) {
  switch (c.button) {
    case StopButton::halt_asset:
      if (!terms_.assets.contains(c.subject)) return refuse(ErrorCode::asset_unknown);
      if (c.subject == terms_.numeraire) return refuse(ErrorCode::out_of_range);
      break;
    case StopButton::halt_market:
      if (!terms_.contracts.contains(c.subject)) return refuse(ErrorCode::instrument_unknown);
      break;
    default:
      if (!c.subject.empty() && find(c.subject) == nullptr) {
        return refuse(ErrorCode::account_unknown);
      }
  }
  if (c.reason.empty()) return refuse(ErrorCode::missing_field);
  if (c.expires <= now_ || c.expires - now_ > hours(24)) return refuse(ErrorCode::out_of_range);
  stops_[{c.button, c.subject}] = {c.expires, {}};
  follow_halts();
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::EndStop& c) {
  const auto at = stops_.find({c.button, c.subject});
  if (at == stops_.end()) return refuse(ErrorCode::stop_not_pressed);
  if (at->second.ending_by == command_->actor) return refuse(ErrorCode::approval_not_independent);
  if (at->second.ending_by.empty()) {
    at->second.ending_by = command_->actor;
  } else {
    stops_.erase(at);
    follow_halts();
  }
  return {};
}

// In a straight line, rounded down.
void NaiveModel::follow_ramp() {
  if (!ramp_) return;
  const Int128 whole = terms_.parameters.ladder.parameter_ramp.ns;
  const Int128 done = std::min<Int128>(whole, (now_ - ramp_->begins).ns);
  const auto between = [&](BasisPoints from, BasisPoints to) {
    return static_cast<BasisPoints>((to * done + from * (whole - done)) / whole);
  };
  policy::Levels& levels = terms_.parameters.ladder.levels;
  levels.call_bp = between(ramp_->from.call_bp, ramp_->to.call_bp);
  levels.target_bp = between(ramp_->from.target_bp, ramp_->to.target_bp);
  if (done == whole) ramp_.reset();
}

// Of two sets that wait for their time the older version comes too late after the newer.
void NaiveModel::adopt(const std::string& proposal) {
  const auto at = proposals_.find(proposal);
  const auto& set = std::get<en::ParameterChange>(at->second.order).parameters;
  if (set.version > terms_.parameters.version) {
    const policy::Levels before = terms_.parameters.ladder.levels;
    terms_.parameters = set;
    ramp_.reset();
    if (!(before == set.ladder.levels)) {
      ramp_ = NaiveRamp{now_, before, set.ladder.levels};
      terms_.parameters.ladder.levels = before;
    }
    for (auto& [asset, eligible] : terms_.assets) eligible = schedule(asset).eligible;
  }
  proposals_.erase(at);
}

}  // namespace bulkhead::naive
