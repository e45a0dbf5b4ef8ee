// Reads a log by commands and counts what it covers.
#include "golden_log.h"

#include <fmt/core.h>

#include "bulkhead/engine/roles.h"
#include "bulkhead/journal/journal.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::golden {
namespace {

template <class Variant>
struct Kinds;
template <class... Body>
struct Kinds<std::variant<std::monostate, Body...>> {
  static std::vector<std::string> names() { return {std::string(Body::kName)...}; }
};

std::string kind_of(const engine::Event& event) {
  return std::visit(
      []<class Body>(const Body&) -> std::string {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return "";
        } else {
          return std::string(Body::kName);
        }
      },
      event.body);
}

// Codes that a node gives before a command becomes a record: a repeated id gets its first answer
// again, one of another command is turned away. Tested in node_test.
bool is_given_before_the_log(ErrorCode code) {
  return code == ErrorCode::command_repeated || code == ErrorCode::command_conflict;
}

int count_of(const std::map<std::string, int>& counts, const std::string& name) {
  const auto at = counts.find(name);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

Result<std::vector<Entry>> read_entries(const node::LogReader& log) {
  std::vector<Entry> entries;
  const auto visit = [&](std::uint64_t index, journal::ByteSpan bytes) -> Status {
    BULKHEAD_TRY(engine::LogRecord record, wire::decode_record(bytes));
    if (auto* const command = std::get_if<engine::CommandRecord>(&record.content)) {
      entries.push_back({index, std::move(command->command), {}, {}});
      return {};
    }
    if (entries.empty()) return fail(ErrorCode::corrupt, "record", "0", "a command comes first");
    auto& event = std::get<engine::EventRecord>(record.content).event;
    entries.back().events.push_back(std::move(event));
    entries.back().records.emplace_back(bytes.begin(), bytes.end());
    return {};
  };
  BULKHEAD_TRY_STATUS(log.scan(0, log.size(), visit));
  return entries;
}

Coverage coverage_of(const std::vector<Entry>& entries) {
  Coverage coverage;
  coverage.commands = entries.size();
  for (const Entry& entry : entries) {
    const std::string kind(engine::kind_name(entry.command.body));
    const engine::Refused* refused = nullptr;
    for (const engine::Event& event : entry.events) {
      ++coverage.events[kind_of(event)];
      if (refused == nullptr) refused = std::get_if<engine::Refused>(&event.body);
    }
    if (refused == nullptr) {
      ++coverage.accepted[kind];
      continue;
    }
    const std::string& code = refused->name;
    ++coverage.refused[kind][code];
    ++coverage.codes[code];
  }
  return coverage;
}

std::string to_table(const Coverage& coverage) {
  std::string table =
      fmt::format("{} commands\n{:<26} {:>8}  refused\n", coverage.commands, "command", "accepted");
  for (const std::string& kind : Kinds<engine::CommandBody>::names()) {
    table += fmt::format("{:<26} {:>8} ", kind, count_of(coverage.accepted, kind));
    const auto refused = coverage.refused.find(kind);
    if (refused != coverage.refused.end()) {
      for (const auto& [code, n] : refused->second) table += fmt::format(" {}:{}", code, n);
    }
    table += '\n';
  }
  table += fmt::format("{:<26} {:>8}\n", "event", "count");
  for (const std::string& kind : Kinds<engine::EventBody>::names()) {
    table += fmt::format("{:<26} {:>8}\n", kind, count_of(coverage.events, kind));
  }
  table += fmt::format("{:<26} {:>8}\n", "refusal", "count");
  for (const auto& [code, n] : coverage.codes) table += fmt::format("{:<26} {:>8}\n", code, n);
  return table;
}

std::vector<std::string> missing_in(const Coverage& coverage) {
  std::vector<std::string> missing;
  for (const std::string& kind : Kinds<engine::CommandBody>::names()) {
    if (!coverage.accepted.contains(kind)) missing.push_back(kind + " is never accepted");
    if (!coverage.refused.contains(kind)) missing.push_back(kind + " is never refused");
  }
  for (const std::string& kind : Kinds<engine::EventBody>::names()) {
    if (!coverage.events.contains(kind)) missing.push_back(kind + " is never said");
  }
  constexpr unsigned kFirst = 650;  // the engine's own codes
  constexpr unsigned kLast = 699;
  for (const ErrorInfo& info : all_errors()) {
    const auto number = static_cast<unsigned>(info.code);
    if (number < kFirst || number > kLast || is_given_before_the_log(info.code)) continue;
    const std::string name(info.name);
    if (!coverage.codes.contains(name)) missing.push_back(name + " is never given");
  }
  return missing;
}

}  // namespace bulkhead::golden
