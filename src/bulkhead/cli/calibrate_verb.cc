// `bulkhead calibrate`: refits what is estimated per asset from a data folder (D12.1).
#include "bulkhead/calibration/product_portfolios.h"
#include "bulkhead/calibration/refit.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/replay/histories.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string drift_of(const calibration::DriftReport& drift) {
  if (drift.wider + drift.narrower == 0) return "";
  return std::to_string(drift.wider) + " wider, " + std::to_string(drift.narrower) + " narrower";
}

std::string pegs_text(const std::vector<calibration::PegRefit>& pegs) {
  if (pegs.empty()) return "";
  Table table({"peg", "against", "depegs", "in years", "a year", "95 % interval", "mean depth",
               "worst", "mean days", "flags"},
              {false, false, true, true, true, true, true, true, true, false});
  for (const calibration::PegRefit& peg : pegs) {
    if (!peg.depeg) {
      table.add({peg.asset, peg.against, "-", "-", "-", "-", "-", "-", "-", joined(peg.flags)});
      continue;
    }
    const calibration::DepegFit& fit = *peg.depeg;
    table.add({peg.asset, peg.against, std::to_string(fit.events), plain_number(fit.years),
               plain_number(fit.per_year),
               plain_number(fit.per_year_least) + " to " + plain_number(fit.per_year_greatest),
               percent(fit.mean_depth, 2), percent(fit.worst_depth, 2), plain_number(fit.mean_days),
               joined(peg.flags)});
  }
  return "\n" + table.text();
}

std::string text_of(const calibration::Refit& refit) {
  Table table(
      {"asset", "returns", "left out", "volatility", "long run", "GARCH", "tail shape", "ES 97.5 %",
       "haircut", "beta", "correlation", "daily volume", "impact", "drift", "flags"},
      {false, true, true, true, true, true, true, true, true, true, true, true, true, false,
       false});
  for (const calibration::AssetRefit& one : refit.assets) {
    const std::uint64_t left = one.cleaning.repeated + one.cleaning.spikes + one.cleaning.frozen;
    table.add({one.asset, with_commas(one.returns), with_commas(left), percent(one.volatility, 2),
               percent(one.long_run_volatility, 2),
               plain_number(one.garch_alpha) + " " + plain_number(one.garch_beta),
               plain_number(one.tail_shape), percent(one.shortfall), percent(one.haircut),
               plain_number(one.beta), plain_number(one.correlation),
               one.liquidity ? with_commas(static_cast<std::uint64_t>(one.liquidity->adv)) : "-",
               one.liquidity ? plain_number(one.liquidity->impact_exponent) : "-",
               drift_of(one.drift), joined(one.flags)});
  }
  return table.text() + pegs_text(refit.pegs);
}

Result<calibration::Refit> refit(const Arguments& arguments) {
  BULKHEAD_TRY(const Timestamp as_of, arguments.time("--as-of"));
  std::vector<replay::HistoryRequest> wanted;
  if (arguments.has("--assets")) {
    for (const std::string& asset : arguments.list("--assets")) wanted.push_back({.asset = asset});
  } else {
    for (const auto& asset : calibration::backtest_assets()) {
      wanted.push_back({.asset = std::string(asset)});
    }
  }
  for (const std::string& peg : arguments.list("--pegs")) {
    wanted.push_back({.asset = peg, .peg = true});
  }
  calibration::MarketBars bars;
  for (const replay::HistoryRequest& one : wanted) {
    if (one.peg) continue;
    BULKHEAD_TRY(bars[one.asset],
                 replay::load_traded_bars(arguments.text("--data"), one.asset, as_of));
  }
  BULKHEAD_TRY(calibration::BuilderInput histories,
               replay::load_histories(arguments.text("--data"), "USDT", wanted, as_of));
  histories.as_of = as_of;
  node::ThreadPool pool(2);
  return calibration::refit_parameters(histories, calibration::BuilderOptions{}, pool, bars);
}

int run(const Arguments& arguments, Terminal& terminal) {
  const Result<calibration::Refit> answer = refit(arguments);
  if (!answer) return terminal.fail(answer.error());
  if (arguments.has("--out")) {
    const Status written = write_text(arguments.text("--out"), wire::to_json(*answer) + "\n");
    if (!written) return terminal.fail(written.error());
  }
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
    return kOk;
  }
  terminal.line("as of " + to_string(answer->as_of) + ", returns " +
                to_string(answer->window_begin) + " to " + to_string(answer->window_end) +
                ", shrinkage " + plain_number(answer->shrinkage));
  terminal.out(text_of(*answer));
  if (arguments.has("--out")) terminal.line("written  " + arguments.text("--out"));
  return kOk;
}

}  // namespace

Verb calibrate_verb() {
  return {
      .name = "calibrate",
      .summary = "volatilities, tails, betas and correlation refitted from recorded prices",
      .details =
          "Reads closes before --as-of, leaves out repeated times, spikes that both neighbours\n"
          "contradict and frozen prices, and estimates per asset: EWMA and long-run volatility,\n"
          "GARCH(1,1), the tail of losses and a haircut from it, beta and correlation with BTC;\n"
          "daily volume, spread and the exponent of impact where there are bars with volume; per\n"
          "peg how often a year it left it, how far, how long; and the correlation of all, "
          "shrunk.\n"
          "drift counts alarms that the newest 250 returns were wider or narrower than forecast,\n"
          "one in 1,000 returns being false. A figure that cannot be estimated is stated and\n"
          "flagged. The file has the window and a hash of what was read. A refit is a proposal: "
          "no\n"
          "account sees it; `bulkhead backtest --challenger` runs it through history.\n"
          "\n"
          "Example:\n"
          "  bulkhead calibrate --data ../shared/data --as-of 2025-10-01 --out refit.json",
      .options = {required_value("--data", "DIR", "recorded prices"),
                  required_value("--as-of", "TIME", "only closes before it are used"),
                  value("--assets", "A,B", "only these, BTC among them"),
                  value("--pegs", "A,B", "stablecoins whose depegs are counted", "DAI,USDC,USDP"),
                  value("--out", "FILE", "where the refit is written, JSON"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
