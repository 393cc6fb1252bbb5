/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the method and the look-ups in the reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/model/facts.h"
#include "scoring/model/reference.h"

static const struct prb_words *const lists[] = {
	&prb_words_indicator,
	&prb_words_source,
	&prb_words_control,
	&prb_words_declarant,
	&prb_words_finding_state,
	&prb_words_evidence,
	&prb_words_remediation,
	&prb_words_contested_by,
	&prb_words_answer,
	&prb_words_fees,
	&prb_words_housing,
	&prb_words_prison,
	&prb_words_scheme,
};

static void
round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		assert_true(lists[i]->count > 1);
		assert_string_equal(prb_words_text(lists[i], 0), "");
		for (uint8_t v = 1; v <= lists[i]->count; v++)
			assert_int_equal(
				prb_words_find(lists[i], prb_span_of(prb_words_text(lists[i], v))),
				v);
		assert_int_equal(prb_words_find(lists[i], PRB_SPAN("")), 0);
		assert_int_equal(prb_words_find(lists[i], PRB_SPAN("No such word")), 0);
	}
	for (int r = PRB_RATING_UNKNOWN; r <= PRB_RATING_CRITICAL; r++)
		assert_int_equal(
			prb_rating_find(prb_span_of(prb_rating_word((enum prb_rating)r))), r);
	assert_int_equal(prb_rating_find(PRB_SPAN("High")), PRB_RATING_UNKNOWN);
}

/* The enumerations and the order of their words belong together: one pair of each list by name. */
static void
words_name_their_values(void **state)
{
	(void)state;
	assert_string_equal(prb_words_text(&prb_words_source, PRB_SOURCE_AUTHORITY), "authority");
	assert_string_equal(prb_words_text(&prb_words_control, PRB_CONTROL_SUPPLY_CHAIN_TRACING),
		"supply_chain_tracing");
	assert_string_equal(prb_words_text(&prb_words_declarant, PRB_AUDITOR), "auditor");
	assert_string_equal(prb_words_text(&prb_words_finding_state, PRB_FINDING_ABSENT), "absent");
	assert_string_equal(prb_words_text(&prb_words_evidence, PRB_VERIFIED), "verified");
	assert_string_equal(
		prb_words_text(&prb_words_remediation, PRB_REMEDIATION_VERIFIED), "verified");
	assert_string_equal(prb_words_text(&prb_words_contested_by, PRB_CONTESTED_INDEPENDENT),
		"independent_body");
	assert_string_equal(prb_words_text(&prb_words_answer, PRB_ANSWER_UNKNOWN), "unknown");
	assert_string_equal(prb_words_text(&prb_words_fees, PRB_FEES_EMPLOYER), "employer_pays");
	assert_string_equal(
		prb_words_text(&prb_words_housing, PRB_HOUSING_INDEPENDENT), "independent");
	assert_string_equal(prb_words_text(&prb_words_prison, PRB_PRISON_PRIVATE), "private_party");
	assert_string_equal(prb_words_text(&prb_words_scheme, PRB_SCHEME_OTHER), "other");
	assert_string_equal(prb_listing_status_word(PRB_LISTING_UNKNOWN), "unknown");
	assert_string_equal(prb_listing_decision_word(PRB_HIT_MATCH), "match");
	assert_string_equal(
		prb_listing_effect_word(PRB_LISTING_OTHER_SANCTIONS), "other_sanctions");
}

/* ILO 2012's order, the sides of METHOD section 2, the ranks of section 1. */
static void
indicators_and_ranks(void **state)
{
	static const int involuntary[] = {2, 10, 11};
	static const struct {
		enum prb_source source;
		int rank;
	} ranks[] = {{PRB_SOURCE_SELF, 1}, {PRB_SOURCE_BUYER, 2}, {PRB_SOURCE_DOCUMENT, 2},
		{PRB_SOURCE_MEDIA, 3}, {PRB_SOURCE_NGO, 3}, {PRB_SOURCE_AUDIT_ANNOUNCED, 3},
		{PRB_SOURCE_AUDIT_UNANNOUNCED, 4}, {PRB_SOURCE_WORKER, 4},
		{PRB_SOURCE_AUTHORITY, 5}};
	int found = 0;

	(void)state;
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		bool is_involuntary =
			prb_indicator_side((enum prb_indicator)i) == PRB_SIDE_INVOLUNTARY;

		if (is_involuntary)
			assert_int_equal(i, involuntary[found++]);
		else
			assert_int_equal(
				prb_indicator_side((enum prb_indicator)i), PRB_SIDE_COERCION);
	}
	assert_int_equal(found, 3);
#define PRB_INDICATOR(name, code, key, side)                                                       \
	assert_string_equal(prb_indicator_key(PRB_IND_##name), key);                               \
	assert_int_equal(prb_indicator_side(PRB_IND_##name), PRB_SIDE_##side);
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
	assert_string_equal(
		prb_indicator_key((enum prb_indicator)7), "retention_of_identity_documents");
	for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++)
		assert_int_equal(prb_source_rank(ranks[i].source), ranks[i].rank);
}

/* Components run in the order of their lenses: the rules sum them by that. */
static void
components_in_order(void **state)
{
	(void)state;
	for (int c = 1; c < PRB_COMPONENTS; c++)
		assert_true(prb_component_lens((enum prb_component)c) >=
			    prb_component_lens((enum prb_component)(c - 1)));
	assert_int_equal(
		PRB_WHERE_COMPONENTS + PRB_WHAT_COMPONENTS + PRB_WHO_COMPONENTS, PRB_COMPONENTS);
	assert_int_equal(prb_component_lens(PRB_WHAT_GOOD_LISTED), PRB_LENS_WHAT);
	assert_int_equal(prb_component_lens(PRB_WHO_MIGRANTS), PRB_LENS_WHO);
	assert_string_equal(prb_component_id(PRB_WHO_UNDER_18), "under_18");
	for (int k = 0; k < PRB_CONSTANTS; k++)
		for (int j = 0; j < k; j++)
			assert_string_not_equal(prb_constant_key((enum prb_constant)k),
				prb_constant_key((enum prb_constant)j));
	assert_string_equal(prb_rating_rule_key(PRB_RULE_OTHERWISE), "otherwise");
}

static void
looks_up(void **state)
{
	static const struct prb_country countries[] = {
		{.iso3 = "AFG"}, {.iso3 = "BGD"}, {.iso3 = "ZWE"}};
	static const struct prb_item items[] = {{.id = "CD01"}, {.id = "CD03"}, {.id = "EX03"}};
	static const struct prb_good_prefix prefixes[] = {
		{"52", 0}, {"5201", 1}, {"5201", 2}, {"520100", 0}, {"520100", 1}, {"61", 3}};
	const struct prb_reference r = {.countries = countries,
		.countries_count = 3,
		.items = items,
		.items_count = 3,
		.prefixes = prefixes,
		.prefixes_count = 6};
	uint16_t goods[4];

	(void)state;
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("AFG")), 0);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("ZWE")), 2);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("BGD")), 1);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("BG")), -1);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("BGDX")), -1);
	/* A span may lie in a longer text: three letters of it count, and no more. */
	assert_int_equal(prb_reference_country(&r, (struct prb_span){"BGDX", 3}), 1);
	assert_int_equal(prb_reference_country(&r, (struct prb_span){"BGDX", 2}), -1);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("AAA")), -1);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("ZZZ")), -1);
	assert_int_equal(prb_reference_country(&r, PRB_SPAN("bgd")), -1);
	assert_ptr_equal(prb_reference_item(&r, PRB_SPAN("CD03")), &items[1]);
	assert_ptr_equal(prb_reference_item(&r, PRB_SPAN("CD01")), &items[0]);
	assert_ptr_equal(prb_reference_item(&r, PRB_SPAN("EX03")), &items[2]);
	assert_null(prb_reference_item(&r, PRB_SPAN("CD02")));
	assert_null(prb_reference_item(&r, PRB_SPAN("ZZ99")));
	assert_null(prb_reference_item(&r, PRB_SPAN("")));
	/* A code matches every prefix it starts with, each good once. */
	assert_int_equal(prb_reference_goods(&r, PRB_SPAN("52010090"), goods, 4), 3);
	assert_int_equal(goods[0], 0);
	assert_int_equal(goods[1], 1);
	assert_int_equal(goods[2], 2);
	assert_int_equal(prb_reference_goods(&r, PRB_SPAN("5202"), goods, 4), 1);
	assert_int_equal(prb_reference_goods(&r, PRB_SPAN("52010090"), goods, 2), 2);
	assert_int_equal(prb_reference_goods(&r, PRB_SPAN("6"), goods, 4), 0);
	assert_int_equal(prb_reference_goods(&r, PRB_SPAN("6203"), goods, 4), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),
		cmocka_unit_test(words_name_their_values),
		cmocka_unit_test(indicators_and_ranks),
		cmocka_unit_test(components_in_order),
		cmocka_unit_test(looks_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
