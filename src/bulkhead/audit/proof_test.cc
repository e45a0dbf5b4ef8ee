// Checkpoints and proof files: published texts, any entry of a log, every damaged bit.
#include "bulkhead/audit/proof.h"

#include <gtest/gtest.h>

#include "bulkhead/audit/test_support.h"
#include "bulkhead/audit/tiles.h"

namespace bulkhead::audit {
namespace {

using testing::bytes_of;
using testing::entry;

// transparency-dev/tessera, testdata/log (public test key): its checkpoint of size 1 over "one".
constexpr std::string_view kVerifier =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
constexpr std::string_view kSigner =
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
constexpr std::string_view kCheckpointOne =
    "example.com/log/testdata\n1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n\n"
    "\xe2\x80\x94 example.com/log/testdata "
    "M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+bywoiIke1YYciCNjJGkCgIlQ8b16jhsmg/"
    "SChAM=\n";

TEST(Checkpoint, SignsAndOpensThePublishedOne) {
  const Checkpoint checkpoint{"example.com/log/testdata", 1, leaf_hash(bytes_of("one")), ""};
  EXPECT_EQ(*sign_checkpoint(checkpoint, *parse_signer_key(kSigner)), kCheckpointOne);
  EXPECT_EQ(*open_checkpoint(kCheckpointOne, *parse_verifier_key(kVerifier)), checkpoint);
  EXPECT_EQ(*peek_checkpoint(kCheckpointOne), checkpoint);
}

TEST(Checkpoint, OnlyTheLogsOwnNameAndKeyCount) {
  const SignerKey key = *parse_signer_key(kSigner);
  const SignerKey other{"other.example", NoteAlgorithm::ed25519, {}};
  const Checkpoint checkpoint{"example.com/log/testdata", 0, empty_root(), ""};
  EXPECT_FALSE(sign_checkpoint(checkpoint, other));
  // A cosigner's good signature alone, or another log's checkpoint signed by this log's key.
  const std::string cosigned = *sign_note(checkpoint_text(checkpoint), other);
  const VerifierKey cosigner = other.verifier();
  EXPECT_EQ(open_checkpoint(cosigned, key.verifier(), std::span(&cosigner, 1)).error().code,
            ErrorCode::untrusted);
  Checkpoint foreign = checkpoint;
  foreign.origin = "other.example";
  EXPECT_EQ(open_checkpoint(*sign_note(checkpoint_text(foreign), key), key.verifier()).error().code,
            ErrorCode::untrusted);
}

TEST(Checkpoint, ShapeIsStrict) {
  const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  EXPECT_TRUE(parse_checkpoint_text("Log\n0\n" + root + "\n"));
  EXPECT_EQ(parse_checkpoint_text("Log\n0\n" + root + "\nmore\n")->extensions, "more\n");
  for (const std::string& bad :
       {"Log\n0\n" + root, "Log\n00\n" + root + "\n", "Log\n-1\n" + root + "\n",
        "\n0\n" + root + "\n", "Log\n18446744073709551616\n" + root + "\n",
        "Log\n0\n" + root + "\n\n", "Log\n0\n" + root + "\nmore",
        std::string("Log\n0\nYmFuYW5hcw==\n"), std::string("Log\n0\n")}) {
    EXPECT_FALSE(parse_checkpoint_text(bad)) << bad;
  }
}

struct Log {
  MemoryTiles files;
  SignerKey key = *parse_signer_key(kSigner);
  std::string checkpoint;

  explicit Log(std::uint64_t size) {
    TileWriter writer(files);
    for (std::uint64_t i = 0; i < size; ++i) EXPECT_TRUE(writer.append(entry(i)));
    EXPECT_TRUE(writer.publish());
    checkpoint = *sign_checkpoint({key.name, size, writer.root(), ""}, key);
  }
};

TEST(Proof, EveryEntryOfALogVerifiesOffline) {
  const Log log(300);
  const TileReader reader(log.files, 300);
  for (std::uint64_t i = 0; i < 300; ++i) {
    const auto made = make_proof(reader, i, log.checkpoint, entry(i));
    ASSERT_TRUE(made) << to_string(made.error());
    const auto read = parse_proof(to_string(*made));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, *made);
    EXPECT_EQ(verify_proof(*read, *read->extra, log.key.verifier())->size, 300U);
    EXPECT_EQ(verify_proof(*read, entry(i + 1), log.key.verifier()).error().code,
              ErrorCode::proof_mismatch);
  }
}

TEST(Proof, NoFlippedBitAndNoCutIsAccepted) {
  const Log log(9);
  const VerifierKey key = log.key.verifier();
  const std::string good = to_string(*make_proof(TileReader(log.files, 9), 4, log.checkpoint));
  const auto accepted = [&](const std::string& text) {
    const auto proof = parse_proof(text);
    return proof && verify_proof(*proof, entry(4), key);
  };
  ASSERT_TRUE(accepted(good));
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(accepted(bad)) << i;
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(accepted(good.substr(0, length))) << length;
  }
}

TEST(Proof, LimitsAreStated) {
  const Log log(1);
  InclusionProof proof = *make_proof(TileReader(log.files, 1), 0, log.checkpoint);
  proof.hashes.assign(65, Hash{});
  EXPECT_FALSE(parse_proof(to_string(proof)));
  proof.hashes.clear();
  proof.extra = Bytes(kMaxEntryBytes + 1);
  EXPECT_EQ(parse_proof(to_string(proof)).error().code, ErrorCode::too_large);
  EXPECT_FALSE(make_proof(TileReader(log.files, 1), 1, log.checkpoint));
}

}  // namespace
}  // namespace bulkhead::audit
