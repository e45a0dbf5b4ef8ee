// Hashes, the random generator's published answers, its transforms, the executor and the error
// table.
#include "bulkhead/base/random.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "bulkhead/base/error_codes.h"
#include "bulkhead/base/executor.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead {
namespace {

TEST(Sha256, PublishedVectors) {
  // FIPS 180-4 examples (NIST CSRC).
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 hasher;
  hasher.update("abcdbcdecdefdefgefghfghighijhi")
      .update("jkijkljklmklmnlmnomnopnop")
      .update_byte('q');
  EXPECT_EQ(to_hex(hasher.finish()),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  hasher.update("abc");
  EXPECT_EQ(hasher.finish(), sha256("abc"));
}

TEST(Hex, ReadsOnlyWhatItWrites) {
  EXPECT_EQ(to_hex(*from_hex("00ff10")), "00ff10");
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0G").has_value());
  EXPECT_FALSE(from_hex("FF").has_value());
}

TEST(Philox, PublishedVectors) {
  // kat_vectors of the Random123 distribution (Salmon et al. 2011), philox4x32 10.
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
Moments moments(Draw draw) {
  constexpr int kCount = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  return {sum / kCount, squares / kCount - (sum / kCount) * (sum / kCount)};
}

TEST(RandomStream, TransformsHaveTheirMoments) {
  // Bounds are about five standard errors of 200,000 draws.
  RandomStream random(42, 1);
  const Moments uniform = moments([&] { return random.uniform(); });
  EXPECT_NEAR(uniform.mean, 0.5, 0.004);
  EXPECT_NEAR(uniform.variance, 1.0 / 12, 0.002);
  const Moments normal = moments([&] { return random.normal(); });
  EXPECT_NEAR(normal.mean, 0, 0.012);
  EXPECT_NEAR(normal.variance, 1, 0.02);
  const Moments student = moments([&] { return random.student_t(6.0); });
  EXPECT_NEAR(student.mean, 0, 0.012);
  EXPECT_NEAR(student.variance, 1, 0.03);
  const Moments exponential = moments([&] { return random.exponential(); });
  EXPECT_NEAR(exponential.mean, 1, 0.012);
  EXPECT_NEAR(exponential.variance, 1, 0.04);
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream random(42, 2);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0U);
  // An n for which one word in two must be drawn again.
  for (int i = 0; i < 100; ++i) EXPECT_LE(random.below((1ULL << 63) + 1), 1ULL << 63);
}

TEST(RandomStream, StreamsDifferAndRepeat) {
  RandomStream a(1, 1);
  RandomStream b(1, 2);
  RandomStream c(1, 1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t value = a.next_u64();
    EXPECT_EQ(value, c.next_u64());
    seen.insert(value);
    seen.insert(b.next_u64());
  }
  EXPECT_EQ(seen.size(), 2'000U);
}

TEST(SerialExecutor, CoversEachElementOnce) {
  SerialExecutor executor;
  std::vector<int> touched(10, 0);
  executor.parallel_for(10, 4, [&](std::size_t begin, std::size_t end) {
    EXPECT_LE(end - begin, 4U);
    for (std::size_t i = begin; i < end; ++i) ++touched[i];
  });
  EXPECT_EQ(touched, std::vector<int>(10, 1));
  executor.parallel_for(0, 4, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(ErrorCodes, NamesAreUniqueAndSaid) {
  std::set<std::string_view> names;
  for (const ErrorInfo& info : all_errors()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.rule.empty());
    EXPECT_FALSE(info.sentence.empty());
    EXPECT_EQ(&error_info(info.code), &info);
  }
  EXPECT_DEATH(static_cast<void>(error_info(ErrorCode::kNone)), "assertion failed");
}

}  // namespace
}  // namespace bulkhead
