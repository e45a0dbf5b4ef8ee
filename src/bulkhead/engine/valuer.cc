#include "bulkhead/engine/valuer.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/portfolio.h"
#include "bulkhead/policy/account_regime.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kBlock = 64;  // least accounts of a block
constexpr std::size_t kMostBlocks = 32;

std::size_t size_of(const market::Registry& registry) {
  return registry.assets().size() + registry.instruments().size();
}

}  // namespace

Valuer::Valuer(const State& state, ContentSource content, Executor& executor, ValuerOptions options)
    : state_(state), content_(std::move(content)), executor_(executor), options_(options) {}

Result<const pricing::PreparedSet*> Valuer::prepare(const Hash& hash) {
  if (set_ != nullptr && set_->hash() == hash) return set_.get();
  if (candidate_ != nullptr && candidate_->hash() == hash) return candidate_.get();
  const Result<Bytes> bytes = content_(hash);
  // In our own words: what a store says of itself may differ from node to node.
  if (!bytes) return fail(ErrorCode::not_found, "hash", to_hex(hash), "content that is stored");
  const Result<pricing::ScenarioSet> set = decode<pricing::ScenarioSet>(*bytes);
  if (!set) return fail(set.error().code, "hash", to_hex(hash), "content that is a scenario set");
  BULKHEAD_TRY(pricing::PreparedSet prepared, pricing::PreparedSet::make(*set));
  candidate_ = std::make_unique<pricing::PreparedSet>(std::move(prepared));
  return candidate_.get();
}

Status Valuer::refresh() {
  const Hash& hash = state_.counters().scenario_set;
  if (hash == Hash{}) return {};
  const bool same_set = set_ != nullptr && set_->hash() == hash;
  const bool same_registry = registry_size_ == size_of(state_.registry());
  if (current_ && same_set && same_registry) return {};
  if (!same_set) {
    BULKHEAD_TRY_STATUS(prepare(hash));
    risk_.reset();
    set_ = std::move(candidate_);
  }
  if (!same_set || !same_registry) covered_.reset();
  BULKHEAD_TRY_STATUS(renew_risk(needed(), same_set && same_registry && same_parameters_));
  note_counting();
  registry_size_ = size_of(state_.registry());
  current_ = same_parameters_ = true;
  ++epochs_;
  forget_figures();
  index_groups();
  return {};
}

// Moves on what there is, or builds it anew where more than prices changed.
Status Valuer::renew_risk(const pricing::NeededSet& needed, bool same) {
  const bool same_needed =
      needed_ && needed_->assets == needed.assets && needed_->instruments == needed.instruments;
  if (risk_ != nullptr && same && same_needed && !options_.plain) {
    if (!risk_->renew(executor_)) sleepers_.wake_all();
    return {};
  }
  BULKHEAD_TRY(risk::EpochRisk risk,
               risk::EpochRisk::plan(state_.registry(), state_.market.epoch(), *set_,
                                     state_.parameters().risk, needed, executor_));
  risk_ = std::make_unique<risk::EpochRisk>(std::move(risk));
  needed_ = needed;
  if (options_.plain) risk_->fill_all(executor_);
  for (const std::string_view name : risk::model_names()) {
    models_.insert_or_assign(std::string(name), *risk::model_of(name, state_.parameters().models));
  }
  bounds_ = risk::shock_bounds(*risk_);
  sleepers_.wake_all();
  return {};
}

void Valuer::note_counting() {
  counting_.clear();
  for (std::size_t i = 0; i < state_.registry().assets().size(); ++i) {
    const AssetIndex asset(i);
    const collateral::AssetTerms* terms = terms_of(state_, asset);
    counting_.push_back({asset_share(state_, asset), terms != nullptr &&
                                                         terms->account_limit_bp < 10'000 &&
                                                         !state_.registry()[asset].numeraire});
  }
}

pricing::NeededSet Valuer::needed() {
  if (!covered_) covered_ = covered_set(state_, *set_);
  return needed_set(state_, *covered_);
}

const risk::EpochRisk& Valuer::epoch_risk() const {
  BULKHEAD_ASSERT(risk_ != nullptr);
  return *risk_;
}

const risk::EpochRisk& Valuer::whole_risk() {
  BULKHEAD_ASSERT(risk_ != nullptr);
  risk_->fill_all(executor_);
  return *risk_;
}

void Valuer::fill(std::span<const InstrumentIndex> instruments) {
  BULKHEAD_ASSERT(risk_ != nullptr);
  risk_->fill(instruments, executor_);
}

void Valuer::fill_rows(std::span<const AccountIndex> accounts) const {
  std::vector<bool> seen(state_.registry().instruments().size());
  std::vector<InstrumentIndex> wanted;
  const auto want = [&](InstrumentIndex i) {
    if (!seen[i.value]) wanted.push_back(i);
    seen[i.value] = true;
  };
  for (const AccountIndex account : accounts) {
    for (const positions::Position& line : state_.positions.positions(account)) {
      want(line.instrument);
    }
    for (const positions::Order& order : state_.orders.open(account)) {
      if (!order.is_package()) want(order.instrument);
      for (const positions::OrderLeg& leg : order.legs) want(leg.instrument);
    }
  }
  risk_->fill(wanted, executor_);
}

void Valuer::index_groups() {
  for (std::size_t i = group_of_.size(); i < state_.accounts().size(); ++i) {
    const auto number = static_cast<std::uint32_t>(groups_.size());
    const auto [at, added] = group_names_.try_emplace(state_.accounts()[i].group, number);
    if (added) groups_.emplace_back();
    groups_[at->second].push_back(static_cast<std::uint32_t>(i));
    group_of_.push_back(at->second);
    members_[state_.accounts()[i].member].push_back(static_cast<std::uint32_t>(i));
  }
  for (; issued_of_ < state_.registry().assets().size(); ++issued_of_) {
    if (!state_.registry().assets()[issued_of_].issuer.empty()) issued_.emplace_back(issued_of_);
  }
}

std::vector<AssetIndex> Valuer::own_tokens(AccountIndex account) const {
  std::vector<AssetIndex> own;
  for (const AssetIndex asset : issued_) {
    const std::string& issuer = state_.registry()[asset].issuer;
    const bool is_own = issuer == state_.account(account).group ||
                        std::ranges::any_of(group_of(account), [&](std::uint32_t i) {
                          return state_.accounts()[i].member == issuer;
                        });
    if (is_own) own.push_back(asset);
  }
  return own;
}

const std::vector<std::uint32_t>& Valuer::group_of(AccountIndex account) const {
  return groups_[group_of_[account.value]];
}

std::vector<std::uint32_t> Valuer::related(AccountIndex account) {
  index_groups();
  std::vector<std::uint32_t> all;
  std::ranges::set_union(group_of(account), members_.at(state_.account(account).member),
                         std::back_inserter(all));
  std::erase(all, account.value);
  return all;
}

void Valuer::touch(AccountIndex account) {
  index_groups();
  // Same-side totals of the whole group moved with it (D5.5).
  for (const std::uint32_t member : group_of(account)) {
    if (Cached* known = cached(AccountIndex(member))) known->epoch = 0;
    sleepers_.wake(AccountIndex(member));
  }
}

risk::Portfolio Valuer::portfolio(AccountIndex account) const {
  risk::Portfolio portfolio = build_portfolio(state_, account);
  add_group(account, portfolio);
  portfolio.own_tokens = own_tokens(account);
  return portfolio;
}

void Valuer::add_group(AccountIndex account, risk::Portfolio& portfolio) const {
  const std::vector<std::uint32_t>& accounts = group_of(account);
  if (accounts.size() < 2) return;
  std::vector<risk::Portfolio> members;
  members.reserve(accounts.size());
  for (const std::uint32_t i : accounts) {
    members.push_back(i == account.value ? portfolio : build_portfolio(state_, AccountIndex(i)));
  }
  portfolio.group = group_deltas(epoch_risk(), members);
}

risk::EvaluationOptions Valuer::options_of(AccountIndex account) const {
  return {.look_ahead = policy::look_ahead(regime(account), vault_finality(state_.registry()),
                                           state_.parameters().ladder)};
}

const risk::Model& Valuer::model_of(AccountIndex account) const {
  const auto at = models_.find(state_.account(account).model);
  BULKHEAD_ASSERT(at != models_.end());
  return at->second;
}

void Valuer::take_shares(risk::Portfolio& book) const {
  for (risk::AssetAmount& line : book.collateral) {
    line.amount = share_of(line.amount, counting_[line.asset.value].share);
  }
  std::erase_if(book.collateral, [](const auto& line) { return line.amount.is_zero(); });
}

bool Valuer::take_limits(const risk::Requirement& figures, risk::Portfolio& book) const {
  bool beyond = false;
  for (risk::AssetAmount& line : book.collateral) {
    if (!is_limited(line.asset)) continue;
    const std::optional<Usd> limit = account_limit(state_, *risk_, book, figures, line.asset);
    if (!limit) continue;
    const Amount most = amount_worth(state_, line.asset, *limit);
    if (line.amount <= most) continue;
    line.amount = most;
    beyond = true;
  }
  std::erase_if(book.collateral, [](const auto& line) { return line.amount.is_zero(); });
  return beyond;
}

risk::Requirement Valuer::evaluate_with(AccountIndex account, risk::Portfolio& book,
                                        risk::Scratch& scratch) const {
  take_shares(book);
  const risk::Requirement figures =
      risk::evaluate(model_of(account), *risk_, book, haircuts(book), scratch, options_of(account));
  if (!take_limits(figures, book)) return figures;
  return risk::evaluate(model_of(account), *risk_, book, haircuts(book), scratch,
                        options_of(account));
}

risk::Portfolio Valuer::counted(AccountIndex account) const {
  risk::Portfolio book = portfolio(account);
  take_shares(book);
  // Only a limit asks what the account needs.
  const bool limited = std::ranges::any_of(
      book.collateral, [this](const risk::AssetAmount& line) { return is_limited(line.asset); });
  if (limited) take_limits(requirement(account), book);
  return book;
}

// Of the haircut mode alone.
std::vector<risk::HaircutValue> Valuer::haircuts(const risk::Portfolio& portfolio) const {
  std::vector<risk::HaircutValue> values;
  if (portfolio.mode != risk::MarginMode::haircut) return values;
  values.reserve(portfolio.collateral.size());
  for (const risk::AssetAmount& held : portfolio.collateral) {
    values.push_back({held.asset, haircut_value(held.asset, held.amount)});
  }
  return values;
}

const risk::Requirement& Valuer::requirement(AccountIndex account) const {
  if (!knows(account)) {
    give_place(account);
    fill_rows(std::span(&account, 1));
    evaluate_cached(account, scratch_);
  }
  return cached(account)->requirement;
}

risk::Requirement Valuer::evaluate(AccountIndex account, const risk::Portfolio& portfolio) const {
  fill_rows(portfolio);
  risk::Portfolio book = portfolio;
  return evaluate_with(account, book, scratch_);
}

risk::RequirementDetail Valuer::explain(AccountIndex account) {
  const risk::Portfolio book = counted(account);
  fill_rows(book);
  return risk::explain(model_of(account), epoch_risk(), book, haircuts(book), scratch_,
                       options_of(account));
}

void Valuer::evaluate_cached(AccountIndex account, risk::Scratch& scratch) const {
  Cached& place = *cached(account);
  risk::Portfolio book = portfolio(account);
  place.has_obligations = book.has_obligations();
  place.requirement = evaluate_with(account, book, scratch);
  place.epoch = epochs_;
}

void Valuer::give_place(AccountIndex account) const {
  if (cached(account) != nullptr) return;
  if (cached_at_.size() < state_.accounts().size()) cached_at_.resize(state_.accounts().size());
  if (cached_ == cache_.size()) cache_.emplace_back();
  cache_[cached_] = {
      .epoch = 0, .account = account.value, .has_obligations = false, .requirement = {}};
  cached_at_[account.value] = cached_++;
}

// Places are kept for as many as were looked at last.
void Valuer::forget_figures() {
  if (cache_.size() > 4096 + 2 * std::size_t{cached_}) {
    cache_.resize(4096 + cached_);
    cache_.shrink_to_fit();
  }
  cached_ = 0;
}

void Valuer::for_each(std::size_t count,
                      const std::function<void(std::size_t, risk::Scratch&)>& body) {
  // A few large blocks: each has working memory of its own.
  const std::size_t block = std::max(kBlock, (count + kMostBlocks - 1) / kMostBlocks);
  while (scratches_.size() < (count + block - 1) / block) scratches_.emplace_back();
  executor_.parallel_for(count, block, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) body(i, scratches_[begin / block]);
  });
}

void Valuer::evaluate(std::span<const AccountIndex> accounts) {
  fill_rows(accounts);
  for (const AccountIndex account : accounts) give_place(account);
  const std::size_t count = accounts.size();
  for_each(count, [&](std::size_t i, risk::Scratch& scratch) {
    if (!knows(accounts[i])) evaluate_cached(accounts[i], scratch);
  });
  if (!options_.evaluate_twice) return;
  for (std::size_t i = count; i-- > 0;) {
    const risk::Requirement first = cached(accounts[i])->requirement;
    cached(accounts[i])->epoch = 0;
    BULKHEAD_ASSERT(encode(requirement(accounts[i])) == encode(first));
  }
}

void Valuer::evaluate_all() {
  std::vector<AccountIndex> all;
  for (std::size_t i = 0; i < state_.accounts().size(); ++i) all.emplace_back(i);
  evaluate(all);
}

market::Regime Valuer::regime(AccountIndex account) const {
  market::Regime highest = market::Regime::calm;
  for (const std::uint32_t asset : state_.account(account).regime_underlyings) {
    highest = std::max(highest, state_.market.epoch().underlyings[asset].regime);
  }
  return highest;
}

std::vector<std::vector<std::uint32_t>> Valuer::regime_members(
    std::span<const AccountIndex> accounts) {
  index_groups();
  fill_rows(accounts);
  std::vector<AccountIndex> limited;  // of which figures are asked (counted)
  for (const AccountIndex account : accounts) {
    if (holds_limited(account)) limited.push_back(account);
  }
  if (!limited.empty()) evaluate(limited);
  std::vector<std::vector<std::uint32_t>> members(accounts.size());
  for_each(accounts.size(), [&](std::size_t i, risk::Scratch& scratch) {
    members[i] = regime_members(accounts[i], scratch);
  });
  return members;
}

std::vector<std::uint32_t> Valuer::regime_members(AccountIndex account,
                                                  risk::Scratch& scratch) const {
  const risk::Portfolio book = counted(account);
  const risk::StandaloneCores cores = risk::standalone_cores(
      model_of(account), *risk_, book, haircuts(book), scratch, options_of(account));
  std::vector<std::uint32_t> members;
  const BasisPoints share = state_.parameters().ladder.regime_membership_bp;
  for (const risk::UnderlyingCharge& part : cores.underlyings) {
    if (part.amount > Usd{} && at_least_bp(part.amount, share, cores.obligations_initial)) {
      members.push_back(part.underlying.value);
    }
  }
  std::ranges::sort(members);
  return members;
}

policy::Standing Valuer::standing_of(AccountIndex account, const risk::Requirement& requirement,
                                     bool has_obligations) const {
  return {.equity_least = requirement.equity_least,
          .equity_mid = requirement.equity_mid,
          .equity_greatest = requirement.equity_greatest,
          .initial_margin = requirement.initial,
          .maintenance_margin = requirement.maintenance,
          .has_obligations = has_obligations,
          .worst_quality = requirement.unpriced ? market::Quality::no_quorum : requirement.quality,
          .regime = regime(account),
          .equity_near = requirement.is_volatile ? std::optional(requirement.equity_greatest_near)
                                                 : std::nullopt,
          .at_quorum = requirement.at_quorum,
          .unpriced = requirement.unpriced};
}

policy::Standing Valuer::standing(AccountIndex account) const {
  const risk::Requirement& needed = requirement(account);
  return standing_of(account, needed, cached(account)->has_obligations);
}

std::optional<std::pair<std::string, market::Quality>> Valuer::worst_price(
    AccountIndex account) const {
  const risk::Portfolio book = counted(account);
  std::optional<std::pair<std::string, market::Quality>> worst;
  const auto note = [&worst](const std::string& name, market::Quality quality) {
    if (quality == market::Quality::good) return;
    if (!worst || quality > worst->second) worst = {name, quality};
  };
  for (const risk::PositionLots& line : book.positions) {
    note(state_.registry()[line.instrument].name, risk_->quality(line.instrument));
  }
  for (const auto* lines : {&book.settlement, &book.collateral, &book.debts}) {
    for (const risk::AssetAmount& line : *lines) {
      note(state_.registry()[line.asset].name, risk_->quality(line.asset));
    }
  }
  return worst;
}

bool Valuer::eligible(AccountIndex account, AssetIndex asset) const {
  if (!is_eligible(state_, asset)) return false;
  return issued_.empty() || !std::ranges::binary_search(own_tokens(account), asset);
}

bool Valuer::is_limited(AssetIndex asset) const {
  return asset.value < counting_.size() && counting_[asset.value].limited;
}

std::optional<Usd> Valuer::limit_of(AccountIndex account, AssetIndex asset) const {
  if (!is_limited(asset)) return std::nullopt;
  return account_limit(state_, *risk_, build_portfolio(state_, account), requirement(account),
                       asset);
}

Amount Valuer::counts_of(AccountIndex account, AssetIndex asset, Amount pledged) const {
  if (!issued_.empty() && std::ranges::binary_search(own_tokens(account), asset)) return {};
  const Amount share = share_of(pledged, asset_share(state_, asset));
  const std::optional<Usd> limit = limit_of(account, asset);
  return limit ? min(share, amount_worth(state_, asset, *limit)) : share;
}

Usd Valuer::market_value(AssetIndex asset, Amount amount) const {
  return pricing::holding_value(state_.registry()[asset], amount,
                                state_.market.epoch().assets[asset.value].mid);
}

namespace {

collateral::AssetRisk asset_risk(const State& state, const risk::EpochRisk& risk, AssetIndex i) {
  const market::Asset& asset = state.registry()[i];
  const market::Underlying& underlying = state.market.epoch().underlyings[i.value];
  return {.price = state.market.epoch().assets[i.value].mid,
          .decimals = asset.decimals,
          .dynamic_core = risk.haircut_core(i),
          .half_spread = asset.half_spread,
          .volatility = std::max(underlying.volatility_fast, underlying.volatility_slow),
          .adv = asset.adv,
          .currency_mismatch = false};
}

collateral::CollateralValue value_of(const State& state, const risk::EpochRisk& risk, AssetIndex i,
                                     Amount amount) {
  const collateral::AssetTerms* counted = terms_of(state, i);
  const collateral::AssetRisk inputs = asset_risk(state, risk, i);
  if (counted == nullptr || !(inputs.price > 0) || !amount.is_positive()) return {};
  collateral::AssetTerms terms = *counted;
  terms.eligible = asset_share(state, i) > 0;
  const auto value =
      collateral::value_collateral(amount, terms, inputs, state.parameters().collateral.impact);
  return value ? *value : collateral::CollateralValue{};
}

}  // namespace

Usd Valuer::stressed_value(AccountIndex account, AssetIndex asset, Amount amount) const {
  const Amount counted = counts_of(account, asset, amount);
  return collateral::stressed_value(value_of(state_, *risk_, asset, counted),
                                    risk_->worst_stress_return(asset));
}

collateral::Haircut Valuer::haircut(AssetIndex asset, Amount amount) const {
  return value_of(state_, *risk_, asset, amount).haircut;
}

Usd Valuer::haircut_value(AssetIndex asset, Amount amount) const {
  return value_of(state_, *risk_, asset, amount).value;
}

}  // namespace bulkhead::engine
