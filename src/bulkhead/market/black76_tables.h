// The constants of Black-76, apart because the plain formula and the vector kernels
// (pricing/option_kernels.cc) must evaluate the same series.
#pragma once

namespace bulkhead::market::internal {

// (1 − Φ(x))/φ(x), Mills' ratio, for 0 <= x <= 17 as a quotient of polynomials of degree 8 and 9:
// the best one (Remez, 60 digits) among those whose greatest powers have coefficient 1, which are
// left out here; absolute error 3.8e-16. Beyond 17 both parts stay positive and the quotient about
// 1/x.
inline constexpr double kMillsTop[] = {
    0x1.34225af53b071p+16, 0x1.af54fdbc11c0fp+16, 0x1.2ab108281a8b0p+16, 0x1.03c5fdffe8a23p+15,
    0x1.32dbb457b548cp+13, 0x1.f61a6fd977313p+10, 0x1.16258c5669e3dp+8,  0x1.7fdf0e0d178ebp+4};
inline constexpr double kMillsBottom[] = {
    0x1.ebb606de9d517p+15, 0x1.0e28a2b396ccbp+17, 0x1.1140958ae3ca9p+17,
    0x1.4ee959ae7bc33p+16, 0x1.1316f629bfc74p+15, 0x1.3b7cdb3790e08p+13,
    0x1.fc19ed8e3a44dp+10, 0x1.17258c36b9f67p+8,  0x1.7fdf0e11f8309p+4};

// exp(−w/2)/√(2π) for |w| <= ln 2: the best polynomial of degree 10, relative error 2.1e-16.
inline constexpr double kDensitySeries[] = {
    0x1.9884533d43651p-2,  -0x1.9884533d4367fp-3,  0x1.9884533d434cap-5,  -0x1.1058377e25490p-7,
    0x1.1058377e5e58ep-10, -0x1.b3c058f6e9d01p-14, 0x1.22803aa870621p-17, -0x1.4bffd7ae2bca6p-21,
    0x1.4c01658b32c16p-25, -0x1.27feb6ec287d6p-29, 0x1.d6ffc154a907ep-34};

inline constexpr double kHalfLog2E = 0x1.71547652b82fep-1;
inline constexpr double kTwoLn2 = 0x1.62e42fefa39efp+0;
// Adding it rounds to an integer and leaves that integer in the low bits.
inline constexpr double kIntegerShift = 0x1.8p52;

// Φ beyond it is below 1e-306, and its exponent stays normal.
inline constexpr double kFarthest = 37.5;
// Where the nearer argument matters to 17 digits, the farther is below 17 up to this deviation.
inline constexpr double kMostDeviation = 8.0;
// Below it, at the money, an option is worth less than 1e-30 of its forward.
inline constexpr double kLeastDeviation = 0x1p-100;
// The farther argument need not grow beyond the farthest nearer one and the most deviation.
inline constexpr double kFarthestOther = 46.0;

}  // namespace bulkhead::market::internal
