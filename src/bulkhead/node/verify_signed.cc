// What was signed: the key, the history of heads, the newest checkpoint, and one from outside.
#include <algorithm>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/node/verify_parts.h"

namespace bulkhead::node {

namespace {

// Where damage that only a root shows begins: with the first head that the log does not match.
std::uint64_t suspected(const Verification& run) { return run.bracket ? run.bracket->begin : 0; }

Error root_error(std::string_view what, std::uint64_t size) {
  return {ErrorCode::fork, std::string(what), std::to_string(size),
          "the root of the log's first " + std::to_string(size) + " records"};
}

void set_bracket(Verification& run, std::uint64_t begin, const SignedHead& head, Error error) {
  run.bracket = Bracket{begin, head.size, head.signature};
  run.suspect(VerifyStep::heads, std::min(begin, run.size()), std::move(error));
}

}  // namespace

// The key of the log as it states it must be the one from outside, byte for byte.
void check_key(Verification& run) {
  const bool exported = run.form == LogForm::static_files;
  const std::string path = exported ? description_path(run.directory) : vkey_path(run.directory);
  const auto text = read_text(run.files, path);
  const auto bad = [&](Error error) { run.suspect(VerifyStep::checkpoint, 0, std::move(error)); };
  std::string given = run.options.vkey;
  while (!given.empty() && (given.back() == '\n' || given.back() == '\r')) given.pop_back();
  run.trusted_key = !given.empty();
  if (!run.trusted_key) {
    const auto stated = log_vkey(run.files, run.directory, run.form);
    if (!stated) return bad(stated.error());
    given = *stated;
  }
  const auto key = audit::parse_verifier_key(given);
  if (!key) return bad(key.error());
  run.key = *key;
  run.report.origin = key->name;
  if (!text) return bad(text.error());
  const std::string expected = exported ? description_text(*key) : to_string(*key) + "\n";
  if (*text != expected) bad({ErrorCode::untrusted, "key", path, "the key given, " + given});
}

namespace {

Hash fingerprint(const SignedHead& head, const audit::VerifierKey& key) {
  return Sha256().update(key.name).update(key.public_key).update(to_line(head)).finish();
}

// Per head, whether its signature is good.
std::vector<std::uint8_t> good_signatures(const Verification& run,
                                          const std::vector<SignedHead>& heads) {
  std::vector<std::uint8_t> good(heads.size());
  std::set<Hash>* known = run.options.known_heads;
  run.executor.parallel_for(good.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const bool seen = known != nullptr && known->contains(fingerprint(heads[i], run.key));
      good[i] = seen || verify_head(heads[i], run.key) ? 1 : 0;
    }
  });
  for (std::size_t i = 0; known != nullptr && i < heads.size(); ++i) {
    if (good[i] == 1) known->insert(fingerprint(heads[i], run.key));
  }
  return good;
}

}  // namespace

void check_heads(Verification& run) {
  const auto text = read_text(run.files, heads_path(run.form, run.directory), kMaxHeadsBytes);
  if (!text) {
    if (run.size() > 0) run.suspect(VerifyStep::heads, 0, text.error());
    return;
  }
  const HeadsText parsed = parse_heads(*text);
  const std::vector<std::uint8_t> good = good_signatures(run, parsed.heads);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < parsed.heads.size(); ++i) {
    const SignedHead& head = parsed.heads[i];
    if (good[i] == 0) {
      return set_bracket(run, before, head,
                         {ErrorCode::bad_signature, "heads", std::to_string(head.size),
                          "a signature by the log's key"});
    }
    if (head.size > run.size()) {
      run.suspect(VerifyStep::heads, run.size(),
                  {ErrorCode::data_loss, "heads", std::to_string(run.size()),
                   "the log had " + std::to_string(head.size) + " records when they were signed"});
      run.bracket = Bracket{before, head.size, head.signature};
      return;
    }
    const auto root = audit::tree_root(run.tree, head.size);
    if (!root || *root != head.root) {
      return set_bracket(run, before, head, root_error("heads", head.size));
    }
    before = head.size;
    run.heads.push_back(head);
  }
  if (parsed.good_bytes != text->size()) {
    run.suspect(VerifyStep::heads, std::min(before, run.size()),
                {ErrorCode::malformed, "heads", std::to_string(parsed.heads.size() + 1),
                 "a line of size, root and signature, sizes rising"});
  } else if (before < run.size()) {
    run.bracket = Bracket{before, run.size(), {}, true};
    run.suspect(VerifyStep::heads, before,
                {ErrorCode::untrusted, "heads", std::to_string(before),
                 "a signature over the records from here on (a node that ended without close signs "
                 "them when it is next opened)"});
  }
}

void check_checkpoint(Verification& run) {
  const auto note = read_text(run.files, checkpoint_path(run.form, run.directory));
  // Without a bracket every record is vouched for by a head: what is wrong begins behind them.
  const std::uint64_t vouched = run.heads.empty() ? 0 : run.heads.back().size;
  const std::uint64_t at = run.bracket ? run.bracket->begin : vouched;
  if (!note) {
    if (run.size() > 0) run.suspect(VerifyStep::checkpoint, at, note.error());
    return;
  }
  const auto checkpoint = audit::open_checkpoint(*note, run.key);
  if (!checkpoint) {
    return run.suspect(VerifyStep::checkpoint, std::min(at, run.size()), checkpoint.error());
  }
  run.checkpoint = *checkpoint;
  if (checkpoint->size > run.size()) {
    return run.find(
        VerifyStep::checkpoint, run.size(),
        {ErrorCode::data_loss, "checkpoint", std::to_string(run.size()),
         "the log had " + std::to_string(checkpoint->size) + " records when it was signed"});
  }
  const auto root = audit::tree_root(run.tree, checkpoint->size);
  if (!root || *root != checkpoint->root) {
    run.suspect(VerifyStep::checkpoint, suspected(run), root_error("checkpoint", checkpoint->size));
  }
}

void check_outside(Verification& run) {
  if (run.options.checkpoint.empty()) return;
  const auto outside = audit::open_checkpoint(run.options.checkpoint, run.key);
  if (!outside) return run.suspect(VerifyStep::consistency, 0, outside.error());
  if (outside->size > run.size()) {
    return run.suspect(VerifyStep::consistency, run.size(),
                       {ErrorCode::data_loss, "checkpoint", std::to_string(run.size()),
                        "the checkpoint from outside was signed over " +
                            std::to_string(outside->size) + " records"});
  }
  const auto root = audit::tree_root(run.tree, outside->size);
  if (!root || *root != outside->root) {
    run.suspect(VerifyStep::consistency, suspected(run),
                root_error("checkpoint from outside", outside->size));
  }
}

}  // namespace bulkhead::node
