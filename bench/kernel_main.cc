// `make bench`, first part: the kernels, their plain forms and their peers on the same inputs in
// one run, as JSON for tools/bench_report.py.
#include <fmt/format.h>
#include <sched.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "bulkhead/base/kernel_target.h"
#include "ceilings.h"
#include "kernel_work.h"

namespace bulkhead::bench {
namespace {

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(core), &set);
  sched_setaffinity(0, sizeof set, &set);  // a wish: without it figures are only noisier
}

std::vector<Measured> run(const std::string& directory, int core) {
  std::vector<Measured> all;
  const auto take = [&all](std::vector<Measured> some) {
    for (Measured& one : some) {
      fmt::print(stderr, "{:<52}{:>12.4g} ns\n", one.name, one.timing.least * 1e9);
      all.push_back(std::move(one));
    }
  };
  take({{"ceiling: 4 KiB written over and synced", disk_sync(directory)},
        {"ceiling: round trip of 64 bytes over loopback, spinning", loopback()}});
  // From here on: the two ends of the loopback need a core each.
  if (core >= 0) pin(core);
  take({{"ceiling: FMA flop, double", fma_peak()}, {"ceiling: byte read from L2", l2_read()}});
  take(measure_options());
  take(measure_selection());
  take(measure_accounts());
  take(measure_grids());
  take(measure_trade());
  take({{"ceiling: FMA flop, double, again", fma_peak()}});
  return all;
}

}  // namespace
}  // namespace bulkhead::bench

int main(int count, char** words) {
  using namespace bulkhead::bench;
  if (count < 3 || count > 4) {
    fmt::print(stderr, "usage: bulkhead_kernel_bench JSON DIRECTORY [CORE]\n");
    return 2;
  }
  const std::vector<Measured> all = run(words[2], count == 4 ? std::atoi(words[3]) : -1);
  std::ofstream file(words[1], std::ios::trunc);
  file << fmt::format("{{\n  \"format\": 1,\n  \"target\": \"{}\",\n  \"measured\": [\n",
                      to_string(bulkhead::best_kernel_target()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Timing& timing = all[i].timing;
    file << fmt::format(
        R"(    {{"name": "{}", "least_ns": {:.6g}, "median_ns": {:.6g}, "repeats": {}}}{})",
        all[i].name, timing.least * 1e9, timing.median * 1e9, timing.repeats,
        i + 1 < all.size() ? ",\n" : "\n");
  }
  file << "  ]\n}\n";
  file.close();
  if (file) return 0;
  fmt::print(stderr, "bulkhead_kernel_bench: {} cannot be written\n", words[1]);
  return 1;
}
