/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/page.h"

/* Widths in characters, so that lines stay readable; colours of the reader's own choice. */
static const char head[] =
	"<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<style>\n"
	":root{color-scheme:light dark}\n"
	"body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem;"
	"overflow-wrap:anywhere}\n"
	"h1{font-size:1.5rem}h2{font-size:1.2rem}\n"
	"li,dd{margin-bottom:.5rem}dd{margin-left:1rem}\n"
	"</style>\n<title>";

void
prb_page_begin(struct prb_str *out, enum prb_lang lang, struct prb_span title)
{
	prb_str_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n", prb_lang_tag(lang),
		prb_lang_is_rtl(lang) ? "rtl" : "ltr");
	prb_str_add_text(out, head);
	prb_html_add(out, title);
	prb_str_add_text(out, "</title>\n</head>\n<body>\n<main>\n<h1>");
	prb_html_add(out, title);
	prb_str_add_text(out, "</h1>\n");
}

enum prb_handled
prb_page_end(struct prb_exchange *x)
{
	prb_str_add_text(&x->reply.body, PRB_PAGE_END);
	x->reply.page_policy = PRB_PAGE_POLICY;
	return prb_answer(x, 200, PRB_TYPE_HTML);
}
