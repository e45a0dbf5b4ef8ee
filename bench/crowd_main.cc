// `bulkhead_crowd`: how many accounts a tick evaluates, how long it takes and what it keeps, on a
// crowd of generated accounts through engine.apply(Tick) with the log in memory.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "crowd_report.h"

namespace bulkhead::bench {
namespace {

constexpr std::string_view kUsage = R"(usage: bulkhead_crowd [options]

Opens accounts (55 % perpetuals, 42 % options, 3 % market makers with 200 positions), lets an hour
of one-second ticks pass, and says how many accounts each tick evaluated, how long it took to its
last event, and what an account takes of memory. Half way all prices fall by 10 % in one tick, at
three quarters a new scenario set is adopted. Prices are recorded 5-minute bars with bridged noise.
Beside the engine runs another that evaluates everyone at every tick for a sample of the accounts:
a stage change that only one of them makes is missed or spurious, and the exit code is 1.

  --accounts N       10000; a million takes about 6 GB and half an hour of two cores
  --ticks N          3600
  --milliseconds N   1000, between two ticks
  --scenarios N      4096
  --underlyings N    20, at most 26
  --instruments N    2000, over all underlyings: a perpetual each, the others options
  --sample N         10000 accounts compared with brute force; 0: none
  --check-every N    0; evaluate every N-th sleeper at each tick, which is part of the tick's time
  --plain 1          0; everyone at every tick: the reference
  --data DIRECTORY   ../shared/data; "none": bars are drawn
  --from TIME        2024-08-05T03:00Z, on a 5-minute bar from 2024-07-29 to 2024-08-12
  --json FILE        the figures, as well

Compare shares and ratios, not times: they are those of this machine. Processor time is of both
threads, and holds on a busy machine too.

  bulkhead_crowd --accounts 20000 --ticks 600
  bulkhead_crowd --accounts 1000000 --json crowd.json
)";

bool parse_number(std::string_view name, const char* value, CrowdOptions& o) {
  const std::pair<std::string_view, std::uint32_t*> names[] = {
      {"--accounts", &o.accounts},
      {"--ticks", &o.ticks},
      {"--milliseconds", &o.milliseconds},
      {"--scenarios", &o.shape.scenarios},
      {"--underlyings", &o.underlyings},
      {"--instruments", &o.shape.instruments},
      {"--sample", &o.sample},
      {"--check-every", &o.check_every},
      {"--plain", &o.plain}};
  const auto* at =
      std::ranges::find(names, name, &std::pair<std::string_view, std::uint32_t*>::first);
  if (at == std::end(names)) return false;
  char* end = nullptr;
  const unsigned long number = std::strtoul(value, &end, 10);
  *at->second = static_cast<std::uint32_t>(number);
  return *value >= '0' && *value <= '9' && *end == '\0' && number <= 10'000'000;
}

// A sentence about what is wrong; empty: nothing.
std::string wrong_size(const CrowdOptions& o) {
  if (o.accounts == 0) return "--accounts: at least 1";
  if (o.ticks < 8) return "--ticks: at least 8";
  if (o.milliseconds == 0 || o.milliseconds > 60'000) return "--milliseconds: 1 to 60000";
  if (o.shape.scenarios < 64 || o.shape.scenarios > 16'384) return "--scenarios: 64 to 16384";
  if (o.underlyings == 0 || o.underlyings > kMostCoins) return "--underlyings: 1 to 26";
  if (o.shape.instruments / o.underlyings < 3) return "--instruments: at least 3 an underlying";
  return "";
}

std::string parse(int count, char** words, CrowdOptions& o) {
  std::string data = "../shared/data";
  std::string from = "2024-08-05T03:00Z";
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = words[i];
    if (i + 1 >= count) return fmt::format("{}: a value is missing", name);
    if (name == "--data") {
      data = words[i + 1];
    } else if (name == "--from") {
      from = words[i + 1];
    } else if (name == "--json") {
      o.json = words[i + 1];
    } else if (!parse_number(name, words[i + 1], o)) {
      return fmt::format("{} {}: no such option, or not a number for it", name, words[i + 1]);
    }
  }
  o.data = data == "none" ? "" : data;
  const Result<Timestamp> start = parse_timestamp(from);
  if (!start) return "--from: " + to_string(start.error());
  o.from = *start;
  return wrong_size(o);
}

Result<bool> run(const CrowdOptions& options) {
  BULKHEAD_TRY(const HourFigures figures, run_hour(options));
  fmt::print("{}", crowd_text(options, figures));
  if (!options.json.empty()) {
    std::ofstream file(options.json, std::ios::trunc);
    file << crowd_json(options, figures);
    file.close();
    if (!file) {
      return fail(ErrorCode::io_error, "json", options.json, "a file that can be written");
    }
  }
  return figures.check.missed == 0 && figures.check.spurious == 0 && figures.counts.missed == 0;
}

}  // namespace
}  // namespace bulkhead::bench

int main(int count, char** words) {
  namespace bench = bulkhead::bench;
  if (count == 2 && std::string_view(words[1]) == "--help") {
    fmt::print("{}", bench::kUsage);
    return 0;
  }
  bench::CrowdOptions options;
  if (const std::string wrong = bench::parse(count, words, options); !wrong.empty()) {
    fmt::print(stderr, "bulkhead_crowd: {}\nSee bulkhead_crowd --help.\n", wrong);
    return 2;
  }
  const bulkhead::Result<bool> good = bench::run(options);
  if (!good) {
    fmt::print(stderr, "bulkhead_crowd: {}\n", bulkhead::to_string(good.error()));
    return 2;
  }
  return *good ? 0 : 1;
}
