/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"

/*
 * What the reader of a report can do: remedies, laws of the declared markets, where workers get
 * help. A report that holds none of them gives no block; members that are not of a report's shape
 * are passed over.
 */

/* The first object of a list; NULL where there is none. */
static const struct prb_json *
next_object(const struct prb_json *item)
{
	while (item != NULL && prb_json_kind(item) != PRB_JSON_OBJECT)
		item = prb_json_next(item);
	return item;
}

static const struct prb_json *
first_object(struct prb_builder *b, const char *name)
{
	return next_object(prb_member_list(b->report, name));
}

static void
put(struct prb_builder *b, const char *key, const struct prb_span *args, size_t count)
{
	prb_build_say(b, "guidance", prb_span_of(key), args, count);
}

static void
put_paragraph(struct prb_builder *b, const char *key, unsigned on, bool gap)
{
	struct prb_block *block;

	put(b, key, NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_PARAGRAPH, on);
	block->gap = gap;
	block->level = gap ? 0 : 1;
}

static void
put_item(struct prb_builder *b, const char *key, const struct prb_span *args, size_t count)
{
	put(b, key, args, count);
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
}

static void
put_detail(struct prb_builder *b, const char *key, const struct prb_span *args, size_t count)
{
	put(b, key, args, count);
	prb_build_details(b);
}

/* The strings of a list, in b->part, with a joiner between them: their texts under the prefix, or
 * as they are. */
static struct prb_span
join(struct prb_builder *b, const struct prb_json *object, const char *name, const char *prefix,
	const char *joiner)
{
	prb_str_reset(&b->part);
	for (const struct prb_json *i = prb_member_list(object, name); i; i = prb_json_next(i)) {
		if (prb_json_kind(i) != PRB_JSON_STRING)
			continue;
		if (b->part.n > 0)
			(void)prb_text_render(
				b->lang, "explain", prb_span_of(joiner), NULL, 0, &b->part);
		if (prefix != NULL)
			(void)prb_text_render(
				b->lang, prefix, prb_json_string(i), NULL, 0, &b->part);
		else
			prb_text_foreign(b->lang, prb_json_string(i), &b->part);
	}
	return prb_str_span(&b->part);
}

static void
build_remedy(struct prb_builder *b, const struct prb_json *item)
{
	struct prb_span args[2] = {
		prb_member_text(item, "indicator"), prb_member_text(item, "indicator")};
	struct prb_span sites;

	put_item(b, "remediation_item", args, 2);
	sites = join(b, item, "sites", NULL, "semicolon");
	if (sites.n != 0)
		put_detail(b, "remediation_sites", &sites, 1);
	put_detail(b, "remediation_evidence", args, 1);
	/* Any one of them is enough. */
	args[0] = join(b, item, "verified_by", "verifier", "or");
	args[1] = prb_member_text(item, "by");
	put_detail(b, "remediation_by", args, 2);
}

static void
build_remediation(struct prb_builder *b)
{
	const struct prb_json *item = first_object(b, "remediation");

	if (item == NULL)
		return;
	prb_build_heading(b, "remediation");
	put_paragraph(b, "remediation_title", PRB_ON_TEXT, true);
	for (; item; item = next_object(prb_json_next(item)))
		build_remedy(b, item);
	put_paragraph(b, "remediation_care", PRB_ON_ALL, false);
}

static void
build_law(struct prb_builder *b, const struct prb_json *law)
{
	static const char *const lists[][2] = {{"holds", "law_holds"}, {"missing", "law_missing"},
		{"not_due", "law_not_due"}, {"not_in_a_report", "law_not_in_a_report"}};
	struct prb_span args[] = {prb_member_text(law, "law"), prb_member_text(law, "instrument"),
		prb_member_text(law, "market")};
	struct prb_span from = prb_member_text(law, "applies_from");

	/* "any" is a text of its own; every other market is a country, or is shown as it is. */
	if (args[2].n != 0 && !prb_span_is(args[2], "any"))
		args[2] = prb_build_label(b, "country", args[2], NULL, 0);
	put(b, "law_item", args, 3);
	if (from.n > 0) {
		prb_build_frame(b, "semicolon", NULL, 0);
		put(b, "law_applies_from", &from, 1);
	}
	if (!prb_span_is(prb_member_text(law, "status"), "verified")) {
		prb_build_frame(b, "semicolon", NULL, 0);
		put(b, "law_unverified", NULL, 0);
	}
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct prb_span text = join(b, law, lists[i][0], "requirement", "semicolon");

		if (text.n != 0)
			put_detail(b, lists[i][1], &text, 1);
	}
}

static void
build_regulations(struct prb_builder *b)
{
	const struct prb_json *law = first_object(b, "regulations");

	if (law == NULL)
		return;
	prb_build_heading(b, "regulations");
	put_paragraph(b, "regulations_title", PRB_ON_ALL, true);
	for (; law; law = next_object(prb_json_next(law)))
		build_law(b, law);
}

/* Address, number, how far they are to be trusted, and who should take care. */
static void
build_where(struct prb_builder *b, const struct prb_json *body)
{
	struct prb_span as_of = prb_member_text(body, "as_of"),
			caution = prb_member_text(body, "caution"), url;

	prb_build_foreign(b, prb_member_text(body, "url"));
	url = prb_build_words(b);
	prb_build_foreign(b, prb_member_text(body, "phone"));
	prb_build_block(b, PRB_BLOCK_DETAIL, PRB_ON_ALL)->detail.url = url;
	put(b, as_of.n > 0 ? "referral_dated" : "referral_undated", &as_of, 1);
	if (prb_span_is(prb_member_text(body, "status"), "secondary")) {
		prb_build_frame(b, "semicolon", NULL, 0);
		put(b, "referral_secondary", NULL, 0);
	}
	prb_build_details(b);
	if (caution.n > 0) {
		prb_build_say(b, "caution", caution, NULL, 0);
		prb_build_details(b);
	}
}

static void
build_referrals(struct prb_builder *b)
{
	const struct prb_json *body = first_object(b, "referrals");

	if (body == NULL)
		return;
	prb_build_heading(b, "referrals");
	put_paragraph(b, "referrals_title", PRB_ON_TEXT, true);
	for (; body; body = next_object(prb_json_next(body))) {
		const struct prb_span args[] = {prb_member_text(body, "country"),
			prb_member_text(body, "body"), prb_member_text(body, "kind")};

		put_item(b, "referral_item", args, 3);
		build_where(b, body);
	}
	put_paragraph(b, "referrals_care", PRB_ON_ALL, false);
}

void
prb_build_guidance(struct prb_builder *b)
{
	build_remediation(b);
	build_regulations(b);
	build_referrals(b);
}
