#include "bulkhead/views/overview.h"

#include <algorithm>
#include <limits>

namespace bulkhead::views {
namespace {

template <class E>
void add_stages(std::vector<StageCount>& stages, const char* part) {
  for (const std::string_view name : enum_names(E{})) {
    stages.push_back({part, std::string(name), 0});
  }
}

class Sampler {
 public:
  Sampler(const engine::State& state, engine::Valuer& valuer) : state_(state), valuer_(valuer) {
    const market::Registry& registry = state.registry();
    view_.epoch_record = state.market.epoch().log_index;
    view_.time = state.market.epoch().time;
    view_.numeraire = registry[registry.numeraire()].name;
    view_.accounts = static_cast<std::uint32_t>(state.accounts().size());
    add_stages<policy::Coverage>(view_.stages, "coverage");
    vault_begin_ = view_.stages.size();
    add_stages<policy::Vault>(view_.stages, "vault");
    default_begin_ = view_.stages.size();
    add_stages<policy::Default>(view_.stages, "default");
    for (const char* name : {"free", "pledged", "sequestered", "in transit"}) {
      view_.by_bucket.push_back({name, {}});
    }
    for (const market::Place& place : registry.places()) view_.by_place.push_back({place.name, {}});
  }

  Overview sample() {
    valuer_.evaluate_all();
    for (std::size_t i = 0; i < state_.accounts().size(); ++i) add_account(AccountIndex(i));
    std::ranges::sort(coverage_);
    for (const int percent : kCoveragePercentiles) add_quantile(static_cast<std::size_t>(percent));
    return std::move(view_);
  }

 private:
  void add_account(AccountIndex account) {
    const engine::AccountState& record = state_.account(account);
    ++view_.stages[static_cast<std::size_t>(record.ladder.coverage)].accounts;
    ++view_.stages[vault_begin_ + static_cast<std::size_t>(record.ladder.vault)].accounts;
    ++view_.stages[default_begin_ + static_cast<std::size_t>(record.ladder.default_)].accounts;
    view_.open_calls += record.open_calls;
    const policy::Standing standing = valuer_.standing(account);
    const risk::Requirement& needed = valuer_.requirement(account);
    view_.equity += needed.equity_mid;
    view_.initial += needed.initial;
    view_.debts += needed.debts;
    if (standing.worst_quality != market::Quality::good) ++view_.below_good;
    if (standing.has_obligations && needed.initial > Usd{}) {
      ++view_.with_obligations;
      const Int128 bp = Int128{needed.equity_mid.micros} * 10'000 / needed.initial.micros;
      const Int128 most = std::numeric_limits<std::int64_t>::max();
      coverage_.push_back(static_cast<std::int64_t>(std::clamp(bp, -most, most)));
    }
    for (const ledger::Holding& held : state_.ledger.holdings(account)) add_holding(held);
  }

  // What is pending counts at its source until its receipt (D6.2): shown once, as in transit.
  void add_holding(const ledger::Holding& held) {
    if (held.bucket == ledger::Bucket::debt) return;
    const Usd all = valuer_.market_value(held.asset, held.balance.posted);
    const Usd here = valuer_.market_value(held.asset, held.balance.available());
    view_.by_bucket[static_cast<std::size_t>(held.bucket)].value += here;
    view_.by_bucket.back().value += all - here;
    if (held.bucket != ledger::Bucket::free) view_.by_place[held.place.value].value += all;
  }

  void add_quantile(std::size_t percent) {
    if (coverage_.empty()) return;
    const std::size_t rank = (coverage_.size() * percent + 99) / 100;
    view_.coverage.push_back(
        {static_cast<std::uint32_t>(percent), coverage_[std::max<std::size_t>(rank, 1) - 1]});
  }

  const engine::State& state_;
  engine::Valuer& valuer_;
  Overview view_;
  std::vector<std::int64_t> coverage_;
  std::size_t vault_begin_ = 0;
  std::size_t default_begin_ = 0;
};

}  // namespace

Result<Overview> sample(engine::Engine& engine) {
  BULKHEAD_TRY(engine::Valuer * valuer, engine.figures());
  return Sampler(engine.state(), *valuer).sample();
}

}  // namespace bulkhead::views
