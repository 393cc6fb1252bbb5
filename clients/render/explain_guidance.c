/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/explain_guidance.h"

#include "clients/render/members.h"
#include "clients/render/texts.h"

#define JOINED_BYTES_MAX (64UL * 1024)

/* The first object of a list; NULL where there is none. */
static const struct prb_json *
next_object(const struct prb_json *item)
{
	while (item != NULL && prb_json_kind(item) != PRB_JSON_OBJECT)
		item = prb_json_next(item);
	return item;
}

static const struct prb_json *
first_object(const struct prb_json *report, const char *name)
{
	return next_object(prb_member_list(report, name));
}

static void
put(enum prb_lang lang, const char *key, const struct prb_span *args, size_t count,
	struct prb_str *out)
{
	(void)prb_text_render(lang, "guidance", prb_span_of(key), args, count, out);
}

/* What parts two things in a line: the sign or the word of the language, with its blanks. */
static void
put_joiner(enum prb_lang lang, const char *key, struct prb_str *out)
{
	(void)prb_text_render(lang, "explain", prb_span_of(key), NULL, 0, out);
}

/* The strings of a list with a joiner between them: their texts under the prefix, or as they are.
 * joined is emptied first; false where the list holds nothing. */
static bool
join(enum prb_lang lang, const struct prb_json *object, const char *name, const char *prefix,
	const char *joiner, struct prb_str *joined)
{
	const struct prb_json *list = prb_json_member(object, name);

	prb_str_reset(joined);
	if (list == NULL || prb_json_kind(list) != PRB_JSON_ARRAY)
		return false;
	for (const struct prb_json *i = prb_json_first(list); i; i = prb_json_next(i)) {
		if (prb_json_kind(i) != PRB_JSON_STRING)
			continue;
		if (joined->n > 0)
			put_joiner(lang, joiner, joined);
		if (prefix != NULL)
			(void)prb_text_render(lang, prefix, prb_json_string(i), NULL, 0, joined);
		else
			prb_text_foreign(lang, prb_json_string(i), joined);
	}
	return joined->n > 0;
}

/* Whether a name was shown that is not official. */
static bool
explain_remedy(enum prb_lang lang, const struct prb_json *item, struct prb_str *joined,
	struct prb_str *out)
{
	struct prb_span args[2] = {
		prb_member_text(item, "indicator"), prb_member_text(item, "indicator")};
	bool marked;

	prb_str_add_text(out, "  - ");
	marked = prb_text_render(lang, "guidance", PRB_SPAN("remediation_item"), args, 2, out);
	if (join(lang, item, "sites", NULL, "semicolon", joined)) {
		struct prb_span sites = prb_str_span(joined);

		prb_str_add_text(out, "\n      ");
		put(lang, "remediation_sites", &sites, 1, out);
	}
	prb_str_add_text(out, "\n      ");
	put(lang, "remediation_evidence", args, 1, out);
	prb_str_add_text(out, "\n      ");
	/* Any one of them is enough. */
	(void)join(lang, item, "verified_by", "verifier", "or", joined);
	args[0] = prb_str_span(joined);
	args[1] = prb_member_text(item, "by");
	put(lang, "remediation_by", args, 2, out);
	prb_str_add_char(out, '\n');
	return marked;
}

static bool
explain_remediation(enum prb_lang lang, const struct prb_json *report, struct prb_str *joined,
	struct prb_str *out)
{
	const struct prb_json *item = first_object(report, "remediation");
	bool marked = false;

	if (item == NULL)
		return false;
	prb_str_add_char(out, '\n');
	put(lang, "remediation_title", NULL, 0, out);
	prb_str_add_char(out, '\n');
	for (; item; item = next_object(prb_json_next(item)))
		marked |= explain_remedy(lang, item, joined, out);
	prb_str_add_text(out, "  ");
	put(lang, "remediation_care", NULL, 0, out);
	prb_str_add_char(out, '\n');
	return marked;
}

static void
explain_law(
	enum prb_lang lang, const struct prb_json *law, struct prb_str *joined, struct prb_str *out)
{
	static const char *const lists[][2] = {{"holds", "law_holds"}, {"missing", "law_missing"},
		{"not_due", "law_not_due"}, {"not_in_a_report", "law_not_in_a_report"}};
	const struct prb_span args[] = {prb_member_text(law, "law"),
		prb_member_text(law, "instrument"), prb_member_text(law, "market")};
	struct prb_span from = prb_member_text(law, "applies_from");

	prb_str_add_text(out, "  - ");
	put(lang, "law_item", args, 3, out);
	if (from.n > 0) {
		put_joiner(lang, "semicolon", out);
		put(lang, "law_applies_from", &from, 1, out);
	}
	if (!prb_span_is(prb_member_text(law, "status"), "verified")) {
		put_joiner(lang, "semicolon", out);
		put(lang, "law_unverified", NULL, 0, out);
	}
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (join(lang, law, lists[i][0], "requirement", "semicolon", joined)) {
			struct prb_span text = prb_str_span(joined);

			prb_str_add_text(out, "\n      ");
			put(lang, lists[i][1], &text, 1, out);
		}
	prb_str_add_char(out, '\n');
}

static void
explain_regulations(enum prb_lang lang, const struct prb_json *report, struct prb_str *joined,
	struct prb_str *out)
{
	const struct prb_json *law = first_object(report, "regulations");

	if (law == NULL)
		return;
	prb_str_add_char(out, '\n');
	put(lang, "regulations_title", NULL, 0, out);
	prb_str_add_char(out, '\n');
	for (; law; law = next_object(prb_json_next(law)))
		explain_law(lang, law, joined, out);
}

/* Address, number, how far they are to be trusted, and who should take care. */
static void
explain_where(enum prb_lang lang, const struct prb_json *body, struct prb_str *out)
{
	struct prb_span url = prb_member_text(body, "url"), phone = prb_member_text(body, "phone");
	struct prb_span as_of = prb_member_text(body, "as_of"),
			caution = prb_member_text(body, "caution");

	prb_str_add_text(out, "\n      ");
	prb_text_foreign(lang, url, out);
	prb_str_add_text(out, url.n > 0 && phone.n > 0 ? "  " : "");
	prb_text_foreign(lang, phone, out);
	prb_str_add_text(out, "\n      ");
	put(lang, as_of.n > 0 ? "referral_dated" : "referral_undated", &as_of, 1, out);
	if (prb_span_is(prb_member_text(body, "status"), "secondary")) {
		put_joiner(lang, "semicolon", out);
		put(lang, "referral_secondary", NULL, 0, out);
	}
	if (caution.n > 0) {
		prb_str_add_text(out, "\n      ");
		(void)prb_text_render(lang, "caution", caution, NULL, 0, out);
	}
	prb_str_add_char(out, '\n');
}

static void
explain_referrals(enum prb_lang lang, const struct prb_json *report, struct prb_str *out)
{
	const struct prb_json *body = first_object(report, "referrals");

	if (body == NULL)
		return;
	prb_str_add_char(out, '\n');
	put(lang, "referrals_title", NULL, 0, out);
	prb_str_add_char(out, '\n');
	for (; body; body = next_object(prb_json_next(body))) {
		const struct prb_span args[] = {prb_member_text(body, "country"),
			prb_member_text(body, "body"), prb_member_text(body, "kind")};

		prb_str_add_text(out, "  - ");
		put(lang, "referral_item", args, 3, out);
		explain_where(lang, body, out);
	}
	prb_str_add_text(out, "  ");
	put(lang, "referrals_care", NULL, 0, out);
	prb_str_add_char(out, '\n');
}

bool
prb_explain_guidance(enum prb_lang lang, const struct prb_json *report, struct prb_str *out)
{
	struct prb_str joined;
	bool marked;

	prb_str_init(&joined, JOINED_BYTES_MAX);
	marked = explain_remediation(lang, report, &joined, out);
	explain_regulations(lang, report, &joined, out);
	explain_referrals(lang, report, out);
	out->failed |= joined.failed;
	prb_str_finish(&joined);
	return marked;
}
