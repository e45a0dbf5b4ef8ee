// Names of instruments in both forms, and what is not one.
#include "bulkhead/market/names.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"

namespace bulkhead::market {
namespace {

InstrumentName parsed(std::string_view text) {
  const Result<InstrumentName> name = parse_instrument_name(text);
  EXPECT_TRUE(name) << text << ": " << to_string(name.error());
  return name ? *name : InstrumentName{};
}

TEST(Names, ReadsTheUnifiedForm) {
  const InstrumentName perpetual = parsed("BTC/USDT:USDT");
  EXPECT_EQ(perpetual, (InstrumentName{InstrumentKind::perpetual, "BTC", "USDT", "USDT", false,
                                       Timestamp{}, Decimal{}}));
  const Timestamp expiry = *parse_timestamp("2026-03-27T08:00:00Z");
  const InstrumentName future = parsed("BTC/USDT:USDT-260327");
  EXPECT_EQ(future.kind, InstrumentKind::future);
  EXPECT_EQ(future.expiry, expiry);
  const InstrumentName call = parsed("BTC/USDT:USDT-260327-100000-C");
  EXPECT_EQ(call.kind, InstrumentKind::call);
  EXPECT_EQ(call.strike.to_double(), 100'000);
  const InstrumentName inverse = parsed("BTC/USD:BTC-260327-0.5-P");
  EXPECT_TRUE(inverse.inverse);
  EXPECT_EQ(inverse.kind, InstrumentKind::put);
  EXPECT_EQ(inverse.strike.to_double(), 0.5);
}

TEST(Names, DeribitsFormMeansTheSame) {
  EXPECT_EQ(parsed("BTC-PERPETUAL"), parsed("BTC/USD:BTC"));
  EXPECT_EQ(parsed("BTC-27MAR26"), parsed("BTC/USD:BTC-260327"));
  EXPECT_EQ(parsed("BTC-27MAR26-100000-C"), parsed("BTC/USD:BTC-260327-100000-C"));
  EXPECT_EQ(parsed("ETH-7JAN26-1450-P"), parsed("ETH/USD:ETH-260107-1450-P"));
  EXPECT_EQ(parsed("XRP_USDC-27MAR26-0d45-C"), parsed("XRP/USDC:USDC-260327-0.45-C"));
  EXPECT_EQ(parsed("BTC_USDC-PERPETUAL"), parsed("BTC/USDC:USDC"));
}

TEST(Names, WritesWhatItReads) {
  for (const char* text :
       {"BTC/USDT:USDT", "BTC/USD:BTC", "1000PEPE/USDT:USDT", "BTC/USD:BTC-260327",
        "ETH/USDT:USDT-260107-1450-P", "XRP/USDC:USDC-260327-0.45-C"}) {
    EXPECT_EQ(format_unified(parsed(text)), text);
  }
  for (const char* text : {"BTC-PERPETUAL", "BTC-27MAR26", "BTC-7JAN26-100000-C",
                           "XRP_USDC-27MAR26-0d45-P", "BTC_USDC-PERPETUAL"}) {
    EXPECT_EQ(*format_deribit(parsed(text)), text);
  }
  EXPECT_FALSE(format_deribit(parsed("BTC/EUR:BTC")));
  EXPECT_FALSE(format_deribit(parsed("BTC/USD:USDT")));
}

TEST(Names, RefusesWhatIsNoName) {
  for (const char* text : {"",
                           "BTC",
                           "BTC/USDT",
                           "/USDT:USDT",
                           "BTC/:USDT",
                           "BTC/USDT:",
                           "BTC/USDT:USDT-",
                           "BTC/USDT:USDT-261327",
                           "BTC/USDT:USDT-260230",
                           "BTC/USDT:USDT-26032",
                           "BTC/USDT:USDT-260327-100000",
                           "BTC/USDT:USDT-260327-100000-X",
                           "BTC/USDT:USDT-260327-0-C",
                           "BTC/USDT:USDT-260327--5-C",
                           "BTC/USDT:USDT-260327-1e5x-C",
                           "BTC-27MAX26",
                           "BTC-07MAR26",
                           "BTC-31FEB26",
                           "BTC-27MAR26-100000-C-X",
                           "B C-PERPETUAL",
                           "BTC_A_B-PERPETUAL",
                           "BTC/USDT:USDT-260327-100000-C/"}) {
    const Result<InstrumentName> name = parse_instrument_name(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, ErrorCode::bad_name);
  }
}

// Damaged names: refused, or read as a name that writes itself back.
TEST(Names, WhatIsReadAlwaysWritesItselfBack) {
  const std::string alphabet = "BTCUSD/:-_0123456789dMARP.e+ ";
  RandomStream random(2, 2);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random.chance(0.5) ? "BTC/USDT:USDT-260327-1000-C" : "BTC_USDC-7MAR26-0d5-P";
    for (std::uint64_t edits = random.below(3); edits > 0; --edits) {
      const std::size_t at = random.below(text.size());
      text[at] = alphabet[random.below(alphabet.size())];
      if (random.chance(0.2)) text.erase(at, 1);
    }
    const Result<InstrumentName> name = parse_instrument_name(text);
    if (!name) continue;
    ++read;
    const Result<InstrumentName> again = parse_instrument_name(format_unified(*name));
    ASSERT_TRUE(again) << text << " wrote " << format_unified(*name);
    ASSERT_EQ(*again, *name) << text;
  }
  EXPECT_GT(read, 5'000);
}

}  // namespace
}  // namespace bulkhead::market
