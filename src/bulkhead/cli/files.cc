#include "bulkhead/cli/files.h"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace bulkhead::cli {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

template <class Container>
Status read_all(std::FILE* file, const std::string& path, Container& out) {
  char buffer[1 << 16];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file)) {
    out.insert(out.end(), buffer, buffer + got);
    if (out.size() > kFileMax) {
      return fail(ErrorCode::too_large, path, "", "at most 1 GiB");
    }
  }
  if (std::ferror(file) != 0) return fail(ErrorCode::io_error, path, "", "a file that can be read");
  return {};
}

template <class Container>
Result<Container> read_file(const std::string& path) {
  Container out;
  if (path == "-") {
    BULKHEAD_TRY_STATUS(read_all(stdin, "-", out));
    return out;
  }
  std::error_code ignored;
  const File file(std::filesystem::is_directory(path, ignored) ? nullptr
                                                               : std::fopen(path.c_str(), "rb"));
  if (!file) return fail(ErrorCode::io_error, path, "", "a file that can be read");
  BULKHEAD_TRY_STATUS(read_all(file.get(), path, out));
  return out;
}

Status write_file(const std::string& path, const void* data, std::size_t size) {
  if (path == "-") {
    std::fwrite(data, 1, size, stdout);
    return {};
  }
  File file(std::fopen(path.c_str(), "wb"));
  const bool written = file && std::fwrite(data, 1, size, file.get()) == size;
  if (!written || std::fclose(file.release()) != 0) {
    return fail(ErrorCode::io_error, path, "", "a file that can be written");
  }
  return {};
}

}  // namespace

Result<std::string> read_text(const std::string& path) { return read_file<std::string>(path); }

Result<Bytes> read_bytes(const std::string& path) { return read_file<Bytes>(path); }

Status write_text(const std::string& path, std::string_view text) {
  return write_file(path, text.data(), text.size());
}

Status write_bytes(const std::string& path, const Bytes& bytes) {
  return write_file(path, bytes.data(), bytes.size());
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash + 1));
}

std::unexpected<Error> in_file(const std::string& path, Error error) {
  if (!error.field.starts_with(path)) {
    error.field = error.field.empty() ? path : path + ": " + error.field;
  }
  return std::unexpected(std::move(error));
}

}  // namespace bulkhead::cli
