// `bulkhead replay`: a market crash through the whole engine, with a log that proves every step.
#include <filesystem>
#include <optional>

#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/feeds/windows.h"
#include "bulkhead/replay/replay.h"

namespace bulkhead::cli {
namespace {

constexpr const char* kDetails =
    "Replays a window of market data, recorded or generated, through margin, calls,\n"
    "sequestration, default and liquidation, with a book of accounts whose members react\n"
    "(pay, pay late, withdraw when afraid). Every command and every event is journaled.\n"
    "The same inputs are run again under a second policy (liquidate-only, or --compare FILE), and "
    "a\n"
    "report is drawn of both. `bulkhead parameters` prints a policy to change.\n"
    "\n"
    "Windows of recorded data: black-thursday-2020, terra-2022, usdc-depeg-2023, cascade-2025,\n"
    "and, as a control, calm-2023.\n"
    "\n"
    "Examples:\n"
    "  bulkhead replay --synthetic --out out/demo\n"
    "  bulkhead replay --window cascade-2025 --data ../shared/data --accounts 2000 --verify \\\n"
    "      --out out/cascade\n"
    "  bulkhead replay --window terra-2022 --data ../shared/data --from 2022-05-11 \\\n"
    "      --to 2022-05-12 --out out/terra\n"
    "  bulkhead replay --synthetic --compare my-policy.json --hostile 0.3 --custodian silent \\\n"
    "      --out out/two\n"
    "  bulkhead replay --synthetic --book my-book.jsonl --behaviour my-members.json --out "
    "out/mine\n"
    "\n"
    "OUT then holds report.html, the log in OUT/log, its key OUT/log.vkey, the newest checkpoint\n"
    "OUT/checkpoint, the book (book.jsonl, behaviour.json) and summary.json. To check it:\n"
    "  bulkhead verify OUT/log --key $(cat OUT/log.vkey) --checkpoint OUT/checkpoint\n";

// The file's name without folder and ending is what the report calls its policy.
Result<std::optional<replay::NamedPolicy>> policy_of(const Arguments& arguments,
                                                     const char* option) {
  if (!arguments.has(option)) return std::optional<replay::NamedPolicy>();
  const std::string& file = arguments.text(option);
  BULKHEAD_TRY(policy::ParameterSet parameters, read_parameters(file));
  return replay::NamedPolicy{std::filesystem::path(file).stem().string(), std::move(parameters)};
}

Result<replay::ReplayOptions> options_of(const Arguments& arguments) {
  replay::ReplayOptions options;
  options.out = arguments.text("--out");
  if (arguments.has("--synthetic") == arguments.has("--window")) {
    return fail(ErrorCode::missing_field, "--window", arguments.text("--window"),
                "either --window NAME with --data DIR, or --synthetic");
  }
  if (arguments.has("--window")) {
    options.window = arguments.text("--window");
    options.data_directory = arguments.text("--data");
    if (options.data_directory.empty()) {
      return fail(ErrorCode::missing_field, "--data", "", "the folder of recorded data");
    }
  }
  if (arguments.has("--book") != arguments.has("--behaviour")) {
    return fail(ErrorCode::missing_field, "--behaviour", arguments.text("--behaviour"),
                "--book and --behaviour together");
  }
  options.book_file = arguments.text("--book");
  options.behaviour_file = arguments.text("--behaviour");
  if (arguments.has("--from")) {
    BULKHEAD_TRY(options.from, arguments.time("--from"));
  }
  if (arguments.has("--to")) {
    BULKHEAD_TRY(options.to, arguments.time("--to"));
  }
  if (arguments.has("--wallet-failure")) {
    BULKHEAD_TRY(options.wallet_failure, arguments.time("--wallet-failure"));
  }
  if (arguments.has("--wallet-warning")) {
    BULKHEAD_TRY(options.wallet_warning, arguments.time("--wallet-warning"));
  }
  BULKHEAD_TRY(options.policy, policy_of(arguments, "--policy"));
  BULKHEAD_TRY(options.compared, policy_of(arguments, "--compare"));
  BULKHEAD_TRY(options.hostile, arguments.real("--hostile", 0, 1));
  options.custodian = arguments.text("--custodian");
  options.planner = arguments.text("--planner");
  BULKHEAD_TRY(options.seed, arguments.number("--seed", 0, UINT64_MAX));
  BULKHEAD_TRY(const std::uint64_t accounts, arguments.number("--accounts", 1, 1'000'000));
  BULKHEAD_TRY(const std::uint64_t scenarios, arguments.number("--scenarios", 102, 16'384));
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  BULKHEAD_TRY(options.tightness, arguments.real("--tightness", 0.2, 5));
  options.accounts = static_cast<std::uint32_t>(accounts);
  options.scenarios = static_cast<std::uint32_t>(scenarios);
  options.threads = static_cast<unsigned>(threads);
  options.unlevered_only = arguments.has("--unlevered");
  options.compare = !arguments.has("--no-compare");
  options.verify = arguments.has("--verify");
  options.plain = arguments.has("--plain");
  BULKHEAD_TRY(options.check_every, arguments.number("--check-sleepers", 0, 1'000'000));
  if (arguments.has("--liquidate-only")) options.kind = policy::LadderKind::liquidate_only;
  return options;
}

// A refused command of a book file is reported as FILE:LINE.
Error in_book(Error error, const std::string& file) {
  constexpr std::string_view kBookLine = "book line ";
  if (!file.empty() && error.field.starts_with(kBookLine)) {
    error.field = file + ":" + error.field.substr(kBookLine.size());
  }
  return error;
}

int run(const Arguments& arguments, Terminal& terminal) {
  Result<replay::ReplayOptions> options = options_of(arguments);
  if (!options) return terminal.fail(options.error());
  options->progress = [&terminal](const std::string& phase, std::uint64_t done, std::uint64_t all) {
    terminal.progress(phase, done, all);
  };
  const Result<replay::ReplayResult> result = replay::replay(*options);
  terminal.finish_progress();
  if (!result) return terminal.fail(in_book(result.error(), options->book_file));
  terminal.out(arguments.has("--json") ? replay::summary_json(*result)
                                       : replay::summary_text(*result));
  if (!result->verified) return kOk;
  if (result->verified->outcome != node::VerifyOutcome::ok) {
    terminal.note(node::to_text(*result->verified));
  }
  return node::exit_code(result->verified->outcome);
}

}  // namespace

Verb replay_verb() {
  return {
      .name = "replay",
      .summary = "replay a market crash through the whole engine",
      .details = kDetails,
      .options =
          {value("--window", "NAME", "a window of recorded data (names below)"),
           value("--data", "DIR", "folder of recorded data"),
           flag("--synthetic", "a generated market instead of recorded data"),
           value("--from", "TIME", "cut the window: begin at this time"),
           value("--to", "TIME", "cut the window: end at this time"),
           value("--accounts", "N", "accounts in the generated book", "200"),
           value("--seed", "N", "of book, members, custodian and generated market", "1"),
           value("--tightness", "X", "of the generated book; above 1: nearer to its margin", "1"),
           flag("--unlevered", "control: a book of holders who owe nothing"),
           value("--book", "FILE", "opening commands, JSON lines, instead of a generated book"),
           value("--behaviour", "FILE", "how the book's members react, JSON"),
           value("--scenarios", "N", "scenarios of the daily sets", "1000"),
           value("--threads", "N", "threads that share an evaluation", "2"),
           flag("--liquidate-only", "no calls and no sequestration"),
           value("--wallet-failure", "TIME",
                 "the venue's own wallet fails then: count what owners lose"),
           value("--wallet-warning", "TIME",
                 "the wallet is put under alarm then: collateral is moved out of it"),
           value("--policy", "FILE", "parameters to run under, instead of the shipped ones"),
           value("--compare", "FILE", "parameters of the second run, instead of liquidate-only"),
           flag("--no-compare", "leave out the second run"),
           value("--hostile", "SHARE",
                 "of members who pay late or in part, dispute, withdraw daily all they "
                 "may, or are silent",
                 "0"),
           value("--custodian", "NAME", "usual, reliable, refusing, silent, forgetful, down",
                 "usual"),
           value("--planner", "NAME",
                 "of liquidations, outside the core: none, program, or one that fails: killed, "
                 "hung, late, lying",
                 "none"),
           flag("--plain",
                "evaluate every account at every tick: the reference, the same log more slowly"),
           value("--check-sleepers", "N",
                 "evaluate every N-th account that the fast path leaves out; one that was "
                 "missed is an error; 0: none",
                 "0"),
           flag("--verify", "re-execute and check the log afterwards"),
           required_value("--out", "DIR",
                          "folder for report and log; an earlier replay in it "
                          "is replaced"),
           json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
