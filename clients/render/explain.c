/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/explain.h"

#include <stdio.h>
#include <string.h>

#include "clients/render/explain_guidance.h"
#include "clients/render/texts.h"
#include "scoring/model/words.h"

/* Reads a report and remembers the first thing that is not as it should be; after that everything
 * reads as empty. */
struct view {
	const struct prb_json *report;
	struct prb_str *out;
	struct prb_fault *fault;
	enum prb_err err;
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
	int64_t index;

	if (each == NULL || prb_json_size(each) < 2)
		return;
	prb_str_add_text(v->out, "  the exposure is set by");
	product = prb_json_member(exposure, "product");
	if (product != NULL && prb_json_kind(product) == PRB_JSON_NUMBER &&
		prb_json_int(product, &index))
		prb_str_addf(v->out, " /products/%lld", (long long)index);
	if (optional(exposure, "site").n != 0)
		prb_str_addf(v->out, " at site %.*s", PRB_SPAN_ARGS(optional(exposure, "site")));
	prb_str_addf(v->out, ", country %.*s, the worst of %zu\n",
		PRB_SPAN_ARGS(text_of(v, exposure, "where_country")), prb_json_size(each));
}

static void
explain_severity(struct view *v)
{
	const struct prb_json *severity = member(v, v->report, "severity", PRB_JSON_OBJECT);
	const struct prb_json *scope = severity ? prb_json_member(severity, "scope") : NULL;
	int64_t workers;

	prb_str_add_text(v->out, "  severity: scale ");
	prb_text_render("severity", text_of(v, severity, "scale"), NULL, 0, v->out);
	prb_str_add_text(v->out, "; scope ");
	if (scope != NULL && prb_json_kind(scope) == PRB_JSON_NUMBER &&
		prb_json_int(scope, &workers))
		prb_str_addf(v->out, "%lld workers", (long long)workers);
	else
		prb_text_render("severity", text_of(v, severity, "scope"), NULL, 0, v->out);
	prb_str_add_text(v->out, "; irremediability: ");
	prb_text_render("severity", text_of(v, severity, "irremediability"), NULL, 0, v->out);
	prb_str_add_char(v->out, '\n');
}

static void
explain_head(struct view *v)
{
	const struct prb_json *supplier = member(v, v->report, "supplier", PRB_JSON_OBJECT);
	const struct prb_json *range = member(v, v->report, "rating_range", PRB_JSON_ARRAY);
	const struct prb_json *exposure = member(v, v->report, "exposure", PRB_JSON_OBJECT);
	const struct prb_json *low = range ? prb_json_first(range) : NULL,
			      *high = low ? prb_json_next(low) : NULL;
	const struct prb_json *points = member(v, exposure, "range", PRB_JSON_ARRAY);
	struct prb_span rating = text_of(v, v->report, "rating");
	int64_t lo = 0, hi = 0;

	read_range(v, points, &lo, &hi);
	if (high == NULL || prb_json_kind(low) != PRB_JSON_STRING ||
		prb_json_kind(high) != PRB_JSON_STRING) {
		member(v, v->report, "rating_range, two words", PRB_JSON_ARRAY);
		return;
	}
	prb_str_addf(v->out, "%.*s (%.*s): %.*s", PRB_SPAN_ARGS(text_of(v, supplier, "name")),
		PRB_SPAN_ARGS(text_of(v, supplier, "country")), PRB_SPAN_ARGS(rating));
	if (prb_span_equal(prb_json_string(low), prb_json_string(high)))
		prb_str_addf(v->out, "\n  on what is declared both ends of the range are %.*s",
			PRB_SPAN_ARGS(prb_json_string(low)));
	else
		prb_str_addf(v->out,
			"\n  could be %.*s to %.*s when open places, goods and workforce are known",
			PRB_SPAN_ARGS(prb_json_string(low)), PRB_SPAN_ARGS(prb_json_string(high)));
	prb_str_addf(v->out,
		"; findings on site are not in this range\n"
		"  inherent exposure %lld of 100 (possible %lld to %lld), residual after controls "
		"%lld; "
		"coverage %lld %%; %lld of 11 indicators known\n",
		(long long)int_of(v, exposure, "inherent"), (long long)lo, (long long)hi,
		(long long)int_of(v, exposure, "residual"),
		(long long)int_of(v, v->report, "coverage"),
		(long long)int_of(v, v->report, "indicators_known"));
	explain_case(v, exposure);
	explain_severity(v);
}

static void
put_source(const struct prb_json *reason, struct prb_str *out)
{
	struct prb_span source = optional(reason, "source"), edition = optional(reason, "edition");
	struct prb_span date = optional(reason, "date"), evidence = optional(reason, "evidence");

	if (source.n + edition.n + date.n + evidence.n == 0)
		return;
	prb_str_add_text(out, "\n      ");
	if (evidence.n != 0)
		prb_str_addf(out, "at %.*s  ", PRB_SPAN_ARGS(evidence));
	if (source.n != 0)
		prb_str_addf(out, "source: %.*s", PRB_SPAN_ARGS(source));
	if (edition.n != 0)
		prb_str_addf(out, ", edition %.*s", PRB_SPAN_ARGS(edition));
	if (date.n != 0)
		prb_str_addf(out, ", dated %.*s", PRB_SPAN_ARGS(date));
}

/* The first reason is the row that fired; its text stands under "rule". */
static void
explain_reasons(struct view *v)
{
	const struct prb_json *reasons = member(v, v->report, "reasons", PRB_JSON_ARRAY);
	bool first = true;

	prb_str_add_text(v->out, "\nWhy:\n");
	for (const struct prb_json *r = reasons ? prb_json_first(reasons) : NULL; r;
		r = prb_json_next(r)) {
		struct prb_span args[PRB_TEXT_ARGS_MAX];
		size_t n;

		if (prb_json_kind(r) != PRB_JSON_OBJECT)
			continue;
		n = read_args(r, args);
		prb_str_add_text(v->out, first ? "  " : "  - ");
		prb_text_render(first ? "rule" : "reason", text_of(v, r, "key"), args, n, v->out);
		if (first && n == 3)
			prb_str_addf(v->out, " (row %.*s of the decision table)",
				PRB_SPAN_ARGS(args[2]));
		else if (!first)
			put_source(r, v->out);
		prb_str_add_char(v->out, '\n');
		first = false;
	}
}

static void
put_row(struct view *v, const struct prb_json *row)
{
	char threshold[24];
	struct prb_span args[2] = {text_of(v, row, "rating"), PRB_SPAN("")};

	snprintf(threshold, sizeof threshold, "%lld", (long long)int_of(v, row, "threshold"));
	args[1] = prb_span_of(threshold);
	prb_str_addf(v->out, "row %lld, %.*s: ", (long long)int_of(v, row, "row"),
		PRB_SPAN_ARGS(args[0]));
	prb_text_render("rule", text_of(v, row, "rule"), args, 2, v->out);
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

	if (rating == PRB_RATING_CRITICAL) {
		prb_str_add_text(v->out, "\nThere is no higher rating.\n");
		return;
	}
	prb_str_addf(v->out, "\nWhy not %s: none of these holds\n", prb_rating_word(next));
	for (const struct prb_json *row = prb_json_first(table); row && v->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(text_of(v, row, "rating")) == next &&
			next != PRB_RATING_UNKNOWN) {
			prb_str_add_text(v->out, "  - ");
			put_row(v, row);
			prb_str_add_char(v->out, '\n');
		}
}

/* Every condition that holds at this rating or above would have to fall. */
static void
explain_lower(struct view *v, const struct prb_json *table, enum prb_rating rating)
{
	if (rating == PRB_RATING_LOW) {
		prb_str_add_text(v->out, "\nThere is no lower rating.\n");
		return;
	}
	prb_str_add_text(v->out, rating == PRB_RATING_UNKNOWN
					 ? "\nWhy not low: this holds\n"
					 : "\nWhy not lower: each of these holds, and all of them "
					   "would have to fall\n");
	for (const struct prb_json *row = prb_json_first(table); row && v->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(text_of(v, row, "rating")) == rating && row_holds(v, row)) {
			prb_str_add_text(v->out, "  - ");
			put_row(v, row);
			prb_str_add_char(v->out, '\n');
		}
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

static void
put_keys(struct view *v, const struct prb_json *list, struct prb_str *out)
{
	bool first = true;

	for (const struct prb_json *key = list ? prb_json_first(list) : NULL; key;
		key = prb_json_next(key)) {
		if (prb_json_kind(key) != PRB_JSON_STRING)
			continue;
		prb_str_add_text(out, first ? "" : ", ");
		prb_text_render("indicator", prb_json_string(key), NULL, 0, out);
		first = false;
	}
	if (first)
		prb_str_add_text(v->out, "none");
}

static void
explain_determination(struct view *v)
{
	const struct prb_json *d = member(v, v->report, "determination", PRB_JSON_OBJECT);

	prb_str_add_text(v->out, "\nForced labour by the ICLS definition (work that is involuntary "
				 "and under menace of penalty): ");
	prb_text_render("determination", text_of(v, d, "icls"), NULL, 0, v->out);
	if (d != NULL && optional(d, "site").n != 0)
		prb_str_addf(v->out, ", at site %.*s", PRB_SPAN_ARGS(optional(d, "site")));
	prb_str_add_text(v->out, "\n  menace of penalty shown by: ");
	put_keys(v, member(v, d, "coercion", PRB_JSON_ARRAY), v->out);
	prb_str_add_text(v->out, "\n  involuntariness shown by: ");
	put_keys(v, member(v, d, "involuntariness", PRB_JSON_ARRAY), v->out);
	prb_str_add_text(v->out, "\nState-imposed forced labour: ");
	prb_text_render("state_imposed", text_of(v, d, "state_imposed"), NULL, 0, v->out);
	prb_str_add_char(v->out, '\n');
}

/* Each finding with what became of it; a reply is never left out. */
static void
explain_finding(struct view *v, const struct prb_json *indicator, const struct prb_json *evidence)
{
	struct prb_span date = optional(evidence, "date"),
			reference = optional(evidence, "reference");
	struct prb_span reply = optional(evidence, "reply");

	prb_str_add_text(v->out, "  - ");
	prb_text_render("indicator", text_of(v, indicator, "key"), NULL, 0, v->out);
	if (optional(evidence, "site").n != 0)
		prb_str_addf(v->out, " at site %.*s", PRB_SPAN_ARGS(optional(evidence, "site")));
	prb_str_addf(v->out, ", by %.*s", PRB_SPAN_ARGS(text_of(v, evidence, "source")));
	if (date.n != 0)
		prb_str_addf(v->out, ", %.*s", PRB_SPAN_ARGS(date));
	prb_str_add_text(v->out, ": ");
	prb_text_render("use", text_of(v, evidence, "use"), NULL, 0, v->out);
	prb_str_addf(v->out, "  (%.*s", PRB_SPAN_ARGS(text_of(v, evidence, "finding")));
	if (reference.n != 0)
		prb_str_addf(v->out, "; reference at %.*s", PRB_SPAN_ARGS(reference));
	if (reply.n != 0)
		prb_str_addf(v->out, "; the supplier's reply at %.*s", PRB_SPAN_ARGS(reply));
	prb_str_add_text(v->out, ")\n");
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
				prb_str_add_text(v->out, "\nFindings:\n");
			any = true;
			explain_finding(v, i, e);
		}
	}
}

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
	struct prb_span asked[QUESTIONS_SHOWN + 1];
	int shown = 0, more = 0;

	prb_str_add_text(v->out, "\nWhat to ask next:\n");
	for (const struct prb_json *q = questions ? prb_json_first(questions) : NULL; q;
		q = prb_json_next(q)) {
		struct prb_span asks;

		if (prb_json_kind(q) != PRB_JSON_OBJECT)
			continue;
		asks = text_of(v, q, "asks");
		if (was_asked(asked, shown, asks))
			continue;
		/* What anyone looked for on site is asked in any case: it decides most. */
		if (shown >= QUESTIONS_SHOWN && !prb_span_is(asks, "/findings")) {
			more++;
			continue;
		}
		asked[shown] = asks;
		prb_str_add_text(v->out, "  - ");
		prb_text_render("question", text_of(v, q, "key"), NULL, 0, v->out);
		prb_str_addf(v->out, "  (%.*s)\n", PRB_SPAN_ARGS(asks));
		shown++;
	}
	if (more > 0)
		prb_str_addf(v->out, "  (%d more in the report, next_questions)\n", more);
}

/* Lists whose items are {key, at, args}: what was assumed, and what only the supplier says. */
static void
explain_list(struct view *v, const char *name, const char *prefix, const char *title)
{
	const struct prb_json *list = member(v, v->report, name, PRB_JSON_ARRAY);

	if (list == NULL || prb_json_first(list) == NULL)
		return;
	prb_str_addf(v->out, "\n%s\n", title);
	for (const struct prb_json *item = prb_json_first(list); item; item = prb_json_next(item)) {
		struct prb_span args[PRB_TEXT_ARGS_MAX];
		size_t n;

		if (prb_json_kind(item) != PRB_JSON_OBJECT)
			continue;
		n = read_args(item, args);
		prb_str_addf(v->out, "  - %.*s: ", PRB_SPAN_ARGS(text_of(v, item, "at")));
		prb_text_render(prefix, text_of(v, item, "key"), args, n, v->out);
		prb_str_add_char(v->out, '\n');
	}
}

static void
explain_notes(struct view *v)
{
	const struct prb_json *notes = member(v, v->report, "notes", PRB_JSON_ARRAY);
	const struct prb_json *lists = member(v, v->report, "lists_searched", PRB_JSON_ARRAY);
	const struct prb_json *data = member(v, v->report, "data", PRB_JSON_OBJECT);

	prb_str_add_char(v->out, '\n');
	for (const struct prb_json *note = notes ? prb_json_first(notes) : NULL; note;
		note = prb_json_next(note)) {
		if (prb_json_kind(note) != PRB_JSON_STRING)
			continue;
		prb_text_render("note", prb_json_string(note), NULL, 0, v->out);
		prb_str_add_char(v->out, '\n');
	}
	prb_str_add_text(v->out, "Lists searched:");
	for (const struct prb_json *l = lists ? prb_json_first(lists) : NULL; l;
		l = prb_json_next(l)) {
		if (prb_json_kind(l) != PRB_JSON_OBJECT)
			continue;
		prb_str_add_text(v->out, l == prb_json_first(lists) ? " " : "; ");
		prb_text_render("list", text_of(v, l, "list"), NULL, 0, v->out);
		prb_str_addf(v->out, ", edition %.*s, %lld entries",
			PRB_SPAN_ARGS(text_of(v, l, "edition")),
			(long long)int_of(v, l, "entries"));
	}
	prb_str_addf(v->out,
		".\nReport %.*s, as of %.*s; method version %.*s, data release %.*s.\n",
		PRB_SPAN_ARGS(text_of(v, v->report, "id")),
		PRB_SPAN_ARGS(text_of(v, v->report, "as_of")),
		PRB_SPAN_ARGS(
			text_of(v, member(v, v->report, "method", PRB_JSON_OBJECT), "version")),
		PRB_SPAN_ARGS(text_of(v, data, "release")));
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
prb_render_explain(const struct prb_json *report, struct prb_str *out, struct prb_fault *fault)
{
	struct prb_str text;
	struct view v = {report, &text, fault, PRB_OK};

	prb_str_init(&text, out->bytes_max);
	check_rating(&v);
	explain_head(&v);
	explain_reasons(&v);
	explain_steps(&v);
	explain_determination(&v);
	explain_findings(&v);
	explain_questions(&v);
	if (v.err == PRB_OK)
		prb_explain_guidance(report, &text);
	explain_list(&v, "assumptions", "assumption", "Read into the declaration:");
	explain_list(&v, "unconfirmed", "unconfirmed",
		"Said by the supplier alone, and not counted in its favour until confirmed:");
	explain_notes(&v);
	/* Names in a report are anybody's text. */
	prb_text_safe(prb_str_span(&text), true, out);
	out->failed |= text.failed;
	prb_str_finish(&text);
	return v.err;
}
