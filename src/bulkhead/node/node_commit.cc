// Group commit: journal first, then what can be rebuilt from it, then what is published of it.
#include <algorithm>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/journal/frame.h"
#include "bulkhead/node/node_impl.h"

namespace bulkhead::node {

void Node::Impl::absorb(const ChangeSet& changes) {
  for (const auto& [key, value] : changes.changes()) changed.insert_or_assign(key, value);
}

Status Node::Impl::flush() {
  if (failed) return std::unexpected(*failed);
  if (pending.empty()) return {};
  const Status done = commit();
  if (!done) failed = done.error();
  return done;
}

Status Node::Impl::commit() {
  BULKHEAD_TRY_STATUS(append_frames());
  BULKHEAD_TRY_STATUS(grow_tree());
  BULKHEAD_TRY_STATUS(reflect());
  since_checkpoint += pending_ends.size();
  since_snapshot += pending_ends.size();
  pending.clear();
  pending_bytes = 0;
  pending_ends.clear();
  if (options.snapshot_commands > 0 && since_snapshot >= options.snapshot_commands) {
    BULKHEAD_TRY_STATUS(write_snapshot());
  }
  if (options.checkpoint_commands > 0 && since_checkpoint >= options.checkpoint_commands) {
    return publish_checkpoint();
  }
  return {};
}

// One frame, unless a single command's events are more than a frame takes.
Status Node::Impl::append_frames() {
  std::vector<journal::ByteSpan> frame;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    frame.emplace_back(pending[i]);
    bytes += pending[i].size() + journal::kRecordHeaderBytes;
    const bool last = i + 1 == pending.size();
    if (!last && bytes + journal::kMaxRecordBytes < journal::kMaxFrameBytes / 2 &&
        frame.size() < journal::kMaxFrameRecords) {
      continue;
    }
    BULKHEAD_TRY_STATUS(journal->append(frame));
    frame.clear();
    bytes = 0;
  }
  return {};
}

// Leaves of the group, a signed head after every head_commands of them and after the last.
Status Node::Impl::grow_tree() {
  std::size_t command = 0;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    last_leaf = audit::leaf_hash(pending[i]);
    BULKHEAD_TRY_STATUS(tiles.append(pending[i], last_leaf));
    const bool last = i + 1 == pending.size();
    if (command < pending_ends.size() && pending_ends[command] == i + 1) {
      ++command;
      ++since_head;
    }
    if (last || since_head >= options.head_commands) BULKHEAD_TRY_STATUS(sign());
  }
  BULKHEAD_ASSERT(tiles.size() == journal->size());
  return {};
}

Status Node::Impl::sign() {
  since_head = 0;
  return heads->append(sign_head(tiles.size(), tiles.root(), options.key));
}

// The keyed store follows the log. Not synced: what is lost is re-executed at the next open.
Status Node::Impl::reflect() {
  Bytes mark(last_leaf.begin(), last_leaf.end());
  const Hash& root = engine->state_root();
  mark.insert(mark.end(), root.begin(), root.end());
  changed.insert_or_assign(std::string(kMarkKey), std::move(mark));
  BULKHEAD_TRY_STATUS(
      store->write(changed, journal->size(), journal::KeyedStore::Durability::buffered));
  changed.clear();
  return {};
}

Result<std::uint64_t> Node::Impl::write_snapshot() {
  Snapshot snapshot;
  snapshot.records = journal->size();
  snapshot.last_leaf = last_leaf;
  snapshot.root = engine->state_root();
  const auto add = [&](std::string_view key, journal::ByteSpan value) -> Status {
    if (!key.starts_with(kNodePrefix)) {
      snapshot.state.emplace(key, Bytes(value.begin(), value.end()));
    }
    return {};
  };
  BULKHEAD_TRY_STATUS(store->iterate("", add));
  BULKHEAD_TRY_STATUS(write_snapshot_file(files, snapshot_directory(options.directory), snapshot));
  since_snapshot = 0;
  return snapshot.records;
}

Status Node::Impl::publish() {
  if (failed) return std::unexpected(*failed);
  const Status done = publish_checkpoint();
  if (!done) failed = done.error();
  return done;
}

Status Node::Impl::publish_checkpoint() {
  const std::string path = checkpoint_path(LogForm::node_directory, options.directory);
  if (files.exists(path)) {
    BULKHEAD_TRY(const std::string found, read_text(files, path));
    if (found != published) {
      return fail(ErrorCode::fork, "checkpoint", path, "the one that this node published last");
    }
  } else if (!published.empty()) {
    return fail(ErrorCode::fork, "checkpoint", path, "the one that this node published last");
  }
  since_checkpoint = 0;
  const audit::Checkpoint next{options.key.name, tiles.size(), tiles.root(), {}};
  if (published_checkpoint != next) {
    BULKHEAD_ASSERT(!published_checkpoint || published_checkpoint->size < next.size);
    BULKHEAD_TRY_STATUS(tiles.publish());
    BULKHEAD_TRY(const std::string note, audit::sign_checkpoint(next, options.key));
    BULKHEAD_TRY_STATUS(write_text(files, path, note));
    published = note;
    published_checkpoint = next;
  }
  return publish_outside(published);
}

// The second path never goes back, and never to another history.
Status Node::Impl::publish_outside(const std::string& note) const {
  const std::string& path = options.outside_checkpoint;
  if (path.empty()) return {};
  if (files.exists(path)) {
    BULKHEAD_TRY(const std::string found, read_text(files, path));
    if (found == note) return {};
    BULKHEAD_TRY(const audit::Checkpoint old,
                 audit::open_checkpoint(found, options.key.verifier()));
    if (old.size > tiles.size()) {
      return fail(ErrorCode::fork, "checkpoint", path,
                  "at most " + std::to_string(tiles.size()) + " records, like the log");
    }
    const audit::TileReader reader(tile_files, tiles.size());
    BULKHEAD_TRY(const Hash root, audit::tree_root(reader, old.size));
    if (root != old.root) {
      return fail(ErrorCode::fork, "checkpoint", path, "a checkpoint of this history");
    }
  }
  return write_text(files, path, note);
}

}  // namespace bulkhead::node
