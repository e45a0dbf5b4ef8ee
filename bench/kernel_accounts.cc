// Tails, and accounts by the batch: our kernels, their plain forms, nth_element and Eigen.
#include <algorithm>

#include "bulkhead/base/random.h"
#include "bulkhead/risk/tail_kernels.h"
#include "kernel_work.h"
#include "peers.h"

namespace bulkhead::bench {
namespace {

constexpr std::size_t kScenarios = 4096;
constexpr std::size_t kGridPoints = 48;
constexpr int kRepeats = 15;
using Vectors = std::vector<std::vector<std::int64_t>>;

std::vector<std::uint32_t> equal_weights() {
  return std::vector<std::uint32_t>(kScenarios, (1U << 30) / kScenarios);
}

// Sums of normal draws of uneven size: tails heavier than normal.
Vectors random_vectors(std::size_t count) {
  RandomStream random(5, 0);
  Vectors vectors(count, std::vector<std::int64_t>(kScenarios));
  for (std::vector<std::int64_t>& pnl : vectors) {
    for (std::int64_t& value : pnl) {
      value = static_cast<std::int64_t>(1e12 * random.normal() / (0.3 + random.uniform()));
    }
  }
  return vectors;
}

Timing tails(KernelTarget target, const Vectors& vectors) {
  const std::vector<std::uint32_t> weights = equal_weights();
  risk::TailScratch<std::int64_t> scratch;
  return measure(kRepeats, thread_seconds, [&] {
    Int128 sum = 0;
    for (const std::vector<std::int64_t>& pnl : vectors) {
      sum += risk::risk_kernels(target).tail_loss(pnl, weights, risk::Level{}, scratch);
    }
    keep(&sum);
    return 1.0 * static_cast<double>(vectors.size()) * kScenarios;
  });
}

Timing partial_sorts(const Vectors& vectors) {
  std::vector<std::int64_t> copy(kScenarios);
  return measure(kRepeats, thread_seconds, [&] {
    std::int64_t sum = 0;
    for (const std::vector<std::int64_t>& pnl : vectors) {
      std::copy(pnl.begin(), pnl.end(), copy.begin());
      const auto boundary = copy.begin() + kScenarios / 40;
      std::nth_element(copy.begin(), boundary, copy.end());
      for (auto value = copy.begin(); value != boundary; ++value) sum += *value;
    }
    keep(&sum);
    return 1.0 * static_cast<double>(vectors.size()) * kScenarios;
  });
}

std::int64_t sum_of(const std::int64_t* values, std::size_t count) {
  std::int64_t parts[32] = {};
  for (std::size_t i = 0; i < count; i += 32) {
    for (std::size_t k = 0; k < 32; ++k) parts[k] += values[i + k];
  }
  std::int64_t sum = 0;
  for (const std::int64_t part : parts) sum += part;
  return sum;
}

Timing reads(const Vectors& vectors) {
  return measure(kRepeats, thread_seconds, [&] {
    std::int64_t sum = 0;
    for (int turn = 0; turn < 8; ++turn) {
      for (const std::vector<std::int64_t>& pnl : vectors) sum += sum_of(pnl.data(), kScenarios);
      keep(&sum);
    }
    return 8.0 * static_cast<double>(vectors.size()) * kScenarios;
  });
}

std::vector<std::int32_t> random_ticks(std::size_t rows, std::size_t points = kScenarios) {
  RandomStream random(7, 0);
  std::vector<std::int32_t> ticks(rows * points);
  for (std::int32_t& tick : ticks) {
    tick = static_cast<std::int32_t>(random.below(1U << 27)) - (1 << 26);
  }
  return ticks;
}

Timing accounts(KernelTarget target, const AccountInputs& inputs) {
  const risk::RiskKernels& kernels = risk::risk_kernels(target);
  const std::vector<std::uint32_t> weights = equal_weights();
  risk::TailScratch<std::int64_t> scratch;
  std::vector<std::int64_t> pnl(kScenarios);
  std::vector<risk::ScaledRow> rows;
  return measure(7, thread_seconds, [&] {
    Int128 sum = 0;
    for (const auto& account : inputs.accounts) {
      rows.clear();
      for (const auto& [instrument, lots] : account) {
        rows.push_back({inputs.ticks + instrument * kScenarios, lots});
      }
      std::fill(pnl.begin(), pnl.end(), 0);
      kernels.add_rows(rows, pnl);
      sum += kernels.tail_loss(pnl, weights, risk::Level{}, scratch);
    }
    keep(&sum);
    return static_cast<double>(inputs.accounts.size());
  });
}

// Rows of each account, drawn before: what is measured is their sum.
using GridAccounts = std::vector<std::vector<risk::GridRow>>;

Timing grids(KernelTarget target, const GridAccounts& accounts) {
  const risk::RiskKernels& kernels = risk::risk_kernels(target);
  std::vector<double> pnl(kGridPoints);
  return measure(kRepeats, thread_seconds, [&] {
    double sum = 0;
    for (int turn = 0; turn < 16; ++turn) {
      for (const std::vector<risk::GridRow>& rows : accounts) {
        std::fill(pnl.begin(), pnl.end(), 0.0);
        kernels.add_grid(rows, pnl);
        sum += pnl[7];
      }
    }
    keep(&sum);
    return 16.0 * static_cast<double>(accounts.size());
  });
}

}  // namespace

std::vector<Measured> measure_grids() {
  constexpr std::size_t kInstruments = 2'000;
  const std::vector<std::int32_t> ticks = random_ticks(kInstruments, kGridPoints);
  RandomStream random(11, 0);
  GridAccounts accounts(1'024);
  for (std::vector<risk::GridRow>& rows : accounts) {
    for (int p = 0; p < 12; ++p) {
      const double lots = static_cast<double>(random.below(2'000)) - 1'000;
      rows.push_back({ticks.data() + random.below(kInstruments) * kGridPoints, lots});
    }
  }
  std::vector<Measured> all;
  for (const KernelTarget target : kernel_targets()) {
    all.push_back(
        {"grid of 48 points, " + std::string(to_string(target)), grids(target, accounts)});
  }
  all.push_back({"grid of 48 points, best", grids(best_kernel_target(), accounts)});
  return all;
}

std::vector<Measured> measure_selection() {
  const Vectors vectors = random_vectors(8);
  std::vector<Measured> all;
  all.push_back({"tail element, read alone", reads(vectors)});
  for (const KernelTarget target : kernel_targets()) {
    all.push_back({"tail element, " + std::string(to_string(target)), tails(target, vectors)});
  }
  all.push_back({"tail element, best", tails(best_kernel_target(), vectors)});
  all.push_back({"tail element, std::nth_element", partial_sorts(vectors)});
  return all;
}

std::vector<Measured> measure_accounts() {
  AccountInputs inputs;
  inputs.instruments = 2'000;
  inputs.scenarios = kScenarios;
  const std::vector<std::int32_t> ticks = random_ticks(inputs.instruments);
  inputs.ticks = ticks.data();
  RandomStream random(9, 0);
  inputs.accounts.resize(256);
  for (auto& account : inputs.accounts) {
    for (int p = 0; p < 12; ++p) {
      account.emplace_back(static_cast<std::uint32_t>(random.below(inputs.instruments)),
                           static_cast<std::int64_t>(random.below(2'000)) - 1'000);
    }
  }
  std::vector<Measured> all;
  all.push_back({"account, P&L and ES, best", accounts(best_kernel_target(), inputs)});
  const std::function<double()> eigen = eigen_peer(inputs);
  if (eigen) {
    all.push_back({"account, Eigen and nth_element", measure(5, thread_seconds, [&] {
                     const double sum = eigen();
                     keep(&sum);
                     return static_cast<double>(inputs.accounts.size());
                   })});
  }
  return all;
}

std::vector<Measured> measure_trade() {
  constexpr std::size_t kAccounts = 256;
  Vectors stored = random_vectors(kAccounts);  // 8 MiB
  constexpr std::size_t kRows = 256;
  const std::vector<std::int32_t> ticks = random_ticks(kRows);  // 4 MiB
  const risk::RiskKernels& kernels = risk::risk_kernels(best_kernel_target());
  const std::vector<std::uint32_t> weights = equal_weights();
  risk::TailScratch<std::int64_t> scratch;
  const Timing trades = measure(kRepeats, thread_seconds, [&] {
    Int128 sum = 0;
    for (std::size_t a = 0; a < kAccounts; ++a) {
      const std::size_t row = a * 37 % kRows;
      const risk::ScaledRow line{ticks.data() + row * kScenarios, a % 2 == 0 ? 3 : -3};
      kernels.add_rows({&line, 1}, stored[a]);
      sum += kernels.tail_loss(stored[a], weights, risk::Level{}, scratch);
    }
    keep(&sum);
    return 1.0 * kAccounts;
  });
  const Timing streaming = measure(kRepeats, thread_seconds, [&] {
    std::int64_t sum = 0;
    for (std::size_t a = 0; a < kAccounts; ++a) {
      const std::size_t row = a * 37 % kRows;
      sum += sum_of(stored[a].data(), kScenarios);
      sum += sum_of(reinterpret_cast<const std::int64_t*>(ticks.data() + row * kScenarios),
                    kScenarios / 2);
    }
    keep(&sum);
    return 1.0 * kAccounts;
  });
  return {{"trade, new ES", trades}, {"trade, its 48 KiB read out of L3", streaming}};
}

}  // namespace bulkhead::bench
