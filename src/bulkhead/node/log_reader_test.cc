// Reading, replaying to a moment, and proofs; both forms of a log give the same.
#include "bulkhead/node/log_reader.h"

#include "bulkhead/node/export.h"
#include "bulkhead/node/prove.h"
#include "bulkhead/node/test_support.h"

namespace bulkhead::node {
namespace {

using journal::MemoryFileSystem;
using testing::closed_log;
using testing::log_key;
using testing::market_history;
using testing::memory_options;

class Reading : public ::testing::Test {
 protected:
  Reading() {
    MemoryFileSystem none;
    NodeOptions options = memory_options(none);
    options.snapshot_commands = 20;
    files_ = closed_log(market_history(), options);
    logs_.push_back(*LogReader::open(*files_, "log"));
    EXPECT_TRUE(export_log(*logs_[0], *files_, "export"));
    logs_.push_back(*LogReader::open(*files_, "export"));
  }
  std::vector<std::uint64_t> indices(const LogReader& log, const RecordFilter& filter) const {
    std::vector<std::uint64_t> found;
    EXPECT_TRUE(for_each_record(log, filter, [&](std::uint64_t i, const engine::LogRecord&) {
      found.push_back(i);
      return Status();
    }));
    return found;
  }

  std::unique_ptr<MemoryFileSystem> files_;
  std::vector<std::unique_ptr<LogReader>> logs_;
};

TEST_F(Reading, BothFormsGiveTheSameRecords) {
  EXPECT_EQ(logs_[0]->form(), LogForm::node_directory);
  EXPECT_EQ(logs_[1]->form(), LogForm::static_files);
  ASSERT_EQ(logs_[0]->size(), logs_[1]->size());
  for (std::uint64_t i = 0; i < logs_[0]->size(); i += 7) {
    EXPECT_EQ(*logs_[0]->read(i), *logs_[1]->read(i));
  }
  EXPECT_EQ(logs_[1]->read(logs_[1]->size()).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(*logs_[0]->vkey(), *logs_[1]->vkey());
}

TEST_F(Reading, FiltersSelectWhatTheySay) {
  for (const auto& log : logs_) {
    const std::uint64_t size = log->size();
    EXPECT_EQ(indices(*log, {}).size(), size);
    RecordFilter part;
    part.first = 10;
    part.end = 20;
    EXPECT_EQ(indices(*log, part).size(), 10U);
    RecordFilter commands;
    commands.kind = "command";
    EXPECT_EQ(indices(*log, commands).size(), market_history().commands.size());
    RecordFilter events;
    events.kind = "event";
    EXPECT_EQ(indices(*log, events).size(), size - market_history().commands.size());
    RecordFilter genesis;
    genesis.kind = "genesis";
    EXPECT_EQ(indices(*log, genesis), std::vector<std::uint64_t>{0});
    RecordFilter account;
    account.account = "alice-1";
    const auto of_alice = indices(*log, account);
    EXPECT_GT(of_alice.size(), 5U);
    EXPECT_LT(of_alice.size(), size / 2);
    account.kind = "open_account";
    EXPECT_EQ(indices(*log, account).size(), 1U);
    RecordFilter late;
    late.from = market_history().commands.back().time;
    EXPECT_FALSE(indices(*log, late).empty());
    late.to = *late.from - nanoseconds(1);
    EXPECT_TRUE(indices(*log, late).empty());
  }
}

TEST_F(Reading, ReplayStopsAtItsMoment) {
  SerialExecutor executor;
  const auto& commands = market_history().commands;
  for (const auto& log : logs_) {
    std::uint64_t middle = 0;
    const auto watch = [&](const engine::Command&, const engine::Applied& applied,
                           engine::Engine&) { middle = applied.record; };
    auto whole = replay_until(*log, {}, executor, {}, watch);
    ASSERT_TRUE(whole) << to_string(whole.error());
    EXPECT_EQ(whole->next_index, log->size());
    EXPECT_EQ(middle, whole->last->record);
    const Hash root = whole->engine->state_root();

    // From a moment on, the rest of the commands leads to the same state.
    for (std::size_t i = 0; i < commands.size(); i += 53) {
      auto part =
          replay_until(*log, {.end_index = log->size(), .time = commands[i].time}, executor);
      ASSERT_TRUE(part);
      EXPECT_LE(part->engine->state().counters().last_time, commands[i].time);
      const std::uint64_t done = part->engine->state().counters().commands;
      for (std::size_t k = done; k < commands.size(); ++k) part->engine->apply(commands[k]);
      EXPECT_EQ(part->engine->state_root(), root);
    }
    auto before = replay_until(*log, {.end_index = 1, .time = {}}, executor);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->engine->state().counters().commands, 1U);
  }
}

TEST_F(Reading, ProofsAreCheckedWithTheKeyAlone) {
  const audit::VerifierKey key = log_key().verifier();
  for (const auto& log : logs_) {
    for (std::uint64_t i = 0; i < log->size(); i += 41) {
      const auto proof = prove(*log, i);
      ASSERT_TRUE(proof) << to_string(proof.error());
      const auto checked = check_proof(proof->text, key);
      ASSERT_TRUE(checked) << to_string(checked.error());
      EXPECT_EQ(checked->index, i);
      EXPECT_EQ(checked->checkpoint.size, log->size());
      std::string bent = proof->text;
      for (std::size_t at = 0; at < bent.size(); at += 37) {
        bent[at] = bent[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(check_proof(bent, key)) << at;
        bent[at] = proof->text[at];
      }
    }
    EXPECT_EQ(prove(*log, log->size()).error().code, ErrorCode::out_of_range);
    const auto of_alice = prove_account(*log, "alice-1");
    ASSERT_TRUE(of_alice);
    EXPECT_GT(of_alice->size(), 5U);
    for (const ProofFile& proof : *of_alice) {
      EXPECT_TRUE(concerns(check_proof(proof.text, key)->record, "alice-1"));
    }
  }
  auto other = log_key();
  other.seed[0] ^= 1;
  EXPECT_FALSE(check_proof(prove(*logs_[0], 3)->text, other.verifier()));
  EXPECT_EQ(proof_file_name(42), "record-00000000000000000042.tlog-proof");
}

TEST_F(Reading, ExportIsRefusedWhereSomethingStands) {
  EXPECT_EQ(export_log(*logs_[0], *files_, "export").error().code, ErrorCode::name_taken);
  EXPECT_FALSE(LogReader::open(*files_, "nowhere"));
}

}  // namespace
}  // namespace bulkhead::node
