// Options per second: the row kernel, its plain form, and other people's formulas.
#include "bulkhead/base/random.h"
#include "bulkhead/pricing/option_kernels.h"
#include "kernel_work.h"
#include "peers.h"

namespace bulkhead::bench {
namespace {

constexpr std::size_t kScenarios = 4096;
constexpr int kRepeats = 21;

struct Shocks {
  std::vector<double> spot, basis, settlement, volatility;
};

std::vector<double> around_one(RandomStream& random, double spread) {
  std::vector<double> row(kScenarios);
  for (double& value : row) value = 1 + spread * (2 * random.uniform() - 1);
  return row;
}

pricing::OptionShocks shared(KernelTarget target, const Shocks& shocks) {
  pricing::OptionShocks out;
  pricing::row_kernels(target).option_shocks(shocks.spot, shocks.basis, shocks.settlement,
                                             shocks.volatility, kScenarios, out);
  return out;
}

// The scenario form: what the options of an expiry share is there already.
Timing rows(KernelTarget target, const pricing::Contract& contract, const Shocks& shocks) {
  const pricing::RowKernels& kernels = pricing::row_kernels(target);
  const pricing::OptionShocks all = shared(target, shocks);
  std::vector<double> pnl(kScenarios);
  return measure(kRepeats, thread_seconds, [&] {
    constexpr int kTurns = 8;
    for (int turn = 0; turn < kTurns; ++turn) {
      kernels.option_row(contract, 1.0, all, 0, pnl);
      keep(pnl.data());
    }
    return 1.0 * kTurns * kScenarios;
  });
}

// The general form: an own forward, strike and volatility, and nothing shared with anything.
Timing single_options(KernelTarget target, const pricing::Contract& contract,
                      const Shocks& shocks) {
  const pricing::RowKernels& kernels = pricing::row_kernels(target);
  pricing::OptionShocks all;
  std::vector<double> pnl(kScenarios);
  return measure(kRepeats, thread_seconds, [&] {
    constexpr int kTurns = 8;
    for (int turn = 0; turn < kTurns; ++turn) {
      kernels.option_shocks(shocks.spot, shocks.basis, shocks.settlement, shocks.volatility,
                            kScenarios, all);
      kernels.option_row(contract, 1.0, all, 0, pnl);
      keep(pnl.data());
    }
    return 1.0 * kTurns * kScenarios;
  });
}

}  // namespace

std::vector<Measured> measure_options() {
  RandomStream random(3, 0);
  const Shocks shocks{around_one(random, 0.5), around_one(random, 0.02), around_one(random, 0.05),
                      around_one(random, 0.6)};
  pricing::Contract contract;
  contract.priced = contract.option = contract.call = true;
  contract.size = 1;
  contract.spot = 100;
  contract.strike = 105;
  contract.settlement_price = 1;
  contract.forward = 101;
  contract.sigma_sqrt_t = 0.35;
  OptionInputs inputs;
  for (std::size_t s = 0; s < kScenarios; ++s) {
    inputs.forward.push_back(contract.forward * shocks.spot[s] * shocks.basis[s]);
    inputs.strike.push_back(contract.strike * shocks.settlement[s]);
    inputs.deviation.push_back(contract.sigma_sqrt_t * shocks.volatility[s]);
  }
  std::vector<Measured> all;
  for (const KernelTarget target : kernel_targets()) {
    const std::string name(to_string(target));
    all.push_back({"option row, " + name, rows(target, contract, shocks)});
    all.push_back({"option alone, " + name, single_options(target, contract, shocks)});
  }
  all.push_back({"option row, best", rows(best_kernel_target(), contract, shocks)});
  all.push_back({"option alone, best", single_options(best_kernel_target(), contract, shocks)});
  for (const OptionPeer& peer : option_peers()) {
    std::vector<double> values(kScenarios);
    all.push_back({"option, " + peer.name, measure(kRepeats, thread_seconds, [&] {
                     peer.price(inputs, values);
                     keep(values.data());
                     return 1.0 * kScenarios;
                   })});
  }
  return all;
}

}  // namespace bulkhead::bench
