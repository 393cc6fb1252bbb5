/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/rows.h"

#include <stdio.h>
#include <string.h>

#include "clients/render/texts.h"
#include "scoring/rules/rating.h"

#define NAME_COLUMNS 38
#define RULE_BYTES_MAX 1024

/* Columns that a character takes on a terminal: two for the scripts that are set wide, none for
 * marks. Unicode Standard Annex 11, wide and fullwidth blocks; a rough cut, enough to align a
 * table. */
static int
columns_of(uint32_t c)
{
	if ((c >= 0x0300 && c <= 0x036F) || c == 0x200B || c == 0xFEFF)
		return 0;
	if ((c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
		(c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
		(c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
		(c >= 0x20000 && c <= 0x3FFFD))
		return 2;
	return 1;
}

/* The text cut or filled to exactly `columns`. */
static void
put_padded(struct prb_str *out, struct prb_span text, int columns)
{
	int used = 0;
	size_t i = 0;

	while (i < text.n) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);
		int wide = n == 0 ? 1 : columns_of(c);

		if (used + wide > columns - (i + n < text.n ? 1 : 0))
			break;
		if (n == 0)
			break;
		prb_str_add(out, text.p + i, n);
		used += wide;
		i += n;
	}
	if (i < text.n && used < columns) {
		prb_str_add_text(out, "\xE2\x80\xA6"); /* the ellipsis */
		used++;
	}
	for (; used < columns; used++)
		prb_str_add_char(out, ' ');
}

static const char *
colour_of(uint8_t rating)
{
	static const char *const codes[] = {
		"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"};

	return codes[rating];
}

/* How many tiers away the nearest stands that makes row 1 or row 2 fire, which look upstream; 0 for
 * the supplier itself and for every other row. */
static int64_t
tier_of_rule(const struct prb_result *r)
{
	bool listed = r->rating.fired->rule == PRB_RULE_LISTING_IN_FORCE;
	int64_t nearest = INT64_MAX;

	if (!listed && r->rating.fired->rule != PRB_RULE_STATE_IMPOSED_PRESUMED)
		return 0;
	for (size_t i = 0; listed && i < r->facts->listings_count; i++) {
		const struct prb_listing *l = &r->facts->listings[i];

		if (l->effect == PRB_LISTING_FORCED_LABOUR && l->status == PRB_LISTING_IN_FORCE &&
			prb_listing_decide(l) == PRB_HIT_MATCH && l->tier < nearest)
			nearest = l->tier;
	}
	for (size_t i = 0; !listed && i < r->scopes_count; i++)
		if (r->scopes[i].value == PRB_PRESUMED && r->scopes[i].tier < nearest)
			nearest = r->scopes[i].tier;
	return nearest == INT64_MAX ? 0 : nearest;
}

static void
put_rule(const struct prb_result *r, enum prb_lang lang, struct prb_str *out)
{
	const struct prb_rating_row *row = r->rating.fired;
	char threshold[16], number[16], digits[24];
	struct prb_span args[PRB_TEXT_ARGS_MAX];
	int64_t tier = tier_of_rule(r);
	struct prb_str rule;

	snprintf(threshold, sizeof threshold, "%d", (int)row->threshold);
	snprintf(number, sizeof number, "%d", row->number);
	args[0] = prb_span_of(prb_rating_word((enum prb_rating)row->rating));
	args[1] = prb_span_of(threshold);
	args[2] = prb_span_of(number);
	prb_str_init(&rule, RULE_BYTES_MAX);
	(void)prb_text_render(lang, "rule",
		prb_span_of(prb_rating_rule_key((enum prb_rating_rule)row->rule)), args, 3, &rule);
	if (tier > 0) {
		snprintf(digits, sizeof digits, "%lld", (long long)tier);
		args[0] = prb_str_span(&rule);
		args[1] = prb_span_of(digits);
		(void)prb_text_render(lang, "explain", PRB_SPAN("at_tier"), args, 2, out);
	} else {
		prb_str_add_span(out, prb_str_span(&rule));
	}
	out->failed |= rule.failed;
	prb_str_finish(&rule);
}

void
prb_render_table_head(struct prb_str *out, bool colour)
{
	if (colour)
		prb_str_add_text(out, "\x1b[1m");
	prb_str_add_text(out, "  line  ");
	put_padded(out, PRB_SPAN("supplier"), NAME_COLUMNS);
	prb_str_add_text(out, " where  rating    range            exp  cov  why");
	if (colour)
		prb_str_add_text(out, "\x1b[0m");
	prb_str_add_char(out, '\n');
}

void
prb_render_table_row(const struct prb_result *r, uint64_t line, bool colour, enum prb_lang lang,
	struct prb_str *out)
{
	char range[40];
	struct prb_str name;
	const char *rating = prb_rating_word((enum prb_rating)r->rating.rating);

	prb_str_addf(out, "%6llu  ", (unsigned long long)line);
	prb_str_init(&name, PRB_NAME_BYTES_MAX);
	prb_text_safe(r->declaration->supplier.name, false, &name);
	put_padded(out, prb_str_span(&name), NAME_COLUMNS);
	prb_str_finish(&name);
	prb_str_addf(out, " %-5s  ", r->reference->countries[r->facts->supplier.country].iso3);
	if (colour)
		prb_str_add_text(out, colour_of(r->rating.rating));
	prb_str_addf(out, "%-8s", rating);
	if (colour)
		prb_str_add_text(out, "\x1b[0m");
	if (r->rating.best == r->rating.worst)
		snprintf(range, sizeof range, "%s",
			prb_rating_word((enum prb_rating)r->rating.best));
	else
		snprintf(range, sizeof range, "%s-%s",
			prb_rating_word((enum prb_rating)r->rating.best),
			prb_rating_word((enum prb_rating)r->rating.worst));
	prb_str_addf(out, "  %-15s  %3d  %3d  ", range, prb_ppm_points(r->exposure.residual),
		prb_ppm_points(r->rating.coverage));
	put_rule(r, lang, out);
	prb_str_add_char(out, '\n');
}

void
prb_render_csv_cell(struct prb_span text, struct prb_str *out)
{
	bool formula = text.n != 0 && memchr("=+-@\t\r", text.p[0], 6) != NULL;
	bool quoted = formula;

	for (size_t i = 0; i < text.n && !quoted; i++)
		quoted = memchr(",;\"\n\r\t", text.p[i], 6) != NULL;
	if (!quoted) {
		prb_str_add_span(out, text);
		return;
	}
	prb_str_add_char(out, '"');
	if (formula)
		prb_str_add_char(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			prb_str_add_char(out, '"');
		prb_str_add_char(out, text.p[i]);
	}
	prb_str_add_char(out, '"');
}

void
prb_render_csv_head(struct prb_str *out)
{
	prb_str_add_text(out, "line,supplier,country,region,rating,rating_best,rating_worst,rule,"
			      "why,residual,inherent,exposure_lo,"
			      "exposure_hi,coverage,icls,state_imposed,indicators_known,listings,"
			      "as_of,data,report\r\n");
}

static void
put_text_cell(struct prb_str *out, const char *text)
{
	prb_render_csv_cell(prb_span_of(text), out);
	prb_str_add_char(out, ',');
}

static void
put_int_cell(struct prb_str *out, int64_t number)
{
	prb_str_add_int(out, number);
	prb_str_add_char(out, ',');
}

void
prb_render_csv_row(
	const struct prb_result *r, uint64_t line, enum prb_lang lang, struct prb_str *out)
{
	const struct prb_rating_result *rating = &r->rating;
	struct prb_str why;
	char as_of[PRB_DATE_BYTES];

	prb_str_init(&why, 1024);
	put_rule(r, lang, &why);
	prb_date_format(r->as_of, as_of);
	put_int_cell(out, (int64_t)line);
	prb_render_csv_cell(r->declaration->supplier.name, out);
	prb_str_add_char(out, ',');
	put_text_cell(out, r->reference->countries[r->facts->supplier.country].iso3);
	put_text_cell(out, r->facts->supplier.region);
	put_text_cell(out, prb_rating_word((enum prb_rating)rating->rating));
	put_text_cell(out, prb_rating_word((enum prb_rating)rating->best));
	put_text_cell(out, prb_rating_word((enum prb_rating)rating->worst));
	put_text_cell(out, prb_rating_rule_key((enum prb_rating_rule)rating->fired->rule));
	prb_render_csv_cell(prb_str_span(&why), out);
	prb_str_add_char(out, ',');
	put_int_cell(out, prb_ppm_points(r->exposure.residual));
	put_int_cell(out, prb_ppm_points(r->exposure.worst.inherent));
	put_int_cell(out, prb_ppm_points(r->exposure.lo));
	put_int_cell(out, prb_ppm_points(r->exposure.hi));
	put_int_cell(out, prb_ppm_points(rating->coverage));
	put_text_cell(out, prb_determination_word((enum prb_determination)r->icls.value));
	put_text_cell(out, prb_state_imposed_word((enum prb_state_imposed)r->state_imposed));
	put_int_cell(out, r->indicators_known);
	put_int_cell(out, (int64_t)r->facts->listings_count);
	put_text_cell(out, as_of);
	put_text_cell(out, r->reference->release);
	prb_str_add_text(out, r->id);
	prb_str_add_text(out, "\r\n");
	prb_str_finish(&why);
}
