/* SPDX-License-Identifier: Apache-2.0 */
/* The answer for somebody in a shop: what programs get from /v1/products, as words on a page. */
#include <string.h>

#include "clients/render/texts.h"
#include "scoring/base/json.h"
#include "service/handlers/shop.h"

#define ANSWER_BYTES_MAX ((size_t)1 << 20)
#define ASKED_BYTES_MAX 60 /* of what was typed, above the answer */
#define HEADINGS_MAX 3     /* named below it */

struct view {
	struct prb_exchange *x;
	struct prb_str *out;
	const struct prb_shop_asked *asked;
	const struct prb_lookup *lookup;
	const struct prb_reference *reference;
	const struct prb_json *answer; /* of /v1/products */
};

static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	return value != NULL && prb_json_kind(value) == PRB_JSON_STRING ? prb_json_string(value)
									: PRB_SPAN_NONE;
}

static const struct prb_json *
first_of(const struct view *v, const char *name)
{
	return prb_json_first(prb_json_member(v->answer, name));
}

static void
add(const struct view *v, const char *html)
{
	prb_str_add_text(v->out, html);
}

static void
title(const struct view *v, const char *id, const char *key)
{
	prb_str_addf(v->out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">", id, id);
	prb_shop_put(v->x, "", key, "</h2>\n");
}

/* Bars that fill with the rating, as parts/rating.js draws them; unknown is never drawn as low. */
static void
put_sign(const struct view *v, enum prb_rating rating)
{
	add(v, "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
	for (int i = 0; i < 4 && rating != PRB_RATING_UNKNOWN; i++)
		prb_str_addf(v->out,
			"<rect x=\"%d\" y=\"%d\" width=\"3\" height=\"%d\" fill=\"%s\" "
			"stroke=\"currentColor\" stroke-width=\"0.8\"/>",
			i * 4, 12 - i * 4, 4 + i * 4, i < (int)rating ? "currentColor" : "none");
	if (rating == PRB_RATING_UNKNOWN)
		add(v, "<text x=\"8\" y=\"14\" text-anchor=\"middle\" font-size=\"16\" "
		       "font-weight=\"700\" fill=\"currentColor\">?</text>");
	add(v, "</svg>");
}

/* What was asked, short, and labelled as that: the sentence below speaks of such goods, so that a
 * link cannot make it name somebody. */
static void
put_asked(const struct view *v)
{
	struct prb_str *text = &v->x->desk->text;
	struct prb_span words = v->asked->q;

	if (v->lookup->goods->basis == PRB_HS_NONE || words.n == 0)
		return;
	if (words.n > ASKED_BYTES_MAX)
		words.n = ASKED_BYTES_MAX;
	/* Not within a character. */
	while (words.n > 0 && words.n < v->asked->q.n && (words.p[words.n] & 0xc0) == 0x80)
		words.n--;
	prb_shop_put(v->x, "<p class=\"asked\">", "product", ": <bdi>");
	prb_str_reset(text);
	prb_str_add_text(text, "\xc2\xab");
	prb_text_safe(words, false, text);
	prb_str_add_text(text, words.n < v->asked->q.n ? "\xe2\x80\xa6\xc2\xbb" : "\xc2\xbb");
	if (text->failed)
		v->out->failed = true;
	prb_html_add(v->out, prb_str_span(text));
	add(v, "</bdi>");
	if (v->lookup->country >= 0) {
		add(v, " \xc2\xb7 <bdi>");
		prb_shop_country(v->x, v->lookup->country);
		add(v, "</bdi>");
	}
	add(v, "</p>\n");
}

/* The headings that the words were taken for. */
static void
put_headings(const struct view *v)
{
	const struct prb_json *heading =
		prb_json_first(prb_json_member(prb_json_member(v->answer, "good"), "headings"));

	for (size_t i = 0; heading != NULL && i < HEADINGS_MAX;
		i++, heading = prb_json_next(heading)) {
		if (i == 0)
			prb_shop_put(v->x, "<p class=\"small\">", "headings", " <bdi>HS ");
		else
			add(v, "; ");
		prb_html_add(v->out, text_of(heading, "hs"));
		add(v, " ");
		prb_html_add(v->out, text_of(heading, "name"));
		if (i + 1 == HEADINGS_MAX || prb_json_next(heading) == NULL)
			add(v, prb_json_next(heading) != NULL ? " \xe2\x80\xa6</bdi></p>\n"
							      : "</bdi></p>\n");
	}
}

static void
say_such_goods(struct prb_exchange *x, struct prb_product_view *words)
{
	struct prb_str *text = &x->desk->text;

	if (words->lookup->goods->basis == PRB_HS_NONE)
		return;
	prb_str_reset(text);
	(void)prb_text_render(x->lang, "product", PRB_SPAN("such"), NULL, 0, text);
	if (!text->failed && text->n > 0 && text->n < PRB_GOOD_NAME_BYTES)
		memcpy(words->good, text->p, text->n + 1);
}

/* How high the risk is, what was asked, and the main reason. */
static void
put_headline(const struct view *v)
{
	struct prb_product_view words = prb_product_view_of(v->x, v->lookup);
	enum prb_rating rating = prb_lookup_rating(v->lookup);
	struct prb_span word = prb_span_of(prb_rating_word(rating));

	prb_str_addf(v->out,
		"<section id=\"answer\" class=\"answer answer-%s\" aria-labelledby=\"risk\">\n"
		"<h2 id=\"risk\">",
		word.p);
	put_sign(v, rating);
	prb_shop_say(
		v->x, "lookup", rating == PRB_RATING_UNKNOWN ? "risk_unknown" : "risk", &word, 1);
	add(v, "</h2>\n");
	put_asked(v);
	add(v, "<p class=\"headline\">");
	say_such_goods(v->x, &words);
	prb_product_headline(&words);
	prb_html_add(v->out, prb_str_span(&v->x->desk->text));
	add(v, "</p>\n<p class=\"small\">");
	prb_html_add(v->out, text_of(v->answer, "notice"));
	add(v, "</p>\n");
	put_headings(v);
	add(v, "</section>\n");
}

static void
put_reason(const struct view *v, const struct prb_json *reason)
{
	struct prb_span source = text_of(reason, "source"), date = text_of(reason, "date");

	add(v, "<li>");
	prb_html_add(v->out, text_of(reason, "text"));
	/* The name of a table of the method says nothing to somebody in a shop. */
	if (source.n > 0 && !prb_span_starts(source, PRB_SPAN("the method"))) {
		add(v, "<br><bdi class=\"source\" lang=\"en\">");
		prb_html_add(v->out, source);
		add(v, date.n > 0 ? ", " : "");
		prb_html_add(v->out, date);
		add(v, "</bdi>");
	}
	add(v, "</li>\n");
}

/* A part of the exposure, other than a law or a list that names the good. */
static bool
is_points(const struct prb_json *reason)
{
	return prb_span_starts(text_of(reason, "key"), PRB_SPAN("exposure"));
}

static size_t
count_reasons(const struct view *v, bool points)
{
	size_t count = 0;

	for (const struct prb_json *i = first_of(v, "reasons"); i != NULL; i = prb_json_next(i))
		count += is_points(i) == points;
	return count;
}

static void
list_reasons(const struct view *v, bool points)
{
	add(v, "<ul class=\"reasons\">\n");
	for (const struct prb_json *i = first_of(v, "reasons"); i != NULL; i = prb_json_next(i))
		if (is_points(i) == points)
			put_reason(v, i);
	add(v, "</ul>\n");
}

/* What laws and lists say; where they say nothing, the points are the reason. */
static void
put_reasons(const struct view *v)
{
	bool named = count_reasons(v, false) > 0;

	if (first_of(v, "reasons") == NULL)
		return;
	title(v, "why", "why");
	list_reasons(v, !named);
	add(v, "</section>\n");
}

/*
 * The steps of the chain: a row each, with what is known of it and what it adds.
 */

/* Ends a row; points < 0: none of its own. */
static void
end_step(const struct view *v, int64_t points)
{
	char number[PRB_NUMBER_BYTES];
	struct prb_span arg = prb_product_digits(points, number);

	add(v, "</td><td class=\"number\">");
	if (points >= 0)
		prb_shop_say(v->x, "lookup", "points", &arg, 1);
	add(v, "</td></tr>\n");
}

static void
begin_step(const struct view *v, const char *key)
{
	prb_shop_put(v->x, "<tr><th scope=\"row\">", key, "</th><td>");
}

/* The rows of the list for this origin, by an input or not; how many. */
static size_t
put_listed(const struct view *v, bool by_input)
{
	size_t count = 0;

	for (const struct prb_json *i = first_of(v, "listed"); i != NULL; i = prb_json_next(i)) {
		struct prb_span args[3] = {
			text_of(i, "good"), text_of(i, "country"), text_of(i, "listed")};

		if (prb_json_bool(prb_json_member(i, "by_input")) != by_input)
			continue;
		add(v, count++ > 0 ? "<br>" : "");
		prb_shop_say(v->x, "reason",
			by_input                                       ? "listed_input"
			: prb_json_bool(prb_json_member(i, "certain")) ? "listed"
								       : "listed_perhaps",
			args, 3);
	}
	return count;
}

static int64_t
points_of(const struct view *v, const char *lens)
{
	const struct prb_json *points =
		prb_json_member(prb_json_member(v->answer, "exposure"), "points");
	int64_t value = 0;

	(void)prb_json_int(prb_json_member(points, lens), &value);
	return value;
}

/* A law that would presume it in a region of the country: "not presumed" alone would hide it. */
static bool
put_unknown_region(const struct view *v)
{
	size_t count = 0;

	for (const struct prb_json *i = first_of(v, "reasons"); i != NULL; i = prb_json_next(i))
		if (prb_span_is(text_of(i, "key"), "scope_region_unknown")) {
			add(v, count++ > 0 ? "<br>" : "");
			prb_html_add(v->out, text_of(i, "text"));
		}
	return count > 0;
}

static void
put_state_imposed(const struct view *v)
{
	enum prb_state_imposed value = prb_lookup_state_imposed(v->lookup);

	begin_step(v, "step_state");
	if (value != PRB_NOT_PRESUMED || !put_unknown_region(v))
		prb_shop_say(v->x, "state_imposed", prb_state_imposed_word(value), NULL, 0);
	end_step(v, -1);
}

/* Together: the exposure with its range. */
static void
put_exposure(const struct view *v)
{
	const struct prb_exposure_result *e = &v->lookup->result->exposure;
	char points[PRB_NUMBER_BYTES], lo[PRB_NUMBER_BYTES], hi[PRB_NUMBER_BYTES];
	struct prb_span args[3] = {prb_product_digits(prb_ppm_points(e->worst.inherent), points),
		prb_product_digits(prb_ppm_points(e->lo), lo),
		prb_product_digits(prb_ppm_points(e->hi), hi)};

	add(v, "<p>");
	prb_shop_say(v->x, "product", "exposure", args, 3);
	add(v, "</p>\n");
}

static void
put_steps(const struct view *v)
{
	if (v->lookup->result == NULL || v->lookup->goods->basis == PRB_HS_NONE)
		return;
	title(v, "steps", "steps");
	prb_shop_put(v->x, "<table class=\"steps\"><caption class=\"visually-hidden\">", "steps",
		"</caption>\n<thead><tr><th scope=\"col\">");
	prb_shop_put(v->x, "", "column_step", "</th><th scope=\"col\">");
	prb_shop_put(v->x, "", "column_known", "</th><th scope=\"col\" class=\"number\">");
	prb_shop_put(v->x, "", "column_points", "</th></tr></thead>\n<tbody>\n");
	begin_step(v, "step_inputs");
	if (put_listed(v, true) == 0)
		prb_shop_say(v->x, "lookup", "inputs_unknown", NULL, 0);
	end_step(v, -1);
	begin_step(v, "step_good");
	if (put_listed(v, false) == 0)
		prb_shop_say(v->x, "lookup", "good_not_listed", NULL, 0);
	end_step(v, points_of(v, "what"));
	put_state_imposed(v);
	begin_step(v, "step_country");
	prb_shop_say(v->x, "lookup", "country_known", NULL, 0);
	end_step(v, points_of(v, "where"));
	begin_step(v, "step_workers");
	prb_shop_say(v->x, "lookup", "workers_unknown", NULL, 0);
	end_step(v, points_of(v, "who"));
	add(v, "</tbody></table>\n");
	put_exposure(v);
	if (count_reasons(v, false) > 0) {
		prb_shop_put(v->x, "<details><summary>", "points_one_by_one", "</summary>\n");
		list_reasons(v, true);
		add(v, "</details>");
	}
	add(v, "</section>\n");
}

static void
put_questions(const struct view *v)
{
	title(v, "ask", "ask");
	add(v, "<ol id=\"questions\">\n");
	for (const struct prb_json *i = first_of(v, "ask_the_shop"); i; i = prb_json_next(i)) {
		add(v, "<li>");
		prb_html_add(v->out, text_of(i, "text"));
		add(v, "</li>\n");
	}
	add(v, "</ol></section>\n");
}

/*
 * Where else the good is listed: once for each country, the gravest row of it.
 */

static bool
is_grave(const struct prb_json *row)
{
	return prb_span_is(text_of(row, "listed"), "forced_labour");
}

/* The rows of one country stand together. */
static const struct prb_json *
gravest_of(const struct prb_json *row, const struct prb_json **behind)
{
	struct prb_span country = text_of(row, "country");
	const struct prb_json *found = row;

	for (; row != NULL && prb_span_equal(text_of(row, "country"), country);
		row = prb_json_next(row))
		if (is_grave(row) && !is_grave(found))
			found = row;
	*behind = row;
	return found;
}

static void
put_other(const struct view *v, const struct prb_json *row)
{
	struct prb_span listed = text_of(row, "listed");
	bool assumed;

	add(v, "<li><a href=\"");
	prb_shop_link(v->x, v->asked->q,
		prb_facts_country(v->x->desk->gatherer, text_of(row, "country"), &assumed));
	add(v, "\">");
	prb_html_add(v->out, text_of(row, "country_name"));
	add(v, "</a> <span class=\"small\">");
	prb_shop_say(v->x, "listed",
		listed.n > 0 ? is_grave(row) ? "forced_labour" : "child_labour_only" : "", NULL, 0);
	add(v, "</span></li>\n");
}

static void
put_elsewhere(const struct view *v)
{
	bool is_open = v->lookup->country < 0;
	const struct prb_json *behind;

	if (first_of(v, "listed_elsewhere") == NULL)
		return;
	title(v, "elsewhere", "elsewhere");
	add(v, is_open ? "<details open>" : "<details>");
	prb_shop_put(v->x, "<summary>", "elsewhere_hint", "</summary>\n<ul class=\"origins\">\n");
	for (int grave = 1; grave >= 0; grave--)
		for (const struct prb_json *i = first_of(v, "listed_elsewhere"); i; i = behind) {
			const struct prb_json *row = gravest_of(i, &behind);

			if (is_grave(row) == grave)
				put_other(v, row);
		}
	add(v, "</ul></details></section>\n");
}

/* Hints of /v1/products speak of its parameters; here they speak of the form. */
static const char *
words_of_hint(struct prb_span key)
{
	static const char *const rows[][2] = {
		{"gtin_is_no_origin", "barcode"},
		{"gtin_not_looked_up", "barcode_unknown"},
		{"words_unknown", "words_unknown"},
		{"words_broad", "words_broad"},
		{"chapter_is_broad", "words_broad"},
		{"origin_ambiguous", "origin_ambiguous"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (prb_span_is(key, rows[i][0]))
			return rows[i][1];
	return NULL;
}

static void
put_open(const struct view *v)
{
	struct prb_span origin =
		v->lookup->country >= 0
			? prb_span_of(v->reference->countries[v->lookup->country].iso3)
			: PRB_SPAN_NONE;

	title(v, "open", "open");
	add(v, "<ul>\n");
	for (const struct prb_json *i = first_of(v, "hints"); i; i = prb_json_next(i)) {
		const char *key = words_of_hint(text_of(i, "key"));

		if (key == NULL)
			continue;
		add(v, "<li>");
		prb_shop_say(v->x, "lookup", key, &origin, 1);
		add(v, "</li>\n");
	}
	prb_shop_put(v->x, "<li>", "open_item", "</li>\n<li>");
	prb_shop_put(v->x, "", "open_lists", "</li>\n</ul></section>\n");
}

static void
put_source(const struct view *v, const struct prb_json *source)
{
	static const char *const members[] = {"publisher", "edition", "doubts"};

	add(v, "<li>");
	prb_html_add(v->out, text_of(source, "title"));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct prb_span text = text_of(source, members[i]);

		if (text.n == 0)
			continue;
		add(v, ". ");
		prb_html_add(v->out, text);
	}
	add(v, "</li>\n");
}

static void
put_more(const struct view *v)
{
	title(v, "more", "more");
	prb_str_addf(v->out, "<ul>\n<li><a href=\"/data?lang=%s\">", prb_lang_tag(v->x->lang));
	prb_shop_put(v->x, "", "link_data",
		"</a></li>\n<li><a rel=\"noreferrer\" "
		"href=\"https://www.dol.gov/agencies/ilab/reports/"
		"child-labor/list-of-goods\">");
	prb_shop_put(v->x, "", "link_list",
		"</a></li>\n<li><a rel=\"noreferrer\" href=\"https://normlex.ilo.org/dyn/nrmlx_en/"
		"f?p=NORMLEXPUB:12100:0::NO::P12100_ILO_CODE:C029\">");
	prb_shop_put(v->x, "", "link_ilo", "</a></li>\n</ul>\n");
	prb_shop_put(v->x, "<details><summary>", "sources",
		"</summary>\n<ul class=\"small\" lang=\"en\" dir=\"ltr\">\n");
	for (const struct prb_json *i = first_of(v, "sources"); i; i = prb_json_next(i))
		put_source(v, i);
	add(v, "</ul></details></section>\n");
}

/* The answer that programs get, as a tree; NULL without memory. The page so far stands aside. */
static const struct prb_json *
answer_of(struct prb_exchange *x, const struct prb_lookup *lookup)
{
	struct prb_str *body = &x->reply.body;
	struct prb_span page = prb_kept(x->arena, body), text;
	const struct prb_json *answer = NULL;
	struct prb_fault fault;

	if (page.p == NULL)
		return NULL;
	prb_str_reset(body);
	prb_product_write(x, lookup);
	text = prb_kept(x->arena, body);
	prb_str_reset(body);
	prb_str_add_span(body, page);
	if (text.p == NULL ||
		prb_json_parse(x->arena, text, ANSWER_BYTES_MAX, &fault, &answer) != PRB_OK)
		return NULL;
	return answer;
}

bool
prb_shop_answer(
	struct prb_exchange *x, const struct prb_shop_asked *asked, const struct prb_lookup *lookup)
{
	struct view v = {.x = x,
		.out = &x->reply.body,
		.asked = asked,
		.lookup = lookup,
		.reference = prb_release_reference(x->desk->release),
		.answer = answer_of(x, lookup)};

	if (v.answer == NULL)
		return false;
	put_headline(&v);
	put_reasons(&v);
	put_steps(&v);
	put_questions(&v);
	put_elsewhere(&v);
	put_open(&v);
	put_more(&v);
	return true;
}
