// The seam to files on POSIX systems.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "bulkhead/journal/file_system.h"

namespace bulkhead::journal {

namespace {

// Error of the system call that just failed.
std::unexpected<Error> system_error(const std::string& path, std::string_view operation) {
  const int number = errno;
  const ErrorCode code = number == ENOENT ? ErrorCode::not_found : ErrorCode::io_error;
  return fail(code, "file", path,
              std::string(operation) + ": " + std::generic_category().message(number));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(std::string path, Descriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t count = ::pread(descriptor_.get(), out.data() + done, out.size() - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return system_error(path_, "read");
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  Status write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t count =
          ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return system_error(path_, "write");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
    return {};
  }

  Status allocate(std::uint64_t size) override {
    const int number = ::posix_fallocate(descriptor_.get(), 0, static_cast<off_t>(size));
    if (number == 0) return {};
    errno = number;
    return system_error(path_, "allocate");
  }

  Status truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_.get(), static_cast<off_t>(size)) == 0) return {};
    return system_error(path_, "truncate");
  }

  Status sync() override {
    if (::fdatasync(descriptor_.get()) == 0) return {};
    return system_error(path_, "sync");
  }

  Result<std::uint64_t> size() const override {
    struct stat info = {};
    if (::fstat(descriptor_.get(), &info) != 0) return system_error(path_, "stat");
    return static_cast<std::uint64_t>(info.st_size);
  }

 private:
  std::string path_;
  Descriptor descriptor_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;  // closing it ends the lock
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    const int flags = mode == OpenMode::read    ? O_RDONLY
                      : mode == OpenMode::write ? O_RDWR
                                                : O_RDWR | O_CREAT | O_EXCL;
    Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (!descriptor.valid()) return system_error(path, "open");
    return std::make_unique<PosixFile>(path, std::move(descriptor));
  }

  Status make_directories(const std::string& path) override {
    for (std::size_t end = 1; end <= path.size(); ++end) {
      if (end < path.size() && path[end] != '/') continue;
      const std::string part = path.substr(0, end);
      if (::mkdir(part.c_str(), 0755) != 0 && errno != EEXIST) return system_error(part, "mkdir");
    }
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0) return system_error(path, "stat");
    if (S_ISDIR(info.st_mode)) return {};
    errno = ENOTDIR;
    return system_error(path, "mkdir");
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error(from, "rename");
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) == 0) return {};
    return system_error(path, "remove");
  }

  Status sync_directory(const std::string& path) override {
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.valid() || ::fsync(descriptor.get()) != 0) return system_error(path, "sync");
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    return names(path, S_IFREG);
  }
  Result<std::vector<std::string>> list_directories(const std::string& path) override {
    return names(path, S_IFDIR);
  }

  bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!descriptor.valid()) return system_error(path, "lock");
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return system_error(path, "lock");
      return fail(ErrorCode::locked, "file", path, "held by a running writer");
    }
    return std::make_unique<PosixLock>(std::move(descriptor));
  }

 private:
  static Result<std::vector<std::string>> names(const std::string& path, mode_t kind) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (directory == nullptr) return system_error(path, "list");
    std::vector<std::string> result;
    while (true) {
      errno = 0;
      const dirent* const item = ::readdir(directory.get());
      if (item == nullptr && errno != 0) return system_error(path, "list");
      if (item == nullptr) break;
      const std::string name = item->d_name;
      struct stat info = {};
      if (::stat((path + "/" + name).c_str(), &info) != 0) continue;  // removed meanwhile
      if ((info.st_mode & S_IFMT) == kind && name != "." && name != "..") result.push_back(name);
    }
    std::sort(result.begin(), result.end());
    return result;
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem instance;  // has no state
  return instance;
}

}  // namespace bulkhead::journal
