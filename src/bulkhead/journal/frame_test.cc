// Checksums and frames: published check values, the exact bytes of the format, the reader rule.
#include "bulkhead/journal/frame.h"

#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/crc32c.h"
#include "bulkhead/journal/segment_format.h"
#include "bulkhead/journal/test_support.h"

namespace bulkhead::journal {
namespace {

using testing::records;

Bytes frame_of(std::uint64_t first, std::uint64_t count) {
  const std::vector<Bytes> group = records(first, count);
  const std::vector<ByteSpan> spans(group.begin(), group.end());
  Bytes frame;
  encode_frame(3, first, Hash{1}, spans, frame);
  return frame;
}

// RFC 3720 B.4.
TEST(Crc32c, PublishedValues) {
  EXPECT_EQ(crc32c(Bytes(32, 0)), 0x8a9136aaU);
  EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
  Bytes rising(32);
  for (std::size_t i = 0; i < 32; ++i) rising[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eU);
  const std::string digits = "123456789";
  EXPECT_EQ(crc32c(Bytes(digits.begin(), digits.end())), 0xe3069283U);
}

TEST(Crc32c, InstructionEqualsTableForEveryLengthAndSplit) {
  RandomStream random(1, 2);
  Bytes bytes(300);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.next_u64());
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const ByteSpan part = ByteSpan(bytes).first(length);
    EXPECT_EQ(crc32c(part), crc32c_plain(part));
    const std::size_t split = length / 3;
    EXPECT_EQ(crc32c(part.subspan(split), crc32c(part.first(split))), crc32c(part));
  }
}

// The bytes of the format: this test fails when the layout changes, and it must not
// (docs/journal-format.md).
TEST(Frame, BytesOfTheFormat) {
  const Bytes one{'a', 'b'};
  const std::vector<ByteSpan> group{one, ByteSpan()};
  Bytes frame;
  Hash previous{};
  previous[0] = 0xaa;
  previous[31] = 0xbb;
  encode_frame(0x0102, 0x0304, previous, group, frame);
  EXPECT_EQ(to_hex(frame),
            "42484631"
            "22000000"
            "0201000000000000"
            "0403000000000000"
            "02000000"
            "9d34e594"
            "aa000000000000000000000000000000000000000000000000000000000000bb"
            "02000000"
            "37ba64f7"
            "0403000000000000"
            "6162"
            "00000000"
            "4f3f44fb"
            "0503000000000000");
}

TEST(Frame, RoundTrip) {
  const Bytes frame = frame_of(1'000, 200);
  const auto header = decode_frame_header(frame);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->first_index, 1'000U);
  EXPECT_EQ(header->epoch, 3U);
  std::vector<RecordView> views;
  EXPECT_FALSE(decode_frame_body(*header, ByteSpan(frame).subspan(kFrameHeaderBytes), views));
  ASSERT_EQ(views.size(), 200U);
  for (const RecordView& view : views) {
    EXPECT_EQ(Bytes(view.bytes.begin(), view.bytes.end()), testing::record(view.index));
  }
}

TEST(Frame, EveryFlippedBitIsFoundAtItsRecord) {
  const Bytes good = frame_of(10, 7);
  std::vector<RecordView> views;
  ASSERT_FALSE(decode_frame_body(*decode_frame_header(good),
                                 ByteSpan(good).subspan(kFrameHeaderBytes), views));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto header = decode_frame_header(bad);
    if (bit / 8 < kFrameHeaderBytes) {
      EXPECT_FALSE(header) << bit;
      continue;
    }
    std::uint64_t at = 0;
    for (const RecordView& view : views) {
      if (kFrameHeaderBytes + view.offset <= bit / 8) at = view.index;
    }
    std::vector<RecordView> found;
    const auto error = decode_frame_body(*header, ByteSpan(bad).subspan(kFrameHeaderBytes), found);
    ASSERT_TRUE(error) << bit;
    EXPECT_EQ(record_of(*error), at) << bit;
    EXPECT_EQ(found.size(), at - 10);
  }
}

TEST(Frame, LimitsAreStated) {
  EXPECT_EQ(frame_bytes({}).error().code, ErrorCode::malformed);
  const Bytes large(kMaxRecordBytes + 1);
  EXPECT_EQ(frame_bytes(std::vector<ByteSpan>{large}).error().code, ErrorCode::too_large);
  const std::vector<ByteSpan> many(kMaxFrameRecords + 1);
  EXPECT_EQ(frame_bytes(many).error().code, ErrorCode::too_large);
  const std::vector<ByteSpan> heavy(1'100, ByteSpan(large).first(kMaxRecordBytes));
  EXPECT_EQ(frame_bytes(heavy).error().code, ErrorCode::too_large);
}

TEST(Frame, ReaderRule) {
  Head head{10, 4, Hash{7}};
  FrameHeader next{0, 4, 10, 1, Hash{7}};
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::accept);
  next.epoch = 9;  // a new writer that read to the head
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::accept);
  next.previous[5] = 1;
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::fork);
  next.first_index = 11;
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::gap);
  next.first_index = 9;
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::duplicate);
  next.epoch = 3;
  EXPECT_EQ(judge_frame(head, next), FrameVerdict::stale_epoch);
}

TEST(SegmentFormat, NamesAndMarks) {
  EXPECT_EQ(segment_name(42), "00000000000000000042.segment");
  EXPECT_EQ(parse_segment_name(segment_name(~std::uint64_t{0})), ~std::uint64_t{0});
  for (const char* bad : {"42.segment", "00000000000000000042.segment.tmp",
                          "0000000000000000004x.segment", "99999999999999999999.segment", "lock"}) {
    EXPECT_FALSE(parse_segment_name(bad)) << bad;
  }
  Bytes start = encode_segment_start({5, 8'192, 2, Hash{3}});
  EXPECT_EQ(newest_mark(start)->mark, (Mark{5, kSegmentStartBytes, 2, Hash{3}, false}));
  const Bytes mark = encode_mark({9, 5'000, 2, Hash{4}, false});
  std::copy(mark.begin(), mark.end(), start.begin() + static_cast<std::ptrdiff_t>(mark_offset(1)));
  EXPECT_EQ(newest_mark(start)->mark.end_index, 9U);
  start[mark_offset(1) + 8] ^= 1;  // the newest is damaged: the one before counts
  EXPECT_EQ(newest_mark(start)->mark.end_index, 5U);
  start[mark_offset(0)] ^= 1;
  EXPECT_FALSE(newest_mark(start));
}

}  // namespace
}  // namespace bulkhead::journal
