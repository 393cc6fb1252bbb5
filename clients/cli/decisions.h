/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_DECISIONS_H
#define PRB_CLI_DECISIONS_H

/*
 * Decisions of persons about possible hits and evidence, as a server gives them (GET /v1/decisions) or as a
 * report names those that it rests on. Once filled it is read-only and may be shared by threads.
 */

#include "datasets/facts/decisions.h"
#include "scoring/base/json.h"

struct decision_book;

/* NULL without memory. */
struct decision_book *decision_book_create(void);
void decision_book_destroy(struct decision_book *book);

/*
 * Reads FILE: one decision a line, or one answer of GET /v1/decisions a line; of those about one
 * hit the newest counts. False with FILE:LINE and the reason on standard error: a decision that was
 * passed over in silence would change a rating.
 */
bool decision_book_read(
	struct decision_book *book, const struct prb_release *release, const char *path);
/* Holds these alone from now on: the member `decisions` of a report or of a stored declaration;
 * NULL: none. False where one of them cannot be read, or memory ran out. */
bool decision_book_take(struct decision_book *book, const struct prb_json *decisions);

/* Borrowed, and never NULL. */
const struct prb_decision_source *decision_book_source(const struct decision_book *book);
bool decision_book_is_empty(const struct decision_book *book);

#endif
