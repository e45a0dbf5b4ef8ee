// For tests: records that can be told apart, groups of them, and whether a log holds what was
// promised.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal::testing {

// Record i: its length runs over 0..96, its bytes tell its index.
inline Bytes record(std::uint64_t i) {
  Bytes bytes(static_cast<std::size_t>(i * 29 % 97));
  for (std::size_t k = 0; k < bytes.size(); ++k) {
    bytes[k] = static_cast<std::uint8_t>(i * 131 + k * 7 + (i >> 8));
  }
  return bytes;
}

inline std::vector<Bytes> records(std::uint64_t first, std::uint64_t count) {
  std::vector<Bytes> result;
  for (std::uint64_t i = 0; i < count; ++i) result.push_back(record(first + i));
  return result;
}

inline Result<std::uint64_t> append(Journal& journal, const std::vector<Bytes>& group) {
  const std::vector<ByteSpan> spans(group.begin(), group.end());
  return journal.append(spans);
}
// Appends records size() .. size() + count - 1 as one group.
inline Result<std::uint64_t> grow(Journal& journal, std::uint64_t count) {
  return append(journal, records(journal.size(), count));
}

// Every record of the journal is record(its index), by scan and by read.
inline void expect_intact(const Journal& journal) {
  const std::uint64_t size = journal.size();  // the journal may grow meanwhile
  std::uint64_t next = 0;
  const Status scanned = journal.scan(0, size, [&](std::uint64_t index, ByteSpan bytes) -> Status {
    EXPECT_EQ(index, next++);
    EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), record(index));
    return {};
  });
  EXPECT_TRUE(scanned) << to_string(scanned.error());
  EXPECT_EQ(next, size);
  for (std::uint64_t i = 0; i < size; i += 1 + size / 16) {
    EXPECT_EQ(*journal.read(i), record(i));
  }
}

// A directory of its own that is removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bulkhead-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace bulkhead::journal::testing
