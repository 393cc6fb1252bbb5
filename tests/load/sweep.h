/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOAD_SWEEP_H
#define PRB_LOAD_SWEEP_H

/*
 * What the scenarios of `sweep` share: one request with its answer, and whether the answer is one
 * that the server may give while a call of it fails.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tests/load/fault_plan.h"

#define SWEEP_REQUEST_BYTES_MAX 8192
#define SWEEP_ID_BYTES 37
#define SWEEP_KEY_BYTES 48

/* What one round of the scenario with keys was told. An empty text: no such answer came. */
struct sweep_keys {
	char organisation[SWEEP_ID_BYTES], name[32];
	char admin[SWEEP_KEY_BYTES], company[SWEEP_KEY_BYTES], invited[SWEEP_KEY_BYTES];
	char company_id[SWEEP_ID_BYTES], invitation[SWEEP_ID_BYTES];
	char declaration[SWEEP_ID_BYTES], invited_declaration[SWEEP_ID_BYTES];
	bool revoking, revoked; /* the company's key: asked for, and answered with 200 */
	bool erasing, erased;   /* the organisation */
};

struct sweep_story {
	char request[SWEEP_REQUEST_BYTES_MAX];
	char declaration[SWEEP_ID_BYTES], attestation[SWEEP_ID_BYTES];
	struct sweep_keys keys;
	unsigned long number;
	enum prb_fault_class class;
	unsigned long n;
	bool calm;        /* nothing fails now: every answer must be the right one */
	bool by_operator; /* over the operator's socket */
	const char *as;   /* the key that is shown; NULL: none */
	int status;       /* of the last answer; 0: there was none */
};

/* The request's length; fields end in \r\n each. */
size_t sweep_get(struct sweep_story *s, const char *target);
size_t sweep_post(struct sweep_story *s, const char *target, const char *type, const char *fields,
	const char *body);

/* True when the answer to s->request has that status. Any other is a fault, unless it is `other`,
 * or one that says that something failed. */
bool sweep_expect(struct sweep_story *s, const char *what, size_t n, int wanted, int other);

/* What stands behind `mark` in the last answer, `n` bytes of it; "" where there is no mark. */
void sweep_take(const char *mark, char *out, size_t n);

/* Stores a declaration, and keeps its id in `declaration`. */
bool sweep_declare(
	struct sweep_story *s, const char *idempotency, char declaration[SWEEP_ID_BYTES]);

/* The server has met something that must not be. */
void sweep_fault(const struct sweep_story *s, const char *what);

/* Asks the server to read its configuration again, and waits until it has said what became of it.
 */
void sweep_reload(struct sweep_story *s);

/* The scenario of a server that wants keys (sweep_keys.c); and what must hold when nothing fails
 * any more. */
void sweep_tell_keys(struct sweep_story *s);
void sweep_check_keys(struct sweep_story *s);

#endif
