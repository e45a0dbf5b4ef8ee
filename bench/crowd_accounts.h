// The accounts of the crowd: 55 % with perpetuals, 42 % with options, 3 % market makers with 200
// positions, collateral in proportion: most at a few times their margin, some near it.
#pragma once

#include <array>

#include "crowd_market.h"

namespace bulkhead::bench {

class CrowdAccounts {
 public:
  CrowdAccounts(CrowdEngines& engines, CrowdMarket& market, RandomStream& random)
      : engines_(engines), market_(market), random_(random) {}

  Status open(Timestamp now, std::uint32_t number, bool sampled);

  std::uint64_t positions() const { return positions_; }

 private:
  struct Line {
    std::uint32_t coin = 0;
    std::uint32_t contract = 0;
    std::int64_t lots = 0;
  };
  struct Book {
    std::vector<Line> lines;
    double margin = 0;  // about what it needs, numéraire
  };
  Book draw_perpetuals(double size);
  Book draw_options(double size);
  Book draw_maker(double size);
  std::uint32_t draw_coin();
  std::uint32_t draw_option();
  std::int64_t draw_lots(double notional);
  Status trade(Timestamp now, const std::string& account, const Line& line, bool sampled);

  CrowdEngines& engines_;
  CrowdMarket& market_;
  RandomStream& random_;
  std::uint64_t positions_ = 0;
};

}  // namespace bulkhead::bench
