// `make bench`: full evaluations per second and bytes per account, with ceilings of the same run.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "ceilings.h"
#include "work.h"

namespace bulkhead::bench {
namespace {

constexpr std::string_view kUsage =
    "bulkhead_bench [--accounts N] [--scenarios N] [--memory-accounts N] [--ticks N] [--json "
    "FILE]\n"
    "\n"
    "Measures evaluations, ES, rows, engine ticks and memory on a generated market and book.\n"
    "Compare ratios between machines, never absolute times.\n";

struct Options {
  std::uint32_t accounts = 2000;
  std::uint32_t scenarios = 1000;
  std::uint32_t memory_accounts = 20'000;
  std::uint32_t ticks = 60;
  std::string json;
};

bool parse(int count, char** words, Options& options) {
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = words[i];
    if (i + 1 >= count) return false;
    const char* const value = words[i + 1];
    const auto number = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
    if (name == "--json") {
      options.json = value;
      continue;
    }
    if (number == 0) return false;
    if (name == "--accounts") {
      options.accounts = number;
    } else if (name == "--scenarios") {
      options.scenarios = number;
    } else if (name == "--memory-accounts") {
      options.memory_accounts = number;
    } else if (name == "--ticks") {
      options.ticks = number;
    } else {
      return false;
    }
  }
  return true;
}

std::vector<Figure> ceiling_figures(const Ceilings& ceilings) {
  return {plain("FMA peak, one core", "GF/s", 1e-9 / ceilings.flop.median),
          plain("L2 read, one core", "GB/s", 1e-9 / ceilings.byte.median)};
}

Status run(const Options& options) {
  std::vector<Figure> all;
  const auto report = [&all](std::vector<Figure> figures) {
    all.insert(all.end(), figures.begin(), figures.end());
  };
  SerialExecutor serial;
  BULKHEAD_TRY(const replay::Scene scene, make_scene(2));
  // Memory first: what the other parts leave in the allocator is not counted then.
  {
    BULKHEAD_TRY(const std::unique_ptr<Stage> stage,
                 Stage::make(scene, options.memory_accounts, options.scenarios, serial));
    BULKHEAD_TRY(std::vector<Figure> memory, measure_memory(*stage));
    report(std::move(memory));
  }
  const Ceilings ceilings{fma_peak(), l2_read()};
  report(ceiling_figures(ceilings));
  BULKHEAD_TRY(const std::unique_ptr<Stage> stage,
               Stage::make(scene, options.accounts, options.scenarios, serial));
  BULKHEAD_TRY_STATUS(stage->open_market());
  BULKHEAD_TRY_STATUS(stage->open_accounts());
  BULKHEAD_TRY(std::vector<Figure> risk, measure_risk(*stage, ceilings));
  report(std::move(risk));
  BULKHEAD_TRY(std::vector<Figure> ticks, measure_ticks(*stage, static_cast<int>(options.ticks)));
  report(std::move(ticks));
  fmt::print("{}", to_text(all));
  if (options.json.empty()) return {};
  std::ofstream file(options.json, std::ios::trunc);
  file << to_json(all);
  file.close();
  if (!file) return fail(ErrorCode::io_error, "json", options.json, "a file that can be written");
  return {};
}

}  // namespace
}  // namespace bulkhead::bench

int main(int count, char** words) {
  bulkhead::bench::Options options;
  if (!bulkhead::bench::parse(count, words, options)) {
    fmt::print(stderr, "{}", bulkhead::bench::kUsage);
    return 2;
  }
  const bulkhead::Status done = bulkhead::bench::run(options);
  if (done) return 0;
  fmt::print(stderr, "bulkhead_bench: {}\n", bulkhead::to_string(done.error()));
  return 1;
}
