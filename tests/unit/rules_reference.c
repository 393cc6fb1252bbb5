/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/rules_reference.h"

#include <string.h>

/* Section 3's figures, as datasets/sources/method_constants.csv has them. */
static const int64_t constants[PRB_CONSTANTS] = {
	[PRB_K_LENS_WHERE_SHARE] = 400000,
	[PRB_K_LENS_WHAT_SHARE] = 800000,
	[PRB_K_LENS_WHO_SHARE] = 600000,
	[PRB_K_WHERE_FLOOR] = 150000,
	[PRB_K_WHERE_SPAN] = 600000,
	[PRB_K_CHILD_ONLY] = 500000,
	[PRB_K_ORIGINS_FULL] = 4,
	[PRB_K_GOODS_FULL] = 3,
	[PRB_K_STEP] = 800000,
	[PRB_K_SECTOR_FULL] = 320,
	[PRB_K_POINT_SECTOR] = 500000,
	[PRB_K_POINT_PRODUCT] = 50000,
	[PRB_K_POINT_WHO] = 50000,
	[PRB_K_POINT_MIGRANTS] = 500000,
	[PRB_K_SILENCE_LISTED] = 500000,
	[PRB_K_MIGRANTS_FACTOR] = 3,
	[PRB_K_FEES_EMPLOYER_SHOWN] = 100000,
	[PRB_K_FEES_EMPLOYER_SAID] = 500000,
	[PRB_K_FEES_UNKNOWN_EXPOSED] = 500000,
	[PRB_K_FEES_UNKNOWN] = 50000,
	[PRB_K_PEAK_HOURS_MAX] = 60,
	[PRB_K_REST_DAYS_MIN] = 4,
	[PRB_K_MONTHS_AWAY_MAX] = 6,
	[PRB_K_CONTROLS_SHARE] = 400000,
	[PRB_K_CONTROL_DOCUMENTED] = 100000,
	[PRB_K_PRESENT_MONTHS] = 60,
	[PRB_K_ABSENT_MONTHS] = 24,
	[PRB_K_HALF_KNOWN_MONTHS] = 12,
	[PRB_K_RANK_ABSENT] = 4,
	[PRB_K_RANK_SUPPORTED] = 3,
	[PRB_K_RANK_SUPPLIER_MAX] = 2,
	[PRB_K_COVERAGE_INDICATORS] = 40,
	[PRB_K_COVERAGE_WHO] = 25,
	[PRB_K_COVERAGE_WHAT] = 20,
	[PRB_K_COVERAGE_WHERE] = 15,
	[PRB_K_SMALL_COUNT] = 5,
};

static const int32_t weights[PRB_COMPONENTS] = {240000, 240000, 160000, 100000, 50000, 50000, 40000,
	30000, 30000, 30000, 30000, 0, 0, 0, 750000, 400000, 300000, 750000, 100000, 600000, 500000,
	400000, 300000, 200000, 200000, 200000, 200000, 200000, 200000, 300000};

static const struct prb_item items[] = {
	{"CD01", 7, PRB_SIDE_COERCION, PRB_STRENGTH_STRONG, PRB_STRENGTH_STRONG, PRB_DIM_COERCION},
	{"CD03", 3, PRB_SIDE_COERCION, PRB_STRENGTH_STRONG, PRB_STRENGTH_STRONG, PRB_DIM_COERCION},
	{"CD14", 8, PRB_SIDE_COERCION, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_MEDIUM, PRB_DIM_COERCION},
	{"EX01", 11, PRB_SIDE_INVOLUNTARY, PRB_STRENGTH_STRONG, PRB_STRENGTH_STRONG,
		PRB_DIM_EXPLOITATION},
	{"EX03", 10, PRB_SIDE_INVOLUNTARY, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_MEDIUM,
		PRB_DIM_EXPLOITATION},
	{"EX07", 10, PRB_SIDE_NONE, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_MEDIUM, PRB_DIM_EXPLOITATION},
	{"RV01", 0, PRB_SIDE_NONE, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_MEDIUM,
		PRB_DIM_RECRUITMENT_ABUSE},
	{"VD02", 0, PRB_SIDE_NONE, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_MEDIUM, PRB_DIM_ABUSE},
};

/* Section 6. */
static const struct prb_rating_row rating[] = {
	{1, PRB_RATING_CRITICAL, PRB_RULE_LISTING_IN_FORCE, 0},
	{2, PRB_RATING_CRITICAL, PRB_RULE_STATE_IMPOSED_PRESUMED, 0},
	{3, PRB_RATING_CRITICAL, PRB_RULE_ICLS_INDICATED_SUPPORTED, 3},
	{4, PRB_RATING_HIGH, PRB_RULE_ICLS_INDICATED, 0},
	{5, PRB_RATING_HIGH, PRB_RULE_COERCION_OR_CHILD, 0},
	{6, PRB_RATING_HIGH, PRB_RULE_INDICATORS_PRESENT, 2},
	{7, PRB_RATING_HIGH, PRB_RULE_STATE_IMPOSED_OPEN, 0},
	{8, PRB_RATING_HIGH, PRB_RULE_INDICATOR_AND_RESIDUAL, 40},
	{9, PRB_RATING_HIGH, PRB_RULE_RESIDUAL_UNCHECKED, 70},
	{10, PRB_RATING_HIGH, PRB_RULE_POSSIBLE_HIT, 0},
	{11, PRB_RATING_MEDIUM, PRB_RULE_INDICATOR_OR_RECENT_CHANGE, 24},
	{12, PRB_RATING_MEDIUM, PRB_RULE_RESIDUAL, 40},
	{13, PRB_RATING_UNKNOWN, PRB_RULE_COVERAGE_TOO_LOW, 50},
	{14, PRB_RATING_LOW, PRB_RULE_OTHERWISE, 0},
};

static const uint8_t listed_cotton[COUNTRY_COUNT] = {
	PRB_LISTED_NO, PRB_LISTED_FORCED, PRB_LISTED_NO};
static const uint8_t listed_toys[COUNTRY_COUNT] = {
	PRB_LISTED_NO, PRB_LISTED_CHILD_ONLY, PRB_LISTED_NO};
static const struct prb_good goods[] = {
	{.name = "Cotton", .listed = listed_cotton, .forced = {(uint64_t)1 << COUNTRY_CHN}},
	{.name = "Toys", .listed = listed_toys}};
static const struct prb_good_prefix prefixes[] = {{"5201", 0}, {"9503", 1}};
static const uint16_t origin_forced_count[COUNTRY_COUNT] = {0, 1, 0};

static const struct prb_scope scopes[] = {
	{.id = "region",
		.country = COUNTRY_CHN,
		.nationality = -1,
		.region = "CN-XJ",
		.good = "",
		.effect = PRB_EFFECT_PRESUMED,
		.law = "a law",
		.source = "a source",
		.since = "2022-06-21",
		.as_of = "2025"},
	{.id = "asked",
		.country = COUNTRY_CHN,
		.nationality = -1,
		.good = "Cotton",
		.hs = {"5201"},
		.hs_count = 1,
		.effect = PRB_EFFECT_ASK,
		.law = "a list",
		.source = "a source",
		.since = "",
		.as_of = "2022"},
};

static struct prb_country countries[COUNTRY_COUNT] = {
	{.iso3 = "CHE", .iso2 = "CH", .name_en = "Switzerland"},
	{.iso3 = "CHN", .iso2 = "CN", .name_en = "China", .regions_matter = true},
	{.iso3 = "QAT",
		.iso2 = "QA",
		.name_en = "Qatar",
		.tied_status_ppm = 500000,
		.tied_status_listed = true},
};

static struct prb_reference reference = {
	.method_version = "1",
	.countries = countries,
	.countries_count = COUNTRY_COUNT,
	.goods = goods,
	.goods_count = 2,
	.prefixes = prefixes,
	.prefixes_count = 2,
	.origin_forced_count = origin_forced_count,
	.scopes = scopes,
	.scopes_count = 2,
	.items = items,
	.items_count = sizeof items / sizeof items[0],
	.rating = rating,
	.rating_count = sizeof rating / sizeof rating[0],
};

const struct prb_reference *
rules_reference(void)
{
	/* `where` of every component: 0.2 in Switzerland, 0.75 in the others. */
	for (int i = 0; i < COUNTRY_COUNT; i++)
		for (int c = 0; c < PRB_WHERE_COMPONENTS; c++)
			countries[i].where[c] =
				(struct prb_where_value){.ppm = i == COUNTRY_CHE ? 200000 : 750000,
					.known = prb_component_is_overlay((enum prb_component)c)
							 ? PRB_NOT_APPLICABLE
							 : PRB_KNOWN,
					.verified = true,
					.source = "by hand"};
	for (int c = 0; c < PRB_COMPONENTS; c++)
		if (!prb_component_is_overlay((enum prb_component)c))
			reference.weights[c] = (struct prb_weight){weights[c], "by hand"};
	memcpy(reference.constants, constants, sizeof constants);
	memset(reference.sector_per_mille, -1, sizeof reference.sector_per_mille);
	memset(reference.release, '0', sizeof reference.release - 1);
	memset(reference.method_sha256, '1', sizeof reference.method_sha256 - 1);
	return &reference;
}

prb_date
rules_as_of(void)
{
	return prb_date_from_civil(2026, 6, 30);
}

void
rules_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)bytes;
	memset(out, 0, PRB_SHA256_BYTES);
	memcpy(out, &n, sizeof n);
}
