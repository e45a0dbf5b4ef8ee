// Files in memory, with power loss and failing operations.
#include "bulkhead/journal/memory_file_system.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "bulkhead/base/assert.h"

namespace bulkhead::journal {

struct MemoryFileSystem::Node {
  Bytes current;
  Bytes durable;  // as of the last sync
};

struct MemoryFileSystem::State {
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  // One atomic change of names: null = the name goes.
  using NameChange = std::vector<std::pair<std::string, std::shared_ptr<Node>>>;

  std::mutex mutex;
  Names names;
  Names durable_names;
  std::vector<NameChange> pending;  // not yet synced, oldest first
  std::set<std::string> directories;
  std::set<std::string> locks;
  std::uint64_t generation = 0;  // crashes
  std::int64_t operations = 0;
  std::int64_t fail_at = -1;  // operation number from which all fail

  // Counts a mutating operation; false if it must fail.
  bool begin_operation() {
    const std::int64_t number = operations++;
    return fail_at < 0 || number < fail_at;
  }

  void change_names(NameChange change) {
    apply(names, change);
    pending.push_back(std::move(change));
  }

  static void apply(Names& target, const NameChange& change) {
    for (const auto& [path, node] : change) {
      if (node == nullptr) {
        target.erase(path);
      } else {
        target[path] = node;
      }
    }
  }
};

namespace {

using State = MemoryFileSystem::State;
using Node = MemoryFileSystem::Node;

constexpr std::size_t kSectorBytes = 512;

std::unexpected<Error> injected(const std::string& path) {
  return fail(ErrorCode::io_error, "file", path, "the operation failed as asked");
}
std::unexpected<Error> missing(const std::string& path) {
  return fail(ErrorCode::not_found, "file", path, "an existing file");
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// Sector by sector the old content, the new, or the new up to somewhere inside the sector.
Bytes content_after_crash(const Node& node, RandomStream& random) {
  const bool new_size = random.chance(0.5);
  Bytes result = node.durable;
  result.resize(new_size ? node.current.size() : node.durable.size());
  for (std::size_t begin = 0; begin < result.size(); begin += kSectorBytes) {
    const std::size_t end = std::min(begin + kSectorBytes, result.size());
    const std::size_t available = std::min(end, node.current.size());
    std::size_t keep = 0;
    switch (random.below(3)) {
      case 0:
        break;
      case 1:
        keep = kSectorBytes;
        break;
      default:
        keep = random.below(kSectorBytes);
    }
    for (std::size_t i = begin; i < std::min(available, begin + keep); ++i) {
      result[i] = node.current[i];
    }
  }
  return result;
}

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<State> state, std::shared_ptr<Node> node, std::string path,
             bool writable)
      : state_(std::move(state)),
        node_(std::move(node)),
        path_(std::move(path)),
        writable_(writable),
        generation_(state_->generation) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::lock_guard lock(state_->mutex);
    if (generation_ != state_->generation) return injected(path_);
    if (offset >= node_->current.size()) return std::size_t{0};
    const std::size_t begin = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(out.size(), node_->current.size() - begin);
    std::copy_n(node_->current.begin() + static_cast<std::ptrdiff_t>(begin), count, out.begin());
    return count;
  }

  Status write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    const std::lock_guard lock(state_->mutex);
    const bool ok = begin();
    if (!ok) bytes = bytes.first(bytes.size() / 2);  // a write that fails may have begun
    if (generation_ == state_->generation && writable_) {
      const std::size_t end = static_cast<std::size_t>(offset) + bytes.size();
      if (node_->current.size() < end) node_->current.resize(end);
      std::copy(bytes.begin(), bytes.end(),
                node_->current.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    if (!ok) return injected(path_);
    return {};
  }

  Status allocate(std::uint64_t size) override {
    const std::lock_guard lock(state_->mutex);
    if (!begin()) return injected(path_);
    if (node_->current.size() < size) node_->current.resize(static_cast<std::size_t>(size));
    return {};
  }

  Status truncate(std::uint64_t size) override {
    const std::lock_guard lock(state_->mutex);
    if (!begin()) return injected(path_);
    node_->current.resize(static_cast<std::size_t>(size));
    return {};
  }

  Status sync() override {
    const std::lock_guard lock(state_->mutex);
    if (!begin()) return injected(path_);
    node_->durable = node_->current;
    return {};
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard lock(state_->mutex);
    if (generation_ != state_->generation) return injected(path_);
    return static_cast<std::uint64_t>(node_->current.size());
  }

 private:
  bool begin() {
    return state_->begin_operation() && generation_ == state_->generation && writable_;
  }

  std::shared_ptr<State> state_;
  std::shared_ptr<Node> node_;
  std::string path_;
  bool writable_;
  std::uint64_t generation_;
};

class MemoryLock final : public FileLock {
 public:
  MemoryLock(std::shared_ptr<State> state, std::string path)
      : state_(std::move(state)), path_(std::move(path)), generation_(state_->generation) {}
  ~MemoryLock() override {
    const std::lock_guard lock(state_->mutex);
    if (generation_ == state_->generation) state_->locks.erase(path_);
  }

 private:
  std::shared_ptr<State> state_;
  std::string path_;
  std::uint64_t generation_;
};

}  // namespace

MemoryFileSystem::MemoryFileSystem() : state_(std::make_shared<State>()) {}
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::unique_ptr<File>> MemoryFileSystem::open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(state_->mutex);
  auto found = state_->names.find(path);
  if (mode == OpenMode::create) {
    if (!state_->begin_operation()) return injected(path);
    if (found != state_->names.end()) {
      return fail(ErrorCode::io_error, "file", path, "exists already");
    }
    state_->change_names({{path, std::make_shared<Node>()}});
    found = state_->names.find(path);
  }
  if (found == state_->names.end()) return missing(path);
  return std::make_unique<MemoryFile>(state_, found->second, path, mode != OpenMode::read);
}

Status MemoryFileSystem::make_directories(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->begin_operation()) return injected(path);
  for (std::string part = path; part != "." && !part.empty(); part = directory_of(part)) {
    state_->directories.insert(part);
  }
  return {};
}

Status MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->begin_operation()) return injected(from);
  const auto found = state_->names.find(from);
  if (found == state_->names.end()) return missing(from);
  state_->change_names({{from, nullptr}, {to, found->second}});
  return {};
}

Status MemoryFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->begin_operation()) return injected(path);
  if (!state_->names.contains(path)) return missing(path);
  state_->change_names({{path, nullptr}});
  return {};
}

Status MemoryFileSystem::sync_directory(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->begin_operation()) return injected(path);
  // What touches this directory, and like a file system's journal everything before it.
  std::size_t count = 0;
  for (std::size_t i = 0; i < state_->pending.size(); ++i) {
    for (const auto& [name, node] : state_->pending[i]) {
      if (directory_of(name) == path) count = i + 1;
    }
  }
  for (std::size_t i = 0; i < count; ++i) State::apply(state_->durable_names, state_->pending[i]);
  state_->pending.erase(state_->pending.begin(),
                        state_->pending.begin() + static_cast<std::ptrdiff_t>(count));
  return {};
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->directories.contains(path)) return missing(path);
  std::vector<std::string> result;
  for (const auto& [name, node] : state_->names) {
    if (directory_of(name) == path) result.push_back(name.substr(path.size() + 1));
  }
  return result;
}

Result<std::vector<std::string>> MemoryFileSystem::list_directories(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->directories.contains(path)) return missing(path);
  std::vector<std::string> result;
  for (const std::string& name : state_->directories) {
    if (name != path && directory_of(name) == path) result.push_back(name.substr(path.size() + 1));
  }
  return result;
}

bool MemoryFileSystem::exists(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  return state_->names.contains(path) || state_->directories.contains(path);
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const std::string& path) {
  const std::lock_guard guard(state_->mutex);
  if (!state_->locks.insert(path).second) {
    return fail(ErrorCode::locked, "file", path, "held by a running writer");
  }
  return std::make_unique<MemoryLock>(state_, path);
}

void MemoryFileSystem::crash(RandomStream& random) {
  const std::lock_guard lock(state_->mutex);
  const std::size_t kept = random.below(state_->pending.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) State::apply(state_->durable_names, state_->pending[i]);
  state_->pending.clear();
  state_->names.clear();
  for (auto& [path, node] : state_->durable_names) {
    // A node of its own: files that are still open see nothing of what happens now.
    auto after = std::make_shared<Node>();
    after->durable = content_after_crash(*node, random);
    after->current = after->durable;
    node = after;
    state_->names[path] = after;
  }
  state_->locks.clear();
  ++state_->generation;
  state_->fail_at = -1;
}

void MemoryFileSystem::fail_from(std::int64_t operations) {
  const std::lock_guard lock(state_->mutex);
  state_->fail_at = operations < 0 ? -1 : state_->operations + operations;
}

std::int64_t MemoryFileSystem::operations() const {
  const std::lock_guard lock(state_->mutex);
  return state_->operations;
}

Bytes MemoryFileSystem::contents(const std::string& path) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->names.find(path);
  BULKHEAD_ASSERT(found != state_->names.end());
  return found->second->current;
}

void MemoryFileSystem::set_contents(const std::string& path, Bytes bytes) {
  const std::lock_guard lock(state_->mutex);
  auto node = std::make_shared<Node>();
  node->durable = bytes;
  node->current = std::move(bytes);
  state_->names[path] = node;
  state_->durable_names[path] = node;
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::clone() const {
  auto copy = std::make_unique<MemoryFileSystem>();
  const std::lock_guard lock(state_->mutex);
  copy->state_->directories = state_->directories;
  for (const auto& [path, node] : state_->names) {
    auto twin = std::make_shared<Node>(Node{node->current, node->current});
    copy->state_->names[path] = twin;
    copy->state_->durable_names[path] = twin;
  }
  return copy;
}

}  // namespace bulkhead::journal
