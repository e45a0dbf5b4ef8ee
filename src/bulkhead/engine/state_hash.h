// The hash of the keyed state: a Merkle tree over 4,096 buckets of keys (DESIGN 3). Incremental,
// and equal to a full recomputation.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "bulkhead/base/keyed_state.h"

namespace bulkhead::engine {

class StateHash {
 public:
  static constexpr std::size_t kBuckets = 4096;

  StateHash();
  void apply(const ChangeSet& changes);
  // Root over all records. Record leaf: SHA-256(0x00 ‖ key ‖ 0x00 ‖ value). Bucket: SHA-256(0x02 ‖
  // leaves in order of SHA-256(key)); a key's bucket is the first 12 bits of SHA-256(key). Inner
  // node: SHA-256(0x01 ‖ left ‖ right).
  const Hash& root();
  std::size_t record_count() const { return record_count_; }

 private:
  // Keys by their hash: there are many records, and their names would be most of the memory.
  struct Leaf {
    Hash key{};
    Hash hash{};
  };
  struct Bucket {
    std::vector<Leaf> leaves;  // by key
    std::vector<Leaf> added;   // since they were merged into the others, by key
    bool dirty = true;
  };
  // A million accounts have thousands of leaves in a bucket: a new one moves a few of them only.
  static constexpr std::size_t kMostAdded = 32;

  static Leaf* find(std::vector<Leaf>& leaves, const Hash& key);
  static void merge(Bucket& bucket);
  void put(Bucket& bucket, const Hash& key, const Hash& leaf);
  void erase(Bucket& bucket, const Hash& key);
  void recompute_node(std::size_t node);

  std::vector<Bucket> buckets_;
  std::vector<Hash> nodes_;  // heap order, root at 1, buckets from kBuckets
  std::size_t record_count_ = 0;
};

}  // namespace bulkhead::engine
