/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_REPRODUCE_H
#define PRB_CLI_REPRODUCE_H

/* The two forms of `probity reproduce`: one report, and many. Inside clients/cli only. */

#include "scoring/base/date.h"

#define REPRODUCE_TEXT_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define REPRODUCE_ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

struct reproduce_options {
	const char *attestation, *report, *declaration; /* files; NULL where not given */
	const char *reports, *declarations;
	const char *did, *data;
	prb_date as_of; /* PRB_DATE_NONE: as the report says */
	int64_t now;    /* the moment at which the attestation is judged */
};

/* The exit status; everything is said. */
int reproduce_one(const struct reproduce_options *options);
int reproduce_many(const struct reproduce_options *options);

#endif
