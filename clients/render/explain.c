/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/explain.h"

#include <stdio.h>
#include <string.h>

#include "clients/render/explain_change.h"
#include "clients/render/explain_guidance.h"
#include "clients/render/explain_upstream.h"
#include "clients/render/texts.h"
#include "scoring/model/words.h"

/* Reads a report and remembers the first thing that is not as it should be; after that everything
 * reads as empty. */
struct view {
	enum prb_lang lang;
	const struct prb_json *report;
	struct prb_str *out;
	struct prb_fault *fault;
	enum prb_err err;
	bool marked; /* a name was shown that is not official */
};

static const struct prb_json *
member(struct view *v, const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *value = NULL;
	char pointer[64];

	if (v->err != PRB_OK || object == NULL)
		return NULL;
	if (prb_json_kind(object) == PRB_JSON_OBJECT)
		value = prb_json_member(object, name);
	if (value != NULL && prb_json_kind(value) == kind)
		return value;
	snprintf(pointer, sizeof pointer, "/%s", name);
	v->err = prb_fault_set(v->fault, value == NULL ? PRB_ERR_MEMBER_MISSING : PRB_ERR_TYPE,
		PRB_NO_OFFSET, pointer,
		"this is not a probity report: %s is missing or of another type", name);
	return NULL;
}

static struct prb_span
text_of(struct view *v, const struct prb_json *object, const char *name)
{
	const struct prb_json *value = member(v, object, name, PRB_JSON_STRING);

	return value == NULL ? PRB_SPAN("") : prb_json_string(value);
}

static int64_t
int_of(struct view *v, const struct prb_json *object, const char *name)
{
	const struct prb_json *value = member(v, object, name, PRB_JSON_NUMBER);
	int64_t number = 0;

	if (value != NULL)
		prb_json_int(value, &number);
	return number;
}

/* Only where it is there. */
static struct prb_span
optional(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	return value != NULL && prb_json_kind(value) == PRB_JSON_STRING ? prb_json_string(value)
									: PRB_SPAN_NONE;
}

static size_t
read_args(const struct prb_json *object, struct prb_span args[PRB_TEXT_ARGS_MAX])
{
	const struct prb_json *list = prb_json_member(object, "args");
	size_t n = 0;

	if (list == NULL || prb_json_kind(list) != PRB_JSON_ARRAY)
		return 0;
	for (const struct prb_json *arg = prb_json_first(list); arg && n < PRB_TEXT_ARGS_MAX;
		arg = prb_json_next(arg))
		if (prb_json_kind(arg) == PRB_JSON_STRING)
			args[n++] = prb_json_string(arg);
	return n;
}

/*
 * Words.
 */

static void
say(struct view *v, const char *prefix, struct prb_span key, const struct prb_span *args,
	size_t args_count)
{
	v->marked |= prb_text_render(v->lang, prefix, key, args, args_count, v->out);
}

/* A text of the frame: "explain.KEY". */
static void
frame(struct view *v, const char *key, const struct prb_span *args, size_t args_count)
{
	say(v, "explain", prb_span_of(key), args, args_count);
}

static void
add(struct view *v, const char *text)
{
	prb_str_add_text(v->out, text);
}

/* A heading behind an empty line. */
static void
title(struct view *v, const char *key)
{
	add(v, "\n");
	frame(v, key, NULL, 0);
	add(v, "\n");
}

#define NUMBER_BYTES 24

static struct prb_span
digits(int64_t number, char out[NUMBER_BYTES])
{
	(void)snprintf(out, NUMBER_BYTES, "%lld", (long long)number);
	return prb_span_of(out);
}

/* One of the details behind a line: nothing where the report has nothing to say. */
static void
detail(struct view *v, bool *any, const char *key, struct prb_span value)
{
	if (value.n == 0)
		return;
	add(v, *any ? " \xC2\xB7 " : "\n      "); /* a middle dot parts in every language */
	*any = true;
	frame(v, key, &value, 1);
}

/*
 * The rating and what it rests on.
 */

/* Two numbers; anything else is no report. */
static void
read_range(struct view *v, const struct prb_json *points, int64_t *lo, int64_t *hi)
{
	const struct prb_json *first = points != NULL ? prb_json_first(points) : NULL;
	const struct prb_json *second = first != NULL ? prb_json_next(first) : NULL;

	if (v->err != PRB_OK)
		return;
	if (second == NULL || prb_json_kind(first) != PRB_JSON_NUMBER ||
		prb_json_kind(second) != PRB_JSON_NUMBER || !prb_json_int(first, lo) ||
		!prb_json_int(second, hi))
		v->err = prb_fault_set(v->fault, PRB_ERR_TYPE, PRB_NO_OFFSET, "/exposure/range",
			"this is not a probity report: exposure.range is not two numbers");
}

/* Which site and product set the exposure, where there are several. */
static void
explain_case(struct view *v, const struct prb_json *exposure)
{
	const struct prb_json *each = member(v, exposure, "each", PRB_JSON_ARRAY);
	const struct prb_json *product;
	struct prb_span site = PRB_SPAN_NONE, args[3];
	struct prb_str place;
	char count[NUMBER_BYTES];
	int64_t index;

	if (each == NULL || prb_json_size(each) < 2)
		return;
	prb_str_init(&place, 4096);
	product = prb_json_member(exposure, "product");
	if (product != NULL && prb_json_kind(product) == PRB_JSON_NUMBER &&
		prb_json_int(product, &index))
		prb_str_addf(&place, "/products/%lld", (long long)index);
	site = optional(exposure, "site");
	if (site.n != 0)
		prb_str_addf(&place, "%s%.*s", place.n != 0 ? ", " : "", PRB_SPAN_ARGS(site));
	args[0] = prb_str_span(&place);
	args[1] = text_of(v, exposure, "where_country");
	args[2] = digits((int64_t)prb_json_size(each), count);
	add(v, "  ");
	if (place.n != 0)
		frame(v, "set_by", args, 3);
	else
		frame(v, "set_by_country", args + 1, 2);
	add(v, "\n");
	v->out->failed |= place.failed;
	prb_str_finish(&place);
}

static void
explain_severity(struct view *v)
{
	const struct prb_json *severity = member(v, v->report, "severity", PRB_JSON_OBJECT);
	const struct prb_json *scope = severity ? prb_json_member(severity, "scope") : NULL;
	bool counted = scope != NULL && prb_json_kind(scope) == PRB_JSON_NUMBER;
	struct prb_span args[3] = {text_of(v, severity, "scale")};
	char workers[NUMBER_BYTES];
	int64_t number = 0;

	if (counted)
		prb_json_int(scope, &number);
	args[1] = counted ? digits(number, workers) : text_of(v, severity, "scope");
	args[2] = text_of(v, severity, "irremediability");
	add(v, "  ");
	frame(v, counted ? "severity_workers" : "severity", args, 3);
	add(v, "\n");
}

static void
explain_exposure(struct view *v, const struct prb_json *exposure)
{
	char numbers[4][NUMBER_BYTES];
	struct prb_span args[4];
	int64_t low = 0, high = 0;

	read_range(v, member(v, exposure, "range", PRB_JSON_ARRAY), &low, &high);
	args[0] = digits(int_of(v, exposure, "inherent"), numbers[0]);
	args[1] = digits(low, numbers[1]);
	args[2] = digits(high, numbers[2]);
	args[3] = digits(int_of(v, exposure, "residual"), numbers[3]);
	add(v, "  ");
	frame(v, "exposure", args, 4);
	args[0] = digits(int_of(v, v->report, "coverage"), numbers[0]);
	args[1] = digits(int_of(v, v->report, "indicators_known"), numbers[1]);
	add(v, "\n  ");
	frame(v, "known", args, 2);
	add(v, "\n");
}

static void
explain_head(struct view *v)
{
	const struct prb_json *supplier = member(v, v->report, "supplier", PRB_JSON_OBJECT);
	const struct prb_json *range = member(v, v->report, "rating_range", PRB_JSON_ARRAY);
	const struct prb_json *exposure = member(v, v->report, "exposure", PRB_JSON_OBJECT);
	const struct prb_json *low = range ? prb_json_first(range) : NULL,
			      *high = low ? prb_json_next(low) : NULL;
	struct prb_span args[3] = {text_of(v, supplier, "name"), text_of(v, supplier, "country"),
		text_of(v, v->report, "rating")};

	if (high == NULL || prb_json_kind(low) != PRB_JSON_STRING ||
		prb_json_kind(high) != PRB_JSON_STRING) {
		member(v, v->report, "rating_range, two words", PRB_JSON_ARRAY);
		return;
	}
	frame(v, "head", args, 3);
	args[0] = prb_json_string(low);
	args[1] = prb_json_string(high);
	add(v, "\n  ");
	if (prb_span_equal(args[0], args[1]))
		frame(v, "range_same", args, 1);
	else
		frame(v, "range", args, 2);
	add(v, "\n");
	explain_exposure(v, exposure);
	explain_case(v, exposure);
	explain_severity(v);
}

/*
 * Why.
 */

/* A table of the method is our own word; all other sources are citations, or words of the
 * declaration. */
static void
put_source(struct view *v, bool *any, struct prb_span source)
{
	static const char method[] = "the method: ";
	size_t n = sizeof method - 1;

	if (prb_span_starts(source, prb_span_of(method)))
		detail(v, any, "source_method", (struct prb_span){source.p + n, source.n - n});
	else
		detail(v, any, "source", source);
}

/* The first reason is the row that fired; its text stands under "rule". */
static void
explain_rule(struct view *v, struct prb_span key, const struct prb_span *args, size_t n)
{
	struct prb_str rule;
	struct prb_span words[2];

	prb_str_init(&rule, v->out->bytes_max);
	(void)prb_text_render(v->lang, "rule", key, args, n, &rule);
	words[0] = prb_str_span(&rule);
	words[1] = n == 3 ? args[2] : PRB_SPAN("");
	add(v, "  ");
	if (n == 3)
		frame(v, "row_fired", words, 2);
	else
		prb_str_add_span(v->out, words[0]);
	v->out->failed |= rule.failed;
	prb_str_finish(&rule);
}

static void
explain_reason(struct view *v, const struct prb_json *r, const struct prb_span *args, size_t n)
{
	bool any = false;

	add(v, "  - ");
	say(v, "reason", text_of(v, r, "key"), args, n);
	detail(v, &any, "at", optional(r, "evidence"));
	put_source(v, &any, optional(r, "source"));
	detail(v, &any, "edition", optional(r, "edition"));
	detail(v, &any, "dated", optional(r, "date"));
	detail(v, &any, "reply", optional(r, "reply"));
}

static void
explain_reasons(struct view *v)
{
	const struct prb_json *reasons = member(v, v->report, "reasons", PRB_JSON_ARRAY);
	bool first = true;

	title(v, "why");
	for (const struct prb_json *r = reasons ? prb_json_first(reasons) : NULL; r;
		r = prb_json_next(r)) {
		struct prb_span args[PRB_TEXT_ARGS_MAX];
		size_t n;

		if (prb_json_kind(r) != PRB_JSON_OBJECT)
			continue;
		n = read_args(r, args);
		if (first)
			explain_rule(v, text_of(v, r, "key"), args, n);
		else
			explain_reason(v, r, args, n);
		add(v, "\n");
		first = false;
	}
}

/* "row 12, medium: ..", a line of a list. */
static void
put_row(struct view *v, const struct prb_json *row)
{
	char threshold[NUMBER_BYTES], number[NUMBER_BYTES];
	struct prb_span args[3] = {text_of(v, row, "rating"),
		digits(int_of(v, row, "threshold"), threshold),
		digits(int_of(v, row, "row"), number)};
	struct prb_str rule;

	prb_str_init(&rule, v->out->bytes_max);
	(void)prb_text_render(v->lang, "rule", text_of(v, row, "rule"), args, 3, &rule);
	args[1] = args[0];
	args[0] = args[2];
	args[2] = prb_str_span(&rule);
	add(v, "  - ");
	frame(v, "row", args, 3);
	add(v, "\n");
	v->out->failed |= rule.failed;
	prb_str_finish(&rule);
}

static bool
row_holds(struct view *v, const struct prb_json *row)
{
	const struct prb_json *holds = member(v, row, "holds", PRB_JSON_BOOL);

	return holds != NULL && prb_json_bool(holds);
}

/* The nearest step above on the scale whose rows exist, and each of its conditions, none of which
 * holds. */
static void
explain_higher(struct view *v, const struct prb_json *table, enum prb_rating rating)
{
	enum prb_rating next =
		rating == PRB_RATING_UNKNOWN ? PRB_RATING_MEDIUM : (enum prb_rating)(rating + 1);
	struct prb_span word;

	if (rating == PRB_RATING_CRITICAL) {
		title(v, "no_higher");
		return;
	}
	word = prb_span_of(prb_rating_word(next));
	add(v, "\n");
	frame(v, "not_higher", &word, 1);
	add(v, "\n");
	for (const struct prb_json *row = prb_json_first(table); row && v->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(text_of(v, row, "rating")) == next &&
			next != PRB_RATING_UNKNOWN)
			put_row(v, row);
}

/* Every condition that holds at this rating or above would have to fall. */
static void
explain_lower(struct view *v, const struct prb_json *table, enum prb_rating rating)
{
	if (rating == PRB_RATING_LOW) {
		title(v, "no_lower");
		return;
	}
	title(v, rating == PRB_RATING_UNKNOWN ? "not_low" : "not_lower");
	for (const struct prb_json *row = prb_json_first(table); row && v->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(text_of(v, row, "rating")) == rating && row_holds(v, row))
			put_row(v, row);
}

static void
explain_steps(struct view *v)
{
	const struct prb_json *table = member(v, v->report, "decision_table", PRB_JSON_ARRAY);
	struct prb_span word = text_of(v, v->report, "rating");
	enum prb_rating rating = prb_rating_find(word);

	if (table == NULL)
		return;
	explain_lower(v, table, rating);
	explain_higher(v, table, rating);
}

/*
 * Determination and findings.
 */

/* "menace of penalty shown by: debt bondage, deception". */
static void
explain_shown_by(struct view *v, const char *key, const struct prb_json *list)
{
	struct prb_str names;
	struct prb_span words;

	prb_str_init(&names, v->out->bytes_max);
	for (const struct prb_json *name = list ? prb_json_first(list) : NULL; name;
		name = prb_json_next(name)) {
		if (prb_json_kind(name) != PRB_JSON_STRING)
			continue;
		if (names.n != 0)
			(void)prb_text_render(
				v->lang, "explain", PRB_SPAN("comma"), NULL, 0, &names);
		v->marked |= prb_text_render(
			v->lang, "indicator", prb_json_string(name), NULL, 0, &names);
	}
	if (names.n == 0)
		(void)prb_text_render(v->lang, "explain", PRB_SPAN("none"), NULL, 0, &names);
	words = prb_str_span(&names);
	add(v, "  ");
	frame(v, key, &words, 1);
	add(v, "\n");
	v->out->failed |= names.failed;
	prb_str_finish(&names);
}

static void
explain_determination(struct view *v)
{
	const struct prb_json *d = member(v, v->report, "determination", PRB_JSON_OBJECT);
	struct prb_span args[2] = {text_of(v, d, "icls"), PRB_SPAN_NONE}, state;

	if (d == NULL)
		return;
	args[1] = optional(d, "site");
	add(v, "\n");
	if (args[1].n != 0)
		frame(v, "icls_at", args, 2);
	else
		frame(v, "icls", args, 1);
	add(v, "\n");
	explain_shown_by(v, "menace", member(v, d, "coercion", PRB_JSON_ARRAY));
	explain_shown_by(v, "involuntariness", member(v, d, "involuntariness", PRB_JSON_ARRAY));
	prb_explain_delphi(v->lang, d, v->out);
	state = text_of(v, d, "state_imposed");
	frame(v, "state_imposed", &state, 1);
	add(v, "\n");
}

/* Each finding with what became of it; a reply is never left out. */
static void
explain_finding(struct view *v, const struct prb_json *indicator, const struct prb_json *evidence)
{
	const struct prb_span args[] = {text_of(v, indicator, "key"), text_of(v, evidence, "use")};
	bool any = false;

	add(v, "  - ");
	frame(v, "finding", args, 2);
	detail(v, &any, "at", text_of(v, evidence, "finding"));
	detail(v, &any, "site", optional(evidence, "site"));
	detail(v, &any, "source", text_of(v, evidence, "source"));
	detail(v, &any, "dated", optional(evidence, "date"));
	detail(v, &any, "reference", optional(evidence, "reference"));
	detail(v, &any, "reply", optional(evidence, "reply"));
	add(v, "\n");
}

static void
explain_findings(struct view *v)
{
	const struct prb_json *indicators = member(v, v->report, "indicators", PRB_JSON_ARRAY);
	bool any = false;

	for (const struct prb_json *i = indicators ? prb_json_first(indicators) : NULL; i;
		i = prb_json_next(i)) {
		const struct prb_json *list = member(v, i, "evidence", PRB_JSON_ARRAY);

		for (const struct prb_json *e = list ? prb_json_first(list) : NULL; e;
			e = prb_json_next(e)) {
			if (prb_json_kind(e) != PRB_JSON_OBJECT)
				continue;
			if (!any)
				title(v, "findings");
			any = true;
			explain_finding(v, i, e);
		}
	}
}

/*
 * What to ask, what was read, what was searched.
 */

#define QUESTIONS_SHOWN 6

/* Several components may ask for the same thing; once is enough. */
static bool
was_asked(const struct prb_span *asked, int count, struct prb_span asks)
{
	for (int i = 0; i < count; i++)
		if (prb_span_equal(asked[i], asks))
			return true;
	return false;
}

static void
explain_questions(struct view *v)
{
	const struct prb_json *questions = member(v, v->report, "next_questions", PRB_JSON_ARRAY);
	struct prb_span asked[QUESTIONS_SHOWN + 1], number;
	char digits_of_more[NUMBER_BYTES];
	int shown = 0, more = 0;

	title(v, "questions");
	for (const struct prb_json *q = questions ? prb_json_first(questions) : NULL; q;
		q = prb_json_next(q)) {
		struct prb_span asks, args[PRB_TEXT_ARGS_MAX];
		size_t args_count;

		if (prb_json_kind(q) != PRB_JSON_OBJECT)
			continue;
		args_count = read_args(q, args);
		asks = text_of(v, q, "asks");
		/* What asks for one thing of several is no repetition. */
		if (args_count == 0 && was_asked(asked, shown, asks))
			continue;
		/* What anyone looked for on site is asked in any case: it decides most. */
		if (shown >= QUESTIONS_SHOWN && !prb_span_is(asks, "/findings")) {
			more++;
			continue;
		}
		if (args_count == 0)
			asked[shown++] = asks;
		add(v, "  - ");
		say(v, "question", text_of(v, q, "key"), args, args_count);
		add(v, "  (");
		prb_text_foreign(v->lang, asks, v->out);
		add(v, ")\n");
	}
	if (more == 0)
		return;
	number = digits(more, digits_of_more);
	add(v, "  ");
	frame(v, "more_questions", &number, 1);
	add(v, "\n");
}

/* Lists whose items are {key, at, args}: what was assumed, and what only the supplier says. */
static void
explain_list(struct view *v, const char *name, const char *prefix)
{
	const struct prb_json *list = member(v, v->report, name, PRB_JSON_ARRAY);

	if (list == NULL || prb_json_first(list) == NULL)
		return;
	title(v, name);
	for (const struct prb_json *item = prb_json_first(list); item; item = prb_json_next(item)) {
		struct prb_span args[PRB_TEXT_ARGS_MAX];
		size_t n;

		if (prb_json_kind(item) != PRB_JSON_OBJECT)
			continue;
		n = read_args(item, args);
		add(v, "  - ");
		prb_text_foreign(v->lang, text_of(v, item, "at"), v->out);
		add(v, ": ");
		say(v, prefix, text_of(v, item, "key"), args, n);
		add(v, "\n");
	}
}

static void
explain_notes(struct view *v)
{
	const struct prb_json *notes = member(v, v->report, "notes", PRB_JSON_ARRAY);

	add(v, "\n");
	for (const struct prb_json *note = notes ? prb_json_first(notes) : NULL; note;
		note = prb_json_next(note)) {
		if (prb_json_kind(note) != PRB_JSON_STRING)
			continue;
		say(v, "note", prb_json_string(note), NULL, 0);
		add(v, "\n");
	}
}

static void
explain_lists_searched(struct view *v)
{
	const struct prb_json *lists = member(v, v->report, "lists_searched", PRB_JSON_ARRAY);

	title(v, "lists");
	for (const struct prb_json *l = lists ? prb_json_first(lists) : NULL; l;
		l = prb_json_next(l)) {
		char entries[NUMBER_BYTES];
		struct prb_span args[4];

		if (prb_json_kind(l) != PRB_JSON_OBJECT)
			continue;
		args[0] = text_of(v, l, "list");
		args[1] = text_of(v, l, "edition");
		args[2] = digits(int_of(v, l, "entries"), entries);
		add(v, "  - ");
		args[3] = text_of(v, l, "completeness");
		frame(v, "list", args, 4);
		add(v, "\n");
	}
}

/* Which report it is, and what the words are worth. */
static void
explain_end(struct view *v)
{
	const struct prb_json *data = member(v, v->report, "data", PRB_JSON_OBJECT),
			      *method = member(v, v->report, "method", PRB_JSON_OBJECT);
	const struct prb_span args[] = {text_of(v, v->report, "id"), text_of(v, v->report, "as_of"),
		text_of(v, method, "version"), text_of(v, data, "release")};

	add(v, "\n");
	frame(v, "report", args, 4);
	add(v, "\n");
	if (v->marked) {
		frame(v, "not_official", NULL, 0);
		add(v, "\n");
	}
	if (prb_text_is_translated(v->lang)) {
		frame(v, "translated", NULL, 0);
		add(v, "\n");
	}
}

/* A report that somebody wrote by hand: its rating must at least be one. */
static void
check_rating(struct view *v)
{
	struct prb_span word = text_of(v, v->report, "rating");

	if (v->err == PRB_OK && prb_rating_find(word) == PRB_RATING_UNKNOWN &&
		!prb_span_is(word, "unknown"))
		v->err = prb_fault_set(v->fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/rating",
			"this is not a probity report: \"%.*s\" is no rating", PRB_SPAN_ARGS(word));
}

enum prb_err
prb_render_explain(const struct prb_json *report, enum prb_lang lang, struct prb_str *out,
	struct prb_fault *fault)
{
	struct prb_str text;
	struct view v = {.lang = lang, .report = report, .out = &text, .fault = fault};

	prb_str_init(&text, out->bytes_max);
	check_rating(&v);
	explain_head(&v);
	explain_reasons(&v);
	if (v.err == PRB_OK)
		prb_explain_upstream(v.lang, report, &text);
	explain_steps(&v);
	if (v.err == PRB_OK)
		v.marked |= prb_explain_change(v.lang, report, &text);
	explain_determination(&v);
	explain_findings(&v);
	explain_questions(&v);
	explain_list(&v, "assumptions", "assumption");
	explain_list(&v, "unconfirmed", "unconfirmed");
	explain_notes(&v);
	explain_lists_searched(&v);
	if (v.err == PRB_OK)
		v.marked |= prb_explain_guidance(v.lang, report, &text);
	explain_end(&v);
	if (v.err == PRB_OK) {
		prb_str_add_span(out, prb_str_span(&text));
		out->failed |= text.failed;
	}
	prb_str_finish(&text);
	return v.err;
}
