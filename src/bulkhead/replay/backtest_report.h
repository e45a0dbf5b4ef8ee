// The page of a backtest: exceptions on the P&L, margin through the crashes, the transforms'
// histogram, and every product's figures.
#pragma once

#include <string>

#include "bulkhead/calibration/backtest.h"
#include "bulkhead/calibration/backtest_judgement.h"

namespace bulkhead::replay {

struct BacktestPage {
  const calibration::BacktestRun* run = nullptr;
  const std::vector<calibration::ProductJudgement>* products = nullptr;
  const std::vector<calibration::ModelTotal>* totals = nullptr;
  const std::vector<calibration::ModelTotal>* venue_totals = nullptr;
  std::string data;     // where the prices came from, as given
  std::string spacing;  // "daily", "hourly"
  double unit = 0;
};

std::string render_backtest(const BacktestPage& page);

}  // namespace bulkhead::replay
