// Watches a run and keeps what its report and summary show: samples of evaluated state, and the
// rows of calls, sequestrations and defaults from events.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/replay/report_data.h"

namespace bulkhead::replay {

// What a run came to; also the short form of its summary.
struct RunTotals {
  std::uint64_t commands = 0;
  std::uint64_t records = 0;
  std::uint32_t calls = 0;
  std::uint32_t calls_met = 0;
  std::uint32_t calls_missed = 0;
  std::uint32_t sequestrations = 0;        // ordered
  std::uint32_t sequestrations_final = 0;  // vault reached `held`
  std::uint32_t releases = 0;              // completed by the release rule
  std::uint32_t defaults = 0;
  std::uint32_t accounts_defaulted = 0;
  std::uint32_t closed = 0;
  std::uint32_t liquidation_fills = 0;
  std::uint32_t withdrawals_refused = 0;
  std::uint32_t acts_blocked = 0;  // by a price below good
  double liquidated = 0;           // numéraire traded by instruction
  double insurance = 0;            // numéraire
  double bad_debt = 0;             // numéraire
  double mean_collateral = 0;      // numéraire counted, over samples
  // What owners would have lost had the venue's own wallet failed: value at the place `internal`,
  // less the account's debts there, never below 0. Numéraire.
  double mean_wallet_loss = 0;      // over samples
  double wallet_loss = 0;           // at the time of the planted failure; 0 without one
  std::uint32_t wallet_losers = 0;  // accounts, likewise
  std::uint32_t samples = 0;
};

class Collector {
 public:
  explicit Collector(engine::Engine& engine) : engine_(engine) {}

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
};

}  // namespace bulkhead::replay
