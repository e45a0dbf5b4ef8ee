// Keyed and content stores: memory and disk by one suite, then what only a disk can do.
#include <fstream>
#include <functional>

#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/file_content.h"
#include "bulkhead/journal/memory_file_system.h"
#include "bulkhead/journal/memory_journal.h"
#include "bulkhead/journal/rocks_store.h"
#include "bulkhead/journal/test_support.h"

namespace bulkhead::journal {
namespace {

using Durability = KeyedStore::Durability;

std::vector<std::string> keys_of(const KeyedStore& store, std::string_view prefix) {
  std::vector<std::string> keys;
  EXPECT_TRUE(store.iterate(prefix, [&](std::string_view key, ByteSpan value) -> Status {
    keys.emplace_back(key);
    EXPECT_EQ(*store.get(key), Bytes(value.begin(), value.end()));
    return {};
  }));
  return keys;
}

void check_keyed_store(KeyedStore& store) {
  EXPECT_EQ(store.reflected(), 0U);
  ASSERT_TRUE(store.write({{"a/2", Bytes{2}}, {"a/1", Bytes{1}}, {"b/1", Bytes{}}, {"a", Bytes{9}}},
                          10, Durability::buffered));
  EXPECT_EQ(keys_of(store, ""), (std::vector<std::string>{"a", "a/1", "a/2", "b/1"}));
  EXPECT_EQ(keys_of(store, "a/"), (std::vector<std::string>{"a/1", "a/2"}));
  EXPECT_EQ(keys_of(store, "zzz"), std::vector<std::string>{});
  EXPECT_EQ(*store.get("b/1"), Bytes{});
  EXPECT_EQ(*store.get("c"), std::nullopt);
  ASSERT_TRUE(store.write({{"a/1", std::nullopt}, {"none", std::nullopt}, {"a/2", Bytes{3}}}, 11,
                          Durability::synced));
  EXPECT_EQ(*store.get("a/1"), std::nullopt);
  EXPECT_EQ(*store.get("a/2"), Bytes{3});
  EXPECT_EQ(store.reflected(), 11U);
  EXPECT_EQ(store.write({{"x", Bytes{1}}}, 10, Durability::buffered).error().code,
            ErrorCode::out_of_range);
  EXPECT_EQ(*store.get("x"), std::nullopt);
  const Status stopped = store.iterate("", [](std::string_view, ByteSpan) -> Status {
    return fail(ErrorCode::malformed, "stop", "", "");
  });
  EXPECT_EQ(stopped.error().field, "stop");
}

TEST(MemoryStore, Contract) {
  MemoryStore store;
  check_keyed_store(store);
  ASSERT_TRUE(store.clear());
  EXPECT_EQ(store.reflected(), 0U);
  EXPECT_EQ(keys_of(store, "").size(), 0U);
}

TEST(RocksStore, ContractAndReopening) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "state";
  {
    auto store = *open_rocks_store(path);
    check_keyed_store(*store);
    EXPECT_EQ(open_rocks_store(path).error().code, ErrorCode::locked);
  }
  auto store = *open_rocks_store(path);
  EXPECT_EQ(store->reflected(), 11U);
  EXPECT_EQ(keys_of(*store, ""), (std::vector<std::string>{"a", "a/2", "b/1"}));
  ASSERT_TRUE(store->clear());
  EXPECT_EQ(store->reflected(), 0U);
  EXPECT_EQ(keys_of(*store, "").size(), 0U);
  check_keyed_store(*store);
}

// With RocksDB's default recovery mode a flipped bit in the middle of its log silently drops what
// follows; ours refuses to open, and the caller rebuilds from the journal.
TEST(RocksStore, AFlippedBitInItsLogIsARefusal) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "state";
  {
    auto store = *open_rocks_store(path);
    for (std::uint64_t i = 1; i <= 200; ++i) {
      ASSERT_TRUE(
          store->write({{"key/" + std::to_string(i), Bytes(100, 5)}}, i, Durability::synced));
    }
  }
  for (const auto& item : std::filesystem::directory_iterator(path)) {
    if (item.path().extension() != ".log") continue;
    std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(item.file_size() / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(middle);
    file.put(byte);
  }
  EXPECT_EQ(open_rocks_store(path).error().code, ErrorCode::corrupt);
}

void check_content_store(ContentStore& store) {
  EXPECT_EQ(store.list()->size(), 0U);
  std::vector<Hash> hashes;
  for (std::size_t size : {0U, 1U, 70'000U}) {
    const Bytes bytes(size, 3);
    EXPECT_EQ(*store.put(bytes), sha256(bytes));
    EXPECT_EQ(*store.put(bytes), sha256(bytes));
    EXPECT_EQ(*store.get(sha256(bytes)), bytes);
    EXPECT_TRUE(store.contains(sha256(bytes)));
    hashes.push_back(sha256(bytes));
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(*store.list(), hashes);
  EXPECT_EQ(store.get(Hash{1}).error().code, ErrorCode::not_found);
  EXPECT_FALSE(store.contains(Hash{1}));
}

TEST(ContentStore, Contract) {
  MemoryContent memory;
  check_content_store(memory);
  MemoryFileSystem files;
  check_content_store(**open_file_content(files, "content"));
  const testing::TemporaryDirectory directory;
  check_content_store(**open_file_content(posix_file_system(), directory / "content"));
  EXPECT_EQ((*open_file_content(posix_file_system(), directory / "content"))->list()->size(), 3U);
}

TEST(ContentStore, DamageIsFoundAndRepairedByTheSameBytes) {
  MemoryFileSystem files;
  const auto store = *open_file_content(files, "content");
  const Bytes bytes(50, 7);
  const Hash hash = *store->put(bytes);
  files.set_contents("content/" + to_hex(hash), Bytes(50, 8));
  EXPECT_EQ(store->get(hash).error().code, ErrorCode::corrupt);
  ASSERT_TRUE(store->put(bytes));
  EXPECT_EQ(*store->get(hash), bytes);
}

// Every operation in turn fails, then the power goes: what put() returned is there, nothing else
// shows.
TEST(ContentStore, PowerLossAtEveryOperation) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (std::int64_t operation = 0; operation < 14; ++operation) {
      RandomStream random(seed, static_cast<std::uint64_t>(operation));
      MemoryFileSystem files;
      std::vector<Bytes> acknowledged;
      {
        const auto store = *open_file_content(files, "content");
        ASSERT_TRUE(files.sync_directory("."));
        files.fail_from(operation);
        for (std::uint8_t i = 0; i < 3; ++i) {
          const Bytes bytes(900, i);
          if (store->put(bytes)) acknowledged.push_back(bytes);
        }
        files.crash(random);
      }
      const auto store = *open_file_content(files, "content");
      for (const Bytes& bytes : acknowledged) {
        ASSERT_EQ(*store->get(sha256(bytes)), bytes) << seed << "/" << operation;
      }
      const std::vector<Hash> listed = *store->list();
      for (const Hash& hash : listed) EXPECT_TRUE(store->get(hash)) << "a part of a file";
    }
  }
}

}  // namespace
}  // namespace bulkhead::journal
