/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/ppm.h"

#include <assert.h>

#define PARTS_MAX 64

int64_t
prb_mul_div(int64_t a, int64_t b, int64_t c)
{
	assert(a >= 0);
	assert(b >= 0);
	assert(c > 0);
	assert(b == 0 || a <= INT64_MAX / b);
	int64_t product = a * b;
	int64_t quotient = product / c;
	int64_t rest = product - quotient * c;

	return quotient + (rest >= c - rest);
}

prb_ppm
prb_ppm_clamp(prb_ppm x)
{
	if (x < 0)
		return 0;
	return x > PRB_PPM_ONE ? PRB_PPM_ONE : x;
}

int
prb_ppm_points(prb_ppm x)
{
	return (int)(prb_ppm_clamp(x) / (PRB_PPM_ONE / 100));
}

/* The index of the largest remainder, the earliest of equals; a remainder that was served is -1. */
static size_t
largest(const int64_t *remainder, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++) {
		if (remainder[i] > remainder[best])
			best = i;
	}
	return best;
}

void
prb_largest_remainder(const int64_t *parts, size_t n, int64_t total, int64_t *units)
{
	int64_t remainder[PARTS_MAX];
	int64_t sum = 0;
	int64_t left = total;

	assert(n <= PARTS_MAX);
	assert(total >= 0);
	for (size_t i = 0; i < n; i++) {
		assert(parts[i] >= 0);
		assert(parts[i] <= INT64_MAX - sum);
		assert(parts[i] == 0 || total <= INT64_MAX / parts[i]);
		sum += parts[i];
	}
	for (size_t i = 0; i < n; i++) {
		units[i] = sum > 0 ? parts[i] * total / sum : 0;
		remainder[i] = sum > 0 ? parts[i] * total % sum : 0;
		left -= units[i];
	}
	/* The quotients fall short by less than one unit for each part, so left < n. */
	for (; sum > 0 && left > 0; left--) {
		size_t i = largest(remainder, n);

		units[i]++;
		remainder[i] = -1;
	}
}
