/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_RECOMPUTE_H
#define PRB_CLI_RECOMPUTE_H

/*
 * A report computed again, from what it (or the attestation of it) says of how it came about, and
 * compared with it.
 */

#include "clients/cli/screener.h"
#include "scoring/attest/claims.h"

/* A declaration as somebody kept it: as it was sent, or as its owner gets it from
 * GET /v1/declarations/{id}, with the salt of its digest. Borrowed from the arena it was read into.
 */
struct declared {
	struct prb_span text;
	bool says_declarant;     /* who declares stands in it */
	char id[PRB_UUID_BYTES]; /* "" where it is bare */
	bool salted;
	uint8_t salt[PRB_DECLARATION_SALT_BYTES];
	const struct prb_json *decisions; /* that its report rests on; NULL: none are named */
};

/* *out is untouched on failure, which *fault explains. */
enum prb_err declared_read(struct prb_arena *arena, struct prb_span text, struct declared *out,
	struct prb_fault *fault);

/* A report as somebody kept it: bare, or in a server's answer to a declaration. */
struct kept_report {
	const struct prb_json *json;
	struct prb_span bytes; /* as they were kept; of an answer, in canonical form */
	char sha256[PRB_SHA256_HEX_BYTES];
	struct prb_claims says;
	const struct prb_json *decisions; /* that it rests on; NULL: none */
};

enum prb_err kept_report_read(struct prb_arena *arena, struct prb_span text,
	struct kept_report *out, struct prb_fault *fault);

/* The outcome of computing again. `bytes` are in the prb_str that was handed over. */
struct recomputed {
	struct prb_span bytes;
	const struct prb_json *json; /* in the arena that was handed over */
	struct prb_claims says;      /* with the report's own hash */
};

/* Computes the report that `said` speaks of. book: of --upstream, or NULL. PRB_OK, or why there is
 * none, in *faults. */
enum prb_err recompute(struct screener *screener, const struct declared *declared,
	const struct prb_claims *said, const struct prb_book *book, struct prb_str *text,
	struct prb_arena *arena, struct recomputed *out, const struct prb_faults **faults);

/* Whether references to upstream declarations lead nowhere in the report recomputed that led
 * somewhere in the one kept, or may have where none is kept (NULL). */
bool lacks_upstream(const struct prb_json *recomputed, const struct prb_json *kept);

/*
 * Prints where the two differ, at most `shown` places, each line behind `indent`. Returns how many
 * places there are; 0 where the values are the same, whatever the bytes are. The arena is scratch.
 */
size_t print_differences(struct prb_arena *arena, struct prb_span recomputed,
	const struct prb_json *kept, size_t shown, const char *indent);

/* Prints text of unknown origin on one line. */
void print_safely(struct prb_span text);

#endif
