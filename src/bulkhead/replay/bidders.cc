#include "bulkhead/replay/bidders.h"

#include <algorithm>

#include "bulkhead/policy/auction.h"

namespace bulkhead::replay {
namespace {

// All that is left, a half, a quarter, an eighth.
constexpr int kTries = 4;

std::vector<engine::PlanLine> part_of(const engine::State& state,
                                      const engine::OpenAuction& auction, std::int64_t parts) {
  std::vector<engine::PlanLine> lines;
  if (parts == 1) return lines;  // all of it
  for (const engine::OpenAuction::Line& left : auction.lines) {
    engine::PlanLine line;
    if (InstrumentIndex(left.instrument).valid()) {
      line.instrument = state.registry()[InstrumentIndex(left.instrument)].name;
      line.lots = (left.lots > 0 ? left.lots : -left.lots) / parts;
      if (line.lots == 0) continue;
    } else {
      line.asset = state.registry()[AssetIndex(left.asset)].name;
      line.amount = Amount{left.amount.units / parts};
      if (!line.amount.is_positive()) continue;
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

std::vector<Bidders::Bidder> Bidders::bidders_of(
    Commander& commander, const std::map<std::string, const MemberBehaviour*>& members,
    const engine::OpenAuction& auction) const {
  std::vector<Bidder> found;
  const engine::State& state = commander.state();
  for (const engine::AccountState& account : state.accounts()) {
    const auto member = members.find(account.member);
    if (member == members.end()) continue;
    const auto share = bid_share(*member->second, std::to_string(auction.number), seed_);
    if (share) found.push_back({*share, account.name, account.member});
  }
  std::ranges::sort(found, [](const Bidder& a, const Bidder& b) {
    return a.share != b.share ? a.share < b.share : a.account > b.account;
  });
  return found;
}

Status Bidders::bid(Commander& commander, const engine::OpenAuction& auction, const Bidder& bidder,
                    Timestamp now) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    engine::BidAuction command;
    command.auction = auction.number;
    command.account = bidder.account;
    command.lines = part_of(commander.state(), auction, std::int64_t{1} << attempt);
    if (attempt > 0 && command.lines.empty()) return {};
    BULKHEAD_TRY(const engine::Applied applied, commander.send(now, bidder.member, command));
    if (!applied.refused) return {};
  }
  return {};
}

Status Bidders::look(Commander& commander,
                     const std::map<std::string, const MemberBehaviour*>& members, Timestamp now) {
  std::vector<engine::OpenAuction> open;
  for (const auto& [account, record] : commander.state().defaults()) {
    if (record.auction) open.push_back(*record.auction);
  }
  std::erase_if(waiting_, [&](const auto& entry) {
    return std::ranges::find(open, entry.first, &engine::OpenAuction::number) == open.end();
  });
  for (const engine::OpenAuction& auction : open) {
    const auto [at, fresh] = waiting_.try_emplace(auction.number);
    if (fresh) at->second = bidders_of(commander, members, auction);
    const double share =
        policy::closing_share(commander.state().parameters().ladder.defaults, now - auction.opened);
    while (!at->second.empty() && at->second.back().share >= share) {
      const Bidder bidder = at->second.back();
      at->second.pop_back();
      for (const auto& [account, record] : commander.state().defaults()) {
        if (!record.auction || record.auction->number != auction.number) continue;
        const engine::OpenAuction left = *record.auction;
        BULKHEAD_TRY_STATUS(bid(commander, left, bidder, now));
        break;
      }
    }
  }
  return {};
}

}  // namespace bulkhead::replay
