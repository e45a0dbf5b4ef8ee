// The segment journal in bad times: every cut, every flipped bit, every failing operation, power
// loss. The outcome is always the whole acknowledged log or a refusal that names the first bad
// record.
#include <algorithm>

#include "bulkhead/journal/frame.h"
#include "bulkhead/journal/memory_file_system.h"
#include "bulkhead/journal/segment_format.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/journal/test_support.h"

namespace bulkhead::journal {
namespace {

using testing::expect_intact;
using testing::grow;
using testing::record;

const SegmentOptions kSmall{8'192, 0};

// A log of 9 frames in two segments and the place of everything in it.
struct SmallLog {
  MemoryFileSystem files;
  std::uint64_t size = 0;
  std::vector<std::string> paths;

  SmallLog() {
    auto journal = *SegmentJournal::open(files, "log", kSmall);
    for (const std::uint64_t count : {4U, 1U, 7U, 2U, 30U, 40U, 3U, 1U, 5U}) {
      EXPECT_TRUE(grow(*journal, count));
    }
    size = journal->size();
    const std::vector<std::string> names = *files.list("log");
    for (const std::string& name : names) {
      if (parse_segment_name(name)) paths.push_back("log/" + name);
    }
    EXPECT_EQ(paths.size(), 2U);
  }
};

// Checks a damaged directory by the promise; the record it names, if it refuses.
std::optional<std::uint64_t> outcome(MemoryFileSystem& files, std::uint64_t acknowledged) {
  std::uint64_t good = 0;
  const auto report =
      check_segments(files, "log", kSmall, [&](std::uint64_t index, ByteSpan bytes) -> Status {
        EXPECT_EQ(index, good++);
        EXPECT_TRUE(std::ranges::equal(bytes, record(index))) << index;
        return {};
      });
  EXPECT_TRUE(report) << to_string(report.error());
  if (!report->first_bad) {
    EXPECT_EQ(report->head.size, acknowledged) << "silent loss";
    EXPECT_EQ(good, acknowledged);
    return std::nullopt;
  }
  const auto named = record_of(*report->first_bad);
  EXPECT_TRUE(named) << to_string(*report->first_bad);
  EXPECT_LE(*named, good + 64) << "records between the good ones and the named one";
  EXPECT_LT(*named, acknowledged);
  return named;
}

// Index of the record whose bytes (head included) or whose frame's header stand at each byte of a
// segment; none for its start and its unused end.
std::vector<std::optional<std::uint64_t>> owners(const Bytes& file) {
  std::vector<std::optional<std::uint64_t>> result(file.size());
  std::size_t offset = kSegmentStartBytes;
  while (const auto header = decode_frame_header(ByteSpan(file).subspan(offset))) {
    std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(offset), kFrameHeaderBytes,
                header->first_index);
    std::vector<RecordView> records;
    const std::size_t body = offset + kFrameHeaderBytes;
    EXPECT_FALSE(
        decode_frame_body(*header, ByteSpan(file).subspan(body, header->body_bytes), records));
    for (const RecordView& view : records) {
      std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(body + view.offset),
                  kRecordHeaderBytes + view.bytes.size(), view.index);
    }
    offset = body + header->body_bytes;
  }
  return result;
}

TEST(SegmentFaults, EveryFlippedBitIsNamedOrHarmless) {
  SmallLog log;
  for (const std::string& path : log.paths) {
    const Bytes good = log.files.contents(path);
    const auto owner = owners(good);
    Bytes bad = good;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      log.files.set_contents(path, bad);
      const auto named = outcome(log.files, log.size);
      EXPECT_EQ(named.has_value(), owner[bit / 8].has_value() || bit / 8 < 68)
          << path << " " << bit;
      if (named && owner[bit / 8]) {
        EXPECT_EQ(*named, *owner[bit / 8]) << path << " bit " << bit;
      }
      bad[bit / 8] = good[bit / 8];
    }
    log.files.set_contents(path, good);
  }
  EXPECT_EQ(outcome(log.files, log.size), std::nullopt);
}

TEST(SegmentFaults, EveryCutIsNamedOrHarmless) {
  SmallLog log;
  for (const std::string& path : log.paths) {
    const Bytes good = log.files.contents(path);
    const auto owner = owners(good);
    for (std::size_t length = 0; length < good.size(); ++length) {
      log.files.set_contents(
          path, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
      const auto named = outcome(log.files, log.size);
      const auto cut = std::find_if(owner.begin() + static_cast<std::ptrdiff_t>(length),
                                    owner.end(), [](const auto& item) { return item.has_value(); });
      ASSERT_EQ(named.has_value(), cut != owner.end()) << path << " cut at " << length;
      if (named) {
        EXPECT_EQ(*named, **cut) << path << " cut at " << length;
      }
      // The writer judges as the check does, and goes on where the log is whole.
      const auto twin = log.files.clone();
      const auto opened = SegmentJournal::open(*twin, "log", kSmall);
      ASSERT_EQ(opened.has_value(), !named.has_value());
      if (opened) {
        ASSERT_TRUE(grow(**opened, 3));
      }
    }
    log.files.set_contents(path, good);
  }
}

TEST(SegmentFaults, AMissingSegmentIsNamed) {
  for (const std::size_t which : {0U, 1U}) {
    SmallLog log;
    const auto first = parse_segment_name(log.paths[which].substr(4));
    ASSERT_TRUE(log.files.remove(log.paths[which]));
    EXPECT_EQ(outcome(log.files, log.size), first);
  }
}

// What a crash leaves of a frame that was not acknowledged: any prefix, any suffix, any one sector.
TEST(SegmentFaults, AnyTornFrameIsDiscardedAndWritingGoesOn) {
  MemoryFileSystem files;
  const std::string path = "log/" + segment_name(0);
  std::uint64_t acknowledged = 0;
  Bytes before;
  {
    auto journal = *SegmentJournal::open(files, "log", kSmall);
    ASSERT_TRUE(grow(*journal, 6));
    ASSERT_TRUE(grow(*journal, 2));
    acknowledged = journal->size();
    before = files.contents(path);
    ASSERT_TRUE(grow(*journal, 20));
  }
  const Bytes after = files.contents(path);
  std::size_t begin = kSegmentStartBytes;
  while (before[begin] == after[begin] && before[begin] != 0) ++begin;
  begin = kSegmentStartBytes;
  for (int frame = 0; frame < 2; ++frame) {
    begin += kFrameHeaderBytes + decode_frame_header(ByteSpan(after).subspan(begin))->body_bytes;
  }
  const std::size_t end =
      begin + kFrameHeaderBytes + decode_frame_header(ByteSpan(after).subspan(begin))->body_bytes;
  const auto check = [&](const Bytes& image, bool whole) {
    files.set_contents(path, image);
    const auto journal = SegmentJournal::open(files, "log", kSmall);
    ASSERT_TRUE(journal) << to_string(journal.error());
    EXPECT_EQ((*journal)->size(), whole ? acknowledged + 20 : acknowledged);
    ASSERT_TRUE(grow(**journal, 4));
    expect_intact(**journal);
  };
  const auto at = [](const Bytes& bytes, std::size_t i) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(i);
  };
  for (std::size_t cut = begin; cut <= end; ++cut) {
    Bytes prefix = before;
    std::copy(at(after, begin), at(after, cut),
              at(before, begin) - before.begin() + prefix.begin());
    check(prefix, std::equal(prefix.begin() + kSegmentStartBytes, prefix.end(),
                             after.begin() + kSegmentStartBytes));
    Bytes suffix = before;
    std::copy(at(after, cut), at(after, end), suffix.begin() + static_cast<std::ptrdiff_t>(cut));
    check(suffix, cut == begin);
  }
}

// The marks are one sync behind (their last write was lost), the frame above them is damaged, and a
// good frame stands behind it: that frame was acknowledged and must not be taken for a torn one.
TEST(SegmentFaults, ADamagedFrameWithAGoodOneBehindItIsNeverDropped) {
  MemoryFileSystem files;
  const std::string path = "log/" + segment_name(0);
  auto journal = *SegmentJournal::open(files, "log", kSmall);
  ASSERT_TRUE(grow(*journal, 3));
  const Bytes early = files.contents(path);
  ASSERT_TRUE(grow(*journal, 2));
  ASSERT_TRUE(grow(*journal, 4));
  Bytes image = files.contents(path);
  std::copy_n(early.begin(), kSegmentStartBytes, image.begin());
  const auto owner = owners(image);
  files.set_contents(path, image);
  EXPECT_EQ(outcome(files, 9), std::nullopt);
  for (std::size_t bit = kSegmentStartBytes * 8; bit < image.size() * 8; ++bit) {
    if (!owner[bit / 8] || *owner[bit / 8] < 3 || *owner[bit / 8] > 4) continue;
    Bytes bad = image;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    files.set_contents(path, bad);
    EXPECT_EQ(outcome(files, 9), owner[bit / 8]) << bit;
  }
}

// Power loss at any moment, with any part of what was not synced: nothing acknowledged is lost,
// what was in flight is there whole or not at all.
TEST(SegmentFaults, PowerLoss) {
  constexpr std::uint64_t kSeeds = 2'000;
  std::uint64_t torn = 0;
  std::uint64_t kept_in_flight = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    RandomStream random(seed, 1);
    MemoryFileSystem files;
    std::uint64_t acknowledged = 0;
    for (int life = 0; life < 4; ++life) {
      // The operation after which the power goes may lie in opening, too.
      files.fail_from(static_cast<std::int64_t>(random.below(60)));
      std::uint64_t in_flight = 0;
      if (auto opened = SegmentJournal::open(files, "log", kSmall)) {
        ASSERT_GE((*opened)->size(), acknowledged) << seed;
        acknowledged = (*opened)->size();
        while (true) {
          in_flight = 1 + random.below(40);
          if (!grow(**opened, in_flight)) break;
          acknowledged += in_flight;
        }
        EXPECT_FALSE(grow(**opened, 1)) << "after a failed write nothing more is taken";
        files.crash(random);
      } else {
        EXPECT_EQ(opened.error().code, ErrorCode::io_error) << seed << to_string(opened.error());
        files.crash(random);
      }
      if (const auto report = check_segments(files, "log", kSmall, {}))
        torn += report->torn_bytes > 0;
      const auto journal = SegmentJournal::open(files, "log", kSmall);
      ASSERT_TRUE(journal) << seed << " " << to_string(journal.error());
      const std::uint64_t size = (*journal)->size();
      ASSERT_TRUE(size == acknowledged || size == acknowledged + in_flight) << seed;
      kept_in_flight += size > acknowledged;
      expect_intact(**journal);
      acknowledged = size;
    }
  }
  EXPECT_GT(torn, 100U);
  EXPECT_GT(kept_in_flight, 100U);
}

TEST(SegmentFaults, SwappedRepeatedAndForeignFramesAreRefused) {
  SmallLog log;
  const std::string path = log.paths[0];
  const Bytes good = log.files.contents(path);
  std::vector<Bytes> frames;
  std::vector<std::uint64_t> firsts;
  for (std::size_t offset = kSegmentStartBytes;
       const auto header = decode_frame_header(ByteSpan(good).subspan(offset));) {
    const std::size_t total = kFrameHeaderBytes + header->body_bytes;
    frames.emplace_back(good.begin() + static_cast<std::ptrdiff_t>(offset),
                        good.begin() + static_cast<std::ptrdiff_t>(offset + total));
    firsts.push_back(header->first_index);
    offset += total;
  }
  ASSERT_GE(frames.size(), 4U);
  const auto refused_at = [&](const std::vector<Bytes>& order) {
    Bytes file(good.begin(), good.begin() + kSegmentStartBytes);
    for (const Bytes& frame : order) file.insert(file.end(), frame.begin(), frame.end());
    file.resize(std::max(file.size(), good.size()));
    log.files.set_contents(path, file);
    return outcome(log.files, log.size);
  };
  auto swapped = frames;
  std::swap(swapped[1], swapped[2]);
  EXPECT_EQ(refused_at(swapped), firsts[1]);
  auto repeated = frames;
  repeated.insert(repeated.begin() + 2, frames[1]);
  EXPECT_EQ(refused_at(repeated), firsts[2]);
  auto dropped = frames;
  dropped.erase(dropped.begin() + 1);
  EXPECT_EQ(refused_at(dropped), firsts[1]);
  auto last_dropped = frames;
  last_dropped.pop_back();
  EXPECT_EQ(refused_at(last_dropped), firsts.back());
  // An edit with every checksum recomputed still breaks the chain at the next frame.
  auto edited = frames;
  const std::vector<Bytes> group = testing::records(firsts[1] + 500, firsts[2] - firsts[1]);
  const std::vector<ByteSpan> spans(group.begin(), group.end());
  edited[1].clear();
  encode_frame(0, firsts[1], decode_frame_header(frames[1])->previous, spans, edited[1]);
  Bytes file(good.begin(), good.begin() + kSegmentStartBytes);
  for (const Bytes& frame : edited) file.insert(file.end(), frame.begin(), frame.end());
  log.files.set_contents(path, file);
  const auto report = check_segments(log.files, "log", kSmall, {});
  ASSERT_TRUE(report->first_bad);
  EXPECT_EQ(report->first_bad->code, ErrorCode::fork);
  EXPECT_EQ(record_of(*report->first_bad), firsts[2]);
}

// Bytes made to hurt: never a crash, never a large allocation, always the promise.
TEST(SegmentFaults, ManyRandomDamages) {
  SmallLog log;
  RandomStream random(7, 7);
  for (int round = 0; round < 4'000; ++round) {
    const std::string& path = log.paths[random.below(2)];
    const Bytes good = log.files.contents(path);
    Bytes bad = good;
    for (std::uint64_t i = 1 + random.below(6); i > 0; --i) {
      const std::size_t offset = kSegmentStartBytes + random.below(2'500);
      bad[offset] = static_cast<std::uint8_t>(random.chance(0.3) ? 0xff : random.next_u64());
    }
    log.files.set_contents(path, bad);
    outcome(log.files, log.size);
    log.files.set_contents(path, good);
  }
}

}  // namespace
}  // namespace bulkhead::journal
