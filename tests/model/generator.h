// Random commands for the engine and the naive model: a small venue, its members, feeds and places,
// most of what they do sensible, the rest not.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/random.h"
#include "naive_model.h"

namespace bulkhead::naive {

inline constexpr Timestamp kStart{1'700'000'000'000'000'000};

// Genesis, assets, contracts, places, sources, accounts and first prices. Prices and weights are
// short binary fractions, so that figures are exact and need no tolerance.
std::vector<Command> furnish(std::size_t accounts);
// The scenario set that `furnish` adopts: nothing moves, so that P is one or none.
Bytes still_scenarios();

inline bool in_default(const NaiveAccount& account) {
  return account.default_stage == DefaultStage::declared ||
         account.default_stage == DefaultStage::liquidating;
}

class Generator {
 public:
  Generator(std::uint64_t seed, const NaiveModel& model);

  // Faults on: the adversarial mix. Off: prices are good, places answer as they should, fills come,
  // members pay.
  Command next(bool faults);

 private:
  Command make(const std::string& actor, engine::CommandBody body);
  engine::CommandBody observe(bool faults);
  Command member_act();
  Command money(bool sensible);
  Command trade();
  Command package(const NaiveAccount& one, const std::string& name);
  Command fill_of_package(const NaiveAccount& one, const std::string& name,
                          const NaiveOrder& order);
  Command venue_answer(bool faults);
  Command place_answer(bool faults);
  Command risk_act();
  Command promise();
  Command dispute();
  Command substitute();
  Command loss_act();
  Command report(bool faults);
  Command contract_act();
  Command stop_act();
  Command resolve();
  Command govern();
  Command grant();
  Command plan();
  void settle_long_halt();
  void script(const std::string& actor, engine::CommandBody body);
  Command approve_any();
  engine::Propose correction(const std::string& name, Timestamp until, const std::string& reason);
  engine::ParameterChange new_parameters();
  std::optional<Command> clear_up();
  Command calm();
  Command nonsense();
  Command again();
  Timestamp advance(bool faults);
  std::string account();
  const NaiveAccount& someone();
  std::string asset();
  Amount about(Int128 held);
  Decimal price_near(const std::string& contract);
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[random_.below(list.size())];
  }

  RandomStream random_;
  const NaiveModel& model_;
  Timestamp now_ = kStart + hours(1);
  std::uint64_t id_ = 1'000;
  std::map<std::string, std::int64_t> eighths_;  // price of a coin, in eighths
  std::map<std::string, std::size_t> silent_;    // rounds without a word of a coin's feeds
  std::deque<std::pair<std::string, engine::CommandBody>> script_;  // given in this order
  bool week_ahead_ = false;                                         // the next step is one of days
  std::vector<Command> past_;
  std::vector<Command> deals_;  // fills and deposits, some of which will be reversed
  std::uint64_t turn_ = 0;
  std::size_t resumed_ = 0;  // halts ended since faults stopped
  Timestamp silent_until_;   // of the venue, which answers nothing that is instructed
};

}  // namespace bulkhead::naive
