/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/id.h"

#include <string.h>

#include "service/state/bytes.h"

#define MS_MAX ((1ULL << 48) - 1)
#define COUNTER_MAX 0x0FFFU
/* A new millisecond starts in the lower half, so that the counter has room to rise (RFC 9562
 * section 6.2, "counter rollover guard"). */
#define COUNTER_START_MASK 0x07FFU

static const char digits[] = "0123456789abcdef";
/* The groups of RFC 9562 section 4 end before these bytes. */
static const bool dash_before[PRB_ID_BYTES] = {[4] = true, [6] = true, [8] = true, [10] = true};

struct prb_id
prb_id_next(struct prb_id_source *source, int64_t now_ms, const uint8_t random[10])
{
	uint64_t now = now_ms > 0 ? (uint64_t)now_ms & MS_MAX : 0;
	uint32_t start = (uint32_t)prb_get_be(random, 2) & COUNTER_START_MASK;
	struct prb_id id;

	if (now > source->last_ms) {
		source->last_ms = now;
		source->counter = start;
	} else if (source->counter < COUNTER_MAX) {
		source->counter++;
	} else {
		source->last_ms++;
		source->counter = start;
	}
	prb_put_be(id.bytes, source->last_ms, 6);
	prb_put_be(id.bytes + 6, 0x7000 | source->counter, 2);
	memcpy(id.bytes + 8, random + 2, 8);
	id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3F) | 0x80);
	return id;
}

void
prb_id_text(const struct prb_id *id, char out[PRB_UUID_BYTES])
{
	for (int i = 0; i < PRB_ID_BYTES; i++) {
		if (dash_before[i])
			*out++ = '-';
		*out++ = digits[id->bytes[i] >> 4];
		*out++ = digits[id->bytes[i] & 0x0F];
	}
	*out = '\0';
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
prb_id_read(struct prb_span text, struct prb_id *out)
{
	struct prb_id id;
	size_t at = 0;

	if (text.n != PRB_UUID_BYTES - 1)
		return false;
	for (int i = 0; i < PRB_ID_BYTES; i++) {
		int high, low;

		if (dash_before[i] && text.p[at++] != '-')
			return false;
		high = digit_of(text.p[at++]);
		low = digit_of(text.p[at++]);
		if (high < 0 || low < 0)
			return false;
		id.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*out = id;
	return true;
}
