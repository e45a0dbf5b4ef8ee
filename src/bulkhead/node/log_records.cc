// Records of a log by what they are about.
#include <type_traits>

#include "bulkhead/engine/roles.h"
#include "bulkhead/node/log_reader.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

// Whether a command names the account in one of its fields: account, counterparty or new member's
// account, at the top of its body.
struct AccountFinder {
  std::string_view account;
  bool found = false;

  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if ((name == "account" || name == "counterparty") && value == account) found = true;
    }
  }
  template <class T>
  void oneof(std::string_view, const T&) {}
};

bool names_account(const engine::CommandBody& body, std::string_view account) {
  AccountFinder finder{account};
  std::visit(
      [&]<class Body>(const Body& value) {
        if constexpr (!std::is_same_v<Body, std::monostate>) Body::fields(value, finder);
      },
      body);
  return finder.found;
}

std::string_view kind_of_event(const engine::EventBody& body) {
  return std::visit(
      []<class Body>(const Body&) -> std::string_view {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return "";
        } else {
          return Body::kName;
        }
      },
      body);
}

bool is_wanted(const RecordFilter& filter, const engine::LogRecord& record) {
  if (!filter.kind.empty()) {
    const bool command = std::holds_alternative<engine::CommandRecord>(record.content);
    if (filter.kind != (command ? "command" : "event") && filter.kind != kind_of(record)) {
      return false;
    }
  }
  const Timestamp time = time_of(record);
  if (filter.from && time < *filter.from) return false;
  if (filter.to && time > *filter.to) return false;
  return filter.account.empty() || concerns(record, filter.account);
}

}  // namespace

std::string_view kind_of(const engine::LogRecord& record) {
  if (const auto* command = std::get_if<engine::CommandRecord>(&record.content)) {
    return engine::kind_name(command->command.body);
  }
  if (const auto* event = std::get_if<engine::EventRecord>(&record.content)) {
    return kind_of_event(event->event.body);
  }
  return "";
}

Timestamp time_of(const engine::LogRecord& record) {
  if (const auto* command = std::get_if<engine::CommandRecord>(&record.content)) {
    return command->command.time;
  }
  if (const auto* event = std::get_if<engine::EventRecord>(&record.content)) {
    return event->event.time;
  }
  return {};
}

bool concerns(const engine::LogRecord& record, std::string_view account) {
  if (const auto* command = std::get_if<engine::CommandRecord>(&record.content)) {
    return names_account(command->command.body, account);
  }
  const auto* event = std::get_if<engine::EventRecord>(&record.content);
  return event != nullptr && event->event.account == account;
}

Status for_each_record(const LogReader& log, const RecordFilter& filter,
                       const LogRecordVisitor& visit) {
  return log.scan(
      filter.first, filter.end, [&](std::uint64_t index, journal::ByteSpan bytes) -> Status {
        const auto record = wire::decode_record(bytes);
        if (!record) {
          return journal::record_error(ErrorCode::corrupt, index, to_string(record.error()));
        }
        if (!is_wanted(filter, *record)) return {};
        return visit(index, *record);
      });
}

}  // namespace bulkhead::node
