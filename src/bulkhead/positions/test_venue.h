// A small venue for the tests of this room: assets, contracts, two accounts with deposits.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "bulkhead/ledger/ledger.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/positions/positions.h"

namespace bulkhead::positions::testing {

inline constexpr AccountIndex kAnn(std::uint32_t{0});
inline constexpr AccountIndex kBob(std::uint32_t{1});
inline constexpr AccountIndex kCid(std::uint32_t{2});

struct Venue {
  Venue() {
    const auto asset = [&](const char* name, market::AssetKind kind, std::uint32_t decimals) {
      market::Asset made;
      made.name = name;
      made.kind = kind;
      made.numeraire = made.name == "USD";
      made.decimals = decimals;
      return *registry.add(made);
    };
    usd = asset("USD", market::AssetKind::fiat, 6);
    usdt = asset("USDT", market::AssetKind::stablecoin, 6);
    btc = asset("BTC", market::AssetKind::coin, 8);
    const auto place = [&](const char* name, market::PlaceKind kind) {
      market::Place made;
      made.name = name;
      made.kind = kind;
      return *registry.add(made);
    };
    vault = place("vault", market::PlaceKind::internal_vault);
    internal = place("internal", market::PlaceKind::internal_ledger);
    second = place("second", market::PlaceKind::internal_ledger);
    const auto contract = [&](const char* name, market::InstrumentKind kind, bool coin,
                              Decimal lot_size, std::int64_t strike = 0) {
      market::Instrument made;
      made.name = name;
      made.kind = kind;
      made.underlying = "BTC";
      made.settlement = coin ? "BTC" : "USDT";
      made.inverse = coin;
      made.lot_size = lot_size;
      if (kind != market::InstrumentKind::perpetual) made.expiry = Timestamp{1'000'000'000};
      made.strike = Decimal{strike, 0};
      return *registry.add(made);
    };
    using Kind = market::InstrumentKind;
    linear = contract("BTC/USDT:USDT", Kind::perpetual, false, Decimal{1, -3});
    inverse = contract("BTC/USD:BTC", Kind::perpetual, true, Decimal{10, 0});
    future = contract("BTC/USD:BTC-260327", Kind::future, true, Decimal{10, 0});
    linear_call = contract("call", Kind::call, false, Decimal{1, -1}, 100'000);
    inverse_put = contract("put", Kind::put, true, Decimal{1, -1}, 100'000);
  }

  void deposit(AccountIndex account, AssetIndex asset, std::int64_t amount,
               ledger::Bucket bucket = ledger::Bucket::pledged, PlaceIndex place = {}) {
    ledger::Transfer transfer;
    transfer.kind = ledger::TransferKind::deposit;
    transfer.credit = {account, asset, place.valid() ? place : internal, bucket};
    transfer.debit = {ledger::SystemOwner::external, asset, transfer.credit.place,
                      ledger::Bucket::free};
    transfer.amount = Amount{amount};
    const auto receipt = books.apply(transfer);
    ASSERT_TRUE(receipt) << to_string(receipt.error());
  }

  Result<Effects> trade(InstrumentIndex instrument, ledger::Owner buyer, ledger::Owner seller,
                        std::int64_t lots, double price, std::int64_t buyer_fee = 0,
                        std::int64_t seller_fee = 0) {
    return positions.fill(
        {}, {instrument, buyer, seller, lots, price, Amount{buyer_fee}, Amount{seller_fee}});
  }

  std::int64_t posted(ledger::Owner owner, AssetIndex asset, ledger::Bucket bucket) const {
    Int128 sum = 0;
    for (const auto& total : books.totals(owner)) {
      if (total.asset == asset && total.bucket == bucket) sum += total.amount.units;
    }
    return static_cast<std::int64_t>(sum);
  }
  std::int64_t pledged(AccountIndex account, AssetIndex asset) const {
    return posted(account, asset, ledger::Bucket::pledged);
  }
  std::int64_t owed(AccountIndex account, AssetIndex asset) const {
    return static_cast<std::int64_t>(books.debt(account, asset).units);
  }
  std::int64_t system(ledger::SystemOwner owner, AssetIndex asset) const {
    return posted(owner, asset, ledger::Bucket::free);
  }

  void verify() {
    for (const Status& status : {books.verify_changed(), books.check_invariants(),
                                 positions.verify_changed(), positions.check_invariants()}) {
      EXPECT_TRUE(status) << to_string(status.error());
    }
  }

  market::Registry registry;
  ledger::Ledger books;
  Positions positions{registry, books};
  AssetIndex usd, usdt, btc;
  PlaceIndex vault, internal, second;
  InstrumentIndex linear, inverse, future, linear_call, inverse_put;
};

}  // namespace bulkhead::positions::testing
