// The market of the crowd: coins with a perpetual and options each, their sources, and scenario
// sets that are drawn from a factor model.
#pragma once

#include <string>
#include <vector>

#include "crowd_engines.h"
#include "crowd_prices.h"

namespace bulkhead::bench {

struct CrowdShape {
  std::uint32_t scenarios = 4096;
  std::uint32_t instruments = 2000;
  double jump = 0.1;  // fall in one step, half way
};

class CrowdMarket {
 public:
  CrowdMarket(CrowdEngines& engines, CrowdShape shape, std::vector<CoinPath> paths, Timestamp start,
              RandomStream& random);

  Status found();
  // Prices of a bar before the start, 0 first, or of a tick after it, 0 first; then the tick.
  Status observe_bar(std::uint32_t bar);
  Status observe(Timestamp now, std::uint32_t tick);
  Timestamp bar_time(std::uint32_t bar) const;
  // A new set, as of the start of the day.
  Status adopt(Timestamp now);

  std::uint32_t coins() const { return static_cast<std::uint32_t>(paths_.size()); }
  // Of each coin; number 0 is its perpetual.
  std::uint32_t contracts() const { return shape_.instruments / coins(); }
  InstrumentIndex contract(std::uint32_t coin, std::uint32_t number) const {
    return InstrumentIndex(std::size_t{coin} * contracts() + number);
  }

 private:
  Status register_coin(const CoinPath& path);
  Status register_contract(const std::string& coin, std::uint32_t number);
  Status send_prices(Timestamp now, const std::vector<double>& prices);
  pricing::ScenarioBlock block(std::uint32_t size, const std::vector<pricing::Factor>& factors,
                               double scale);

  CrowdEngines& engines_;
  CrowdShape shape_;
  std::vector<CoinPath> paths_;
  Timestamp start_;
  RandomStream& random_;
};

}  // namespace bulkhead::bench
