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
  input.custodian = options.custodian;
  input.planner = options.planner;
  input.wallet_warning = options.wallet_warning;
  Driver driver(sink, input, [&collector](const auto& command, const auto& applied) {
    collector.see(command, applied);
  });
  BULKHEAD_TRY_STATUS(driver.open_with(book.commands));
  const auto all =
      static_cast<std::uint64_t>((scene.window.to - scene.window.from).ns / scene.window.step.ns);
  const std::uint64_t every = std::max<std::uint64_t>(1, all / options.samples);
  std::uint64_t done = 0;
  collector.open(scene.window.to);
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

std::vector<TotalRow> compare(const RunTotals& first, const RunTotals& second,
                              const std::string& numeraire) {
  std::vector<TotalRow> rows;
  const auto row = [&](const char* label, const std::string& unit, auto RunTotals::* field,
                       Better better) {
    rows.push_back({label, unit, static_cast<double>(first.*field),
                    static_cast<double>(second.*field), better});
  };
  row("bad debt", numeraire, &RunTotals::bad_debt, Better::less);
  row("paid by the insurance fund", numeraire, &RunTotals::insurance, Better::less);
  row("accounts that defaulted", "accounts", &RunTotals::accounts_defaulted, Better::less);
  row("defaults in which something was sold", "", &RunTotals::liquidations, Better::less);
  row("of these, would have recovered", "", &RunTotals::avoidable, Better::less);
  row("what these lost by it", numeraire, &RunTotals::avoidable_loss, Better::less);
  row("liquidated", numeraire, &RunTotals::liquidated, Better::less);
  row("liquidation fills", "fills", &RunTotals::liquidation_fills, Better::less);
  row("collateral sold", numeraire, &RunTotals::collateral_sold, Better::less);
  if (first.plans > 0 || second.plans > 0) {
    row("plans of a planner followed", "", &RunTotals::plans, Better::none);
    row("their expected cost", numeraire, &RunTotals::plan_cost, Better::less);
    row("the core's own would have cost", numeraire, &RunTotals::plain_cost, Better::none);
  }
  row("margin calls", "calls", &RunTotals::calls, Better::none);
  row("most called within 24 hours", numeraire, &RunTotals::most_called, Better::none);
  row("sequestrations final", "", &RunTotals::sequestrations_final, Better::none);
  row("mean sequestered", numeraire, &RunTotals::mean_sequestered, Better::none);
  row("mean counted collateral", numeraire, &RunTotals::mean_collateral, Better::none);
  row("mean collateral tied up", numeraire, &RunTotals::mean_tied_up, Better::none);
  row("withdrawals refused", "", &RunTotals::withdrawals_refused, Better::none);
  row("margin of unchanged books, peak / trough", "", &RunTotals::margin_peak_to_trough,
      Better::less);
  row("the same, greatest rise in 24 hours", "", &RunTotals::margin_rise, Better::less);
  row("owners' mean stake in the wallet", numeraire, &RunTotals::mean_wallet_loss, Better::less);
  if (first.wallet_loss > 0 || second.wallet_loss > 0) {
    row("owners' loss, wallet failed", numeraire, &RunTotals::wallet_loss, Better::less);
    row("accounts that lose by it", "accounts", &RunTotals::wallet_losers, Better::less);
  }
  return rows;
}

}  // namespace bulkhead::replay
