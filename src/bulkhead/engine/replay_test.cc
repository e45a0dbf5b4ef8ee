// One log, one result: restarted after any command from the records kept so far, evaluated twice,
// on one thread or two, the engine says the same and its state has the same root (DESIGN 3).
#include <atomic>
#include <thread>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

// Blocks of a batch on a fixed number of threads, each taking the next block that is left.
class ThreadedExecutor final : public Executor {
 public:
  explicit ThreadedExecutor(unsigned threads) : threads_(threads) {}
  void parallel_for(std::size_t count, std::size_t grain,
                    const std::function<void(std::size_t, std::size_t)>& body) override {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t begin = next.fetch_add(grain); begin < count;
           begin = next.fetch_add(grain)) {
        body(begin, std::min(begin + grain, count));
      }
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < threads_; ++i) helpers.emplace_back(work);
    work();
  }

 private:
  unsigned threads_;
};

// The log of everything, its answers, and the root after each command.
class Replay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    WorldOptions options;
    options.engine.digest_interval = kDigests;
    world_ = new World(options);
    play_everything(*world_);
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  static ContentSource content() {
    return [](const Hash& hash) -> Result<Bytes> {
      const auto at = world_->content().find(hash);
      if (at != world_->content().end()) return at->second;
      return fail(ErrorCode::not_found, "hash", "", "");
    };
  }
  // Runs the log from `begin` on a given engine; every answer must be the one of the world.
  static void follow(Engine& engine, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Applied applied = engine.apply(world_->log()[i]);
      ASSERT_EQ(applied.record, world_->answers()[i].record) << "command " << i;
      ASSERT_EQ(answer_bytes(applied), answer_bytes(world_->answers()[i])) << "command " << i;
    }
  }
  static constexpr std::uint64_t kDigests = 25;
  static World* world_;
};
World* Replay::world_ = nullptr;

TEST_F(Replay, TheSameFromTheBeginning) {
  SerialExecutor serial;
  Engine engine(content(), serial, {.digest_interval = kDigests});
  follow(engine, 0, world_->log().size());
  EXPECT_EQ(engine.state_root(), world_->engine().state_root());
}

TEST_F(Replay, TheSameWhenEveryAccountIsEvaluatedTwice) {
  SerialExecutor serial;
  Engine engine(content(), serial, {.evaluate_twice = true, .digest_interval = kDigests});
  follow(engine, 0, world_->log().size());
}

TEST_F(Replay, TheSameOnTwoThreads) {
  ThreadedExecutor threads(2);
  Engine engine(content(), threads, {.digest_interval = kDigests});
  follow(engine, 0, world_->log().size());
}

// What one looks at between commands changes nothing.
TEST_F(Replay, TheSameWhenSomeoneLooks) {
  SerialExecutor serial;
  Engine engine(content(), serial, {.digest_interval = kDigests});
  for (std::size_t i = 0; i < world_->log().size(); ++i) {
    const Applied applied = engine.apply(world_->log()[i]);
    ASSERT_EQ(answer_bytes(applied), answer_bytes(world_->answers()[i])) << "command " << i;
    const Result<Valuer*> figures = engine.figures();
    if (!figures || engine.state().accounts().empty()) continue;
    const AccountIndex account(i % engine.state().accounts().size());
    (*figures)->explain(account);
    (*figures)->standing(account);
  }
}

TEST_F(Replay, TheRootIsThatOfAllRecordsFromScratch) {
  SerialExecutor serial;
  Engine engine(content(), serial, {.digest_interval = kDigests});
  std::map<std::string, Bytes> records;
  for (std::size_t i = 0; i < world_->log().size(); ++i) {
    engine.apply(world_->log()[i]);
    absorb(records, engine.changes());
    if (i % 20 == 0) {
      ASSERT_EQ(engine.state_root(), root_of(records)) << "command " << i;
    }
  }
  EXPECT_EQ(records, world_->records());
}

// Restored after every command, the engine answers the next few as the first did; every so often to
// the end of the log.
TEST_F(Replay, RestoredAfterEveryCommand) {
  SerialExecutor serial;
  Engine first(content(), serial, {.digest_interval = kDigests});
  std::map<std::string, Bytes> records;
  const std::size_t size = world_->log().size();
  for (std::size_t i = 0; i < size; ++i) {
    first.apply(world_->log()[i]);
    absorb(records, first.changes());
    Engine second(content(), serial, {.digest_interval = kDigests});
    const Status restored = second.restore(records);
    ASSERT_TRUE(restored.has_value()) << to_string(restored.error()) << " after command " << i;
    ASSERT_EQ(second.state_root(), first.state_root()) << "after command " << i;
    follow(second, i + 1, i % 97 == 0 ? size : std::min(size, i + 4));
    if (HasFatalFailure()) FAIL() << "restored after command " << i;
    ASSERT_EQ(broken_invariant(second.state()), "");
  }
}

}  // namespace
}  // namespace bulkhead::engine
