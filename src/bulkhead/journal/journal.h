// What the node needs of storage, behind small interfaces: a durable log of opaque records, a keyed
// store that follows it, and a store of content by hash. Records are bytes by index; what they mean
// is unknown here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::journal {

using ByteSpan = std::span<const std::uint8_t>;

inline constexpr std::size_t kMaxRecordBytes = 65'535;
inline constexpr std::size_t kMaxFrameRecords = 1U << 20;
inline constexpr std::size_t kMaxFrameBytes = 64U << 20;  // all records of a frame with their heads
inline constexpr std::size_t kMaxContentBytes = 1U << 30;

// Where the log ends. `hash` is the SHA-256 of the last frame, all zero before the first.
struct Head {
  std::uint64_t size = 0;   // number of records
  std::uint64_t epoch = 0;  // of the writer; never decreases
  Hash hash{};

  friend bool operator==(const Head&, const Head&) = default;
};

using RecordVisitor = std::function<Status(std::uint64_t index, ByteSpan record)>;

// One thread appends; any thread reads what is durable.
class Journal {
 public:
  virtual ~Journal() = default;
  // Appends the records as one frame (one group commit). When it returns the index of the first,
  // all are durable and visible to readers. After io_error nothing more can be appended: what was
  // written is unknown until the journal is opened again. malformed: no record; too_large: a limit
  // above.
  virtual Result<std::uint64_t> append(std::span<const ByteSpan> records) = 0;
  // Frames from now on carry this epoch; out_of_range if it is below the current one.
  virtual Status begin_epoch(std::uint64_t epoch) = 0;

  virtual Head head() const = 0;
  // out_of_range from head().size on; corrupt names the record in field "record".
  virtual Result<Bytes> read(std::uint64_t index) const = 0;
  // Calls visit for records [first, end) in order; stops at its first error and returns it.
  virtual Status scan(std::uint64_t first, std::uint64_t end, const RecordVisitor& visit) const = 0;

  std::uint64_t size() const { return head().size; }
};

// nullopt = erased. The same type as ChangeSet::changes() of base.
using KeyedChanges = std::map<std::string, std::optional<Bytes>>;
using KeyedVisitor = std::function<Status(std::string_view key, ByteSpan value)>;

// Keyed records that reflect the log up to an index. Always rebuildable from the log. One thread
// writes; any thread reads.
class KeyedStore {
 public:
  virtual ~KeyedStore() = default;
  enum class Durability { buffered, synced };
  // Atomically applies the changes and sets reflected(), which must not decrease.
  virtual Status write(const KeyedChanges& changes, std::uint64_t reflected,
                       Durability durability) = 0;
  virtual Result<std::optional<Bytes>> get(std::string_view key) const = 0;
  // Calls visit for every key that begins with `prefix`, in byte order, on one consistent view.
  virtual Status iterate(std::string_view prefix, const KeyedVisitor& visit) const = 0;
  // The store reflects records [0, reflected()) of the log.
  virtual std::uint64_t reflected() const = 0;
  // Erases everything, reflected() too: before a rebuild.
  virtual Status clear() = 0;
};

// Large content by its SHA-256. Any thread.
class ContentStore {
 public:
  virtual ~ContentStore() = default;
  // Durable when it returns. Putting the same bytes again is no error.
  virtual Result<Hash> put(ByteSpan bytes) = 0;
  // not_found; corrupt if the bytes stored do not have this hash.
  virtual Result<Bytes> get(const Hash& hash) const = 0;
  virtual bool contains(const Hash& hash) const = 0;
  // All hashes, ascending.
  virtual Result<std::vector<Hash>> list() const = 0;
};

// An error that names a record of the log: field "record", value the index.
std::unexpected<Error> record_error(ErrorCode code, std::uint64_t index, std::string_view detail);
// The index of such an error.
std::optional<std::uint64_t> record_of(const Error& error);

}  // namespace bulkhead::journal
