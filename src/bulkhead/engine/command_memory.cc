#include "bulkhead/engine/command_memory.h"

#include <charconv>

#include "bulkhead/base/sha256.h"

namespace bulkhead::engine {
namespace {

Hash content_digest(const Command& command) {
  return std::visit(
      []<class Body>(const Body& body) {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return Hash{};
        } else {
          return Sha256().update(Body::kName).update_byte(0).update(encode(body)).finish();
        }
      },
      command.body);
}

std::vector<FieldChecksum> body_checksums(const Command& command) {
  return std::visit(
      []<class Body>(const Body& body) -> std::vector<FieldChecksum> {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return {};
        } else {
          return field_checksums(body);
        }
      },
      command.body);
}

std::string key_text(const std::pair<std::string, std::array<std::uint8_t, 16>>& key) {
  return "engine/id/" + key.first + "/" + to_hex(key.second);
}

}  // namespace

const RememberedCommand* CommandMemory::find(const Command& command) const {
  const auto at = entries_.find({command.actor, command.id});
  return at == entries_.end() ? nullptr : &at->second;
}

std::string CommandMemory::first_difference(const RememberedCommand& first,
                                            const Command& command) {
  if (content_digest(command) == first.digest) return "";
  const std::vector<FieldChecksum> sums = body_checksums(command);
  if (sums.size() != first.checksums.size()) return "body";
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].checksum != first.checksums[i]) return std::string(sums[i].name);
  }
  return "body";
}

void CommandMemory::remember(const Command& command, std::uint64_t record, std::uint32_t refused) {
  RememberedCommand entry{.time = command.time,
                          .record = record,
                          .digest = content_digest(command),
                          .checksums = {},
                          .refused = refused};
  for (const FieldChecksum& sum : body_checksums(command)) entry.checksums.push_back(sum.checksum);
  const Key key{command.actor, command.id};
  by_time_.emplace(std::pair{entry.time, record}, key);
  entries_.insert_or_assign(key, std::move(entry));
  changed_.push_back(key);
}

void CommandMemory::forget_before(Timestamp time) {
  while (!by_time_.empty() && by_time_.begin()->first.first < time) {
    changed_.push_back(by_time_.begin()->second);
    entries_.erase(by_time_.begin()->second);
    by_time_.erase(by_time_.begin());
  }
}

void CommandMemory::collect_changes(ChangeSet& out) {
  for (const Key& key : changed_) {
    const auto at = entries_.find(key);
    if (at == entries_.end()) {
      out.erase(key_text(key));
    } else {
      out.put(key_text(key), at->second);
    }
  }
  changed_.clear();
}

Status CommandMemory::restore(std::string_view key, std::span<const std::uint8_t> value) {
  constexpr std::string_view kPrefix = "engine/id/";
  const std::size_t slash = key.rfind('/');
  Key parsed;
  const std::string_view digits = key.substr(slash + 1);
  if (!key.starts_with(kPrefix) || slash < kPrefix.size() || digits.size() != 32) {
    return fail(ErrorCode::malformed, "key", key, "engine/id/<actor>/<32 hex digits>");
  }
  parsed.first = key.substr(kPrefix.size(), slash - kPrefix.size());
  for (std::size_t i = 0; i < 16; ++i) {
    const char* begin = digits.data() + 2 * i;
    if (std::from_chars(begin, begin + 2, parsed.second[i], 16).ptr != begin + 2) {
      return fail(ErrorCode::malformed, "key", key, "hex digits");
    }
  }
  BULKHEAD_TRY(RememberedCommand entry, decode<RememberedCommand>(value));
  by_time_.emplace(std::pair{entry.time, entry.record}, parsed);
  entries_.emplace(std::move(parsed), std::move(entry));
  return {};
}

}  // namespace bulkhead::engine
