// What others use for the same work, where it is installed; re-implemented from their public
// interfaces for the same inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bulkhead::bench {

// Keeps what lies there from being optimised away.
inline void keep(const void* data) { asm volatile("" : : "g"(data) : "memory"); }

struct OptionInputs {
  std::vector<double> forward, strike, deviation;  // σ·√T
};

struct OptionPeer {
  std::string name;
  std::function<void(const OptionInputs&, std::vector<double>& values)> price;
};

std::vector<OptionPeer> option_peers();

// value[i] of a call, by libm's log and erfc, as the compiler vectorises it (with libmvec).
void black_of_libm(const double* forward, const double* strike, const double* deviation,
                   double* value, std::size_t count);
void black_of_libmvec_256(const double* forward, const double* strike, const double* deviation,
                          double* value, std::size_t count);
void black_of_libmvec_512(const double* forward, const double* strike, const double* deviation,
                          double* value, std::size_t count);
// Empty where QuantLib is not installed.
std::vector<OptionPeer> quantlib_peers();

// Accounts × instruments in rows of (instrument, lots), and what an instrument moves by.
struct AccountInputs {
  std::size_t instruments = 0;
  std::size_t scenarios = 0;
  std::vector<std::vector<std::pair<std::uint32_t, std::int64_t>>> accounts;
  const std::int32_t* ticks = nullptr;  // [instrument][scenario]
};

// A product of Eigen's sparse and dense matrices, then nth_element per account; the sum of all
// shortfalls. Not callable where Eigen is not installed.
std::function<double()> eigen_peer(const AccountInputs& inputs);

}  // namespace bulkhead::bench
