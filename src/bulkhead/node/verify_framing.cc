// Framing: every byte of segments and bundles is accounted for.
#include <algorithm>
#include <functional>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/journal/segment_format.h"
#include "bulkhead/journal/segment_journal.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/verify_parts.h"

namespace bulkhead::node {

namespace {

using journal::ByteSpan;

constexpr std::uint64_t kProgressRecords = 4'096;
constexpr std::size_t kReadBytes = 256U << 10;

std::uint64_t record_of(const Error& error, std::uint64_t otherwise) {
  return journal::record_of(error).value_or(otherwise);
}

// The newest mark when only this slot is looked at.
std::optional<journal::Mark> mark_in_slot(const Bytes& start, int slot) {
  Bytes alone = start;
  const auto other = static_cast<std::ptrdiff_t>(journal::mark_offset(1 - slot));
  std::fill_n(alone.begin() + other, journal::kMarkBytes, std::uint8_t{0});
  const auto found = journal::newest_mark(alone);
  if (!found) return std::nullopt;
  return found->mark;
}

// The start of a segment must be what its own header and marks encode to, gaps included.
bool is_start_exact(const Bytes& start) {
  const auto header = journal::decode_segment_header(start);
  if (!header || start.size() != journal::kSegmentStartBytes) return false;
  Bytes expected = journal::encode_segment_start(*header);
  for (int slot = 0; slot < journal::kMarkSlots; ++slot) {
    const auto mark = mark_in_slot(start, slot);
    if (!mark) return false;
    const Bytes bytes = journal::encode_mark(*mark);
    std::ranges::copy(bytes,
                      expected.begin() + static_cast<std::ptrdiff_t>(journal::mark_offset(slot)));
  }
  return expected == start;
}

// Whether anything but zeros stands from offset to the end.
Result<bool> is_zero_from(const journal::File& file, std::uint64_t offset) {
  Bytes buffer(kReadBytes);
  for (;;) {
    BULKHEAD_TRY(const std::size_t count, file.read(offset, buffer));
    if (count == 0) return true;
    if (std::any_of(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count),
                    [](std::uint8_t byte) { return byte != 0; })) {
      return false;
    }
    offset += count;
  }
}

// What recovery forgives and an audit does not: unused bytes of segments.
Status check_unused_bytes(Verification& run) {
  const std::string directory = journal_directory(run.directory);
  BULKHEAD_TRY(const std::vector<std::string> names, run.files.list(directory));
  for (const std::string& name : names) {
    const auto first = journal::parse_segment_name(name);
    if (!first) continue;
    BULKHEAD_TRY(const auto file, run.files.open(directory + "/" + name, journal::OpenMode::read));
    Bytes start(journal::kSegmentStartBytes);
    BULKHEAD_TRY(const std::size_t count, file->read(0, start));
    start.resize(count);
    const auto newest = journal::newest_mark(start);
    if (!newest || !is_start_exact(start)) {
      run.find(VerifyStep::framing, *first,
               {ErrorCode::corrupt, "segment", name, "a start as its writer left it"});
      continue;
    }
    if (!newest->mark.sealed) continue;
    BULKHEAD_TRY(const bool zero, is_zero_from(*file, newest->mark.end_offset));
    if (!zero) {
      run.find(VerifyStep::framing, newest->mark.end_index,
               {ErrorCode::corrupt, "segment", name, "zeros behind its last frame"});
    }
  }
  return {};
}

Status read_segments(Verification& run, bool strict, const journal::RecordVisitor& visit) {
  BULKHEAD_TRY(const journal::SegmentReport report,
               journal::check_segments(run.files, journal_directory(run.directory), {}, visit));
  if (!strict) return {};
  if (report.first_bad) {
    run.find(VerifyStep::framing, record_of(*report.first_bad, report.head.size),
             *report.first_bad);
  } else if (report.torn_bytes > 0) {
    run.find(VerifyStep::framing, report.head.size,
             {ErrorCode::corrupt, "journal", std::to_string(report.torn_bytes),
              "no bytes behind the last frame (a node that ended without close removes what was "
              "never acknowledged when it is next opened)"});
  }
  return check_unused_bytes(run);
}

bool last_bundle_exists(const Verification& run, std::uint64_t size) {
  if (size == 0) return false;
  const std::uint64_t number = (size - 1) / audit::kTileWidth;
  const std::uint32_t width = audit::tile_width(0, number, size);
  return run.files.exists(tile_root(run.form, run.directory) + "/" +
                          audit::entries_path(number, width));
}

// Size of an export: that of its signed checkpoint; if there is none, the largest that anything
// states and whose last entries stand there.
std::uint64_t stated_size(const Verification& run) {
  std::vector<std::uint64_t> stated;
  if (const auto note = read_text(run.files, checkpoint_path(run.form, run.directory))) {
    if (const auto checkpoint = audit::open_checkpoint(*note, run.key)) return checkpoint->size;
    if (const auto checkpoint = audit::peek_checkpoint(*note)) stated.push_back(checkpoint->size);
  }
  const auto text = read_text(run.files, heads_path(run.form, run.directory), kMaxHeadsBytes);
  const HeadsText parsed = text ? parse_heads(*text) : HeadsText{};
  if (!parsed.heads.empty()) stated.push_back(parsed.heads.back().size);
  std::ranges::sort(stated, std::greater<>());
  for (const std::uint64_t size : stated) {
    if (last_bundle_exists(run, size)) return size;
  }
  return stated.empty() ? 0 : stated.front();
}

// Reads the entries of a bundle up to `width` of them; the number read, and what ended it early.
struct BundleRead {
  std::uint32_t count = 0;
  std::optional<Error> error;
};
Result<BundleRead> visit_bundle(const Bytes& bundle, const std::string& path, std::uint32_t width,
                                std::uint64_t first, const journal::RecordVisitor& visit) {
  BundleRead read;
  std::size_t at = 0;
  for (; read.count < width; ++read.count) {
    const std::size_t left = bundle.size() - at;
    const std::size_t length =
        left < 2 ? 0 : std::size_t{bundle[at]} << 8 | std::size_t{bundle[at + 1]};
    if (left < 2 || left - 2 < length) {
      read.error = Error{ErrorCode::malformed, "bundle", path, "an entry of its stated length"};
      return read;
    }
    BULKHEAD_TRY_STATUS(visit(first + read.count, ByteSpan(bundle).subspan(at + 2, length)));
    at += 2 + length;
  }
  if (at != bundle.size()) {
    read.error = Error{ErrorCode::malformed, "bundle", path, "nothing after its last entry"};
  }
  return read;
}

// The widest partial bundle of this number that stands there; it is read, though not accepted,
// where the right one is missing, so that the damage can be located.
std::uint32_t width_there(const Verification& run, std::uint64_t number) {
  const std::string first = audit::entries_path(number, 1);
  const std::string directory =
      tile_root(run.form, run.directory) + "/" + first.substr(0, first.rfind('/'));
  const auto names = run.files.list(directory);
  std::uint32_t widest = 0;
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    const auto id = audit::parse_tile_index("000.p/" + name);
    if (id) widest = std::max(widest, id->second);
  }
  return widest;
}

Status read_bundles(Verification& run, bool strict, const journal::RecordVisitor& visit) {
  const FileTiles tiles(run.files, tile_root(run.form, run.directory));
  const std::uint64_t size = stated_size(run);
  for (std::uint64_t index = 0; index < size;) {
    const std::uint64_t number = index / audit::kTileWidth;
    std::uint32_t width = audit::tile_width(0, number, size);
    std::string path = audit::entries_path(number, width);
    auto bundle = tiles.get(path);
    std::optional<Error> missing;
    if (!bundle) {
      missing = bundle.error();
      const std::uint32_t there = width_there(run, number);
      width = std::min(width, there);
      if (there > 0) bundle = tiles.get(path = audit::entries_path(number, there));
    }
    BundleRead read;
    if (bundle) {
      BULKHEAD_TRY(read, visit_bundle(*bundle, path, width, index, visit));
      index += read.count;
    }
    if (missing) read.error = missing;
    if (!read.error) continue;
    if (strict) run.find(VerifyStep::framing, index, *read.error);
    return {};
  }
  return {};
}

// First records that hold the hash of damaged content.
void note_naming(Verification& run, std::uint64_t index, ByteSpan record) {
  for (const Hash& hash : run.bad_content) {
    if (run.naming.contains(hash)) continue;
    const auto at = std::search(record.begin(), record.end(), hash.begin(), hash.end());
    if (at != record.end()) run.naming.emplace(hash, index);
  }
}

}  // namespace

Status read_records(Verification& run, bool strict, const journal::RecordVisitor& visit) {
  return run.form == LogForm::node_directory ? read_segments(run, strict, visit)
                                             : read_bundles(run, strict, visit);
}

void check_framing(Verification& run) {
  const Status read = read_records(run, true, [&](std::uint64_t index, ByteSpan record) -> Status {
    run.tree.append(audit::leaf_hash(record));
    note_naming(run, index, record);
    if (index % kProgressRecords == 0) run.progress(VerifyStep::framing, index, 0);
    return {};
  });
  if (!read) run.find(VerifyStep::framing, run.size(), read.error());
}

void check_content(Verification& run) {
  const auto hashes = run.content.list();
  if (!hashes) return run.find(VerifyStep::content, 0, hashes.error());
  for (const Hash& hash : *hashes) {
    if (!run.content.get(hash)) run.bad_content.insert(hash);
  }
}

}  // namespace bulkhead::node
