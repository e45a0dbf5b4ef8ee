#include "bulkhead/story/runner.h"

#include <algorithm>

#include "bulkhead/base/canonical.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/expectations.h"
#include "bulkhead/story/narration.h"
#include "bulkhead/story/outside.h"
#include "bulkhead/story/persons.h"
#include "bulkhead/story/rerun.h"
#include "bulkhead/story/scenario_sets.h"
#include "bulkhead/story/words_of_line.h"
#include "bulkhead/wire/command_json.h"

namespace bulkhead::story {
namespace {

using engine::Role;

constexpr Timestamp kStoryStart{1'704'186'000'000'000'000};  // 2024-01-02T09:00:00Z
constexpr std::int64_t kTicksMax = 100'000;
constexpr int kAnswersMax = 10'000;  // of the world outside at one time

class Runner {
 public:
  Runner(const Program& program, replay::CommandSink& sink) : program_(program), sink_(sink) {
    parameters_ = policy::default_parameters();
    persons_ = usual_persons();
    scope_.start = kStoryStart;
    scope_.now = kStoryStart;
  }

  Result<Outcome> run() {
    for (const Statement& statement : program_.statements) {
      line_ = &statement;
      setting_up_ = statement.line.file != program_.file;
      if (!is_expectation(statement.action)) note(NoteKind::statement, statement.text);
      const Status done =
          std::visit([this](const auto& action) { return carry_out(action); }, statement.action);
      if (!done) {
        Error error = done.error();
        error.field = place_of(statement.line) + (error.field.empty() ? "" : ": " + error.field);
        return std::unexpected(error);
      }
    }
    return std::move(outcome_);
  }

 private:
  // ---- set-up ----

  Status carry_out(const StartAt& start) {
    if (begun_) return too_late("start");
    scope_.start = start.time;
    scope_.now = start.time;
    return {};
  }
  Status carry_out(const SetParameter& set) {
    if (begun_) return too_late("parameter");
    return set_field(parameters_, set.assign, scope_);
  }
  Status carry_out(const DeclarePerson& person) {
    Role role{};
    BULKHEAD_TRY_STATUS(internal::read_enum(person.role, role));
    const std::string member =
        person.member.empty() && role == Role::member ? person.name : person.member;
    return add_person(make_person(person.name, role, member, person.kept));
  }
  Status carry_out(const DeclareSources& sources) {
    for (const std::string& name : sources.names) {
      Give give{
          .actor = "", .command = "register_source", .fields = {}, .quantity = "", .refusal = {}};
      give.fields = {{"source.name", "=", name + ":" + sources.subject},
                     {"source.kind", "=", "asset_price"},
                     {"source.subject", "=", sources.subject}};
      for (const Assign& field : sources.fields) {
        give.fields.push_back({"source." + field.path, "=", field.text});
      }
      BULKHEAD_TRY_STATUS(carry_out(give));
    }
    return {};
  }
  Status carry_out(const Move& move) {
    moves_[move.set].push_back(move);
    return {};
  }
  Status carry_out(const AdoptSet& adopt) {
    const auto at = moves_.find(adopt.set);
    if (at == moves_.end()) {
      return fail(ErrorCode::not_found, "set", adopt.set, "a scenario set described before");
    }
    BULKHEAD_TRY_STATUS(begin());
    BULKHEAD_TRY(const pricing::ScenarioSet set, make_set(at->second, state().registry(), now()));
    BULKHEAD_TRY_STATUS(pricing::validate(set));
    past_.told.contents.push_back(encode(set));
    BULKHEAD_TRY(const Hash hash, sink_.put_content(past_.told.contents.back()));
    return must("operator", engine::AdoptScenarioSet{hash, set.as_of, set.window_begin});
  }

  // ---- commands ----

  Status carry_out(const Give& give) {
    BULKHEAD_TRY_STATUS(begin());
    BULKHEAD_TRY(const engine::CommandBody body, body_of(give));
    if (give.register_member) BULKHEAD_TRY_STATUS(know_member(give));
    const std::string actor = give.actor.empty() ? actor_of(give, body) : give.actor;
    last_give_ = give;
    last_give_.actor = actor;
    last_number_ = outcome_.commands + 1;
    return submit(actor, body, give.refused, give.refusal);
  }
  Status carry_out(const PledgeAll& both) {
    BULKHEAD_TRY_STATUS(carry_out(both.deposit));
    return carry_out(both.pledge);
  }
  Status carry_out(const Again& again) {
    if (last_number_ == 0) return fail(ErrorCode::missing_field, "again", "", "a command before");
    Give give = last_give_;
    give.fields.insert(give.fields.end(), again.changes.begin(), again.changes.end());
    BULKHEAD_TRY(const engine::CommandBody body, body_of(give));
    return submit_as(last_number_, give.actor, body, again.refused, again.refusal);
  }
  Status carry_out(const Correct& correct) {
    BULKHEAD_TRY_STATUS(begin());
    BULKHEAD_TRY(const auto command, correction_of(correct, past_.told.commands, records_, now()));
    const std::string by = correct.actor.empty() ? "risk" : correct.actor;
    return submit(by, command, correct.refused, correct.refusal);
  }
  Status carry_out(const ProposeParameters& propose) {
    BULKHEAD_TRY_STATUS(begin());
    engine::ParameterChange change;
    change.parameters = state().parameters();
    ++change.parameters.version;
    for (const Assign& assign : propose.changes) {
      BULKHEAD_TRY_STATUS(set_field(change.parameters, assign, scope_));
    }
    change.effective_at = now();
    if (!propose.effective.empty()) {
      BULKHEAD_TRY(change.effective_at, read_time(propose.effective, scope_));
    }
    engine::Propose command;
    command.proposal = propose.name;
    command.expires = now() + days(1);
    if (!propose.expires.empty()) {
      BULKHEAD_TRY(command.expires, read_time(propose.expires, scope_));
    }
    command.content = change;
    return submit(propose.actor.empty() ? "risk" : propose.actor, command, propose.refused,
                  propose.refusal);
  }
  Status carry_out(const ApproveTopUp& approve) {
    std::string proposal;
    for (const engine::Event& event : past_.events) {
      const auto* proposed = std::get_if<engine::TopUpProposed>(&event.body);
      if (proposed != nullptr && event.account == approve.account) proposal = proposed->proposal;
    }
    if (proposal.empty()) {
      return fail(ErrorCode::not_found, "top-up", approve.account, "an account with a proposal");
    }
    return submit(approve.actor, engine::Approve{proposal}, false, {});
  }
  Status carry_out(const Receipt& receipt) {
    BULKHEAD_TRY_STATUS(begin());
    const engine::LegKey key{state().find_account(receipt.account),
                             state().registry().find_asset(receipt.asset),
                             state().registry().find_place(receipt.place)};
    const auto leg = state().legs().find(key);
    engine::CustodyReceipt told{receipt.account,
                                receipt.asset,
                                receipt.place,
                                0,
                                {},
                                {},
                                now(),
                                !receipt.provisional && receipt.word != "pending"};
    BULKHEAD_TRY_STATUS(internal::read_enum(receipt.word, told.status));
    if (leg != state().legs().end()) {
      told.seq = leg->second.seq;
      told.observed = receipt.word == "applied"
                          ? leg->second.target
                          : outside_.held(receipt.account, receipt.asset, receipt.place)
                                .value_or(leg->second.observed);
    }
    if (!receipt.seq.empty()) BULKHEAD_TRY_STATUS(internal::read_integer(receipt.seq, told.seq));
    if (!receipt.amount.empty()) {
      BULKHEAD_TRY(told.observed, internal::read_amount(receipt.amount, receipt.asset, scope_));
    }
    if (told.status != engine::ReceiptStatus::pending) {
      outside_.place_holds(receipt.account, receipt.asset, receipt.place, told.observed);
    }
    return submit("custodian", told, receipt.refused, receipt.refusal);
  }

  // ---- the world outside ----

  Status carry_out(const SetPrice& price) {
    BULKHEAD_TRY_STATUS(begin());
    return outside_.set(price, state());
  }
  Status carry_out(const Silence& silence) {
    BULKHEAD_TRY_STATUS(begin());
    return outside_.set(silence, state());
  }
  Status carry_out(const PlaceBehaves& behaves) { return outside_.set(behaves, scope_); }
  Status carry_out(const VenueBehaves& behaves) {
    outside_.set(behaves);
    return {};
  }

  // ---- time ----

  Status carry_out(const TickEvery& every) {
    step_ = every.step;
    return {};
  }
  Status carry_out(const PassUntil& until) {
    BULKHEAD_TRY(const Timestamp time, read_time(until.time, scope_));
    if (time < now()) {
      return fail(ErrorCode::time_decreases, "time", until.time,
                  "a time not before " + show_time(now(), scope_) + " (`day N HH:MM`)");
    }
    return pass(time, true);
  }
  Status carry_out(const PassFor& pass_for) {
    return pass(now() + pass_for.length, pass_for.ticking);
  }
  Status carry_out(const TickTimes& ticks) {
    BULKHEAD_TRY_STATUS(begin());
    for (std::uint32_t i = 0; i < ticks.count; ++i) {
      const Timestamp next = last_tick_ ? std::max(now(), *last_tick_ + step_) : now();
      if (last_tick_ && next == *last_tick_) return not_yet();
      BULKHEAD_TRY_STATUS(pass(next, true));
      if (!last_tick_ || *last_tick_ < next) BULKHEAD_TRY_STATUS(tick());
    }
    return {};
  }

  Status pass(Timestamp end, bool ticking) {
    BULKHEAD_TRY_STATUS(begin());
    if (ticking && (end - now()).ns / step_.ns > kTicksMax) {
      return fail(ErrorCode::too_large, "time", show_time(end, scope_),
                  "at most 100,000 ticks in one statement");
    }
    while (true) {
      const auto coming = outside_.next();
      std::optional<Timestamp> next;
      if (ticking && last_tick_) next = std::max(now(), *last_tick_ + step_);
      if (coming && *coming <= end && (!next || *coming <= *next)) {
        scope_.now = std::max(now(), *coming);
        BULKHEAD_TRY_STATUS(hear_outside());
      } else if (next && *next <= end) {
        scope_.now = *next;
        BULKHEAD_TRY_STATUS(tick());
      } else {
        break;
      }
    }
    scope_.now = end;
    return {};
  }

  Status tick() {
    const engine::Observations observed = outside_.observations(state(), now());
    if (!observed.items.empty()) BULKHEAD_TRY_STATUS(must("feed", observed));
    last_tick_ = now();
    return must("feed", engine::Tick{});
  }

  // ---- expectations ----

  Status carry_out(const ExpectRerun& expected) {
    BULKHEAD_TRY_STATUS(begin());
    BULKHEAD_TRY(const bool same, runs_alike(past_.told, expected.without, past_.events,
                                             sink_.engine().state_root()));
    conclude(line_->text, same == expected.without.empty(),
             expected.without.empty() ? "the same events and state" : "other events",
             same ? "the same" : "others");
    return {};
  }

  template <class Expectation>
  Status carry_out(const Expectation& expectation) {
    BULKHEAD_TRY_STATUS(begin());
    const auto verdict = check(Action(expectation), sink_.engine(), past_, scope_);
    if (!verdict) return std::unexpected(verdict.error());
    conclude(line_->text, verdict->met, verdict->expected, verdict->actual);
    return {};
  }

  void conclude(std::string text, bool met, std::string expected, std::string actual) {
    ++outcome_.expectations;
    if (!met) ++outcome_.unmet;
    note(met ? NoteKind::met : NoteKind::unmet, std::move(text));
    outcome_.notes.back().expected = std::move(expected);
    outcome_.notes.back().actual = std::move(actual);
  }

  // ---- how it is done ----

  const engine::State& state() { return sink_.engine().state(); }
  Timestamp now() const { return scope_.now; }

  static std::unexpected<Error> too_late(const char* what) {
    return fail(ErrorCode::out_of_range, what, "", "a line before the first that is a command");
  }
  static std::unexpected<Error> not_yet() {
    return fail(ErrorCode::out_of_range, "ticks every", "", "a step above zero");
  }

  void note(NoteKind kind, std::string text) {
    if (setting_up_ && kind != NoteKind::unmet) kind = NoteKind::set_up;
    outcome_.notes.push_back(
        {kind, show_time(now(), scope_), std::move(text), line_->line, "", "", ""});
  }

  Status begin() {
    if (begun_) return {};
    begun_ = true;
    std::ranges::sort(parameters_.collateral.schedule, {}, &collateral::AssetTerms::asset);
    engine::Genesis genesis;
    genesis.venue = "story";
    genesis.parameters = parameters_;
    genesis.persons = persons_;
    BULKHEAD_TRY_STATUS(must("operator", genesis));
    scope_.registry = &state().registry();
    return {};
  }

  Status add_person(engine::Person person) {
    if (!begun_) {
      persons_.push_back(std::move(person));
      return {};
    }
    return must("operator", engine::RegisterPerson{std::move(person)});
  }

  Status know_member(const Give& give) {
    const auto member = std::ranges::find(give.fields, "member", &Assign::path);
    for (const auto& [name, person] : state().persons()) {
      if (person.member == member->text) return {};
    }
    return add_person(make_person(member->text, Role::member, member->text));
  }

  Result<engine::CommandBody> body_of(const Give& give) {
    std::vector<Assign> fields = give.fields;
    const auto find = [&](std::string_view path) {
      return std::ranges::find(fields, path, &Assign::path);
    };
    const auto place = find("place");
    if (place != fields.end() && place->text.empty()) {
      for (const market::Place& known : state().registry().places()) {
        if (known.kind == market::PlaceKind::internal_ledger) place->text = known.name;
      }
    }
    BULKHEAD_TRY(const auto lots, lots_of(give, scope_));
    fields.insert(fields.end(), lots.begin(), lots.end());
    if (!give.prices.empty()) {
      BULKHEAD_TRY(const auto legs, filled_legs(give, past_.told.commands));
      fields.insert(fields.end(), legs.begin(), legs.end());
    }
    return make_command(give.command, fields, scope_);
  }

  // Who gives a command that names nobody: the account's member if a member may, otherwise the
  // first person of those who may.
  std::string actor_of(const Give& give, const engine::CommandBody& body) {
    const auto account = std::ranges::find(give.fields, "account", &Assign::path);
    if (account != give.fields.end() && engine::role_may(Role::member, body)) {
      const AccountIndex index = state().find_account(account->text);
      for (const auto& [name, person] : state().persons()) {
        if (index.valid() && person.role == Role::member &&
            person.member == state().account(index).member) {
          return name;
        }
      }
    }
    for (const engine::Person& person : persons_) {
      if (engine::role_may(person.role, body)) return person.name;
    }
    return "operator";
  }

  Status must(const std::string& actor, const engine::CommandBody& body) {
    return submit(actor, body, false, {});
  }

  Status submit(const std::string& actor, const engine::CommandBody& body, bool refused,
                const Refusal& refusal) {
    ++outcome_.commands;
    return submit_as(outcome_.commands, actor, body, refused, refusal);
  }

  Status submit_as(std::uint64_t number, const std::string& actor, const engine::CommandBody& body,
                   bool refused, const Refusal& refusal) {
    engine::Command command;
    command.time = now();
    command.actor = actor;
    for (std::size_t i = 0; i < 8; ++i) {
      command.id[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    command.body = body;
    if (engine::needs_signature(body)) sign(command);
    past_.told.commands.push_back(command);
    BULKHEAD_TRY(const engine::Applied applied, sink_.submit(command));
    records_.push_back(applied.record);
    for (const engine::Event& event : applied.events) tell(event);
    BULKHEAD_TRY_STATUS(compare_refusal(applied, refused, refusal));
    BULKHEAD_TRY_STATUS(check_books());
    return hear_outside();
  }

  void tell(const engine::Event& event) {
    past_.remember(event);
    note(is_set_up(event) ? NoteKind::set_up : NoteKind::event, in_words(event, scope_));
    outcome_.notes.back().json = wire::to_json_text(event);
    outside_.hear(event, state());
  }

  Status compare_refusal(const engine::Applied& applied, bool refused, const Refusal& refusal) {
    if (!refused) {
      if (applied.refused) conclude(line_->text, false, "accepted", to_string(*applied.refused));
      return {};
    }
    const std::string expected = "refused by " + refusal.rule + " " + refusal.name;
    if (!applied.refused) {
      conclude(line_->text, false, expected, "accepted");
      return {};
    }
    bool met = error_info(applied.refused->code).name == refusal.name;
    std::string actual = to_string(*applied.refused);
    if (met && !refusal.fields.empty()) {
      BULKHEAD_TRY(const std::vector<std::string> unmet,
                   unmet_fields(applied.events.front(), refusal.fields, scope_));
      met = unmet.empty();
    }
    conclude(line_->text, met, expected, actual);
    return {};
  }

  // Conservation and two sides, after every command.
  Status check_books() {
    BULKHEAD_TRY_STATUS(state().ledger.check_invariants());
    return state().positions.check_invariants();
  }

  Status hear_outside() {
    if (hearing_) return {};
    hearing_ = true;
    for (int i = 0; i < kAnswersMax; ++i) {
      std::vector<Coming> due = outside_.due(now());
      if (due.empty()) {
        hearing_ = false;
        return {};
      }
      for (const Coming& coming : due) {
        if (coming.instruction != 0 && !state().instructions().contains(coming.instruction)) {
          continue;
        }
        BULKHEAD_TRY_STATUS(must(coming.actor, coming.body));
      }
    }
    return fail(ErrorCode::too_large, "answers", "", "at most 10,000 answers at one time");
  }

  const Program& program_;
  replay::CommandSink& sink_;
  Scope scope_;
  Outcome outcome_;
  Past past_;
  Outside outside_;
  policy::ParameterSet parameters_;
  std::vector<engine::Person> persons_;
  std::map<std::string, std::vector<Move>> moves_;
  std::vector<std::uint64_t> records_;  // of past_.told.commands
  Give last_give_;
  std::uint64_t last_number_ = 0;
  Duration step_ = minutes(1);
  std::optional<Timestamp> last_tick_;
  const Statement* line_ = nullptr;
  bool begun_ = false;
  bool setting_up_ = false;  // in a file that the scenario includes
  bool hearing_ = false;
};

}  // namespace

Result<Outcome> run(const Program& program, replay::CommandSink& sink) {
  return Runner(program, sink).run();
}

}  // namespace bulkhead::story
