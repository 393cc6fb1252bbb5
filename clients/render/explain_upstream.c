/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/explain_upstream.h"

#include <stdio.h>

#include "clients/render/members.h"
#include "clients/render/texts.h"

#define NUMBER_BYTES 24

/* -1 where there is none: no count of a report is below 0. */
static int64_t
int_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_member(object, name, PRB_JSON_NUMBER);
	int64_t number;

	return value != NULL && prb_json_int(value, &number) ? number : -1;
}

static void
put(enum prb_lang lang, const char *key, const struct prb_span *args, size_t count,
	struct prb_str *out)
{
	(void)prb_text_render(lang, "explain", prb_span_of(key), args, count, out);
}

static void
put_number(enum prb_lang lang, const char *key, int64_t number, struct prb_str *out)
{
	char digits[NUMBER_BYTES];
	struct prb_span arg;

	(void)snprintf(digits, sizeof digits, "%lld", (long long)number);
	arg = prb_span_of(digits);
	put(lang, key, &arg, 1, out);
}

/* Parts per million as per cent, as exact as they are: "12.5". */
static struct prb_span
per_cent(int64_t ppm, char out[NUMBER_BYTES])
{
	int n = snprintf(out, NUMBER_BYTES, "%lld.%04lld", (long long)(ppm / 10000),
		(long long)(ppm % 10000));

	while (out[n - 1] == '0')
		n--;
	n -= out[n - 1] == '.';
	return (struct prb_span){out, (size_t)n};
}

/* Who delivers by an edge, with what is declared of it. Tiers that nobody names stand before. */
static void
put_party(enum prb_lang lang, const struct prb_json *leg, struct prb_str *out)
{
	int64_t share = int_of(leg, "share_ppm"), steps = int_of(leg, "steps");
	struct prb_span product = prb_member_text(leg, "product"),
			args[3] = {prb_member_text(leg, "to")};
	char digits[NUMBER_BYTES];

	put(lang, "chain_from", NULL, 0, out);
	if (steps > 1) {
		put_number(lang, "chain_unnamed", steps - 1, out);
		put(lang, "chain_from", NULL, 0, out);
	}
	if (product.n == 0 && share < 0) {
		prb_text_foreign(lang, args[0], out);
		return;
	}
	args[1] = product.n != 0 ? product : per_cent(share, digits);
	if (product.n != 0 && share >= 0)
		args[2] = per_cent(share, digits);
	put(lang,
		product.n == 0 ? "chain_share"
		: share < 0    ? "chain_product"
			       : "chain_product_share",
		args, 3, out);
}

/* "A <- B (product: 5205) <- C". Of a long path the middle is left out, and counted there. */
static void
put_parties(enum prb_lang lang, const struct prb_json *path, struct prb_str *out)
{
	const struct prb_json *legs = prb_member(path, "path", PRB_JSON_ARRAY);
	int64_t left_out = int_of(path, "path_left_out");
	size_t i = 0, half = legs != NULL ? prb_json_size(legs) / 2 : 0;

	for (const struct prb_json *leg = legs ? prb_json_first(legs) : NULL; leg;
		leg = prb_json_next(leg), i++) {
		if (i == 0)
			prb_text_foreign(lang, prb_member_text(leg, "from"), out);
		if (i == half && left_out > 0) {
			put(lang, "chain_from", NULL, 0, out);
			put_number(lang, "chain_parties_left_out", left_out, out);
		}
		put_party(lang, leg, out);
	}
}

static void
put_part(struct prb_str *out)
{
	prb_str_add_text(out, " \xC2\xB7 "); /* a middle dot parts in every language */
}

static void
put_listing(enum prb_lang lang, const struct prb_json *listing, struct prb_str *out)
{
	const struct prb_span args[] = {prb_member_text(listing, "entity"),
		prb_member_text(listing, "list"), prb_member_text(listing, "status")};
	struct prb_span decision = prb_member_text(listing, "decision"), key;

	key = prb_span_is(decision, "match")       ? PRB_SPAN("listing_match")
	      : prb_span_is(decision, "different") ? PRB_SPAN("listing_decided_different")
						   : PRB_SPAN("listing_possible");
	(void)prb_text_render(lang, "reason", key, args, 3, out);
}

/* What the party at the end of a path is, as far as it is more than unknown. */
static void
put_end(enum prb_lang lang, const struct prb_json *path, struct prb_str *out)
{
	struct prb_span state = prb_member_text(path, "state_imposed"),
			icls = prb_member_text(path, "icls");

	for (const struct prb_json *l = prb_member_list(path, "listings"); l;
		l = prb_json_next(l)) {
		put_part(out);
		put_listing(lang, l, out);
	}
	if (state.n != 0 && !prb_span_is(state, "not_presumed")) {
		put_part(out);
		put(lang, "chain_state_imposed", &state, 1, out);
	}
	if (prb_span_is(icls, "indicated")) {
		put_part(out);
		put(lang, "chain_icls", &icls, 1, out);
	}
}

static void
explain_path(enum prb_lang lang, const struct prb_json *path, struct prb_str *out)
{
	const struct prb_json *found = prb_member(path, "found", PRB_JSON_BOOL);

	prb_str_add_text(out, "  - ");
	put_parties(lang, path, out);
	prb_str_add_text(out, "\n      ");
	put_number(lang, "chain_steps", int_of(path, "steps"), out);
	put_part(out);
	if (found == NULL || !prb_json_bool(found)) {
		put(lang, "chain_nowhere", NULL, 0, out);
	} else {
		put_number(lang, "chain_exposure", int_of(path, "exposure"), out);
		put_end(lang, path, out);
	}
	prb_str_add_char(out, '\n');
}

void
prb_explain_upstream(enum prb_lang lang, const struct prb_json *report, struct prb_str *out)
{
	const struct prb_json *path = prb_member_list(report, "upstream");
	int64_t left_out = int_of(report, "upstream_left_out");

	if (path == NULL)
		return;
	prb_str_add_char(out, '\n');
	put(lang, "chain_title", NULL, 0, out);
	prb_str_add_char(out, '\n');
	for (; path; path = prb_json_next(path))
		if (prb_member(path, "path", PRB_JSON_ARRAY) != NULL)
			explain_path(lang, path, out);
	if (left_out > 0) {
		prb_str_add_text(out, "  ");
		put_number(lang, "chain_nowhere_more", left_out, out);
		prb_str_add_char(out, '\n');
	}
}
