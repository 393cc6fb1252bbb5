/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_EVIDENCE_H
#define PRB_HANDLERS_EVIDENCE_H

/*
 * Decisions about what a supplier says in its own favour: others confirm it, or take that back
 * (scoring/METHOD.md, "Who declares"; what one covers: datasets/facts/evidence.h). They are read,
 * signed, stored and answered as decisions about hits are (decisions.c).
 */

#include "service/handlers/decision_text.h"
#include "service/handlers/handler.h"

/* Whether the caller may: a supplier does not confirm its own word. */
bool prb_evidence_may_confirm(const struct prb_caller *caller);

/*
 * Finds the statement that request->evidence points to in the text of a stored declaration; fills
 * what the decision is found by, and the document's party and statement. Texts live in the
 * exchange's arena. PRB_ERR_NOTHING_TO_CONFIRM, with a fault, where nothing there waits for
 * somebody else's word.
 */
enum prb_err prb_evidence_find(struct prb_exchange *exchange,
	const struct prb_decision_request *request, struct prb_span declaration,
	struct prb_stored_decision *stored, struct prb_decision_text *document);

#endif
