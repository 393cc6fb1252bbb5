/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_HTML_H
#define PRB_RENDER_HTML_H

/*
 * A document as one HTML page that needs nothing else: no script, one style in the page itself,
 * bars and codes drawn in it. It can be mailed, kept and printed; without colours it says the same.
 */

#include "clients/render/document.h"

/* What such a page may load: its own style, known by its SHA-256, and nothing else. The page says
 * so itself; who serves it adds that it stands in no frame, which a page cannot say. A change of
 * the style changes it; a test compares. */
#define PRB_HTML_POLICY                                                                            \
	"default-src 'none'; style-src 'sha256-xj/vYw/AyBeCEKoT3sE8aXUjXUjUGSEHwdDK8nSVvfs="       \
	"'; base-uri 'none'; form-action 'none'"
#define PRB_HTML_POLICY_SERVED PRB_HTML_POLICY "; frame-ancestors 'none'"

/* The whole page of one document. Appends; out->failed where it did not fit. */
void prb_html_write(const struct prb_document *document, struct prb_str *out);

/*
 * The same in parts, for several documents in one page: begin with that of the summary, the body of
 * each with a prefix of its own ("r12-") for the ids of its headings, end.
 */

void prb_html_begin(const struct prb_document *document, struct prb_str *out);
void prb_html_body(const struct prb_document *document, const char *prefix, struct prb_str *out);
void prb_html_end(struct prb_str *out);

#endif
