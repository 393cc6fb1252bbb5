/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_REPRODUCE_H
#define PRB_CLI_REPRODUCE_H

/* The two forms of `probity reproduce`: one report, and many. Inside clients/cli only. */

#include "clients/cli/decisions.h"
#include "clients/cli/recompute.h"

#define REPRODUCE_TEXT_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define REPRODUCE_ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

struct reproduce_options {
	const char *attestation, *report, *declaration; /* files; NULL where not given */
	const char *reports, *declarations;
	const char *did, *data, *upstream;
	enum prb_declarant declarant; /* of upstream declarations that do not say */
	prb_date as_of;               /* PRB_DATE_NONE: as the report says */
	int64_t now;                  /* the moment at which the attestation is judged */
};

/*
 * The book of --upstream, read when a report first needs it, and again for a report of another day
 * or declarant, or with decisions: what stands upstream is scored at the report's own day, and with
 * what persons had decided then. It says what goes wrong.
 * The options and the release must outlive it.
 */
struct reproduce_book;
struct reproduce_book *reproduce_book_create(
	const struct reproduce_options *options, const struct prb_release *release);
void reproduce_book_destroy(struct reproduce_book *book);
/* *out lives until the next call, and is NULL without --upstream. An exit status; *out is for use
 * where it is PRB_EXIT_OK. */
int reproduce_book_of(struct reproduce_book *book, const struct declared *declared,
	const struct prb_claims *said, const struct decision_book *decisions,
	const struct prb_book **out);
/* Says so where the difference may come of upstream declarations that are missing; kept may be
 * NULL. Returns whether it said something. */
bool reproduce_lacks_upstream(const struct reproduce_options *options,
	const struct recomputed *recomputed, const struct prb_json *kept, const char *indent);

/* The exit status; everything is said. */
int reproduce_one(const struct reproduce_options *options);
int reproduce_many(const struct reproduce_options *options);

#endif
