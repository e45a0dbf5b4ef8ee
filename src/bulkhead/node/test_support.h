// For tests: a short real history as signed commands, nodes in memory or in a temporary directory,
// and damage done to a log.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/journal/memory_file_system.h"
#include "bulkhead/node/node.h"
#include "bulkhead/node/verify.h"

namespace bulkhead::node::testing {

// Commands with the content that they name.
struct History {
  std::vector<engine::Command> commands;
  std::vector<Bytes> content;
};

// Keys of the log and of the persons in histories.
audit::SignerKey log_key();
audit::Ed25519Seed person_seed(const std::string& name);
void sign(engine::Command& command);

// Ledger commands alone: persons, assets, places, accounts, deposits, pledges, withdrawals, some of
// them refused, about every third command signed. Deterministic.
History ledger_history(std::size_t commands);
// A market that falls: prices, scenario set, contracts, orders, margin calls, sequestration.
const History& market_history();

NodeOptions memory_options(journal::FileSystem& files, const std::string& directory = "log");
// Submits commands [first, end) of a history, content first; none may fail (a refusal may happen).
void submit(Node& node, const History& history, std::size_t first = 0, std::size_t end = SIZE_MAX);
// A closed log of the history in files that are all its own.
std::unique_ptr<journal::MemoryFileSystem> closed_log(const History& history,
                                                      const NodeOptions& options);

// Raw records of a log.
std::vector<Bytes> records_of(journal::FileSystem& files, const std::string& directory);
VerifyReport verify_log(journal::FileSystem& files, const std::string& directory,
                        Execution execution = Execution::always);

}  // namespace bulkhead::node::testing
