/* SPDX-License-Identifier: Apache-2.0 */
/* Exposure (scoring/METHOD.md section 3): which cases there are, which of them is shown, and how
 * many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/exposure.h"
#include "scoring/rules/score.h"
#include "tests/unit/rules_reference.h"

#define SITES_MAX 6
#define PRODUCTS_MAX 20
#define TEXT_BYTES_MAX 8192

static struct prb_arena *arena;

/* A case: `sites` and `origins` are countries by their letters: S Switzerland, C China, Q Qatar. A
 * product in capitals is cotton, in small letters something that no list names; b is the same
 * of Switzerland by a broad word, which leaves more open. */
static const struct {
	const char *name, *sites, *origins;
	size_t cases, left_out;
	int site, product; /* of the worst */
} rows[] = {
	{"nothing declared", "", "", 1, 0, -1, -1},
	{"a site", "S", "", 1, 0, 0, -1},
	{"a product", "", "s", 1, 0, -1, 0},
	{"each pair", "SC", "ss", 4, 0, 1, 0},
	/* Qatar stands in the table of tied status, so silence about migrants counts more. */
	{"one site for each country", "SCSCQ", "ss", 6, 0, 4, 0},
	{"the worst is the last product", "S", "sssC", 4, 0, 0, 3},
	{"the worst is the first product", "S", "Csss", 4, 0, 0, 0},
	{"the worst is the last site", "SSSC", "", 2, 0, 3, -1},
	/* Equal exposure: what reaches higher is shown, in either order. */
	{"equals: the more open one", "S", "sb", 2, 0, 0, 1},
	{"equals: the more open one before", "S", "bs", 2, 0, 0, 0},
	{"equals that are alike: the first", "S", "ss", 2, 0, 0, 0},
	{"fifty are shown, all count", "SQ", "sssssssssssssssssssC", 40, 0, 1, 19},
	{"and the rest is counted", "SQC", "sssssssssssssssssssC", 50, 10, 1, 19},
};

static int16_t
country_of(char letter)
{
	switch (letter) {
	case 'C':
	case 'c':
		return COUNTRY_CHN;
	case 'Q':
	case 'q':
		return COUNTRY_QAT;
	default:
		return COUNTRY_CHE;
	}
}

static struct prb_place
place_of(char letter)
{
	return (struct prb_place){.country = country_of(letter), .region = "", .region_basis = ""};
}

static void
write_declaration(const char *sites, const char *origins, char text[TEXT_BYTES_MAX])
{
	static const char *const iso3[] = {
		[COUNTRY_CHE] = "CHE", [COUNTRY_CHN] = "CHN", [COUNTRY_QAT] = "QAT"};
	size_t n = (size_t)snprintf(text, TEXT_BYTES_MAX,
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[");

	for (size_t i = 0; sites[i] != '\0'; i++)
		n += (size_t)snprintf(text + n, TEXT_BYTES_MAX - n,
			"%s{\"id\":\"s%zu\",\"country\":\"%s\"}", i == 0 ? "" : ",", i,
			iso3[country_of(sites[i])]);
	n += (size_t)snprintf(text + n, TEXT_BYTES_MAX - n, "],\"products\":[");
	for (size_t i = 0; origins[i] != '\0'; i++)
		n += (size_t)snprintf(text + n, TEXT_BYTES_MAX - n,
			"%s{\"hs\":\"%s\",\"origin\":\"%s\",\"inputs\":[]}", i == 0 ? "" : ",",
			origins[i] < 'a' ? "5201" : "8517", iso3[country_of(origins[i])]);
	(void)snprintf(text + n, TEXT_BYTES_MAX - n, "]}");
}

static const struct prb_exposure_result *
evaluate(const char *sites, const char *origins)
{
	static struct prb_place places[SITES_MAX];
	static struct prb_product_facts products[PRODUCTS_MAX];
	static char text[TEXT_BYTES_MAX];
	const struct prb_score_options options = {.as_of = rules_as_of(), .sha256 = rules_sha256};
	struct prb_facts facts = {.supplier = place_of('S'), .sites = places, .products = products};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;

	for (size_t i = 0; sites[i] != '\0'; i++)
		places[i] = place_of(sites[i]);
	for (size_t i = 0; origins[i] != '\0'; i++) {
		products[i] = (struct prb_product_facts){.goods = {.origin = place_of(origins[i]),
								 .basis = PRB_HS_DECLARED,
								 .hs_count = 1}};
		if (origins[i] == 'b')
			products[i].goods.basis = PRB_HS_BROAD;
		memcpy(products[i].goods.hs[0], origins[i] < 'a' ? "5201" : "8517", 5);
	}
	write_declaration(sites, origins, text);
	prb_arena_reset(arena);
	if (prb_declaration_read(arena, prb_span_of(text), &faults, &declaration) != PRB_OK ||
		prb_score(arena, rules_reference(), declaration, &facts, &options, &faults,
			&result) != PRB_OK)
		fail_msg("%s %s\n%s", faults.items[0].pointer, faults.items[0].detail, text);
	return &result->exposure;
}

static void
cases_and_the_worst(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_exposure_result *e = evaluate(rows[i].sites, rows[i].origins);

		if (e->cases_count != rows[i].cases || e->cases_left_out != rows[i].left_out ||
			e->worst.site != rows[i].site || e->worst.product != rows[i].product)
			fail_msg("%s: %zu cases, %zu left out, worst site %d, product %d",
				rows[i].name, e->cases_count, e->cases_left_out, (int)e->worst.site,
				(int)e->worst.product);
		assert_true(e->lo <= e->worst.inherent && e->worst.inherent <= e->hi);
		for (size_t k = 0; k < e->cases_count; k++) {
			assert_true(e->cases[k].inherent <= e->worst.inherent);
			assert_true(e->cases[k].lo <= e->lo && e->cases[k].hi <= e->hi);
		}
	}
}

/* Where = (mean - 0.15) / 0.60, between 0 and 1: 0.2 in Switzerland is 0.083333, 0.75 in China 1.
 * The worse of site and origin counts. */
static void
where_is_clamped(void **state)
{
	(void)state;
	assert_int_equal(evaluate("S", "s")->worst.lens[PRB_LENS_WHERE], 83333);
	assert_int_equal(evaluate("C", "s")->worst.lens[PRB_LENS_WHERE], 1000000);
	assert_int_equal(evaluate("S", "c")->worst.lens[PRB_LENS_WHERE], 1000000);
	assert_int_equal(evaluate("S", "c")->worst.where_country, COUNTRY_CHN);
	assert_int_equal(evaluate("C", "s")->worst.where_country, COUNTRY_CHN);
	assert_int_equal(evaluate("S", "s")->worst.where_country, COUNTRY_CHE);
}

/* Which of two countries is shown where exposure and its upper end are equal: what is known to be
 * worse, else what is known less, else the larger single figure, else the later country, in
 * whichever order they are declared. */
static void
equal_exposure(void **state)
{
	static const struct {
		const char *what;
		int32_t all, first, second; /* the figures of both, and of the first of them */
		enum prb_known first_known, second_known;
		int16_t shown;
	} ties[] = {
		{"alike", 400000, 400000, 400000, PRB_KNOWN, PRB_KNOWN, 1},
		{"the higher start", 400000, 400000, 400000, PRB_IMPUTED, PRB_KNOWN, 1},
		{"the higher start", 400000, 400000, 400000, PRB_KNOWN, PRB_IMPUTED, 0},
		{"the higher start", 400000, 1000000, 1000000, PRB_KNOWN, PRB_IMPUTED, 0},
		{"the higher start", 400000, 1000000, 1000000, PRB_IMPUTED, PRB_KNOWN, 1},
		{"what is known less", 1000000, 1000000, 1000000, PRB_IMPUTED, PRB_KNOWN, 0},
		{"what is known less", 1000000, 1000000, 1000000, PRB_KNOWN, PRB_IMPUTED, 1},
		{"the larger figure", 1000000, 1000000, 900000, PRB_KNOWN, PRB_KNOWN, 0},
		{"the larger figure", 1000000, 900000, 1000000, PRB_KNOWN, PRB_KNOWN, 1},
	};
	static uint16_t forced_count[2];
	static struct prb_site two[2];
	const struct prb_declaration d = {.sites = two, .sites_count = 2};

	(void)state;
	for (size_t i = 0; i < sizeof ties / sizeof ties[0]; i++) {
		struct prb_reference r = *rules_reference();
		struct prb_country countries[2] = {{.iso3 = "AAA"}, {.iso3 = "BBB"}};

		for (int c = 0; c < PRB_WHERE_COMPONENTS; c++)
			countries[0].where[c] = countries[1].where[c] =
				(struct prb_where_value){.ppm = ties[i].all, .source = "by hand"};
		countries[0].where[0].ppm = ties[i].first;
		countries[0].where[0].known = (uint8_t)ties[i].first_known;
		countries[1].where[0].ppm = ties[i].second;
		countries[1].where[0].known = (uint8_t)ties[i].second_known;
		r.countries = countries;
		r.origin_forced_count = forced_count;
		for (int16_t first = 0; first < 2; first++) {
			struct prb_place places[2] = {
				{.country = first}, {.country = (int16_t)(1 - first)}};
			const struct prb_facts f = {.sites = places};
			struct prb_exposure_result e;

			prb_arena_reset(arena);
			assert_int_equal(
				prb_exposure_evaluate(arena, &r, &d, &f, PRB_COMPANY, &e), PRB_OK);
			assert_int_equal(e.cases[0].inherent, e.cases[1].inherent);
			if (e.worst.where_country != ties[i].shown)
				fail_msg("%s: %d", ties[i].what, e.worst.where_country);
		}
	}
}

/* A good is listed for other origins than its own, wherever the own stands in the order of
 * countries. */
static void
own_origin_is_no_other(void **state)
{
	enum { COUNTRIES = 130 };
	static uint8_t listed[COUNTRIES];
	static uint16_t forced_count[COUNTRIES];
	struct prb_good good = {.name = "Cotton", .listed = listed};
	const struct prb_good_prefix prefix = {"5201", 0};
	struct prb_reference r = *rules_reference();
	const struct prb_product product = {.inputs_given = true};
	const struct prb_product_facts goods = {
		.goods = {.basis = PRB_HS_DECLARED, .hs_count = 1, .hs = {"5201"}}};

	(void)state;
	r.goods = &good;
	r.goods_count = 1;
	r.prefixes = &prefix;
	r.prefixes_count = 1;
	r.origin_forced_count = forced_count;
	for (int16_t origin = 0; origin < COUNTRIES; origin++) {
		struct prb_value values[PRB_COMPONENTS];

		memset(good.forced, 0, sizeof good.forced);
		good.forced[origin / 64] |= (uint64_t)1 << origin % 64;
		good.forced[1] |= (uint64_t)1 << 5;
		prb_exposure_what(&r, &product, &goods, origin, true, values);
		assert_int_equal(values[PRB_WHAT_LISTED_ELSEWHERE].count, origin == 69 ? 0 : 1);
		assert_int_equal(
			values[PRB_WHAT_LISTED_ELSEWHERE].point, origin == 69 ? 0 : 250000);
	}
}

/* Inputs count where nobody says what the product is: a listed one as the first row x 0.8. */
static void
inputs_of_an_unnamed_product(void **state)
{
	static const char text[] =
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"products\":[{\"inputs\":[{"
		"\"hs\":\"5201\",\"origin\":\"CHN\"}]}]}";
	const struct prb_score_options options = {.as_of = rules_as_of(), .sha256 = rules_sha256};
	const struct prb_goods_facts cotton = {
		.origin = place_of('C'), .basis = PRB_HS_DECLARED, .hs_count = 1, .hs = {"5201"}};
	const struct prb_product_facts product = {
		.goods = {.origin = {.country = PRB_COUNTRY_NONE, .region = "", .region_basis = ""},
			.basis = PRB_HS_NONE},
		.inputs = &cotton};
	const struct prb_facts facts = {.supplier = place_of('S'), .products = &product};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;
	const struct prb_value *value;

	(void)state;
	prb_arena_reset(arena);
	assert_int_equal(
		prb_declaration_read(arena, prb_span_of(text), &faults, &declaration), PRB_OK);
	assert_int_equal(prb_score(arena, rules_reference(), declaration, &facts, &options, &faults,
				 &result),
		PRB_OK);
	value = &result->exposure.worst.values[PRB_WHAT_INPUT_LISTED];
	assert_int_equal(value->point, 800000);
	/* The good itself may be one whose inputs are listed. */
	assert_int_equal(value->hi, 1000000);
}

static char seat = 'S';

static const struct prb_result *
score_text(const char *text, enum prb_declarant given)
{
	const struct prb_score_options options = {
		.as_of = rules_as_of(), .declarant = given, .sha256 = rules_sha256};
	static struct prb_facts facts;
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;

	facts = (struct prb_facts){.supplier = place_of(seat)};
	prb_arena_reset(arena);
	if (prb_declaration_read(arena, prb_span_of(text), &faults, &declaration) != PRB_OK ||
		prb_score(arena, rules_reference(), declaration, &facts, &options, &faults,
			&result) != PRB_OK)
		fail_msg("%s %s\n%s", faults.items[0].pointer, faults.items[0].detail, text);
	return result;
}

/* On each side of every threshold of the third lens. */
static void
thresholds_of_who(void **state)
{
	static const struct {
		const char *workforce;
		enum prb_component component;
		int32_t point;
	} thresholds[] = {
		{"\"peak_hours_per_week\":60", PRB_WHO_PEAK_HOURS, 0},
		{"\"peak_hours_per_week\":61", PRB_WHO_PEAK_HOURS, 1000000},
		{"\"peak_hours_per_week\":0", PRB_WHO_PEAK_HOURS, 0},
		{"\"rest_days_per_month\":0", PRB_WHO_REST_DAYS, 1000000},
		{"\"months_at_sea\":0", PRB_WHO_MONTHS_AWAY, 0},
		{"\"rest_days_per_month\":4", PRB_WHO_REST_DAYS, 0},
		{"\"rest_days_per_month\":3", PRB_WHO_REST_DAYS, 1000000},
		{"\"months_at_sea\":6", PRB_WHO_MONTHS_AWAY, 0},
		{"\"months_at_sea\":7", PRB_WHO_MONTHS_AWAY, 1000000},
		{"\"under_18\":0", PRB_WHO_UNDER_18, 0},
		{"\"under_18\":1", PRB_WHO_UNDER_18, 1000000},
		{"\"total\":100,\"migrant\":0", PRB_WHO_MIGRANTS, 0},
		{"\"total\":100,\"migrant\":33", PRB_WHO_MIGRANTS, 990000},
		{"\"total\":100,\"migrant\":34", PRB_WHO_MIGRANTS, 1000000},
		{"\"total\":100,\"agency\":25", PRB_WHO_AGENCY_LABOUR, 250000},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++) {
		int32_t point;

		(void)snprintf(text, sizeof text,
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"workforce\":{%s}}",
			thresholds[i].workforce);
		point = score_text(text, PRB_COMPANY)
				->exposure.worst.values[thresholds[i].component]
				.point;
		if (point != thresholds[i].point)
			fail_msg("%s: %d", thresholds[i].workforce, (int)point);
	}
}

/* Where the law ties migrants to their employer: half of them, or what silence is taken for. */
static void
tied_status(void **state)
{
	static const struct {
		const char *workforce;
		int32_t point;
		enum prb_known known;
	} shares[] = {
		{"\"total\":100,\"migrant\":0", 0, PRB_KNOWN},
		{"\"total\":100,\"migrant\":1", 5000, PRB_KNOWN},
		{"\"total\":100,\"migrant\":50", 250000, PRB_KNOWN},
		{"\"total\":100", 250000, PRB_IMPUTED},
	};
	char text[512];

	(void)state;
	seat = 'Q';
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		const struct prb_value *value;

		(void)snprintf(text, sizeof text,
			"{\"supplier\":{\"name\":\"A\",\"country\":\"QAT\"},\"workforce\":{%s}}",
			shares[i].workforce);
		value = &score_text(text, PRB_COMPANY)->exposure.worst.values[PRB_WHO_TIED_STATUS];
		assert_int_equal(value->point, shares[i].point);
		assert_int_equal(value->known, shares[i].known);
	}
	seat = 'S';
}

/* Section 1, "Who declares": the supplier's word stays the supplier's, whoever hands it on; else
 * the declaration's own word stands, then the caller's, then a company's. */
static void
who_declares(void **state)
{
	static const struct {
		const char *said;
		enum prb_declarant given, declarant;
	} roles[] = {
		{"", PRB_DECLARANT_NONE, PRB_COMPANY},
		{"", PRB_COMPANY, PRB_COMPANY},
		{"", PRB_SUPPLIER, PRB_SUPPLIER},
		{"", PRB_OFFICER, PRB_OFFICER},
		{"", PRB_AUDITOR, PRB_AUDITOR},
		{"\"declarant\":\"supplier\",", PRB_DECLARANT_NONE, PRB_SUPPLIER},
		{"\"declarant\":\"supplier\",", PRB_AUDITOR, PRB_SUPPLIER},
		{"\"declarant\":\"auditor\",", PRB_DECLARANT_NONE, PRB_AUDITOR},
		{"\"declarant\":\"auditor\",", PRB_COMPANY, PRB_AUDITOR},
		{"\"declarant\":\"auditor\",", PRB_SUPPLIER, PRB_SUPPLIER},
		{"\"declarant\":\"company\",", PRB_OFFICER, PRB_COMPANY},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		int declarant;

		(void)snprintf(text, sizeof text,
			"{%s\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}", roles[i].said);
		declarant = score_text(text, roles[i].given)->declarant;
		if (declarant != (int)roles[i].declarant)
			fail_msg("row %zu: %d", i, declarant);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)16 << 20);
	return arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_and_the_worst),
		cmocka_unit_test(where_is_clamped),
		cmocka_unit_test(equal_exposure),
		cmocka_unit_test(own_origin_is_no_other),
		cmocka_unit_test(inputs_of_an_unnamed_product),
		cmocka_unit_test(thresholds_of_who),
		cmocka_unit_test(tied_status),
		cmocka_unit_test(who_declares),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
