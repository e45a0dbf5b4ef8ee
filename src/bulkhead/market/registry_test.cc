// What the registry accepts, refuses and restores.
#include "bulkhead/market/registry.h"

#include <gtest/gtest.h>

namespace bulkhead::market {
namespace {

Asset asset(const std::string& name, bool numeraire = false) {
  Asset result;
  result.name = name;
  result.numeraire = numeraire;
  result.decimals = 8;
  return result;
}

Instrument perpetual(const std::string& name, const std::string& settlement, bool inverse) {
  Instrument result;
  result.name = name;
  result.underlying = "BTC";
  result.settlement = settlement;
  result.inverse = inverse;
  result.lot_size = Decimal{1, -3};
  return result;
}

Source source(const std::string& name, const std::string& subject, const std::string& quote = "") {
  Source result;
  result.name = name;
  result.subject = subject;
  result.quote = quote;
  return result;
}

Registry small() {
  Registry registry;
  EXPECT_TRUE(registry.add(asset("USD", true)));
  EXPECT_TRUE(registry.add(asset("BTC")));
  EXPECT_TRUE(registry.add(asset("USDT")));
  EXPECT_TRUE(registry.add(perpetual("BTC/USDT:USDT", "USDT", false)));
  return registry;
}

template <class T>
ErrorCode code_of(Registry& registry, T thing) {
  const auto result = registry.add(std::move(thing));
  return result ? ErrorCode::kNone : result.error().code;
}

TEST(Registry, FindsWhatWasAdded) {
  const Registry registry = small();
  EXPECT_EQ(registry.find_asset("BTC"), AssetIndex(1U));
  EXPECT_FALSE(registry.find_asset("ETH").valid());
  EXPECT_EQ(registry.numeraire(), AssetIndex(0U));
  const InstrumentIndex i = registry.find_instrument("BTC/USDT:USDT");
  EXPECT_EQ(registry.underlying(i), AssetIndex(1U));
  EXPECT_EQ(registry.settlement(i), AssetIndex(2U));
}

TEST(Registry, RefusesBadNames) {
  Registry registry = small();
  EXPECT_EQ(code_of(registry, asset("BTC")), ErrorCode::name_taken);
  EXPECT_EQ(code_of(registry, asset("")), ErrorCode::bad_name);
  EXPECT_EQ(code_of(registry, asset("B C")), ErrorCode::bad_name);
  EXPECT_EQ(code_of(registry, asset("caf\xc3\xa9")), ErrorCode::bad_name);
  EXPECT_EQ(code_of(registry, asset(std::string(65, 'A'))), ErrorCode::bad_name);
  EXPECT_EQ(code_of(registry, asset(std::string(64, 'A'))), ErrorCode::kNone);
}

TEST(Registry, RefusesNumbersOutOfRange) {
  Registry registry = small();
  EXPECT_EQ(code_of(registry, asset("EUR", true)), ErrorCode::numeraire_taken);
  Asset fine = asset("ETH");
  fine.decimals = 31;
  EXPECT_EQ(code_of(registry, fine), ErrorCode::out_of_range);
  fine.decimals = 18;
  fine.half_spread = -0.1;
  EXPECT_EQ(code_of(registry, fine), ErrorCode::out_of_range);
  Instrument linear_on_itself = perpetual("X", "BTC", false);
  EXPECT_EQ(code_of(registry, linear_on_itself), ErrorCode::out_of_range);
  Instrument dated = perpetual("Y", "USDT", false);
  dated.kind = InstrumentKind::future;
  EXPECT_EQ(code_of(registry, dated), ErrorCode::out_of_range) << "no expiry";
  dated.expiry = from_unix_ms(1'800'000'000'000);
  dated.strike = Decimal{1, 0};
  EXPECT_EQ(code_of(registry, dated), ErrorCode::out_of_range) << "a future has no strike";
  Instrument unknown = perpetual("Z", "DOGE", false);
  EXPECT_EQ(code_of(registry, unknown), ErrorCode::asset_unknown);
}

TEST(Registry, SourcesMustFitTheirSubject) {
  Registry registry = small();
  EXPECT_EQ(code_of(registry, source("a", "USD")), ErrorCode::out_of_range) << "the numéraire";
  EXPECT_EQ(code_of(registry, source("a", "ETH")), ErrorCode::asset_unknown);
  EXPECT_EQ(code_of(registry, source("a", "BTC", "ETH")), ErrorCode::asset_unknown);
  Source mark = source("a", "BTC/USDT:USDT");
  mark.kind = SubjectKind::implied_volatility;
  EXPECT_EQ(code_of(registry, mark), ErrorCode::out_of_range) << "no option";
  mark.kind = SubjectKind::instrument_mark;
  mark.quote = "USDT";
  EXPECT_EQ(code_of(registry, mark), ErrorCode::out_of_range) << "a mark has its own quote";
  mark.quote.clear();
  EXPECT_EQ(code_of(registry, mark), ErrorCode::kNone);
}

TEST(Registry, NoAssetIsPricedThroughItself) {
  Registry registry = small();
  EXPECT_TRUE(registry.add(asset("USDC")));
  EXPECT_EQ(code_of(registry, source("a", "BTC", "BTC")), ErrorCode::quote_cycle);
  EXPECT_EQ(code_of(registry, source("a", "BTC", "USDC")), ErrorCode::kNone);
  EXPECT_EQ(code_of(registry, source("b", "USDC", "USDT")), ErrorCode::kNone);
  EXPECT_EQ(code_of(registry, source("c", "USDT", "BTC")), ErrorCode::quote_cycle);
  EXPECT_EQ(code_of(registry, source("c", "USDT", "USD")), ErrorCode::kNone);
}

TEST(Registry, RestoresFromItsRecords) {
  Registry registry = small();
  EXPECT_TRUE(registry.add(source("a", "BTC", "USDT")));
  Place vault;
  vault.name = "vault";
  vault.kind = PlaceKind::internal_vault;
  EXPECT_TRUE(registry.add(vault));
  ChangeSet changes;
  registry.collect_changes(changes);
  EXPECT_EQ(changes.changes().size(), 6U);
  Registry copy;
  for (const auto& [key, value] : changes.changes()) ASSERT_TRUE(copy.restore(key, *value)) << key;
  ChangeSet none;
  copy.collect_changes(none);
  registry.collect_changes(none);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(copy[copy.find_place("vault")].kind, PlaceKind::internal_vault);
  EXPECT_EQ(copy[SourceIndex(0U)].quote, "USDT");
  EXPECT_FALSE(copy.restore("registry/asset/00000009", {}));
}

}  // namespace
}  // namespace bulkhead::market
