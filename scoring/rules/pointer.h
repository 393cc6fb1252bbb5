/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_POINTER_H
#define PRB_RULES_POINTER_H

/* JSON pointers into the declaration, put together without a format: a report has dozens of them.
 * Inside scoring/rules only. */

#include <stdint.h>
#include <string.h>

#define PRB_RULES_POINTER_BYTES 64

/* Decimal digits of a number that is not negative; returns where they begin in `out`. */
static inline const char *
prb_digits(int64_t number, char out[24])
{
	char *p = out + 23;

	*p = '\0';
	do {
		*--p = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0 && p > out);
	return p;
}

/* base index rest: ("/findings/", 3, "/reply"). base and rest are literals, together shorter than
 * 40 bytes. Returns `out`. */
static inline const char *
prb_pointer(char out[PRB_RULES_POINTER_BYTES], const char *base, int64_t index, const char *rest)
{
	char digits[24];
	const char *number = prb_digits(index, digits);
	size_t n = strlen(base), m = (size_t)(digits + 23 - number);

	memcpy(out, base, n);
	memcpy(out + n, number, m);
	memcpy(out + n + m, rest, strlen(rest) + 1);
	return out;
}

#endif
