// The engine as a whole: ticks, and memory.
#include "memory.h"
#include "work.h"

namespace bulkhead::bench {
Result<std::vector<Figure>> measure_ticks(Stage& stage, int count) {
  std::vector<double> seconds;
  for (int i = 0; i < count; ++i) {
    BULKHEAD_TRY(const Timestamp now, stage.observe());
    const double start = thread_seconds();
    BULKHEAD_TRY_STATUS(stage.tick(now));
    seconds.push_back(thread_seconds() - start);
  }
  const std::size_t accounts = stage.engine().state().accounts().size();
  return std::vector<Figure>{
      timed("engine tick, one thread, " + std::to_string(accounts) + " accounts", "tick",
            summarise(std::move(seconds)))};
}

Result<std::vector<Figure>> measure_memory(Stage& fresh) {
  BULKHEAD_TRY_STATUS(fresh.open_market());
  const Memory before = memory_now();
  BULKHEAD_TRY_STATUS(fresh.open_accounts());
  BULKHEAD_TRY(const Timestamp now, fresh.observe());
  BULKHEAD_TRY_STATUS(fresh.tick(now));
  const Memory after = memory_now();
  // Ids of the last seven days are kept so that repeated commands are known: of commands, not of
  // accounts.
  const engine::CommandMemory copy = fresh.engine().state().memory;
  const double remembered = memory_now().heap - after.heap;
  const auto accounts = static_cast<double>(fresh.engine().state().accounts().size());
  const double heap = after.heap - before.heap;
  return std::vector<Figure>{
      plain("accounts in the engine", "", accounts),
      plain("heap beside the market", "bytes per account", heap / accounts),
      plain("  of it commands remembered", "bytes per account", remembered / accounts),
      plain("  of it the rest", "bytes per account", (heap - remembered) / accounts),
      plain("commands remembered", "per account", static_cast<double>(copy.size()) / accounts),
      plain("resident beside the market", "bytes per account",
            (after.resident - before.resident) / accounts)};
}

}  // namespace bulkhead::bench
