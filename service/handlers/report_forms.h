/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_REPORT_FORMS_H
#define PRB_HANDLERS_REPORT_FORMS_H

/*
 * A report in the form that Accept prefers: JSON, a page that needs nothing else (HTML), or PDF.
 * The last two are made from the report's JSON, in a thread of the pool.
 */

#include "service/handlers/handler.h"

#define PRB_TYPE_PDF "application/pdf"

enum prb_report_form {
	PRB_FORM_JSON,
	PRB_FORM_HTML,
	PRB_FORM_PDF,
	PRB_FORM_NONE, /* a refusal was made */
};

/* The form that Accept wants; says to caches that it was chosen, and, beside JSON, in which
 * language the answer is. */
enum prb_report_form prb_report_form(struct prb_exchange *exchange);

/* Has `work` done where such a form is made; it answers with prb_report_answer. PRB_REPLIED is a
 * refusal. */
enum prb_handled prb_report_away(struct prb_exchange *exchange, enum prb_report_form form,
	enum prb_handled (*work)(struct prb_exchange *exchange));

/*
 * The answer: `report` is its canonical text, `attestation` the credential of it, with its id; p
 * and id NULL where there is none. For a thread of the pool: a PDF takes seconds.
 */
enum prb_handled prb_report_answer(struct prb_exchange *exchange, enum prb_report_form form,
	struct prb_span report, struct prb_span attestation, const struct prb_id *id);

#endif
