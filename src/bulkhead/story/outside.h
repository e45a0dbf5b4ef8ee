// The world outside the core, as a scenario describes it: sources that report, places that answer
// instructions, a venue that fills.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/story/program.h"

namespace bulkhead::story {

// A command that comes from outside at a time.
struct Coming {
  Timestamp at;
  std::string actor;
  engine::CommandBody body;
  std::uint64_t instruction = 0;  // not sent if this liquidation instruction has ended; 0: none
};

class Outside {
 public:
  // ---- sources ----
  // Errors: no source prices that.
  Status set(const SetPrice& price, const engine::State& state);
  Status set(const Silence& silence, const engine::State& state);
  // What every source that reports would say at `now`.
  engine::Observations observations(const engine::State& state, Timestamp now) const;

  // ---- places and venue ----
  Status set(const PlaceBehaves& behaves, const Scope& scope);
  void set(const VenueBehaves& behaves) { venue_ = behaves; }
  // Places and venue hear what Bulkhead says.
  void hear(const engine::Event& event, const engine::State& state);
  // What an instruction's place holds, as far as the story knows; a receipt given by hand is told.
  void place_holds(const std::string& account, const std::string& asset, const std::string& place,
                   Amount amount);
  std::optional<Amount> held(const std::string& account, const std::string& asset,
                             const std::string& place) const;

  std::optional<Timestamp> next() const;
  std::vector<Coming> due(Timestamp now);

 private:
  struct Quote {
    double value = 0;
    double width = 0;
  };
  struct Manner {
    PlaceBehaves behaves;
    std::string less_asset;
    Amount less;
  };
  void answer(const engine::CustodyInstructed& told, const std::string& account, Timestamp now);
  void fill(const engine::LiquidationInstructed& order, const std::string& account, Timestamp now,
            const engine::State& state);

  std::map<std::string, Quote> quotes_;  // by source
  std::map<std::string, Manner> places_;
  std::map<std::vector<std::string>, Amount> held_;  // account, asset, place
  VenueBehaves venue_;
  std::vector<Coming> coming_;  // in the order in which they were made
};

}  // namespace bulkhead::story
