// The segment journal in good times: what is appended is read back, after reopening too.
#include "bulkhead/journal/segment_journal.h"

#include <thread>

#include "bulkhead/journal/memory_file_system.h"
#include "bulkhead/journal/memory_journal.h"
#include "bulkhead/journal/segment_format.h"
#include "bulkhead/journal/test_support.h"

namespace bulkhead::journal {
namespace {

using testing::append;
using testing::expect_intact;
using testing::grow;

const SegmentOptions kSmall{8'192, 0};

std::unique_ptr<SegmentJournal> open(FileSystem& files, const std::string& path = "log",
                                     const SegmentOptions& options = kSmall) {
  auto journal = SegmentJournal::open(files, path, options);
  EXPECT_TRUE(journal) << to_string(journal.error());
  return journal ? std::move(*journal) : nullptr;
}

TEST(SegmentJournal, GroupsOfAllSizesAcrossSegmentsAndReopenings) {
  MemoryFileSystem files;
  MemoryJournal twin;
  std::uint64_t size = 0;
  for (std::uint64_t round = 0; round < 6; ++round) {
    const auto journal = open(files);
    EXPECT_EQ(journal->head(), twin.head());
    expect_intact(*journal);
    ASSERT_TRUE(journal->begin_epoch(round));
    ASSERT_TRUE(twin.begin_epoch(round));
    for (std::uint64_t count : {1U, 3U, 64U, 65U, 200U, 1U}) {
      EXPECT_EQ(*grow(*journal, count), size);
      ASSERT_TRUE(grow(twin, count));
      size += count;
      EXPECT_EQ(journal->head(), twin.head());
    }
    expect_intact(*journal);
  }
  EXPECT_GT(files.list("log")->size(), 10U);
  expect_intact(twin);
}

TEST(SegmentJournal, AFrameLargerThanASegmentGetsItsOwn) {
  MemoryFileSystem files;
  {
    const auto journal = open(files);
    ASSERT_TRUE(append(*journal, {Bytes(60'000, 1), Bytes(kMaxRecordBytes, 2)}));
    ASSERT_TRUE(append(*journal, {Bytes(10, 3)}));
    ASSERT_TRUE(append(*journal, {Bytes(20'000, 4)}));
  }
  const auto journal = open(files);
  EXPECT_EQ(journal->size(), 4U);
  EXPECT_EQ(*journal->read(1), Bytes(kMaxRecordBytes, 2));
  EXPECT_EQ(*journal->read(3), Bytes(20'000, 4));
}

TEST(SegmentJournal, OneWriterAndAnyReaders) {
  MemoryFileSystem files;
  const auto journal = open(files);
  ASSERT_TRUE(grow(*journal, 5));
  EXPECT_EQ(SegmentJournal::open(files, "log", kSmall).error().code, ErrorCode::locked);
  const auto reader = SegmentJournal::open_read_only(files, "log", kSmall);
  ASSERT_TRUE(reader) << to_string(reader.error());
  expect_intact(**reader);
  EXPECT_EQ(grow(**reader, 1).error().code, ErrorCode::io_error);
  EXPECT_FALSE(journal->begin_epoch(0).has_value() && journal->begin_epoch(3).has_value() &&
               journal->begin_epoch(2).has_value());
}

TEST(SegmentJournal, IndicesOutOfRangeAreNamed) {
  MemoryFileSystem files;
  const auto journal = open(files);
  ASSERT_TRUE(grow(*journal, 5));
  EXPECT_EQ(record_of(journal->read(5).error()), 5U);
  EXPECT_EQ(journal->scan(0, 6, {}).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(append(*journal, {}).error().code, ErrorCode::malformed);
  EXPECT_EQ(append(*journal, {Bytes(kMaxRecordBytes + 1)}).error().code, ErrorCode::too_large);
  ASSERT_TRUE(grow(*journal, 1));  // a refused group leaves the journal usable
  const Status stopped = journal->scan(2, 5, [](std::uint64_t index, ByteSpan) -> Status {
    if (index == 3) return fail(ErrorCode::malformed, "stop", "", "");
    return {};
  });
  EXPECT_EQ(stopped.error().field, "stop");
}

TEST(SegmentJournal, FewerRecordsThanKnownElsewhereIsDataLoss) {
  MemoryFileSystem files;
  {
    ASSERT_TRUE(grow(*open(files), 5));
  }
  SegmentOptions options = kSmall;
  options.expected_size = 5;
  EXPECT_TRUE(SegmentJournal::open(files, "log", options));
  options.expected_size = 7;
  const auto refused = SegmentJournal::open(files, "log", options);
  EXPECT_EQ(refused.error().code, ErrorCode::data_loss);
  EXPECT_EQ(record_of(refused.error()), 5U);
}

TEST(SegmentJournal, ReadersRunBesideTheWriter) {
  MemoryFileSystem files;
  const auto journal = open(files);
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) expect_intact(*journal);
  });
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(grow(*journal, 1 + static_cast<std::uint64_t>(i % 9)));
  done = true;
  reader.join();
}

TEST(SegmentJournal, OnARealDisk) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "a/journal";
  {
    const auto journal = open(posix_file_system(), path);
    ASSERT_TRUE(journal);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(grow(*journal, 20));
    EXPECT_EQ(SegmentJournal::open(posix_file_system(), path, kSmall).error().code,
              ErrorCode::locked);
    expect_intact(*journal);
  }
  const auto journal = open(posix_file_system(), path);
  EXPECT_EQ(journal->size(), 400U);
  expect_intact(*journal);
  EXPECT_EQ(
      SegmentJournal::open_read_only(posix_file_system(), directory / "none", kSmall).error().code,
      ErrorCode::not_found);
}

TEST(SegmentJournal, AnAlteredRecordIsNamedWhenItIsRead) {
  MemoryFileSystem files;
  const auto journal = open(files, "log", {65'536, 0});
  ASSERT_TRUE(grow(*journal, 100));
  const std::string path = "log/" + segment_name(0);
  Bytes bytes = files.contents(path);
  // The last byte that is used belongs to record 99 (20 bytes), the one before its head to
  // record 98.
  const auto end =
      std::find_if(bytes.rbegin(), bytes.rend(), [](std::uint8_t b) { return b != 0; });
  *end ^= 1;
  auto file = *files.open(path, OpenMode::write);
  ASSERT_TRUE(file->write(0, bytes));
  EXPECT_EQ(record_of(journal->read(99).error()), 99U);
  EXPECT_TRUE(journal->read(98));
  EXPECT_EQ(
      record_of(
          journal->scan(0, 100, [](std::uint64_t, ByteSpan) -> Status { return {}; }).error()),
      99U);
}

}  // namespace
}  // namespace bulkhead::journal
