// Authoritative state as keyed records with canonical values (DESIGN 3). A room keeps its own
// in-memory form and reports what changed; the engine hashes, snapshots and stores the records.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/base/canonical.h"

namespace bulkhead {

// Changed records of one command, last write wins, in key order. A key is a path of printable
// ASCII,
// "<room>/<kind>/<name or zero-padded number>", at most 200 bytes.
class ChangeSet {
 public:
  template <Record T>
  void put(std::string key, const T& value) {
    changes_[std::move(key)] = encode(value);
  }
  void put_bytes(std::string key, Bytes value) { changes_[std::move(key)] = std::move(value); }
  void erase(std::string key) { changes_[std::move(key)] = std::nullopt; }
  // A value of nullopt means erased.
  const std::map<std::string, std::optional<Bytes>>& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }
  void clear() { changes_.clear(); }

 private:
  std::map<std::string, std::optional<Bytes>> changes_;
};

}  // namespace bulkhead
