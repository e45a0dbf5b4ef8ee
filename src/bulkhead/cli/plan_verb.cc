// `bulkhead plan`: the liquidation that a planner would propose for the accounts of a log that are
// in default (D10.2).
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/planner/liquidation_planner.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

// Of one account: a proposal with the command that offers it, or why there is none.
struct Answer {
  std::string account;
  std::string member;
  std::optional<planner::Proposal> proposal;
  std::optional<engine::ProposePlan> command;
  std::string none_because;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "member", self.member);
    visit(3, "proposal", self.proposal);
    visit(4, "command", self.command);
    visit(5, "none_because", self.none_because);
  }
};

struct Answers {
  std::uint64_t records = 0;
  Timestamp time;
  std::vector<Answer> accounts;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "records", self.records);
    visit(2, "time", self.time);
    visit(3, "accounts", self.accounts);
  }
};

bool in_default(const engine::AccountState& account) {
  return account.ladder.default_ == policy::Default::declared ||
         account.ladder.default_ == policy::Default::liquidating;
}

Answer answer_for(const engine::Books& books, AccountIndex account, std::uint64_t records,
                  Timestamp expires) {
  const engine::AccountState& state = books.state.account(account);
  Answer answer;
  answer.account = state.name;
  answer.member = state.member;
  const Result<planner::Proposal> proposal = planner::plan_liquidation(books, account);
  if (proposal) {
    answer.command = planner::command_of(*proposal, state.name, records - 1, expires);
    answer.proposal = *proposal;
  } else {
    answer.none_because = proposal.error().code == ErrorCode::plan_misses_exit
                              ? "nothing reaches the exit level, so the core closes all of it"
                              : to_string(proposal.error());
  }
  return answer;
}

Result<Answers> plan(const node::LogReader& log, const Arguments& arguments, Terminal& terminal) {
  node::Moment moment;
  if (arguments.has("--at")) {
    BULKHEAD_TRY(moment.time, arguments.time("--at"));
  }
  BULKHEAD_TRY(const Duration holds, arguments.duration("--expires"));
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  node::ThreadPool pool(static_cast<unsigned>(threads));
  BULKHEAD_TRY(const node::Replayed replayed,
               node::replay_until(
                   log, moment, pool, {},
                   [&](const engine::Command&, const engine::Applied& applied, engine::Engine&) {
                     terminal.progress("re-executing", applied.record, log.size());
                   }));
  terminal.finish_progress();
  const engine::State& state = replayed.engine->state();
  BULKHEAD_TRY(engine::Valuer* const valuer, replayed.engine->figures());
  Answers answers;
  answers.records = state.counters().records;
  answers.time = state.counters().last_time;
  const std::string& only = arguments.text("--account");
  if (!only.empty() && !state.find_account(only).valid()) {
    return fail(ErrorCode::account_unknown, "--account", only, "an account of the log");
  }
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const engine::AccountState& account = state.account(AccountIndex(i));
    if (only.empty() ? !in_default(account) : account.name != only) continue;
    answers.accounts.push_back(
        answer_for({state, *valuer}, AccountIndex(i), answers.records, answers.time + holds));
  }
  return answers;
}

std::string text_of(const Answer& answer) {
  std::string text = answer.account + " of " + answer.member + "\n";
  if (!answer.proposal) return text + "  no plan: " + answer.none_because + "\n";
  const planner::Proposal& plan = *answer.proposal;
  for (const engine::PlanLine& line : plan.lines) {
    text += line.instrument.empty()
                ? "  sell " + to_string(line.amount) + " minor units of " + line.asset + "\n"
                : (line.hedge ? "  hedge with " : "  close ") +
                      with_commas(static_cast<std::uint64_t>(line.lots)) + " lots of " +
                      line.instrument + "\n";
  }
  text += "  expected cost " + money(plan.cost);
  text += plan.plain_cost > Usd{} ? ", the core's own plan " + money(plan.plain_cost) + "\n"
                                  : ", the core's own plan does not reach the exit level\n";
  text += "  afterwards equity " + money(plan.equity) + ", IM " + money(plan.initial_margin) + "\n";
  return text;
}

std::string text_of(const Answers& answers) {
  std::string text =
      "After " + with_commas(answers.records) + " records, at " + to_string(answers.time) + ":\n";
  if (answers.accounts.empty()) return text + "no account is in default\n";
  for (const Answer& answer : answers.accounts) text += text_of(answer);
  return text;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Result<Answers> answers = plan(**log, arguments, terminal);
  if (!answers) return terminal.fail(answers.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answers));
  } else {
    terminal.out(text_of(*answers));
  }
  return kOk;
}

}  // namespace

Verb plan_verb() {
  return {
      .name = "plan",
      .summary = "the liquidation that a planner would propose for accounts in default",
      .details =
          "Re-executes the log up to the moment and solves, for every account in default,\n"
          "the linear program of its least costly liquidation: Expected Shortfall in the form of\n"
          "Rockafellar and Uryasev, closing costs, E >= exit x IM afterwards. What it finds is\n"
          "made whole lots and checked by the core's own figures. --json has the command\n"
          "`propose_plan` that a planner with a grant would send. Writes nothing.\n"
          "\n"
          "Examples:\n"
          "  bulkhead plan out/demo/log --at 2025-10-10T21:20:00Z\n"
          "  bulkhead plan out/demo/log --at 2025-10-10T21:20:00Z --json | jq .accounts[].command",
      .options = {log_positional(),
                  value("--at", "TIME", "how it stood then; the log's end if left out"),
                  value("--account", "NAME", "this account alone"),
                  value("--expires", "DURATION", "how long the proposals hold", "10m"),
                  value("--threads", "N", "threads of re-execution", "2"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
