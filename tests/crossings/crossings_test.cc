// Reads a log, replays its commands and looks for missed and spurious crossings.
//
//   crossings_test DIRECTORY [DIGEST_INTERVAL [missed | spurious]]
//
// DIRECTORY is a node's directory or a published log. `missed` hides what was said of coverage and
// default, `spurious` adds a call that no figure asks for: both must be found, so that it is known
// that the search can find.
#include <cstdio>
#include <cstdlib>

#include "bulkhead/node/log_reader.h"
#include "crossings.h"

namespace {

using namespace bulkhead;

engine::Applied tampered(engine::Applied applied, const engine::Command& command,
                         const engine::Engine& engine, std::string_view how) {
  if (how == "missed") {
    std::erase_if(applied.events, [](const engine::Event& event) {
      return std::holds_alternative<engine::CoverageChanged>(event.body) ||
             std::holds_alternative<engine::DefaultChanged>(event.body);
    });
  }
  const bool ticked = std::holds_alternative<engine::Tick>(command.body);
  if (how == "spurious" && ticked && !engine.state().accounts().empty()) {
    engine::Event event;
    event.account = engine.state().accounts()[0].name;
    event.body = engine::CallIssued{};
    applied.events.push_back(event);
  }
  return applied;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fprintf(stderr, "usage: crossings_test DIRECTORY [DIGEST_INTERVAL [missed | spurious]]\n");
    return 2;
  }
  const auto log = node::LogReader::open(journal::posix_file_system(), argv[1]);
  if (!log) {
    std::fprintf(stderr, "%s: %s\n", argv[1], to_string(log.error()).c_str());
    return 2;
  }
  engine::EngineOptions options;
  if (argc > 2) options.digest_interval = std::strtoull(argv[2], nullptr, 10);
  crossings::Checker checker;
  SerialExecutor executor;
  std::uint64_t commands = 0;
  const auto done = node::replay_until(
      **log, {}, executor, options,
      [&](const engine::Command& command, const engine::Applied& applied, engine::Engine& engine) {
        ++commands;
        checker.see(command, argc > 3 ? tampered(applied, command, engine, argv[3]) : applied,
                    engine);
      });
  if (!done) {
    std::fprintf(stderr, "%s: %s\n", argv[1], to_string(done.error()).c_str());
    return 2;
  }
  if (argc > 3) {
    std::printf("%zu found\n", checker.findings().size());
    return checker.findings().empty() ? 1 : 0;
  }
  for (const std::string& finding : checker.findings()) std::printf("%s\n", finding.c_str());
  for (const auto& [what, count] : checker.held()) {
    std::printf("%-24s %8llu\n", what.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf("%llu commands, %llu ticks, %llu evaluations, %zu missed or spurious crossings\n",
              static_cast<unsigned long long>(commands),
              static_cast<unsigned long long>(checker.ticks()),
              static_cast<unsigned long long>(checker.evaluations()), checker.findings().size());
  // A log in which nothing crosses shows nothing.
  const bool something = !checker.held().empty();
  return checker.findings().empty() && something ? 0 : 1;
}
