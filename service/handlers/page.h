/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_PAGE_H
#define PRB_HANDLERS_PAGE_H

/*
 * Small pages for people: HTML without script, readable on a telephone.
 */

#include "clients/render/html_escape.h"
#include "service/handlers/handler.h"

#define PRB_TYPE_HTML "text/html; charset=utf-8"

/* What such a page may load: its own style, known by its SHA-256, and nothing else. A change of the
 * style changes it; a test compares. */
#define PRB_PAGE_POLICY                                                                            \
	"default-src 'none'; style-src 'sha256-0m+jqXu+Es/cGjWMeXP2fOKrNniC+WjRJLdVo/7sLuQ='; "    \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

#define PRB_PAGE_END "</main>\n</body>\n</html>\n"

/* Everything up to the first heading's end, and everything behind the content. */
void prb_page_begin(struct prb_str *out, enum prb_lang lang, struct prb_span title);
enum prb_handled prb_page_end(struct prb_exchange *exchange);

#endif
