// One sub-step of the simulated market.
#include "bulkhead/replay/synth_path.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"

namespace bulkhead::replay {
namespace {

constexpr double kSecondsPerDay = 86'400;
// Daily GARCH(1,1): h' = (1 − α − β) + α·m² + β·h with α + β = 0.975. A step of 1/n day keeps
// persistence 0.975^(1/n) and gives shocks weight 0.09/√n, so that clustering has the same shape.
constexpr double kPersistence = 0.975;
constexpr double kShockWeight = 0.09;
constexpr double kMostVariance = 60;
constexpr double kJumpsPerDay = 0.04;
constexpr double kOwnJumpsPerDay = 0.02;
constexpr double kBasisReversion = 6;  // per day
constexpr double kPegReversion = 5;    // per day

double bounded(double x, double least, double greatest) {
  return std::min(std::max(x, least), greatest);
}

// √(2/χ²₄)·√… such that the product with a standard normal is Student t (4) of unit variance,
// bounded.
double tail_scale(RandomStream& random) {
  const double chi_square = 2 * (random.exponential() + random.exponential());
  return std::min(sqrt_fixed(2.0 / std::max(chi_square, 1e-9)), 6.0);
}

// Smooth 0 → 1.
double smooth(double share) {
  const double x = bounded(share, 0, 1);
  return x * x * (3 - 2 * x);
}

// Share of the fall that has happened after x of its time: three waves with pauses.
double waves(double x) {
  return 0.30 * smooth(x / 0.25) + 0.25 * smooth((x - 0.40) / 0.20) +
         0.45 * smooth((x - 0.75) / 0.25);
}

}  // namespace

MarketPath::MarketPath(const SynthMarketPlan& plan)
    : plan_(plan),
      shocks_(plan.seed, 1),
      jumps_(plan.seed, 2),
      bases_(plan.seed, 3),
      volumes_(plan.seed, 4) {
  for (const SynthCoin& coin : plan.coins) {
    Asset asset;
    asset.price = coin.price;
    asset.daily_volatility = coin.daily_volatility;
    asset.daily_volume = coin.daily_volume;
    asset.correlation = coin.market_correlation;
    asset.beta = coin.market_beta;
    asset.perpetual = coin.perpetual;
    assets_.push_back(asset);
  }
  for (const SynthStablecoin& coin : plan.stablecoins) {
    Asset asset;
    asset.price = 1;
    asset.daily_volatility = coin.daily_volatility;
    asset.daily_volume = coin.daily_volume;
    asset.peg = true;
    asset.depeg = coin;
    assets_.push_back(asset);
  }
}

double MarketPath::perpetual_price(std::size_t i) const {
  return assets_[i].price * exp_fixed(assets_[i].basis);
}

double MarketPath::episode_drift(Timestamp t, Duration step) const {
  const CrashEpisode& crash = plan_.crash;
  if (crash.begin == Timestamp{} || t + step <= crash.begin) return 0;
  const double bottom = log_fixed(1 - crash.depth);
  const auto level = [&](Timestamp at) {
    const double fallen = (at - crash.begin).seconds() / crash.fall.seconds();
    const double back = ((at - crash.begin) - crash.fall).seconds() / crash.recovery.seconds();
    return bottom * waves(fallen) - crash.rebound * bottom * smooth(back);
  };
  return level(t + step) - level(std::max(t, crash.begin));
}

void MarketPath::advance(Timestamp t, Duration step) {
  const double share = step.seconds() / kSecondsPerDay;
  const double root = sqrt_fixed(share);
  const CrashEpisode& crash = plan_.crash;
  const bool in_crash =
      crash.begin != Timestamp{} && t >= crash.begin && t < crash.begin + crash.fall;
  if (in_crash) {
    variance_ = std::max(variance_, crash.volatility_factor * crash.volatility_factor);
  }
  const double tail = tail_scale(shocks_);
  const double shock = shocks_.normal();
  double jump = 0;
  if (jumps_.chance(kJumpsPerDay * share)) jump = -0.012 + 0.03 * jumps_.normal();
  const double drift = episode_drift(t, step);
  const double deviation = sqrt_fixed(variance_);
  for (Asset& asset : assets_) {
    if (asset.peg) {
      move_peg(asset, t, tail, root);
    } else {
      move_coin(asset, shock, tail, drift, jump, root * deviation);
    }
  }
  const double weight = kShockWeight * root;
  const double persistence = pow_fixed(kPersistence, share);
  const double squared = tail * tail * shock * shock;
  variance_ =
      bounded((1 - persistence) + weight * variance_ * squared + (persistence - weight) * variance_,
              0.15, kMostVariance);
}

void MarketPath::move_coin(Asset& asset, double market, double tail, double drift, double jump,
                           double root) {
  const double own = shocks_.normal();
  const double mixed =
      asset.correlation * market + sqrt_fixed(1 - asset.correlation * asset.correlation) * own;
  double move = asset.daily_volatility * root * tail * mixed + asset.beta * (drift + jump);
  const double share = root * root;
  if (jumps_.chance(std::min(kOwnJumpsPerDay * share / std::max(variance_, 1.0), 0.5))) {
    move += asset.daily_volatility * 1.5 * jumps_.normal();
  }
  asset.price *= exp_fixed(bounded(move, -1.0, 1.0));
  if (!asset.perpetual) return;
  // The perpetual overshoots the move and comes back; a level of 2 bp in quiet times.
  const double days_passed = share / std::max(variance_, 1e-9);
  const double reversion = 1 - exp_fixed(-kBasisReversion * days_passed);
  asset.basis += reversion * (0.0002 - asset.basis) + 0.03 * move +
                 0.0012 * sqrt_fixed(days_passed) * tail * bases_.normal();
  asset.basis = bounded(asset.basis, -0.05, 0.05);
}

void MarketPath::move_peg(Asset& asset, Timestamp t, double tail, double root) {
  const SynthStablecoin& plan = asset.depeg;
  double fair = 1;
  double nervous = 1;
  if (plan.depeg_begin != Timestamp{} && t >= plan.depeg_begin) {
    const double fallen = (t - plan.depeg_begin).seconds() / plan.depeg_fall.seconds();
    const double back =
        ((t - plan.depeg_begin) - plan.depeg_fall).seconds() / plan.depeg_recovery.seconds();
    fair = 1 - plan.depeg_depth * (waves(fallen) - smooth(back));
    nervous = 1 + 12 * (1 - fair) / std::max(plan.depeg_depth, 1e-9);
  }
  const double days_passed = root * root;
  const double reversion = 1 - exp_fixed(-kPegReversion * days_passed);
  double gap = log_fixed(asset.price / asset.fair);
  gap += -reversion * gap + asset.daily_volatility * nervous * root * tail * shocks_.normal();
  asset.fair = fair;
  asset.price = fair * exp_fixed(bounded(gap, -0.2, 0.2));
}

void MarketPath::note_basis(std::size_t i, Duration length) {
  assets_[i].basis_sum += assets_[i].basis * length.seconds();
  assets_[i].basis_seconds += length.seconds();
}

double MarketPath::take_funding(std::size_t i) {
  Asset& asset = assets_[i];
  const double mean = asset.basis_seconds > 0 ? asset.basis_sum / asset.basis_seconds : 0;
  asset.basis_sum = asset.basis_seconds = 0;
  return bounded(mean + bounded(0.0001 - mean, -0.0005, 0.0005), -0.0075, 0.0075);
}

}  // namespace bulkhead::replay
