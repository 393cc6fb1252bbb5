/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "clients/render/build.h"

/*
 * What stands first: who, which rating and within which range, and the figures it rests on.
 */

/* Two numbers of 0 to 100; anything else is no report. */
static void
read_range(struct prb_builder *b, const struct prb_json *points, struct prb_block_bar *bar)
{
	const struct prb_json *first = points != NULL ? prb_json_first(points) : NULL;
	const struct prb_json *second = first != NULL ? prb_json_next(first) : NULL;

	if (b->err != PRB_OK)
		return;
	if (second == NULL || prb_json_kind(first) != PRB_JSON_NUMBER ||
		prb_json_kind(second) != PRB_JSON_NUMBER || !prb_json_int(first, &bar->low) ||
		!prb_json_int(second, &bar->high))
		b->err = prb_fault_set(b->fault, PRB_ERR_TYPE, PRB_NO_OFFSET, "/exposure/range",
			"this is not a probity report: exposure.range is not two numbers");
}

static int64_t
within(int64_t value, int64_t max)
{
	return value < 0 ? 0 : value > max ? max : value;
}

/* "87 of 100, possible 49 to 94" under the name of what is measured. */
static void
put_bar(struct prb_builder *b, const char *name, const char *said, const struct prb_block_bar *bar,
	int64_t count)
{
	char digits[3][PRB_NUMBER_BYTES];
	struct prb_span args[3] = {prb_build_digits(bar->value, digits[0]),
		prb_build_digits(bar->range ? bar->low : count, digits[1]),
		prb_build_digits(bar->high, digits[2])};
	struct prb_span words =
		prb_build_label(b, "report", prb_span_of(said), args, bar->range ? 3 : 2);
	struct prb_block *block;

	prb_build_say(b, "report", prb_span_of(name), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_BAR, PRB_ON_PAGE);
	block->bar = *bar;
	/* A report that somebody wrote by hand may hold any number; a bar has ends. */
	block->bar.value = within(bar->value, bar->max);
	block->bar.low = within(bar->range ? bar->low : bar->value, bar->max);
	block->bar.high = within(bar->range ? bar->high : bar->value, bar->max);
	block->bar.said = words;
}

/* Whether a report has a residual range, which earlier ones had not, and which it is. */
static bool
read_residual_range(const struct prb_json *exposure, struct prb_block_bar *bar)
{
	const struct prb_json *low = prb_member_list(exposure, "residual_range"),
			      *high = low != NULL ? prb_json_next(low) : NULL;

	return high != NULL && prb_json_kind(low) == PRB_JSON_NUMBER &&
	       prb_json_kind(high) == PRB_JSON_NUMBER && prb_json_int(low, &bar->low) &&
	       prb_json_int(high, &bar->high);
}

static const char *
points_key(const struct prb_block_bar *bar)
{
	return bar->range && bar->low != bar->high ? "bar_range" : "bar_value";
}

static void
build_measures(struct prb_builder *b, const struct prb_json *exposure)
{
	struct prb_block_bar inherent = {.max = 100, .range = true}, residual = {.max = 100},
			     coverage = {.max = 100};
	char digits[4][PRB_NUMBER_BYTES];
	struct prb_span args[4];
	int64_t known;

	read_range(b, prb_build_member(b, exposure, "range", PRB_JSON_ARRAY), &inherent);
	inherent.value = prb_build_int(b, exposure, "inherent");
	residual.value = prb_build_int(b, exposure, "residual");
	residual.range = b->err == PRB_OK && read_residual_range(exposure, &residual);
	coverage.value = prb_build_int(b, b->report, "coverage");
	known = prb_build_int(b, b->report, "indicators_known");
	args[0] = prb_build_digits(inherent.value, digits[0]);
	args[1] = prb_build_digits(inherent.low, digits[1]);
	args[2] = prb_build_digits(inherent.high, digits[2]);
	args[3] = prb_build_digits(residual.value, digits[3]);
	prb_build_line(b, PRB_ON_TEXT, "exposure", args, 4);
	args[0] = prb_build_digits(coverage.value, digits[0]);
	args[1] = prb_build_digits(known, digits[1]);
	prb_build_line(b, PRB_ON_TEXT, "known", args, 2);
	prb_build_heading(b, "measures");
	put_bar(b, "bar_inherent", points_key(&inherent), &inherent, 0);
	put_bar(b, "bar_residual", points_key(&residual), &residual, 0);
	put_bar(b, "bar_coverage", "bar_known", &coverage, known);
}

/* "/products/0, porto" in plain text, on pages "product 1, porto"; empty where neither is given. */
static struct prb_span
say_case(struct prb_builder *b, const struct prb_json *exposure, unsigned on)
{
	const struct prb_json *product = prb_member(exposure, "product", PRB_JSON_NUMBER);
	struct prb_span site = prb_member_text(exposure, "site");
	char pointer[sizeof "/products/" + PRB_NUMBER_BYTES];
	int64_t index;

	prb_str_reset(&b->part);
	if (product != NULL && prb_json_int(product, &index)) {
		(void)snprintf(pointer, sizeof pointer, "/products/%lld", (long long)index);
		if (on == PRB_ON_TEXT)
			prb_str_add_text(&b->part, pointer);
		else
			(void)prb_build_place(b, prb_span_of(pointer), &b->part);
	}
	if (site.n != 0 && b->part.n != 0)
		prb_str_add_text(&b->part, ", ");
	prb_str_add_span(&b->part, site);
	return prb_str_span(&b->part);
}

/* Which site and product set the exposure, where there are several. */
static void
build_case(struct prb_builder *b, const struct prb_json *exposure, unsigned on)
{
	const struct prb_json *each = prb_build_member(b, exposure, "each", PRB_JSON_ARRAY);
	struct prb_span args[3];
	char count[PRB_NUMBER_BYTES];

	if (each == NULL || prb_json_size(each) < 2)
		return;
	args[0] = say_case(b, exposure, on);
	args[1] = prb_build_text(b, exposure, "where_country");
	args[2] = prb_build_digits((int64_t)prb_json_size(each), count);
	if (args[0].n != 0)
		prb_build_line(b, on, "set_by", args, 3);
	else
		prb_build_line(b, on, "set_by_country", args + 1, 2);
}

/* A page does not speak of how grave it is where nothing was reported. */
static void
build_severity(struct prb_builder *b)
{
	const struct prb_json *severity =
		prb_build_member(b, b->report, "severity", PRB_JSON_OBJECT);
	const struct prb_json *scope =
		severity != NULL ? prb_member(severity, "scope", PRB_JSON_NUMBER) : NULL;
	struct prb_span args[3] = {prb_build_text(b, severity, "scale")};
	unsigned on = prb_span_is(args[0], "nothing_reported") ? PRB_ON_TEXT : PRB_ON_ALL;
	char workers[PRB_NUMBER_BYTES];
	int64_t number = 0;

	if (scope != NULL)
		(void)prb_json_int(scope, &number);
	args[1] = scope != NULL ? prb_build_digits(number, workers)
				: prb_build_text(b, severity, "scope");
	args[2] = prb_build_text(b, severity, "irremediability");
	prb_build_line(b, on, scope != NULL ? "severity_workers" : "severity", args, 3);
}

/* The name, and in plain text the whole first line. */
static void
build_title(struct prb_builder *b)
{
	const struct prb_json *supplier =
		prb_build_member(b, b->report, "supplier", PRB_JSON_OBJECT);
	const struct prb_span args[3] = {prb_build_text(b, supplier, "name"),
		prb_build_text(b, supplier, "country"), prb_build_text(b, b->report, "rating")};
	struct prb_block_title title;
	struct prb_block *block;

	title.country =
		args[1].n != 0 ? prb_build_label(b, "country", args[1], NULL, 0) : PRB_SPAN("");
	title.line = prb_build_label(b, "explain", PRB_SPAN("head"), args, 3);
	/* It stands alone: there is nothing that it must be held apart from. */
	prb_text_safe(args[0], false, &b->words);
	block = prb_build_block(b, PRB_BLOCK_TITLE, PRB_ON_ALL);
	block->title = title;
}

/* What fired: the row of the decision table, which is the first reason. */
static struct prb_span
say_rule(struct prb_builder *b)
{
	const struct prb_json *first = prb_member_list(b->report, "reasons");
	struct prb_span args[PRB_TEXT_ARGS_MAX];
	size_t n;

	if (first == NULL || prb_member_text(first, "key").n == 0)
		return PRB_SPAN("");
	n = prb_build_args(first, args);
	return prb_build_label(b, "rule", prb_member_text(first, "key"), args, n);
}

static void
build_rating(struct prb_builder *b)
{
	const struct prb_json *range =
		prb_build_member(b, b->report, "rating_range", PRB_JSON_ARRAY);
	const struct prb_json *low = range != NULL ? prb_json_first(range) : NULL,
			      *high = low != NULL ? prb_json_next(low) : NULL;
	struct prb_block_rating rating;
	struct prb_block *block;
	struct prb_span ends[2];
	bool same;

	if (high == NULL || prb_json_kind(low) != PRB_JSON_STRING ||
		prb_json_kind(high) != PRB_JSON_STRING) {
		(void)prb_build_member(b, b->report, "rating_range, two words", PRB_JSON_ARRAY);
		return;
	}
	ends[0] = prb_json_string(low);
	ends[1] = prb_json_string(high);
	same = prb_span_equal(ends[0], ends[1]);
	prb_build_line(b, PRB_ON_TEXT, same ? "range_same" : "range", ends, same ? 1 : 2);
	rating.key = prb_build_text(b, b->report, "rating");
	rating.low_key = ends[0];
	rating.high_key = ends[1];
	rating.low = prb_build_label(b, "rating", ends[0], NULL, 0);
	rating.high = prb_build_label(b, "rating", ends[1], NULL, 0);
	rating.range = prb_build_label(b, "explain",
		same ? PRB_SPAN("range_same") : PRB_SPAN("range"), ends, same ? 1 : 2);
	rating.sentence = say_rule(b);
	prb_build_say(b, "rating", rating.key, NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_RATING, PRB_ON_PAGE);
	block->rating = rating;
	/* Among the notes of every report; on a page it stands where nobody misses it. */
	prb_build_say(b, "note", PRB_SPAN("rating_is_not_a_finding_of_law"), NULL, 0);
	(void)prb_build_block(b, PRB_BLOCK_NOTE, PRB_ON_PAGE);
}

void
prb_build_head(struct prb_builder *b)
{
	const struct prb_json *exposure;

	build_title(b);
	build_rating(b);
	exposure = prb_build_member(b, b->report, "exposure", PRB_JSON_OBJECT);
	build_measures(b, exposure);
	if (exposure != NULL) {
		build_case(b, exposure, PRB_ON_TEXT);
		build_case(b, exposure, PRB_ON_PAGE);
	}
	build_severity(b);
}
