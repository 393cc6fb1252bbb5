/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/html_escape.h"

void
prb_html_add(struct prb_str *out, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&':
			prb_str_add_text(out, "&amp;");
			break;
		case '<':
			prb_str_add_text(out, "&lt;");
			break;
		case '>':
			prb_str_add_text(out, "&gt;");
			break;
		case '"':
			prb_str_add_text(out, "&quot;");
			break;
		case '\'':
			prb_str_add_text(out, "&#39;");
			break;
		default:
			prb_str_add_char(out, text.p[i]);
		}
}

void
prb_html_add_text(struct prb_str *out, const char *text)
{
	prb_html_add(out, prb_span_of(text));
}
