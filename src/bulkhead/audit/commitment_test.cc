// Commitments: the stated bytes, nothing else opens them, equal payloads look unlike.
#include "bulkhead/audit/commitment.h"

#include <gtest/gtest.h>

#include "bulkhead/base/sha256.h"

namespace bulkhead::audit {
namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// printf 'bulkhead commitment v1\n' + 32 zero bytes + 'Erin Example', by sha256sum.
TEST(Commitment, IsTheHashOfPrefixSaltAndPayload) {
  EXPECT_EQ(to_hex(commit(Salt{}, bytes_of("Erin Example"))),
            "d6249f0665632b460087d03ebca7a3e15a63776c4104517c0b8f74141580577d");
}

TEST(Commitment, OpensByItsPayloadAndSaltAlone) {
  const Bytes payload = bytes_of("Frank Example, 12 Main Street");
  const auto opening = make_opening(payload);
  ASSERT_TRUE(opening);
  EXPECT_TRUE(check_opening(*opening, payload));
  for (std::size_t bit = 0; bit < payload.size() * 8; ++bit) {
    Bytes other = payload;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Status opened = check_opening(*opening, other);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::commitment_unopened);
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    Opening other = *opening;
    other.salt[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    ASSERT_FALSE(check_opening(other, payload));
  }
}

TEST(Commitment, TheSamePayloadLooksUnlike) {
  const Bytes payload = bytes_of("Frank Example");
  const auto one = make_opening(payload);
  const auto two = make_opening(payload);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->commitment, two->commitment);
}

// Bytes do not wander between salt and payload: the salt has its length.
TEST(Commitment, SaltAndPayloadDoNotRunTogether) {
  Salt salt{};
  salt[31] = 'a';
  EXPECT_NE(commit(salt, bytes_of("bc")), commit(Salt{}, bytes_of("abc")));
}

}  // namespace
}  // namespace bulkhead::audit
