// What a replay shows: a plain record of samples, calls, sequestrations, defaults and totals,
// filled by the replay driver and drawn by report.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/views/monitor_view.h"

namespace bulkhead::replay {

struct PricePoint {
  Timestamp time;
  double price = 0;
};

struct RegimeSpan {
  Timestamp begin, end;
  market::Regime regime = market::Regime::normal;
};

struct QualitySpan {
  Timestamp begin, end;
  market::Quality quality = market::Quality::good;
};

struct AssetSeries {
  std::string asset;
  std::vector<PricePoint> points;
  std::vector<RegimeSpan> regimes;      // in order, not overlapping
  std::vector<QualitySpan> below_good;  // times when the price was not good
};

inline constexpr std::array<int, 6> kFanPercentiles = {1, 5, 25, 50, 75, 95};

// All accounts with obligations at one sample time.
struct CoverageSample {
  Timestamp time;
  std::array<double, 6> coverage{};  // E / IM at kFanPercentiles, ascending
  std::uint32_t accounts = 0;        // that have obligations
};

struct Level {
  std::string name;     // "call"
  double coverage = 0;  // 0.90
};

// How many accounts stand in each stage at a sample time; names in ReportData::stages.
struct StageSample {
  Timestamp time;
  std::vector<std::uint32_t> counts;
};

// Moves between stages over the whole replay; indices into ReportData::stages.
struct StageFlow {
  std::uint32_t from = 0, to = 0;
  std::uint32_t count = 0;
};

// Value (numéraire) per layer at a sample time.
struct StackSample {
  Timestamp time;
  std::vector<double> values;
};

struct CallRow {
  std::string id, account;
  Timestamp opened, deadline, closed;  // closed 0: still open
  double amount = 0, paid = 0;         // numéraire
  std::string outcome;                 // met, lapsed, withdrawn, failed, open
  std::string reason;
};

struct SequestrationRow {
  std::string account, asset, place, trigger;
  Timestamp begun, final, released;  // 0: not (yet)
  double value = 0;                  // numéraire when begun
  bool needed = false;               // the account defaulted while it was held
};

struct TimelineEntry {
  Timestamp time;
  std::string kind;  // watch, call, paid, sequestered, default, slice, fund, closed …
  std::string text;
};

struct DefaultRow {
  std::string account, member, ground;
  Timestamp declared, closed;
  double equity_at_default = 0;
  double covered_by_vault = 0;  // loss met from its own sequestered collateral
  double covered_by_own = 0;    // from its other collateral
  double insurance_fund = 0, bad_debt = 0;
  std::vector<TimelineEntry> timeline;
  std::vector<PricePoint> coverage;  // E / IM around the default
};

enum class Better : std::uint8_t { none, less, more };

// One line of the comparison of two policies on the same inputs.
struct TotalRow {
  std::string label, unit;  // unit "USDT", "accounts", "" …
  double first = 0, second = 0;
  Better better = Better::none;
};

struct ReportData {
  std::string title;  // "March 2020, synthetic book of 2,000 accounts"
  std::string numeraire;
  Timestamp begin, end;
  std::string lead;  // one or two sentences for the top of the page
  std::vector<AssetSeries> assets;
  std::vector<CoverageSample> coverage;
  std::vector<Level> levels;        // falling
  std::vector<std::string> stages;  // in order of worsening
  std::vector<StageSample> stage_counts;
  std::vector<StageFlow> flows;
  std::vector<std::string> buckets;  // free, pledged, sequestered, in transit
  std::vector<StackSample> by_bucket;
  std::vector<std::string> places;
  std::vector<StackSample> by_place;
  std::vector<CallRow> calls;
  std::vector<SequestrationRow> sequestrations;
  std::vector<DefaultRow> defaults;
  std::vector<views::MonitorLine> models;       // the watch over the model, at the end
  std::string policy = "the ladder";            // of this run, in words
  std::string other_policy = "liquidate-only";  // of the run that it is compared with
  std::vector<TotalRow> totals;                 // empty: no second policy was run
  std::vector<std::string> notes;               // data quality, models, what is missing
  std::vector<std::pair<std::string, std::string>>
      provenance;  // commands, events, seed, tree head …
};

}  // namespace bulkhead::replay
