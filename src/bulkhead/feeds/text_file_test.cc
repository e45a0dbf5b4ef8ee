// Lines of plain and compressed files, and every way in which such a file can be damaged.
#include "bulkhead/feeds/text_file.h"

#include <vector>

#include "bulkhead/feeds/feeds_test_support.h"

namespace bulkhead::feeds {
namespace {

using TextFileTest = FeedsFixture;

Result<std::vector<std::string>> lines_of(const std::string& path) {
  BULKHEAD_TRY(TextFile file, TextFile::open(path));
  std::vector<std::string> lines;
  std::string line;
  while (true) {
    BULKHEAD_TRY(const bool more, file.next_line(line));
    if (!more) return lines;
    lines.push_back(line);
  }
}

std::string many_lines() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 100'003) + ",row\n";
  return text;
}

TEST_F(TextFileTest, PlainAndCompressedGiveTheSameLines) {
  const std::string text = many_lines();
  const auto plain = lines_of(write("a.csv", text));
  const auto packed = lines_of(write("a.csv.zst", compressed(text)));
  ASSERT_TRUE(plain && packed);
  EXPECT_EQ(plain->size(), 100'000U);
  EXPECT_EQ(*plain, *packed);
  const auto two_frames = lines_of(write("b.zst", compressed("a\n") + compressed("b\r\n")));
  EXPECT_EQ(*two_frames, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(lines_of(write("empty.csv", ""))->empty());
  // Highly compressible: much text out of few bytes.
  std::string flat;
  for (int i = 0; i < 300'000; ++i) flat += "same line\n";
  EXPECT_EQ(lines_of(write("flat.zst", compressed(flat)))->size(), 300'000U);
}

TEST_F(TextFileTest, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of(lines_of(path("nothing"))).code, ErrorCode::feed_unreadable);
  const std::string cut = write("cut.csv", "a\nb\nc");
  EXPECT_EQ(error_of(lines_of(cut)).code, ErrorCode::feed_truncated);
  EXPECT_EQ(error_of(lines_of(cut)).field, cut + ":3");
  EXPECT_EQ(error_of(lines_of(write("nul", std::string("a\0b\n", 4)))).code,
            ErrorCode::feed_malformed);
  EXPECT_EQ(error_of(lines_of(write("long", std::string(2 << 20, 'x') + "\n"))).code,
            ErrorCode::feed_malformed);
  EXPECT_EQ(error_of(lines_of(write("plain.zst", "a,b\n1,2\n"))).code, ErrorCode::feed_corrupt);
  EXPECT_EQ(error_of(lines_of(write("empty.zst", ""))).code, ErrorCode::feed_truncated);
}

TEST_F(TextFileTest, EveryTruncationOfACompressedFileIsSeen) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += std::to_string(i * i) + "\n";
  const std::string packed = compressed(text);
  for (std::size_t length = 0; length < packed.size(); ++length) {
    const auto result = lines_of(write("t.zst", packed.substr(0, length)));
    ASSERT_FALSE(result) << length << " of " << packed.size();
    ASSERT_EQ(result.error().code, ErrorCode::feed_truncated) << length;
  }
}

// A few bits of the format carry no content; what passes must be what was written.
TEST_F(TextFileTest, ADamagedByteOfACheckedCompressedFileNeverChangesContent) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += std::to_string(i * i) + "\n";
  const std::string packed = compressed(text);
  const auto whole = lines_of(write("whole.zst", packed));
  ASSERT_TRUE(whole);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < packed.size(); ++i) {
    std::string damaged = packed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const auto result = lines_of(write("damaged.zst", damaged));
    if (!result) ++refused;
    EXPECT_TRUE(!result || *result == *whole) << "byte " << i;
  }
  EXPECT_GE(refused, packed.size() - 10);
}

}  // namespace
}  // namespace bulkhead::feeds
