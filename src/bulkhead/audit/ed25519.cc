// The only place that knows OpenSSL's key objects.
#include "bulkhead/audit/ed25519.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "bulkhead/base/assert.h"

namespace bulkhead::audit {

namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

Key private_key(const Ed25519Seed& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  BULKHEAD_ASSERT(key != nullptr);
  return key;
}

}  // namespace

Ed25519PublicKey ed25519_public_key(const Ed25519Seed& seed) {
  const Key key = private_key(seed);
  Ed25519PublicKey result{};
  std::size_t size = result.size();
  BULKHEAD_ASSERT(EVP_PKEY_get_raw_public_key(key.get(), result.data(), &size) == 1);
  BULKHEAD_ASSERT(size == result.size());
  return result;
}

Ed25519Signature ed25519_sign(const Ed25519Seed& seed, std::span<const std::uint8_t> message) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  BULKHEAD_ASSERT(context != nullptr);
  BULKHEAD_ASSERT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  BULKHEAD_ASSERT(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  BULKHEAD_ASSERT(size == signature.size());
  return signature;
}

Status ed25519_verify(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                      std::span<const std::uint8_t> signature) {
  const auto refuse = [] {
    return fail(ErrorCode::bad_signature, "signature", "", "an Ed25519 signature by this key");
  };
  if (signature.size() != std::tuple_size_v<Ed25519Signature>) return refuse();
  const Key public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  if (public_key == nullptr) return refuse();
  const Context context(EVP_MD_CTX_new());
  BULKHEAD_ASSERT(context != nullptr);
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) != 1) {
    return refuse();
  }
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1) {
    return refuse();
  }
  return {};
}

Result<Ed25519Seed> ed25519_new_seed() {
  Ed25519Seed seed{};
  if (RAND_priv_bytes(seed.data(), static_cast<int>(seed.size())) != 1) {
    return fail(ErrorCode::io_error, "seed", "", "the random source of the system gave nothing");
  }
  return seed;
}

}  // namespace bulkhead::audit
