// The golden log says today what it said when it was written, byte for byte: from genesis, on two
// threads, with every account evaluated twice in reverse order, and from the state at every digest
// with all caches dropped (issue 2). Reads the log's files itself, so that little but the core has
// to be built.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/engine.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::golden {
namespace {

using engine::Engine;
using Records = std::map<std::string, Bytes>;
namespace fs = std::filesystem;

constexpr std::uint64_t kDigestInterval = 25;
const fs::path kLog = "testdata/logs/v1";

Bytes file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// All records, from bundles in order of name; an entry is a 16-bit length, then its bytes.
std::vector<Bytes> read_log() {
  std::vector<Bytes> records;
  std::set<fs::path> bundles;
  for (const auto& at : fs::recursive_directory_iterator(kLog / "tile" / "entries")) {
    if (at.is_regular_file()) bundles.insert(at.path());
  }
  for (const fs::path& path : bundles) {
    const Bytes bundle = file(path);
    for (std::size_t at = 0; at + 2 <= bundle.size();) {
      const auto length = static_cast<std::size_t>(bundle[at] << 8 | bundle[at + 1]);
      if (at + 2 + length > bundle.size()) ADD_FAILURE() << path;
      const auto begin = bundle.begin() + static_cast<std::ptrdiff_t>(at + 2);
      at = std::min(bundle.size(), at + 2 + length);
      records.emplace_back(begin, bundle.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return records;
}

Result<Bytes> content(const Hash& hash) {
  const fs::path path = kLog / "content" / to_hex(hash);
  if (fs::exists(path)) return file(path);
  return fail(ErrorCode::not_found, "hash", to_hex(hash), "content that is stored");
}

// Each thread takes the next block that is left.
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

void absorb(Records& records, const ChangeSet& changes) {
  for (const auto& [key, value] : changes.changes()) {
    if (value) {
      records[key] = *value;
    } else {
      records.erase(key);
    }
  }
}

const std::vector<Bytes>& the_log() {
  static const std::vector<Bytes> records = read_log();
  return records;
}

Engine engine_on(Executor& executor, bool twice = false) {
  return Engine(content, executor, {.evaluate_twice = twice, .digest_interval = kDigestInterval});
}

// Applies the command at `at` and compares its events with the records behind it; returns where the
// next command stands. A difference is printed as "record N: what", and ends the run.
std::size_t follow(Engine& engine, std::size_t at) {
  const auto read = wire::decode_record(the_log()[at]);
  const auto* const command = read ? std::get_if<engine::CommandRecord>(&read->content) : nullptr;
  if (command == nullptr) {
    std::printf("record %zu: a command must stand here\n", at);
    return SIZE_MAX;
  }
  const engine::Applied applied = engine.apply(command->command);
  for (const engine::Event& event : applied.events) {
    ++at;
    const auto bytes = wire::encode_record(event);
    if (bytes && at < the_log().size() && *bytes == the_log()[at]) continue;
    std::printf("record %zu: re-execution gives another event than the log has\n", at);
    return SIZE_MAX;
  }
  return at + 1;
}

// From a command to the end of the log.
void follow_all(Engine& engine, std::size_t at = 0) {
  while (at < the_log().size()) at = follow(engine, at);
  ASSERT_EQ(at, the_log().size());
}

TEST(GoldenExecution, FromGenesis) {
  ASSERT_GT(the_log().size(), 500U);
  for (const unsigned threads : {1U, 2U}) {
    for (const bool twice : {false, true}) {
      ThreadedExecutor executor(threads);
      Engine engine = engine_on(executor, twice);
      follow_all(engine);
      if (HasFatalFailure()) FAIL() << threads << " threads, " << (twice ? "twice" : "once");
      std::printf("%zu records, state %s\n", the_log().size(), to_hex(engine.state_root()).c_str());
    }
  }
}

TEST(GoldenExecution, FromEverySnapshotWithCachesDropped) {
  SerialExecutor serial;
  Engine first = engine_on(serial);
  Records records;
  std::uint64_t commands = 0;
  std::size_t snapshots = 0;
  for (std::size_t at = 0; at < the_log().size();) {
    at = follow(first, at);
    ASSERT_LE(at, the_log().size());
    absorb(records, first.changes());
    if (++commands % kDigestInterval != 0) continue;
    ++snapshots;
    Engine second = engine_on(serial);
    const Status restored = second.restore(records);
    ASSERT_TRUE(restored) << to_string(restored.error());
    ASSERT_EQ(second.state_root(), first.state_root()) << "before record " << at;
    follow_all(second, at);
    if (HasFatalFailure()) FAIL() << "restored before record " << at;
  }
  EXPECT_GT(snapshots, 20U);
}

}  // namespace
}  // namespace bulkhead::golden
