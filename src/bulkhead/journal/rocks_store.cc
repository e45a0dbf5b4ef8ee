// The one place that knows RocksDB.
#include "bulkhead/journal/rocks_store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <utility>

#include "bulkhead/journal/little_endian.h"

namespace bulkhead::journal {

namespace {

// Keys of records begin with 'k', our own with 'm'.
constexpr char kRecordPrefix = 'k';
constexpr std::string_view kRecordsBegin = "k";
constexpr std::string_view kRecordsEnd = "l";
constexpr std::string_view kReflectedKey = "m/reflected";
constexpr std::size_t kReflectedBytes = 8;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

Bytes bytes_of(const rocksdb::Slice& value) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(value.data());
  return {data, data + value.size()};
}

std::unexpected<Error> rocks_error(const rocksdb::Status& status, std::string_view what) {
  const std::string text = status.ToString();
  ErrorCode code = status.IsCorruption() ? ErrorCode::corrupt : ErrorCode::io_error;
  if (status.IsIOError() && text.find("lock") != std::string::npos) code = ErrorCode::locked;
  return fail(code, "keyed_store", what, text);
}

std::string record_key(std::string_view key) { return kRecordPrefix + std::string(key); }

class RocksStore final : public KeyedStore {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, std::uint64_t reflected)
      : db_(std::move(db)), reflected_(reflected) {}

  Status write(const KeyedChanges& changes, std::uint64_t reflected,
               Durability durability) override {
    if (reflected < reflected_) {
      return fail(ErrorCode::out_of_range, "reflected", std::to_string(reflected),
                  "at least " + std::to_string(reflected_));
    }
    rocksdb::WriteBatch batch;
    for (const auto& [key, value] : changes) {
      const rocksdb::Status status =
          value ? batch.Put(record_key(key),
                            {reinterpret_cast<const char*>(value->data()), value->size()})
                : batch.Delete(record_key(key));
      if (!status.ok()) return rocks_error(status, "batch");
    }
    std::uint8_t encoded[kReflectedBytes];
    put_u64(encoded, reflected);
    const rocksdb::Status put =
        batch.Put(slice(kReflectedKey), {reinterpret_cast<const char*>(encoded), sizeof encoded});
    if (!put.ok()) return rocks_error(put, "batch");
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::synced;
    const rocksdb::Status written = db_->Write(options, &batch);
    if (!written.ok()) return rocks_error(written, "write");
    reflected_ = reflected;
    return {};
  }

  Result<std::optional<Bytes>> get(std::string_view key) const override {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status =
        db_->Get({}, db_->DefaultColumnFamily(), record_key(key), &value);
    if (status.IsNotFound()) return std::optional<Bytes>();
    if (!status.ok()) return rocks_error(status, "get");
    return std::optional(bytes_of(value));
  }

  Status iterate(std::string_view prefix, const KeyedVisitor& visit) const override {
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    const std::string begin = record_key(prefix);
    for (it->Seek(begin); it->Valid() && it->key().starts_with(begin); it->Next()) {
      const std::string_view key(it->key().data() + 1, it->key().size() - 1);
      BULKHEAD_TRY_STATUS(visit(key, bytes_of(it->value())));
    }
    if (!it->status().ok()) return rocks_error(it->status(), "iterate");
    return {};
  }

  std::uint64_t reflected() const override { return reflected_; }

  Status clear() override {
    rocksdb::WriteBatch batch;
    rocksdb::Status status = batch.DeleteRange(slice(kRecordsBegin), slice(kRecordsEnd));
    if (status.ok()) status = batch.Delete(slice(kReflectedKey));
    rocksdb::WriteOptions options;
    options.sync = true;
    if (status.ok()) status = db_->Write(options, &batch);
    if (!status.ok()) return rocks_error(status, "clear");
    reflected_ = 0;
    return {};
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::atomic<std::uint64_t> reflected_;
};

rocksdb::Options store_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  // The default mode was seen to drop acknowledged writes after one flipped bit (DESIGN 5).
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.recycle_log_file_num = 0;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return options;
}

}  // namespace

Result<std::unique_ptr<KeyedStore>> open_rocks_store(const std::string& directory) {
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(store_options(), directory, &raw);
  std::unique_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return rocks_error(status, directory);
  std::string value;
  const rocksdb::Status read = db->Get({}, slice(kReflectedKey), &value);
  if (!read.ok() && !read.IsNotFound()) return rocks_error(read, directory);
  std::uint64_t reflected = 0;
  if (read.ok()) {
    if (value.size() != kReflectedBytes) {
      return fail(ErrorCode::corrupt, "keyed_store", directory, "the reflected index is damaged");
    }
    reflected = get_u64(bytes_of(value), 0);
  }
  return std::make_unique<RocksStore>(std::move(db), reflected);
}

}  // namespace bulkhead::journal
