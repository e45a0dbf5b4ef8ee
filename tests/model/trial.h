// One run of the engine beside the naive model and the auditor, on given or on random commands.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auditor.h"
#include "bulkhead/engine/engine.h"
#include "naive_model.h"

namespace bulkhead::naive {

class Trial {
 public:
  Trial();
  ~Trial();

  // False as soon as engine, model and auditor do not agree; `wrong` says how.
  bool give(const Command& command);
  const std::vector<std::string>& wrong() const { return wrong_; }
  const NaiveModel& model() const { return model_; }
  // What has not come to its end.
  std::vector<std::string> unfinished() const;
  const std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>& given() const {
    return given_;
  }
  const std::map<std::string, std::uint64_t>& said() const { return said_; }

 private:
  Facts facts();
  void compare();
  void compare(const NaiveAccount& account);
  void compare_deliveries(const NaiveAccount& account);
  void differ(const std::string& what, const std::string& engine, const std::string& model);

  SerialExecutor executor_;
  std::unique_ptr<engine::Engine> engine_;
  NaiveModel model_;
  Auditor auditor_;
  Facts facts_;
  std::vector<std::string> wrong_;
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> given_;  // accepted, refused
  std::map<std::string, std::uint64_t> said_;  // events by kind and what they came to
};

// The shortest list found that still goes wrong, by leaving out commands after the first `kept`.
std::vector<Command> shrink(std::vector<Command> commands, std::size_t kept);

}  // namespace bulkhead::naive
