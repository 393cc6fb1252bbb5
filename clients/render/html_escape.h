/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_HTML_ESCAPE_H
#define PRB_RENDER_HTML_ESCAPE_H

#include "scoring/base/text.h"

/* Appends text for HTML, in elements and in quoted attributes alike. */
void prb_html_add(struct prb_str *out, struct prb_span text);
void prb_html_add_text(struct prb_str *out, const char *text);

#endif
