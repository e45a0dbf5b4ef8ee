// The commands of a book: in order, in minor units and lots, with ids of their own.
#include "bulkhead/replay/book_commands.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace bulkhead::replay {
namespace {

struct Venue {
  market::Registry registry;
  market::Epoch epoch;
};

Venue venue() {
  Venue v;
  const auto asset = [&](std::string name, market::AssetKind kind, std::uint32_t decimals,
                         double price) {
    market::Asset a;
    a.name = std::move(name);
    a.kind = kind;
    a.numeraire = price == 0;
    a.decimals = decimals;
    a.adv = 1e9;
    EXPECT_TRUE(v.registry.add(a).has_value());
    market::AssetPrice p;
    p.mid = price == 0 ? 1 : price;
    v.epoch.assets.push_back(p);
    v.epoch.underlyings.push_back({0.03, 0.04, market::Regime::normal});
  };
  asset("USDT", market::AssetKind::stablecoin, 6, 0);
  asset("BTC", market::AssetKind::coin, 8, 8000);
  asset("ETH", market::AssetKind::coin, 18, 200);
  const auto instrument = [&](std::string name, market::InstrumentKind kind, bool inverse,
                              Decimal lot, double price, double premium, std::string strike) {
    market::Instrument i;
    i.name = std::move(name);
    i.kind = kind;
    i.underlying = "BTC";
    i.settlement = inverse ? "BTC" : "USDT";
    i.inverse = inverse;
    i.lot_size = lot;
    if (kind != market::InstrumentKind::perpetual) i.expiry = from_civil({2020, 3, 27}) + hours(8);
    if (!strike.empty()) i.strike = *parse_decimal(strike);
    const auto added = v.registry.add(i);
    EXPECT_TRUE(added.has_value()) << (added ? "" : to_string(added.error()));
    market::InstrumentMark mark;
    mark.price = price;
    mark.premium = premium;
    v.epoch.instruments.push_back(mark);
  };
  instrument("BTC/USDT:USDT", market::InstrumentKind::perpetual, false, {1, -3}, 8004.123456789, 0,
             "");
  instrument("BTC/USD:BTC", market::InstrumentKind::perpetual, true, {100, 0}, 8001, 0, "");
  instrument("BTC/USDT:USDT-200327-7000-P", market::InstrumentKind::put, false, {1, -1}, 8010, 210,
             "7000");
  v.epoch.time = from_civil({2020, 3, 1});
  return v;
}

TEST(BookCommands, TurnsValuesIntoMinorUnitsAndLots) {
  const Venue v = venue();
  BookPlan plan;
  plan.members = {"member-1"};
  PlannedAccount a;
  a.name = "account-1";
  a.member = "member-1";
  a.pledged = {{"BTC", 10'000}};
  a.free = {{"USDT", 12.5}};
  a.debts = {{"USDT", 3'000}};
  a.positions = {
      {"BTC/USDT:USDT", -4'001}, {"BTC/USD:BTC", 950}, {"BTC/USDT:USDT-200327-7000-P", -1'700}};
  a.standing_instruction = {"USDT"};
  plan.accounts = {a};
  const auto commands = book_commands(plan, v.registry, v.epoch, {.time = v.epoch.time});
  ASSERT_TRUE(commands.has_value());
  std::vector<std::string> said;
  for (const engine::Command& c : *commands) {
    if (const auto* d = std::get_if<engine::Deposit>(&c.body)) {
      said.push_back(c.actor + " deposit " + to_string(d->amount));
    } else if (const auto* p = std::get_if<engine::Pledge>(&c.body)) {
      said.push_back(c.actor + " pledge " + to_string(p->amount));
    } else if (const auto* f = std::get_if<engine::Fill>(&c.body)) {
      said.push_back(c.actor + (f->side == engine::Side::buy ? " buy " : " sell ") +
                     std::to_string(f->lots) + " @ " + to_string(f->price));
    } else if (const auto* b = std::get_if<engine::Borrow>(&c.body)) {
      said.push_back(c.actor + " borrow " + to_string(b->amount));
    } else if (std::get_if<engine::Unpledge>(&c.body)) {
      said.push_back("unpledge");
    } else if (std::get_if<engine::Withdraw>(&c.body)) {
      said.push_back("withdraw");
    }
  }
  EXPECT_EQ(said,
            (std::vector<std::string>{"operator deposit 125000000", "member-1 pledge 125000000",
                                      "operator deposit 12500000", "venue sell 500 @ 8004.12346",
                                      "venue buy 9 @ 8001", "venue sell 2 @ 210",
                                      "member-1 borrow 3000000000", "unpledge", "withdraw"}));
}

TEST(BookCommands, AGeneratedBookHasIdsOfItsOwnAndTheSameEachTime) {
  const Venue v = venue();
  const BookMarket market = book_market(v.registry, v.epoch, days(20));
  ASSERT_EQ(market.assets.size(), 2U);
  EXPECT_EQ(market.numeraire, "USDT");
  EXPECT_NEAR(market.assets[0].margin_rate, 0.01 + 3.2 * 0.04, 1e-12);
  EXPECT_EQ(market.instruments.size(), 3U);
  EXPECT_EQ(book_market(v.registry, v.epoch, days(40)).instruments.size(), 2U);  // the put is gone
  BookOptions options;
  options.accounts = 300;
  const auto plan = generate_book(market, options);
  ASSERT_TRUE(plan.has_value());
  const auto a = book_commands(*plan, v.registry, v.epoch, {.time = v.epoch.time});
  const auto b = book_commands(*plan, v.registry, v.epoch, {.time = v.epoch.time});
  ASSERT_TRUE(a && b);
  std::set<std::array<std::uint8_t, 16>> ids;
  for (std::size_t i = 0; i < a->size(); ++i) {
    ids.insert((*a)[i].id);
    EXPECT_EQ((*a)[i].id, (*b)[i].id);
    EXPECT_EQ((*a)[i].body.index(), (*b)[i].body.index());
  }
  EXPECT_EQ(ids.size(), a->size());
  EXPECT_GT(a->size(), 1000U);
}

TEST(BookCommands, NamesAnAssetOrInstrumentThatHasNoPrice) {
  Venue v = venue();
  BookPlan plan;
  plan.members = {"m"};
  PlannedAccount a;
  a.name = "a";
  a.member = "m";
  a.pledged = {{"DOGE", 5}};
  plan.accounts = {a};
  const auto refused = book_commands(plan, v.registry, v.epoch, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().value, "DOGE");
  plan.accounts[0].pledged.clear();
  plan.accounts[0].positions = {{"ETH/USDT:USDT", 100}};
  EXPECT_FALSE(book_commands(plan, v.registry, v.epoch, {}).has_value());
}

}  // namespace
}  // namespace bulkhead::replay
