/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_SCORED_H
#define PRB_HANDLERS_SCORED_H

/*
 * The one way from a declaration's bytes to a result, for every handler that scores.
 *
 * Who says it matters (METHOD, "Who declares"), so a caller with a role says it as that role: a
 * declaration that names no `declarant` gets the role's, as a member, so that whoever computes the
 * report again from what is stored comes to the same. One that names another than the role is
 * refused, unless it is the supplier, whose word counts least: so what a supplier said can be
 * passed on. Where nobody has a role (an open server) it is the company unless said otherwise.
 */

#include "service/handlers/handler.h"

/* What the caller sent: reads, gathers and scores at the exchange's day. salt and id as
 * prb_score_options has them, NULL for a screening that stores nothing. Faults go to
 * exchange->faults. */
enum prb_err prb_scored(struct prb_exchange *exchange, struct prb_span json, const uint8_t *salt,
	const char *id, const struct prb_result **out);
/* The same of a stored declaration, whoever asks: it says itself who declared. */
enum prb_err prb_scored_again(struct prb_exchange *exchange, struct prb_span json,
	const uint8_t *salt, const char *id, const struct prb_result **out);

#endif
