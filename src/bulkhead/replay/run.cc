#include "bulkhead/replay/run.h"

#include "bulkhead/replay/driver.h"

namespace bulkhead::replay {

Result<RunResult> run(CommandSink& sink, const Scene& scene, const Book& book,
                      const RunOptions& options) {
  Collector collector(sink.engine());
  DriverInput input;
  input.window = &scene.window;
  input.feed = &scene.feed;
  input.histories = &scene.histories;
  input.scenarios.scenarios = options.scenarios;
  input.behaviours = book.behaviours;
  input.seed = options.seed;
  Driver driver(sink, input, [&collector](const auto& command, const auto& applied) {
    collector.see(command, applied);
  });
  BULKHEAD_TRY_STATUS(driver.open_with(book.commands));
  const auto all =
      static_cast<std::uint64_t>((scene.window.to - scene.window.from).ns / scene.window.step.ns);
  const std::uint64_t every = std::max<std::uint64_t>(1, all / options.samples);
  std::uint64_t done = 0;
  collector.tick(scene.window.from, true);
  BULKHEAD_TRY_STATUS(driver.run([&](Timestamp now) {
    ++done;
    collector.tick(now, done % every == 0);
    if (options.wallet_failure.ns != 0 && now >= options.wallet_failure &&
        now - scene.window.step < options.wallet_failure) {
      collector.fail_wallet();
    }
    if (options.progress) options.progress(done, all);
  }));
  RunResult result;
  result.data = collector.finish(scene.window.from, scene.window.to);
  result.totals = collector.totals();
  return result;
}

std::vector<TotalRow> compare(const RunTotals& ladder, const RunTotals& liquidate_only,
                              const std::string& numeraire) {
  const auto row = [&](const char* label, const std::string& unit, double a, double b,
                       Better better) { return TotalRow{label, unit, a, b, better}; };
  std::vector<TotalRow> rows = {
      row("bad debt", numeraire, ladder.bad_debt, liquidate_only.bad_debt, Better::less),
      row("paid by the insurance fund", numeraire, ladder.insurance, liquidate_only.insurance,
          Better::less),
      row("accounts that defaulted", "accounts", ladder.accounts_defaulted,
          liquidate_only.accounts_defaulted, Better::less),
      row("liquidated", numeraire, ladder.liquidated, liquidate_only.liquidated, Better::less),
      row("liquidation fills", "fills", ladder.liquidation_fills, liquidate_only.liquidation_fills,
          Better::less),
      row("margin calls", "calls", ladder.calls, liquidate_only.calls, Better::none),
      row("sequestrations final", "", ladder.sequestrations_final,
          liquidate_only.sequestrations_final, Better::none),
      row("withdrawals refused", "", ladder.withdrawals_refused, liquidate_only.withdrawals_refused,
          Better::none),
      row("mean counted collateral", numeraire, ladder.mean_collateral,
          liquidate_only.mean_collateral, Better::none),
      row("owners' mean stake in the wallet", numeraire, ladder.mean_wallet_loss,
          liquidate_only.mean_wallet_loss, Better::less)};
  if (ladder.wallet_loss > 0 || liquidate_only.wallet_loss > 0) {
    rows.push_back(row("owners' loss, wallet failed", numeraire, ladder.wallet_loss,
                       liquidate_only.wallet_loss, Better::less));
    rows.push_back(row("accounts that lose by it", "accounts", ladder.wallet_losers,
                       liquidate_only.wallet_losers, Better::less));
  }
  return rows;
}

}  // namespace bulkhead::replay
