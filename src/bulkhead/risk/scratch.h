// Working memory of one evaluating thread. Inner header of evaluate() and explain().
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/risk/book.h"
#include "bulkhead/risk/charges.h"
#include "bulkhead/risk/netting.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

struct Scratch::Impl {
  Valuation valuation;
  Book book;
  NettingScratch vectors;
  NettingResult netting;
  std::vector<Exposure> exposures;
  std::vector<double> deltas;
  // Of the last evaluation: the expiry after which `parts` was largest; none: the book as it is.
  std::optional<Timestamp> expired_until;
};

}  // namespace bulkhead::risk
