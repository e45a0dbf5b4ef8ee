#include "bulkhead/node/impact.h"

#include <algorithm>
#include <array>
#include <expected>

#include "bulkhead/engine/roles.h"

namespace bulkhead::node {
namespace {

using engine::Role;

// Drives one engine on from where it stands.
class Fork {
 public:
  explicit Fork(engine::Engine& engine)
      : engine_(engine),
        now_(engine.state().counters().last_time),
        outcomes_(engine.state().accounts().size()) {}

  Timestamp now() const { return now_; }
  const std::vector<Outcome>& outcomes() const { return outcomes_; }

  std::uint32_t models_changed() const { return models_changed_; }

  // At once: what is asked is where it leads, not how it gets there (D7.3).
  Status adopt(const Change& change) {
    BULKHEAD_TRY(const std::string proposer, person(Role::risk_manager));
    BULKHEAD_TRY(const std::string first, person(Role::approver));
    BULKHEAD_TRY(const std::string second, person(Role::approver, first));
    std::string name = "impact";
    while (engine_.state().proposals().contains(name)) name += "-";
    engine::Propose propose{name, now_ + days(1), {}};
    if (const auto* parameters = std::get_if<policy::ParameterSet>(&change)) {
      policy::ParameterSet at_once = *parameters;
      at_once.ladder.parameter_ramp = Duration{};
      at_once.collateral.eligibility_grace = Duration{};
      propose.content = engine::ParameterChange{at_once, now_};
    } else {
      engine::ModelChange model = std::get<engine::ModelChange>(change);
      model.effective_at = now_;
      if (model.reason.empty()) model.reason = "impact";
      propose.content = model;
    }
    BULKHEAD_TRY_STATUS(give(proposer, propose));
    BULKHEAD_TRY_STATUS(give(first, engine::Approve{name}));
    return give(second, engine::Approve{name});
  }

  Status run(const ImpactOptions& options) {
    BULKHEAD_TRY(const std::string feed, person(Role::feed));
    for (std::uint32_t i = 0; i < options.ticks; ++i) {
      now_ = now_ + options.step;
      BULKHEAD_TRY_STATUS(observe(feed));
      BULKHEAD_TRY_STATUS(give(feed, engine::Tick{}));
    }
    return stand();
  }

 private:
  // A person of the role, in order of name.
  Result<std::string> person(Role role, const std::string& but = {}) const {
    for (const auto& [name, person] : engine_.state().persons()) {
      if (person.role == role && name != but) return name;
    }
    return fail(
        ErrorCode::not_found, "persons", to_string(role),
        "a person of that role in the log" + std::string(but.empty() ? "" : ", besides " + but));
  }

  Status give(const std::string& actor, engine::CommandBody body) {
    engine::Command command;
    command.time = now_;
    command.actor = actor;
    command.id = next_id();
    // Nothing leaves this process: the engine asks that there is a word, `node` checks whose.
    if (engine::needs_signature(body)) command.signature = Bytes(64, 0);
    command.body = std::move(body);
    const engine::Applied applied = engine_.apply(command);
    if (applied.refused) return std::unexpected(*applied.refused);
    for (const engine::Event& event : applied.events) count(event);
    return {};
  }

  // Every source says again what it said last.
  Status observe(const std::string& feed) {
    constexpr std::size_t kAtOnce = 10'000;
    const engine::State& state = engine_.state();
    engine::Observations all;
    for (std::size_t i = 0; i < state.registry().sources().size(); ++i) {
      const market::SourceState& last = state.market.source(SourceIndex(i));
      if (!(last.price > 0)) continue;
      all.items.push_back({state.registry().sources()[i].name, last.price, last.confidence, now_});
      if (all.items.size() < kAtOnce) continue;
      BULKHEAD_TRY_STATUS(give(feed, all));
      all.items.clear();
    }
    if (all.items.empty()) return {};
    return give(feed, all);
  }

  void count(const engine::Event& event) {
    if (event.account.empty()) return;
    const AccountIndex account = engine_.state().find_account(event.account);
    if (!account.valid() || account.value >= outcomes_.size()) return;
    Outcome& outcome = outcomes_[account.value];
    if (const auto* call = std::get_if<engine::CallIssued>(&event.body)) {
      outcome.called += call->amount;
    } else if (const auto* ordered = std::get_if<engine::SequestrationOrdered>(&event.body)) {
      outcome.sequestered = outcome.sequestered || !ordered->legs.empty();
      outcome.required = max(outcome.required, ordered->required);
    } else if (const auto* changed = std::get_if<engine::DefaultChanged>(&event.body)) {
      outcome.defaulted = outcome.defaulted || changed->to == policy::Default::declared;
    } else if (std::holds_alternative<engine::LiquidationInstructed>(event.body)) {
      outcome.liquidated = true;
    } else if (std::holds_alternative<engine::ModelChanged>(event.body)) {
      ++models_changed_;
    }
  }

  Status stand() {
    BULKHEAD_TRY(engine::Valuer* const valuer, engine_.figures());
    valuer->evaluate_all();
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const AccountIndex account(i);
      const risk::Requirement& needed = valuer->requirement(account);
      const policy::LadderState& ladder = engine_.state().account(account).ladder;
      outcomes_[i].initial = needed.initial;
      outcomes_[i].maintenance = needed.maintenance;
      outcomes_[i].equity = needed.equity_mid;
      outcomes_[i].coverage = to_string(ladder.coverage);
      outcomes_[i].vault = to_string(ladder.vault);
      outcomes_[i].default_ = to_string(ladder.default_);
    }
    return {};
  }

  std::array<std::uint8_t, 16> next_id() {
    std::array<std::uint8_t, 16> id{'i', 'm', 'p', 'a', 'c', 't'};
    ++commands_;
    for (std::size_t i = 0; i < 8; ++i) {
      id[15 - i] = static_cast<std::uint8_t>(commands_ >> (8 * i));
    }
    return id;
  }

  engine::Engine& engine_;
  Timestamp now_;
  std::vector<Outcome> outcomes_;
  std::uint64_t commands_ = 0;
  std::uint32_t models_changed_ = 0;
};

void add(ImpactTotal& total, const Outcome& outcome) {
  total.initial += outcome.initial;
  total.maintenance += outcome.maintenance;
  total.called += outcome.called;
  total.accounts_called += outcome.called > Usd{} ? 1U : 0U;
  total.accounts_sequestered += outcome.sequestered ? 1U : 0U;
  total.accounts_defaulted += outcome.defaulted ? 1U : 0U;
  total.accounts_liquidated += outcome.liquidated ? 1U : 0U;
}

Usd moved(const ImpactLine& line) {
  const Usd by = line.with.initial - line.without.initial;
  return max(by, -by);
}

}  // namespace

Result<Impact> impact_of(engine::Engine& as_it_is, engine::Engine& as_it_would_be,
                         const Change& change, const ImpactOptions& options) {
  Impact impact;
  impact.ticks = options.ticks;
  impact.accounts = static_cast<std::uint32_t>(as_it_is.state().accounts().size());
  Fork without(as_it_is);
  Fork with(as_it_would_be);
  impact.from = without.now();
  impact.version = as_it_is.state().parameters().version;
  BULKHEAD_TRY_STATUS(with.adopt(change));
  BULKHEAD_TRY_STATUS(without.run(options));
  BULKHEAD_TRY_STATUS(with.run(options));
  impact.to = without.now();
  impact.new_version = as_it_would_be.state().parameters().version;
  impact.models_changed = with.models_changed();
  for (std::size_t i = 0; i < without.outcomes().size(); ++i) {
    const engine::AccountState& account = as_it_is.state().accounts()[i];
    const ImpactLine line{account.name, account.member, without.outcomes()[i], with.outcomes()[i]};
    add(impact.without, line.without);
    add(impact.with, line.with);
    if (!(line.without == line.with)) impact.lines.push_back(line);
  }
  if (impact.models_changed == 0 && std::holds_alternative<engine::ModelChange>(change)) {
    return fail(ErrorCode::out_of_range, "from", std::get<engine::ModelChange>(change).from,
                "a margin model, or an account out of default, that would change");
  }
  std::ranges::sort(impact.lines, [](const ImpactLine& a, const ImpactLine& b) {
    return std::pair{moved(b), a.account} < std::pair{moved(a), b.account};
  });
  return impact;
}

}  // namespace bulkhead::node
