// State of the simulated market from one sub-step to the next.
#pragma once

#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/replay/synth_market.h"

namespace bulkhead::replay {

// Coins first, then stablecoins, in plan order. Everything is a function of the plan and the steps
// taken.
class MarketPath {
 public:
  explicit MarketPath(const SynthMarketPlan& plan);

  // Moves every price from t to t + step.
  void advance(Timestamp t, Duration step);

  std::size_t size() const { return assets_.size(); }
  double price(std::size_t i) const { return assets_[i].price; }
  double perpetual_price(std::size_t i) const;
  bool has_perpetual(std::size_t i) const { return assets_[i].perpetual; }
  double daily_volatility(std::size_t i) const { return assets_[i].daily_volatility; }
  double daily_volume(std::size_t i) const { return assets_[i].daily_volume; }
  RandomStream& volume_stream() { return volumes_; }

  // Accumulates the basis of the present over `length`; the funding rate of the 8 hours is its mean
  // plus 1 bp of interest, within ±0.75 %, and starts anew.
  void note_basis(std::size_t i, Duration length);
  double take_funding(std::size_t i);

 private:
  struct Asset {
    double price = 0;
    double fair = 1;  // stablecoin: what its price returns to
    double daily_volatility = 0;
    double daily_volume = 0;
    double correlation = 0;
    double beta = 0;
    double basis = 0;  // log(perpetual / spot)
    double basis_sum = 0, basis_seconds = 0;
    bool perpetual = false;
    bool peg = false;
    SynthStablecoin depeg;
  };
  double episode_drift(Timestamp t, Duration step) const;  // log move of the market factor
  void move_coin(Asset& asset, double market, double tail, double drift, double jump, double root);
  void move_peg(Asset& asset, Timestamp t, double tail, double root);

  SynthMarketPlan plan_;
  std::vector<Asset> assets_;
  double variance_ = 1;  // of the market, relative to its unconditional variance
  RandomStream shocks_, jumps_, bases_, volumes_;
};

}  // namespace bulkhead::replay
