// The published vectors whole, byte for byte, where they stand beside the project (README of
// vectors/audit names their sources); SKIPPED otherwise, a failure in continuous integration.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "bulkhead/audit/base64.h"
#include "bulkhead/audit/proof.h"
#include "bulkhead/audit/test_support.h"
#include "bulkhead/audit/tiles.h"

namespace bulkhead::audit {
namespace {

using simdjson::dom::element;
using testing::bytes_of;
using testing::from_hex;
using testing::hash_from_hex;

std::string_view text(const element& value) { return value.get_string().value(); }
std::uint64_t number(const element& value) { return value.get_uint64().value(); }
simdjson::dom::array list(const element& value) { return value.get_array().value(); }
bool has(const element& value, std::string_view key) { return !value[key].error(); }

std::vector<Hash> hashes(const element& value, bool base64) {
  std::vector<Hash> result;
  for (const element item : list(value)) {
    const Bytes bytes = base64 ? *from_base64(text(item)) : from_hex(text(item));
    std::copy(bytes.begin(), bytes.end(), result.emplace_back().begin());
  }
  return result;
}

class Vectors : public ::testing::Test {
 protected:
  // The parsed file; skips or fails the test if there is none.
  bool load(const char* name) {
    const auto shared = testing::shared_directory();
    if (!shared) {
      missing();
      return false;
    }
    const auto error = parser_.load((*shared / "vectors/audit" / name).string()).get(file_);
    EXPECT_FALSE(error) << name;
    return !error;
  }
  static void missing() {
    if (testing::in_continuous_integration()) {
      FAIL() << "the shared vectors are required in continuous integration";
    }
    GTEST_SKIP() << "no shared vectors here";
  }
  element operator[](std::string_view key) const { return file_[key].value(); }

  simdjson::dom::parser parser_;
  element file_;
};

TEST_F(Vectors, Ed25519) {
  if (!load("ed25519_rfc8032.json")) return;
  for (const element v : list((*this)["vectors"])) {
    const Ed25519Seed seed = hash_from_hex(text(v["seed"]));
    const Bytes message = from_hex(text(v["message"]));
    EXPECT_EQ(to_hex(ed25519_public_key(seed)), text(v["public"]));
    EXPECT_EQ(to_hex(ed25519_sign(seed, message)), text(v["signature"]));
    EXPECT_TRUE(
        ed25519_verify(hash_from_hex(text(v["public"])), message, from_hex(text(v["signature"]))));
  }
  for (const element v : list((*this)["reject"])) {
    EXPECT_FALSE(ed25519_verify(hash_from_hex(text(v["public"])), from_hex(text(v["message"])),
                                from_hex(text(v["signature"]))));
  }
}

TEST_F(Vectors, Rfc6962) {
  if (!load("rfc6962_merkle_8leaf.json")) return;
  EXPECT_EQ(to_hex(empty_root()), text(list((*this)["hasher"]).at(0)["want"]));
  EXPECT_EQ(to_hex(leaf_hash(from_hex("4c313233343536"))),
            text(list((*this)["hasher"]).at(2)["want"]));
  MemoryTree tree;
  for (const element leaf : list((*this)["leaf_inputs_hex"]))
    tree.append(leaf_hash(from_hex(text(leaf))));
  const std::vector<Hash> leaves = hashes((*this)["leaf_hashes"], false);
  for (std::uint64_t i = 0; i < 8; ++i) EXPECT_EQ(*tree.subtree(0, i), leaves[i]);
  for (std::uint64_t size = 0; size <= 8; ++size) {
    EXPECT_EQ(to_hex(*tree_root(tree, size)), text((*this)["roots"][std::to_string(size)]));
  }
  for (const char* key : {"inclusion", "inclusion_exhaustive_derived"}) {
    for (const element v : list((*this)[key])) {
      const std::uint64_t index = number(v["leaf_index"]);
      const std::uint64_t size = number(v["tree_size"]);
      EXPECT_EQ(*inclusion_proof(tree, index, size), hashes(v["path"], false));
      EXPECT_TRUE(verify_inclusion(leaves[index], index, size, hashes(v["path"], false),
                                   *tree_root(tree, size)));
    }
  }
  for (const char* key : {"consistency", "consistency_exhaustive_derived"}) {
    for (const element v : list((*this)[key])) {
      const std::uint64_t old = number(v["size1"]);
      const std::uint64_t size = number(v["size2"]);
      EXPECT_EQ(*consistency_proof(tree, old, size), hashes(v["proof"], false));
      EXPECT_TRUE(verify_consistency(old, size, *tree_root(tree, old), *tree_root(tree, size),
                                     hashes(v["proof"], false)));
    }
  }
}

TEST_F(Vectors, SignedNotes) {
  if (!load("signed_note.json")) return;
  const auto keys_of = [](const element& v) {
    std::vector<VerifierKey> keys;
    for (const element key : list(v["vkeys"])) keys.push_back(*parse_verifier_key(text(key)));
    return keys;
  };
  for (const element v : list((*this)["valid"])) {
    const auto note = open_note(text(v["note"]), keys_of(v));
    ASSERT_TRUE(note) << text(v["desc"]) << to_string(note.error());
    std::vector<std::string> names;
    for (const NoteSignature& signature : note->verified) names.push_back(signature.name);
    std::vector<std::string> want;
    for (const element name : list(v["want_verified"])) want.emplace_back(text(name));
    EXPECT_EQ(names, want);
    EXPECT_EQ(to_string(*parse_note(text(v["note"]))), text(v["note"]));
  }
  for (const element v : list((*this)["sign"])) {
    SignerKey key;
    if (has(v, "skey_test_only")) {
      key = *parse_signer_key(text(v["skey_test_only"]));
      EXPECT_EQ(to_private_string(key), text(v["skey_test_only"]));
    } else {
      key.name = text(v["name"]);
      key.seed = hash_from_hex(text(v["seed_hex"]));
    }
    EXPECT_EQ(to_hex(key.seed), text(v["seed_hex"]));
    EXPECT_EQ(to_string(key.verifier()), text(v["vkey"]));
    const std::string note = *sign_note(text(v["text"]), key);
    if (has(v, "want_note")) {
      EXPECT_EQ(note, text(v["want_note"]));
    }
    if (has(v, "want_sig_line")) {
      EXPECT_TRUE(note.ends_with(text(v["want_sig_line"])));
    }
  }
  for (const element v : list((*this)["reject"])) {
    std::string note;
    if (has(v, "note")) {
      note = text(v["note"]);
    } else {
      note = std::string(text(v["note_text"])) + "\n";
      for (std::uint64_t i = 0; i < number(v["repeat"]); ++i) note += text(v["repeat_sig_line"]);
    }
    EXPECT_FALSE(open_note(note, keys_of(v))) << text(v["desc"]);
  }
  for (const element v : list((*this)["malformed"])) {
    std::string note(text(v["msg"]));
    if (has(v, "msg_prefix_hex")) note.insert(0, 1, '\xff');
    EXPECT_FALSE(parse_note(note)) << text(v["desc"]);
  }
  for (const element v : list((*this)["bad_vkeys"])) EXPECT_FALSE(parse_verifier_key(text(v)));
  EXPECT_TRUE(parse_note(text((*this)["format_only_example"]["note"])));
}

TEST_F(Vectors, CheckpointsAndCosignatures) {
  if (!load("tlog_checkpoint_cosignature.json")) return;
  for (const char* key : {"checkpoint", "cosigned"}) {
    const std::string_view note = text((*this)["spec_examples"][key]);
    const auto checkpoint = peek_checkpoint(note);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->size, 20'852'163U);
    EXPECT_EQ(checkpoint_text(*checkpoint), parse_note(note)->text);
    EXPECT_EQ(to_string(*parse_note(note)), note);
  }
  // Roots that are not 32 bytes: upstream reads them, we do not (see the file's note).
  for (const element v : list((*this)["parse_ok"]))
    EXPECT_FALSE(parse_checkpoint_text(text(v["text"])));
  for (const element v : list((*this)["parse_err"])) {
    EXPECT_FALSE(parse_checkpoint_text(text(v["text"]))) << text(v["desc"]);
  }
  for (const element v : list((*this)["cosigned"])) {
    const VerifierKey key = *parse_verifier_key(text(v["cosigner_vkey"]));
    EXPECT_EQ(key.algorithm, NoteAlgorithm::cosignature_v1);
    const auto note = open_note(text(v["checkpoint"]), std::span(&key, 1));
    ASSERT_TRUE(note) << to_string(note.error());
    EXPECT_EQ(*cosignature_time(note->verified.front()), number(v["timestamp"]));
    EXPECT_EQ("cosignature/v1\ntime " + std::to_string(number(v["timestamp"])) + "\n" + note->text,
              text(v["signed_message"]));
    EXPECT_EQ(peek_checkpoint(text(v["checkpoint"]))->size, 300U);
    EXPECT_EQ(to_hex(sha256(peek_checkpoint(text(v["checkpoint"]))->origin)),
              text(v["origin_sha256_hex"]));
  }
  for (const element v : list((*this)["cosig_timestamp"])) {
    const Bytes bytes = *from_base64(text(v["sig_base64"]));
    const NoteSignature signature{"", 0, Bytes(bytes.begin() + 4, bytes.end())};
    const auto time = cosignature_time(signature);
    EXPECT_EQ(time.has_value(), has(v, "want_unix"));
    if (time) {
      EXPECT_EQ(*time, number(v["want_unix"]));
    }
  }
  for (const element v : list((*this)["cosig_vkeys_ok"])) EXPECT_TRUE(parse_verifier_key(text(v)));
  EXPECT_EQ(to_base64(empty_root()), text((*this)["empty_tree"]["root_base64"]));
}

TEST_F(Vectors, TilePaths) {
  if (!load("tlog_tiles_paths.json")) return;
  const auto width = [](const element& v) {
    const std::uint64_t partial = number(v["partial"]);
    return partial == 0 ? std::uint32_t{256} : static_cast<std::uint32_t>(partial);
  };
  for (const element v : list((*this)["tile_path"])) {
    const TileId tile{static_cast<unsigned>(number(v["level"])), number(v["index"]), width(v)};
    EXPECT_EQ(tile_path(tile), text(v["path"]));
    EXPECT_EQ(*parse_tile_path(text(v["path"])), tile);
  }
  for (const element v : list((*this)["entries_path"])) {
    EXPECT_EQ(entries_path(number(v["index"]), width(v)), text(v["path"]));
  }
  for (const element v : list((*this)["entries_path_for_log_index"])) {
    const std::uint64_t index = number(v["seq"]) / 256;
    EXPECT_EQ(entries_path(index, tile_width(0, index, number(v["log_size"]))), text(v["path"]));
  }
  for (const element v : list((*this)["parse_ok"])) {
    const auto tile = parse_tile_path("tile/" + std::string(text(v["level"])) + "/" +
                                      std::string(text(v["path"])));
    ASSERT_TRUE(tile);
    EXPECT_EQ(tile->level, number(v["want_level"]));
    EXPECT_EQ(tile->index, number(v["want_index"]));
    EXPECT_EQ(tile->width % 256, number(v["want_partial"]));
  }
  for (const element v : list((*this)["parse_err"])) {
    EXPECT_FALSE(parse_tile_path("tile/" + std::string(text(v["level"])) + "/" +
                                 std::string(text(v["path"]))))
        << text(v["path"]);
  }
  for (const char* key : {"tile_counts_spec", "tile_counts_derived"}) {
    for (const element v : list((*this)[key])) {
      const std::uint64_t size = number(v["tree_size"]);
      unsigned levels = 0;
      for (const element level : list(v["levels"])) {
        const std::uint64_t full = number(level["full"]);
        EXPECT_EQ(tile_width(levels, full, size), number(level["partial_width"]));
        if (full > 0) {
          EXPECT_EQ(tile_width(levels, full - 1, size), 256U);
        }
        ++levels;
      }
      EXPECT_EQ(tile_width(levels, 0, size), 0U);
    }
  }
}

TEST_F(Vectors, GoldenLog) {
  if (!load("golden_log_tessera15.json")) return;
  const SignerKey key = *parse_signer_key(text((*this)["skey_test_only"]));
  const VerifierKey verifier = *parse_verifier_key(text((*this)["vkey"]));
  EXPECT_EQ(key.verifier(), verifier);
  MemoryTiles files;
  TileWriter writer(files);
  const auto checkpoints = list((*this)["checkpoints"]);
  std::size_t size = 0;
  const auto check_checkpoint = [&] {
    const Checkpoint checkpoint{key.name, size, writer.root(), ""};
    EXPECT_EQ(*sign_checkpoint(checkpoint, key), text(checkpoints.at(size)));
    EXPECT_EQ(*open_checkpoint(text(checkpoints.at(size)), verifier), checkpoint);
  };
  check_checkpoint();
  for (const element leaf : list((*this)["leaves_utf8"])) {
    ASSERT_TRUE(writer.append(bytes_of(text(leaf))));
    EXPECT_EQ(to_hex(leaf_hash(bytes_of(text(leaf)))),
              text(list((*this)["leaf_hashes_hex"]).at(size)));
    ++size;
    check_checkpoint();
  }
  ASSERT_TRUE(writer.publish());
  EXPECT_EQ(to_hex(files.files().at("tile/0/000.p/15")), text((*this)["tile_0_000_p15_hex"]));
  EXPECT_EQ(to_hex(files.files().at("tile/entries/000.p/15")),
            text((*this)["entries_000_p15_hex"]));

  const TileReader reader(files, size);
  for (const element v : list((*this)["inclusion_proofs_derived"])) {
    EXPECT_EQ(*inclusion_proof(reader, number(v["index"]), number(v["tree_size"])),
              hashes(v["proof"], true));
  }
  for (const element v : list((*this)["consistency_proofs_derived"])) {
    EXPECT_EQ(*consistency_proof(reader, number(v["size1"]), number(v["size2"])),
              hashes(v["proof"], true));
  }
  for (const element v : list((*this)["tlog_proof_derived"])) {
    const std::string_view note = text(checkpoints.at(number(v["tree_size"])));
    const InclusionProof proof = *make_proof(reader, number(v["index"]), note);
    EXPECT_EQ(to_string(proof), text(v["text"]));
    EXPECT_EQ(*parse_proof(text(v["text"])), proof);
    const std::string_view leaf = text(list((*this)["leaves_utf8"]).at(number(v["index"])));
    EXPECT_TRUE(verify_proof(proof, bytes_of(leaf), verifier));
  }
}

}  // namespace
}  // namespace bulkhead::audit
