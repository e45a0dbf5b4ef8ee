// A small market for tests: one numéraire, a few coins, and sources by name.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "bulkhead/market/market.h"

namespace bulkhead::market {

inline const Timestamp kStart = from_unix_ms(1'700'000'000'000);

class MarketFixture : public ::testing::Test {
 protected:
  MarketFixture() {
    Asset usd;
    usd.name = "USD";
    usd.kind = AssetKind::fiat;
    usd.numeraire = true;
    usd.decimals = 2;
    usd_ = *market_.add(usd);
    btc_ = add_asset("BTC", AssetKind::coin);
  }

  AssetIndex add_asset(const std::string& name, AssetKind kind) {
    Asset asset;
    asset.name = name;
    asset.kind = kind;
    asset.decimals = 8;
    return *market_.add(asset);
  }
  SourceIndex add_source(const std::string& name, const std::string& subject,
                         const std::string& quote = "",
                         SubjectKind kind = SubjectKind::asset_price) {
    Source source;
    source.name = name;
    source.kind = kind;
    source.subject = subject;
    source.quote = quote;
    source.stale_after = stale_after_;
    return *market_.add(source);
  }
  Outcome observe(SourceIndex source, double price, double confidence = 0) {
    return market_.observe(source, price, confidence, now_, now_, parameters_);
  }
  const EpochChange& tick(Duration step = seconds(1)) {
    const EpochChange& change = market_.close_epoch(now_, ++log_index_, parameters_);
    now_ = now_ + step;
    return change;
  }
  const AssetPrice& price(AssetIndex asset) const { return market_.epoch().assets[asset.value]; }
  const InstrumentMark& mark(InstrumentIndex i) const {
    return market_.epoch().instruments[i.value];
  }

  Market market_;
  Parameters parameters_;
  Timestamp now_ = kStart;
  std::uint64_t log_index_ = 0;
  Duration stale_after_;
  AssetIndex usd_, btc_;
};

// All records of a market, kept up to date by collect().
class RecordStore {
 public:
  void collect(Market& market) {
    ChangeSet changes;
    market.collect_changes(changes);
    for (const auto& [key, value] : changes.changes()) records_[key] = *value;
  }
  Market restored() const {
    Market market;
    for (const auto& [key, value] : records_) {
      const Status status = market.restore(key, value);
      EXPECT_TRUE(status) << (status ? "" : to_string(status.error()));
    }
    EXPECT_TRUE(market.finish_restore());
    return market;
  }
  const std::map<std::string, Bytes>& records() const { return records_; }

 private:
  std::map<std::string, Bytes> records_;
};

}  // namespace bulkhead::market
