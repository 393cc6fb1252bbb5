/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"
#include "scoring/model/words.h"

/*
 * Why this rating, and why not one lower or higher.
 */

/* A table of the method is our own word; all other sources are citations, or words of the
 * declaration. */
static void
put_source(struct prb_builder *b, struct prb_span source, unsigned on)
{
	static const char method[] = "the method: ";
	size_t n = sizeof method - 1;

	if (!prb_span_starts(source, prb_span_of(method))) {
		prb_build_detail(b, "source", source);
	} else if (on == PRB_ON_TEXT) {
		prb_build_detail(b, "source_method", (struct prb_span){source.p + n, source.n - n});
	} else {
		prb_build_part(b);
		prb_build_say(b, "report", PRB_SPAN("source_method"), NULL, 0);
	}
}

static void
build_details(struct prb_builder *b, const struct prb_json *r, unsigned on)
{
	prb_build_detail_place(b, prb_member_text(r, "evidence"), on);
	put_source(b, prb_member_text(r, "source"), on);
	prb_build_detail(b, "edition", prb_member_text(r, "edition"));
	prb_build_detail(b, "dated", prb_member_text(r, "date"));
	prb_build_detail_reply(b, prb_member_text(r, "reply"), on);
	prb_build_details_on(b, on);
}

static bool
is_confirmed(const struct prb_json *r)
{
	return prb_span_is(prb_member_text(r, "key"), "evidence_confirmed");
}

/* What somebody other than the supplier confirmed, each place with its day. */
static void
build_confirmed(struct prb_builder *b, const struct prb_json *reasons)
{
	bool any = false;

	for (const struct prb_json *r = reasons ? prb_json_first(reasons) : NULL; r;
		r = prb_json_next(r)) {
		if (!is_confirmed(r))
			continue;
		if (!any) {
			prb_build_say(b, "report", PRB_SPAN("confirmed"), NULL, 0);
			prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_PAGE)->level = 1;
		}
		any = true;
		prb_build_detail_place(b, prb_member_text(r, "evidence"), PRB_ON_PAGE);
		if (b->words.n != 0)
			prb_build_detail(b, "dated", prb_member_text(r, "date"));
		prb_build_details_on(b, PRB_ON_PAGE);
	}
}

/* The first reason is the row that fired; its text stands under "rule". */
static void
build_fired(struct prb_builder *b, struct prb_span key, const struct prb_span *args, size_t n)
{
	struct prb_span words[2];

	prb_str_reset(&b->part);
	b->marked |= prb_text_render(b->lang, "rule", key, args, n, &b->part);
	words[0] = prb_str_span(&b->part);
	words[1] = n == 3 ? args[2] : PRB_SPAN("");
	if (n == 3)
		prb_build_frame(b, "row_fired", words, 2);
	else
		prb_str_add_span(&b->words, words[0]);
	prb_build_block(b, PRB_BLOCK_PARAGRAPH, PRB_ON_ALL)->level = 1;
}

static void
build_reason(struct prb_builder *b, const struct prb_json *r, const struct prb_span *args, size_t n)
{
	/* These name their place, and there are many with the same words: pages have them once. */
	unsigned on = is_confirmed(r) ? PRB_ON_TEXT : PRB_ON_ALL;

	prb_build_say(b, "reason", prb_build_text(b, r, "key"), args, n);
	prb_build_block(b, PRB_BLOCK_ITEM, on)->level = 1;
	build_details(b, r, PRB_ON_TEXT);
	if (on == PRB_ON_ALL)
		build_details(b, r, PRB_ON_PAGE);
}

void
prb_build_reasons(struct prb_builder *b)
{
	const struct prb_json *reasons = prb_build_member(b, b->report, "reasons", PRB_JSON_ARRAY);
	bool first = true;

	prb_build_heading(b, "why");
	prb_build_lead(b, PRB_ON_TEXT, "why", NULL, 0);
	for (const struct prb_json *r = reasons ? prb_json_first(reasons) : NULL; r;
		r = prb_json_next(r)) {
		struct prb_span args[PRB_TEXT_ARGS_MAX];
		size_t n;

		if (prb_json_kind(r) != PRB_JSON_OBJECT)
			continue;
		n = prb_build_args(r, args);
		if (first)
			build_fired(b, prb_build_text(b, r, "key"), args, n);
		else
			build_reason(b, r, args, n);
		first = false;
	}
	build_confirmed(b, reasons);
}

/* "row 12, medium: ..", a line of a list. */
static void
build_row(struct prb_builder *b, const struct prb_json *row)
{
	char threshold[PRB_NUMBER_BYTES], number[PRB_NUMBER_BYTES];
	struct prb_span args[3] = {prb_build_text(b, row, "rating"),
		prb_build_digits(prb_build_int(b, row, "threshold"), threshold),
		prb_build_digits(prb_build_int(b, row, "row"), number)};

	prb_str_reset(&b->part);
	b->marked |=
		prb_text_render(b->lang, "rule", prb_build_text(b, row, "rule"), args, 3, &b->part);
	args[1] = args[0];
	args[0] = args[2];
	args[2] = prb_str_span(&b->part);
	prb_build_frame(b, "row", args, 3);
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
}

static bool
row_holds(struct prb_builder *b, const struct prb_json *row)
{
	const struct prb_json *holds = prb_build_member(b, row, "holds", PRB_JSON_BOOL);

	return holds != NULL && prb_json_bool(holds);
}

/* The nearest step above on the scale whose rows exist, and each of its conditions, none of which
 * holds. */
static void
build_higher(struct prb_builder *b, const struct prb_json *table, enum prb_rating rating)
{
	enum prb_rating next =
		rating == PRB_RATING_UNKNOWN ? PRB_RATING_MEDIUM : (enum prb_rating)(rating + 1);
	struct prb_span word;

	if (rating == PRB_RATING_CRITICAL) {
		prb_build_lead(b, PRB_ON_ALL, "no_higher", NULL, 0);
		return;
	}
	word = prb_span_of(prb_rating_word(next));
	prb_build_lead(b, PRB_ON_ALL, "not_higher", &word, 1);
	for (const struct prb_json *row = prb_json_first(table); row && b->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(prb_build_text(b, row, "rating")) == next)
			build_row(b, row);
}

/* Every condition that holds at this rating or above would have to fall. */
static void
build_lower(struct prb_builder *b, const struct prb_json *table, enum prb_rating rating)
{
	if (rating == PRB_RATING_LOW) {
		prb_build_lead(b, PRB_ON_ALL, "no_lower", NULL, 0);
		return;
	}
	prb_build_lead(
		b, PRB_ON_ALL, rating == PRB_RATING_UNKNOWN ? "not_low" : "not_lower", NULL, 0);
	for (const struct prb_json *row = prb_json_first(table); row && b->err == PRB_OK;
		row = prb_json_next(row))
		if (prb_rating_find(prb_build_text(b, row, "rating")) == rating &&
			row_holds(b, row))
			build_row(b, row);
}

void
prb_build_steps(struct prb_builder *b)
{
	const struct prb_json *table =
		prb_build_member(b, b->report, "decision_table", PRB_JSON_ARRAY);
	enum prb_rating rating = prb_rating_find(prb_build_text(b, b->report, "rating"));

	if (table == NULL)
		return;
	prb_build_heading(b, "steps");
	build_lower(b, table, rating);
	build_higher(b, table, rating);
}
