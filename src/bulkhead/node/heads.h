// The signed history of a log: one line for each group commit, so that damage can be told to the
// group it lies in even when every hash was recomputed.
//
//   15 rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs= <base64 signature>
//
// The signature is the log key's, over the checkpoint text of that size and root.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/checkpoint.h"
#include "bulkhead/journal/file_system.h"

namespace bulkhead::node {

struct SignedHead {
  std::uint64_t size = 0;
  Hash root{};
  audit::Ed25519Signature signature{};
};

SignedHead sign_head(std::uint64_t size, const Hash& root, const audit::SignerKey& key);
// bad_signature unless it is this log's.
Status verify_head(const SignedHead& head, const audit::VerifierKey& key);
std::string to_line(const SignedHead& head);

struct HeadsText {
  std::vector<SignedHead> heads;  // sizes rise
  std::size_t good_bytes = 0;     // of the text, up to the first line that is none
};
// Reads lines until one is malformed or does not rise.
HeadsText parse_heads(std::string_view text);

// Appends lines; not synced, because a lost line only makes a location less exact.
class HeadsFile {
 public:
  // Keeps the first `good_bytes` of the file, which is created if it is missing.
  static Result<HeadsFile> open(journal::FileSystem& files, const std::string& path,
                                std::size_t good_bytes);
  Status append(const SignedHead& head);

 private:
  HeadsFile(std::unique_ptr<journal::File> file, std::size_t end)
      : file_(std::move(file)), end_(end) {}
  std::unique_ptr<journal::File> file_;
  std::size_t end_;
};

}  // namespace bulkhead::node
