// `bulkhead commit` and `bulkhead check-commitment`: personal data stays outside the log, what
// stands in it can be proved (D11.3).
#include <filesystem>
#include <optional>

#include "bulkhead/audit/commitment.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

int commit(const Arguments& arguments, Terminal& terminal) {
  const std::string& out = arguments.text("--out");
  if (std::filesystem::exists(out)) {
    return terminal.fail({ErrorCode::name_taken, "--out", out,
                          "a file that is not there: a lost salt can never be found again"});
  }
  const Result<Bytes> payload = read_bytes(arguments.text("FILE"));
  if (!payload) return terminal.fail(payload.error());
  const Result<audit::Opening> opening = audit::make_opening(*payload);
  if (!opening) return terminal.fail(opening.error());
  const Status written = write_text(out, wire::to_json(*opening) + "\n");
  if (!written) return terminal.fail(written.error());
  terminal.line(to_hex(opening->commitment));
  return kOk;
}

const engine::Person* find(const std::vector<engine::Person>& persons, const std::string& name) {
  for (const engine::Person& person : persons) {
    if (person.name == name) return &person;
  }
  return nullptr;
}

// The person as the log made it known.
Result<engine::Person> person_of(const node::LogReader& log, const std::string& name) {
  std::optional<engine::Person> found;
  BULKHEAD_TRY_STATUS(
      node::for_each_record(log, {}, [&](std::uint64_t, const engine::LogRecord& record) -> Status {
        const auto* given = std::get_if<engine::CommandRecord>(&record.content);
        if (given == nullptr || found) return {};
        const engine::CommandBody& body = given->command.body;
        if (const auto* genesis = std::get_if<engine::Genesis>(&body)) {
          if (const auto* person = find(genesis->persons, name)) found = *person;
        } else if (const auto* known = std::get_if<engine::RegisterPerson>(&body)) {
          if (known->person.name == name) found = known->person;
        }
        return {};
      }));
  if (!found) return fail(ErrorCode::actor_unknown, "--person", name, "a person of the log");
  return *found;
}

Status check_in_log(const Arguments& arguments, const audit::Opening& opening) {
  BULKHEAD_TRY(const auto log, open_log(arguments.text("--log")));
  const std::string& name = arguments.text("--person");
  BULKHEAD_TRY(const engine::Person person, person_of(*log, name));
  if (person.commitment == opening.commitment) return {};
  return fail(ErrorCode::commitment_unopened, name + ".commitment", to_hex(person.commitment),
              "that of the opening, " + to_hex(opening.commitment));
}

int check(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--log") != arguments.has("--person")) {
    return terminal.fail(
        {ErrorCode::missing_field, "--person", "", "--log and --person together, or neither"});
  }
  const std::string& path = arguments.text("OPENING");
  const Result<Bytes> payload = read_bytes(arguments.text("FILE"));
  if (!payload) return terminal.fail(payload.error());
  const Result<std::string> text = read_text(path);
  if (!text) return terminal.fail(text.error());
  const Result<audit::Opening> opening = wire::from_json<audit::Opening>(*text);
  if (!opening) return terminal.fail(opening.error(), path);
  Status opened = audit::check_opening(*opening, *payload);
  if (opened && arguments.has("--log")) opened = check_in_log(arguments, *opening);
  if (!opened) {
    const int code = terminal.fail(opened.error(), path);
    return opened.error().code == ErrorCode::commitment_unopened ? kCheckFailed : code;
  }
  terminal.line(arguments.has("--log")
                    ? "ok: what " + arguments.text("--person") + " is registered with in the log"
                    : "ok: opens " + to_hex(opening->commitment));
  return kOk;
}

}  // namespace

Verb commit_verb() {
  return {.name = "commit",
          .summary = "commit to personal data that stays outside the log",
          .details =
              "Draws a salt, prints the commitment, and writes both to --out: keep that file with\n"
              "the data. The commitment goes into `register_person`; the log shows neither the\n"
              "data nor whether two persons share it.\n"
              "\n"
              "Example:\n"
              "  bulkhead commit frank.json --out frank.opening.json",
          .options = {positional("FILE", "the data, as it is; - for standard input"),
                      required_value("--out", "OPENING", "a new file for salt and commitment")},
          .run = commit,
          .verbs = {}};
}

Verb check_commitment_verb() {
  return {.name = "check-commitment",
          .summary = "check data against its commitment",
          .details =
              "Exit code 1 if the data is not what was committed to, or the person in the log was\n"
              "registered with another commitment.\n"
              "\n"
              "Example:\n"
              "  bulkhead check-commitment frank.json frank.opening.json \\\n"
              "      --log out/demo/log --person frank",
          .options = {positional("FILE", "the data, as it was committed to"),
                      positional("OPENING", "salt and commitment, as `bulkhead commit` wrote them"),
                      value("--log", "LOG", "a log that knows the person"),
                      value("--person", "NAME", "whose commitment it should be")},
          .run = check,
          .verbs = {}};
}

}  // namespace bulkhead::cli
