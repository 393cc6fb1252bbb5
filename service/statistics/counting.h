/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_COUNTING_H
#define PRB_STATISTICS_COUNTING_H

/* One counting of what is stored: a walk along the journal. */

#include "service/state/state.h"
#include "service/statistics/tally.h"

struct prb_counting {
	struct prb_state_reader *reader;
	int64_t before_ms; /* what was stored before this midnight */
	size_t arena_bytes_max;
	/* Called between two looks into the journal with how long the last one took; true: end. */
	bool (*pause)(void *context, int64_t ms);
	void *context;
};

/* Into a new tally. PRB_ERR_BUSY: ended by `pause`; PRB_ERR_MEMORY also where a single declaration
 * is too large for the arena. */
enum prb_err prb_count_stored(const struct prb_counting *counting, struct prb_tally **out);

#endif
