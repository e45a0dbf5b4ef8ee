#include "bulkhead/engine/state_hash.h"

#include "bulkhead/base/sha256.h"

namespace bulkhead::engine {
namespace {

std::size_t bucket_of(std::string_view key) {
  const Hash hash = sha256(key);
  return (static_cast<std::size_t>(hash[0]) << 4) | (hash[1] >> 4);
}

Hash leaf_of(Sha256& hasher, std::string_view key, const Bytes& value) {
  return hasher.update_byte(0).update(key).update_byte(0).update(value).finish();
}

}  // namespace

StateHash::StateHash() : buckets_(kBuckets), nodes_(2 * kBuckets) {}

void StateHash::apply(const ChangeSet& changes) {
  Sha256 hasher;
  for (const auto& [key, value] : changes.changes()) {
    Bucket& bucket = buckets_[bucket_of(key)];
    bucket.dirty = true;
    if (value) {
      const auto [at, inserted] = bucket.leaves.insert_or_assign(key, leaf_of(hasher, key, *value));
      record_count_ += inserted ? 1 : 0;
    } else {
      record_count_ -= bucket.leaves.erase(key);
    }
  }
}

void StateHash::recompute_node(std::size_t node) {
  Sha256 hasher;
  nodes_[node] =
      hasher.update_byte(1).update(nodes_[2 * node]).update(nodes_[2 * node + 1]).finish();
}

const Hash& StateHash::root() {
  std::vector<bool> stale(kBuckets, false);
  Sha256 hasher;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (!buckets_[i].dirty) continue;
    hasher.update_byte(2);
    for (const auto& [key, leaf] : buckets_[i].leaves) hasher.update(leaf);
    nodes_[kBuckets + i] = hasher.finish();
    buckets_[i].dirty = false;
    for (std::size_t up = (kBuckets + i) / 2; up > 0 && !stale[up]; up /= 2) stale[up] = true;
  }
  for (std::size_t node = kBuckets - 1; node > 0; --node) {
    if (stale[node]) recompute_node(node);
  }
  return nodes_[1];
}

}  // namespace bulkhead::engine
