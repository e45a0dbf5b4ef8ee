// Elementary functions whose bits are the same with every compiler and CPU: explicit fma in a fixed
// order, no libm but fma, sqrt, floor, ceil, trunc (DESIGN 2). One ulp of difference between two
// builds is a failure; the distance to the true value is tested apart (<= 1 ulp for exp and log,
// 2e-15 relative for pow, 1e-15 absolute for norm_cdf).
#pragma once

namespace bulkhead {

double exp_fixed(double x);            // +inf above 709.78…, 0 below -745.13…
double log_fixed(double x);            // x > 0 and finite; asserts otherwise
double pow_fixed(double x, double y);  // x > 0: exp(y·log x) in extended precision
double sqrt_fixed(double x);           // IEEE correctly rounded
double norm_cdf(double x);             // standard normal distribution function
double norm_pdf(double x);             // standard normal density
double inverse_norm_cdf(double p);     // 0 < p < 1
double floor_fixed(double x);
double round_half_even(double x);  // to integer, ties to even

}  // namespace bulkhead
