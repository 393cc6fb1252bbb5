/* SPDX-License-Identifier: Apache-2.0 */

/* Edits between two words: optimal string alignment (Boytsov, "Indexing methods for approximate
 * dictionary searching", 2011, section 2), computed in a band of `max` to either side. */

#include "scoring/names/compare.h"

#define EDITS_MAX 16U
#define BAND (2 * EDITS_MAX + 3)

unsigned
prb_name_edits_allowed(size_t n)
{
	return n <= 3 ? 0 : n <= 7 ? 1 : n <= 11 ? 2 : 3;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * Row i holds the distances of a's first i letters to b's first i - max .. i + max; its cell k
 * stands for j = i + k - max, with a cell beyond either end that is never reached.
 */
static unsigned
banded(struct prb_span a, struct prb_span b, unsigned max)
{
	unsigned rows[3][BAND + 2];
	const unsigned far = max + 1, width = 2 * max + 1;

	for (unsigned k = 0; k < width + 2; k++)
		rows[0][k] = rows[1][k] = rows[2][k] = far;
	for (unsigned k = max; k < width; k++)
		rows[0][k + 1] = k - max;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3],
			 *above2 = rows[(i + 1) % 3];
		unsigned best = far;

		for (unsigned k = 0; k < width; k++) {
			size_t j = i + k - max; /* wraps below zero: then it is above b.n */
			unsigned cost = far;

			if (i + k >= max && j <= b.n) {
				if (j == 0) {
					cost = least((unsigned)i, far);
				} else {
					cost = above[k + 1] + (a.p[i - 1] != b.p[j - 1]);
					cost = least(
						cost, above[k + 2] + 1); /* a letter more in a */
					cost = least(cost, row[k] + 1);  /* one more in b */
					if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
						a.p[i - 2] == b.p[j - 1])
						cost = least(cost, above2[k + 1] + 1);
				}
			}
			row[k + 1] = least(cost, far);
			best = least(best, row[k + 1]);
		}
		if (best == far)
			return far;
	}
	return rows[a.n % 3][b.n + max - a.n + 1];
}

unsigned
prb_name_edits(struct prb_span a, struct prb_span b, unsigned max)
{
	size_t difference = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (max > EDITS_MAX)
		max = EDITS_MAX;
	while (a.n > 0 && b.n > 0 &&
		a.p[0] == b.p[0]) { /* what is equal at either end costs nothing */
		a.p++;
		b.p++;
		a.n--;
		b.n--;
	}
	while (a.n > 0 && b.n > 0 && a.p[a.n - 1] == b.p[b.n - 1]) {
		a.n--;
		b.n--;
	}
	if (difference > max)
		return max + 1;
	if (a.n == 0 || b.n == 0)
		return (unsigned)(a.n + b.n);
	if (max == 0)
		return 1;
	return banded(a, b, max);
}
