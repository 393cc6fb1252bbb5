/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PLAIN_H
#define PRB_RENDER_PLAIN_H

/*
 * A document as plain text, for a terminal or a mail: what `probity explain` prints.
 */

#include "clients/render/document.h"

/* Appends; out->failed where it did not fit. */
void prb_plain_write(const struct prb_document *document, struct prb_str *out);
/* Appends a report in words, of which its document in the arena is forgotten. Nothing is appended
 * where it is no report: errors as prb_document_of_report. */
enum prb_err prb_plain_report(struct prb_arena *arena, const struct prb_json *report,
	enum prb_lang lang, struct prb_str *out, struct prb_fault *fault);

#endif
