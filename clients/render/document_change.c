/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"

/*
 * What remediation would change, and what the definitions of law and research say. Members of the
 * Delphi rules and of the changes that are not of a report's shape are passed over.
 */

static void
put_comma(struct prb_builder *b)
{
	if (b->part.n != 0)
		(void)prb_text_render(b->lang, "explain", PRB_SPAN("comma"), NULL, 0, &b->part);
}

/* "debt bondage at works, isolation at works", in b->part. */
static struct prb_span
join_pairs(struct prb_builder *b, const struct prb_json *change)
{
	prb_str_reset(&b->part);
	for (const struct prb_json *pair = prb_member_list(change, "remedy"); pair;
		pair = prb_json_next(pair)) {
		struct prb_span args[2] = {
			prb_member_text(pair, "indicator"), prb_member_text(pair, "site")};

		if (args[0].n == 0)
			continue;
		put_comma(b);
		b->marked |= args[1].n != 0 ? prb_text_render(b->lang, "explain",
						      PRB_SPAN("change_at"), args, 2, &b->part)
					    : prb_text_render(b->lang, "indicator", args[0], NULL,
						      0, &b->part);
	}
	return prb_str_span(&b->part);
}

static void
build_one_change(struct prb_builder *b, const struct prb_json *change)
{
	struct prb_span key = prb_member_text(change, "key"),
			args[2] = {prb_member_text(change, "rating")};

	if (prb_span_is(key, "more_than_three")) {
		prb_build_frame(b, "change_more_than_three", args, 1);
	} else if (prb_span_is(key, "not_by_remediation")) {
		prb_build_frame(b, "change_not_by_remediation", NULL, 0);
	} else {
		args[1] = join_pairs(b, change);
		prb_build_frame(b, "change_set", args, 2);
	}
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
}

void
prb_build_change(struct prb_builder *b)
{
	const struct prb_json *change = prb_member_list(b->report, "what_would_change");
	const struct prb_json *left_out =
		prb_member(b->report, "what_would_change_left_out", PRB_JSON_NUMBER);

	if (change == NULL)
		return;
	prb_build_heading(b, "change");
	prb_build_lead(b, PRB_ON_ALL, "change_title", NULL, 0);
	for (; change; change = prb_json_next(change))
		build_one_change(b, change);
	if (left_out != NULL) {
		char digits[PRB_NUMBER_BYTES];
		int64_t number = 0;
		struct prb_span count;

		(void)prb_json_int(left_out, &number);
		count = prb_build_digits(number, digits);
		prb_build_line(b, PRB_ON_ALL, "change_left_out", &count, 1);
	}
}

/* A dimension is worth a line where some item of it was reported: "exploitation, positive: low or
 * no salary, hazardous work". */
static void
build_dimension(struct prb_builder *b, const struct prb_json *dimension)
{
	struct prb_span args[3] = {
		prb_member_text(dimension, "dimension"), prb_member_text(dimension, "value")};

	prb_str_reset(&b->part);
	for (const struct prb_json *item = prb_member_list(dimension, "items"); item;
		item = prb_json_next(item)) {
		if (prb_json_kind(item) != PRB_JSON_STRING)
			continue;
		put_comma(b);
		(void)prb_text_render(b->lang, "item", prb_json_string(item), NULL, 0, &b->part);
	}
	args[2] = prb_str_span(&b->part);
	if (args[2].n != 0)
		prb_build_line(b, PRB_ON_ALL, "delphi_dimension", args, 3);
}

static void
build_delphi(struct prb_builder *b, const struct prb_json *determination)
{
	const struct prb_json *delphi = prb_member(determination, "delphi", PRB_JSON_OBJECT);
	struct prb_span args[2], possible;

	if (delphi == NULL || prb_member_text(delphi, "result").n == 0)
		return;
	args[0] = prb_member_text(delphi, "result");
	args[1] = prb_member_text(delphi, "rule");
	prb_build_frame(b, "delphi", args, 2);
	(void)prb_build_block(b, PRB_BLOCK_PARAGRAPH, PRB_ON_ALL);
	possible = prb_member_text(delphi, "possible");
	if (!prb_span_equal(possible, args[0]))
		prb_build_line(b, PRB_ON_ALL, "delphi_possible", &possible, 1);
	for (const struct prb_json *d = prb_member_list(delphi, "dimensions"); d;
		d = prb_json_next(d))
		build_dimension(b, d);
}

/* "menace of penalty shown by: debt bondage, deception". */
static void
build_shown_by(struct prb_builder *b, const char *key, const struct prb_json *list)
{
	struct prb_span words;

	prb_str_reset(&b->part);
	for (const struct prb_json *name = list ? prb_json_first(list) : NULL; name;
		name = prb_json_next(name)) {
		if (prb_json_kind(name) != PRB_JSON_STRING)
			continue;
		put_comma(b);
		b->marked |= prb_text_render(
			b->lang, "indicator", prb_json_string(name), NULL, 0, &b->part);
	}
	if (b->part.n == 0)
		(void)prb_text_render(b->lang, "explain", PRB_SPAN("none"), NULL, 0, &b->part);
	words = prb_str_span(&b->part);
	prb_build_line(b, PRB_ON_ALL, key, &words, 1);
}

void
prb_build_determination(struct prb_builder *b)
{
	const struct prb_json *d = prb_build_member(b, b->report, "determination", PRB_JSON_OBJECT);
	struct prb_span args[2] = {prb_build_text(b, d, "icls"), PRB_SPAN_NONE}, state;

	if (d == NULL)
		return;
	args[1] = prb_member_text(d, "site");
	prb_build_heading(b, "determination");
	prb_build_lead(
		b, PRB_ON_ALL, args[1].n != 0 ? "icls_at" : "icls", args, args[1].n != 0 ? 2 : 1);
	build_shown_by(b, "menace", prb_build_member(b, d, "coercion", PRB_JSON_ARRAY));
	build_shown_by(
		b, "involuntariness", prb_build_member(b, d, "involuntariness", PRB_JSON_ARRAY));
	build_delphi(b, d);
	state = prb_build_text(b, d, "state_imposed");
	prb_build_frame(b, "state_imposed", &state, 1);
	(void)prb_build_block(b, PRB_BLOCK_PARAGRAPH, PRB_ON_ALL);
}
