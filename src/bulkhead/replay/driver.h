// Simulated time: feeds a window's observations, ticks, and everything outside the core that reacts
// (members, venue, vault, custodian) into a sink, in one deterministic order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/custody/internal_vault.h"
#include "bulkhead/custody/simulated_custodian.h"
#include "bulkhead/feeds/plan.h"
#include "bulkhead/feeds/windows.h"
#include "bulkhead/replay/behaviour.h"
#include "bulkhead/replay/bidders.h"
#include "bulkhead/replay/commander.h"
#include "bulkhead/replay/custodians.h"
#include "bulkhead/replay/planners.h"
#include "bulkhead/replay/venue.h"

namespace bulkhead::replay {

struct DriverInput {
  const feeds::Window* window = nullptr;
  const feeds::FeedWindow* feed = nullptr;               // loaded for [window.from, window.to)
  const calibration::BuilderInput* histories = nullptr;  // serve every as-of in the window
  calibration::BuilderOptions scenarios;
  BehaviourFile behaviours;
  std::uint64_t seed = 1;
  double daily_interest = 0.0003;  // on every debt, once a day
  custody::CustodianBehaviour custodian = usual_custodian();
  PlannerKind planner = PlannerKind::none;
  Timestamp wallet_warning;  // the venue's own place is put under alarm then; 0: never
};

class Driver {
 public:
  // Called after each tick's commands and reactions, for samples and progress.
  using OnTick = std::function<void(Timestamp)>;

  Driver(CommandSink& sink, DriverInput input, Commander::Observer observer);

  Commander& commander() { return commander_; }
  // Who reacts how; before run().
  void set_behaviours(BehaviourFile behaviours);

  // Prices at the window's start, a closed epoch, and the first scenario set.
  Status open();
  // The same from a book: its commands are sent as they are. A refused one is an error that names
  // its place in the book, but for those that a member may be refused.
  Status open_with(const std::vector<engine::Command>& book);
  // Runs to the window's end.
  Status run(const OnTick& on_tick);

 private:
  struct Answer {
    Timestamp at;
    std::uint64_t number;  // of making, breaks ties
    Intent intent;
  };

  void react(const engine::Command& command, const engine::Applied& applied);
  void react_to(const engine::Event& event);
  Status step(Timestamp now);
  Status send_observations(Timestamp now);
  Status send_funding(Timestamp now);
  Status send_receipts(Timestamp now);
  Status send_answers(Timestamp now);
  Status send_fills(Timestamp now);
  Status send_fill(const VenueFill& fill, Timestamp now);
  Status send_expiries(Timestamp now);
  Status daily(Timestamp now);
  Status build_set(Timestamp as_of, Timestamp now);
  Status adopt_set(Timestamp as_of, Timestamp now);
  Status top_up(const Intent& intent, Timestamp now);
  Status withdraw(const Intent& intent, Timestamp now);
  Status dispute(const Intent& intent, Timestamp now);
  Status ask_back(const Intent& intent, const ledger::Holding& line, Amount amount, Timestamp now,
                  bool& granted);
  Status warn_of_wallet(Timestamp now);
  void ask_daily(Timestamp now);
  void look_around(Timestamp now);
  void remember_start();
  std::map<std::string, VenueMarket> venue_markets();
  void submit_to_venue(const engine::LiquidationInstructed& said, const std::string& account,
                       Timestamp now);

  DriverInput input_;
  Commander commander_;
  Commander::Observer observer_;
  Venue venue_;
  custody::InternalVault vault_;
  custody::SimulatedCustodian custodian_;
  ReplayPlanner planner_;
  Bidders bidders_;
  std::vector<feeds::TimedObservation> observations_;
  std::size_t next_observation_ = 0;
  std::size_t next_funding_ = 0;
  std::map<std::pair<Timestamp, std::uint64_t>, Intent> answers_;
  std::uint64_t answers_made_ = 0;
  std::map<std::string, MemberState> members_;  // by member
  std::map<std::string, const MemberBehaviour*> behaviours_;
  std::map<std::string, engine::LiquidationInstructed> sales_;  // by instruction, of assets
  std::map<std::string, double> start_equity_;                  // by account
  double start_market_ = 0;
  pricing::ScenarioSet last_set_;
  Hash last_hash_{};
  Timestamp last_adoption_;
  Timestamp last_tick_;
};

}  // namespace bulkhead::replay
