// Watches a run and keeps what its report and summary show: samples of evaluated state, and the
// rows of calls, sequestrations and defaults from events.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/replay/frozen_books.h"
#include "bulkhead/replay/report_data.h"
#include "bulkhead/replay/run_totals.h"

namespace bulkhead::replay {

class Collector {
 public:
  explicit Collector(engine::Engine& engine) : engine_(engine) {}

  // Before the first tick: the books that reference margin is taken of. `end` of the window.
  void open(Timestamp end);
  void see(const engine::Command& command, const engine::Applied& applied);
  // After a tick: flows between stages always; the rest of a sample when `sample`.
  void tick(Timestamp now, bool sample);

  // The venue's own wallet fails now: what that costs its owners. Nothing else changes.
  void fail_wallet();

  const RunTotals& totals() const { return totals_; }
  // Series and rows; title, lead, notes, totals and provenance are the caller's.
  ReportData finish(Timestamp begin, Timestamp end);

 private:
  struct OpenSequestration {
    std::size_t row;
    std::string place;
    std::string asset;
  };

  void see_event(const engine::Event& event);
  void see_refusal(const engine::Command& command, const engine::Applied& applied);
  void see_call(const engine::Event& event);
  void see_vault(const engine::Event& event);
  void see_default(const engine::Event& event);
  // Of auctions, hedges and gains; true if the event was one of them and is done with.
  bool see_auction(const engine::Event& event);
  double value_of(const engine::AuctionFilled& filled) const;
  void count_score(engine::ScoreOutcome outcome);
  void count_open_scores();
  // Of the account's collateral, in numéraire; `sequestered` is part of it.
  double tied_up(const engine::AccountState& account, const risk::Requirement& needed,
                 double sequestered) const;
  void see_plan(const engine::Event& event, const engine::PlanAccepted& plan);
  void declare(const engine::Event& event, const engine::DefaultChanged& changed);
  void see_sale(const engine::Event& event);
  void count_called(Timestamp time, double amount);
  void note(const std::string& account, Timestamp time, std::string kind, std::string text);
  void sample_prices(Timestamp now);
  void sample_accounts(Timestamp now);
  struct WalletLoss {
    double value = 0;
    std::uint32_t accounts = 0;
  };
  WalletLoss wallet_loss() const;
  std::uint32_t stage_of(const engine::AccountState& account) const;

  engine::Engine& engine_;
  RunTotals totals_;
  ReportData data_;
  std::vector<std::uint32_t> stages_;  // by account, at the last tick
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> flows_;
  std::map<std::uint64_t, std::size_t> call_rows_;
  std::map<std::string, std::vector<std::size_t>> open_sequestrations_;  // by account
  std::map<std::string, std::size_t> open_defaults_;                     // by account
  std::map<std::string, std::uint32_t> defaulted_;
  std::map<std::string, std::vector<TimelineEntry>> recent_;  // by account, the last few
  std::map<std::string, std::size_t> series_;                 // by asset
  double collateral_sum_ = 0;
  double wallet_sum_ = 0;
  double sequestered_sum_ = 0;
  double initial_sum_ = 0;
  double tied_sum_ = 0;
  FrozenBooks frozen_;
  ReferenceMargin reference_;
  std::deque<std::pair<Timestamp, double>> called_;  // of the last 24 hours
  double called_sum_ = 0;
};

}  // namespace bulkhead::replay
