// The life of a node: commands, closing, falling, opening again.
#include "bulkhead/node/node.h"

#include "bulkhead/journal/rocks_store.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/journal/test_support.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/test_support.h"

namespace bulkhead::node {
namespace {

using journal::MemoryFileSystem;
using testing::closed_log;
using testing::ledger_history;
using testing::log_key;
using testing::market_history;
using testing::memory_options;
using testing::records_of;

std::unique_ptr<Node> must(Result<std::unique_ptr<Node>> node) {
  EXPECT_TRUE(node) << to_string(node.error());
  return node ? std::move(*node) : nullptr;
}

// What a single node makes of the whole history.
std::vector<Bytes> expected_records(const testing::History& history) {
  MemoryFileSystem none;
  const auto files = closed_log(history, memory_options(none));
  return records_of(*files, "log");
}

TEST(Node, WhatWasSubmittedIsVerifiedAfterClosing) {
  for (const std::uint64_t group : {1U, 7U, 1000U}) {
    MemoryFileSystem none;
    NodeOptions options = memory_options(none);
    options.group_commands = group;
    options.snapshot_commands = 40;
    const auto files = closed_log(market_history(), options);
    const VerifyReport report = testing::verify_log(*files, "log");
    EXPECT_EQ(report.outcome, VerifyOutcome::ok) << to_text(report);
    EXPECT_EQ(report.commands, market_history().commands.size());
    EXPECT_GT(report.records, 400U);
  }
}

TEST(Node, ContinuesAfterClosingAsIfItHadNot) {
  const testing::History& history = market_history();
  const std::vector<Bytes> expected = expected_records(history);
  const std::size_t half = history.commands.size() / 2;
  MemoryFileSystem files;
  auto node = must(Node::create(memory_options(files)));
  testing::submit(*node, history, 0, half);
  ASSERT_TRUE(node->close());
  EXPECT_FALSE(node->submit(history.commands[half]));
  EXPECT_FALSE(Node::create(memory_options(files)));
  node = must(Node::open(memory_options(files)));
  testing::submit(*node, history, half);
  ASSERT_TRUE(node->close());
  EXPECT_EQ(records_of(files, "log"), expected);
  EXPECT_EQ(testing::verify_log(files, "log").outcome, VerifyOutcome::ok);
}

TEST(Node, SecondWriterIsRefused) {
  MemoryFileSystem files;
  const auto node = must(Node::create(memory_options(files)));
  const auto second = Node::open(memory_options(files));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
}

TEST(Node, OtherKeyIsRefused) {
  MemoryFileSystem none;
  const auto files = closed_log(ledger_history(20), memory_options(none));
  NodeOptions options = memory_options(*files);
  options.key.seed[0] ^= 1;
  EXPECT_EQ(Node::open(options).error().code, ErrorCode::untrusted);
}

TEST(Node, RepeatedCommandGetsItsFirstAnswerAndNoRecord) {
  const testing::History history = ledger_history(40);
  MemoryFileSystem files;
  NodeOptions options = memory_options(files);
  options.group_commands = 1000;  // answers come from memory, then from the journal
  auto node = must(Node::create(options));
  std::vector<engine::Applied> first;
  for (const auto& command : history.commands) first.push_back(*node->submit(command));
  for (int round = 0; round < 2; ++round) {
    const std::uint64_t size = node->size();
    for (std::size_t i = 1; i < history.commands.size(); ++i) {
      const auto again = node->submit(history.commands[i]);
      ASSERT_TRUE(again) << to_string(again.error());
      EXPECT_EQ(again->record, first[i].record);
      EXPECT_EQ(again->refused, first[i].refused);
      ASSERT_EQ(again->events.size(), first[i].events.size());
    }
    EXPECT_EQ(node->size(), size);
    ASSERT_TRUE(node->flush());
  }
  engine::Command other = history.commands.back();
  other.body = engine::Deposit{"alice-1", "BTC", "internal", Amount{5}};
  other.signature.clear();
  const auto conflict = node->submit(other);
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().code, ErrorCode::command_conflict);
}

TEST(Node, SignatureThatDoesNotVerifyIsNoRecord) {
  testing::History history = ledger_history(40);
  MemoryFileSystem files;
  auto node = must(Node::create(memory_options(files)));
  testing::submit(*node, history, 0, 20);
  const std::uint64_t size = node->size();
  engine::Command command = history.commands[20];
  testing::sign(command);
  for (const std::size_t at : {std::size_t{0}, std::size_t{40}}) {
    engine::Command bad = command;
    bad.signature[at] ^= 4;
    EXPECT_EQ(node->submit(bad).error().code, ErrorCode::bad_signature);
  }
  engine::Command stranger = command;
  stranger.actor = "mallory";
  testing::sign(stranger);
  EXPECT_EQ(node->submit(stranger).error().code, ErrorCode::bad_signature);
  EXPECT_EQ(node->size(), size);
  EXPECT_TRUE(node->submit(command));
}

TEST(Node, CommandThatCannotBeARecordIsRefused) {
  MemoryFileSystem files;
  auto node = must(Node::create(memory_options(files)));
  testing::submit(*node, ledger_history(10));
  engine::Command command;
  command.actor = "feed";
  command.id[0] = 9;
  EXPECT_EQ(node->submit(command).error().code, ErrorCode::missing_field);
  engine::Observations observations;
  observations.items.resize(1);
  observations.items[0].price = 0.0 / [] {
    volatile double zero = 0;
    return zero;
  }();
  command.body = observations;
  EXPECT_FALSE(node->submit(command));
  engine::Observation wide;
  wide.source = std::string(60, 'x');
  wide.price = 1;
  observations.items.assign(3000, wide);
  command.body = observations;
  EXPECT_EQ(node->submit(command).error().code, ErrorCode::too_large);
}

// Power loss at any moment: everything that was acknowledged is there, and the rest continues.
TEST(Node, CrashLosesNothingThatWasAcknowledged) {
  const testing::History& history = market_history();
  const std::vector<Bytes> expected = expected_records(history);
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    MemoryFileSystem files;
    RandomStream random(seed, 1);
    NodeOptions options = memory_options(files);
    options.group_commands = 1 + seed % 3;
    options.checkpoint_commands = 5;
    options.snapshot_commands = seed % 2 == 0 ? 11 : 0;
    auto node = must(Node::create(options));
    const std::size_t until = 20 + static_cast<std::size_t>(seed) * 20;
    testing::submit(*node, history, 0, until);
    const std::uint64_t acknowledged = node->durable_size();
    files.crash(random);
    node = must(Node::open(options));
    ASSERT_TRUE(node) << seed;
    EXPECT_GE(node->size(), acknowledged);
    testing::submit(*node, history);  // what is known is answered again
    ASSERT_TRUE(node->close());
    EXPECT_EQ(records_of(files, "log"), expected) << seed;
    const VerifyReport report = testing::verify_log(files, "log");
    EXPECT_EQ(report.outcome, VerifyOutcome::ok) << seed << "\n" << to_text(report);
  }
}

// A frame that ends inside a command's events: the rest of them is known.
TEST(Node, EventsCutOffByAFallAreCompleted) {
  const testing::History history = ledger_history(30);
  const std::vector<Bytes> expected = expected_records(history);
  MemoryFileSystem files;
  {
    const auto node = must(Node::create(memory_options(files)));
  }
  {
    auto log = journal::SegmentJournal::open(files, journal_directory("log"), {});
    ASSERT_TRUE(log);
    const std::vector<journal::ByteSpan> records(expected.begin(), expected.begin() + 3);
    ASSERT_TRUE((*log)->append(records));  // the second command without its event
  }
  auto node = must(Node::open(memory_options(files)));
  EXPECT_EQ(node->size(), 4U);
  testing::submit(*node, history);
  ASSERT_TRUE(node->close());
  EXPECT_EQ(records_of(files, "log"), expected);
}

TEST(Node, WriteThatFailsStopsTheNode) {
  const testing::History history = ledger_history(60);
  const std::vector<Bytes> expected = expected_records(history);
  for (std::int64_t after = 0; after < 40; after += 3) {
    MemoryFileSystem files;
    NodeOptions options = memory_options(files);
    options.checkpoint_commands = 4;
    auto node = must(Node::create(options));
    testing::submit(*node, history, 0, 20);
    files.fail_from(after);
    std::size_t next = 20;
    while (next < history.commands.size() && node->submit(history.commands[next])) ++next;
    ASSERT_LT(next, history.commands.size());
    EXPECT_FALSE(node->submit(history.commands[next]));
    EXPECT_FALSE(node->flush());
    files.fail_from(-1);
    node.reset();
    node = must(Node::open(options));
    ASSERT_TRUE(node) << after;
    testing::submit(*node, history);
    ASSERT_TRUE(node->close());
    EXPECT_EQ(records_of(files, "log"), expected);
    EXPECT_EQ(testing::verify_log(files, "log").outcome, VerifyOutcome::ok);
  }
}

// --- RocksDB beside the log ----------------------------------------------------------------------

class OnDisk : public ::testing::Test {
 protected:
  NodeOptions options() const {
    NodeOptions made;
    made.directory = directory_ / "log";
    made.key = log_key();
    made.segment_bytes = 1U << 20;
    return made;
  }
  std::string state() const { return state_directory(options().directory); }
  std::vector<Bytes> records() const {
    return records_of(journal::posix_file_system(), options().directory);
  }
  void finish(Node& node) const {
    testing::submit(node, market_history());
    ASSERT_TRUE(node.close());
    EXPECT_EQ(records(), expected_records(market_history()));
    const VerifyReport report =
        testing::verify_log(journal::posix_file_system(), options().directory);
    EXPECT_EQ(report.outcome, VerifyOutcome::ok) << to_text(report);
  }
  void write_half() const {
    const auto node = must(Node::create(options()));
    testing::submit(*node, market_history(), 0, market_history().commands.size() / 2);
  }

 private:
  journal::testing::TemporaryDirectory directory_;
};

TEST_F(OnDisk, StateFromTheStore) {
  write_half();
  finish(*must(Node::open(options())));
}

TEST_F(OnDisk, StoreRemoved) {
  write_half();
  std::filesystem::remove_all(state());
  finish(*must(Node::open(options())));
}

TEST_F(OnDisk, StoreDamaged) {
  write_half();
  for (const auto& file : std::filesystem::directory_iterator(state())) {
    const std::string name = file.path().filename().string();
    if (name == "CURRENT" || name.starts_with("MANIFEST")) {
      std::filesystem::resize_file(file.path(), 3);
    }
  }
  finish(*must(Node::open(options())));
}

TEST_F(OnDisk, StoreBehind) {
  {
    const auto node = must(Node::create(options()));
    testing::submit(*node, market_history(), 0, 60);
    ASSERT_TRUE(node->close());
  }
  const std::string kept = state() + ".kept";
  std::filesystem::copy(state(), kept, std::filesystem::copy_options::recursive);
  {
    const auto node = must(Node::open(options()));
    testing::submit(*node, market_history(), 60, 90);
  }
  std::filesystem::remove_all(state());
  std::filesystem::rename(kept, state());
  finish(*must(Node::open(options())));
}

TEST_F(OnDisk, StoreAheadIsLossOfData) {
  write_half();
  std::uint64_t size = 0;
  {
    auto store = journal::open_rocks_store(state());
    ASSERT_TRUE(store);
    size = (*store)->reflected();
    ASSERT_TRUE((*store)->write({}, size + 2, journal::KeyedStore::Durability::synced));
  }
  const auto opened = Node::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::data_loss);
  EXPECT_EQ(opened.error().value, std::to_string(size));
}

// A store whose records are not those of the log's state is rebuilt, not believed.
TEST_F(OnDisk, StoreThatLiesIsRebuilt) {
  write_half();
  {
    auto store = journal::open_rocks_store(state());
    ASSERT_TRUE(store);
    std::string key;
    Bytes value;
    ASSERT_TRUE((*store)->iterate("ledger/", [&](std::string_view k, journal::ByteSpan v) {
      key = k;
      value.assign(v.begin(), v.end());
      return Status();
    }));
    ASSERT_FALSE(key.empty());
    ASSERT_TRUE((*store)->write({{key, std::nullopt}}, (*store)->reflected(),
                                journal::KeyedStore::Durability::synced));
  }
  finish(*must(Node::open(options())));
}

// --- checkpoints
// -----------------------------------------------------------------------------------

TEST(Checkpoints, ShorterLogThanTheOneOutsideIsDataLoss) {
  MemoryFileSystem files;
  NodeOptions options = memory_options(files);
  options.outside_checkpoint = "elsewhere/checkpoint";
  ASSERT_TRUE(files.make_directories("elsewhere"));
  const testing::History history = ledger_history(60);
  auto node = must(Node::create(options));
  testing::submit(*node, history, 0, 30);
  ASSERT_TRUE(node->close());
  const auto old = files.clone();
  node = must(Node::open(options));
  testing::submit(*node, history, 30);
  ASSERT_TRUE(node->close());
  EXPECT_EQ(files.contents("elsewhere/checkpoint"), files.contents("log/tiles/checkpoint"));
  old->set_contents("elsewhere/checkpoint", files.contents("elsewhere/checkpoint"));
  options.files = old.get();
  const auto opened = Node::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::data_loss);
}

TEST(Checkpoints, OtherHistoryOutsideIsAFork) {
  MemoryFileSystem none;
  const auto ours = closed_log(ledger_history(60), memory_options(none));
  testing::History other = ledger_history(40);
  std::get<engine::Genesis>(other.commands[0].body).venue = "other";
  const auto theirs = closed_log(other, memory_options(none));
  NodeOptions options = memory_options(*ours);
  options.outside_checkpoint = "checkpoint";
  ours->set_contents("checkpoint", theirs->contents("log/tiles/checkpoint"));
  const auto opened = Node::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::fork);
}

TEST(Checkpoints, AnotherPublisherIsNoticed) {
  MemoryFileSystem files;
  auto node = must(Node::create(memory_options(files)));
  testing::submit(*node, ledger_history(30), 0, 20);
  ASSERT_TRUE(node->publish());
  Bytes changed = files.contents("log/tiles/checkpoint");
  changed.push_back('x');
  files.set_contents("log/tiles/checkpoint", changed);
  testing::submit(*node, ledger_history(30), 20, 25);
  const Status published = node->publish();
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::fork);
  EXPECT_FALSE(node->submit(ledger_history(30).commands[25]));
}

}  // namespace
}  // namespace bulkhead::node
