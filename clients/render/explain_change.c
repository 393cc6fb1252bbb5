/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/explain_change.h"

#include <stdio.h>

#include "clients/render/members.h"
#include "clients/render/texts.h"

#define JOINED_BYTES_MAX (64UL * 1024)

static bool
put(enum prb_lang lang, const char *key, const struct prb_span *args, size_t count,
	struct prb_str *out)
{
	return prb_text_render(lang, "explain", prb_span_of(key), args, count, out);
}

static void
put_comma(enum prb_lang lang, struct prb_str *joined)
{
	if (joined->n != 0)
		(void)put(lang, "comma", NULL, 0, joined);
}

/* A dimension is worth a line where some item of it was reported: "exploitation, positive: low or
 * no salary, hazardous work". */
static void
explain_dimension(enum prb_lang lang, const struct prb_json *dimension, struct prb_str *joined,
	struct prb_str *out)
{
	struct prb_span args[3] = {
		prb_member_text(dimension, "dimension"), prb_member_text(dimension, "value")};

	prb_str_reset(joined);
	for (const struct prb_json *item = prb_member_list(dimension, "items"); item;
		item = prb_json_next(item)) {
		if (prb_json_kind(item) != PRB_JSON_STRING)
			continue;
		put_comma(lang, joined);
		(void)prb_text_render(lang, "item", prb_json_string(item), NULL, 0, joined);
	}
	if (joined->n == 0)
		return;
	args[2] = prb_str_span(joined);
	prb_str_add_text(out, "  ");
	(void)put(lang, "delphi_dimension", args, 3, out);
	prb_str_add_char(out, '\n');
}

void
prb_explain_delphi(enum prb_lang lang, const struct prb_json *determination, struct prb_str *out)
{
	const struct prb_json *delphi = prb_json_kind(determination) == PRB_JSON_OBJECT
						? prb_json_member(determination, "delphi")
						: NULL;
	struct prb_span args[2], possible;
	struct prb_str joined;

	if (delphi == NULL || prb_json_kind(delphi) != PRB_JSON_OBJECT ||
		prb_member_text(delphi, "result").n == 0)
		return;
	args[0] = prb_member_text(delphi, "result");
	args[1] = prb_member_text(delphi, "rule");
	(void)put(lang, "delphi", args, 2, out);
	prb_str_add_char(out, '\n');
	possible = prb_member_text(delphi, "possible");
	if (!prb_span_equal(possible, args[0])) {
		prb_str_add_text(out, "  ");
		(void)put(lang, "delphi_possible", &possible, 1, out);
		prb_str_add_char(out, '\n');
	}
	prb_str_init(&joined, JOINED_BYTES_MAX);
	for (const struct prb_json *d = prb_member_list(delphi, "dimensions"); d;
		d = prb_json_next(d))
		explain_dimension(lang, d, &joined, out);
	out->failed |= joined.failed;
	prb_str_finish(&joined);
}

/* "debt bondage at works, isolation at works". */
static bool
join_pairs(enum prb_lang lang, const struct prb_json *change, struct prb_str *joined)
{
	bool marked = false;

	prb_str_reset(joined);
	for (const struct prb_json *pair = prb_member_list(change, "remedy"); pair;
		pair = prb_json_next(pair)) {
		struct prb_span args[2] = {
			prb_member_text(pair, "indicator"), prb_member_text(pair, "site")};

		if (args[0].n == 0)
			continue;
		put_comma(lang, joined);
		marked |= args[1].n != 0
				  ? put(lang, "change_at", args, 2, joined)
				  : prb_text_render(lang, "indicator", args[0], NULL, 0, joined);
	}
	return marked;
}

static bool
explain_one(enum prb_lang lang, const struct prb_json *change, struct prb_str *joined,
	struct prb_str *out)
{
	struct prb_span key = prb_member_text(change, "key"),
			args[2] = {prb_member_text(change, "rating")};
	bool marked = false;

	prb_str_add_text(out, "  - ");
	if (prb_span_is(key, "more_than_three")) {
		(void)put(lang, "change_more_than_three", args, 1, out);
	} else if (prb_span_is(key, "not_by_remediation")) {
		(void)put(lang, "change_not_by_remediation", NULL, 0, out);
	} else {
		marked = join_pairs(lang, change, joined);
		args[1] = prb_str_span(joined);
		(void)put(lang, "change_set", args, 2, out);
	}
	prb_str_add_char(out, '\n');
	return marked;
}

bool
prb_explain_change(enum prb_lang lang, const struct prb_json *report, struct prb_str *out)
{
	const struct prb_json *change = prb_member_list(report, "what_would_change");
	const struct prb_json *left_out;
	struct prb_str joined;
	bool marked = false;

	if (change == NULL)
		return false;
	prb_str_add_char(out, '\n');
	(void)put(lang, "change_title", NULL, 0, out);
	prb_str_add_char(out, '\n');
	prb_str_init(&joined, JOINED_BYTES_MAX);
	for (; change; change = prb_json_next(change))
		marked |= explain_one(lang, change, &joined, out);
	left_out = prb_json_member(report, "what_would_change_left_out");
	if (left_out != NULL && prb_json_kind(left_out) == PRB_JSON_NUMBER) {
		char digits[24];
		int64_t number = 0;
		struct prb_span count;

		(void)prb_json_int(left_out, &number);
		(void)snprintf(digits, sizeof digits, "%lld", (long long)number);
		count = prb_span_of(digits);
		prb_str_add_text(out, "  ");
		(void)put(lang, "change_left_out", &count, 1, out);
		prb_str_add_char(out, '\n');
	}
	out->failed |= joined.failed;
	prb_str_finish(&joined);
	return marked;
}
