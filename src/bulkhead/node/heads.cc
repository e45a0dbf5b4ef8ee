// Lines of the signed history.
#include "bulkhead/node/heads.h"

#include <algorithm>
#include <optional>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note_text.h"

namespace bulkhead::node {

namespace {

Bytes signed_text(const SignedHead& head, const std::string& origin) {
  const std::string text = audit::checkpoint_text({origin, head.size, head.root, {}});
  return Bytes(text.begin(), text.end());
}

template <std::size_t N>
bool read_base64(std::string_view text, std::array<std::uint8_t, N>& out) {
  const auto bytes = audit::from_base64(text);
  if (!bytes || bytes->size() != N) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

std::optional<SignedHead> parse_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto size = audit::parse_plain_number(line.substr(0, first));
  SignedHead head;
  if (!size || !read_base64(line.substr(first + 1, second - first - 1), head.root) ||
      !read_base64(line.substr(second + 1), head.signature)) {
    return std::nullopt;
  }
  head.size = *size;
  return head;
}

}  // namespace

SignedHead sign_head(std::uint64_t size, const Hash& root, const audit::SignerKey& key) {
  SignedHead head{size, root, {}};
  head.signature = audit::ed25519_sign(key.seed, signed_text(head, key.name));
  return head;
}

Status verify_head(const SignedHead& head, const audit::VerifierKey& key) {
  return audit::ed25519_verify(key.public_key, signed_text(head, key.name), head.signature);
}

std::string to_line(const SignedHead& head) {
  return std::to_string(head.size) + " " + audit::to_base64(head.root) + " " +
         audit::to_base64(head.signature) + "\n";
}

HeadsText parse_heads(std::string_view text) {
  HeadsText result;
  while (result.good_bytes < text.size()) {
    const std::size_t end = text.find('\n', result.good_bytes);
    if (end == std::string_view::npos) break;
    const auto head = parse_line(text.substr(result.good_bytes, end - result.good_bytes));
    const std::uint64_t last = result.heads.empty() ? 0 : result.heads.back().size;
    if (!head || head->size <= last) break;
    result.heads.push_back(*head);
    result.good_bytes = end + 1;
  }
  return result;
}

Result<HeadsFile> HeadsFile::open(journal::FileSystem& files, const std::string& path,
                                  std::size_t good_bytes) {
  const auto mode = files.exists(path) ? journal::OpenMode::write : journal::OpenMode::create;
  BULKHEAD_TRY(auto file, files.open(path, mode));
  BULKHEAD_TRY_STATUS(file->truncate(good_bytes));
  return HeadsFile(std::move(file), good_bytes);
}

Status HeadsFile::append(const SignedHead& head) {
  const std::string line = to_line(head);
  BULKHEAD_TRY_STATUS(file_->write(end_, Bytes(line.begin(), line.end())));
  end_ += line.size();
  return {};
}

}  // namespace bulkhead::node
