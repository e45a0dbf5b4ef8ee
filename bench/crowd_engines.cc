#include "crowd_engines.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "bulkhead/engine/roles.h"

namespace bulkhead::bench {
namespace {

namespace en = engine;

// The state root is asked for once, at the end: a digest every 10,000 commands of the opening would
// be most of its time.
constexpr std::uint64_t kNoDigest = 1'000'000'000'000;

Bytes stage_change(const en::EventBody& body) {
  return std::visit(
      []<class Body>(const Body& event) -> Bytes {
        if constexpr (std::is_same_v<Body, en::CoverageChanged> ||
                      std::is_same_v<Body, en::VaultChanged> ||
                      std::is_same_v<Body, en::DefaultChanged>) {
          Bytes bytes = encode(event);
          bytes.push_back(static_cast<std::uint8_t>(Body::kTag));
          return bytes;
        } else {
          return {};
        }
      },
      body);
}

}  // namespace

Spent spent_now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(wall).count(),
          static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9};
}

CrowdEngines::CrowdEngines(bool plain, std::uint64_t check_every, bool with_sample)
    : fast_([this](const Hash& hash) -> Result<Bytes> { return content_.at(hash); }, two_,
            {.plain = plain, .check_every = check_every, .digest_interval = kNoDigest}),
      brute_([this](const Hash& hash) -> Result<Bytes> { return content_.at(hash); }, two_,
             {.plain = true, .digest_interval = kNoDigest}),
      with_sample_(with_sample) {}

Status CrowdEngines::apply(en::Engine& engine, const en::Command& command, en::Applied& done) {
  done = engine.apply(command);
  if (!done.refused) return {};
  return std::unexpected(*done.refused);
}

Status CrowdEngines::send(Timestamp now, std::string_view actor, en::CommandBody body,
                          bool sampled) {
  if (!sampled) return send(now, actor, std::move(body), nullptr);
  const en::CommandBody same = body;
  return send(now, actor, std::move(body), &same);
}

Status CrowdEngines::send(Timestamp now, std::string_view actor, en::CommandBody fast,
                          en::CommandBody brute) {
  return send(now, actor, std::move(fast), &brute);
}

Status CrowdEngines::send(Timestamp now, std::string_view actor, en::CommandBody fast,
                          const en::CommandBody* brute) {
  en::Command command;
  command.time = now;
  command.actor = std::string(actor);
  ++commands_;
  for (std::size_t i = 0; i < 8; ++i) {
    command.id[15 - i] = static_cast<std::uint8_t>(commands_ >> (8 * i));
  }
  command.body = std::move(fast);
  const Spent start = spent_now();
  BULKHEAD_TRY_STATUS(apply(fast_, command, last_));
  last_spent_ = spent_now() - start;
  Spent& longest = longest_[std::string(en::kind_name(command.body))];
  if (last_spent_.wall > longest.wall) longest = last_spent_;
  last_changes_ = static_cast<std::uint64_t>(std::ranges::count_if(
      last_.events, [](const en::Event& event) { return !stage_change(event.body).empty(); }));
  if (!with_sample_ || brute == nullptr) return {};
  command.body = *brute;
  en::Applied done;
  BULKHEAD_TRY_STATUS(apply(brute_, command, done));
  compare(changes_of(last_), changes_of(done));
  return {};
}

Status CrowdEngines::tick(Timestamp now) { return send(now, "feed", en::Tick{}); }

CrowdEngines::Changes CrowdEngines::changes_of(const en::Applied& done) const {
  Changes changes;
  for (const en::Event& event : done.events) {
    Bytes bytes = stage_change(event.body);
    if (!bytes.empty() && sample_.contains(event.account)) {
      changes.emplace(event.account, std::move(bytes));
    }
  }
  return changes;
}

void CrowdEngines::compare(const Changes& fast, const Changes& brute) {
  std::vector<Changes::value_type> alone;
  std::ranges::set_difference(brute, fast, std::back_inserter(alone));
  check_.missed += alone.size();
  alone.clear();
  std::ranges::set_difference(fast, brute, std::back_inserter(alone));
  check_.spurious += alone.size();
  check_.changes += brute.size();
}

}  // namespace bulkhead::bench
