// The content of a log for those who only read it: nothing is created, every byte is checked.
#pragma once

#include <string>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::node {

class ReadOnlyContent final : public journal::ContentStore {
 public:
  ReadOnlyContent(journal::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  Result<Hash> put(journal::ByteSpan bytes) override;  // io_error, always
  Result<Bytes> get(const Hash& hash) const override;
  bool contains(const Hash& hash) const override;
  Result<std::vector<Hash>> list() const override;  // none if there is no directory

 private:
  std::string path(const Hash& hash) const;

  journal::FileSystem& files_;
  std::string directory_;
};

}  // namespace bulkhead::node
