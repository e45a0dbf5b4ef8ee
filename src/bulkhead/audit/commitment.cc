#include "bulkhead/audit/commitment.h"

#include <string_view>

#include "bulkhead/audit/ed25519.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::audit {

Hash commit(const Salt& salt, std::span<const std::uint8_t> payload) {
  constexpr std::string_view kPrefix = "bulkhead commitment v1\n";
  Bytes bytes(kPrefix.begin(), kPrefix.end());
  bytes.insert(bytes.end(), salt.begin(), salt.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return sha256(bytes);
}

Result<Opening> make_opening(std::span<const std::uint8_t> payload) {
  BULKHEAD_TRY(const Salt salt, ed25519_new_seed());
  return Opening{commit(salt, payload), salt};
}

Status check_opening(const Opening& opening, std::span<const std::uint8_t> payload) {
  const Hash given = commit(opening.salt, payload);
  if (given == opening.commitment) return {};
  return fail(ErrorCode::commitment_unopened, "commitment", to_hex(opening.commitment),
              "that of payload and salt, " + to_hex(given));
}

}  // namespace bulkhead::audit
