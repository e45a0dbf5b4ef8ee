#include "bulkhead/engine/command_memory.h"

#include <algorithm>
#include <charconv>

#include "bulkhead/base/sha256.h"

namespace bulkhead::engine {
namespace {

std::array<std::uint8_t, 16> content_digest(const Command& command) {
  const Hash whole = std::visit(
      []<class Body>(const Body& body) {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return Hash{};
        } else {
          return Sha256().update(Body::kName).update_byte(0).update(encode(body)).finish();
        }
      },
      command.body);
  std::array<std::uint8_t, 16> digest{};
  std::ranges::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

constexpr std::uint32_t kept(const FieldChecksum& sum) { return sum.checksum & 0xffff; }

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

}  // namespace

std::string CommandMemory::key_text(const Key& key) const {
  return "engine/id/" + actors_[key.actor] + "/" + to_hex(key.id);
}

std::uint32_t CommandMemory::actor_index(std::string_view name) {
  const auto at = actor_indices_.find(name);
  if (at != actor_indices_.end()) return at->second;
  const auto index = static_cast<std::uint32_t>(actors_.size());
  actors_.emplace_back(name);
  actor_indices_.emplace(name, index);
  return index;
}

RememberedCommand CommandMemory::expand(const Entry& entry) const {
  RememberedCommand whole{.time = entry.time,
                          .record = entry.record,
                          .digest = entry.digest,
                          .checksums = {},
                          .refused = entry.refused};
  const std::uint32_t first = entry.checksums_at - checksums_gone_;
  for (std::uint32_t i = 0; i < entry.fields; ++i) {
    whole.checksums.push_back(checksums_[first + i]);
  }
  return whole;
}

std::optional<RememberedCommand> CommandMemory::find(const Command& command) const {
  const auto actor = actor_indices_.find(command.actor);
  if (actor == actor_indices_.end()) return std::nullopt;
  const auto at = entries_.find({actor->second, command.id});
  if (at == entries_.end()) return std::nullopt;
  return expand(at->second);
}

std::string CommandMemory::first_difference(const RememberedCommand& first,
                                            const Command& command) {
  if (content_digest(command) == first.digest) return "";
  const std::vector<FieldChecksum> sums = body_checksums(command);
  if (sums.size() != first.checksums.size()) return "body";
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (kept(sums[i]) != first.checksums[i]) return std::string(sums[i].name);
  }
  return "body";
}

void CommandMemory::insert(const Key& key, const RememberedCommand& command) {
  entries_.emplace(
      key, Entry{.time = command.time,
                 .record = command.record,
                 .digest = command.digest,
                 .checksums_at = checksums_gone_ + static_cast<std::uint32_t>(checksums_.size()),
                 .refused = static_cast<std::uint16_t>(command.refused),
                 .fields = static_cast<std::uint16_t>(command.checksums.size())});
  by_time_.push_back(key);
  for (const std::uint32_t sum : command.checksums) {
    checksums_.push_back(static_cast<std::uint16_t>(sum));
  }
}

void CommandMemory::remember(const Command& command, std::uint64_t record, std::uint32_t refused) {
  RememberedCommand whole{.time = command.time,
                          .record = record,
                          .digest = content_digest(command),
                          .checksums = {},
                          .refused = refused};
  for (const FieldChecksum& sum : body_checksums(command)) whole.checksums.push_back(kept(sum));
  const Key key{actor_index(command.actor), command.id};
  BULKHEAD_ASSERT(!entries_.contains(key));
  insert(key, whole);
  changed_.push_back(key);
}

void CommandMemory::forget_before(Timestamp time) {
  while (!by_time_.empty()) {
    const auto oldest = entries_.find(by_time_.front());
    if (oldest->second.time >= time) return;
    const std::uint16_t fields = oldest->second.fields;
    checksums_.erase(checksums_.begin(), checksums_.begin() + fields);
    checksums_gone_ += fields;
    changed_.push_back(oldest->first);
    entries_.erase(oldest);
    by_time_.pop_front();
  }
}

void CommandMemory::collect_changes(ChangeSet& out) {
  for (const Key& key : changed_) {
    const auto at = entries_.find(key);
    if (at == entries_.end()) {
      out.erase(key_text(key));
    } else {
      out.put(key_text(key), expand(at->second));
    }
  }
  changed_.clear();
}

Status CommandMemory::restore(std::string_view key, std::span<const std::uint8_t> value) {
  constexpr std::string_view kPrefix = "engine/id/";
  const std::size_t slash = key.rfind('/');
  const std::string_view digits = key.substr(slash + 1);
  if (!key.starts_with(kPrefix) || slash < kPrefix.size() || digits.size() != 32) {
    return fail(ErrorCode::malformed, "key", key, "engine/id/<actor>/<32 hex digits>");
  }
  Key parsed{actor_index(key.substr(kPrefix.size(), slash - kPrefix.size())), {}};
  for (std::size_t i = 0; i < 16; ++i) {
    const char* begin = digits.data() + 2 * i;
    if (std::from_chars(begin, begin + 2, parsed.id[i], 16).ptr != begin + 2) {
      return fail(ErrorCode::malformed, "key", key, "hex digits");
    }
  }
  BULKHEAD_TRY(RememberedCommand entry, decode<RememberedCommand>(value));
  restored_.emplace_back(parsed, std::move(entry));
  return {};
}

Status CommandMemory::finish_restore() {
  std::ranges::sort(restored_, {}, [](const auto& item) { return item.second.record; });
  Timestamp last;
  for (const auto& [key, command] : restored_) {
    if (command.time < last) {
      return fail(ErrorCode::malformed, "time", to_string(command.time),
                  "not before the command of an earlier record");
    }
    last = command.time;
    insert(key, command);
  }
  restored_ = {};
  return {};
}

}  // namespace bulkhead::engine
