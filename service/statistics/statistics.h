/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_STATISTICS_H
#define PRB_STATISTICS_STATISTICS_H

/*
 * The thread that counts all stored declarations: at the start, and anew after each midnight UTC,
 * so that what was erased leaves with the next counting and nothing has to be kept beside the
 * journal. It takes half of a processor at most, holds no read transaction for long, and keeps the
 * finished answers, of declarations that were stored before that midnight or, where too few have
 * come since, before an earlier one (counting.h): so nobody sees a single one come in.
 */

#include "service/state/state.h"
#include "service/statistics/tally.h"

struct prb_statistics;

struct prb_statistics_options {
	struct prb_state *state;
	int64_t (*clock_ms)(void); /* UTC, since 1970 */
	size_t organisations_min;  /* PRB_CELL_ORGANISATIONS_MIN; 1 in open mode */
};

/* NULL without memory. */
struct prb_statistics *prb_statistics_start(const struct prb_statistics_options *options);
void prb_statistics_stop(struct prb_statistics *statistics); /* NULL is allowed */

/* Which answer: a before b, PRB_BY_NOTHING for none; workers with one dimension at most. */
struct prb_statistics_query {
	enum prb_count_by a, b;
	bool with_workers;
};
/* From any thread: appends the answer. PRB_ERR_BUSY while nothing was counted yet. */
enum prb_err prb_statistics_answer(struct prb_statistics *statistics,
	const struct prb_statistics_query *query, struct prb_str *out);

#endif
