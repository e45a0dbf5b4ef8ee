// RFC 6962 hashing, roots and proof generation from complete subtrees.
#include "bulkhead/audit/merkle.h"

#include <bit>
#include <string>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::audit {

namespace {

// A hasher costs an allocation; the tree hashes millions of nodes.
Sha256& hasher() {
  thread_local Sha256 instance;
  return instance;
}

// MTH of leaves [begin, begin + count), count > 0, begin a multiple of the smallest power of two
// that is at least count: complete subtrees from the largest to the smallest, folded from the
// right.
Result<Hash> range_root(const HashSource& source, std::uint64_t begin, std::uint64_t count) {
  BULKHEAD_ASSERT(count > 0);
  std::vector<Hash> peaks;
  while (count > 0) {
    const auto level = static_cast<unsigned>(std::bit_width(count) - 1);
    BULKHEAD_TRY(const Hash peak, source.subtree(level, begin >> level));
    peaks.push_back(peak);
    begin += std::uint64_t{1} << level;
    count -= std::uint64_t{1} << level;
  }
  Hash root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) root = node_hash(peaks[i], root);
  return root;
}

}  // namespace

Hash leaf_hash(std::span<const std::uint8_t> data) {
  return hasher().update_byte(0x00).update(data).finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  return hasher().update_byte(0x01).update(left).update(right).finish();
}

Hash empty_root() { return hasher().finish(); }

Result<Frontier> Frontier::load(const HashSource& source, std::uint64_t size) {
  Frontier frontier;
  frontier.size_ = size;
  std::uint64_t begin = 0;
  for (std::uint64_t rest = size; rest > 0;) {
    const auto level = static_cast<unsigned>(std::bit_width(rest) - 1);
    BULKHEAD_TRY(const Hash peak, source.subtree(level, begin >> level));
    frontier.peaks_.push_back(peak);
    begin += std::uint64_t{1} << level;
    rest -= std::uint64_t{1} << level;
  }
  return frontier;
}

void Frontier::append(const Hash& leaf) {
  Hash hash = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    BULKHEAD_ASSERT(!peaks_.empty());
    hash = node_hash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

void MemoryTree::append(const Hash& leaf) {
  Hash hash = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    levels_[level].push_back(hash);
    const std::size_t count = levels_[level].size();
    if (count % 2 != 0) return;
    hash = node_hash(levels_[level][count - 2], levels_[level][count - 1]);
  }
}

Result<Hash> MemoryTree::subtree(unsigned level, std::uint64_t index) const {
  if (level >= levels_.size() || index >= levels_[level].size()) {
    return fail(ErrorCode::not_found, "subtree",
                std::to_string(level) + "/" + std::to_string(index), "not complete in this tree");
  }
  return levels_[level][static_cast<std::size_t>(index)];
}

Result<Hash> tree_root(const HashSource& source, std::uint64_t size) {
  if (size == 0) return empty_root();
  return range_root(source, 0, size);
}

Result<std::vector<Hash>> inclusion_proof(const HashSource& source, std::uint64_t index,
                                          std::uint64_t size) {
  if (index >= size) {
    return fail(ErrorCode::out_of_range, "index", std::to_string(index),
                "less than the tree's size " + std::to_string(size));
  }
  // Top down: at each split the sibling's root; reversed at the end.
  std::vector<Hash> proof;
  std::uint64_t begin = 0;
  std::uint64_t count = size;
  while (count > 1) {
    const std::uint64_t left = std::bit_floor(count - 1);
    if (index - begin < left) {
      BULKHEAD_TRY(const Hash sibling, range_root(source, begin + left, count - left));
      proof.push_back(sibling);
      count = left;
    } else {
      BULKHEAD_TRY(const Hash sibling, range_root(source, begin, left));
      proof.push_back(sibling);
      begin += left;
      count -= left;
    }
  }
  return std::vector<Hash>(proof.rbegin(), proof.rend());
}

Result<std::vector<Hash>> consistency_proof(const HashSource& source, std::uint64_t old_size,
                                            std::uint64_t new_size) {
  if (old_size > new_size) {
    return fail(ErrorCode::out_of_range, "old_size", std::to_string(old_size),
                "at most the new size " + std::to_string(new_size));
  }
  std::vector<Hash> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  // SUBPROOF(m, D[n], whole), top down.
  std::uint64_t begin = 0;
  std::uint64_t old_count = old_size;
  std::uint64_t count = new_size;
  bool whole = true;  // the old tree's range is the old tree itself, whose root the verifier knows
  while (old_count != count) {
    const std::uint64_t left = std::bit_floor(count - 1);
    if (old_count <= left) {
      BULKHEAD_TRY(const Hash sibling, range_root(source, begin + left, count - left));
      proof.push_back(sibling);
      count = left;
    } else {
      BULKHEAD_TRY(const Hash sibling, range_root(source, begin, left));
      proof.push_back(sibling);
      begin += left;
      old_count -= left;
      count -= left;
      whole = false;
    }
  }
  if (!whole) {
    BULKHEAD_TRY(const Hash last, range_root(source, begin, count));
    proof.push_back(last);
  }
  return std::vector<Hash>(proof.rbegin(), proof.rend());
}

}  // namespace bulkhead::audit
