// Writes a golden log: plays everything that the engine's tests play (every command, event and
// refusal), signs it with the keys of the little venue's persons, and gives it to a node.
//
//   golden_log_write DIR     writes DIR (a static export), DIR.vkey and DIR.checkpoint
#include <cstdio>
#include <string>

#include "bulkhead/audit/note.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/play_support.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/journal/memory_file_system.h"
#include "bulkhead/node/export.h"
#include "bulkhead/node/layout.h"
#include "bulkhead/node/node.h"
#include "bulkhead/wire/record.h"
#include "golden_log.h"

namespace bulkhead::golden {
namespace {

using engine::Command;

audit::Ed25519Seed seed_of(const std::string& name) { return sha256("golden seed of " + name); }

void sign(Command& command) {
  const auto signature = audit::ed25519_sign(seed_of(command.actor), wire::signed_bytes(command));
  command.signature.assign(signature.begin(), signature.end());
}

// The world's commands with keys instead of the placeholders that the engine alone accepts: who
// must sign does so, and of the others every seventh command.
std::vector<Command> signed_commands(const engine::World& world) {
  constexpr std::size_t kSignedOneIn = 7;
  std::vector<Command> commands = world.log();
  std::set<std::string> known;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (auto* const genesis = std::get_if<engine::Genesis>(&commands[i].body); i == 0) {
      for (engine::Person& person : genesis->persons) {
        known.insert(person.name);
        person.public_key = audit::ed25519_public_key(seed_of(person.name));
      }
    }
    if (auto* const joins = std::get_if<engine::RegisterPerson>(&commands[i].body)) {
      known.insert(joins->person.name);
      joins->person.public_key = audit::ed25519_public_key(seed_of(joins->person.name));
    }
    // One approval must stay without, to be refused for it; a second genesis has no known signer; a
    // command without a body is turned away before its signature is looked at.
    const bool bare = engine::needs_signature(commands[i].body) ||
                      std::holds_alternative<std::monostate>(commands[i].body) ||
                      (i > 0 && std::holds_alternative<engine::Genesis>(commands[i].body));
    const bool wanted = !commands[i].signature.empty() || (i % kSignedOneIn == 0 && !bare);
    if (wanted && known.contains(commands[i].actor)) sign(commands[i]);
  }
  return commands;
}

// Nobody may take risk before there is a scenario set.
void play_too_early(engine::World& world) {
  world.open("early-1", "alice").fund("early-1", "USDT", "10", "10");
  world.refuse("alice", engine::Borrow{"early-1", "USDT", "internal", Amount{1}},
               ErrorCode::no_scenario_set);
}

// An account whose equity is its initial margin to the last micro: at the watch level, not below.
void play_level(engine::World& world) {
  world.price("BTC", 60'000).ticks(3);
  world.open("level-1", "alice").fund("level-1", "USDT", "1000", "1000");
  world.trade("level-1", "BTC/USDT:USDT", 200, "60000");
  const engine::Figures figures = world.figures("level-1");
  const Amount missing{(figures.initial - figures.equity).micros};
  EXPECT_GT(missing.units, 0);
  world.must("operator", engine::Deposit{"level-1", "USDT", "internal", missing});
  world.must("alice", engine::Pledge{"level-1", "USDT", "internal", missing});
  const engine::Figures met = world.figures("level-1");
  EXPECT_EQ(met.initial, met.equity);
  world.ticks(2);
}

// A node answers as the world's engine did, except where it turns a command away before the log.
Status submit_all(node::Node& node, const engine::World& world) {
  const std::vector<Command> commands = signed_commands(world);
  std::map<std::string, int> turned_away;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    Command forged = commands[i];
    if (!forged.signature.empty()) {
      forged.signature[5] ^= 1;
      const std::uint64_t before = node.size();
      const auto answer = node.submit(forged);
      if (answer || answer.error().code != ErrorCode::bad_signature || node.size() != before) {
        return fail(ErrorCode::replay_mismatch, "command",
                    std::to_string(i) + " of " + forged.actor + ": " +
                        (answer ? "taken" : to_string(answer.error())),
                    "a forged signature is turned away before the log");
      }
    }
    const auto applied = node.submit(commands[i]);
    const auto& expected = world.answers()[i].refused;
    if (!applied) {
      ++turned_away[std::string(error_info(applied.error().code).name)];
      if (!expected) return std::unexpected(applied.error());
      continue;
    }
    const bool repeated = expected && expected->code == ErrorCode::command_repeated;
    const bool same = applied->refused.has_value() == expected.has_value() &&
                      (!expected || applied->refused->code == expected->code);
    if (!repeated && !same) {
      return fail(ErrorCode::replay_mismatch, "command", std::to_string(i),
                  applied->refused ? to_string(*applied->refused) : "refused by the engine alone");
    }
  }
  for (const auto& [code, n] : turned_away) std::printf("before the log: %s %d\n", code.c_str(), n);
  return {};
}

Status write(const std::string& directory) {
  engine::WorldOptions world_options;
  world_options.engine.digest_interval = kDigestInterval;
  world_options.before_scenarios = play_too_early;
  engine::World world(world_options);
  engine::play_everything(world);
  play_level(world);

  journal::MemoryFileSystem memory;
  node::NodeOptions options;
  options.directory = "log";
  options.files = &memory;
  options.store = node::StateStore::memory;
  options.key = {.name = "bulkhead.example/golden/v1", .seed = seed_of("the log")};
  options.engine.digest_interval = kDigestInterval;
  BULKHEAD_TRY(const auto node, node::Node::create(options));
  for (const auto& [hash, bytes] : world.content()) {
    BULKHEAD_TRY_STATUS(node->put_content(bytes));
  }
  BULKHEAD_TRY_STATUS(submit_all(*node, world));
  BULKHEAD_TRY_STATUS(node->close());

  journal::FileSystem& disk = journal::posix_file_system();
  BULKHEAD_TRY(const auto log, node::LogReader::open(memory, "log"));
  BULKHEAD_TRY_STATUS(node::export_log(*log, disk, directory));
  const std::string vkey = audit::to_string(options.key.verifier()) + "\n";
  BULKHEAD_TRY_STATUS(node::write_text(disk, directory + ".vkey", vkey));
  BULKHEAD_TRY_STATUS(node::write_text(disk, directory + ".checkpoint", node->checkpoint()));
  BULKHEAD_TRY(const std::vector<Entry> entries, read_entries(*log));
  const Coverage coverage = coverage_of(entries);
  std::printf("%s%s: %llu records\n", to_table(coverage).c_str(), directory.c_str(),
              static_cast<unsigned long long>(log->size()));
  for (const std::string& missing : missing_in(coverage)) {
    std::printf("missing: %s\n", missing.c_str());
  }
  return {};
}

}  // namespace
}  // namespace bulkhead::golden

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: golden_log_write DIR   (DIR must not exist)\n");
    return 2;
  }
  const bulkhead::Status written = bulkhead::golden::write(argv[1]);
  if (!written) {
    std::fprintf(stderr, "golden_log_write: %s\n", bulkhead::to_string(written.error()).c_str());
  }
  return written && !testing::Test::HasFailure() ? 0 : 1;
}
