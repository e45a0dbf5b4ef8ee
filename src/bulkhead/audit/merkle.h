// The hash tree of the log (RFC 6962 2.1, SHA-256): hashing, roots, and the proofs that a leaf is
// in a tree and that one tree is a prefix of another. Leaves are opaque.
//
//   Frontier tree;
//   tree.append(leaf_hash(record));
//   Hash root = tree.root();
//
// Indices are 0-based; a tree of size n has leaves 0 .. n-1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::audit {

Hash leaf_hash(std::span<const std::uint8_t> data);   // SHA-256(0x00 ‖ data)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 ‖ left ‖ right)
Hash empty_root();                                    // SHA-256("")

// Hashes of complete subtrees. (level, index) covers leaves [index·2^level, (index+1)·2^level);
// level 0 is the leaf hash. Implementations: MemoryTree, TileReader (tiles.h).
class HashSource {
 public:
  virtual ~HashSource() = default;
  // not_found if the subtree is not complete in the tree that the source describes.
  virtual Result<Hash> subtree(unsigned level, std::uint64_t index) const = 0;
};

// The right edge of a growing tree: O(log n) memory, append O(1) amortised.
class Frontier {
 public:
  Frontier() = default;
  // The frontier of the first `size` leaves of `source`.
  static Result<Frontier> load(const HashSource& source, std::uint64_t size);

  void append(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  Hash root() const;  // empty_root() at size 0

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;  // complete subtrees, largest first, one for each bit set in size_
};

// Every complete subtree in memory (64 bytes a leaf); for tests, tools and small logs.
class MemoryTree final : public HashSource {
 public:
  void append(const Hash& leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  Result<Hash> subtree(unsigned level, std::uint64_t index) const override;

 private:
  std::vector<std::vector<Hash>> levels_;
};

// MTH of the first `size` leaves.
Result<Hash> tree_root(const HashSource& source, std::uint64_t size);

// PATH(index, D[size]), RFC 6962 2.1.1: lowest sibling first. out_of_range unless index < size.
Result<std::vector<Hash>> inclusion_proof(const HashSource& source, std::uint64_t index,
                                          std::uint64_t size);
// PROOF(old_size, D[new_size]), RFC 6962 2.1.2; empty when old_size is 0 or new_size.
Result<std::vector<Hash>> consistency_proof(const HashSource& source, std::uint64_t old_size,
                                            std::uint64_t new_size);

// Errors: out_of_range (index >= size), proof_mismatch (wrong number of hashes or wrong root).
Status verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> proof, const Hash& root);
// C2SP semantics: a tree of size 0 has the root SHA-256("") and is a prefix of every tree by the
// empty proof; equal sizes need equal roots and the empty proof.
Status verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                          const Hash& new_root, std::span<const Hash> proof);

}  // namespace bulkhead::audit
