#include "generator.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/canonical.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

std::string feed(char venue, const std::string& asset) {
  return std::string(1, venue) + ":" + asset;
}

}  // namespace

Generator::Generator(std::uint64_t seed, const NaiveModel& model)
    : random_(seed, 1), model_(model) {
  eighths_ = {{"AAA", 512}, {"BBB", 64}, {"DDD", 32}, {"SSS", 8}};
}

Command Generator::make(const std::string& actor, en::CommandBody body) {
  Command command;
  command.time = now_;
  command.actor = actor;
  ++id_;
  for (std::size_t i = 0; i < 8; ++i) {
    command.id[15 - i] = static_cast<std::uint8_t>(id_ >> (8 * i));
  }
  command.body = std::move(body);
  const bool signs = std::holds_alternative<en::Approve>(command.body) ||
                     std::holds_alternative<en::Propose>(command.body) ||
                     std::holds_alternative<en::EndStop>(command.body);
  if (signs) command.signature = Bytes(64, 1);
  return command;
}

std::string Generator::account() {
  return model_.accounts()[random_.below(model_.accounts().size())].name;
}

std::string Generator::asset() {
  static const std::vector<std::string> kAssets = {"USD", "USD", "USD", "AAA", "BBB", "SSS", "DDD"};
  return one_of(kAssets);
}

en::CommandBody Generator::observe(bool faults) {
  en::Observations body;
  for (auto& [name, eighths] : eighths_) {
    if (name == "SSS") {
      // An eighth off its peg, now and then.
      if (!faults) eighths = 8;
      if (faults && random_.chance(0.02)) eighths = random_.chance(0.3) ? 7 : 8;
    } else if (name != "DDD" && random_.chance(faults ? 0.5 : 0.0)) {
      const auto range =
          static_cast<std::uint64_t>(random_.chance(0.08) ? eighths / 3 : eighths / 24);
      eighths += static_cast<std::int64_t>(random_.below(range * 2 + 1)) -
                 static_cast<std::int64_t>(range);
      // A gap that the ladder cannot foresee.
      if (faults && random_.chance(0.003))
        eighths = random_.chance(0.5) ? eighths / 2 : eighths * 2;
      eighths = std::clamp<std::int64_t>(eighths, 16, 4'000);
    }
    // Now and then a feed is silent long enough for its price to go stale.
    std::size_t& silent = silent_[name];
    if (faults && silent == 0 && random_.chance(0.01)) silent = 4 + random_.below(8);
    if (faults && silent > 0) {
      --silent;
      continue;
    }
    const double price = static_cast<double>(eighths) / 8;
    const double width = faults && name != "SSS" && random_.chance(0.10)
                             ? 0.25 * static_cast<double>(eighths / 16)
                             : 0;
    const Timestamp seen = faults && random_.chance(0.02) ? now_ - minutes(1) : now_;
    const bool apart = faults && random_.chance(0.05);
    body.items.push_back({feed('a', name), price, width, seen});
    body.items.push_back({feed('b', name), price + (apart ? 0.125 : 0), width, seen});
  }
  if (faults && random_.chance(0.01)) body.items.push_back({"c:AAA", 1, 0, now_});
  return body;
}

// Wrong roles, unknown names, times that decrease, things that nobody may do.
Command Generator::nonsense() {
  Command command = member_act();
  switch (random_.below(10)) {
    case 7:
      return make(one_of(std::vector<std::string>{"ann", "venue"}), en::Tick{});
    case 8:
      return make("operator", en::Interest{random_.chance(0.5) ? "USD" : "none", {-1, -3}});
    case 9:
      return make("operator", en::SetPlaceAlarm{"none", true, {}, "test"});
    case 0:
      command.actor = "auditor";
      break;
    case 1:
      command.actor = "nobody";
      break;
    case 2:
      command.time = now_ - seconds(1);
      break;
    case 3:
      return make(
          "custodian",
          en::CustodyReceipt{account(), asset(), random_.chance(0.5) ? "custodian" : "vault",
                             random_.below(4), en::ReceiptStatus::applied, Amount{5}, now_, true});
    case 4:
      return make("risk", en::SetHalt{random_.chance(0.5) ? "AAA" : asset(), random_.chance(0.3)});
    case 5:
      return make("operator", en::Interest{random_.chance(0.5) ? "USD" : "BBB", {1, -3}});
    default:
      return make("venue", en::Deposit{"unknown", "USD", "internal", Amount{1}});
  }
  return command;
}

void Generator::script(const std::string& actor, en::CommandBody body) {
  script_.emplace_back(actor, std::move(body));
}

// A command that was given before: the same, or under its id another one.
Command Generator::again() {
  if (past_.empty()) return trade();
  Command command = one_of(past_);
  command.time = now_;
  if (auto* pledge = std::get_if<en::Pledge>(&command.body); pledge && random_.chance(0.3)) {
    pledge->amount = pledge->amount + Amount{1};
  }
  return command;
}

Timestamp Generator::advance(bool faults) {
  if (!faults) return now_ + minutes(1);
  const std::uint64_t draw = random_.below(400);
  if (week_ahead_) {
    week_ahead_ = false;
    return now_ + days(8);
  }
  if (draw == 0) {
    // An outage; once in a while one that outlasts what is remembered for a week.
    const std::uint64_t length = random_.below(20);
    return now_ + (length < 6 ? hours(2) : minutes(31));
  }
  if (draw < 3) return now_ + minutes(11);
  if (draw < 40) return now_ + seconds(10);
  if (draw < 60) return now_;
  return now_ + seconds(30 + static_cast<std::int64_t>(random_.below(60)));
}

Command Generator::next(bool faults) {
  ++turn_;
  if (!faults) return calm();
  if (turn_ % 7 == 0) {
    now_ = advance(true);
    return make("feed", observe(true));
  }
  if (turn_ % 7 == 1) return make("feed", en::Tick{});
  if (turn_ % 2'000 == 1'500) {
    // A trade that ruins an account, so that others bear a loss.
    return make("venue", en::Fill{model_.accounts().front().name,
                                  "AAA/USD:USD",
                                  en::Side::buy,
                                  400,
                                  {eighths_["AAA"] * 250, -3},
                                  {},
                                  "",
                                  "",
                                  0});
  }
  if (!script_.empty() && random_.chance(0.5)) {
    auto [actor, body] = std::move(script_.front());
    script_.pop_front();
    return make(actor, std::move(body));
  }
  if (random_.chance(0.1) && std::ranges::any_of(model_.accounts(), in_default)) return plan();
  const std::uint64_t draw = random_.below(40);
  Command command = draw < 5     ? place_answer(true)
                    : draw < 9   ? venue_answer(true)
                    : draw < 10  ? nonsense()
                    : draw < 11  ? again()
                    : draw < 13  ? risk_act()
                    : draw < 14  ? stop_act()
                    : draw < 16  ? govern()
                    : draw == 16 ? contract_act()
                    : draw < 19  ? report(true)
                                 : member_act();
  if (past_.size() < 300 && draw > 18) past_.push_back(command);
  if (std::holds_alternative<en::Fill>(command.body) ||
      std::holds_alternative<en::Deposit>(command.body)) {
    if (deals_.size() < 60) {
      deals_.push_back(command);
    } else {
      deals_[random_.below(60)] = command;
    }
  }
  return command;
}

}  // namespace bulkhead::naive
