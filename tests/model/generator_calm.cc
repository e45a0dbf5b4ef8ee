// What is done once faults have stopped: everyone answers truthfully and at once, so that all that
// was begun must come to its end.
#include "generator.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

constexpr std::uint64_t kPlenty = 1'000'000;                  // epoch of the last grants …
constexpr Int128 kNumeraire = Int128{1'000'000'000'000'000};  // … of so many micros

}  // namespace

// What stands in the way of an end and is not a fault any more: halts, stops, alarms, what has come
// to its day and is not settled.
std::optional<Command> Generator::clear_up() {
  static const std::vector<std::string> kCoins = {"AAA", "BBB", "DDD", "SSS"};
  if (resumed_ < kCoins.size()) return make("risk", en::SetHalt{kCoins[resumed_++], false});
  for (const auto& [key, stop] : model_.stops()) {
    return make(stop.ending_by == "risk" ? "approver" : "risk", en::EndStop{key.first, key.second});
  }
  for (const auto& [place, alarm] : model_.place_alarms()) {
    if (!alarm.clear_since) return make("operator", en::SetPlaceAlarm{place, false, {}, ""});
  }
  for (const auto& [key, grant] : model_.grants()) {
    const bool capacity =
        key.first == en::GrantKind::market_capacity || key.first == en::GrantKind::place_capacity;
    if (!capacity || grant.epoch >= kPlenty) continue;
    return make("operator",
                en::Grant{key.first, key.second, "", Amount{kNumeraire}, kPlenty, now_ + days(1)});
  }
  for (const auto& [contract, terms] : model_.terms().contracts) {
    if (terms.expiry == Timestamp{} || now_ < terms.expiry) continue;
    for (const NaiveAccount& one : model_.accounts()) {
      if (!one.positions.contains(contract)) continue;
      return make("venue", en::Expire{contract, {eighths_[terms.underlying] * 125, -3}});
    }
  }
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, call] : one.calls) {
      if (!call.open() || call.disputed == 0) continue;
      return make("risk", en::ResolveDispute{number, Usd{call.disputed}});
    }
  }
  return std::nullopt;
}

Command Generator::calm() {
  if (const std::optional<Command> first = clear_up()) return *first;
  switch (turn_ % 6) {
    case 0:
      now_ = advance(false);
      return make("feed", observe(false));
    case 1:
      return make("feed", en::Tick{});
    case 2:
      return report(false);
    case 3:
      return place_answer(false);
    default:
      return venue_answer(false);
  }
}

}  // namespace bulkhead::naive
