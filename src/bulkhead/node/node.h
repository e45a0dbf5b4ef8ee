// Where the core meets the world: one sequencer around one engine. A command is admitted, applied
// in memory, written with its events in one durable frame, then reflected in the keyed store and in
// the Merkle tree (DESIGN 5, 6).
//
//   NodeOptions options{.directory = "venue.log", .key = key};
//   Result<std::unique_ptr<Node>> node = Node::create(options);
//   Result<engine::Applied> applied = (*node)->submit(genesis);
//   Status closed = (*node)->close();
//
// What stands in the directory is written in docs/node-format.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/audit/note.h"
#include "bulkhead/engine/engine.h"
#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::node {

// Where the keyed state is kept beside the log. `memory` is rebuilt from the log at every open.
enum class StateStore { rocksdb, memory };

struct NodeOptions {
  std::string directory;
  journal::FileSystem* files =
      nullptr;  // nullptr: the machine's; otherwise needs StateStore::memory
  StateStore store = StateStore::rocksdb;
  audit::SignerKey key;  // its name is the log's origin
  unsigned threads = 1;
  engine::EngineOptions engine;
  // Commands in one journal frame. 1: each command is durable when submit() returns.
  std::uint64_t group_commands = 1;
  // Commands under one signed head (heads.h): the grain to which verify() can locate an edit after
  // which all hashes were recomputed. A signature takes about 60 µs.
  std::uint64_t head_commands = 1;
  std::uint64_t checkpoint_commands = 10'000;  // between published checkpoints; 0: at close only
  std::uint64_t snapshot_commands = 0;         // between snapshots; 0: none
  // Second path of the newest checkpoint, on another disk or machine; empty: none. At open it must
  // be consistent with the log, and a shorter log is data_loss.
  std::string outside_checkpoint;
  std::uint64_t segment_bytes = 64U << 20;
};

class Node {
 public:
  // A new log. io_error if the directory has one already.
  static Result<std::unique_ptr<Node>> create(const NodeOptions& options);
  // An existing log: the journal is checked from its first byte, against the checkpoints too; the
  // state comes from the keyed store, else the newest snapshot, else genesis, and what follows it
  // is re-executed and compared. data_loss, fork, corrupt, replay_mismatch name the record.
  static Result<std::unique_ptr<Node>> open(const NodeOptions& options);
  // Without close() the log is as after a crash.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Refused with an error, and not in the log: what cannot be a record (malformed, too_large), a
  // signature that does not verify (bad_signature), an id used before for another command
  // (command_conflict). A command given before gets its first answer again, no new record.
  // Everything else is a record; a refusal by the rules is Applied::refused.
  Result<engine::Applied> submit(const engine::Command& command);
  // Makes all that was submitted durable, and signs it.
  Status flush();
  // Durable when it returns; before the command that names it.
  Result<Hash> put_content(const Bytes& bytes);
  // Flushes and publishes the log's new size: tiles first, then the checkpoint, which replaces only
  // the one that this node published or found last (fork otherwise), then its second path.
  Status publish();
  // Of the state now; index of the record it stands before. Flushes.
  Result<std::uint64_t> write_snapshot();
  // Flushes and publishes. Nothing can be submitted afterwards.
  Status close();

  engine::Engine& engine();
  std::uint64_t size() const;          // records, submitted ones included
  std::uint64_t durable_size() const;  // records
  std::string checkpoint() const;      // the newest published one; empty: none
  // A record of the log, durable or submitted.
  Result<Bytes> read(std::uint64_t index) const;
  const journal::ContentStore& content() const;

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::node
