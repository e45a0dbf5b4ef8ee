// The golden log as tests read it: its records grouped by command, what it covers, and what of the
// vocabulary it lacks (issue 2).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::golden {

// A digest follows every this many commands; whoever verifies the log has to ask for the same.
inline constexpr std::uint64_t kDigestInterval = 25;
inline constexpr const char* kLog = "testdata/logs/v1";
inline constexpr const char* kVkey = "testdata/logs/v1.vkey";
inline constexpr const char* kCheckpoint = "testdata/logs/v1.checkpoint";

// One command and the events that it caused.
struct Entry {
  std::uint64_t index = 0;  // record of the command
  engine::Command command;
  std::vector<engine::Event> events;
  std::vector<Bytes> records;  // of the events, as they stand in the log
};

// All of a log, in order. corrupt if a record cannot be decoded or an event comes first.
Result<std::vector<Entry>> read_entries(const node::LogReader& log);

// How often each kind occurs.
struct Coverage {
  std::size_t commands = 0;
  std::map<std::string, int> accepted;                        // by kind of command
  std::map<std::string, std::map<std::string, int>> refused;  // by kind of command, by code
  std::map<std::string, int> events;                          // by kind
  std::map<std::string, int> codes;                           // of refusals
};
Coverage coverage_of(const std::vector<Entry>& entries);
std::string to_table(const Coverage& coverage);

// What a complete log would have and this one has not: kinds of commands never accepted or never
// refused, kinds of events never said, codes of the engine never given. Empty: complete.
std::vector<std::string> missing_in(const Coverage& coverage);

}  // namespace bulkhead::golden
