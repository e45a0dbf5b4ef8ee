// Ed25519 signatures (RFC 8032, pure), by OpenSSL. Signing is deterministic.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "bulkhead/base/result.h"

namespace bulkhead::audit {

using Ed25519Seed = std::array<std::uint8_t, 32>;
using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

Ed25519PublicKey ed25519_public_key(const Ed25519Seed& seed);
Ed25519Signature ed25519_sign(const Ed25519Seed& seed, std::span<const std::uint8_t> message);
// bad_signature if it does not verify (a signature whose S is not reduced is refused).
Status ed25519_verify(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                      std::span<const std::uint8_t> signature);
// 32 bytes of the operating system's random source.
Result<Ed25519Seed> ed25519_new_seed();

}  // namespace bulkhead::audit
