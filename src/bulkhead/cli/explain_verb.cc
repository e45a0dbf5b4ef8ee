// `bulkhead explain`: why an account stands where it stands, at a moment of a log.
#include "bulkhead/cli/explain_text.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct Explanation {
  views::AccountView account;
  std::vector<HistoryLine> history;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "history", self.history);
  }
};

// Of an account that opens later in the log, when.
std::unexpected<Error> not_open_yet(const node::LogReader& log, const std::string& account,
                                    Error error) {
  if (error.code != ErrorCode::account_unknown) return std::unexpected(error);
  node::RecordFilter filter;
  filter.account = account;
  const Status read = node::for_each_record(
      log, filter, [&](std::uint64_t index, const engine::LogRecord& record) -> Status {
        const auto* said = std::get_if<engine::EventRecord>(&record.content);
        if (said != nullptr && std::holds_alternative<engine::AccountOpened>(said->event.body)) {
          error.detail = "a moment from " + to_string(said->event.time) + ", record " +
                         std::to_string(index) + " on: it opens then";
        }
        return {};
      });
  return std::unexpected(read ? error : read.error());
}

Result<Explanation> explain(const node::LogReader& log, const Arguments& arguments,
                            Terminal& terminal) {
  node::Moment moment;
  if (arguments.has("--at")) {
    BULKHEAD_TRY(moment.time, arguments.time("--at"));
  }
  if (arguments.has("--index")) {
    BULKHEAD_TRY(const std::uint64_t index, arguments.number("--index", 0, UINT64_MAX - 1));
    moment.end_index = index + 1;
  }
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  node::ThreadPool pool(static_cast<unsigned>(threads));
  BULKHEAD_TRY(const node::Replayed replayed,
               node::replay_until(
                   log, moment, pool, {},
                   [&](const engine::Command&, const engine::Applied& applied, engine::Engine&) {
                     terminal.progress("re-executing", applied.record, log.size());
                   }));
  terminal.finish_progress();
  const std::string& account = arguments.text("ACCOUNT");
  Explanation answer;
  const Result<views::AccountView> view = views::account_view(*replayed.engine, account);
  if (!view) return not_open_yet(log, account, view.error());
  answer.account = *view;
  BULKHEAD_TRY(answer.history, history_of(log, account, replayed.next_index));
  return answer;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Result<Explanation> answer = explain(**log, arguments, terminal);
  if (!answer) return terminal.fail(answer.error());
  const Result<std::uint64_t> lines = arguments.number("--history", 0, 1'000'000);
  if (!lines) return terminal.fail(lines.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
  } else {
    terminal.out(text_of(answer->account, answer->history, *lines));
  }
  return kOk;
}

}  // namespace

Verb explain_verb() {
  return {
      .name = "explain",
      .summary = "why an account stands where it stands, at a moment",
      .details =
          "Re-executes the log up to the moment and says: stage and since when, requirement\n"
          "with its parts, calls and their cheapest cures, what is sequestered, where, why, and\n"
          "what would release it, and the decisions that led there. Trust in the log itself is\n"
          "`bulkhead verify`'s business.\n"
          "\n"
          "Examples:\n"
          "  bulkhead explain out/demo/log account-00017\n"
          "  bulkhead explain out/demo/log account-00017 --at 2025-10-10T21:20:00Z\n"
          "  bulkhead explain out/demo/log account-00017 --json | jq .account.calls",
      .options = {log_positional(), positional("ACCOUNT", "its name"),
                  value("--at", "TIME", "as it stood then; the log's end if left out"),
                  value("--index", "N", "as it stood after this record"),
                  value("--history", "N", "newest decisions shown", "12"),
                  value("--threads", "N", "threads of re-execution", "2"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
