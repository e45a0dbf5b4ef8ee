#include "crowd_hour.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulkhead::bench {
namespace {

// To stderr, at most every five seconds.
class Progress {
 public:
  void say(std::string_view what, std::uint64_t done, std::uint64_t all) {
    const double now = spent_now().wall;
    if (now - said_ < 5 && done != all) return;
    said_ = now;
    fmt::print(stderr, "{} {} of {} ({:.0f} s)\n", what, done, all, now - began_);
  }

 private:
  double began_ = spent_now().wall;
  double said_ = 0;
};

class Hour {
 public:
  Hour(const CrowdOptions& options, std::vector<CoinPath> paths)
      : options_(options),
        random_(11, 0),
        engines_(options.plain != 0, options.check_every, options.sample > 0),
        market_(engines_, options.shape, std::move(paths), options.from, random_),
        accounts_(engines_, market_, random_),
        outside_(engines_, random_) {}

  Result<HourFigures> run() {
    BULKHEAD_TRY_STATUS(market_.found());
    BULKHEAD_TRY_STATUS(market_.observe_bar(0));
    figures_.market = memory_now();
    BULKHEAD_TRY_STATUS(open());
    BULKHEAD_TRY_STATUS(market_.adopt(options_.from));
    figures_.adoption = engines_.last_spent();
    BULKHEAD_TRY_STATUS(outside_.true_up(options_.from));
    BULKHEAD_TRY_STATUS(tick_all());
    finish();
    return std::move(figures_);
  }

 private:
  // An even share of the accounts after each bar.
  Status open() {
    const Spent start = spent_now();
    const std::uint64_t before = engines_.commands();
    const std::uint32_t every =
        options_.sample == 0 ? 0 : std::max(1U, options_.accounts / options_.sample);
    std::uint32_t opened = 0;
    for (std::uint32_t bar = 0; bar < kBarsBefore; ++bar) {
      if (bar > 0) BULKHEAD_TRY_STATUS(market_.observe_bar(bar));
      const auto until =
          static_cast<std::uint32_t>(std::uint64_t{options_.accounts} * (bar + 1) / kBarsBefore);
      for (; opened < until; ++opened) {
        const bool sampled = every > 0 && opened % every == 0;
        BULKHEAD_TRY_STATUS(accounts_.open(market_.bar_time(bar), opened, sampled));
      }
      progress_.say("accounts opened:", opened, options_.accounts);
    }
    figures_.opening = spent_now() - start;
    figures_.commands = engines_.commands() - before;
    figures_.positions = accounts_.positions();
    figures_.opened = memory_now();
    return {};
  }

  Status tick_all() {
    figures_.jump_at = options_.ticks / 2;
    figures_.new_set_at = options_.ticks * 3 / 4;
    for (std::uint32_t t = 0; t < options_.ticks; ++t) {
      const Timestamp now =
          options_.from + milliseconds(std::int64_t{options_.milliseconds} * (t + 1));
      BULKHEAD_TRY_STATUS(outside_.answer(now));
      BULKHEAD_TRY_STATUS(market_.observe(now, t));
      TickFigures tick;
      tick.prices = engines_.last_spent().wall;
      if (t == figures_.new_set_at) {
        BULKHEAD_TRY_STATUS(market_.adopt(now));
        figures_.new_set = engines_.last_spent();
      }
      BULKHEAD_TRY_STATUS(measure(now, tick));
      progress_.say("ticks:", t + 1, options_.ticks);
    }
    return {};
  }

  Status measure(Timestamp now, TickFigures& tick) {
    const engine::TickCounts before = engines_.counts();
    BULKHEAD_TRY_STATUS(engines_.tick(now));
    outside_.hear(now, engines_.last_events());
    const engine::TickCounts after = engines_.counts();
    const auto share = [this](std::uint64_t part) {
      return static_cast<double>(part) / static_cast<double>(options_.accounts);
    };
    tick.spent = engines_.last_spent();
    tick.share = share(after.evaluated - before.evaluated);
    tick.for_nothing = share(after.at_rest - before.at_rest);
    tick.changes = engines_.last_changes();
    figures_.ticks.push_back(tick);
    return {};
  }

  void finish() {
    figures_.end = memory_now();
    figures_.counts = engines_.counts();
    figures_.check = engines_.check();
    figures_.trued_up = outside_.trued_up();
    figures_.answers = outside_.answers();
    figures_.fills = outside_.fills();
    figures_.sample = engines_.sample_size();
    figures_.longest = engines_.longest();
    const double engines = options_.sample > 0 ? 2 : 1;
    figures_.rows = engines * options_.shape.instruments * 4.0 * options_.shape.scenarios;
    const Spent start = spent_now();
    engines_.fast().state_root();
    figures_.digest = spent_now() - start;
    const double heap = memory_now().heap;
    const engine::CommandMemory copy = engines_.fast().state().memory;
    // Each has a leaf of two hashes in the state hash, too.
    figures_.ids = memory_now().heap - heap + 64.0 * static_cast<double>(copy.size());
  }

  const CrowdOptions& options_;
  Progress progress_;
  RandomStream random_;
  CrowdEngines engines_;
  CrowdMarket market_;
  CrowdAccounts accounts_;
  CrowdOutside outside_;
  HourFigures figures_;
};

}  // namespace

Result<HourFigures> run_hour(const CrowdOptions& options) {
  RandomStream random(7, 0);
  BULKHEAD_TRY(std::vector<CoinPath> paths,
               price_paths({.data = options.data,
                            .from = options.from,
                            .coins = options.underlyings,
                            .ticks = options.ticks,
                            .step = milliseconds(options.milliseconds)},
                           random));
  return Hour(options, std::move(paths)).run();
}

}  // namespace bulkhead::bench
