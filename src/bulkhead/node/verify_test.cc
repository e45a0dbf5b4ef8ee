// Whatever is done to a log, verify() says so and names the first record that is not as it was
// signed.
#include "bulkhead/node/verify.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/audit/merkle.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/node/export.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/heads.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/snapshot.h"
#include "bulkhead/node/test_support.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {
namespace {

using journal::MemoryFileSystem;
using testing::closed_log;
using testing::ledger_history;
using testing::log_key;
using testing::market_history;
using testing::memory_options;
using testing::records_of;

constexpr char kNode[] = "log";
constexpr char kExport[] = "export";

// A closed log of a history, and its export, in one file system.
std::unique_ptr<MemoryFileSystem> both_forms(const testing::History& history, NodeOptions options) {
  auto files = closed_log(history, options);
  const auto log = LogReader::open(*files, kNode);
  EXPECT_TRUE(log);
  const Status exported = export_log(**log, *files, kExport);
  EXPECT_TRUE(exported) << to_string(exported.error());
  return files;
}

NodeOptions compact() {
  static MemoryFileSystem none;
  NodeOptions options = memory_options(none);
  options.segment_bytes = 16U << 10;
  return options;
}

// Files under a directory.
void list_files(MemoryFileSystem& files, const std::string& directory,
                std::vector<std::string>& found) {
  const auto names = *files.list(directory);
  for (const std::string& name : names) found.push_back(directory + "/" + name);
  const std::vector<std::string> inner = *files.list_directories(directory);
  for (const std::string& name : inner) list_files(files, directory + "/" + name, found);
}

// What someone without the key can do: every hash recomputed from other records, signatures left.
// `resized`: sizes in heads and checkpoint are adapted too.
void forge(MemoryFileSystem& files, const std::string& directory, LogForm form,
           const std::vector<Bytes>& records, bool resized) {
  const std::string root = tile_root(form, directory);
  if (form == LogForm::node_directory) {
    const std::string journal = journal_directory(directory);
    const std::vector<std::string> segments = *files.list(journal);
    for (const std::string& name : segments) ASSERT_TRUE(files.remove(journal + "/" + name));
    auto log = journal::SegmentJournal::open(files, journal, {.segment_bytes = 16U << 10});
    ASSERT_TRUE(log);
    for (std::size_t i = 0; i < records.size(); i += 100) {
      const auto end =
          records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), i + 100));
      const std::vector<journal::ByteSpan> frame(records.begin() + static_cast<std::ptrdiff_t>(i),
                                                 end);
      ASSERT_TRUE((*log)->append(frame));
    }
  }
  std::vector<std::string> old;
  if (files.exists(root + "/tile")) list_files(files, root + "/tile", old);
  for (const std::string& name : old) ASSERT_TRUE(files.remove(name));
  FileTiles tiles(files, root);
  audit::TileWriter writer(tiles, form == LogForm::static_files);
  for (const Bytes& record : records) ASSERT_TRUE(writer.append(record));
  ASSERT_TRUE(writer.publish());
  if (!resized) return;
  // Heads and checkpoint with the roots that the records have now, and the signatures of before.
  const std::string old_note = *read_text(files, root + "/checkpoint");
  const std::string old_heads = *read_text(files, root + "/heads");
  audit::MemoryTree tree;
  for (const Bytes& record : records) tree.append(audit::leaf_hash(record));
  std::string heads;
  std::uint64_t last = 0;
  const HeadsText parsed = parse_heads(old_heads);
  for (SignedHead head : parsed.heads) {
    head.size = std::min<std::uint64_t>(head.size, tree.size());
    head.root = *audit::tree_root(tree, head.size);
    if (head.size > last) heads += to_line(head);
    last = head.size;
  }
  ASSERT_TRUE(write_text(files, root + "/heads", heads));
  auto note = *audit::parse_note(old_note);
  note.text = audit::checkpoint_text(
      {log_key().name, tree.size(), *audit::tree_root(tree, tree.size()), {}});
  ASSERT_TRUE(write_text(files, root + "/checkpoint", to_string(note)));
}

TEST(Verify, BothFormsOfAnUndamagedLog) {
  NodeOptions options = compact();
  options.snapshot_commands = 25;
  options.engine.digest_interval = 10;
  const auto files = both_forms(market_history(), options);
  for (const char* form : {kNode, kExport}) {
    VerifyOptions asked;
    asked.vkey = audit::to_string(log_key().verifier());
    asked.checkpoint = *read_text(*files, "log/tiles/checkpoint");
    asked.digest_interval = 10;
    for (const bool twice : {false, true}) {
      asked.evaluate_twice = twice;
      asked.threads = twice ? 2 : 1;
      const VerifyReport report = verify(*files, form, asked);
      EXPECT_EQ(report.outcome, VerifyOutcome::ok) << to_text(report);
      EXPECT_EQ(exit_code(report.outcome), 0);
      EXPECT_GT(report.digests, 5U);
      EXPECT_EQ(report.records, records_of(*files, kNode).size());
    }
    asked.vkey.clear();
    const VerifyReport report = verify(*files, form, asked);
    EXPECT_EQ(report.outcome, VerifyOutcome::self_consistent_only) << to_text(report);
    EXPECT_EQ(exit_code(report.outcome), 3);
  }
}

TEST(Verify, FromEverySnapshotWithAllCachesDropped) {
  NodeOptions options = compact();
  options.snapshot_commands = 30;
  const auto files = closed_log(market_history(), options);
  const auto snapshots = *list_snapshots(*files, "log/snapshots");
  ASSERT_GT(snapshots.size(), 3U);
  VerifyOptions asked;
  asked.vkey = audit::to_string(log_key().verifier());
  const auto whole = verify(*files, kNode, asked);
  for (const std::uint64_t snapshot : snapshots) {
    asked.snapshot = snapshot;
    const VerifyReport report = verify(*files, kNode, asked);
    EXPECT_EQ(report.outcome, VerifyOutcome::ok) << snapshot << "\n" << to_text(report);
    EXPECT_EQ(report.state_root, whole.state_root);
  }
}

TEST(Verify, OtherKeyIsRefused) {
  const auto files = both_forms(ledger_history(30), compact());
  auto other = log_key();
  other.seed[0] ^= 1;
  for (const char* form : {kNode, kExport}) {
    const auto report = verify(*files, form, {.vkey = audit::to_string(other.verifier())});
    EXPECT_EQ(report.outcome, VerifyOutcome::failed);
    EXPECT_EQ(report.first_bad_record, 0U);
  }
}

// An old copy of the whole directory is consistent in itself: only the checkpoint from outside
// shows what is missing.
TEST(Verify, OlderCopyIsDataLossAgainstTheCheckpointFromOutside) {
  const auto old = both_forms(ledger_history(30), compact());
  const auto now = both_forms(ledger_history(60), compact());
  VerifyOptions asked;
  asked.vkey = audit::to_string(log_key().verifier());
  for (const char* form : {kNode, kExport}) {
    asked.checkpoint.clear();
    EXPECT_EQ(verify(*old, form, asked).outcome, VerifyOutcome::ok);
    asked.checkpoint = *read_text(*now, "export/checkpoint");
    const auto report = verify(*old, form, asked);
    EXPECT_EQ(report.outcome, VerifyOutcome::data_loss);
    EXPECT_EQ(report.first_bad_record, records_of(*old, kNode).size());
    EXPECT_EQ(exit_code(report.outcome), 4);
  }
}

// A key holder who signs a history whose events do not follow from its commands.
TEST(Verify, SignedLieIsFoundByExecution) {
  const auto honest = closed_log(ledger_history(60), compact());
  std::vector<Bytes> records = records_of(*honest, kNode);
  MemoryFileSystem files;
  {
    auto node = Node::create(memory_options(files));
    ASSERT_TRUE(node);
  }
  std::size_t lie = 0;
  for (std::size_t i = records.size() / 2; lie == 0; ++i) {
    auto record = *wire::decode_record(records[i]);
    auto* event = std::get_if<engine::EventRecord>(&record.content);
    if (event == nullptr) continue;
    event->event.time = event->event.time + nanoseconds(1);
    records[i] = *wire::encode_record(record);
    lie = i;
  }
  audit::MemoryTree tree;
  for (const Bytes& record : records) tree.append(audit::leaf_hash(record));
  const Hash root = *audit::tree_root(tree, tree.size());
  forge(files, kNode, LogForm::node_directory, records, false);
  ASSERT_TRUE(
      write_text(files, "log/tiles/checkpoint",
                 *audit::sign_checkpoint({log_key().name, tree.size(), root, {}}, log_key())));
  ASSERT_TRUE(
      write_text(files, "log/tiles/heads", to_line(sign_head(tree.size(), root, log_key()))));
  const auto report = testing::verify_log(files, kNode);
  EXPECT_EQ(report.first_bad_record, lie) << to_text(report);
  EXPECT_EQ(report.step, VerifyStep::execution);
}

enum class Act { drop, repeat, swap, edit };

// Does the act to record i; the index of the first record that is no longer as it was, if any.
std::optional<std::size_t> change(std::vector<Bytes>& records, Act act, std::size_t i) {
  const std::vector<Bytes> before = records;
  const auto at = records.begin() + static_cast<std::ptrdiff_t>(i);
  if (act == Act::drop) records.erase(at);
  if (act == Act::repeat) records.insert(at, before[i]);
  if (act == Act::swap && i + 1 < records.size()) std::iter_swap(at, at + 1);
  if (act == Act::edit) {
    auto record = *wire::decode_record(*at);
    if (auto* command = std::get_if<engine::CommandRecord>(&record.content)) {
      command->command.id[3] ^= 0x40;  // nothing that any event shows
    } else {
      auto& event = std::get<engine::EventRecord>(record.content).event;
      event.time = event.time + nanoseconds(1);
    }
    *at = *wire::encode_record(record);
  }
  const auto differ = std::ranges::mismatch(before, records);
  if (differ.in1 == before.end() && differ.in2 == records.end()) return std::nullopt;
  return static_cast<std::size_t>(differ.in1 - before.begin());
}

// BULKHEAD_EXHAUSTIVE=1 leaves nothing out of the 500 records of a market, which takes an hour;
// with 9 one bit of nearly every byte is flipped, which takes minutes.
std::size_t sampled(std::size_t stride) {
  const char* chosen = std::getenv("BULKHEAD_EXHAUSTIVE");
  return chosen == nullptr ? stride : std::max<std::size_t>(1, std::strtoul(chosen, nullptr, 10));
}

// Every record dropped (the last included), repeated, swapped with the next, edited, all hashes
// recomputed: with the old heads and checkpoint, and with both adapted but for their signatures.
void check_forgeries(const testing::History& history, LogForm form, std::size_t stride) {
  const auto files = both_forms(history, compact());
  const std::vector<Bytes> records = records_of(*files, kNode);
  const std::string directory = form == LogForm::node_directory ? kNode : kExport;
  std::size_t done = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const Act act : {Act::drop, Act::repeat, Act::swap, Act::edit}) {
      const bool resized = (i + static_cast<std::size_t>(act)) % 2 == 0;
      if ((i * 4 + static_cast<std::size_t>(act)) % stride != 0 && i + 1 < records.size()) continue;
      std::vector<Bytes> changed = records;
      const auto first = change(changed, act, i);
      if (!first) continue;
      const auto damaged = files->clone();
      forge(*damaged, directory, form, changed, resized);
      const VerifyReport report = testing::verify_log(*damaged, directory);
      EXPECT_TRUE(report.outcome == VerifyOutcome::failed ||
                  report.outcome == VerifyOutcome::data_loss);
      ASSERT_EQ(report.first_bad_record, *first)
          << "record " << i << " of " << records.size() << ", act " << static_cast<int>(act)
          << (resized ? ", resized\n" : "\n") << to_text(report);
      ++done;
    }
  }
  EXPECT_GT(done, 50U);
}

TEST(VerifyForgery, NodeDirectory) {
  check_forgeries(ledger_history(60), LogForm::node_directory, 1);
}
TEST(VerifyForgery, Export) { check_forgeries(ledger_history(60), LogForm::static_files, 1); }
TEST(VerifyForgery, MarketInNodeDirectory) {
  check_forgeries(market_history(), LogForm::node_directory, sampled(29));
}
TEST(VerifyForgery, MarketInExport) {
  check_forgeries(market_history(), LogForm::static_files, sampled(31));
}

// Flips bit after bit of every file; `stride` bits apart, all with BULKHEAD_EXHAUSTIVE=1.
void check_flips(const testing::History& history, const std::string& directory,
                 std::size_t stride) {
  NodeOptions options = compact();
  options.snapshot_commands = directory == kNode ? 100 : 0;
  const auto files = both_forms(history, options);
  const std::size_t records = records_of(*files, kNode).size();
  std::vector<std::string> names;
  list_files(*files, directory, names);
  ASSERT_GT(names.size(), 4U);
  std::size_t flipped = 0;
  for (const std::string& name : names) {
    Bytes bytes = files->contents(name);
    // A log that is mostly zeros behind its last frame need not be flipped everywhere there.
    for (std::size_t bit = flipped % stride; bit < bytes.size() * 8; bit += stride) {
      const std::uint8_t mask = static_cast<std::uint8_t>(1U << (bit % 8));
      bytes[bit / 8] ^= mask;
      files->set_contents(name, bytes);
      const VerifyReport report = testing::verify_log(*files, directory, Execution::never);
      ASSERT_TRUE(report.outcome == VerifyOutcome::failed ||
                  report.outcome == VerifyOutcome::data_loss)
          << name << " bit " << bit;
      ASSERT_TRUE(report.first_bad_record.has_value());
      ASSERT_LE(*report.first_bad_record, records);
      bytes[bit / 8] ^= mask;
      ++flipped;
    }
    files->set_contents(name, bytes);
  }
  EXPECT_EQ(testing::verify_log(*files, directory).outcome, VerifyOutcome::ok);
  EXPECT_GT(flipped, 80U);
}

TEST(VerifyFlips, NodeDirectory) { check_flips(market_history(), kNode, sampled(4'001)); }
TEST(VerifyFlips, Export) { check_flips(market_history(), kExport, sampled(997)); }

// Each bit of each record, in the journal and in the export: the very record is named.
TEST(VerifyFlips, RecordIsNamedExactly) {
  NodeOptions one_segment = compact();
  one_segment.segment_bytes = 64U << 10;
  const auto files = both_forms(ledger_history(40), one_segment);
  const std::vector<Bytes> records = records_of(*files, kNode);
  const std::string segment = "log/journal/" + files->list("log/journal")->front();
  const std::string bundle =
      "export/" + audit::entries_path(0, static_cast<std::uint32_t>(records.size()));
  for (const std::string& name : {segment, bundle}) {
    Bytes bytes = files->contents(name);
    std::size_t from = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto at = std::search(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(),
                                  records[i].begin(), records[i].end());
      ASSERT_NE(at, bytes.end());
      from = static_cast<std::size_t>(at - bytes.begin());
      for (std::size_t bit = i % 5; bit < records[i].size() * 8; bit += 151) {
        bytes[from + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        files->set_contents(name, bytes);
        const auto report = testing::verify_log(*files, name == segment ? kNode : kExport);
        ASSERT_EQ(report.first_bad_record, i) << to_text(report);
        bytes[from + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      }
    }
    files->set_contents(name, bytes);
  }
}

// What was known before excuses nothing: only a signature is not checked twice.
TEST(Verify, KnownHeadsAreStillComparedWithTheRecords) {
  const auto files = both_forms(ledger_history(40), compact());
  std::set<Hash> known;
  VerifyOptions options;
  options.vkey = audit::to_string(log_key().verifier());
  options.known_heads = &known;
  EXPECT_EQ(verify(*files, kExport, options).outcome, VerifyOutcome::ok);
  EXPECT_GT(known.size(), 10U);
  EXPECT_EQ(verify(*files, kExport, options).outcome, VerifyOutcome::ok);
  std::vector<Bytes> records = records_of(*files, kNode);
  const auto first = change(records, Act::edit, 7);
  forge(*files, kExport, LogForm::static_files, records, false);
  const VerifyReport report = verify(*files, kExport, options);
  EXPECT_EQ(report.outcome, VerifyOutcome::failed);
  EXPECT_EQ(report.first_bad_record, first);
}

// Sizes out of this world, empty files, no files: an answer, never a crash.
TEST(Verify, HostileFilesGetAnAnswer) {
  const auto files = both_forms(ledger_history(40), compact());
  std::vector<std::string> names;
  list_files(*files, kNode, names);
  list_files(*files, kExport, names);
  for (const std::string& name : names) {
    if (name.ends_with("/lock")) continue;
    const std::string directory = name.substr(0, name.find('/'));
    const Bytes before = files->contents(name);
    for (const Bytes& bytes : {Bytes{}, Bytes(100, 0xFF), Bytes(before.begin(), before.begin() + 1),
                               Bytes(before.size() + 1, '9')}) {
      files->set_contents(name, bytes);
      EXPECT_NE(testing::verify_log(*files, directory).outcome, VerifyOutcome::ok) << name;
    }
    files->set_contents(name, before);
  }
  auto note = *audit::parse_note(*read_text(*files, "export/checkpoint"));
  note.text = audit::checkpoint_text({log_key().name, UINT64_MAX - 1, {}, {}});
  ASSERT_TRUE(write_text(*files, "export/checkpoint", to_string(note)));
  EXPECT_NE(testing::verify_log(*files, kExport).outcome, VerifyOutcome::ok);
  EXPECT_EQ(testing::verify_log(*files, "nowhere").outcome, VerifyOutcome::failed);
}

TEST(Verify, MissingContentIsNamedByTheCommandThatAdoptsIt) {
  const auto files = both_forms(market_history(), compact());
  const std::vector<Bytes> records = records_of(*files, kNode);
  std::size_t adoption = 0;
  for (std::size_t i = 0; i < records.size() && adoption == 0; ++i) {
    const auto record = *wire::decode_record(records[i]);
    const auto* command = std::get_if<engine::CommandRecord>(&record.content);
    if (command == nullptr) continue;
    if (std::holds_alternative<engine::AdoptScenarioSet>(command->command.body)) adoption = i;
  }
  ASSERT_GT(adoption, 0U);
  for (const std::string directory : {kNode, kExport}) {
    const auto damaged = files->clone();
    const std::vector<std::string> names = *damaged->list(directory + "/content");
    for (const std::string& name : names) {
      ASSERT_TRUE(damaged->remove(directory + "/content/" + name));
    }
    const auto report = testing::verify_log(*damaged, directory);
    EXPECT_EQ(report.step, VerifyStep::content) << to_text(report);
    EXPECT_EQ(report.first_bad_record, adoption);
  }
}

}  // namespace
}  // namespace bulkhead::node
