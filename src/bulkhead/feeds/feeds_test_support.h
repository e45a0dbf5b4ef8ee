// Files written by tests, and the recorded data where it is there.
#pragma once

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "bulkhead/base/result.h"

namespace bulkhead::feeds {

// A directory of its own for each test, removed afterwards.
class FeedsFixture : public ::testing::Test {
 protected:
  FeedsFixture() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 (std::string("bulkhead-feeds-") + info->test_suite_name() + "-" + info->name() +
                  "-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-" +
                  std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(directory_);
  }
  ~FeedsFixture() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }
  static std::string compressed(const std::string& content) {
    std::string out(ZSTD_compressBound(content.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    out.resize(ZSTD_compress2(context, out.data(), out.size(), content.data(), content.size()));
    ZSTD_freeCCtx(context);
    return out;
  }

 private:
  std::filesystem::path directory_;
};

template <class T>
Error error_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? Error{} : result.error();
}

// "../shared/data" beside the repository, where tests run, or BULKHEAD_DATA; empty if not there.
inline std::string data_directory() {
  if (const char* set = std::getenv("BULKHEAD_DATA")) return set;
  const std::string beside = "../shared/data";
  return std::filesystem::exists(beside + "/README.md") ? beside : "";
}

}  // namespace bulkhead::feeds

// Skips without the data, fails if it is missing under CI=true.
#define BULKHEAD_NEED_DATA()                                                        \
  do {                                                                              \
    if (::bulkhead::feeds::data_directory().empty()) {                              \
      const char* ci = std::getenv("CI");                                           \
      ASSERT_FALSE(ci != nullptr && std::string(ci) == "true") << "no shared data"; \
      GTEST_SKIP() << "no shared data";                                             \
    }                                                                               \
  } while (false)
