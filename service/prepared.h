/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_PREPARED_H
#define PRB_SERVICE_PREPARED_H

/*
 * Answers that depend on target, language, coding, release and day alone, kept ready to send. One
 * for each worker; bounded: when it is full it forgets everything, as it does when the day changes.
 */

#include "scoring/base/text.h"

struct prb_prepared_answer {
	struct prb_span target;
	int form; /* language and coding of the request: a number to compare, no more */
	/* The bytes before and behind the Date field's value, and the body. */
	struct prb_span before, behind, body;
	size_t route; /* index in prb_routes, for the metrics */
};

struct prb_prepared;
struct prb_prepared *prb_prepared_create(void);
void prb_prepared_destroy(struct prb_prepared *prepared);
/* NULL when there is none for this day. */
const struct prb_prepared_answer *prb_prepared_find(
	const struct prb_prepared *prepared, struct prb_span target, int form, int64_t day);
/* Forgets everything: they were made of what is no longer in use. */
void prb_prepared_forget(struct prb_prepared *prepared);
/* Copies all of it. Nothing is kept where memory is short. */
void prb_prepared_keep(
	struct prb_prepared *prepared, const struct prb_prepared_answer *answer, int64_t day);

#endif
