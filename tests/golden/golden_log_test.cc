// The golden log is whole: verified with a key and a checkpoint from outside, its every signature
// needed, and nothing of the vocabulary missing from it (issue 2).
#include "golden_log.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "bulkhead/base/executor.h"
#include "bulkhead/node/admission.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/verify.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::golden {
namespace {

using engine::Engine;

journal::FileSystem& disk() { return journal::posix_file_system(); }

// One line of a small file, without its newline.
std::string line_of(const std::string& path) {
  const auto text = node::read_text(disk(), path);
  EXPECT_TRUE(text) << to_string(text.error());
  return text ? text->substr(0, text->find('\n')) : std::string();
}

node::VerifyReport verified(unsigned threads, bool evaluate_twice) {
  node::VerifyOptions options;
  options.vkey = line_of(kVkey);
  const auto checkpoint = node::read_text(disk(), kCheckpoint);
  EXPECT_TRUE(checkpoint) << to_string(checkpoint.error());
  options.checkpoint = checkpoint.value_or("");
  options.threads = threads;
  options.evaluate_twice = evaluate_twice;
  options.digest_interval = kDigestInterval;
  return node::verify(disk(), kLog, options);
}

class GoldenLog : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto log = node::LogReader::open(disk(), kLog);
    ASSERT_TRUE(log) << to_string(log.error());
    log_ = std::move(*log).release();
    auto entries = read_entries(*log_);
    ASSERT_TRUE(entries) << to_string(entries.error());
    entries_ = new std::vector<Entry>(std::move(*entries));
  }
  static void TearDownTestSuite() {
    delete entries_;
    delete log_;
  }
  void SetUp() override { ASSERT_TRUE(entries_ != nullptr && !entries_->empty()); }

  static Engine engine(Executor& executor) {
    return Engine([](const Hash& hash) { return log_->content().get(hash); }, executor,
                  {.digest_interval = kDigestInterval});
  }
  // Applies one command; every byte of its events must be the log's.
  static void follow(Engine& engine, const Entry& entry) {
    const engine::Applied applied = engine.apply(entry.command);
    ASSERT_EQ(applied.record, entry.index);
    ASSERT_EQ(applied.events.size(), entry.records.size()) << "record " << entry.index;
    for (std::size_t i = 0; i < applied.events.size(); ++i) {
      const auto bytes = wire::encode_record(applied.events[i]);
      ASSERT_TRUE(bytes) << to_string(bytes.error());
      ASSERT_EQ(*bytes, entry.records[i]) << "record " << entry.index + 1 + i;
    }
  }
  static const node::LogReader* log_;
  static std::vector<Entry>* entries_;
};
const node::LogReader* GoldenLog::log_ = nullptr;
std::vector<Entry>* GoldenLog::entries_ = nullptr;

TEST_F(GoldenLog, HoldsEveryCommandEventAndRefusal) {
  const Coverage coverage = coverage_of(*entries_);
  std::fputs(to_table(coverage).c_str(), stdout);
  for (const std::string& missing : missing_in(coverage)) ADD_FAILURE() << missing;
  // Without an adopted set nothing of D5 would have been executed.
  EXPECT_GE(coverage.accepted.at("adopt_scenario_set"), 2);
}

TEST_F(GoldenLog, IsVerifiedWithKeyAndCheckpointFromOutside) {
  for (const unsigned threads : {1U, 2U}) {
    for (const bool twice : {false, true}) {
      const node::VerifyReport report = verified(threads, twice);
      ASSERT_EQ(report.outcome, node::VerifyOutcome::ok) << node::to_text(report);
      EXPECT_EQ(report.commands, entries_->size());
      EXPECT_EQ(report.digests, entries_->size() / kDigestInterval);
      EXPECT_GT(report.signed_commands, 50U);
      if (threads == 1 && !twice) std::fputs(node::to_text(report).c_str(), stdout);
    }
  }
}

TEST_F(GoldenLog, AForgedSignatureIsRefusedBeforeTheLog) {
  SerialExecutor serial;
  Engine state = engine(serial);
  std::size_t forged = 0;
  for (const Entry& entry : *entries_) {
    if (!entry.command.signature.empty()) {
      ++forged;
      engine::Command command = entry.command;
      ASSERT_TRUE(node::check_signature(state.state(), command)) << "record " << entry.index;
      command.signature.back() ^= 1;
      const Status refused = node::check_signature(state.state(), command);
      ASSERT_FALSE(refused) << "record " << entry.index;
      ASSERT_EQ(refused.error().code, ErrorCode::bad_signature);
    }
    follow(state, entry);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(forged, 50U);
}

}  // namespace
}  // namespace bulkhead::golden
