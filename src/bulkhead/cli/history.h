// What the log says of one account, in words: the decisions that made its stages what they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::cli {

struct HistoryLine {
  std::uint64_t record = 0;
  Timestamp time;
  std::string kind;  // of the event
  std::string text;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "record", self.record);
    visit(2, "time", self.time);
    visit(3, "kind", self.kind);
    visit(4, "text", self.text);
  }
};

// Stages, calls, sequestrations, releases, blocked acts, liquidation, losses and refusals of an
// account in records below `end`, oldest first.
Result<std::vector<HistoryLine>> history_of(const node::LogReader& log, const std::string& account,
                                            std::uint64_t end);

// Who paid how much, in the order of D10.3, without those who paid nothing.
std::string charges_in_words(const engine::LossCharges& charges);

}  // namespace bulkhead::cli
