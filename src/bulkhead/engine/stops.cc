// The verbs of stop buttons and what they forbid (D11.6).
#include "bulkhead/engine/stops.h"

#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kLongestReason = 256;
constexpr Duration kLongestStop = hours(24);

Status check_subject(const Context& context, const PressStop& command) {
  switch (command.button) {
    case StopButton::halt_asset: {
      BULKHEAD_TRY(const AssetIndex asset, context.asset(command.subject, "subject"));
      if (asset != context.registry().numeraire()) return {};
      return fail(ErrorCode::out_of_range, "subject", command.subject,
                  "an asset that has a price: the numeraire is 1");
    }
    case StopButton::halt_market:
      if (context.registry().find_instrument(command.subject).valid()) return {};
      return fail(ErrorCode::instrument_unknown, "subject", command.subject,
                  "a registered instrument");
    case StopButton::reduce_only:
    case StopButton::stop_liquidations:
    case StopButton::stop_releases:
      break;
  }
  if (command.subject.empty()) return {};
  BULKHEAD_TRY(const AccountIndex account, context.account(command.subject, "subject"));
  static_cast<void>(account);
  return {};
}

Status check(const Context& context, const PressStop& command) {
  BULKHEAD_TRY_STATUS(check_subject(context, command));
  if (command.reason.empty()) {
    return fail(ErrorCode::missing_field, "reason", "", "why it is stopped");
  }
  if (command.reason.size() > kLongestReason) {
    return fail(ErrorCode::too_large, "reason", std::to_string(command.reason.size()),
                "at most 256 bytes");
  }
  if (command.expires > context.now() && command.expires - context.now() <= kLongestStop) return {};
  return fail(ErrorCode::out_of_range, "expires", to_string(command.expires),
              "later than now, and at most 24 h later");
}

void tell(Context& context, const Stop& stop, StopStage stage, const std::string& second = {}) {
  std::vector<std::string> persons{stop.pressed_by};
  if (!stop.ending_by.empty()) persons.push_back(stop.ending_by);
  if (!second.empty()) persons.push_back(second);
  const StopChanged event{.button = stop.button,
                          .subject = stop.subject,
                          .stage = stage,
                          .reason = stop.reason,
                          .expires = stop.expires,
                          .persons = persons};
  const bool of_account =
      stop.button != StopButton::halt_asset && stop.button != StopButton::halt_market;
  context.emit(of_account ? context.state.find_account(stop.subject) : AccountIndex(), event);
}

void lift(Context& context, const Stop& stop) {
  context.state.erase_stop(stop);
  if (stop.button != StopButton::halt_asset || stop.halted_besides) return;
  context.state.market.resume(context.registry().find_asset(stop.subject));
}

Status refused(StopButton button, const std::string& subject) {
  return fail(ErrorCode::stop_in_force, to_string(button), subject.empty() ? "all" : subject,
              "what reduces risk or tops up; or two persons end the stop");
}

}  // namespace

bool is_stopped(const State& state, StopButton button, AccountIndex account) {
  if (state.stops().empty()) return false;
  return state.stop(button, {}) != nullptr ||
         state.stop(button, state.account(account).name) != nullptr;
}

bool is_halted(const State& state, InstrumentIndex instrument) {
  if (state.stops().empty()) return false;
  return state.stop(StopButton::halt_market, state.registry()[instrument].name) != nullptr;
}

Status check_not_reduce_only(const Context& context, AccountIndex account) {
  if (!is_stopped(context.state, StopButton::reduce_only, account)) return {};
  return refused(StopButton::reduce_only, context.state.account(account).name);
}

Status check_market_runs(const Context& context, InstrumentIndex instrument) {
  if (!is_halted(context.state, instrument)) return {};
  return refused(StopButton::halt_market, context.registry()[instrument].name);
}

Status check_releases_run(const Context& context, AccountIndex account) {
  if (!is_stopped(context.state, StopButton::stop_releases, account)) return {};
  return refused(StopButton::stop_releases, context.state.account(account).name);
}

void expire_stops(Context& context) {
  const auto stops = context.state.stops();
  for (const auto& [key, stop] : stops) {
    if (stop.expires > context.now()) continue;
    lift(context, stop);
    tell(context, stop, StopStage::expired);
  }
}

bool halt_under_stop(Context& context, const std::string& asset, bool halted) {
  const Stop* stop = context.state.stop(StopButton::halt_asset, asset);
  if (stop == nullptr) return false;
  Stop changed = *stop;
  changed.halted_besides = halted;
  context.state.put_stop(changed);
  return true;
}

Status carry_out(Context& context, const PressStop& command) {
  BULKHEAD_TRY_STATUS(check(context, command));
  Stop stop{.button = command.button,
            .subject = command.subject,
            .reason = command.reason,
            .pressed_by = context.command.actor,
            .pressed = context.now(),
            .expires = command.expires,
            .ending_by = {},
            .halted_besides = false};
  if (command.button == StopButton::halt_asset) {
    const AssetIndex asset = context.registry().find_asset(command.subject);
    const Stop* before = context.state.stop(command.button, command.subject);
    stop.halted_besides =
        before != nullptr ? before->halted_besides : context.state.market.halted(asset);
    context.state.market.halt(asset, context.now());
  }
  context.state.put_stop(stop);
  tell(context, stop, StopStage::pressed);
  return {};
}

Status carry_out(Context& context, const EndStop& command) {
  const Stop* found = context.state.stop(command.button, command.subject);
  if (found == nullptr) {
    return fail(ErrorCode::stop_not_pressed, "subject", command.subject,
                "a stop that is pressed: " + std::string(to_string(command.button)));
  }
  Stop stop = *found;
  const std::string& actor = context.command.actor;
  if (actor == stop.ending_by) {
    return fail(ErrorCode::approval_not_independent, "actor", actor,
                "a second person: this one has spoken");
  }
  if (stop.ending_by.empty()) {
    stop.ending_by = actor;
    context.state.put_stop(stop);
    tell(context, stop, StopStage::ending);
    return {};
  }
  lift(context, stop);
  tell(context, stop, StopStage::ended, actor);
  return {};
}

}  // namespace bulkhead::engine
