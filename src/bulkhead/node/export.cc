// Writes the static form from any form of a log.
#include "bulkhead/node/export.h"

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/journal/file_content.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/heads.h"
#include "bulkhead/node/layout.h"

namespace bulkhead::node {

namespace {

Status copy_content(const LogReader& log, journal::FileSystem& files, const std::string& out) {
  BULKHEAD_TRY(const std::vector<Hash> hashes, log.content().list());
  if (hashes.empty()) return {};
  BULKHEAD_TRY(const auto content, journal::open_file_content(files, content_directory(out)));
  for (const Hash& hash : hashes) {
    BULKHEAD_TRY(const Bytes bytes, log.content().get(hash));
    BULKHEAD_TRY_STATUS(content->put(bytes));
  }
  return {};
}

Status copy_heads(const LogReader& log, std::uint64_t size, journal::FileSystem& files,
                  const std::string& out) {
  BULKHEAD_TRY(const std::string text,
               read_text(log.files(), heads_path(log.form(), log.directory()), kMaxHeadsBytes));
  std::string kept;
  for (const SignedHead& head : parse_heads(text).heads) {
    if (head.size <= size) kept += to_line(head);
  }
  return write_text(files, heads_path(LogForm::static_files, out), kept);
}

}  // namespace

Status export_log(const LogReader& log, journal::FileSystem& files, const std::string& out) {
  BULKHEAD_TRY(const std::string note, log.checkpoint());
  BULKHEAD_TRY(const audit::Checkpoint checkpoint, audit::peek_checkpoint(note));
  BULKHEAD_TRY(const std::string vkey, log.vkey());
  BULKHEAD_TRY(const audit::VerifierKey key, audit::parse_verifier_key(vkey));
  if (checkpoint.size > log.size()) {
    return fail(ErrorCode::data_loss, "record", std::to_string(log.size()),
                "the checkpoint was signed over " + std::to_string(checkpoint.size) + " records");
  }
  if (form_of(files, out)) return fail(ErrorCode::name_taken, "out", out, "a new directory");
  BULKHEAD_TRY_STATUS(files.make_directories(out));
  FileTiles sink(files, out);
  audit::TileWriter tiles(sink);
  const auto append = [&](std::uint64_t, journal::ByteSpan record) { return tiles.append(record); };
  BULKHEAD_TRY_STATUS(log.scan(0, checkpoint.size, append));
  BULKHEAD_TRY_STATUS(tiles.publish());
  if (tiles.root() != checkpoint.root) {
    return fail(ErrorCode::fork, "checkpoint", std::to_string(checkpoint.size),
                "the root of the log's records");
  }
  BULKHEAD_TRY_STATUS(copy_content(log, files, out));
  BULKHEAD_TRY_STATUS(copy_heads(log, checkpoint.size, files, out));
  BULKHEAD_TRY_STATUS(write_text(files, description_path(out), description_text(key)));
  // Last: a directory without a checkpoint is no finished export.
  return write_text(files, checkpoint_path(LogForm::static_files, out), note);
}

}  // namespace bulkhead::node
