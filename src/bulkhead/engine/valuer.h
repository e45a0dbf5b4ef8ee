// From books to figures: the portfolio of an account, its requirement at the closed epoch, and its
// standing for the ladder. Everything here is a cache or a pure function of state (DESIGN, "looking
// leaves no trace").
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/engine/state.h"
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
  // What was known of this account no longer holds.
  void touch(AccountIndex account);
  void touch_all();

  const risk::EpochRisk& epoch_risk() const;

  // The account's portfolio, and the same evaluated (from the cache if nothing changed).
  risk::Portfolio portfolio(AccountIndex account) const;
  const risk::Requirement& requirement(AccountIndex account);
  // A hypothetical portfolio of this account.
  risk::Requirement evaluate(AccountIndex account, const risk::Portfolio& portfolio);
  risk::RequirementDetail explain(AccountIndex account);
  // All accounts, in parallel.
  void evaluate_all();

  // The other accounts of the same member or affiliate group, ascending.
  std::vector<std::uint32_t> related(AccountIndex account);

  policy::Standing standing(AccountIndex account);
  policy::Standing standing_of(AccountIndex account, const risk::Requirement& requirement,
                               bool has_obligations) const;
  market::Regime regime(AccountIndex account) const;
  // Underlyings that make at least the membership share of IM° (D7.3), now.
  std::vector<std::uint32_t> regime_members(AccountIndex account);
  // The first asset or instrument that the account touches whose price is below good; empty if
  // none.
  std::optional<std::pair<std::string, market::Quality>> worst_price(AccountIndex account) const;

  // D9.2: market value less the larger of haircut and worst stress return of an amount.
  Usd stressed_value(AssetIndex asset, Amount amount) const;
  // D6.3 value of an amount at mid.
  Usd haircut_value(AssetIndex asset, Amount amount) const;
  Usd market_value(AssetIndex asset, Amount amount) const;
  bool eligible(AssetIndex asset) const;

 private:
  struct Cached {
    bool known = false;
    bool has_obligations = false;
    risk::Requirement requirement;
  };

  risk::Requirement evaluate_with(AccountIndex account, const risk::Portfolio& portfolio,
                                  risk::Scratch& scratch) const;
  std::vector<risk::HaircutValue> haircuts(const risk::Portfolio& portfolio) const;
  // Accounts of the same affiliate group, itself included, ascending.
  const std::vector<std::uint32_t>& group_of(AccountIndex account) const;
  const risk::Model& model_of(AccountIndex account) const;
  void index_groups();
  void add_group(AccountIndex account, risk::Portfolio& portfolio) const;
  void evaluate_block(std::size_t begin, std::size_t end, risk::Scratch& scratch);
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
  bool current_ = false;
  std::size_t registry_size_ = 0;
  std::vector<Cached> cache_;
  // Accounts are added, never moved to another group: members in order of index, and each account's
  // group.
  std::map<std::string, std::size_t, std::less<>> group_names_;
  std::vector<std::vector<std::uint32_t>> groups_;
  std::vector<std::size_t> group_of_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> members_;
  std::vector<risk::Scratch> scratches_;
  risk::Scratch scratch_;
};

}  // namespace bulkhead::engine
