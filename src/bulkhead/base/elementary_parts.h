// Pieces that the elementary functions share. Every operation is one correctly rounded IEEE
// operation in a fixed order, so that the bits do not depend on compiler or CPU.
#pragma once

#include <cstddef>

namespace bulkhead::internal {

inline double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }

// Horner's scheme, lowest power first in the table.
template <std::size_t N>
double polynomial(const double (&coefficients)[N], double x) {
  double value = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) value = fused(value, x, coefficients[i]);
  return value;
}

// An unevaluated sum with |low| <= ulp(high)/2.
struct Pair {
  double high = 0;
  double low = 0;
};

// a + b without error (Knuth).
inline Pair two_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// a · b without error.
inline Pair two_product(double a, double b) {
  const double product = a * b;
  return {product, fused(a, b, -product)};
}

// exp(high + low) for |low| small against |high|; +inf and 0 beyond the range of double.
double exp_of_sum(double high, double low);

}  // namespace bulkhead::internal
