// Salted commitments (D11.3): the log holds a hash, what was hashed stands outside. Whoever has the
// payload and its salt proves what was committed to; whoever has the log alone learns nothing, not
// even that two persons share a payload.
//
//   SHA-256("bulkhead commitment v1\n" ‖ salt (32 bytes) ‖ payload)
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::audit {

using Salt = std::array<std::uint8_t, 32>;

// What is kept beside the payload, as a file: without the salt a commitment can never be opened.
struct Opening {
  Hash commitment{};
  Salt salt{};

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "commitment", self.commitment);
    visit(2, "salt", self.salt);
  }
};

Hash commit(const Salt& salt, std::span<const std::uint8_t> payload);
// Under a fresh salt of the operating system's random source.
Result<Opening> make_opening(std::span<const std::uint8_t> payload);
// commitment_unopened if payload and salt give another hash.
Status check_opening(const Opening& opening, std::span<const std::uint8_t> payload);

}  // namespace bulkhead::audit
