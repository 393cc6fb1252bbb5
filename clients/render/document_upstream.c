/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "clients/render/build.h"

/*
 * The paths of a report's supply chain: section 5 of scoring/METHOD.md. Members that are not of a
 * report's shape are passed over.
 */

/* -1 where there is none: no count of a report is below 0. */
static int64_t
int_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_member(object, name, PRB_JSON_NUMBER);
	int64_t number;

	return value != NULL && prb_json_int(value, &number) ? number : -1;
}

static void
put_number(struct prb_builder *b, const char *key, int64_t number)
{
	char digits[PRB_NUMBER_BYTES];
	struct prb_span arg = prb_build_digits(number, digits);

	prb_build_frame(b, key, &arg, 1);
}

/* Parts per million as per cent, as exact as they are: "12.5". */
static struct prb_span
per_cent(int64_t ppm, char out[PRB_NUMBER_BYTES])
{
	int n = snprintf(out, PRB_NUMBER_BYTES, "%lld.%04lld", (long long)(ppm / 10000),
		(long long)(ppm % 10000));

	while (out[n - 1] == '0')
		n--;
	n -= out[n - 1] == '.';
	return (struct prb_span){out, (size_t)n};
}

/* Who delivers by an edge, with what is declared of it. Tiers that nobody names stand before. */
static void
put_party(struct prb_builder *b, const struct prb_json *leg)
{
	int64_t share = int_of(leg, "share_ppm"), steps = int_of(leg, "steps");
	struct prb_span product = prb_member_text(leg, "product"),
			args[3] = {prb_member_text(leg, "to")};
	char digits[PRB_NUMBER_BYTES];

	prb_build_frame(b, "chain_from", NULL, 0);
	if (steps > 1) {
		put_number(b, "chain_unnamed", steps - 1);
		prb_build_frame(b, "chain_from", NULL, 0);
	}
	if (product.n == 0 && share < 0) {
		prb_build_foreign(b, args[0]);
		return;
	}
	args[1] = product.n != 0 ? product : per_cent(share, digits);
	if (product.n != 0 && share >= 0)
		args[2] = per_cent(share, digits);
	prb_build_frame(b,
		product.n == 0 ? "chain_share"
		: share < 0    ? "chain_product"
			       : "chain_product_share",
		args, 3);
}

/* "A <- B (product: 5205) <- C". Of a long path the middle is left out, and counted there. */
static void
put_parties(struct prb_builder *b, const struct prb_json *path)
{
	const struct prb_json *legs = prb_member(path, "path", PRB_JSON_ARRAY);
	int64_t left_out = int_of(path, "path_left_out");
	size_t i = 0, half = legs != NULL ? prb_json_size(legs) / 2 : 0;

	for (const struct prb_json *leg = legs ? prb_json_first(legs) : NULL; leg;
		leg = prb_json_next(leg), i++) {
		if (i == 0)
			prb_build_foreign(b, prb_member_text(leg, "from"));
		if (i == half && left_out > 0) {
			prb_build_frame(b, "chain_from", NULL, 0);
			put_number(b, "chain_parties_left_out", left_out);
		}
		put_party(b, leg);
	}
}

static void
put_listing(struct prb_builder *b, const struct prb_json *listing)
{
	const struct prb_span args[] = {prb_member_text(listing, "entity"),
		prb_member_text(listing, "list"), prb_member_text(listing, "status")};
	struct prb_span decision = prb_member_text(listing, "decision"), key;

	key = prb_span_is(decision, "match")       ? PRB_SPAN("listing_match")
	      : prb_span_is(decision, "different") ? PRB_SPAN("listing_decided_different")
						   : PRB_SPAN("listing_possible");
	prb_build_say(b, "reason", key, args, 3);
}

/* What the party at the end of a path is, as far as it is more than unknown. */
static void
put_end(struct prb_builder *b, const struct prb_json *path)
{
	struct prb_span state = prb_member_text(path, "state_imposed"),
			icls = prb_member_text(path, "icls");

	for (const struct prb_json *l = prb_member_list(path, "listings"); l;
		l = prb_json_next(l)) {
		prb_build_part(b);
		put_listing(b, l);
	}
	if (!prb_span_is(state, "not_presumed"))
		prb_build_detail(b, "chain_state_imposed", state);
	if (prb_span_is(icls, "indicated"))
		prb_build_detail(b, "chain_icls", icls);
}

static void
build_path(struct prb_builder *b, const struct prb_json *path)
{
	const struct prb_json *found = prb_member(path, "found", PRB_JSON_BOOL);

	put_parties(b, path);
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
	put_number(b, "chain_steps", int_of(path, "steps"));
	prb_build_part(b);
	if (found == NULL || !prb_json_bool(found)) {
		prb_build_frame(b, "chain_nowhere", NULL, 0);
	} else {
		put_number(b, "chain_exposure", int_of(path, "exposure"));
		put_end(b, path);
	}
	prb_build_details(b);
}

void
prb_build_upstream(struct prb_builder *b)
{
	const struct prb_json *path = prb_member_list(b->report, "upstream");
	int64_t left_out = int_of(b->report, "upstream_left_out");

	if (path == NULL)
		return;
	prb_build_heading(b, "upstream");
	prb_build_lead(b, PRB_ON_ALL, "chain_title", NULL, 0);
	for (; path; path = prb_json_next(path))
		if (prb_member(path, "path", PRB_JSON_ARRAY) != NULL)
			build_path(b, path);
	if (left_out > 0) {
		put_number(b, "chain_nowhere_more", left_out);
		prb_build_block(b, PRB_BLOCK_PARAGRAPH, PRB_ON_ALL)->level = 1;
	}
}
