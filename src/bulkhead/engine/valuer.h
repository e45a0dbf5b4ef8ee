// From books to figures: the portfolio of an account, its requirement at the closed epoch, and its
// standing for the ladder. Everything here is a cache or a pure function of state (DESIGN, "looking
// leaves no trace").
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/collateral/valuation.h"
#include "bulkhead/engine/sleepers.h"
#include "bulkhead/engine/state.h"
#include "bulkhead/engine/waiting.h"
#include "bulkhead/policy/sequestration.h"
#include "bulkhead/policy/standing.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/models.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::engine {

// Content by hash (scenario sets). Pure: the same bytes for a hash, always.
using ContentSource = std::function<Result<Bytes>(const Hash&)>;

struct ValuerOptions {
  // Test of "looking leaves no trace": every account twice, the second time in reverse order.
  bool evaluate_twice = false;
  // The reference: every row anew and every account at every tick, nobody sleeps.
  bool plain = false;
  // Of the sleepers, every how many-th is evaluated at a tick to see that nothing was missed; 0:
  // none.
  std::uint64_t check_every = 0;
};

// What ticks have cost, and what the check of the sleepers has found. Never part of state.
struct TickCounts {
  std::uint64_t ticks = 0;
  std::uint64_t accounts = 0;   // Σ over ticks of those there were
  std::uint64_t evaluated = 0;  // Σ over ticks of those evaluated
  std::uint64_t most = 0;       // evaluated at one tick
  std::uint64_t at_rest = 0;    // of them, for nothing: they were at rest
  std::uint64_t checked = 0;    // sleepers evaluated to check that nothing was missed
  std::uint64_t missed = 0;     // of them, those that something would have happened to
};

class Valuer {
 public:
  Valuer(const State& state, ContentSource content, Executor& executor, ValuerOptions options);

  // A set is adopted and its rows fit the epoch: figures can be had.
  bool ready() const { return risk_ != nullptr; }
  // Reads and checks a set; kept for the adoption that follows.
  Result<const pricing::PreparedSet*> prepare(const Hash& hash);
  // Brings the shared rows up to the epoch, set, parameters and registry of the state. No set: not
  // ready. A set that lacks a factor is an error that names it.
  Status refresh();
  void forget_epoch() { current_ = false; }
  void forget_parameters() { current_ = same_parameters_ = false; }
  // What was known of this account no longer holds.
  void touch(AccountIndex account);

  // Values of everything; rows of the instruments that someone evaluated has.
  const risk::EpochRisk& epoch_risk() const;
  // The same with every row.
  const risk::EpochRisk& whole_risk();
  // Rows of these too.
  void fill(std::span<const InstrumentIndex> instruments);

  // ---- who is evaluated at a tick ----

  // The epoch has just been closed. Accounts that must be evaluated, ascending: those awake, those
  // the market's move has woken, and those that `stirred` names with their groups; everyone if
  // other assets are `poor` than at the last tick.
  std::vector<AccountIndex> due(const State::Stirred& stirred, const PoorAssets& poor);
  void evaluate(std::span<const AccountIndex> accounts);
  // Of accounts that are at rest: each sleeps as long as it certainly stays so.
  void let_sleep(std::span<const AccountIndex> accounts);
  // Whether anyone may at this tick: not the reference, and not while parameters ramp.
  bool lets_sleep() const { return rest_.has_value() && !state_.ramp(); }
  // Of accounts that wait and that nothing has edited since their figures were taken.
  void let_wait(std::span<const Wait> waits);
  // Something has changed that those who wait hang on and their regions say nothing of.
  void end_waits() { sleepers_.wake_waiting(); }
  // Above it no look-ahead triggers (D9.1); none: nobody sleeps. Of figures that are known.
  std::optional<risk::Edge> look_ahead_edge(AccountIndex account) const;
  bool asleep(AccountIndex account) const { return sleepers_.asleep(account); }
  bool rests(AccountIndex account) const { return sleepers_.rests(account); }
  TickCounts& counts() { return counts_; }
  std::uint64_t check_every() const { return options_.plain ? 0 : options_.check_every; }

  // The account's portfolio with all that it has pledged, and the same evaluated (from the cache if
  // nothing changed). What of the collateral counts is decided at each evaluation (counting.h).
  risk::Portfolio portfolio(AccountIndex account) const;
  const risk::Requirement& requirement(AccountIndex account) const;
  // E_mid of it, without the rest where that is not known yet.
  Usd equity_mid(AccountIndex account) const;
  bool is_plain() const { return options_.plain; }
  // What E_least − IM of an account with obligations, every line of them priced, is at least, as
  // far as that is known without an evaluation; none: it has to be evaluated, as an account whose
  // collateral hangs on what it owes (D6.4).
  std::optional<Usd> room(AccountIndex account);
  // Whether `scenario_es` sets its margin.
  bool has_scenario_model(AccountIndex account) const;
  // D5.8 of the open orders of a book.
  Usd open_order_charge(const risk::Portfolio& portfolio);
  // A hypothetical portfolio of this account.
  risk::Requirement evaluate(AccountIndex account, const risk::Portfolio& portfolio) const;
  risk::RequirementDetail explain(AccountIndex account);
  // The portfolio with what counts as its collateral.
  risk::Portfolio counted(AccountIndex account) const;
  // All accounts, in parallel.
  void evaluate_all();

  // The other accounts of the same member or affiliate group, ascending.
  std::vector<std::uint32_t> related(AccountIndex account);

  policy::Standing standing(AccountIndex account) const;
  policy::Standing standing_of(AccountIndex account, const risk::Requirement& requirement,
                               bool has_obligations) const;
  market::Regime regime(AccountIndex account) const;
  // Of each account the underlyings that make at least the membership share of its IM° (D7.3), now.
  std::vector<std::vector<std::uint32_t>> regime_members(std::span<const AccountIndex> accounts);
  // The first asset or instrument that the account touches whose price is below good; empty if
  // none.
  std::optional<std::pair<std::string, market::Quality>> worst_price(AccountIndex account) const;

  // Of an amount of an asset that the account has pledged, what counts; monotone in the amount.
  Amount counts_of(AccountIndex account, AssetIndex asset, Amount pledged) const;
  // Whether accounts have a limit for it at all.
  bool is_limited(AssetIndex asset) const;
  // What its limit leaves of an asset; none: no limit (D6.4).
  std::optional<Usd> limit_of(AccountIndex account, AssetIndex asset) const;
  // D9.2: market value less the larger of haircut and worst stress return of what counts of an
  // amount that the account has pledged.
  Usd stressed_value(AccountIndex account, AssetIndex asset, Amount amount) const;
  // D6.3 value of an amount at mid.
  Usd haircut_value(AssetIndex asset, Amount amount) const;
  // h_asset, h_fx, h_add and size cost of an amount now.
  collateral::Haircut haircut(AssetIndex asset, Amount amount) const;
  Usd market_value(AssetIndex asset, Amount amount) const;
  // Counts in full for this account: eligible, and not issued by its own group (D5.5).
  bool eligible(AccountIndex account, AssetIndex asset) const;

 private:
  struct Cached {
    std::uint64_t epoch = 0;  // of epochs_; another: not known
    std::uint32_t account = 0;
    bool has_obligations = false;
    risk::Requirement requirement;
  };

  // By value: what does not count is taken out of it, and what is left is its counted book.
  risk::Requirement evaluate_with(AccountIndex account, risk::Portfolio& book,
                                  risk::Scratch& scratch) const;
  void take_shares(risk::Portfolio& book) const;
  // True if something was beyond a limit.
  bool take_limits(const risk::Requirement& figures, risk::Portfolio& book) const;
  // Issued by the account's own group, sorted (D5.5).
  std::vector<AssetIndex> own_tokens(AccountIndex account) const;
  std::vector<risk::HaircutValue> haircuts(const risk::Portfolio& portfolio) const;
  // Accounts of the same affiliate group, itself included, ascending.
  const std::vector<std::uint32_t>& group_of(AccountIndex account) const;
  const risk::Model& model_of(AccountIndex account) const;
  void index_groups();
  void add_group(AccountIndex account, risk::Portfolio& portfolio) const;
  void evaluate_cached(AccountIndex account, risk::Scratch& scratch) const;
  // The place of an account in the cache of this epoch; nullptr: it has none.
  Cached* cached(AccountIndex account) const {
    if (account.value >= cached_at_.size()) return nullptr;
    const std::uint32_t at = cached_at_[account.value];
    return at < cached_ && cache_[at].account == account.value ? &cache_[at] : nullptr;
  }
  void give_place(AccountIndex account) const;
  void forget_figures();
  bool knows(AccountIndex account) const {
    const Cached* known = cached(account);
    return known != nullptr && known->epoch == epochs_;
  }
  Status renew_risk(const pricing::NeededSet& needed, bool same);
  pricing::NeededSet needed();
  void fill_rows(const risk::Portfolio& portfolio) const;
  void fill_rows(std::span<const AccountIndex> accounts) const;
  void note_counting();
  std::optional<risk::RestLevel> rest_level() const;
  // Calls body(i, scratch) for each i below count, in parallel blocks with a scratch each.
  void for_each(std::size_t count, const std::function<void(std::size_t, risk::Scratch&)>& body);
  std::vector<std::uint32_t> regime_members(AccountIndex account, risk::Scratch& scratch) const;
  bool may_sleep(AccountIndex account) const;
  std::optional<risk::SafeRegion> safe_region(AccountIndex account,
                                              std::span<const risk::Edge> edges) const;
  bool priced_at_points(const risk::Portfolio& portfolio) const;
  bool holds_limited(AccountIndex account) const;
  bool holds_fading(AccountIndex account) const;
  risk::EvaluationOptions options_of(AccountIndex account) const;

  const State& state_;
  ContentSource content_;
  Executor& executor_;
  ValuerOptions options_;
  std::unique_ptr<pricing::PreparedSet> set_;
  std::unique_ptr<pricing::PreparedSet> candidate_;
  std::unique_ptr<risk::EpochRisk> risk_;
  // By name, with the numbers of the parameter version that risk_ is built of.
  std::map<std::string, risk::Model, std::less<>> models_;
  // Of an asset at the epoch and parameters that risk_ is built of.
  struct Counting {
    std::int64_t share = 0;
    bool limited = false;
  };
  std::vector<Counting> counting_;
  bool current_ = false;
  bool same_parameters_ = false;
  std::size_t registry_size_ = 0;
  std::uint64_t epochs_ = 1;  // counts up with every change of what all figures hang on
  // Of the accounts looked at in this epoch, in the order of the first look: most sleep.
  mutable std::deque<Cached> cache_;
  mutable std::uint32_t cached_ = 0;              // of cache_, the first are of this epoch
  mutable std::vector<std::uint32_t> cached_at_;  // by account
  // Of needed(): what the set can revalue, and what was needed last.
  std::optional<pricing::NeededSet> covered_;
  std::optional<pricing::NeededSet> needed_;
  Sleepers sleepers_;
  std::uint64_t tried_ = 0;  // epochs_ as of which they were
  PoorAssets poor_;          // at the last tick
  risk::ShockBounds bounds_;
  std::optional<risk::RestLevel> rest_;
  TickCounts counts_;
  // Accounts are added, never moved to another group: members in order of index, and each account's
  // group.
  std::map<std::string, std::uint32_t, std::less<>> group_names_;
  std::vector<std::vector<std::uint32_t>> groups_;
  std::vector<std::uint32_t> group_of_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> members_;
  std::vector<AssetIndex> issued_;  // assets that somebody has issued; of the first issued_of_
  std::size_t issued_of_ = 0;
  std::vector<risk::Scratch> scratches_;
  mutable risk::Scratch scratch_;
};

}  // namespace bulkhead::engine
