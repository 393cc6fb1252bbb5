/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/problem_page.h"

#include <stdio.h>

#include "clients/render/texts.h"
#include "service/handlers/answers.h"
#include "service/handlers/page.h"

#define PAGE_BYTES_MAX 16384

bool
prb_is_page_address(struct prb_span path)
{
	static const char *const programs[] = {"/.well-known/", "/assets/", "/healthz", "/log/",
		"/metrics", "/openapi.json", "/readyz", "/status/", "/v1/"};

	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
		if (prb_span_starts(path, prb_span_of(programs[i])))
			return false;
	return true;
}

bool
prb_wants_problem_page(const struct prb_exchange *x)
{
	static const char *const types[] = {PRB_TYPE_PROBLEM, "application/json", "text/html"};
	bool gets = x->head.method == PRB_METHOD_GET || x->head.method == PRB_METHOD_HEAD;

	return gets && prb_is_page_address(x->head.path) &&
	       prb_preferred(x, types, sizeof types / sizeof types[0]) == 2;
}

/* The texts for a status: KEY, its title, and KEY_text, what to do. */
static const char *
key_of(int status)
{
	switch (status) {
	case 404:
		return "nothing";
	case 429:
		return "too_many";
	case 503:
		return "busy";
	default:
		return "other";
	}
}

static struct prb_span
render(const struct prb_exchange *x, const char *key, struct prb_str *text)
{
	char seconds[16];
	struct prb_span args[1];

	(void)snprintf(seconds, sizeof seconds, "%d",
		x->reply.retry_after_s > 0 ? x->reply.retry_after_s : 1);
	args[0] = prb_span_of(seconds);
	prb_str_reset(text);
	(void)prb_text_render(x->lang, "problem", prb_span_of(key), args, 1, text);
	return text->failed ? PRB_SPAN("") : prb_str_span(text);
}

static void
write_page(const struct prb_exchange *x, struct prb_span detail, struct prb_str *text,
	struct prb_str *out)
{
	const char *key = key_of(x->reply.status);
	char what[32];

	(void)snprintf(what, sizeof what, "%s_text", key);
	prb_page_begin(out, x->lang, render(x, key, text));
	prb_str_add_text(out, "<p>");
	prb_html_add(out, render(x, what, text));
	prb_str_addf(out, "</p>\n<p><a href=\"/?lang=%s\">", prb_lang_tag(x->lang));
	prb_html_add(out, render(x, "first_page", text));
	prb_str_addf(out, "</a></p>\n<p lang=\"en\" dir=\"ltr\"><small>%d: ", x->reply.status);
	prb_html_add(out, detail);
	prb_str_add_text(out, "</small></p>\n" PRB_PAGE_END);
}

void
prb_put_problem_page(struct prb_exchange *x, struct prb_span detail)
{
	struct prb_str text, out;
	struct prb_fault fault;

	/* What is refused early was not looked at yet; a query that is none names no language. */
	if (x->query.count == 0 &&
		prb_query_read(x->arena, x->head.query, &x->query, &fault) != PRB_OK)
		x->query.count = 0;
	prb_speak_page(x);
	prb_str_init(&text, PAGE_BYTES_MAX);
	prb_str_init(&out, PAGE_BYTES_MAX);
	write_page(x, detail, &text, &out);
	if (!text.failed && !out.failed) {
		prb_str_reset(&x->reply.body);
		prb_str_add_span(&x->reply.body, prb_str_span(&out));
		x->reply.type = PRB_TYPE_HTML;
		x->reply.by_accept = true;
		x->reply.page_policy = PRB_PAGE_POLICY;
	} else
		x->reply.language = NULL;
	prb_str_finish(&text);
	prb_str_finish(&out);
}
