// A year at a small venue, drawn from a seed: three coins with perpetuals, futures and weekly
// options that come and expire, members who trade, borrow, pay and withdraw, a venue and a
// custodian that answer, parameters changed by two persons, scenario sets adopted weekly.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "bulkhead/base/random.h"
#include "twins.h"

namespace bulkhead::soak {

inline constexpr Timestamp kBegin{1'704'067'200'000'000'000};  // 2024-01-01T00:00Z

struct YearOptions {
  std::uint32_t days = 365;
  std::uint32_t accounts = 40;
  std::uint32_t stops = 1'000;
  std::uint32_t scenarios = 256;
  std::uint64_t seed = 1;
};

class Year {
 public:
  Year(Twins& twins, const YearOptions& options);

  // Genesis, assets, contracts, accounts, first prices, first scenario set.
  void begin();
  // The next tick with what leads to it and follows from it; false: the year is over.
  bool step();
  Timestamp now() const { return now_; }

 private:
  struct Coin {
    std::string name;
    double price = 0;
    double volatility = 0;  // of a day
    bool silent = false;    // its feeds
  };

  engine::Applied send(std::string_view actor, engine::CommandBody body);
  void register_coin(const Coin& coin);
  void open_account();
  void replace_closed();

  void move_prices(Duration passed);
  void observe();
  void list_week();
  void expire_due();
  void adopt();
  void pay_funding();

  void trade();
  void order();
  void move_money();
  void change_parameters();
  void answer_instructions();
  void answer_places();

  std::string account();
  const market::Instrument* live_contract();
  double fair(const market::Instrument& contract) const;

  Twins& twins_;
  YearOptions options_;
  RandomStream random_;
  Timestamp now_ = kBegin;
  Timestamp end_;
  std::int64_t week_ = -1;  // last listed
  std::int64_t hours8_ = 0;
  std::array<Coin, 3> coins_;
  std::vector<std::string> accounts_;  // that live
  std::uint64_t opened_ = 0;
  std::uint64_t names_ = 0;
};

}  // namespace bulkhead::soak
