// `bulkhead scenario`: stories about the rules, told to the real engine.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "bulkhead/base/sha256.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/replay/node_sink.h"
#include "bulkhead/story/parser.h"
#include "bulkhead/story/rules.h"
#include "bulkhead/story/runner.h"
#include "bulkhead/wire/json_text.h"

namespace bulkhead::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".scn";

std::string details() {
  std::string text =
      "A scenario is a text that a risk manager can read: what there is, what happens, and what\n"
      "is expected. It is told to the real engine in memory; what followed is printed in words,\n"
      "then whether each expectation is met. A folder stands for all its scenarios.\n"
      "\n"
      "The language, a statement a line (docs/scenarios.md has every form):\n";
  for (const story::Form& form : story::forms()) {
    text += "  " + std::string(form.form) + "\n";
    if (!form.sentence.empty()) text += "      " + std::string(form.sentence) + "\n";
  }
  return text +
         "\n"
         "Examples:\n"
         "  bulkhead scenario scenarios/D8.2-deeper-shortfall-opens-a-further-call.scn\n"
         "  bulkhead scenario scenarios/ --quiet\n"
         "  bulkhead scenario --rules scenarios/ > docs/rules.md\n"
         "  bulkhead scenario one.scn --log out/log && bulkhead log out/log\n";
}

Result<std::vector<std::string>> files_of(const std::vector<std::string>& named) {
  std::vector<std::string> files;
  for (const std::string& path : named) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
      if (entry.path().extension() == kSuffix) inside.push_back(entry.path().string());
    }
    if (inside.empty()) {
      return fail(ErrorCode::not_found, "FILE", path, "a folder with files that end in .scn");
    }
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

// Everything at the left is the story's time.
void print_note(const story::Note& note, bool everything, Terminal& terminal) {
  constexpr std::size_t kTimeWidth = 15;
  const std::string time =
      note.time + std::string(kTimeWidth - std::min(note.time.size(), kTimeWidth), ' ');
  switch (note.kind) {
    case story::NoteKind::statement:
      terminal.line(time + "> " + note.text);
      return;
    case story::NoteKind::set_up:
      if (everything) terminal.line(time + "  " + note.text);
      return;
    case story::NoteKind::event:
      terminal.line(time + "  " + note.text);
      return;
    case story::NoteKind::met:
      terminal.line(time + "ok " + note.text);
      return;
    case story::NoteKind::unmet:
      terminal.line(time + "NOT MET " + note.line.file + ":" + std::to_string(note.line.number) +
                    ": " + note.text);
      terminal.line(std::string(kTimeWidth, ' ') + "  expected: " + note.expected);
      terminal.line(std::string(kTimeWidth, ' ') + "  actual:   " + note.actual);
      return;
  }
}

std::string text_json(std::string_view text) {
  std::string out;
  wire::append_json(out, text);
  return out;
}

std::string to_json(const story::Program& program, const story::Outcome& outcome) {
  std::string rules;
  for (const story::RuleShown& shown : program.rules) {
    rules += (rules.empty() ? "" : ",") + ("{\"rule\":" + text_json(shown.rule)) +
             ",\"acts\":" + (shown.acts ? "true" : "false") + "}";
  }
  std::string events;
  std::string expectations;
  for (const story::Note& note : outcome.notes) {
    if (!note.json.empty()) events += (events.empty() ? "" : ",") + note.json;
    if (note.kind != story::NoteKind::met && note.kind != story::NoteKind::unmet) continue;
    expectations +=
        (expectations.empty() ? "" : ",") + ("{\"file\":" + text_json(note.line.file)) +
        ",\"line\":" + std::to_string(note.line.number) + ",\"text\":" + text_json(note.text) +
        ",\"met\":" + (note.kind == story::NoteKind::met ? "true" : "false") +
        ",\"expected\":" + text_json(note.expected) + ",\"actual\":" + text_json(note.actual) + "}";
  }
  return "{\"scenario\":" + text_json(program.file) + ",\"title\":" + text_json(program.title) +
         ",\"rules\":[" + rules + "],\"passed\":" + (outcome.passed() ? "true" : "false") +
         ",\"commands\":" + std::to_string(outcome.commands) + ",\"expectations\":[" +
         expectations + "],\"events\":[" + events + "]}";
}

Result<story::Outcome> run_in_memory(const story::Program& program) {
  SerialExecutor executor;
  replay::MemorySink sink(executor);
  return story::run(program, sink);
}

// The same, journaled: a log that `bulkhead log` and `bulkhead verify` read.
Result<story::Outcome> run_into(const story::Program& program, const std::string& directory) {
  node::NodeOptions options;
  options.directory = directory;
  options.store = node::StateStore::memory;
  options.key.name = "bulkhead.example/scenario";
  const Hash seed = sha256("bulkhead scenario log");
  std::copy(seed.begin(), seed.end(), options.key.seed.begin());
  BULKHEAD_TRY(const std::unique_ptr<node::Node> node, node::Node::create(options));
  replay::NodeSink sink(*node);
  BULKHEAD_TRY(story::Outcome outcome, story::run(program, sink));
  BULKHEAD_TRY_STATUS(node->close());
  BULKHEAD_TRY_STATUS(
      write_text(directory + ".vkey", audit::to_string(options.key.verifier()) + "\n"));
  return outcome;
}

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

void print_story(const story::Program& program, const story::Outcome& outcome,
                 const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--json")) return terminal.line(to_json(program, outcome));
  const std::string verdict = outcome.unmet == 0 && outcome.expectations > 0
                                  ? "ok"
                                  : "FAILED (" + std::to_string(outcome.unmet) + " of " +
                                        std::to_string(outcome.expectations) + " not met)";
  if (arguments.has("--quiet")) {
    terminal.line(verdict + "  " + program.file);
    for (const story::Note& note : outcome.notes) {
      if (note.kind == story::NoteKind::unmet) print_note(note, false, terminal);
    }
    return;
  }
  terminal.line(program.file);
  if (!program.title.empty()) terminal.line(program.title);
  for (const story::RuleShown& shown : program.rules) {
    terminal.line("rule " + shown.rule + (shown.acts ? " acts" : " must not act"));
  }
  for (const std::string& why : program.because) terminal.line("because " + why);
  terminal.line("");
  for (const story::Note& note : outcome.notes) {
    print_note(note, arguments.has("--everything"), terminal);
  }
  terminal.line("\n" + verdict + ": " + with_commas(outcome.expectations) + " expectations, " +
                with_commas(outcome.commands) + " commands\n");
}

int print_rules(const std::string& folder, Terminal& terminal) {
  const std::string rules_file = (fs::path(folder) / "rules.txt").string();
  const auto text = read_text(rules_file);
  if (!text) return terminal.fail(text.error());
  const auto rules = story::parse_rules(*text, rules_file);
  if (!rules) return terminal.fail(rules.error());
  const auto files = files_of({folder});
  if (!files) return terminal.fail(files.error());
  std::vector<story::Program> programs;
  for (const std::string& file : *files) {
    auto program = story::parse_file(file, read_text);
    if (!program) return terminal.fail(program.error());
    if (const Status fine = story::check_header(*program, *rules); !fine) {
      return terminal.fail(fine.error());
    }
    programs.push_back(std::move(*program));
  }
  terminal.out(story::rules_table(*rules, programs, "../scenarios/"));
  return kOk;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::vector<std::string> named = arguments.all("FILE");
  if (arguments.has("--rules")) return print_rules(named.front(), terminal);
  const auto files = files_of(named);
  if (!files) return terminal.fail(files.error());
  if (arguments.has("--log") && files->size() != 1) {
    return terminal.fail({ErrorCode::malformed, "--log", arguments.text("--log"),
                          "one scenario, not " + std::to_string(files->size())});
  }
  Tally tally;
  for (const std::string& file : *files) {
    const auto program = story::parse_file(file, read_text);
    if (!program) return terminal.fail(program.error());
    const auto outcome = arguments.has("--log") ? run_into(*program, arguments.text("--log"))
                                                : run_in_memory(*program);
    if (!outcome) return terminal.fail(outcome.error());
    print_story(*program, *outcome, arguments, terminal);
    ++(outcome->passed() ? tally.passed : tally.failed);
  }
  if (!arguments.has("--json") && files->size() > 1) {
    terminal.line(with_commas(tally.passed) + " scenarios ok, " + with_commas(tally.failed) +
                  " failed");
  }
  return tally.failed == 0 ? kOk : kCheckFailed;
}

}  // namespace

Verb scenario_verb() {
  return {.name = "scenario",
          .summary = "tell a story about the rules to the engine, and check it",
          .details = details(),
          .options = {positionals("FILE", "scenarios, or folders of them"),
                      flag("--quiet", "one line per scenario, and what is not met"),
                      flag("--everything", "also registrations and other set-up"),
                      flag("--rules", "instead: the table of rules and their scenarios"),
                      value("--log", "DIR", "journal the run into a new log"), json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
