// Random commands given to the engine and to the naive model beside it; they must agree on what is
// refused, on every balance, stage, call and leg, and once faults stop everything must end. A long
// run must also have reached all that `Reach` names.
//
//   model_test [--commands N] [--seed S] [--threads T] [--shrink 0]
//
// What goes wrong is shrunk, unless it shall not be, and printed as JSON lines, the form in which
// `bulkhead` reads commands.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "bulkhead/wire/command_json.h"
#include "generator.h"
#include "trial.h"

namespace bulkhead::naive {
namespace {

constexpr std::size_t kFaulty = 3'000;  // commands of a run while faults happen
constexpr std::size_t kCalm = 900;      // and after them, 150 minutes
constexpr std::size_t kShrinkLines = 400;
constexpr std::uint64_t kReaches = 900'000;  // commands by which all must have been reached

struct Totals {
  std::atomic<std::uint64_t> commands{0};
  std::atomic<bool> failed{false};
  bool shrinks = true;
  std::mutex mutex;
  Reach reach;
};

void report(const std::vector<Command>& commands, const std::vector<std::string>& wrong,
            std::uint64_t seed, std::size_t furnished, bool shrinks) {
  std::printf("seed %llu, command %zu:\n", static_cast<unsigned long long>(seed),
              commands.size() - 1);
  for (const std::string& line : wrong) std::printf("  %s\n", line.c_str());
  if (!shrinks) return;
  const std::vector<Command> least = shrink(commands, furnished);
  Trial trial;
  for (const Command& command : least) {
    if (!trial.give(command)) break;
  }
  std::printf("shrunk to %zu commands after the %zu that furnish the venue:\n",
              least.size() - std::min(least.size(), furnished), furnished);
  for (const std::string& line : trial.wrong()) std::printf("  %s\n", line.c_str());
  for (std::size_t i = furnished; i < least.size() && i < furnished + kShrinkLines; ++i) {
    std::printf("%s\n", wire::to_json_text(least[i]).c_str());
  }
}

// One engine, one model, from genesis to calm. False if anything differs or is stuck.
bool run(std::uint64_t seed, Totals& totals) {
  Trial trial;
  Generator generator(seed, trial.model());
  std::vector<Command> given = furnish(3 + seed % 6);
  const std::size_t furnished = given.size();
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (trial.give(given[i])) continue;
    totals.failed = true;
    given.resize(i + 1);
    report(given, trial.wrong(), seed, furnished, totals.shrinks);
    return false;
  }
  for (std::size_t i = 0; i < kFaulty + kCalm; ++i) {
    if (totals.failed) return true;
    given.push_back(generator.next(i < kFaulty));
    if (trial.give(given.back())) continue;
    totals.failed = true;
    const std::lock_guard lock(totals.mutex);
    report(given, trial.wrong(), seed, furnished, totals.shrinks);
    return false;
  }
  const std::lock_guard lock(totals.mutex);
  totals.commands += given.size();
  totals.reach.add(trial.reach());
  const std::vector<std::string> stuck = trial.unfinished();
  if (stuck.empty()) return true;
  totals.failed = true;
  std::printf("stuck after %zu calm commands\n", kCalm);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  for (const std::string& line : stuck) std::printf("  %s\n", line.c_str());
  return false;
}

std::uint64_t option(int argc, char** argv, const char* name, std::uint64_t otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return std::strtoull(argv[i + 1], nullptr, 10);
  }
  return otherwise;
}

int main(int argc, char** argv) {
  const std::uint64_t wanted = option(argc, argv, "--commands", 100'000);
  const std::uint64_t seed = option(argc, argv, "--seed", 1);
  const std::uint64_t threads = option(argc, argv, "--threads", 1);
  const auto started = std::chrono::steady_clock::now();
  Totals totals;
  totals.shrinks = option(argc, argv, "--shrink", 1) != 0;
  std::atomic<std::uint64_t> next{seed};
  std::vector<std::thread> workers;
  for (std::uint64_t t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      while (!totals.failed && totals.commands < wanted) run(next++, totals);
    });
  }
  for (std::thread& worker : workers) worker.join();
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::printf("%-26s %10s %10s\n", "command", "accepted", "refused");
  for (const auto& [kind, count] : totals.reach.given()) {
    std::printf("%-26s %10llu %10llu\n", kind.c_str(), static_cast<unsigned long long>(count.first),
                static_cast<unsigned long long>(count.second));
  }
  std::printf("%-46s %10s\n", "event", "count");
  for (const auto& [kind, count] : totals.reach.came()) {
    std::printf("%-46s %10llu\n", kind.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf(
      "compared: acceptance and error of each of these; free, pledged, sequestered, owed and what\n"
      "is on its way; coverage, vault and default; calls with amount, deadline, deliveries and\n"
      "disputes; promised deliveries; legs with number, target and status; order of service; "
      "least\n"
      "sequestered; room of places; evacuations, orders of two persons, scores and reviews; "
      "stops;\n"
      "corrections; parameters; who is closed against by rank; exceptions and zones of products.\n"
      "followed, not predicted: slices of a liquidation and what a default pays with.\n"
      "never given: other models than flat.\n");
  std::vector<std::string> never;
  if (!totals.failed) never = totals.reach.missing();
  for (const std::string& missing : never) {
    std::printf("never reached: %s\n", missing.c_str());
    if (totals.commands >= kReaches) totals.failed = true;
  }
  std::printf("%llu commands, %.1f s, %.0f commands/s: %s\n",
              static_cast<unsigned long long>(totals.commands.load()), took,
              static_cast<double>(totals.commands) / took,
              totals.failed ? "NOT as the model says" : "no difference");
  return totals.failed ? 1 : 0;
}

}  // namespace
}  // namespace bulkhead::naive

int main(int argc, char** argv) { return bulkhead::naive::main(argc, argv); }
