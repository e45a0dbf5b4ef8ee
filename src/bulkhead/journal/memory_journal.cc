// Storage in memory.
#include "bulkhead/journal/memory_journal.h"

#include <mutex>

#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/frame.h"

namespace bulkhead::journal {

Result<std::uint64_t> MemoryJournal::append(std::span<const ByteSpan> records) {
  BULKHEAD_TRY_STATUS(frame_bytes(records));
  const std::unique_lock lock(mutex_);
  // The head's hash is that of the frame on disk, so that two kinds of journal can be compared.
  Bytes frame;
  encode_frame(head_.epoch, head_.size, head_.hash, records, frame);
  for (const ByteSpan record : records) records_.emplace_back(record.begin(), record.end());
  const std::uint64_t first = head_.size;
  head_.size += records.size();
  head_.hash = sha256(frame);
  return first;
}

Status MemoryJournal::begin_epoch(std::uint64_t epoch) {
  const std::unique_lock lock(mutex_);
  if (epoch < head_.epoch) {
    return fail(ErrorCode::out_of_range, "epoch", std::to_string(epoch),
                "at least " + std::to_string(head_.epoch));
  }
  head_.epoch = epoch;
  return {};
}

Head MemoryJournal::head() const {
  const std::shared_lock lock(mutex_);
  return head_;
}

Result<Bytes> MemoryJournal::read(std::uint64_t index) const {
  const std::shared_lock lock(mutex_);
  if (index >= head_.size) {
    return record_error(ErrorCode::out_of_range, index, "beyond the end of the log");
  }
  return records_[static_cast<std::size_t>(index)];
}

Status MemoryJournal::scan(std::uint64_t first, std::uint64_t end,
                           const RecordVisitor& visit) const {
  if (end > size()) return record_error(ErrorCode::out_of_range, end, "beyond the end of the log");
  for (std::uint64_t index = first; index < end; ++index) {
    BULKHEAD_TRY(const Bytes record, read(index));
    BULKHEAD_TRY_STATUS(visit(index, record));
  }
  return {};
}

Status MemoryStore::write(const KeyedChanges& changes, std::uint64_t reflected, Durability) {
  const std::unique_lock lock(mutex_);
  if (reflected < reflected_) {
    return fail(ErrorCode::out_of_range, "reflected", std::to_string(reflected),
                "at least " + std::to_string(reflected_));
  }
  for (const auto& [key, value] : changes) {
    if (value) {
      values_[key] = *value;
    } else {
      values_.erase(key);
    }
  }
  reflected_ = reflected;
  return {};
}

Result<std::optional<Bytes>> MemoryStore::get(std::string_view key) const {
  const std::shared_lock lock(mutex_);
  const auto found = values_.find(key);
  if (found == values_.end()) return std::optional<Bytes>();
  return std::optional(found->second);
}

Status MemoryStore::iterate(std::string_view prefix, const KeyedVisitor& visit) const {
  const std::shared_lock lock(mutex_);
  for (auto it = values_.lower_bound(prefix); it != values_.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    BULKHEAD_TRY_STATUS(visit(it->first, it->second));
  }
  return {};
}

std::uint64_t MemoryStore::reflected() const {
  const std::shared_lock lock(mutex_);
  return reflected_;
}

Status MemoryStore::clear() {
  const std::unique_lock lock(mutex_);
  values_.clear();
  reflected_ = 0;
  return {};
}

Result<Hash> MemoryContent::put(ByteSpan bytes) {
  if (bytes.size() > kMaxContentBytes) {
    return fail(ErrorCode::too_large, "content", std::to_string(bytes.size()), "at most 1 GiB");
  }
  const Hash hash = sha256(bytes);
  const std::unique_lock lock(mutex_);
  values_.try_emplace(hash, bytes.begin(), bytes.end());
  return hash;
}

Result<Bytes> MemoryContent::get(const Hash& hash) const {
  const std::shared_lock lock(mutex_);
  const auto found = values_.find(hash);
  if (found == values_.end()) return fail(ErrorCode::not_found, "content", to_hex(hash), "stored");
  return found->second;
}

bool MemoryContent::contains(const Hash& hash) const {
  const std::shared_lock lock(mutex_);
  return values_.contains(hash);
}

Result<std::vector<Hash>> MemoryContent::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<Hash> hashes;
  for (const auto& [hash, bytes] : values_) hashes.push_back(hash);
  return hashes;
}

}  // namespace bulkhead::journal
