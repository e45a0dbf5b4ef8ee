// Journal, keyed store and content store in memory: for tests, simulations and replay.
#pragma once

#include <deque>
#include <map>
#include <shared_mutex>

#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

class MemoryJournal final : public Journal {
 public:
  Result<std::uint64_t> append(std::span<const ByteSpan> records) override;
  Status begin_epoch(std::uint64_t epoch) override;
  Head head() const override;
  Result<Bytes> read(std::uint64_t index) const override;
  Status scan(std::uint64_t first, std::uint64_t end, const RecordVisitor& visit) const override;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<Bytes> records_;
  Head head_;
};

class MemoryStore final : public KeyedStore {
 public:
  Status write(const KeyedChanges& changes, std::uint64_t reflected,
               Durability durability) override;
  Result<std::optional<Bytes>> get(std::string_view key) const override;
  Status iterate(std::string_view prefix, const KeyedVisitor& visit) const override;
  std::uint64_t reflected() const override;
  Status clear() override;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, Bytes, std::less<>> values_;
  std::uint64_t reflected_ = 0;
};

class MemoryContent final : public ContentStore {
 public:
  Result<Hash> put(ByteSpan bytes) override;
  Result<Bytes> get(const Hash& hash) const override;
  bool contains(const Hash& hash) const override;
  Result<std::vector<Hash>> list() const override;

 private:
  mutable std::shared_mutex mutex_;
  std::map<Hash, Bytes> values_;
};

}  // namespace bulkhead::journal
