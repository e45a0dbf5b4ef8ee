// Verification of RFC 6962 proofs, by the algorithms of RFC 9162 2.1.3.2 and 2.1.4.2; apart from
// generation so that neither can lean on the other.
#include <bit>
#include <string>

#include "bulkhead/audit/merkle.h"

namespace bulkhead::audit {

namespace {

Status mismatch(std::string_view field, std::string_view detail) {
  return fail(ErrorCode::proof_mismatch, field, "", detail);
}

}  // namespace

Status verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> proof, const Hash& root) {
  if (index >= size) {
    return fail(ErrorCode::out_of_range, "index", std::to_string(index),
                "less than the tree's size " + std::to_string(size));
  }
  std::uint64_t node = index;
  std::uint64_t last = size - 1;  // rightmost node of the same level
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return mismatch("proof", "more hashes than the tree is high");
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      // Levels at which a right edge has no sibling are skipped.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return mismatch("proof", "fewer hashes than the path to the root needs");
  if (hash != root) return mismatch("root", "the path from the leaf leads to another root");
  return {};
}

Status verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                          const Hash& new_root, std::span<const Hash> proof) {
  if (old_size > new_size) {
    return fail(ErrorCode::out_of_range, "old_size", std::to_string(old_size),
                "at most the new size " + std::to_string(new_size));
  }
  if (old_size == 0 || old_size == new_size) {
    if (!proof.empty()) return mismatch("proof", "must be empty for these sizes");
    if (old_size == 0 && old_root != empty_root()) {
      return mismatch("old_root", "not the root of the empty tree");
    }
    if (old_size == new_size && old_root != new_root) {
      return mismatch("new_root", "two roots of one size");
    }
    return {};
  }
  if (proof.empty()) return mismatch("proof", "empty");

  // An old tree of 2^k leaves is itself the first node of the path.
  const bool starts_at_old_root = std::has_single_bit(old_size);
  std::uint64_t node = old_size - 1;
  std::uint64_t last = new_size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Hash from_old = starts_at_old_root ? old_root : proof.front();
  Hash from_new = from_old;
  for (const Hash& sibling : proof.subspan(starts_at_old_root ? 0 : 1)) {
    if (last == 0) return mismatch("proof", "more hashes than the tree is high");
    if ((node & 1) != 0 || node == last) {
      from_old = node_hash(sibling, from_old);
      from_new = node_hash(sibling, from_new);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      from_new = node_hash(from_new, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return mismatch("proof", "fewer hashes than the path to the root needs");
  if (from_old != old_root) return mismatch("old_root", "the proof is of another old tree");
  if (from_new != new_root) return mismatch("new_root", "the proof is of another new tree");
  return {};
}

}  // namespace bulkhead::audit
