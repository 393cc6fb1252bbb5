/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_ID_H
#define PRB_STATE_ID_H

/*
 * Ids of stored things: UUIDv7 (RFC 9562 section 5.7), so that keys arrive in order. Clock and
 * entropy come from the caller.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_ID_BYTES 16

struct prb_id {
	uint8_t bytes[PRB_ID_BYTES];
};

/* One for each thread; plain memory, all zero at first. Within one source ids rise strictly, also
 * when the clock stands or goes back. */
struct prb_id_source {
	uint64_t last_ms;
	uint32_t counter;
};
/* random: 10 bytes that nobody can guess. */
struct prb_id prb_id_next(struct prb_id_source *source, int64_t now_ms, const uint8_t random[10]);
void prb_id_text(const struct prb_id *id, char out[PRB_UUID_BYTES]);
/* Any UUID in its lower-case form of 36 characters; false otherwise. */
bool prb_id_read(struct prb_span text, struct prb_id *out);

#endif
