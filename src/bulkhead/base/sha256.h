// SHA-256 (FIPS 180-4) by OpenSSL's EVP with a digest fetched once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"

namespace bulkhead {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256& update(std::span<const std::uint8_t> data);
  Sha256& update(std::string_view data);
  Sha256& update_byte(std::uint8_t byte);
  Hash finish();  // and starts anew

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Hash sha256(std::span<const std::uint8_t> data);
Hash sha256(std::string_view data);
std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_hex(const Hash& hash);
// Lowercase digits only, an even number of them.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace bulkhead
