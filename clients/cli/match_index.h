/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_MATCH_INDEX_H
#define PRB_CLI_MATCH_INDEX_H

/*
 * `probity match --build` and `--index`: an index over the user's own names, and questions to it.
 */

#include <stddef.h>

/* Tables are TSV: a header row, the name in the first column. */
struct match_index {
	const char *data;    /* the release whose tables fold and parse, or NULL */
	const char *names;   /* --build: the table */
	const char *out;     /* --build: the index to write */
	const char *index;   /* --index: an index, or a table to build one of on the fly */
	const char *queries; /* a table */
	const char *timing;  /* a file for the nanoseconds of each query, or NULL */
	size_t limit;        /* names for each query */
	unsigned jobs;
};

#define MATCH_LIMIT_DEFAULT 5
#define MATCH_JOBS_MAX 256

/* The exit status: a row that cannot stand is said as FILE:LINE: reason. A table with such a row
 * gives no index; a query that cannot stand is left out, and the rest is answered. */
int match_index_build(const struct match_index *m);
int match_index_search(const struct match_index *m);

#endif
