// The hash tree against published roots, an independent recursion, and every damaged proof.
#include "bulkhead/audit/merkle.h"

#include <gtest/gtest.h>

#include "bulkhead/audit/test_support.h"

namespace bulkhead::audit {
namespace {

using testing::entry;
using testing::from_hex;

constexpr std::uint64_t kExhaustive = 100;

// MTH by its recursive definition (RFC 6962 2.1), sharing nothing with the code under test but
// SHA-256.
Hash plain_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256(std::string_view(""));
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const Hash left = plain_root(leaves.first(split));
  const Hash right = plain_root(leaves.subspan(split));
  return Sha256().update_byte(1).update(left).update(right).finish();
}

std::vector<Hash> leaves_of(std::uint64_t count) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(entry(i)));
  return leaves;
}

MemoryTree tree_of(const std::vector<Hash>& leaves) {
  MemoryTree tree;
  for (const Hash& leaf : leaves) tree.append(leaf);
  return tree;
}

// google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc: eight leaves, roots of 0..8.
TEST(Merkle, RootsOfTheCertificateTransparencyLeaves) {
  const char* const leaves[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                               "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  MemoryTree tree;
  EXPECT_EQ(to_hex(frontier.root()), roots[0]);
  for (std::size_t i = 0; i < 8; ++i) {
    const Hash leaf = leaf_hash(from_hex(leaves[i]));
    frontier.append(leaf);
    tree.append(leaf);
    EXPECT_EQ(to_hex(frontier.root()), roots[i + 1]);
    EXPECT_EQ(to_hex(*tree_root(tree, i + 1)), roots[i + 1]);
  }
}

TEST(Merkle, RootsEqualTheRecursiveDefinition) {
  const std::vector<Hash> leaves = leaves_of(kExhaustive);
  const MemoryTree tree = tree_of(leaves);
  Frontier frontier;
  for (std::uint64_t size = 0; size <= kExhaustive; ++size) {
    const Hash want = plain_root(std::span(leaves).first(size));
    EXPECT_EQ(frontier.root(), want) << size;
    EXPECT_EQ(*tree_root(tree, size), want) << size;
    EXPECT_EQ(Frontier::load(tree, size)->root(), want) << size;
    if (size < kExhaustive) frontier.append(leaves[size]);
  }
}

TEST(Merkle, EveryInclusionProofVerifiesAndNoDamagedOneDoes) {
  const std::vector<Hash> leaves = leaves_of(kExhaustive);
  const MemoryTree tree = tree_of(leaves);
  for (std::uint64_t size = 1; size <= kExhaustive; ++size) {
    const Hash root = *tree_root(tree, size);
    for (std::uint64_t index = 0; index < size; ++index) {
      std::vector<Hash> proof = *inclusion_proof(tree, index, size);
      ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root))
          << index << "/" << size;
      for (std::size_t i = 0; i < proof.size(); ++i) {
        proof[i][(index + i) % 32] ^= static_cast<std::uint8_t>(1U << (size % 8));
        EXPECT_FALSE(verify_inclusion(leaves[index], index, size, proof, root));
        proof[i][(index + i) % 32] ^= static_cast<std::uint8_t>(1U << (size % 8));
      }
      EXPECT_FALSE(verify_inclusion(leaves[(index + 1) % kExhaustive], index, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[index], index + 1, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[index], index ^ 1, size, proof, root));
      proof.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[index], index, size, proof, root));
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        EXPECT_FALSE(verify_inclusion(leaves[index], index, size, proof, root));
      }
    }
  }
}

TEST(Merkle, EveryConsistencyProofVerifiesAndNoDamagedOneDoes) {
  const std::vector<Hash> leaves = leaves_of(kExhaustive);
  const MemoryTree tree = tree_of(leaves);
  std::vector<Hash> roots;
  for (std::uint64_t size = 0; size <= kExhaustive; ++size) roots.push_back(*tree_root(tree, size));
  for (std::uint64_t size = 0; size <= kExhaustive; ++size) {
    for (std::uint64_t old = 0; old <= size; ++old) {
      std::vector<Hash> proof = *consistency_proof(tree, old, size);
      ASSERT_TRUE(verify_consistency(old, size, roots[old], roots[size], proof))
          << old << "/" << size;
      Hash other = roots[size];
      other[old % 32] ^= 1;
      if (old > 0) {
        EXPECT_FALSE(verify_consistency(old, size, roots[old], other, proof));
      }
      other = roots[old];
      other[size % 32] ^= 1;
      EXPECT_FALSE(verify_consistency(old, size, other, roots[size], proof));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        proof[i][(old + i) % 32] ^= static_cast<std::uint8_t>(1U << (size % 8));
        EXPECT_FALSE(verify_consistency(old, size, roots[old], roots[size], proof));
        proof[i][(old + i) % 32] ^= static_cast<std::uint8_t>(1U << (size % 8));
      }
      proof.push_back(roots[size]);
      EXPECT_FALSE(verify_consistency(old, size, roots[old], roots[size], proof));
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        EXPECT_FALSE(verify_consistency(old, size, roots[old], roots[size], proof));
      }
    }
  }
}

TEST(Merkle, SizesOutOfRangeAreRefused) {
  const MemoryTree tree = tree_of(leaves_of(5));
  EXPECT_EQ(inclusion_proof(tree, 5, 5).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(inclusion_proof(tree, 0, 6).error().code, ErrorCode::not_found);
  EXPECT_EQ(consistency_proof(tree, 4, 3).error().code, ErrorCode::out_of_range);
  const Hash root = *tree_root(tree, 5);
  EXPECT_EQ(verify_inclusion(root, 0, 0, {}, root).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(verify_consistency(6, 5, root, root, {}).error().code, ErrorCode::out_of_range);
  // The greatest sizes do not loop or overflow.
  EXPECT_FALSE(verify_inclusion(root, 0, ~std::uint64_t{0}, {}, root));
  EXPECT_FALSE(verify_consistency(1, ~std::uint64_t{0}, root, root, std::vector<Hash>(70, root)));
}

TEST(Merkle, SizeZeroIsAPrefixOfEveryTreeOnlyByItsOwnRoot) {
  const MemoryTree tree = tree_of(leaves_of(3));
  const Hash root = *tree_root(tree, 3);
  EXPECT_TRUE(verify_consistency(0, 3, empty_root(), root, {}));
  EXPECT_TRUE(verify_consistency(0, 0, empty_root(), empty_root(), {}));
  EXPECT_FALSE(verify_consistency(0, 3, root, root, {}));
  EXPECT_FALSE(verify_consistency(0, 0, empty_root(), root, {}));
  EXPECT_FALSE(verify_consistency(0, 3, empty_root(), root, std::vector<Hash>{root}));
}

}  // namespace
}  // namespace bulkhead::audit
