/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_BYTES_H
#define PRB_STATE_BYTES_H

/* Big-endian integers, the one form of numbers in records, keys and values. For this folder alone.
 */

#include <stdint.h>

static inline void
prb_put_be(uint8_t *p, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static inline uint64_t
prb_get_be(const uint8_t *p, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return value;
}

#endif
