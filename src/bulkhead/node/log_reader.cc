// The two forms of a log behind one reader.
#include "bulkhead/node/log_reader.h"

#include <algorithm>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/journal/file_content.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/read_only_content.h"

namespace bulkhead::node {

namespace {

class NodeDirectory final : public LogReader {
 public:
  NodeDirectory(journal::FileSystem& files, std::string directory,
                std::unique_ptr<journal::SegmentJournal> journal)
      : LogReader(files, std::move(directory), LogForm::node_directory),
        journal_(std::move(journal)) {}

  std::uint64_t size() const override { return journal_->size(); }
  Status scan(std::uint64_t first, std::uint64_t end,
              const journal::RecordVisitor& visit) const override {
    end = std::min(end, size());
    if (first >= end) return {};
    return journal_->scan(first, end, visit);
  }
  Result<Bytes> read(std::uint64_t index) const override { return journal_->read(index); }

 private:
  std::unique_ptr<journal::SegmentJournal> journal_;
};

class StaticFiles final : public LogReader {
 public:
  StaticFiles(journal::FileSystem& files, std::string directory, std::uint64_t size)
      : LogReader(files, std::move(directory), LogForm::static_files), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Status scan(std::uint64_t first, std::uint64_t end,
              const journal::RecordVisitor& visit) const override {
    end = std::min(end, size_);
    while (first < end) {
      const std::uint64_t bundle = first / audit::kTileWidth;
      BULKHEAD_TRY(const std::vector<Bytes> entries, audit::read_bundle(tiles(), bundle, size_));
      const std::uint64_t begin = bundle * audit::kTileWidth;
      for (; first < end && first - begin < entries.size(); ++first) {
        BULKHEAD_TRY_STATUS(visit(first, entries[static_cast<std::size_t>(first - begin)]));
      }
    }
    return {};
  }
  Result<Bytes> read(std::uint64_t index) const override {
    if (index >= size_) {
      return fail(ErrorCode::out_of_range, "record", std::to_string(index),
                  "below " + std::to_string(size_));
    }
    BULKHEAD_TRY(std::vector<Bytes> entries,
                 audit::read_bundle(tiles(), index / audit::kTileWidth, size_));
    return std::move(entries[static_cast<std::size_t>(index % audit::kTileWidth)]);
  }

 private:
  std::uint64_t size_;
};

}  // namespace

std::optional<LogForm> form_of(journal::FileSystem& files, const std::string& directory) {
  if (files.exists(journal_directory(directory))) return LogForm::node_directory;
  if (files.exists(description_path(directory)) ||
      files.exists(checkpoint_path(LogForm::static_files, directory))) {
    return LogForm::static_files;
  }
  return std::nullopt;
}

LogReader::LogReader(journal::FileSystem& files, std::string directory, LogForm form)
    : files_(files),
      directory_(std::move(directory)),
      form_(form),
      tiles_(std::make_unique<FileTiles>(files_, tile_root(form, directory_))),
      content_(std::make_unique<ReadOnlyContent>(files_, content_directory(directory_))) {}

Result<std::unique_ptr<LogReader>> LogReader::open(journal::FileSystem& files,
                                                   const std::string& directory) {
  const auto form = form_of(files, directory);
  if (!form) {
    return fail(ErrorCode::not_found, "log", directory, "a node's directory or an export");
  }
  if (*form == LogForm::node_directory) {
    BULKHEAD_TRY(auto journal,
                 journal::SegmentJournal::open_read_only(files, journal_directory(directory), {}));
    return std::make_unique<NodeDirectory>(files, directory, std::move(journal));
  }
  BULKHEAD_TRY(const std::string note,
               read_text(files, checkpoint_path(LogForm::static_files, directory)));
  BULKHEAD_TRY(const audit::Checkpoint checkpoint, audit::peek_checkpoint(note));
  return std::make_unique<StaticFiles>(files, directory, checkpoint.size);
}

Result<std::string> LogReader::checkpoint() const {
  return read_text(files_, checkpoint_path(form_, directory_));
}

Result<std::string> LogReader::vkey() const { return log_vkey(files_, directory_, form_); }

Result<std::string> log_vkey(journal::FileSystem& files, const std::string& directory,
                             LogForm form) {
  if (form == LogForm::static_files) {
    BULKHEAD_TRY(const std::string text, read_text(files, description_path(directory)));
    return vkey_of_description(text);
  }
  BULKHEAD_TRY(std::string text, read_text(files, vkey_path(directory)));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace bulkhead::node
