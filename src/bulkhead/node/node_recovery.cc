// Opening a log: everything that can disagree is compared before the node takes a command.
#include <algorithm>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/file_content.h"
#include "bulkhead/journal/memory_journal.h"
#include "bulkhead/journal/rocks_store.h"
#include "bulkhead/node/node_impl.h"
#include "bulkhead/node/reexecution.h"

namespace bulkhead::node {

namespace {

constexpr std::size_t kMarkBytes = 64;

std::unexpected<Error> other_history(std::uint64_t size, std::string_view what) {
  return fail(ErrorCode::fork, "record", std::to_string(size),
              "the log's first " + std::to_string(size) + " records do not have the root of " +
                  std::string(what));
}

Result<std::optional<audit::Checkpoint>> read_checkpoint(journal::FileSystem& files,
                                                         const std::string& path,
                                                         const audit::VerifierKey& key,
                                                         std::string* text) {
  if (path.empty() || !files.exists(path)) return std::optional<audit::Checkpoint>();
  BULKHEAD_TRY(std::string note, read_text(files, path));
  BULKHEAD_TRY(audit::Checkpoint checkpoint, audit::open_checkpoint(note, key));
  if (text != nullptr) *text = std::move(note);
  return std::optional(std::move(checkpoint));
}

// RocksDB that refuses its directory is rebuilt from nothing.
Result<std::unique_ptr<journal::KeyedStore>> open_or_rebuild(journal::FileSystem& files,
                                                             const std::string& directory) {
  auto store = journal::open_rocks_store(directory);
  if (store || store.error().code != ErrorCode::corrupt) return store;
  BULKHEAD_TRY(const std::vector<std::string> names, files.list(directory));
  for (const std::string& name : names) {
    BULKHEAD_TRY_STATUS(files.remove(directory + "/" + name));
  }
  return journal::open_rocks_store(directory);
}

}  // namespace

Status Node::Impl::start(bool fresh) {
  const audit::VerifierKey verifier = options.key.verifier();
  const std::string key_path = vkey_path(options.directory);
  const std::string key_text = to_string(verifier) + "\n";
  if (fresh) {
    BULKHEAD_TRY_STATUS(files.make_directories(options.directory));
    BULKHEAD_TRY_STATUS(write_text(files, key_path, key_text));
  } else {
    BULKHEAD_TRY(const std::string found, read_text(files, key_path));
    if (found != key_text) {
      return fail(ErrorCode::untrusted, "key", verifier.name, "the key of the log, " + found);
    }
  }
  BULKHEAD_TRY_STATUS(
      files.make_directories(tile_root(LogForm::node_directory, options.directory)));
  BULKHEAD_TRY_STATUS(read_checkpoints());
  BULKHEAD_TRY_STATUS(open_parts());
  BULKHEAD_TRY_STATUS(choose_base());
  BULKHEAD_TRY_STATUS(read_log());
  return settle();
}

Status Node::Impl::read_checkpoints() {
  const audit::VerifierKey key = options.key.verifier();
  const std::string path = checkpoint_path(LogForm::node_directory, options.directory);
  BULKHEAD_TRY(published_checkpoint, read_checkpoint(files, path, key, &published));
  BULKHEAD_TRY(outside_checkpoint,
               read_checkpoint(files, options.outside_checkpoint, key, nullptr));
  const std::string heads_file = heads_path(LogForm::node_directory, options.directory);
  if (!files.exists(heads_file)) return {};
  BULKHEAD_TRY(const std::string text, read_text(files, heads_file, kMaxHeadsBytes));
  HeadsText parsed = parse_heads(text);
  old_heads = std::move(parsed.heads);
  old_heads_bytes = parsed.good_bytes;
  return {};
}

Status Node::Impl::open_parts() {
  journal::SegmentOptions segments{.segment_bytes = options.segment_bytes};
  for (const auto& checkpoint : {published_checkpoint, outside_checkpoint}) {
    if (checkpoint) segments.expected_size = std::max(segments.expected_size, checkpoint->size);
  }
  // A damaged last line is no evidence; a signature is.
  while (!old_heads.empty() && !verify_head(old_heads.back(), options.key.verifier())) {
    old_heads_bytes -= to_line(old_heads.back()).size();
    old_heads.pop_back();
  }
  if (!old_heads.empty()) {
    segments.expected_size = std::max(segments.expected_size, old_heads.back().size);
  }
  BULKHEAD_TRY(journal, journal::SegmentJournal::open(files, journal_directory(options.directory),
                                                      segments));
  BULKHEAD_TRY(content, journal::open_file_content(files, content_directory(options.directory)));
  if (options.store == StateStore::memory) {
    store = std::make_unique<journal::MemoryStore>();
    return {};
  }
  BULKHEAD_TRY_STATUS(files.make_directories(state_directory(options.directory)));
  BULKHEAD_TRY(store, open_or_rebuild(files, state_directory(options.directory)));
  return {};
}

void Node::Impl::new_engine() {
  engine = std::make_unique<engine::Engine>([this](const Hash& hash) { return content->get(hash); },
                                            pool, options.engine);
}

// The nearest state to the end of the log that can be trusted: the keyed store, a snapshot, or
// genesis.
Status Node::Impl::choose_base() {
  if (store->reflected() > journal->size()) {
    return fail(ErrorCode::data_loss, "record", std::to_string(journal->size()),
                "the state reflects " + std::to_string(store->reflected()) +
                    " records; remove it only if the log is known to be whole");
  }
  BULKHEAD_TRY(from_store, restore_from_store());
  if (from_store) {
    base = store->reflected();
    return {};
  }
  BULKHEAD_TRY_STATUS(store->clear());
  BULKHEAD_TRY(const auto snapshots, list_snapshots(files, snapshot_directory(options.directory)));
  for (std::size_t i = snapshots.size(); i-- > 0;) {
    if (snapshots[i] > journal->size() || snapshots[i] == 0) continue;
    BULKHEAD_TRY(const bool restored, restore_from_snapshot(snapshots[i]));
    if (!restored) continue;
    base = snapshots[i];
    return {};
  }
  new_engine();
  base = 0;
  return {};
}

// False if the store is empty or is not a state of this log.
Result<bool> Node::Impl::restore_from_store() {
  const std::uint64_t reflected = store->reflected();
  if (reflected == 0) return false;
  BULKHEAD_TRY(const auto mark, store->get(kMarkKey));
  BULKHEAD_TRY(const Bytes last, journal->read(reflected - 1));
  if (!mark || mark->size() != kMarkBytes) return false;
  const Hash leaf = audit::leaf_hash(last);
  if (!std::equal(leaf.begin(), leaf.end(), mark->begin())) return false;
  std::map<std::string, Bytes> state;
  const Status read =
      store->iterate("", [&](std::string_view key, journal::ByteSpan value) -> Status {
        if (!key.starts_with(kNodePrefix)) {
          state.emplace_hint(state.end(), key, Bytes(value.begin(), value.end()));
        }
        return {};
      });
  if (!read) return false;
  new_engine();
  if (!engine->restore(state)) return false;
  const Hash& root = engine->state_root();
  return std::equal(root.begin(), root.end(), mark->begin() + kMarkBytes / 2) &&
         engine->state().counters().records == reflected;
}

Result<bool> Node::Impl::restore_from_snapshot(std::uint64_t records) {
  const auto snapshot = read_snapshot_file(files, snapshot_directory(options.directory), records);
  if (!snapshot) return false;
  BULKHEAD_TRY(const Bytes last, journal->read(records - 1));
  if (audit::leaf_hash(last) != snapshot->last_leaf) return false;
  new_engine();
  if (!engine->restore(snapshot->state) || engine->state_root() != snapshot->root ||
      engine->state().counters().records != records) {
    return false;
  }
  for (const auto& [key, value] : snapshot->state) changed.insert_or_assign(key, value);
  return true;
}

// Roots that were signed at this size must be the log's.
Status Node::Impl::check_root(std::uint64_t size) const {
  if (published_checkpoint && published_checkpoint->size == size &&
      published_checkpoint->root != tiles.root()) {
    return other_history(size, "its checkpoint");
  }
  if (outside_checkpoint && outside_checkpoint->size == size &&
      outside_checkpoint->root != tiles.root()) {
    return other_history(size, "the checkpoint outside");
  }
  return {};
}

// One pass over the journal: the tree of all records, and re-execution of those after the base.
Status Node::Impl::read_log() {
  Reexecution execution(*engine, base);
  execution.on_applied = [this](const auto&, const auto&) { absorb(engine->changes()); };
  std::size_t head = 0;
  BULKHEAD_TRY_STATUS(check_root(0));
  const auto visit = [&](std::uint64_t index, journal::ByteSpan record) -> Status {
    last_leaf = audit::leaf_hash(record);
    BULKHEAD_TRY_STATUS(tiles.append(record, last_leaf));
    BULKHEAD_TRY_STATUS(check_root(index + 1));
    if (head < old_heads.size() && old_heads[head].size == index + 1) {
      if (old_heads[head].root != tiles.root()) return other_history(index + 1, "its history");
      ++head;
    }
    if (index < base) return {};
    const auto found = execution.feed(record);
    if (!found) return {};
    return journal::record_error(found->error.code, index, to_string(found->error));
  };
  BULKHEAD_TRY_STATUS(journal->scan(0, journal->size(), visit));
  // A command whose events did not all reach the disk: they are what they are.
  for (const Bytes& event : execution.missing()) pending.push_back(event);
  since_snapshot = execution.commands();
  return {};
}

Status Node::Impl::settle() {
  BULKHEAD_TRY(heads, HeadsFile::open(files, heads_path(LogForm::node_directory, options.directory),
                                      old_heads_bytes));
  const std::uint64_t signed_size = old_heads.empty() ? 0 : old_heads.back().size;
  old_heads.clear();
  if (!pending.empty()) {
    BULKHEAD_TRY_STATUS(commit());
  } else if (journal->size() > 0) {
    if (signed_size != tiles.size()) BULKHEAD_TRY_STATUS(sign());
    if (!from_store || store->reflected() != journal->size()) BULKHEAD_TRY_STATUS(reflect());
  }
  // The right edge of the tree is written anew, whatever a crash left of it.
  BULKHEAD_TRY_STATUS(tiles.publish());
  if (journal->size() == 0) return {};
  return publish_checkpoint();
}

}  // namespace bulkhead::node
