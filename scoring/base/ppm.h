/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_PPM_H
#define PRB_BASE_PPM_H

/*
 * Shares in parts per million, in int64. Each product and each quotient is rounded half up once,
 * here and nowhere else, so that every machine computes the same figures.
 */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t prb_ppm;

#define PRB_PPM_ONE 1000000LL

/* a * b / c, rounded half up; a, b >= 0, c > 0, and a * b must fit (asserted). */
int64_t prb_mul_div(int64_t a, int64_t b, int64_t c);
/* As prb_mul_div(a, b, PRB_PPM_ONE), where the compiler knows the divisor: it runs a thousand times
 * for one declaration. */
static inline prb_ppm
prb_ppm_mul(prb_ppm a, prb_ppm b)
{
	assert(a >= 0 && a <= INT32_MAX);
	assert(b >= 0 && b <= INT32_MAX);
	return (a * b + PRB_PPM_ONE / 2) / PRB_PPM_ONE;
}
prb_ppm prb_ppm_clamp(prb_ppm x); /* to 0..PRB_PPM_ONE */
/* Whole points 0..100, rounded down: a printed 40 has reached 40. */
int prb_ppm_points(prb_ppm x);
/* Splits `total` whole units over n parts in proportion to `parts` by largest remainder, the
 * earlier part first on equal remainders; the units add up to total. All zero parts give all zero
 * units. n <= 64. */
void prb_largest_remainder(const int64_t *parts, size_t n, int64_t total, int64_t *units);

#endif
