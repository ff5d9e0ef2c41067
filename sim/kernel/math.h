#pragma once

// The transcendental functions of a simulation, our own. The C library picks its variants by the
// processor at run time, so that the same program gives different last bits on different machines;
// these use IEEE 754 additions, multiplications, divisions and square roots only, in a fixed order,
// and give the same bits everywhere (no fused multiply-add, no fast-math: see CMakeLists.txt).

namespace spillway::math {

/// Natural logarithm.
///
/// Range: x >= 0; log(0) = -inf, log(inf) = inf, NaN for x < 0 and for NaN. Subnormals included.
/// Error: below 0.9 ulp; 0.84 was the largest of 6 million samples against 113-bit arithmetic.
/// Source: argument reduction to [sqrt(1/2), sqrt(2)) and log((1 + s) / (1 - s)) by a polynomial
/// interpolated at Chebyshev nodes, s = f / (2 + f).
double log(double x);

/// log(1 + x), exact also where x is small.
///
/// Range: x >= -1; log1p(-1) = -inf, NaN below. Error: below 1.3 ulp; 1.18 was the
/// largest of 2 million samples. Source: log's polynomial for x in (-0.29, 0.41), else log(u) +
/// (1 + x - u) / u with u = 1 + x rounded (W. Kahan's correction).
double log1p(double x);

/// e to the power x.
///
/// Range: any; inf above 709.78, 0 below -745.13, NaN for NaN; subnormal results included.
/// Error: below 0.9 ulp for normal results; 0.87 was the largest of 4 million samples.
double exp(double x);

/// x to the power y.
///
/// Range: x >= 0; pow(x, 0) = pow(1, y) = 1, pow(0, y > 0) = 0, pow(0, y < 0) = inf; NaN for x < 0
/// and NaN. Relative error: below 3e-16 + 3e-17 |y log x|. Source: the logarithm as a sum of two
/// doubles, products split by T. J. Dekker, "A floating-point technique for extending the available
/// precision", Numerische Mathematik 18 (1971).
double pow(double x, double y);

/// Quantile of the standard normal distribution.
///
/// Range: 0 <= p <= 1; -inf at 0, inf at 1, NaN outside. Relative error: about 1e-15; p near 1 is
/// taken as it is, so ask for -normal_quantile(1 - p) where 1 - p is known better.
/// Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
/// Applied Statistics 37 (1988) 477-484, PPND16.
double normal_quantile(double p);

/// Probability that a standard normal variable is at most x.
///
/// Range: any. Relative error: below 1e-14 for -37 <= x, also in the lower tail.
/// Source: G. Marsaglia, "Evaluating the normal distribution", J. Statistical Software 11 (2004),
/// and Laplace's continued fraction in the tails.
double normal_cdf(double x);

/// Logarithm of the gamma function.
///
/// Range: x > 0; NaN for x < 0, inf at 0 and inf. Relative error: below 1e-14, also near 1 and 2.
/// Source: Stirling's series from 12 on, the series in zeta(k) - 1 about 2 below (M. Abramowitz and
/// I. Stegun, Handbook of Mathematical Functions, 6.1.33 and 6.1.41).
double log_gamma(double x);

/// Regularised incomplete beta function I_x(a, b): the beta distribution's cdf.
///
/// Range: a > 0, b > 0 up to 1e8; 0 below x = 0, 1 above x = 1. Relative error: about 1e-12 of the
/// smaller tail for a, b up to 1e6. Cost: O(sqrt(max(a, b))).
/// Source: the continued fraction of A. R. DiDonato, A. H. Morris, "Algorithm 708", ACM TOMS 18
/// (1992) 360-373, by W. J. Lentz's method, times the binomial weight of C. Loader, "Fast and
/// accurate computation of binomial probabilities" (2000).
double incomplete_beta(double a, double b, double x);

/// Quantile of the beta distribution: the x with incomplete_beta(a, b, x) = p.
///
/// Range: 0 <= p <= 1, a > 0, b > 0. Relative error: about 1e-12. Clopper-Pearson intervals are two
/// of these. Source: Newton's method on log x, kept inside a shrinking bracket.
double beta_quantile(double p, double a, double b);

/// Quantile of Student's t distribution.
///
/// Range: 0 <= p <= 1, df > 0 (also fractional; normal_quantile at infinite df). -inf at 0, inf
/// at 1. Relative error: about 1e-12.
double student_t_quantile(double p, double df);

/// Regularised lower incomplete gamma function P(a, x): the cdf of a gamma variable of shape a.
///
/// Range: a > 0 up to 1e8; 0 below x = 0. Relative error: about 1e-12 of the smaller tail.
/// Cost: O(sqrt(a)). Source: DLMF 8.11.4 and 8.9.2, Loader's Poisson weight as in incomplete_beta.
double incomplete_gamma(double a, double x);

/// Quantile of the gamma distribution of shape a and scale 1; a chi-square quantile of n degrees of
/// freedom is 2 gamma_quantile(p, n / 2).
///
/// Range: 0 <= p < 1 (inf at 1), a > 0. Relative error: about 1e-12.
double gamma_quantile(double p, double a);

}  // namespace spillway::math
