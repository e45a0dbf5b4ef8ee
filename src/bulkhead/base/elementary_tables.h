// The constants of the elementary functions, apart because the plain functions and the vector
// kernels (pricing/option_kernels.cc) must evaluate the same series.
#pragma once

namespace bulkhead::internal {

// ln 2 in two parts; the first has 42 bits, so that its product with an exponent is exact.
inline constexpr double kLn2High = 0x1.62e42fefa3800p-1;
inline constexpr double kLn2Low = 0x1.ef35793c76730p-45;
inline constexpr double kLog2E = 0x1.71547652b82fep+0;
inline constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;

// 1/2!, 1/3!, ... 1/14!
inline constexpr double kExpSeries[] = {
    0x1.0000000000000p-1,  0x1.5555555555555p-3,  0x1.5555555555555p-5,  0x1.1111111111111p-7,
    0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-16, 0x1.71de3a556c734p-19,
    0x1.27e4fb7789f5cp-22, 0x1.ae64567f544e4p-26, 0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33,
    0x1.93974a8c07c9dp-37};
// 2/3, 2/5, ... 2/25: log((1 + s)/(1 - s)) = 2s + 2/3 s^3 + 2/5 s^5 + ...
inline constexpr double kLogSeries[] = {
    0x1.5555555555555p-1, 0x1.999999999999ap-2, 0x1.2492492492492p-2, 0x1.c71c71c71c71cp-3,
    0x1.745d1745d1746p-3, 0x1.3b13b13b13b14p-3, 0x1.1111111111111p-3, 0x1.e1e1e1e1e1e1ep-4,
    0x1.af286bca1af28p-4, 0x1.8618618618618p-4, 0x1.642c8590b2164p-4, 0x1.47ae147ae147bp-4};
// (x + 4)·exp(x²/2)·Φ(-x) as a polynomial in t = (x - 4)/(x + 4), for 0 <= x <= 39: the Chebyshev
// expansion (degree 25, first omitted term below 1e-18), computed with 80 digits.
inline constexpr double kTailSeries[] = {
    0x1.82b4bb8c94dcep-1,  -0x1.373e3a893c28ap-1,  0x1.8c6dbf2cfc2afp-2,   -0x1.7dff2bff68358p-3,
    0x1.eec4cc3e4dcf1p-5,  -0x1.ee27610493231p-8,  -0x1.c81719d648a37p-9,  0x1.ab825fc66d3b9p-10,
    0x1.17a4aefe6e126p-13, -0x1.e4a4270980796p-13, -0x1.001fdfe3dda33p-19, 0x1.26d0bd68e9da9p-15,
    0x1.80d0f174427ccp-21, -0x1.8d4effe23ad73p-18, -0x1.524cbae3c9089p-21, 0x1.12577f9e66bdbp-20,
    0x1.25124e9e451aep-22, -0x1.4e20166b586bap-23, -0x1.7731499c0592fp-24, 0x1.d52eadf9961e6p-27,
    0x1.750776f4c8b6dp-26, 0x1.1d2eb02ba6682p-29,  -0x1.0580b4167a20bp-28, -0x1.29baccb7b7e1dp-30,
    0x1.78058652fd84dp-32, 0x1.47203f13bdfcdp-33};

}  // namespace bulkhead::internal
