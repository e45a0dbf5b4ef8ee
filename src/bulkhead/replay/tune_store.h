// Results of single runs as files, one each, under the hash of what they depend on: what makes a
// tuning resume where it was interrupted.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/replay/tune_figures.h"

namespace bulkhead::replay {

enum class Stored : std::uint8_t { absent, torn, good };

class TuneStore {
 public:
  // `folder` is made if it is not there.
  static Result<TuneStore> open(const std::filesystem::path& folder);

  // A file that is not whole, or not what its name says, is `torn`: no result, and no error.
  Stored find(const std::string& inputs, TuneFigures& figures) const;
  // The file appears whole or not at all. For any number of threads, each with inputs of its own.
  Status put(StoredRun run) const;

 private:
  explicit TuneStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path file_of(const std::string& inputs) const;

  std::filesystem::path folder_;
};

}  // namespace bulkhead::replay
