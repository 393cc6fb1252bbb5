/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_DOCUMENTS_H
#define PRB_INTAKE_DOCUMENTS_H

/*
 * JSON inputs cut into the texts of single declarations: one object, an array of objects, or lines
 * of objects. Only strings and brackets are followed here; whether a text is sound is found by
 * whoever reads the declaration, so that a fault has one wording. The texts are handed out as they
 * are.
 */

#include "clients/intake/intake.h"

struct prb_intake_documents;

/* `may_turn`: an object that a further object follows on a line of its own was the first of lines
 * (for looking at an input whose beginning holds no more than a part of its first object). NULL
 * where memory ran out. */
struct prb_intake_documents *prb_intake_documents_create(const struct prb_intake_options *options,
	const struct prb_intake_events *events, bool lines, bool may_turn);
void prb_intake_documents_destroy(struct prb_intake_documents *documents);
enum prb_err prb_intake_documents_feed(
	struct prb_intake_documents *documents, struct prb_span text, struct prb_fault *fault);
enum prb_err prb_intake_documents_finish(
	struct prb_intake_documents *documents, struct prb_fault *fault);
bool prb_intake_documents_are_lines(const struct prb_intake_documents *documents);

/* Whether a text that begins with '{' is lines of objects, as far as its beginning shows. */
bool prb_intake_looks_like_lines(struct prb_span start);

#endif
