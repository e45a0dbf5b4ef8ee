#include "bulkhead/replay/commander.h"

#include "bulkhead/engine/roles.h"

namespace bulkhead::replay {
namespace {

std::array<std::uint8_t, 16> numbered_id(std::uint64_t number) {
  std::array<std::uint8_t, 16> id{};
  for (std::size_t i = 0; i < 8; ++i) {
    id[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

}  // namespace

Result<engine::Applied> Commander::send(Timestamp time, std::string actor,
                                        engine::CommandBody body) {
  engine::Command command;
  command.time = time;
  command.actor = std::move(actor);
  command.id = numbered_id(sent_ + 1);
  command.body = std::move(body);
  return resend(command);
}

Result<engine::Applied> Commander::resend(const engine::Command& command) {
  ++sent_;
  Result<engine::Applied> applied = sink_.submit(command);
  if (applied && observer_) observer_(command, *applied);
  return applied;
}

Status Commander::must(Timestamp time, std::string actor, engine::CommandBody body) {
  const std::string kind(engine::kind_name(body));
  BULKHEAD_TRY(const engine::Applied applied, send(time, std::move(actor), std::move(body)));
  if (!applied.refused) return {};
  Error error = *applied.refused;
  error.field = kind + "." + error.field;
  return std::unexpected(error);
}

}  // namespace bulkhead::replay
