// `year_soak`: a year of a small venue in simulated time, on the incremental engine and on one that
// evaluates everyone; at random stops all is computed anew from the records and must be the same.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "bulkhead/node/thread_pool.h"
#include "year.h"

namespace bulkhead::soak {
namespace {

constexpr std::string_view kUsage = R"(usage: year_soak [options]

Lets a year pass at a small venue: trades, money, prices with crashes and silences, contracts that
expire, parameters changed by two persons, weekly scenario sets. Every answer of the incremental
engine is compared with that of one which evaluates everyone, and at random stops the root and all
figures with those of an engine made anew from the records. The exit code is 1 at a difference.

  --days N        365
  --stops N       1000
  --accounts N    40
  --scenarios N   256
  --seed N        1
)";

bool parse(int count, char** words, YearOptions& o) {
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = words[i];
    if (i + 1 >= count) return false;
    char* end = nullptr;
    const unsigned long number = std::strtoul(words[i + 1], &end, 10);
    if (*end != '\0' || *words[i + 1] < '0' || *words[i + 1] > '9' || number > 1'000'000) {
      return false;
    }
    const auto value = static_cast<std::uint32_t>(number);
    if (name == "--days") {
      o.days = value;
    } else if (name == "--stops") {
      o.stops = value;
    } else if (name == "--accounts") {
      o.accounts = value;
    } else if (name == "--scenarios") {
      o.scenarios = value;
    } else if (name == "--seed") {
      o.seed = value;
    } else {
      return false;
    }
  }
  return o.days > 0 && o.accounts > 1 && o.accounts <= 1'000 && o.scenarios >= 16;
}

std::vector<Timestamp> draw_stops(const YearOptions& options) {
  RandomStream random(options.seed, 1);
  const double length = static_cast<double>(days(std::int64_t{options.days}).ns);
  std::vector<Timestamp> stops;
  for (std::uint32_t n = 0; n < options.stops; ++n) {
    stops.push_back(kBegin + Duration{static_cast<std::int64_t>(length * random.uniform())});
  }
  std::ranges::sort(stops);
  return stops;
}

int run(const YearOptions& options) {
  node::ThreadPool threads(2);
  Twins twins(threads);
  Year year(twins, options);
  const std::vector<Timestamp> stops = draw_stops(options);
  std::size_t stopped = 0;
  std::int64_t day = 0;
  year.begin();
  while (year.step()) {
    for (; stopped < stops.size() && stops[stopped] <= year.now(); ++stopped) twins.stop();
    if ((year.now() - kBegin).ns / days(30).ns == day) continue;
    ++day;
    fmt::print(stderr, "{}: {} commands, {} stops\n", to_string(year.now()), twins.commands(),
               stopped);
  }
  for (; stopped < stops.size() && twins.wrong().empty(); ++stopped) twins.stop();
  if (!twins.wrong().empty()) {
    fmt::print(stderr, "year_soak --seed {}: {}\n", options.seed, twins.wrong());
    return 1;
  }
  const engine::TickCounts& counts = twins.counts();
  const engine::State& state = twins.state();
  fmt::print("{} days, {} commands ({} refused), {} ticks, {} accounts, {} contracts\n",
             options.days, twins.commands(), twins.refused(), counts.ticks, state.accounts().size(),
             state.registry().instruments().size());
  fmt::print("{} stops, {} accounts compared at them, {} records at the end: no difference\n",
             stopped, twins.compared(), twins.records());
  fmt::print("parameter set {} in force, {} of {} evaluations of accounts needed\n",
             state.parameters().version, counts.evaluated, counts.accounts);
  for (const auto& [kind, number] : twins.events()) fmt::print("  {:<28} {:>9}\n", kind, number);
  return 0;
}

}  // namespace
}  // namespace bulkhead::soak

int main(int count, char** words) {
  namespace soak = bulkhead::soak;
  soak::YearOptions options;
  if (count == 2 && std::string_view(words[1]) == "--help") {
    fmt::print("{}", soak::kUsage);
    return 0;
  }
  if (!soak::parse(count, words, options)) {
    fmt::print(stderr, "{}", soak::kUsage);
    return 2;
  }
  return soak::run(options);
}
