// Streaming of plain and zstd-compressed text, line by line.
#include "bulkhead/feeds/text_file.h"

#include <zstd.h>

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::feeds {
namespace {

constexpr std::size_t kMaxLine = 1U << 20;
constexpr std::size_t kBuffer = 1U << 17;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct StreamFreer {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

struct TextFile::Impl {
  std::string path;
  std::unique_ptr<std::FILE, FileCloser> file;
  std::unique_ptr<ZSTD_DStream, StreamFreer> stream;  // null for plain files
  std::vector<char> raw = std::vector<char>(kBuffer);
  std::size_t raw_begin = 0, raw_end = 0;
  std::vector<char> text = std::vector<char>(kBuffer);
  std::size_t text_begin = 0, text_end = 0;
  bool in_frame = false;  // a frame has begun and not ended
  std::uint64_t line = 0;

  std::unexpected<Error> error(ErrorCode code, std::string_view detail) const {
    return fail(code, path + ":" + std::to_string(line + 1), "", detail);
  }

  // Fills `raw`; false at the end of the file.
  Result<bool> read_raw() {
    raw_begin = 0;
    raw_end = std::fread(raw.data(), 1, raw.size(), file.get());
    if (raw_end == 0 && std::ferror(file.get()) != 0) {
      return error(ErrorCode::feed_unreadable, "the file could not be read");
    }
    return raw_end > 0;
  }

  // Fills `text`; false at the end.
  Result<bool> read_text() {
    text_begin = text_end = 0;
    if (stream == nullptr) {
      BULKHEAD_TRY(const bool more, read_raw());
      if (!more) return false;
      std::swap(raw, text);
      text_end = raw_end;
      return true;
    }
    while (text_end == 0) {
      bool more = true;
      if (raw_begin == raw_end) {
        BULKHEAD_TRY(more, read_raw());
        if (!more && !in_frame) return false;
      }
      BULKHEAD_TRY_STATUS(decompress());  // at the end: what the stream still holds
      if (!more && in_frame && text_end == 0) {
        return error(ErrorCode::feed_truncated, "the compressed data ends inside a frame");
      }
    }
    return true;
  }

  Status decompress() {
    ZSTD_inBuffer in{raw.data(), raw_end, raw_begin};
    ZSTD_outBuffer out{text.data(), text.size(), 0};
    const std::size_t left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) {
      return error(ErrorCode::feed_corrupt,
                   std::string("the compressed data is damaged: ") + ZSTD_getErrorName(left));
    }
    in_frame = left != 0;
    raw_begin = in.pos;
    text_end = out.pos;
    return {};
  }

  // Appends up to the next line end; true when it was reached.
  Result<bool> take(std::string& out) {
    const std::string_view rest(text.data() + text_begin, text_end - text_begin);
    const std::size_t end = rest.find('\n');
    const std::string_view part = rest.substr(0, end);
    if (part.find('\0') != std::string_view::npos) {
      return error(ErrorCode::feed_malformed, "a NUL byte in a text file");
    }
    if (out.size() + part.size() > kMaxLine) {
      return error(ErrorCode::feed_malformed, "a line over 1 MiB");
    }
    out.append(part);
    text_begin += part.size() + (end == std::string_view::npos ? 0 : 1);
    return end != std::string_view::npos;
  }
};

TextFile::TextFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;
TextFile::~TextFile() = default;

Result<TextFile> TextFile::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->file.reset(std::fopen(path.c_str(), "rb"));
  if (impl->file == nullptr) {
    return fail(ErrorCode::feed_unreadable, "file", path, "a file that can be opened");
  }
  if (path.ends_with(".zst")) {
    impl->stream.reset(ZSTD_createDStream());
    impl->in_frame = true;  // an empty file is no compressed file
  }
  return TextFile(std::move(impl));
}

Result<bool> TextFile::next_line(std::string& line) {
  line.clear();
  while (true) {
    if (impl_->text_begin == impl_->text_end) {
      BULKHEAD_TRY(const bool more, impl_->read_text());
      if (!more && line.empty()) return false;
      if (!more) return impl_->error(ErrorCode::feed_truncated, "the last line has no line end");
    }
    BULKHEAD_TRY(const bool complete, impl_->take(line));
    if (complete) break;
  }
  ++impl_->line;
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

const std::string& TextFile::path() const { return impl_->path; }
std::uint64_t TextFile::line_number() const { return impl_->line; }

}  // namespace bulkhead::feeds
