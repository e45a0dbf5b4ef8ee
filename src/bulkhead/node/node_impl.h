// What a node is made of. The public verbs are in node.cc, group commit in node_commit.cc, opening
// in node_recovery.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/heads.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/node.h"
#include "bulkhead/node/snapshot.h"
#include "bulkhead/node/thread_pool.h"

namespace bulkhead::node {

// Keys of the keyed store that begin so are the node's own, not state.
inline constexpr std::string_view kNodePrefix = "node/";
// Leaf hash of the last record reflected, then the root of the state: 64 bytes.
inline constexpr std::string_view kMarkKey = "node/mark";

struct Node::Impl {
  explicit Impl(const NodeOptions& given);

  // --- opening -----------------------------------------------------------------------------------
  Status start(bool fresh);
  Status read_checkpoints();
  Status open_parts();
  Status choose_base();
  Result<bool> restore_from_store();
  Result<bool> restore_from_snapshot(std::uint64_t records);
  void new_engine();
  Status read_log();
  Status check_root(std::uint64_t size) const;
  Status settle();

  // --- running -----------------------------------------------------------------------------------
  Result<engine::Applied> submit(const engine::Command& command);
  Result<engine::Applied> first_answer(std::uint64_t record) const;
  Result<Bytes> read(std::uint64_t index) const;
  Status flush();
  Status commit();
  Status append_frames();
  Status reflect();
  Status sign();
  Status grow_tree();
  Status publish();
  Status publish_checkpoint();
  Status publish_outside(const std::string& note) const;
  Result<std::uint64_t> write_snapshot();
  void absorb(const ChangeSet& changes);

  NodeOptions options;
  journal::FileSystem& files;
  ThreadPool pool;
  std::unique_ptr<journal::ContentStore> content;
  std::unique_ptr<journal::KeyedStore> store;
  std::unique_ptr<journal::SegmentJournal> journal;
  std::unique_ptr<engine::Engine> engine;
  FileTiles tile_files;
  audit::TileWriter tiles;
  std::optional<HeadsFile> heads;

  // Records of the group that is being gathered, and what its commands changed.
  std::vector<Bytes> pending;
  std::size_t pending_bytes = 0;
  std::vector<std::size_t> pending_ends;  // of each command with its events, in `pending`
  journal::KeyedChanges changed;
  Hash last_leaf{};  // of the last durable record

  std::uint64_t since_head = 0;  // commands
  std::uint64_t since_checkpoint = 0;
  std::uint64_t since_snapshot = 0;
  std::string published;  // the checkpoint as this node wrote or found it last
  std::optional<audit::Checkpoint> published_checkpoint;
  std::optional<audit::Checkpoint> outside_checkpoint;
  std::vector<SignedHead> old_heads;  // while opening
  std::size_t old_heads_bytes = 0;    // good ones
  std::uint64_t base = 0;             // record from which the log is re-executed at open
  bool from_store = false;

  std::optional<Error> failed;  // nothing can be submitted after it
  bool closed = false;
};

}  // namespace bulkhead::node
