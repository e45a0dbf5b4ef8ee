// Options of one expiry revalued at a shocked forward and volatility: what the scenario grids of
// all venues share. Values by Black-76 in the quote currency.
#pragma once

#include <span>
#include <vector>

namespace bulkhead::venues {

struct OptionLine {
  double strike = 0;
  bool call = true;
  double amount = 0;      // coins, + long, − short
  double volatility = 0;  // annual, of the mark
};

struct OptionExpiry {
  double seconds = 0;        // to expiry; 0 at and after it
  double forward = 0;        // the part of the forward that spot still moves
  double fixed_forward = 0;  // the part that the settlement average has fixed already
  double discount = 1;       // of what is paid at expiry
  std::vector<OptionLine> options;
};

// Shocked volatility = max(floor, volatility · multiplier).
struct VolatilityShock {
  double multiplier = 1;
  double floor = 0;
};

double years_of(double seconds);  // of 365 days
double days_of(double seconds);

// Undiscounted value of one option per coin. A forward of zero or below, no time and no volatility
// give what the option would pay at once.
double option_value(const OptionLine& option, double forward, double seconds, double volatility);
// Φ(d1) of a call, Φ(d1) − 1 of a put; 0, ±½ or ±1 without time or volatility.
double option_delta(const OptionLine& option, double forward, double seconds);

// discount · Σ amount · value at forward · spot + fixed_forward, where spot = 1 leaves it as it is.
double expiry_value(const OptionExpiry& expiry, double spot, VolatilityShock shock);
double expiry_delta(const OptionExpiry& expiry);  // Σ amount · delta at the mark

// How far a volatility shock reaches: (30 days / max(seconds, floor))^power, with one power up to
// 30 days and another beyond (at 30 days both give 1). seconds or floor above zero.
struct VolatilityTerm {
  double short_power = 0;
  double long_power = 0;
  double floor_days = 1;
};
double volatility_reach(const VolatilityTerm& term, double seconds);

// Σ over strikes of what is short there after calls and puts of that strike net, >= 0.
double net_short_per_strike(std::span<const OptionLine> options);

}  // namespace bulkhead::venues
