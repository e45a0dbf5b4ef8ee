// A slow, obvious second implementation of ledger and ladder, written from the rules: it takes the
// same commands as the engine and says what must come of them. Where the rules leave a choice to an
// optimum (which collateral, which slice) it takes the engine's and checks that it is allowed.
//
//   NaiveModel model;
//   model.apply(command, facts, applied.events);   // after the engine
//   if (!model.complaints().empty()) …             // what the engine did otherwise
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bulkhead/base/error_codes.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"
#include "naive_figures.h"
#include "naive_records.h"

namespace bulkhead::naive {

using engine::Command;
using engine::Event;

enum class Cover { normal, watch, called };
enum class VaultStage { none, moving, held, releasing };
enum class DefaultStage { none, declared, liquidating, closed };

struct Since {
  std::optional<Timestamp> since;
  std::uint32_t count = 0;
  void follow(bool holds, Timestamp now);
  bool through(Duration length, Timestamp now) const;
};

struct NaiveCall {
  std::uint64_t number = 0;
  std::int64_t amount = 0;
  std::int64_t unrounded = 0;
  std::int64_t delivered = 0;
  Timestamp issued;
  Timestamp deadline;
  policy::CallStatus status = policy::CallStatus::issued;
  Timestamp stayed_until;     // what is on its way, or disputed, puts its end off; 0: nothing
  std::int64_t disputed = 0;  // of an open dispute
  Timestamp dispute_ends;     // 0: never disputed
  bool open() const { return policy::is_open(status); }
  std::int64_t outstanding() const { return std::max<std::int64_t>(0, amount - delivered); }
  // Of the need itself, without the rounding; and of that what no dispute stays.
  std::int64_t undelivered() const { return std::max<std::int64_t>(0, unrounded - delivered); }
  std::int64_t undisputed() const { return std::max<std::int64_t>(0, undelivered() - disputed); }
};

struct NaiveLeg {
  std::uint64_t seq = 0;
  Int128 target = 0;
  Int128 observed = 0;
  std::tuple<Timestamp, std::uint64_t, bool> newest;  // word: as of, of which number, final
  Int128 suspense = 0;                                // there, and nobody knows whose
  Int128 lost = 0;                                    // confirmed once, and not there
  Int128 departed = 0;    // left for another place, which has not said that it came
  Int128 given_back = 0;  // encumbered for it once, and pledged again since
  policy::LegStatus status = policy::LegStatus::applied;
  Timestamp instructed;
  Timestamp timeout_at;
  bool open() const { return !policy::is_final(status); }
};

struct NaivePosition {
  std::int64_t lots = 0;
  Int128 leg = 0;
};

// A proposed top-up that waits for its member.
struct NaiveTopUp {
  Timestamp expires;
  std::vector<std::pair<std::string, Int128>> legs;
  std::uint64_t call = 0;
};

inline constexpr const char* kHome = "internal";  // where pledged lies

using AssetPlace = std::pair<std::string, std::string>;

// Encumbered and not yet final; from or to pledged where no vault is named.
struct NaiveWay {
  std::uint64_t number = 0;
  std::string asset;
  std::string from;
  std::string to;
  Int128 amount = 0;
};

struct NaiveAlarm {
  engine::AlarmCause cause{};
  std::optional<Timestamp> clear_since;
};

// What two persons ordered to be held.
struct NaiveHoldOrder {
  std::int64_t value = 0;  // 0: all of R
  Timestamp until;
};

// What is scored when nothing is held any more (D9.6).
struct NaiveEpisode {
  Timestamp opened;
  bool breached = false;
  bool late = false;
};

struct NaiveAccount {
  std::string name;
  std::string member;
  std::string group;
  engine::StandingInstruction standing;
  std::map<std::string, Int128> free;     // by asset, at the internal ledger
  std::map<std::string, Int128> pledged;  // what is on its way into a vault included
  std::map<AssetPlace, Int128> vault;     // what is on its way out included
  std::vector<NaiveWay> ways;             // what is on its way, oldest first
  std::map<std::string, Int128> debts;
  std::map<std::string, NaivePosition> positions;
  std::map<std::string, NaiveOrder> orders;
  std::map<std::uint64_t, NaiveCall> calls;  // ended ones as long as they were missed
  std::map<AssetPlace, NaiveLeg> legs;
  std::map<std::string, NaiveTopUp> top_ups;
  std::map<std::string, Int128> waiting;              // pledged at a price too poor to cure
  std::map<std::uint64_t, NaiveDelivery> deliveries;  // open ones
  std::int64_t failed_due = 0;  // of what calls were made smaller by and what does not come
  Timestamp failed_deadline;
  std::uint64_t declined_call = 0;
  std::map<std::uint64_t, engine::LiquidationInstructed> instructions;
  std::optional<std::set<std::string>> plan;  // what a planner's plan in force closes or sells
  Cover cover = Cover::normal;
  VaultStage vault_stage = VaultStage::none;
  DefaultStage default_stage = DefaultStage::none;
  std::map<std::string, std::pair<bool, double>> marks;  // when it was declared: long, one lot
  Since exit, release, below_maintenance, below_call;
  std::optional<Timestamp> last_sequestration;
  std::optional<Timestamp> held_since;
  std::optional<Timestamp> reviewed;
  std::optional<NaiveHoldOrder> order;
  std::optional<NaiveEpisode> episode;
  std::vector<Timestamp> false_alarms;
  bool miss_told = false;
  bool volatile_breach = false;  // a price was volatile since the ground of a default came up
  bool call_missed = false;
  bool exchanging = false;   // something was delivered before something else leaves (D9.5)
  bool surplus_due = false;  // a silent place has spoken: what was asked for may be there twice

  Int128 incoming(const AssetPlace& where) const;
  Int128 outgoing(const AssetPlace& where) const;
  Int128 available(const std::string& asset) const;  // pledged and not on its way
  Int128 available(const AssetPlace& where) const;   // likewise of a vault
  std::size_t open_calls() const;
  bool any_leg_open() const;
  bool anything_held() const;
};

struct NaiveRamp {
  Timestamp begins;
  policy::Levels from;
  policy::Levels to;
};

struct NaivePlace {
  bool vault = false;
  Duration timeout;
  double minimum_transfer = 0;
  double transfer_cost = 0;
};

// What was said of that kind about an account, in order.
template <class Body>
std::vector<const Body*> all_said(const std::vector<Event>& events, const std::string& account) {
  std::vector<const Body*> found;
  for (const Event& event : events) {
    const auto* body = std::get_if<Body>(&event.body);
    if (body != nullptr && event.account == account) found.push_back(body);
  }
  return found;
}

// What was said of that kind about an account, or nothing.
template <class Body>
const Body* said(const std::vector<Event>& events, const std::string& account) {
  for (const Event& event : events) {
    const auto* body = std::get_if<Body>(&event.body);
    if (body != nullptr && event.account == account) return body;
  }
  return nullptr;
}

class NaiveModel {
 public:
  // The engine has answered `command` with `events`; `facts` are those of the epoch then.
  void apply(const Command& command, const Facts& facts, const std::vector<Event>& events,
             std::optional<ErrorCode> refused);

  const std::vector<std::string>& complaints() const { return complaints_; }
  const std::vector<NaiveAccount>& accounts() const { return accounts_; }
  const Terms& terms() const { return terms_; }
  const std::map<std::string, NaivePlace>& places() const { return places_; }
  const std::map<std::string, NaiveAlarm>& place_alarms() const { return place_alarms_; }
  const std::map<std::string, NaiveProposal>& proposals() const { return proposals_; }
  const std::map<StopKey, NaiveStop>& stops() const { return stops_; }
  std::optional<Timestamp> halted_since(const std::string& asset) const;
  bool expired(const std::string& contract) const;  // nothing is traded in it any more
  // What was said under that id, while it is remembered.
  const NaiveCommand* remembered(const Command& command) const;
  const std::map<GrantKey, NaiveGrant>& grants() const { return grants_; }
  // By closed account, what its member owes to others.
  const std::map<std::string, std::vector<NaiveLossPart>>& losses() const { return losses_; }
  Int128 owed_for(const std::string& closed, const std::string& asset) const;
  Figures figures_of(const NaiveAccount& account) const;
  Timestamp now() const { return now_; }
  std::uint64_t records() const { return records_; }  // of the log so far
  bool granted(engine::GrantKind kind, const std::string& subject) const;

 private:
  struct Verdict {
    bool accepted = true;
    ErrorCode code{};
  };
  Verdict refuse(ErrorCode code) const { return {false, code}; }

  std::optional<Verdict> admit(const Command& command);
  Verdict act(const Command& command);
  void complain(const std::string& what);

  // commands (naive_commands.cc)
  Verdict on(const engine::Genesis& c);
  Verdict on(const engine::OpenAccount& c);
  Verdict on(const engine::SetStandingInstruction& c);
  Verdict on(const engine::Deposit& c);
  Verdict on(const engine::Withdraw& c);
  Verdict on(const engine::Pledge& c);
  Verdict on(const engine::Unpledge& c);
  Verdict on(const engine::Borrow& c);
  Verdict on(const engine::Repay& c);
  Verdict on(const engine::RepayLoss& c);
  Verdict on(const engine::PlaceOrder& c);
  Verdict on(const engine::CancelOrder& c);
  Verdict on(const engine::Fill& c);
  Verdict on(const engine::FillSale& c);
  Verdict on(const engine::Interest& c);
  Verdict on(const engine::CustodyReceipt& c);
  Verdict on(const engine::Approve& c);
  Verdict on(const engine::SetHalt& c);
  Verdict on(const engine::SetPlaceAlarm& c);
  Verdict on(const engine::Propose& c);
  Verdict on(const engine::Observations& c);
  Verdict on(const engine::AmendOrder& c);
  Verdict on(const engine::Funding& c);
  Verdict on(const engine::Expire& c);
  Verdict on(const engine::SubstituteCollateral& c);
  Verdict on(const engine::PromiseDelivery& c);
  Verdict on(const engine::ReportDelivery& c);
  Verdict on(const engine::DisputeCall& c);
  Verdict on(const engine::ResolveDispute& c);
  Verdict on(const engine::Grant& c);
  // Whether a plan is worth taking is the engine's to say.
  Verdict follow_plan(const engine::ProposePlan& c, std::optional<ErrorCode> refused);
  Verdict on(const engine::PressStop& c);
  Verdict on(const engine::EndStop& c);
  template <class C>
  std::optional<Verdict> names(const C& c, NaiveAccount*& account);

  // What is free stays for calls, and anything for losses that others bore (naive_losses.cc).
  std::optional<Verdict> free_leaves(const NaiveAccount& account, const std::string& asset,
                                     Int128 amount);
  std::optional<Verdict> loss_stays(const NaiveAccount& account, const std::string& asset,
                                    Int128 amount, bool pledged);
  void note_loss(const NaiveAccount& account, const std::vector<Event>& events, std::size_t at);
  void pay_back(const std::string& closed, const std::string& asset, Int128 amount);

  // judgements (naive_judgement.cc)
  Book book_of(const NaiveAccount& account) const;
  bool reduces(const Figures& before, const Figures& after, std::int64_t cost, bool shrinks) const;
  std::optional<Verdict> new_risk(const NaiveAccount& account, const Book& after,
                                  const std::vector<std::string>& contracts = {});
  // `rest`: what else is open, an order of the same name given up for this one.
  std::optional<Verdict> new_order(const NaiveAccount& account, const std::string& id,
                                   const NaiveOrder& order, const NaiveAccount& rest);
  // What all packages of an order, or lots, do to a book at its limit.
  void fill_at_limit(Book& book, const NaiveOrder& order, std::int64_t count) const;
  bool fill_reduces(const Book& before, const NaiveOrder& order, std::int64_t count) const;
  bool over(const NaiveOrder& order) const;  // at the last tick
  std::optional<Verdict> legs_fit(const std::vector<engine::OrderLeg>& legs) const;
  Verdict fill_package(NaiveAccount& account, const engine::Fill& c);
  void trade_legs(const engine::Fill& c, int sign);  // −1: the other way round, fees come back
  // With the book as if done, and so much off its equity.
  std::optional<Verdict> collateral_leaves(const NaiveAccount& account, const std::string& asset,
                                           const Book& then, std::int64_t charge = 0);
  Book book_without(const NaiveAccount& account, const std::string& asset, Int128 amount) const;
  std::int64_t value(const std::string& asset, Int128 amount) const;
  std::int64_t stressed(const NaiveAccount& account, const std::string& asset, Int128 amount) const;
  // What more of stressed value so much more of an asset in the vaults would be.
  std::int64_t stressed_more(const NaiveAccount& account, const std::string& asset,
                             Int128 amount) const;
  Int128 in_vaults(const NaiveAccount& account, const std::string& asset) const;
  // D6.4: of so much pledged of an asset, what counts.
  Int128 counts(const NaiveAccount& account, const std::string& asset, Int128 amount) const;
  // D5.9: of unrealised gains, what does not count when collateral is taken out.
  std::int64_t unrealisable(const NaiveAccount& account) const;
  Int128 pledged_in_all(const NaiveAccount& account, const std::string& asset) const;
  std::int64_t vault_stressed(const NaiveAccount& account) const;
  std::int64_t required(const Figures& f) const;
  const collateral::AssetTerms& schedule(const std::string& asset) const;
  void book(NaiveAccount& account, const AssetPlace& where, bool ended);
  Int128 arrive(NaiveAccount& account, const AssetPlace& where, Int128 more,
                std::set<AssetPlace>& others);
  Int128 leave(NaiveAccount& account, const AssetPlace& where, Int128 less);
  void give_back(NaiveAccount& account, const AssetPlace& where, std::set<AssetPlace>& others);
  void lose(NaiveAccount& account, const AssetPlace& where, Int128 amount);
  void renew(NaiveAccount& account, const AssetPlace& where);
  void send(NaiveAccount& account, const std::string& asset, const std::string& from,
            const std::string& to, Int128 amount);
  void finish(NaiveAccount& account, const NaiveWay& way, Int128 moved);
  void credit(NaiveAccount& account, const std::string& asset, Int128 amount);
  void credit_calls(NaiveAccount& account, std::int64_t credit, Timestamp as_of);
  void credit_waiting(NaiveAccount& account);
  // Of `amount` on top of what is pledged (or, the last of it), at the low edge.
  std::int64_t credit_value(const NaiveAccount& account, const std::string& asset,
                            Int128 amount) const;
  std::int64_t credited_value(const NaiveAccount& account, const std::string& asset,
                              Int128 amount) const;
  // What is exchanged without a command, by a standing instruction (D8.5).
  void follow_exchange(NaiveAccount& account, const std::vector<Event>& events);
  void exchange_pledged(NaiveAccount& account, const engine::CollateralSubstituted& made);
  void deliver(NaiveAccount& account, const std::string& place, const std::string& asset,
               Int128 amount);
  Verdict exchange_in_vault(NaiveAccount& account, const engine::SubstituteCollateral& c);
  // Levels on their way to those of a new set (D7.3).
  void follow_ramp();
  bool is_poor(const NaiveAccount& account, const std::string& asset) const;
  // What was proposed for calls that have ended is withdrawn.
  static void drop_proposals(NaiveAccount& account);
  std::optional<Verdict> group_stays(const NaiveAccount& account, const Figures& then);
  Timestamp due(const NaiveCall& call) const;
  void settle(NaiveAccount& account, const std::string& asset, Int128 amount);
  // What of it is realised; `trade` settles that as well.
  Int128 book_trade(NaiveAccount& account, const std::string& contract, std::int64_t lots,
                    double price);
  void trade(NaiveAccount& account, const std::string& contract, std::int64_t lots, double price);

  // deliveries and disputes (naive_deliveries.cc)
  Timestamp counts_until(const NaiveDelivery& delivery) const;
  Timestamp delivery_due(const NaiveDelivery& delivery) const;
  std::vector<NaiveCounted> counted(const NaiveAccount& account, std::int64_t open_calls) const;
  void net(NaiveAccount& account, const std::vector<NaiveCounted>& deliveries, std::int64_t gap,
           Timestamp deadline);
  void break_promise(NaiveAccount& account, NaiveDelivery& delivery, Int128 part);
  void end_if_done(NaiveAccount& account, std::uint64_t number, bool in_time);
  Verdict arrived(NaiveAccount& account, NaiveDelivery& delivery, Int128 amount);
  void expire_delivery(NaiveAccount& account, std::uint64_t number);
  bool stays_open(NaiveAccount& account, NaiveCall& call);
  void call_failed_part(NaiveAccount& account, const Figures& f);
  NaiveAccount* owner_of_call(std::uint64_t number);

  // stops, parameters (naive_governance.cc)
  bool stopped(engine::StopButton button, const std::string& account) const;
  void expire_stops();
  void follow_halts();
  void check_halts();
  void adopt(const std::string& proposal);

  // what two persons put right or order (naive_corrections.cc)
  template <class Correction>
  std::optional<Verdict> founded(const Correction& order) const;
  void forget_corrections();
  std::optional<Verdict> price_fits(const engine::SettlementPrice& price) const;
  // No value: it is an order to sequester or to release.
  std::optional<Verdict> propose_other(const engine::Propose& c);
  std::optional<Verdict> approve_other(const std::string& name);
  std::optional<Verdict> order_default(NaiveAccount& account);
  std::optional<Verdict> bust_trade(const engine::BustTrade& order);
  std::optional<Verdict> reverse_deposit(const engine::Deposit& deposit);

  // the tick (naive_ladder.cc)
  void fire_timers();
  void close_call(NaiveAccount& account, NaiveCall& call);
  void tick(const Command& command, const std::vector<Event>& events);
  void timers(NaiveAccount& account);
  void step(NaiveAccount& account, const std::vector<Event>& events);
  void follow_default(NaiveAccount& account, const Figures& f, const std::vector<Event>& events);
  void follow_liquidation(NaiveAccount& account, const std::vector<Event>& events);
  void follow_event(NaiveAccount& account, const Event& event);
  // what is closed by rank, and who pays for a loss (naive_default.cc)
  std::vector<std::string> winners(const NaiveAccount& account, const std::string& contract) const;
  void follow_deleveraged(NaiveAccount& account, const std::vector<Event>& events, std::size_t at);
  void follow_set_off(const NaiveAccount& account, const std::vector<Event>& events,
                      std::size_t at);
  void declare(NaiveAccount& account);
  void follow_gains_reduced(const NaiveAccount& account, const Event& event);
  void follow_last_payments(NaiveAccount& account, const std::vector<Event>& events);
  void follow_movement(NaiveAccount& account, const engine::BalanceChanged& moved);
  void follow_cover(NaiveAccount& account, const Figures& f);
  void issue_call(NaiveAccount& account, const Figures& f);
  void withdraw_calls(NaiveAccount& account);
  void top_up(NaiveAccount& account);
  void follow_legs(NaiveAccount& account);
  void evacuate(NaiveAccount& account, const Figures& f);
  // What D9.2 asks for of an account, whether or not anything can be had.
  struct Demand {
    policy::Reason why{};
    std::int64_t wanted = 0;
    std::int64_t held = 0;
    bool act = false;
    std::int64_t gap() const { return std::max<std::int64_t>(0, wanted - held); }
  };
  Demand demand(const NaiveAccount& account, const Figures& f) const;
  void sequester(NaiveAccount& account, const Figures& f);
  // Who is served first where places take only so much (D9.6).
  std::vector<std::size_t> serve_by_need();
  // Numéraire that a place still takes; no value: as much as there is.
  std::optional<std::int64_t> room_of(const std::string& place) const;
  void use_room(const std::string& place, const std::string& asset, Int128 amount);
  void check_choice(NaiveAccount& account, const engine::SequestrationOrdered& ordered,
                    std::int64_t gap);
  bool fits(const NaiveAccount& account, const AssetPlace& where, std::int64_t wanted,
            std::int64_t stressed_more, std::int64_t value_more) const;
  bool within_limits(const NaiveAccount& account, const AssetPlace& where, std::int64_t wanted,
                     const engine::SequestrationOrdered& ordered) const;
  bool has_room(const NaiveAccount& account, const AssetPlace& where, std::int64_t wanted) const;
  bool may_take(const NaiveAccount& account, const AssetPlace& where, std::int64_t wanted) const;
  void release(NaiveAccount& account, const Figures& f, const std::vector<Event>& events);
  void release_surplus(NaiveAccount& account, const Figures& f, const std::vector<Event>& events);
  // D9.1, in the order in which the engine names them; `none`: nothing asks for it.
  policy::Reason trigger(const NaiveAccount& account, const Figures& f, const Figures& fresh) const;
  bool clear(const NaiveAccount& account, const Figures& f) const;
  bool review(NaiveAccount& account, const Figures& f, const std::vector<Event>& events);
  bool leaves_enough(const Figures& f) const;
  bool may_move(const std::string& asset) const;
  void give_all_back(NaiveAccount& account);
  void begin_episode(NaiveAccount& account);
  void score(NaiveAccount& account, const Figures& f, const std::vector<Event>& events);
  void watch_alarms();
  void watch_models(const std::vector<Event>& events);
  void watch_model(const std::string& name, const PriceFact& price, Monitored& told);
  void judge_side(const std::string& name, engine::MonitorSide side, double loss, double forecast,
                  Monitored& told);
  bool alarmed(const std::string& place) const;
  // Of what counts as its collateral, or where that lies: raised, and not yet through the
  // hysteresis.
  std::pair<bool, bool> alarms_of(const NaiveAccount& account) const;
  Int128 lot_of(const std::string& asset) const;
  Verdict approve(const std::string& name);
  Verdict approve(NaiveAccount& account, const engine::ReleaseOrder& order);
  void instruct(NaiveAccount& account, const AssetPlace& where);
  bool serves(const NaiveAccount& account, const std::string& asset,
              const std::string& place) const;
  std::int64_t preventive(const Figures& f) const;

  NaiveAccount* find(const std::string& name);
  const engine::Person& actor() const { return persons_.at(command_->actor); }
  bool may_act(const NaiveAccount& account) const;
  Duration dwell() const { return terms_.parameters.ladder.dwell.normal; }

  Terms terms_;
  Facts facts_;
  std::map<std::string, engine::Person> persons_;
  std::map<std::string, NaivePlace> places_;
  std::vector<NaiveAccount> accounts_;
  std::map<std::pair<std::string, std::array<std::uint8_t, 16>>, NaiveCommand> ids_;
  std::vector<std::string> complaints_;
  std::set<std::string> sources_;
  std::map<std::string, bool> pegged_;  // by asset, the numéraire apart
  std::map<std::string, NaiveAlarm> asset_alarms_;
  std::map<std::string, NaiveAlarm> place_alarms_;
  std::map<std::string, NaiveWatch> watches_;  // by asset and contract
  std::map<std::string, NaiveProposal> proposals_;
  std::map<StopKey, NaiveStop> stops_;
  std::set<std::string> halted_;                  // by an order, stops apart
  std::map<std::string, Timestamp> halt_from_;    // by an order or a stop
  std::set<std::string> settled_;                 // has a settlement price while it is halted
  std::map<std::uint64_t, Timestamp> corrected_;  // records that were reversed, when
  std::map<GrantKey, NaiveGrant> grants_;
  std::map<std::string, std::vector<NaiveLossPart>> losses_;
  std::map<std::string, std::uint64_t> broken_;  // member: deliveries up to which a word counts
  std::uint64_t records_ = 0;                    // of the log so far
  std::uint64_t last_delivery_ = 0;
  std::uint64_t last_way_ = 0;
  // Orders to sequester that the engine gave in this tick and that are not accounted for yet.
  std::map<std::string, std::vector<const engine::SequestrationOrdered*>> ordered_;
  const Command* command_ = nullptr;
  Timestamp now_;
  Timestamp last_tick_;
  std::uint64_t orders_placed_ = 0;
  Timestamp grace_until_;
  std::uint64_t last_call_ = 0;
  std::uint64_t last_proposal_ = 0;
  std::optional<NaiveRamp> ramp_;
  bool ready_ = false;  // a scenario set is adopted
};

}  // namespace bulkhead::naive
