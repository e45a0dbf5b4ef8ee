// Histories and logs for the tests of this room.
#include <algorithm>
#include <set>

#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/world_support.h"
#include "bulkhead/node/log_reader.h"
#include "bulkhead/node/test_support.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node::testing {

namespace {

using namespace engine;

constexpr std::size_t kMarketRecords = 500;

class Writer {
 public:
  explicit Writer(History& history) : history_(history) {}
  void give(const std::string& actor, CommandBody body) {
    Command command;
    command.time = Timestamp{now_};
    now_ += 1'000'000'000;
    command.actor = actor;
    const std::uint64_t number = history_.commands.size() + 1;
    for (std::size_t i = 0; i < 8; ++i) {
      command.id[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    command.body = std::move(body);
    if (number % 3 == 0) sign(command);
    history_.commands.push_back(std::move(command));
  }

 private:
  History& history_;
  std::int64_t now_ = kWorldStart.ns;
};

market::Asset asset(std::string name, std::uint32_t decimals) {
  market::Asset made;
  made.name = std::move(name);
  made.decimals = decimals;
  made.numeraire = made.name == "USDT";
  made.kind = made.numeraire ? market::AssetKind::stablecoin : market::AssetKind::coin;
  return made;
}

std::vector<Person> persons_with_keys() {
  std::vector<Person> persons = world_persons();
  for (Person& person : persons) {
    person.public_key = audit::ed25519_public_key(person_seed(person.name));
  }
  return persons;
}

History make_market_history() {
  World world;
  world.open("alice-1", "alice", {StandingMode::automatic, {"USDT", "USDC"}});
  world.open("bob-1", "bob");
  world.fund("alice-1", "USDT", "3000", "1800").fund("bob-1", "BTC", "2", "1");
  world.trade("alice-1", "BTC/USDT:USDT", 200, "60000");
  world.trade("bob-1", "ETH/USDT:USDT", -50, "3000");
  const auto records = [&world] {
    std::size_t count = 0;
    for (const Applied& answer : world.answers()) count += 1 + answer.events.size();
    return count;
  };
  for (int step = 0; records() < kMarketRecords; ++step) {
    world.price("BTC", 60'000 - 500 * (step < 16 ? step : 8)).tick();
    world.places_answer();
    if (step % 7 == 3) world.venue_fills();
    if (step % 5 == 2) world.fund(step % 2 == 0 ? "alice-1" : "bob-1", "USDC", "50", "20");
  }
  History history;
  history.commands = world.log();
  for (Command& command : history.commands) {
    if (auto* genesis = std::get_if<Genesis>(&command.body)) genesis->persons = persons_with_keys();
    if (!command.signature.empty()) sign(command);
  }
  for (const auto& [hash, bytes] : world.content()) history.content.push_back(bytes);
  return history;
}

}  // namespace

audit::SignerKey log_key() { return {.name = "venue.example/log", .seed = person_seed("the log")}; }

audit::Ed25519Seed person_seed(const std::string& name) { return sha256("seed of " + name); }

void sign(engine::Command& command) {
  const auto signature =
      audit::ed25519_sign(person_seed(command.actor), wire::signed_bytes(command));
  command.signature.assign(signature.begin(), signature.end());
}

History ledger_history(std::size_t commands) {
  History history;
  Writer writer(history);
  Genesis genesis;
  genesis.venue = "little";
  genesis.parameters = world_parameters();
  genesis.persons = persons_with_keys();
  writer.give("operator", genesis);
  writer.give("operator", RegisterAsset{asset("USDT", 6)});
  writer.give("operator", RegisterAsset{asset("BTC", 8)});
  market::Place internal;
  internal.name = "internal";
  writer.give("operator", RegisterPlace{internal});
  for (const char* member : {"alice", "bob", "carol"}) {
    OpenAccount open;
    open.account = std::string(member) + "-1";
    open.member = member;
    open.model = "scenario_es";
    writer.give("venue", open);
  }
  for (std::size_t i = 0; history.commands.size() < commands; ++i) {
    const std::string member = i % 3 == 0 ? "alice" : i % 3 == 1 ? "bob" : "carol";
    const std::string account = member + "-1";
    const std::string coin = i % 2 == 0 ? "USDT" : "BTC";
    const Amount amount{static_cast<std::int64_t>(1'000 + 17 * i)};
    if (i % 5 == 0) writer.give("operator", Deposit{account, coin, "internal", amount});
    if (i % 5 == 1) writer.give(member, Pledge{account, coin, "internal", amount});
    if (i % 5 == 2) writer.give(member, Withdraw{account, coin, "internal", amount});
    if (i % 5 == 3) writer.give("operator", Deposit{account, coin, "internal", amount});
    if (i % 5 == 4) writer.give("bob", Withdraw{account, coin, "nowhere", amount});
  }
  history.commands.resize(commands);
  return history;
}

const History& market_history() {
  static const History history = make_market_history();
  return history;
}

NodeOptions memory_options(journal::FileSystem& files, const std::string& directory) {
  NodeOptions options;
  options.directory = directory;
  options.files = &files;
  options.store = StateStore::memory;
  options.key = log_key();
  options.segment_bytes = 256U << 10;
  return options;
}

void submit(Node& node, const History& history, std::size_t first, std::size_t end) {
  for (const Bytes& bytes : history.content) ASSERT_TRUE(node.put_content(bytes));
  for (std::size_t i = first; i < std::min(end, history.commands.size()); ++i) {
    const auto applied = node.submit(history.commands[i]);
    ASSERT_TRUE(applied) << "command " << i << ": " << to_string(applied.error());
  }
}

std::unique_ptr<journal::MemoryFileSystem> closed_log(const History& history,
                                                      const NodeOptions& options) {
  auto files = std::make_unique<journal::MemoryFileSystem>();
  NodeOptions own = options;
  own.files = files.get();
  auto node = Node::create(own);
  EXPECT_TRUE(node) << to_string(node.error());
  if (!node) return files;
  submit(**node, history);
  const Status closed = (*node)->close();
  EXPECT_TRUE(closed) << to_string(closed.error());
  return files;
}

std::vector<Bytes> records_of(journal::FileSystem& files, const std::string& directory) {
  std::vector<Bytes> records;
  const auto log = LogReader::open(files, directory);
  EXPECT_TRUE(log) << to_string(log.error());
  if (!log) return records;
  EXPECT_TRUE((*log)->scan(0, UINT64_MAX, [&](std::uint64_t, journal::ByteSpan record) -> Status {
    records.emplace_back(record.begin(), record.end());
    return {};
  }));
  return records;
}

VerifyReport verify_log(journal::FileSystem& files, const std::string& directory,
                        Execution execution) {
  VerifyOptions options;
  options.vkey = audit::to_string(log_key().verifier());
  options.execution = execution;
  // The same logs are damaged in thousands of places; most heads are whole in each.
  static std::set<Hash> known_heads;
  options.known_heads = &known_heads;
  return verify(files, directory, options);
}

}  // namespace bulkhead::node::testing
