/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_READING_H
#define PRB_STATISTICS_READING_H

/* What is counted of a stored declaration. */

#include "scoring/base/arena.h"
#include "service/state/state.h"
#include "service/statistics/tally.h"

#define PRB_COUNTED_KEY_BYTES 16

/* The key is drawn for one counting, and hashes of suppliers mean nothing behind it.
 * PRB_ERR_STATE_DAMAGED where what is stored is no report or no declaration. */
enum prb_err prb_counted_read(struct prb_arena *arena, const struct prb_stored_declaration *stored,
	const uint8_t key[PRB_COUNTED_KEY_BYTES], struct prb_counted *out);

#endif
