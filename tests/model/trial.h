// One run of the engine beside the naive model and the auditor, on given or on random commands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auditor.h"
#include "bulkhead/engine/engine.h"
#include "naive_model.h"
#include "reach.h"

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
  const Reach& reach() const { return reach_; }

 private:
  Facts facts();
  void compare();
  void compare_losses();
  void compare_figures();
  void compare(const NaiveAccount& account);
  void compare_deliveries(const NaiveAccount& account);
  void differ(const std::string& what, const std::string& engine, const std::string& model);

  SerialExecutor executor_;
  std::unique_ptr<engine::Engine> engine_;
  NaiveModel model_;
  Auditor auditor_;
  Facts facts_;
  std::vector<std::string> wrong_;
  Reach reach_;
};

// The shortest list found that still goes wrong, by leaving out commands after the first `kept`.
std::vector<Command> shrink(std::vector<Command> commands, std::size_t kept);

}  // namespace bulkhead::naive
