// The books of a portfolio document: holdings, debts, positions and orders in integers.
#pragma once

#include "bulkhead/cli/portfolio_market.h"

namespace bulkhead::cli {

// Fills market.portfolio from the document; registry and epoch are there. Errors name the line.
Status fill_books(const ReadPortfolio& read, const collateral::Parameters& schedule,
                  PortfolioMarket& market);

}  // namespace bulkhead::cli
