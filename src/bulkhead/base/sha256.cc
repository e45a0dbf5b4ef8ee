// SHA-256 through OpenSSL; the only place in base that knows it.
#include "bulkhead/base/sha256.h"

#include <openssl/evp.h>

#include "bulkhead/base/assert.h"

namespace bulkhead {
namespace {

// Fetched once: an implicit fetch costs more than hashing a short leaf.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  BULKHEAD_ASSERT(method != nullptr);
  return method;
}

}  // namespace

struct Sha256::Impl {
  Impl() : context(EVP_MD_CTX_new()) { start(); }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  void start() const {
    BULKHEAD_ASSERT(context != nullptr);
    BULKHEAD_ASSERT(EVP_DigestInit_ex2(context, sha256_method(), nullptr) == 1);
  }
  EVP_MD_CTX* context;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {}
Sha256::~Sha256() = default;

Sha256& Sha256::update(std::span<const std::uint8_t> data) {
  BULKHEAD_ASSERT(EVP_DigestUpdate(impl_->context, data.data(), data.size()) == 1);
  return *this;
}

Sha256& Sha256::update(std::string_view data) {
  BULKHEAD_ASSERT(EVP_DigestUpdate(impl_->context, data.data(), data.size()) == 1);
  return *this;
}

Sha256& Sha256::update_byte(std::uint8_t byte) {
  BULKHEAD_ASSERT(EVP_DigestUpdate(impl_->context, &byte, 1) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash hash{};
  unsigned int size = 0;
  BULKHEAD_ASSERT(EVP_DigestFinal_ex(impl_->context, hash.data(), &size) == 1 &&
                  size == hash.size());
  impl_->start();
  return hash;
}

Hash sha256(std::span<const std::uint8_t> data) { return Sha256().update(data).finish(); }

Hash sha256(std::string_view data) { return Sha256().update(data).finish(); }

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::string to_hex(const Hash& hash) { return to_hex(std::span<const std::uint8_t>(hash)); }

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

}  // namespace bulkhead
