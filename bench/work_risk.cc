// Evaluations, ES and rows: pure functions of one closed epoch.
#include <atomic>

#include "bulkhead/engine/portfolio.h"
#include "bulkhead/risk/core.h"
#include "bulkhead/risk/pnl.h"
#include "work.h"

namespace bulkhead::bench {
namespace {

constexpr int kRepeats = 9;
constexpr std::size_t kGrain = 64;

// Keeps what is computed.
std::atomic<std::int64_t> kept{0};

struct Books {
  std::vector<risk::Portfolio> portfolios;
  std::vector<std::vector<risk::HaircutValue>> haircuts;
};

Books books_of(const engine::State& state, engine::Valuer& valuer) {
  Books books;
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    risk::Portfolio book = valuer.counted(AccountIndex(i));
    if (!book.has_obligations()) continue;
    std::vector<risk::HaircutValue> values;
    for (const risk::AssetAmount& held : book.collateral) {
      values.push_back({held.asset, valuer.haircut_value(held.asset, held.amount)});
    }
    books.portfolios.push_back(std::move(book));
    books.haircuts.push_back(std::move(values));
  }
  return books;
}

Timing evaluations(const risk::EpochRisk& market, const Books& books, Executor& executor,
                   double (*clock)()) {
  const std::size_t count = books.portfolios.size();
  std::vector<risk::Scratch> scratches((count + kGrain - 1) / kGrain);
  return measure(kRepeats, clock, [&] {
    executor.parallel_for(count, kGrain, [&](std::size_t begin, std::size_t end) {
      std::int64_t sum = 0;
      for (std::size_t i = begin; i < end; ++i) {
        sum += risk::evaluate(market, books.portfolios[i], books.haircuts[i],
                              scratches[begin / kGrain])
                   .initial.micros;
      }
      kept.fetch_add(sum, std::memory_order_relaxed);
    });
    return static_cast<double>(count);
  });
}

// What one exact ES of a book takes: its P&L over the whole row, and the tails of the three blocks.
Timing shortfalls(const risk::EpochRisk& market, const Books& books) {
  risk::TailScratch<std::int64_t> scratch;
  std::vector<risk::ScaledRow> rows;
  std::vector<std::int64_t> pnl(market.rows().length());
  return measure(kRepeats, thread_seconds, [&] {
    Int128 sum = 0;
    std::size_t count = 0;
    for (const risk::Portfolio& book : books.portfolios) {
      risk::UnitChooser unit;
      for (const risk::PositionLots& line : book.positions) {
        unit.add(market.rows().instrument(line.instrument), line.lots);
      }
      if (book.positions.empty() || !unit.narrow()) continue;
      rows.clear();
      for (const risk::PositionLots& line : book.positions) {
        rows.push_back(risk::scaled_row(market.rows().instrument(line.instrument), line.lots,
                                        unit.exponent()));
      }
      std::fill(pnl.begin(), pnl.end(), 0);
      market.kernels().add_rows(rows, pnl);
      const risk::Tails tails =
          risk::tails_of(std::span<const std::int64_t>(pnl), market.set(), market.rows(),
                         market.parameters().level, unit.exponent(), market.kernels(), scratch);
      sum += tails.filtered + tails.stressed + tails.long_run;
      ++count;
    }
    kept.fetch_add(static_cast<std::int64_t>(sum), std::memory_order_relaxed);
    return static_cast<double>(count);
  });
}

std::size_t row_count(const risk::EpochRisk& market) {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < market.registry().assets().size(); ++i) {
    rows += market.rows().asset(AssetIndex(i)).present() ? 1U : 0U;
  }
  for (std::size_t i = 0; i < market.registry().instruments().size(); ++i) {
    rows += market.rows().instrument(InstrumentIndex(i)).present() ? 1U : 0U;
  }
  return rows;
}

Timing rows(const engine::State& state, const risk::EpochRisk& market,
            const pricing::NeededSet& needed) {
  SerialExecutor serial;
  return measure(kRepeats, thread_seconds, [&] {
    const auto built = pricing::build_rows(state.registry(), market.epoch(), market.set(),
                                           market.parameters().revaluation, needed, serial);
    kept.fetch_add(static_cast<std::int64_t>(built->length()), std::memory_order_relaxed);
    return static_cast<double>(row_count(market));
  });
}

Timing epochs(const engine::State& state, const risk::EpochRisk& market,
              const pricing::NeededSet& needed) {
  SerialExecutor serial;
  return measure(kRepeats, thread_seconds, [&] {
    const auto built = risk::EpochRisk::build(state.registry(), market.epoch(), market.set(),
                                              market.parameters(), needed, serial);
    kept.fetch_add(static_cast<std::int64_t>(built->rows().length()), std::memory_order_relaxed);
    return 1.0;
  });
}

Figure in_slots(Figure figure, const Timing& timing, const Ceilings& ceilings) {
  figure.ratio = timing.median / ceilings.flop.median;
  figure.ratio_of = "flops at FMA peak";
  return figure;
}

}  // namespace

Result<std::vector<Figure>> measure_risk(Stage& stage, const Ceilings& ceilings) {
  BULKHEAD_TRY(engine::Valuer * valuer, stage.engine().figures());
  const engine::State& state = stage.engine().state();
  const risk::EpochRisk& market = valuer->whole_risk();
  const pricing::NeededSet needed =
      engine::needed_set(state, engine::covered_set(state, market.set()));
  const Books books = books_of(state, *valuer);
  SerialExecutor serial;
  TwoThreads two;
  const Timing one_core = evaluations(market, books, serial, thread_seconds);
  const Timing two_cores = evaluations(market, books, two, wall_seconds);
  const Timing shortfall = shortfalls(market, books);
  const Timing row = rows(state, market, needed);
  const Timing epoch = epochs(state, market, needed);

  std::vector<Figure> figures;
  figures.push_back(
      plain("books with obligations", "", static_cast<double>(books.portfolios.size())));
  figures.push_back(plain("scenarios in a row", "", static_cast<double>(market.rows().length())));
  figures.push_back(plain("rows in an epoch", "", static_cast<double>(row_count(market))));
  figures.push_back(
      in_slots(timed("full evaluation, one thread", "evaluation", one_core), one_core, ceilings));
  Figure both = timed("full evaluation, two threads, wall clock", "evaluation", two_cores);
  both.ratio = one_core.median / two_cores.median;
  both.ratio_of = "times one thread";
  figures.push_back(std::move(both));
  Figure relative = plain("full evaluation / one ES", "ES", one_core.median / shortfall.median);
  figures.push_back(std::move(relative));
  figures.push_back(in_slots(timed("P&L and ES of a book", "ES", shortfall), shortfall, ceilings));
  figures.push_back(in_slots(timed("row", "row", row), row, ceilings));
  figures.push_back(timed("shared figures of an epoch", "epoch", epoch));
  return figures;
}

}  // namespace bulkhead::bench
