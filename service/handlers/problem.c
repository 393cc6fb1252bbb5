/* SPDX-License-Identifier: Apache-2.0 */
/* GET /problems and GET /problems/{name}: what the `type` of a problem leads to. The words are
 * those of scoring/base/ERRORS.md, which the build puts into the program: one place for each. */
#include <string.h>

#include "clients/render/embedded.h"
#include "scoring/base/jcs.h"
#include "service/handlers/answers.h"
#include "service/handlers/facts.h"
#include "service/handlers/page.h"

extern const struct prb_embedded prb_embedded_ERRORS;

/* Kept for a while: words change with the program alone. */
#define CACHE_CONTROL "public, max-age=300"

static const char *const types[] = {"text/html", PRB_TYPE_JSON};

/* What a row of the table says beside the name. */
struct words {
	struct prb_span when, what_to_do;
};

/* Cuts off what stands before the mark; false where there is none. */
static bool
cut(struct prb_span *rest, const char *mark, struct prb_span *before)
{
	size_t n = strlen(mark);

	for (size_t i = 0; i + n <= rest->n; i++)
		if (memcmp(rest->p + i, mark, n) == 0) {
			*before = (struct prb_span){rest->p, i};
			rest->p += i + n;
			rest->n -= i + n;
			return true;
		}
	return false;
}

/* The row "| `name` | when | what to do |". A test looks for each error's. */
static bool
find_words(const char *wire, struct words *out)
{
	struct prb_span rest = {(const char *)prb_embedded_ERRORS.bytes, prb_embedded_ERRORS.n};
	struct prb_span line, name;

	while (cut(&rest, "\n", &line)) {
		if (!prb_span_starts(line, PRB_SPAN("| `")))
			continue;
		line.p += 3;
		line.n -= 3;
		if (cut(&line, "` | ", &name) && prb_span_is(name, wire))
			return cut(&line, " | ", &out->when) && cut(&line, " |", &out->what_to_do);
	}
	return false;
}

/* What stands between backticks is code. */
static void
add_marked(struct prb_str *out, struct prb_span text)
{
	struct prb_span before;
	bool is_code = false;

	while (cut(&text, "`", &before)) {
		prb_html_add(out, before);
		prb_str_add_text(out, is_code ? "</code>" : "<code>");
		is_code = !is_code;
	}
	prb_html_add(out, text);
}

static enum prb_err
find_error(struct prb_span wire)
{
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++)
		if (prb_span_is(wire, prb_err_wire((enum prb_err)err)))
			return (enum prb_err)err;
	return PRB_OK;
}

/* ---- as JSON ---- */

static void
write_one(struct prb_writer *w, enum prb_err err)
{
	struct words words = {PRB_SPAN_NONE, PRB_SPAN_NONE};

	(void)find_words(prb_err_wire(err), &words);
	prb_writer_object(w);
	prb_writer_member_text(w, "name", prb_err_wire(err));
	prb_writer_member_int(w, "status", prb_err_status(err));
	prb_writer_member_text(w, "title", prb_err_title(err));
	prb_writer_member_string(w, "what_to_do", words.what_to_do);
	prb_writer_member_string(w, "when", words.when);
	prb_writer_end(w);
}

static void
write_all(struct prb_writer *w)
{
	prb_write_items(w);
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++)
		write_one(w, (enum prb_err)err);
	prb_write_next(w, NULL);
}

/* ---- as pages ---- */

/* As the server gives it, but for the detail and the request's id. */
static void
add_example(struct prb_exchange *x, enum prb_err err)
{
	struct prb_reply example = {.request_id = PRB_SPAN("01937f2a7c1b7c3e9a540d6f3c2b1a8e")};

	prb_str_init(&example.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_reply_problem(&example, err, NULL, NULL);
	prb_str_add_text(&x->reply.body, "<h2>How it comes</h2>\n<pre><code>");
	prb_html_add(&x->reply.body, prb_str_span(&example.body));
	prb_str_add_text(&x->reply.body, "</code></pre>\n");
	if (example.body.failed)
		x->reply.body.failed = true;
	prb_str_finish(&example.body);
}

static enum prb_handled
show_one(struct prb_exchange *x, enum prb_err err)
{
	struct words words = {PRB_SPAN_NONE, PRB_SPAN_NONE};
	struct prb_str *out = &x->reply.body;

	(void)find_words(prb_err_wire(err), &words);
	prb_page_begin(out, PRB_LANG_en, prb_span_of(prb_err_wire(err)));
	prb_str_add_text(out, "<p>What is wrong: ");
	prb_html_add_text(out, prb_err_title(err));
	prb_str_addf(out, ".</p>\n<p>Status: %d</p>\n<p>When: ", prb_err_status(err));
	add_marked(out, words.when);
	prb_str_add_text(out, "</p>\n<p>What to do: ");
	add_marked(out, words.what_to_do);
	prb_str_add_text(out,
		"</p>\n<p>The answer itself says more: <code>detail</code> in one line, and "
		"<code>errors</code> with the place of each fault.</p>\n");
	add_example(x, err);
	prb_str_add_text(out,
		"<p><a href=\"/problems\">All problems</a>, <a href=\"/openapi.json\">the "
		"description of this interface</a>, <a href=\"/\">what is here</a></p>\n");
	return prb_page_end(x);
}

static enum prb_handled
show_all(struct prb_exchange *x)
{
	struct prb_str *out = &x->reply.body;

	prb_page_begin(out, PRB_LANG_en, PRB_SPAN("problems"));
	prb_str_add_text(out, "<p>Every refusal names one of these, in the member "
			      "<code>type</code>. Programs may "
			      "rely on the names; the words may change.</p>\n<dl>\n");
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++) {
		const char *wire = prb_err_wire((enum prb_err)err);

		prb_str_addf(out, "<dt><a href=\"/problems/%s\">%s</a>, %d</dt>\n<dd>", wire, wire,
			prb_err_status((enum prb_err)err));
		prb_html_add_text(out, prb_err_title((enum prb_err)err));
		prb_str_add_text(out, "</dd>\n");
	}
	prb_str_add_text(out, "</dl>\n<p><a href=\"/\">What is here</a></p>\n");
	return prb_page_end(x);
}

/* ---- the routes ---- */

/* Which form, and what caches are told of it; -1, with a refusal made, where none will do. */
static int
choose_form(struct prb_exchange *x)
{
	int form = prb_preferred(x, types, sizeof types / sizeof types[0]);

	if (form < 0) {
		(void)prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"this can be had as text/html or application/json");
		return -1;
	}
	x->reply.cache_control = CACHE_CONTROL;
	x->reply.by_accept = true;
	return form;
}

enum prb_handled
prb_handle_problem(struct prb_exchange *x)
{
	enum prb_err err = find_error(x->params[0]);
	struct prb_writer w;
	int form;

	if (err == PRB_OK)
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"there is no problem of that name; /problems lists them");
	form = choose_form(x);
	if (form < 0)
		return PRB_REPLIED;
	if (form == 0)
		return show_one(x, err);
	prb_writer_init(&w, &x->reply.body);
	write_one(&w, err);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_problems(struct prb_exchange *x)
{
	int form = choose_form(x);
	struct prb_writer w;

	if (form < 0)
		return PRB_REPLIED;
	if (form == 0)
		return show_all(x);
	prb_writer_init(&w, &x->reply.body);
	write_all(&w);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
