// Scene, book and engine for the benchmark, all from seeds.
#include "stage.h"

#include <unistd.h>

#include <filesystem>

#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/replay/book_writer.h"

namespace bulkhead::bench {

Result<replay::Scene> make_scene(std::uint64_t seed) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("bulkhead-bench-" + std::to_string(getpid()));
  replay::SynthMarketPlan plan = replay::default_market_plan(seed);
  plan.history_days = 1'100;  // enough for blocks of 1,000
  Result<replay::Scene> scene = replay::generate_scene(plan, directory);
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return scene;
}

Stage::Stage(const replay::Scene& scene, Executor& executor)
    : scene_(scene), sink_(executor), commander_(sink_, {}), now_(scene.window.from) {
  observations_ =
      feeds::last_of_each_step(scene.feed.observations, scene.window.from, scene.window.step);
  while (next_observation_ < observations_.size() &&
         observations_[next_observation_].time <= now_) {
    ++next_observation_;
  }
}

Result<std::unique_ptr<Stage>> Stage::make(const replay::Scene& scene, std::uint32_t accounts,
                                           std::uint32_t scenarios, Executor& executor) {
  std::unique_ptr<Stage> stage(new Stage(scene, executor));
  replay::BookRequest request;
  request.options.accounts = accounts;
  request.scenarios = scenarios;
  BULKHEAD_TRY(stage->book_, replay::generate_book_for(scene, request, executor));
  calibration::BuilderInput input = scene.histories;
  input.as_of = scene.window.from;
  calibration::BuilderOptions options;
  options.scenarios = scenarios;
  BULKHEAD_TRY(const calibration::BuiltSet built, calibration::build_scenario_set(input, options));
  BULKHEAD_TRY_STATUS(stage->sink_.put_content(encode(built.set)));
  return stage;
}

Status Stage::apply_until_account(bool stop) {
  for (; applied_ < book_.commands.size(); ++applied_) {
    const engine::Command& command = book_.commands[applied_];
    if (stop && std::holds_alternative<engine::OpenAccount>(command.body)) return {};
    BULKHEAD_TRY_STATUS(commander_.resend(command));
  }
  return {};
}

Status Stage::open_market() { return apply_until_account(true); }

Status Stage::open_accounts() { return apply_until_account(false); }

Result<Timestamp> Stage::observe() {
  now_ = now_ + scene_.window.step;
  engine::Observations batch;
  for (; next_observation_ < observations_.size() && observations_[next_observation_].time <= now_;
       ++next_observation_) {
    const feeds::TimedObservation& item = observations_[next_observation_];
    batch.items.push_back({.source = scene_.feed.sources[item.source].name,
                           .price = item.price,
                           .confidence = item.confidence,
                           .source_time = item.time});
  }
  if (!batch.items.empty()) {
    BULKHEAD_TRY_STATUS(commander_.must(now_, replay::kFeed, std::move(batch)));
  }
  return now_;
}

Status Stage::tick(Timestamp now) { return commander_.must(now, replay::kFeed, engine::Tick{}); }

}  // namespace bulkhead::bench
