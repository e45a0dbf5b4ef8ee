#include "bulkhead/views/account_view.h"

#include <algorithm>

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/auctions.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_calls.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/policy/auction.h"
#include "bulkhead/policy/sequestration.h"
#include "bulkhead/views/account_lines.h"
#include "bulkhead/views/sensitivity.h"

namespace bulkhead::views {
namespace {

constexpr BasisPoints kOne = 10'000;

std::optional<BasisPoints> coverage_of(const risk::Requirement& needed) {
  if (needed.initial <= Usd{}) return std::nullopt;
  const Int128 scaled = Int128{needed.equity_mid.micros} * kOne;
  Int128 bp = scaled / needed.initial.micros;
  if (scaled < 0 && bp * needed.initial.micros != scaled) --bp;
  const Int128 most = std::numeric_limits<BasisPoints>::max();
  return static_cast<BasisPoints>(std::clamp(bp, -most, most));
}

std::vector<LevelLine> level_lines(const policy::Levels& levels, const risk::Requirement& needed,
                                   const Sensitivity& sensitivity) {
  struct Named {
    const char* name;
    BasisPoints bp;
  };
  std::vector<LevelLine> lines;
  for (const Named& level :
       {Named{"release", levels.release_bp}, Named{"target", levels.target_bp},
        Named{"watch", levels.watch_bp}, Named{"call", levels.call_bp},
        Named{"sequester", levels.sequester_bp}, Named{"maintenance", levels.maintenance_bp}}) {
    LevelLine line{.level = level.name, .of_margin_bp = level.bp, .equity = {}, .distance = {}};
    line.equity = scale_up(needed.initial, level.bp, kOne);
    line.distance = needed.equity_mid - line.equity;
    line.price = price_for(sensitivity, -line.distance);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> words_of(const policy::Triggers& triggers) {
  std::vector<std::string> words;
  if (triggers.coverage) words.emplace_back("equity is below the sequester level");
  if (triggers.look_ahead) {
    words.emplace_back("falling below maintenance within the look-ahead is too likely");
  }
  if (triggers.extreme)
    words.emplace_back("the regime is extreme and equity below the watch level");
  if (triggers.alarm) words.emplace_back("an alarm of an asset or a place");
  if (triggers.ordered) words.emplace_back("two persons ordered it");
  return words;
}

// In hundredths, rounded up: what is said to be needed is enough.
std::string cents(Usd value) {
  constexpr std::int64_t kMicrosPerCent = 10'000;
  const std::int64_t whole = value.micros / kMicrosPerCent;
  return to_decimal(Amount{whole + (whole * kMicrosPerCent < value.micros ? 1 : 0)}, 2);
}

// What can be said without figures.
AccountView identity(const engine::State& state, AccountIndex account) {
  const engine::AccountState& record = state.account(account);
  AccountView view;
  view.next_record = state.counters().records;
  view.epoch_record = state.market.epoch().log_index;
  view.time = state.market.epoch().time;
  view.scenario_set = state.counters().scenario_set;
  view.parameter_version = state.parameters().version;
  view.account = record.name;
  view.member = record.member;
  view.group = record.group;
  view.mode = record.mode;
  view.model = record.model;
  const AssetIndex numeraire = state.registry().numeraire();
  if (numeraire.valid()) view.numeraire = state.registry()[numeraire].name;
  view.coverage = record.ladder.coverage;
  view.coverage_since = record.ladder.coverage_since;
  view.default_ = record.ladder.default_;
  view.default_since = record.ladder.default_since;
  return view;
}

class Viewer {
 public:
  Viewer(engine::Engine& engine, engine::Valuer& valuer, AccountIndex account)
      : state_(engine.state()),
        valuer_(valuer),
        account_(account),
        record_(state_.account(account)),
        standing_(valuer.standing(account)) {}

  AccountView view() {
    AccountView view = identity(state_, account_);
    view.regime = standing_.regime;
    view.detail = valuer_.explain(account_);
    const risk::Requirement& needed = view.detail.requirement;
    view.coverage_bp = coverage_of(needed);
    view.balances = balance_lines(state_, valuer_, account_);
    view.debts = debt_lines(state_, account_);
    view.positions = position_lines(state_, account_);
    view.orders = order_lines(state_, account_);
    view.calls = call_lines(state_, account_);
    view.deliveries = delivery_lines(state_, account_);
    view.instructions = instruction_lines(state_, account_);
    view.in_force = forces(state_, account_);
    const policy::Levels& levels = ladder().levels;
    if (standing_.has_obligations &&
        !policy::at_level(standing_, standing_.equity_mid, levels.target_bp)) {
      view.cures = cure_lines(state_, engine::cheapest_cures(state_, valuer_, account_));
    }
    const Sensitivity sensitivity = main_sensitivity(state_, valuer_.counted(account_));
    if (sensitivity.asset.valid()) {
      view.price_asset = state_.registry()[sensitivity.asset].name;
      view.price = sensitivity.price;
    }
    if (standing_.has_obligations) view.levels = level_lines(levels, needed, sensitivity);
    look_at_vault(view, needed);
    look_at_release(view);
    look_at_blocks(view);
    look_at_liquidation(view);
    view.counting = counting_lines(state_, valuer_, account_);
    view.substitutions = substitution_lines(state_, valuer_, account_);
    if (state_.ramp()) view.parameters_ramp_until = state_.ramp()->ends;
    return view;
  }

 private:
  const policy::LadderParameters& ladder() const { return state_.parameters().ladder; }

  policy::SequestrationInput input(const risk::Requirement& needed) const {
    policy::SequestrationInput input =
        engine::sequestration_input(state_, valuer_, account_, standing_);
    input.breach_weight = needed.breach_weight;
    return input;
  }

  // Who ordered it, what is alarmed, what is short, when it is looked at again.
  void look_at_records(VaultView& vault) const {
    const engine::VaultRecord record = state_.vault(account_);
    if (record.order) {
      vault.order = record.order->proposal + " of";
      for (const std::string& person : record.order->persons) vault.order += " " + person;
      vault.order += ", until " + to_string(record.order->until) + ": " + record.order->reason;
    }
    const engine::AccountAlarms alarms = engine::alarms_of(state_, account_);
    if (!alarms.clear) {
      for (const auto& [key, alarm] : state_.alarms()) {
        vault.alarms.push_back(std::string(to_string(alarm.of)) + " " + alarm.subject + ": " +
                               std::string(to_string(alarm.cause)) +
                               (alarm.active() ? "" : ", clearing"));
      }
    }
    vault.missing = max(Usd{}, vault.required - vault.held);
    if (record.episode) {
      vault.trigger = record.episode->trigger;
      vault.fell_below_maintenance = record.episode->breached;
    }
    if (!vault.held_since) return;
    const Timestamp last = std::max(*vault.held_since, record.reviewed.value_or(Timestamp{}));
    vault.review_at = last + ladder().sequestration.review_after;
  }

  void look_at_vault(AccountView& view, const risk::Requirement& needed) const {
    const policy::SequestrationInput seen = input(needed);
    VaultView& vault = view.vault;
    vault.stage = record_.ladder.vault;
    vault.since = record_.ladder.vault_since;
    vault.required = policy::requirement(
        needed.debts, needed.positions, needed.obligations_maintenance, standing_.regime, ladder());
    vault.held = seen.held_stressed;
    vault.assets = sequestered_lines(state_, valuer_, account_);
    vault.legs = leg_lines(state_, account_);
    vault.triggers = words_of(policy::triggers(seen, ladder()));
    vault.triggers_clear = policy::triggers_clear(seen, ladder());
    vault.last_ordered = record_.ladder.last_sequestration;
    vault.held_since = record_.ladder.held_since;
    look_at_records(vault);
    if (vault.assets.empty()) return;
    if (!vault.triggers.empty()) {
      vault.why = "held because " + vault.triggers.front();
    } else if (!vault.triggers_clear) {
      vault.why = "held until the trigger is clear by its hysteresis";
    } else {
      vault.why = "no trigger holds now: held until the release level has held through the dwell";
    }
  }

  void look_at_release(AccountView& view) const {
    if (view.vault.assets.empty()) return;
    ReleaseView& release = view.release;
    const policy::Levels& levels = ladder().levels;
    release.equity_needed = scale_up(standing_.initial_margin, levels.release_bp, kOne);
    const bool reached = policy::at_level(standing_, standing_.equity_least, levels.release_bp);
    if (!reached) release.short_by = release.equity_needed - standing_.equity_least;
    release.dwell = ladder().dwell.at(standing_.regime);
    release.dwell_since = record_.ladder.release_dwell.since;
    if (record_.ladder.default_ != policy::Default::none) {
      release.conditions.emplace_back("the default is over");
    }
    if (!reached) release.conditions.push_back(level_in_words(view));
    if (!view.vault.triggers_clear) {
      release.conditions.emplace_back("every trigger is clear by its own hysteresis");
    }
    for (const std::string& alarm : view.vault.alarms) {
      release.conditions.push_back("the alarm is over: " + alarm);
    }
    if (!view.vault.order.empty()) {
      release.conditions.push_back("the order is over or lifted: " + view.vault.order);
    }
    if (!view.vault.legs.empty()) {
      release.conditions.emplace_back("every custody leg is final");
    }
    for (const ledger::Holding& line : state_.ledger.holdings(account_)) {
      if (line.bucket != ledger::Bucket::sequestered) continue;
      if (state_.market.epoch().assets[line.asset.value].quality <= market::Quality::wide) continue;
      release.conditions.push_back("the price of " + state_.registry()[line.asset].name +
                                   " is good or wide");
    }
    // Only the dwell is waited for, or nothing but the next tick.
    if (release.dwell_since && release.conditions.empty()) {
      release.earliest = std::max(*release.dwell_since + release.dwell, view.time);
    }
    const bool held = release.earliest && *release.earliest <= view.time;
    if (!held) {
      release.conditions.push_back("all of this holds through " + to_string(release.dwell));
    }
  }

  std::string level_in_words(const AccountView& view) const {
    const std::string& unit = view.numeraire;
    std::string words = "equity reaches " + cents(view.release.equity_needed) + " " + unit +
                        ", which is " + cents(view.release.short_by) + " " + unit + " more";
    for (const LevelLine& line : view.levels) {
      if (line.level != "release" || !(line.price > 0)) continue;
      words += "; by price alone: " + view.price_asset + " near " +
               cents(Usd{static_cast<std::int64_t>(line.price * 1e6)}) + " (now " +
               cents(Usd{static_cast<std::int64_t>(view.price * 1e6)}) + ")";
    }
    return words;
  }

  // What is auctioned of it and who has paid what of its losses; of a closed account too.
  void look_at_liquidation(AccountView& view) const {
    if (record_.ladder.default_ == policy::Default::none) return;
    const engine::DefaultRecord record = state_.default_record(account_);
    DefaultView seen;
    seen.lost = record.lost;
    seen.charges = engine::charged(record);
    if (record.auction) {
      seen.auction = record.auction->number;
      seen.auction_ends = record.auction->ends;
      const double share =
          policy::closing_share(ladder().defaults, view.time - record.auction->opened);
      seen.price_bp = static_cast<BasisPoints>(share * kOne);
      for (const engine::OpenAuction::Line& line : record.auction->lines) {
        seen.offered.push_back(engine::told(state_.registry(), line));
      }
    }
    view.liquidation = std::move(seen);
  }

  void look_at_blocks(AccountView& view) const {
    const auto names = enum_names(engine::Act{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      if ((record_.blocked >> i & 1U) != 0) view.blocked.emplace_back(names[i]);
    }
    const auto worst = valuer_.worst_price(account_);
    if (worst) view.worst_price = worst->first + " is " + std::string(to_string(worst->second));
  }

  const engine::State& state_;
  engine::Valuer& valuer_;
  AccountIndex account_;
  const engine::AccountState& record_;
  policy::Standing standing_;
};

}  // namespace

Result<AccountView> account_view(engine::Engine& engine, std::string_view account) {
  const AccountIndex index = engine.state().find_account(account);
  if (!index.valid()) {
    return fail(ErrorCode::account_unknown, "account", account, "an account that is open");
  }
  const Result<engine::Valuer*> valuer = engine.figures();
  if (valuer) return Viewer(engine, **valuer, index).view();
  if (valuer.error().code != ErrorCode::no_scenario_set) return std::unexpected(valuer.error());
  AccountView view = identity(engine.state(), index);
  view.without_figures = "no scenario set is adopted yet";
  view.balances = bare_balances(engine.state(), index);
  return view;
}

}  // namespace bulkhead::views
