// Random trades, funding, settlement, expiry against a naive model in exact fractions.
//
// The model keeps no positions. It knows each account's list of signed amounts as exact fractions
// and rounds each against the account; whatever the order of opening and closing, an account's cash
// and leg must add up to their sum, and what is realised never exceeds the exact closed share.
#include <map>
#include <memory>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using ledger::Owner;
using ledger::SystemOwner;
using testing::Venue;

constexpr std::size_t kAccounts = 5;

struct Fraction {
  Int128 numerator = 0;
  Int128 denominator = 1;  // > 0
};

Int128 floor_of(Fraction f) {
  const Int128 quotient = f.numerator / f.denominator;
  return f.numerator % f.denominator < 0 ? quotient - 1 : quotient;
}

// Prices are eighths: k/8. Lots of 0.001 BTC with 6 decimals, or of 10 USD with 8 decimals.
struct Contract {
  bool inverse = false;
  // What `lots` are worth at k/8, in minor units: lots·125·k, or −lots·8·10^9/k.
  Fraction value(std::int64_t lots, std::int64_t k) const {
    if (inverse) return {-static_cast<Int128>(lots) * 8'000'000'000, k};
    return {static_cast<Int128>(lots) * 125 * k, 1};
  }
  // A rate of r/1024 on the notional.
  Fraction funding(std::int64_t lots, std::int64_t k, std::int64_t r) const {
    Fraction notional = value(lots, k);
    if (inverse) notional.numerator = -notional.numerator;
    return {-notional.numerator * r, notional.denominator * 1024};
  }
};

class PositionsModel : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < kAccounts; ++i) {
      const AccountIndex account(i);
      venue->deposit(account, venue->usdt, kDeposit);
      venue->deposit(account, venue->btc, kDeposit);
    }
  }

  AssetIndex asset(InstrumentIndex instrument) const {
    return venue->registry.settlement(instrument);
  }
  Contract contract(InstrumentIndex instrument) const {
    return {venue->registry[instrument].inverse};
  }
  InstrumentIndex draw_instrument() { return random.chance(0.5) ? venue->linear : venue->inverse; }
  std::int64_t draw_price() { return static_cast<std::int64_t>(8 * 900 + random.below(3000)); }
  static double price_of(std::int64_t k) { return static_cast<double>(k) / 8; }

  void trade() {
    const InstrumentIndex instrument = draw_instrument();
    const std::size_t a = random.below(kAccounts);
    const std::size_t b = random.below(kAccounts + 1);
    if (a == b) return;
    const Owner first = AccountIndex(a);
    const Owner second = b == kAccounts ? Owner(SystemOwner::market) : Owner(AccountIndex(b));
    const bool buys = random.chance(0.5);
    const auto lots = static_cast<std::int64_t>(1 + random.below(30));
    const std::int64_t k = draw_price();
    const auto fee = random.chance(0.3) ? static_cast<std::int64_t>(random.below(50)) - 10 : 0;
    const auto effects = venue->trade(instrument, buys ? first : second, buys ? second : first,
                                      lots, price_of(k), buys ? fee : 0, buys ? 0 : fee);
    ASSERT_TRUE(effects) << to_string(effects.error());
    for (const auto& [owner, sign] :
         {std::pair(first, buys ? 1 : -1), std::pair(second, buys ? -1 : 1)}) {
      lots_of[{owner, instrument}] += sign * lots;
      if (!owner.is_account()) continue;
      const Fraction value = contract(instrument).value(sign * lots, k);
      total[{owner.code, asset(instrument)}] += floor_of({-value.numerator, value.denominator});
    }
    total[{first.code, asset(instrument)}] -= fee;
    check_realised(*effects, instrument, k);
  }

  // Realised so far plus the leg left is never more than the exact share would have been: the
  // realised part of each change is at most the pro-rata part of the legs.
  void check_realised(const Effects& effects, InstrumentIndex instrument, std::int64_t k) {
    for (const PositionChange& change : effects.positions) {
      if (!change.owner.is_account()) continue;
      const Key key{change.owner, instrument};
      const std::int64_t traded = change.lots - change.lots_before;
      const Fraction value = contract(instrument).value(traded, k);
      const Int128 leg = floor_of({-value.numerator, value.denominator});
      const Int128 old_leg = legs[key];
      const bool closes = (change.lots_before > 0) != (traded > 0) && change.lots_before != 0;
      const Int128 held = change.lots_before < 0 ? -change.lots_before : change.lots_before;
      const Int128 size = traded < 0 ? -traded : traded;
      const Int128 closed = closes ? std::min(held, size) : 0;
      const Int128 exact =
          closed == 0 ? 0 : old_leg * closed * size + leg * closed * held;  // over held·size
      const Int128 scale = closed == 0 ? 1 : held * size;
      EXPECT_LE(change.realised.units * scale, exact);
      EXPECT_GT((change.realised.units + 2) * scale, exact);
      EXPECT_EQ(change.leg.units, old_leg + leg - change.realised.units);
      legs[key] = change.leg.units;
    }
  }

  void fund() {
    const InstrumentIndex instrument = draw_instrument();
    const std::int64_t k = draw_price();
    const auto r = static_cast<std::int64_t>(random.below(21)) - 10;
    ASSERT_TRUE(venue->positions.fund({}, instrument, static_cast<double>(r) / 1024, price_of(k)));
    for (const auto& [key, lots] : lots_of) {
      if (key.second != instrument || !key.first.is_account()) continue;
      total[{key.first.code, asset(instrument)}] +=
          floor_of(contract(instrument).funding(lots, k, r));
    }
  }

  void settle(bool expire) {
    const InstrumentIndex instrument = draw_instrument();
    const std::int64_t k = draw_price();
    const auto effects = expire ? venue->positions.expire({}, instrument, price_of(k))
                                : venue->positions.settle({}, instrument, price_of(k));
    ASSERT_TRUE(effects) << to_string(effects.error());
    for (auto& [key, lots] : lots_of) {
      if (key.second != instrument) continue;
      if (key.first.is_account()) {
        const Int128 value = floor_of(contract(instrument).value(lots, k));
        if (expire) total[{key.first.code, asset(instrument)}] += value;
        legs[key] = expire ? 0 : -value;
      }
      if (expire) lots = 0;
    }
  }

  // Cash less debt plus legs, of one owner in one asset.
  Int128 worth(Owner owner, AssetIndex in) const {
    Int128 sum = 0;
    for (const auto& line : venue->books.totals(owner)) {
      if (line.asset != in) continue;
      sum += line.bucket == ledger::Bucket::debt ? -line.amount.units : line.amount.units;
    }
    for (const Position& position : venue->positions.positions(owner)) {
      if (asset(position.instrument) == in) sum += position.leg.units;
    }
    return sum;
  }

  void compare() {
    venue->verify();
    for (const AssetIndex in : {venue->usdt, venue->btc}) {
      Int128 all = 0;
      for (std::size_t i = 0; i < kAccounts; ++i) {
        const Owner owner = AccountIndex(i);
        const Int128 now = worth(owner, in);
        ASSERT_EQ(now, kDeposit + total[std::pair(owner.code, in)]) << to_string(owner);
        all += now;
      }
      for (std::uint32_t i = 1; i < ledger::kSystemOwnerCount; ++i) {
        all += worth(static_cast<SystemOwner>(i), in);
      }
      ASSERT_EQ(all, Int128{kDeposit} * static_cast<int>(kAccounts));  // nothing made or lost
    }
    for (const auto& [key, lots] : lots_of) {
      ASSERT_EQ(venue->positions.position(key.first, key.second).lots, lots);
    }
    for (const auto& [key, leg] : legs) {
      ASSERT_EQ(venue->positions.position(key.first, key.second).leg.units, leg);
    }
  }

  void restore() {
    ChangeSet changes;
    venue->books.collect_changes(changes);
    venue->positions.collect_changes(changes);
    for (const auto& [key, value] : changes.changes()) {
      if (value) {
        records[key] = *value;
      } else {
        records.erase(key);
      }
    }
    auto rebuilt = std::make_unique<Venue>();
    for (const auto& [key, value] : records) {
      ASSERT_TRUE(key.starts_with("ledger/") ? rebuilt->books.restore(key, value)
                                             : rebuilt->positions.restore(key, value));
    }
    ASSERT_TRUE(rebuilt->books.finish_restore());
    const Status status = rebuilt->positions.finish_restore();
    ASSERT_TRUE(status) << to_string(status.error());
    venue = std::move(rebuilt);
  }

  using Key = std::pair<Owner, InstrumentIndex>;
  static constexpr std::int64_t kDeposit = 3'000'000;  // small: losses become debts
  RandomStream random{static_cast<std::uint64_t>(GetParam()), 2};
  std::unique_ptr<Venue> venue = std::make_unique<Venue>();
  std::map<Key, std::int64_t> lots_of;
  std::map<Key, Int128> legs;
  std::map<std::pair<std::uint32_t, AssetIndex>, Int128> total;  // gains less losses and fees
  std::map<std::string, Bytes> records;
};

TEST_P(PositionsModel, CashAndLegsAddUpToEveryRoundedAmount) {
  bool had_debt = false;
  for (int step = 0; step < 300; ++step) {
    const std::uint64_t what = random.below(20);
    if (what == 0) {
      fund();
    } else if (what == 1) {
      settle(random.chance(0.3));
    } else if (what == 2) {
      restore();
    } else {
      trade();
    }
    if (HasFatalFailure()) return;
    compare();
    if (HasFatalFailure()) return;
    for (std::size_t i = 0; i < kAccounts; ++i) {
      had_debt = had_debt || venue->owed(AccountIndex(i), venue->usdt) > 0;
    }
  }
  EXPECT_TRUE(had_debt);
  // The market loses nothing to rounding: at the end of everything it holds what accounts and fees
  // do not, and that is not below what it would be with exact amounts (checked by the floors
  // above).
  ASSERT_TRUE(venue->positions.expire({}, venue->linear, 1000));
  ASSERT_TRUE(venue->positions.expire({}, venue->inverse, 1000));
  EXPECT_TRUE(venue->positions.positions(SystemOwner::market).empty());
  venue->verify();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PositionsModel, ::testing::Range(1, 16));

}  // namespace
}  // namespace bulkhead::positions
