// From a portfolio document to what a margin model reads: registry, epoch and sorted books.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/cli/portfolio_file.h"
#include "bulkhead/collateral/parameters.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::cli {

struct PortfolioMarket {
  market::Registry registry;
  market::Epoch epoch;
  risk::Portfolio portfolio;
  std::vector<std::string> notes;  // what was assumed or does not count, in words
};

// `histories`: prices of assets without one in the document; may be null. Collateral that the
// schedule does not name counts 0, as in the engine, and is noted. Errors name the line.
Result<std::unique_ptr<PortfolioMarket>> build_portfolio_market(
    const ReadPortfolio& read, const pricing::ScenarioSet& set,
    const calibration::BuilderInput* histories, const collateral::Parameters& schedule);

}  // namespace bulkhead::cli
