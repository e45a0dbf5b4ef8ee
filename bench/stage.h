// The world that is measured: a generated market, a generated book on it, and an engine in memory.
#pragma once

#include <memory>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/replay/book.h"
#include "bulkhead/replay/commander.h"
#include "bulkhead/replay/scene.h"
#include "two_threads.h"

namespace bulkhead::bench {

// The generated market of `bulkhead synth`: six coins with perpetuals, a stablecoin, fourteen
// options.
Result<replay::Scene> make_scene(std::uint64_t seed);

class Stage {
 public:
  // Prepares commands and content; the engine has seen nothing. `scene` must outlive the stage.
  static Result<std::unique_ptr<Stage>> make(const replay::Scene& scene, std::uint32_t accounts,
                                             std::uint32_t scenarios, Executor& executor);

  // Applies the commands before the first account; all the others.
  Status open_market();
  Status open_accounts();
  // Gives the observations of the window's next step and says its time.
  Result<Timestamp> observe();
  Status tick(Timestamp now);
  // Drops the prepared commands, which are no part of what is measured.
  void forget_book() { book_ = {}; }

  engine::Engine& engine() { return sink_.engine(); }

 private:
  Stage(const replay::Scene& scene, Executor& executor);
  Status apply_until_account(bool stop);

  const replay::Scene& scene_;
  std::vector<feeds::TimedObservation> observations_;
  replay::Book book_;
  replay::MemorySink sink_;
  replay::Commander commander_;
  std::size_t applied_ = 0;
  std::size_t next_observation_ = 0;
  Timestamp now_;
};

}  // namespace bulkhead::bench
