/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_DECISION_TEXT_H
#define PRB_HANDLERS_DECISION_TEXT_H

/*
 * A decision as text: what a request may say, and the document that is signed, stored and answered.
 * Pure: no state, no clock.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/jcs.h"
#include "scoring/base/json.h"
#include "service/handlers/bounds.h"
#include "service/state/state.h"

#define PRB_DECISION_REQUEST_BYTES_MAX (16 * 1024)

/* What a person can say: of a hit SAME or DIFFERENT, of evidence CONFIRMED, of both UNDECIDED. */
enum prb_verdict {
	PRB_VERDICT_UNDECIDED,
	PRB_VERDICT_SAME,
	PRB_VERDICT_DIFFERENT,
	PRB_VERDICT_CONFIRMED,
};
const char *prb_verdict_word(enum prb_verdict verdict);

/* About a hit: the party is written out, or it is a name in a stored declaration. About evidence:
 * `declaration` and `evidence`, and neither party nor entity. */
struct prb_decision_request {
	struct prb_span evidence;             /* pointer into the declaration; n = 0: about a hit */
	struct prb_span declaration, pointer; /* n = 0: written out */
	struct prb_span name, country, city, address; /* the last two n = 0: not known */
	struct prb_span entity, reason, by;
	enum prb_verdict verdict;
};

/* Reads the body of POST /v1/decisions; spans live in the arena. Faults with their places. */
enum prb_err prb_decision_request_read(struct prb_arena *arena, struct prb_span json,
	struct prb_faults *faults, struct prb_decision_request *out);

/* The document: spans are borrowed. */
struct prb_decision_text {
	struct prb_span id, decided_at, by, reason;
	struct prb_span declaration, pointer; /* n = 0: it was written out */
	struct prb_span name, country;        /* of the party */
	struct prb_span city, address; /* n = 0: not known; an address beside a city is left out */
	struct prb_span list, edition, entity_id, entity; /* entity: its name */
	/* About evidence: its pointer, and the SHA-256 of the statement (datasets/facts/evidence.h)
	 * in hexadecimal; then there is no entity. n = 0: about a hit. */
	struct prb_span evidence, statement;
	struct prb_span release; /* SHA-256 of the dataset release it was decided under */
	enum prb_verdict verdict;
};

/* The bytes that are signed: canonical JSON. */
void prb_decision_text_write(const struct prb_decision_text *text, struct prb_str *out);
/* What is answered: the same members, and "signature" with the key it verifies under. */
void prb_decision_text_answer(struct prb_writer *w, const struct prb_decision_text *text,
	const struct prb_stored_decision *stored);
/* Of a stored one; spans live in the arena. PRB_ERR_STATE_DAMAGED where it cannot be read. */
enum prb_err prb_decision_text_read(
	struct prb_arena *arena, struct prb_span json, struct prb_decision_text *out);

#endif
