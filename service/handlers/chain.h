/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_CHAIN_H
#define PRB_HANDLERS_CHAIN_H

/*
 * The stored declarations that a declaration refers to, and those that these refer to, as a book
 * for scoring.
 */

#include "scoring/rules/book.h"
#include "service/handlers/handler.h"

/* So many different references are followed for one declaration, at every distance together. */
#define PRB_CHAIN_FOLLOWED_MAX 1000

/*
 * Loads them and scores each alone, as `options` say (whose salt and id are then each one's own).
 * What is not stored, what the caller may not see, and what can no longer be scored stays open.
 * *out is NULL where nothing is referred to; the book lives in the exchange's arena. Faults go to
 * exchange->faults.
 */
enum prb_err prb_chain_load(struct prb_exchange *exchange,
	const struct prb_declaration *declaration, const struct prb_score_options *options,
	const struct prb_book **out);

/* Whether a text may refer to declarations: a look at its bytes, for whoever plans the work. */
bool prb_may_refer(struct prb_span json);

#endif
