#include "twins.h"

#include <fmt/format.h>

#include "bulkhead/engine/roles.h"

namespace bulkhead::soak {
namespace {

namespace en = engine;

Bytes bytes_of(const en::Applied& done) {
  Bytes all;
  for (const en::Event& event : done.events) {
    const Bytes one = encode(event);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::string_view name_of(const en::EventBody& body) {
  return std::visit(
      []<class Body>(const Body&) -> std::string_view {
        if constexpr (requires { Body::kName; }) {
          return Body::kName;
        } else {
          return "none";
        }
      },
      body);
}

}  // namespace

Twins::Twins(Executor& executor) : executor_(executor), fast_(make(false)), plain_(make(true)) {}

std::unique_ptr<en::Engine> Twins::make(bool plain) {
  const auto content = [this](const Hash& hash) -> Result<Bytes> {
    const auto at = content_.find(hash);
    if (at != content_.end()) return at->second;
    return fail(ErrorCode::not_found, "hash", "", "content that the year has made");
  };
  return std::make_unique<en::Engine>(content, executor_, en::EngineOptions{.plain = plain});
}

void Twins::keep(const ChangeSet& changes) {
  for (const auto& [key, value] : changes.changes()) {
    if (value) {
      records_.insert_or_assign(key, *value);
    } else {
      records_.erase(key);
    }
  }
}

en::Applied Twins::send(Timestamp now, std::string_view actor, en::CommandBody body) {
  if (!wrong_.empty()) return {};
  en::Command command;
  command.time = now;
  command.actor = std::string(actor);
  ++commands_;
  for (std::size_t i = 0; i < 8; ++i) {
    command.id[15 - i] = static_cast<std::uint8_t>(commands_ >> (8 * i));
  }
  command.body = std::move(body);
  en::Applied done = fast_->apply(command);
  const en::Applied reference = plain_->apply(command);
  if (done.refused) ++refused_;
  for (const en::Event& event : done.events) ++events_[std::string(name_of(event.body))];
  if (bytes_of(done) != bytes_of(reference)) {
    wrong_ = fmt::format("command {} ({}, {}): other events when everyone is evaluated", commands_,
                         en::kind_name(command.body), to_string(now));
  } else if (fast_->changes().changes() != plain_->changes().changes()) {
    wrong_ = fmt::format("command {} ({}, {}): other records when everyone is evaluated", commands_,
                         en::kind_name(command.body), to_string(now));
  }
  keep(fast_->changes());
  return done;
}

void Twins::compare_figures(en::Engine& fresh, AccountIndex account) {
  en::Valuer& kept = **fast_->figures();
  en::Valuer& anew = **fresh.figures();
  const Usd equity = kept.equity_mid(account);  // of a sleeper: before its figures are asked
  const bool same = equity == anew.requirement(account).equity_mid &&
                    encode(kept.requirement(account)) == encode(anew.requirement(account)) &&
                    kept.regime(account) == anew.regime(account);
  if (!same) {
    wrong_ = fmt::format("after command {}: other figures of {} when computed anew", commands_,
                         state().account(account).name);
  }
  ++compared_;
}

void Twins::stop() {
  if (!wrong_.empty()) return;
  std::unique_ptr<en::Engine> fresh = make(true);
  if (const Status done = fresh->restore(records_); !done) {
    wrong_ = fmt::format("after command {}: {}", commands_, to_string(done.error()));
    return;
  }
  if (fresh->state_root() != fast_->state_root() || plain_->state_root() != fast_->state_root()) {
    wrong_ = fmt::format("after command {}: another root of the same records", commands_);
    return;
  }
  if (!fast_->figures() || !fresh->figures()) {
    if (fast_->figures().has_value() != fresh->figures().has_value()) {
      wrong_ = fmt::format("after command {}: figures in one engine only", commands_);
    }
    return;
  }
  for (std::size_t i = 0; i < state().accounts().size() && wrong_.empty(); ++i) {
    compare_figures(*fresh, AccountIndex(i));
  }
  plain_ = std::move(fresh);
}

}  // namespace bulkhead::soak
