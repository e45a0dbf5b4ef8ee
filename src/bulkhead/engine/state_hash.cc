#include "bulkhead/engine/state_hash.h"

#include <algorithm>

#include "bulkhead/base/sha256.h"

namespace bulkhead::engine {
namespace {

std::size_t bucket_of(const Hash& key) {
  return (static_cast<std::size_t>(key[0]) << 4) | (key[1] >> 4);
}

Hash leaf_of(Sha256& hasher, std::string_view key, const Bytes& value) {
  return hasher.update_byte(0).update(key).update_byte(0).update(value).finish();
}

}  // namespace

StateHash::StateHash() : buckets_(kBuckets), nodes_(2 * kBuckets) {}

StateHash::Leaf* StateHash::find(std::vector<Leaf>& leaves, const Hash& key) {
  const auto at = std::ranges::lower_bound(leaves, key, {}, &Leaf::key);
  return at != leaves.end() && at->key == key ? &*at : nullptr;
}

// From the back, so that nothing is needed beside the two.
void StateHash::merge(Bucket& bucket) {
  std::vector<Leaf>& leaves = bucket.leaves;
  const std::vector<Leaf>& added = bucket.added;
  std::size_t left = leaves.size();
  std::size_t more = added.size();
  const std::size_t after = left + more;
  if (after > leaves.capacity()) leaves.reserve(after + after / 8);  // doubling wastes a third
  leaves.resize(after);
  while (more > 0) {
    const std::size_t to = left + more - 1;
    if (left > 0 && added[more - 1].key < leaves[left - 1].key) {
      leaves[to] = leaves[--left];
    } else {
      leaves[to] = added[--more];
    }
  }
  bucket.added.clear();
}

void StateHash::put(Bucket& bucket, const Hash& key, const Hash& leaf) {
  for (std::vector<Leaf>* leaves : {&bucket.leaves, &bucket.added}) {
    if (Leaf* known = find(*leaves, key)) {
      known->hash = leaf;
      return;
    }
  }
  if (bucket.added.size() == kMostAdded) merge(bucket);
  const auto at = std::ranges::lower_bound(bucket.added, key, {}, &Leaf::key);
  bucket.added.insert(at, {key, leaf});
  ++record_count_;
}

void StateHash::erase(Bucket& bucket, const Hash& key) {
  for (std::vector<Leaf>* leaves : {&bucket.leaves, &bucket.added}) {
    if (Leaf* known = find(*leaves, key)) {
      leaves->erase(leaves->begin() + (known - leaves->data()));
      --record_count_;
      return;
    }
  }
}

void StateHash::apply(const ChangeSet& changes) {
  Sha256 hasher;
  for (const auto& [name, value] : changes.changes()) {
    const Hash key = hasher.update(name).finish();
    Bucket& bucket = buckets_[bucket_of(key)];
    bucket.dirty = true;
    if (value) {
      put(bucket, key, leaf_of(hasher, name, *value));
    } else {
      erase(bucket, key);
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
    merge(buckets_[i]);
    hasher.update_byte(2);
    for (const Leaf& leaf : buckets_[i].leaves) hasher.update(leaf.hash);
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
