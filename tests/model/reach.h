// What random commands must have reached, so that a test that agrees has also seen something: every
// kind of command accepted and refused, every failure of a place, every end of what can begin.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "naive_model.h"

namespace bulkhead::naive {

class Reach {
 public:
  // `model`: as it was before the command.
  void note(const Command& command, const NaiveModel& model, const engine::Applied& applied);
  void add(const Reach& other);
  // What a run of enough commands must have come to and has not.
  std::vector<std::string> missing() const;
  const std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>& given() const {
    return given_;
  }
  const std::map<std::string, std::uint64_t>& came() const { return came_; }

 private:
  void note_package(const Command& command, const NaiveModel& model, bool refused);
  void note_receipt(const engine::CustodyReceipt& receipt, const NaiveModel& model);

  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> given_;  // accepted, refused
  std::map<std::string, std::uint64_t> came_;  // events by kind and what they came to, and more
};

}  // namespace bulkhead::naive
