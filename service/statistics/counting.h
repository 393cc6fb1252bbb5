/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_COUNTING_H
#define PRB_STATISTICS_COUNTING_H

/*
 * One counting of what is stored: a walk along the journal. The difference of two answers is a cell
 * like any other: so what came is counted only from the first midnight on at which all that came
 * since the last such midnight is safe. This follows from the journal alone, so that a server that
 * was started again shows the same; and what was erased is not there, in whatever was counted.
 */

#include "service/state/state.h"
#include "service/statistics/tally.h"

struct prb_counting {
	struct prb_state_reader *reader;
	int64_t before_ms;        /* what was stored before this midnight */
	size_t organisations_min; /* prb_cell_is_safe */
	size_t arena_bytes_max;
	/* Called between two looks into the journal with how long the last one took; true: end. */
	bool (*pause)(void *context, int64_t ms);
	void *context;
};

/* Into a new tally. *as_of_ms: the last midnight at which something was added; `before_ms` where
 * nothing was ever. PRB_ERR_BUSY: ended by `pause`; PRB_ERR_MEMORY also where a single declaration
 * is too large for the arena. */
enum prb_err prb_count_stored(
	const struct prb_counting *counting, struct prb_tally **out, int64_t *as_of_ms);

#endif
