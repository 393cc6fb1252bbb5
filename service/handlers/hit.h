/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_HIT_H
#define PRB_HANDLERS_HIT_H

/*
 * Decisions about possible hits: a party that may be one of a list's entries (what one covers:
 * datasets/facts/decisions.h). Those about evidence: evidence.h.
 */

#include "service/handlers/decision_text.h"
#include "service/handlers/handler.h"

/*
 * Finds the hit that the request is about, as it stands without any decision, in the text of a
 * declaration: a stored one, or {"supplier":{..}} for a party that the request writes out. Fills
 * what the decision is found by, and the document's party and entry. What the document points to
 * lives in the desk's arena, as facts do; the rest in the exchange's. PRB_ERR_NOT_POSSIBLE, with a
 * fault, where there is no such hit, or one that is certain.
 */
enum prb_err prb_hit_find(struct prb_exchange *exchange, const struct prb_decision_request *request,
	struct prb_span declaration, struct prb_stored_decision *stored,
	struct prb_decision_text *document);

#endif
