// Whole files in and out, with errors that name them.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::cli {

inline constexpr std::size_t kFileMax = std::size_t{1} << 30;

// "-" is standard input. io_error names the path; too_large above kFileMax.
Result<std::string> read_text(const std::string& path);
Result<Bytes> read_bytes(const std::string& path);
// "-" is standard output.
Status write_text(const std::string& path, std::string_view text);
Status write_bytes(const std::string& path, const Bytes& bytes);

// The directory of a path, with its slash; empty for a bare name.
std::string directory_of(std::string_view path);

// The error with the file before its field: what stands in a file is reported as FILE:LINE.
std::unexpected<Error> in_file(const std::string& path, Error error);

}  // namespace bulkhead::cli
