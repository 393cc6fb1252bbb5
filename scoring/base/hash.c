/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/hash.h"

#include <string.h>

static char *
hex_add(char *out, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0x0F];
	}
	return out;
}

void
prb_sha256_hex(const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_SHA256_HEX_BYTES])
{
	*hex_add(out, hash, PRB_SHA256_BYTES) = '\0';
}

void
prb_uuid8(const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_UUID_BYTES])
{
	/* The groups of RFC 9562 section 4: 4, 2, 2, 2 and 6 bytes. */
	static const size_t group[] = {4, 2, 2, 2, 6};
	uint8_t id[16];
	size_t at = 0;

	memcpy(id, hash, sizeof(id));
	id[6] = (uint8_t)((id[6] & 0x0F) | 0x80); /* version 8 */
	id[8] = (uint8_t)((id[8] & 0x3F) | 0x80); /* variant 10 */
	for (size_t i = 0; i < sizeof(group) / sizeof(group[0]); i++) {
		if (i > 0)
			*out++ = '-';
		out = hex_add(out, id + at, group[i]);
		at += group[i];
	}
	*out = '\0';
}
