// Signed notes and keys: RFC 8032 signatures, the published note of the Go library, every damaged
// byte.
#include "bulkhead/audit/note.h"

#include <gtest/gtest.h>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/note_text.h"
#include "bulkhead/audit/test_support.h"

namespace bulkhead::audit {
namespace {

using testing::bytes_of;
using testing::from_hex;
using testing::hash_from_hex;

// golang/mod, sumdb/note/note_test.go (public test keys).
constexpr std::string_view kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kVerifier =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kSigner =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kLine =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n";
constexpr std::string_view kOtherVerifier =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";

std::string note_text() { return std::string(kText) + "\n" + std::string(kLine); }

// RFC 8032 7.1, TEST 2, and the same signature with S + L, which 5.1.7 refuses.
TEST(Ed25519, Rfc8032) {
  const Ed25519Seed seed =
      hash_from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const Ed25519PublicKey key = ed25519_public_key(seed);
  EXPECT_EQ(to_hex(key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes message{0x72};
  const Ed25519Signature signature = ed25519_sign(seed, message);
  EXPECT_EQ(to_hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(ed25519_verify(key, message, signature));
  EXPECT_FALSE(ed25519_verify(key, Bytes{0x73}, signature));
  EXPECT_FALSE(ed25519_verify(key, message, std::span(signature).first(63)));
  EXPECT_FALSE(
      ed25519_verify(key, message,
                     from_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10")));
  EXPECT_NE(*ed25519_new_seed(), *ed25519_new_seed());
}

TEST(Base64, Rfc4648AndOneTextPerValue) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(to_base64(bytes_of(plain)), text);
    EXPECT_EQ(*from_base64(text), bytes_of(plain));
  }
  for (const char* bad :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm9-"}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(NoteText, Utf8AndSpaces) {
  EXPECT_TRUE(is_plain_text("a\n\xc3\xa8\xe2\x80\x94\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x01", "\t", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xc3", "\xe2\x80"}) {
    EXPECT_FALSE(is_plain_text(bad));
  }
  for (const char* bad : {"", "a b", "a+b", "a\nb",
                          "a\xc2\xa0"
                          "b",
                          "a\xe2\x80\x83"
                          "b"}) {
    EXPECT_FALSE(is_key_name(bad)) << bad;
  }
  EXPECT_EQ(parse_plain_number("18446744073709551615"), ~std::uint64_t{0});
  for (const char* bad : {"", "00", "01", "-1", "+1", " 1", "1 ", "18446744073709551616", "0x1"}) {
    EXPECT_FALSE(parse_plain_number(bad)) << bad;
  }
}

TEST(Note, SignsAndOpensThePublishedNote) {
  const SignerKey signer = *parse_signer_key(kSigner);
  EXPECT_EQ(to_string(signer.verifier()), kVerifier);
  EXPECT_EQ(to_private_string(signer), kSigner);
  EXPECT_EQ(*sign_note(kText, signer), note_text());
  const VerifierKey key = *parse_verifier_key(kVerifier);
  const auto note = open_note(note_text(), std::span(&key, 1));
  ASSERT_TRUE(note) << to_string(note.error());
  EXPECT_EQ(note->text, kText);
  EXPECT_EQ(note->verified.front().name, "PeterNeumann");
  EXPECT_EQ(to_string(*parse_note(note_text())), note_text());
}

TEST(Note, UnknownKeysAreIgnoredButNotAlone) {
  const VerifierKey other = *parse_verifier_key(kOtherVerifier);
  EXPECT_EQ(open_note(note_text(), {}).error().code, ErrorCode::untrusted);
  EXPECT_EQ(open_note(note_text(), std::span(&other, 1)).error().code, ErrorCode::untrusted);
}

// One bit anywhere: no text but the signed one is ever returned, and damage that leaves the known
// key's line in place but its signature wrong refuses the note.
TEST(Note, NoFlippedBitIsAccepted) {
  const VerifierKey key = *parse_verifier_key(kVerifier);
  const std::string good = note_text();
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(open_note(bad, std::span(&key, 1))) << i;
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(open_note(good.substr(0, length), std::span(&key, 1))) << length;
  }
}

TEST(Note, AKnownKeysBadSignatureRefusesAllBesideAGoodOne) {
  const SignerKey signer = *parse_signer_key(kSigner);
  SignerKey second{"second.example", NoteAlgorithm::ed25519, {}};
  Note note{std::string(kText), {sign_text(kText, signer), sign_text(kText, second)}};
  const std::vector<VerifierKey> both{signer.verifier(), second.verifier()};
  EXPECT_EQ(open_note(to_string(note), both)->verified.size(), 2U);
  note.signatures[1].signature[5] ^= 1;
  EXPECT_EQ(open_note(to_string(note), both).error().code, ErrorCode::bad_signature);
  // Unknown to a reader who holds only the first key.
  EXPECT_EQ(open_note(to_string(note), std::span(both).first(1))->unverified.size(), 1U);
}

TEST(Note, CosignatureCarriesItsTime) {
  SignerKey witness{"witness.example", NoteAlgorithm::cosignature_v1, {}};
  witness.seed[0] = 9;
  Note note{std::string(kText), {cosign_text(kText, witness, 1'679'315'147)}};
  EXPECT_EQ(*cosignature_time(note.signatures[0]), 1'679'315'147U);
  const VerifierKey key = witness.verifier();
  EXPECT_EQ(*parse_verifier_key(to_string(key)), key);
  EXPECT_TRUE(open_note(to_string(note), std::span(&key, 1)));
  note.signatures[0].signature[7] ^= 1;  // another time
  EXPECT_EQ(open_note(to_string(note), std::span(&key, 1)).error().code, ErrorCode::bad_signature);
  note.signatures[0].signature.resize(64);
  EXPECT_FALSE(open_note(to_string(note), std::span(&key, 1)));
}

TEST(Note, MalformedKeysAreRefusedWithoutShowingThem) {
  for (const char* bad :
       {"", "a", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
    EXPECT_FALSE(parse_verifier_key(bad)) << bad;
  }
  std::string bad(kSigner);
  bad[bad.size() - 2] = 'A';
  const auto refused = parse_signer_key(bad);
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_string(refused.error()).find("AYEK"), std::string::npos);
}

}  // namespace
}  // namespace bulkhead::audit
