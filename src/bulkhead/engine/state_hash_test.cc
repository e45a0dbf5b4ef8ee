// The state hash with many records in a bucket: kept change by change, it is that of the records.
#include "bulkhead/engine/state_hash.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "bulkhead/base/random.h"

namespace bulkhead::engine {
namespace {

TEST(StateHash, EqualsThatOfTheRecordsAfterManyChanges) {
  constexpr std::uint64_t kKeys = 300'000;  // some 70 of them in a bucket
  RandomStream random(17, 0);
  std::map<std::string, Bytes> records;
  StateHash kept;
  for (int n = 0; n < 600; ++n) {
    ChangeSet changes;
    for (int i = 0; i < 1'000; ++i) {
      const std::string key = "engine/test/" + std::to_string(random.below(kKeys));
      if (random.chance(0.1)) {
        changes.erase(key);
        records.erase(key);
      } else {
        Bytes value{static_cast<std::uint8_t>(random.below(256))};
        records.insert_or_assign(key, value);
        changes.put_bytes(key, std::move(value));
      }
    }
    kept.apply(changes);
    if (n % 200 == 0) kept.root();
  }
  ChangeSet all;
  for (const auto& [key, value] : records) all.put_bytes(key, value);
  StateHash anew;
  anew.apply(all);
  EXPECT_EQ(kept.record_count(), records.size());
  EXPECT_EQ(anew.record_count(), records.size());
  EXPECT_EQ(kept.root(), anew.root());
}

}  // namespace
}  // namespace bulkhead::engine
