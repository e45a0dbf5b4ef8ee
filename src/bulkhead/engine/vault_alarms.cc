// The verb of a place's alarm, and the alarms that prices give (D9.1).
#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/verbs.h"
#include "bulkhead/policy/sequestration.h"
#include "bulkhead/positions/settlement.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kLongestReason = 256;

Duration hysteresis(const Context& context) {
  return context.ladder().sequestration.alarm_clear_after;
}

void tell(Context& context, const Alarm& alarm, AlarmStage stage) {
  context.emit(AlarmChanged{.of = alarm.of,
                            .subject = alarm.subject,
                            .cause = alarm.cause,
                            .stage = stage,
                            .reason = alarm.reason,
                            .ends = stage == AlarmStage::clearing
                                        ? *alarm.clear_since + hysteresis(context)
                                        : Timestamp{}});
}

void raise(Context& context, Alarm alarm) {
  const Alarm* now = context.state.alarm(alarm.of, alarm.subject);
  if (now != nullptr && now->active() && now->cause == alarm.cause) return;
  alarm.raised = context.now();
  context.state.put_alarm(alarm);
  tell(context, alarm, AlarmStage::raised);
}

void begin_clearing(Context& context, Alarm alarm) {
  if (!alarm.active()) return;
  alarm.clear_since = context.now();
  context.state.put_alarm(alarm);
  tell(context, alarm, AlarmStage::clearing);
}

// Price of one coin at an edge, in numéraire.
Usd price_of(const market::Asset& asset, double price) {
  Amount one{1};
  for (std::uint32_t i = 0; i < asset.decimals; ++i) one.units *= 10;
  return pricing::holding_value(asset, one, price);
}

// A preventive act is judged at the middle, and where the price is stale or worse only at the edge
// that favours the owner; all clear is judged at the lowest (D4.4).
void watch_asset(Context& context, AssetIndex index) {
  const market::Asset& asset = context.registry()[index];
  const market::AssetPrice& price = context.state.market.epoch().assets[index.value];
  const policy::SequestrationParameters& parameters = context.ladder().sequestration;
  Alarm alarm{.of = AlarmSubject::asset,
              .subject = asset.name,
              .cause = AlarmCause::asset_halted,
              .reason = {},
              .raised = {},
              .clear_since = {}};
  if (price.quality == market::Quality::halted) {
    raise(context, alarm);
    return;
  }
  if (!price.priced()) return;
  const bool pegged = asset.kind == market::AssetKind::stablecoin;
  const bool poor = price.quality >= market::Quality::stale;
  if (pegged && policy::depegged(price_of(asset, poor ? price.high : price.mid), parameters)) {
    alarm.cause = AlarmCause::depeg;
    raise(context, alarm);
    return;
  }
  const Alarm* now = context.state.alarm(AlarmSubject::asset, asset.name);
  if (now == nullptr || poor) return;
  if (pegged && !policy::peg_restored(price_of(asset, price.low), parameters)) return;
  begin_clearing(context, *now);
}

}  // namespace

void watch_alarms(Context& context) {
  for (std::size_t i = 0; i < context.registry().assets().size(); ++i) {
    if (!context.registry().assets()[i].numeraire) watch_asset(context, AssetIndex(i));
  }
  const auto alarms = context.state.alarms();
  for (const auto& [key, alarm] : alarms) {
    if (alarm.active() || context.now() - *alarm.clear_since < hysteresis(context)) continue;
    context.state.erase_alarm(alarm);
    tell(context, alarm, AlarmStage::ended);
  }
}

bool is_alarmed(const State& state, PlaceIndex place) {
  if (state.alarms().empty()) return false;
  const Alarm* alarm = state.alarm(AlarmSubject::place, state.registry()[place].name);
  return alarm != nullptr && alarm->active();
}

AccountAlarms alarms_of(const State& state, AccountIndex account) {
  AccountAlarms found;
  if (state.alarms().empty()) return found;
  const PlaceIndex home = positions::internal_place(state.registry());
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.bucket == ledger::Bucket::sequestered &&
        state.alarm(AlarmSubject::place, state.registry()[home].name) != nullptr) {
      found.clear = false;
    }
    const bool counts =
        line.bucket == ledger::Bucket::pledged || line.bucket == ledger::Bucket::sequestered;
    if (!counts || !line.balance.posted.is_positive()) continue;
    for (const Alarm* alarm :
         {state.alarm(AlarmSubject::asset, state.registry()[line.asset].name),
          state.alarm(AlarmSubject::place, state.registry()[line.place].name)}) {
      if (alarm == nullptr) continue;
      found.clear = false;
      found.raised = found.raised || alarm->active();
    }
  }
  return found;
}

Status carry_out(Context& context, const SetPlaceAlarm& command) {
  BULKHEAD_TRY(const PlaceIndex place, context.place(command.place));
  static_cast<void>(place);
  if (command.reason.size() > kLongestReason) {
    return fail(ErrorCode::too_large, "reason", std::to_string(command.reason.size()),
                "at most 256 bytes");
  }
  const Alarm* now = context.state.alarm(AlarmSubject::place, command.place);
  if (!command.raised) {
    if (now == nullptr) {
      return fail(ErrorCode::alarm_not_raised, "place", command.place, "a place under alarm");
    }
    begin_clearing(context, *now);
    return {};
  }
  if (command.cause != AlarmCause::chain_halted && command.cause != AlarmCause::custodian_alarm) {
    return fail(ErrorCode::out_of_range, "cause", to_string(command.cause),
                "chain_halted or custodian_alarm: prices give the others");
  }
  raise(context, {.of = AlarmSubject::place,
                  .subject = command.place,
                  .cause = command.cause,
                  .reason = command.reason,
                  .raised = {},
                  .clear_since = {}});
  return {};
}

}  // namespace bulkhead::engine
