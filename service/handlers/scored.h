/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_SCORED_H
#define PRB_HANDLERS_SCORED_H

/*
 * The one way from a declaration's bytes to a result, for every handler that scores.
 */

#include "service/handlers/handler.h"

/* Reads, gathers and scores at the exchange's day. salt and id as prb_score_options has them, NULL
 * for a screening that stores nothing. Faults go to exchange->faults. */
enum prb_err prb_scored(struct prb_exchange *exchange, struct prb_span json, const uint8_t *salt,
	const char *id, const struct prb_result **out);

#endif
