// The part of the played log in which what counts as collateral changes, and one asset takes the
// place of another (D6.4, D7.3, D8.5, D9.5).
#include <algorithm>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

void adopt(World& world, const std::string& name, policy::ParameterSet next) {
  next.version = world.state().parameters().version + 1;
  world.must("risk", Propose{name, world.now() + hours(1), ParameterChange{next, world.now()}});
  world.must("approver-1", Approve{name}).must("approver-2", Approve{name}).tick();
}

collateral::AssetTerms& terms(policy::ParameterSet& set, const std::string& asset) {
  return *std::ranges::find(set.collateral.schedule, asset, &collateral::AssetTerms::asset);
}

// One coin ceases to count and counts again, another to its end; haircuts move by a ramp.
void play_eligibility(World& world) {
  const policy::ParameterSet usual = world.state().parameters();
  policy::ParameterSet next = usual;
  next.collateral.eligibility_grace = minutes(4);
  next.ladder.parameter_ramp = minutes(3);
  terms(next, "ETH").eligible = false;
  terms(next, "USDC").haircut_floor_bp += 100;
  adopt(world, "no-ether", next);
  world.ticks(2);
  next.collateral.ineligible_issuers = {"Nobody"};
  terms(next, "ETH").eligible = true;
  adopt(world, "ether", next);
  terms(next, "ETH").eligible = false;
  adopt(world, "no-ether-again", next);
  world.ticks(6);
  next = usual;
  next.ladder.parameter_ramp = Duration{};
  adopt(world, "as-it-was", next);
}

void play_credit(World& world) {
  world.open("bob-8", "bob").fund("bob-8", "USDC", "500", "0");
  const auto grant = [&](std::uint64_t epoch, std::int64_t amount) {
    return Grant{GrantKind::asset_credit, "USDC", "",
                 Amount{amount},          epoch,  world.now() + days(30)};
  };
  world.must("operator", grant(1, 1));
  world.refuse("bob", Pledge{"bob-8", "USDC", "internal", world.amount("USDC", "100")},
               ErrorCode::credit_limit);
  world.must("operator", grant(2, 1'000'000'000'000'000));
  const Timestamp later = world.now() + days(1);
  world.refuse("operator", Grant{GrantKind::issuer_credit, "Nobody", "", Amount{1}, 1, later},
               ErrorCode::out_of_range);
  world.refuse("operator", Grant{GrantKind::chain_credit, "", "", Amount{1}, 1, later},
               ErrorCode::out_of_range);
}

// Offered for a stablecoin off its peg, declined by one, taken by another; and in a vault.
void play_substitutions(World& world) {
  world.price("BTC", 60'000).ticks(2);
  for (const auto& [name, member] : {std::pair{"dave-11", "dave"}, std::pair{"bob-9", "bob"}}) {
    world.open(name, member);
    world.fund(name, "USDC", "6000", "6000").fund(name, "USDT", "7000", "0");
    world.trade(name, "BTC/USDT:USDT", 100, "60000");
  }
  world.price("USDC", 0.97).ticks(2);
  const auto proposals = world.said<SubstitutionProposed>();
  for (const auto& proposed : proposals) {
    if (proposed.account != "dave-11" && proposed.account != "bob-9") continue;
    const std::string member = world.member_of(proposed.account);
    world.give(member, Approve{proposed.body.proposal, proposed.account == "bob-9"});
  }
  world.places_answer().tick();
  world.price("USDC", 1).ticks(40);
  world.places_answer().ticks(5);

  open_short_of_margin(world, "dave-12", "dave");
  world.places_answer().tick();
  world.fund("dave-12", "USDC", "2500", "0");
  const SubstituteCollateral exchange{"dave-12", "vault",
                                      "USDC",    world.amount("USDC", "1000"),
                                      "USDT",    world.amount("USDT", "900")};
  world.must("dave", exchange);
  world.refuse("dave", exchange, ErrorCode::stage_forbids);
  world.tick();
  world.pass(seconds(1)).places_answer().ticks(2);
  world.pass(seconds(1)).places_answer().tick();
  world.price("BTC", 70'000).ticks(5);
  world.places_answer().tick();
}

// A slice waits while the price that it would be sold at is missing (D4.5).
void play_blocked(World& world) {
  world.price("BTC", 60'000).ticks(2);
  world.open("dave-13", "dave").fund("dave-13", "USDT", "1800", "1800");
  world.trade("dave-13", "BTC/USDT:USDT", 200, "60000").tick();
  world.price("BTC", 53'000).ticks(3);
  world.silence("BTC").ticks(6);
  world.price("BTC", 60'000).ticks(3);
}

}  // namespace

void play_collateral(World& world) {
  play_eligibility(world);
  play_credit(world);
  play_substitutions(world);
  play_blocked(world);
}

}  // namespace bulkhead::engine
