/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways of the validation over the reference made by hand: three origins, two goods, one pair
 * listed (cotton of China). `where` is 0.2 in Switzerland and 0.75 in the two others, so those tie.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/validation/validation.h"
#include "tests/unit/rules_reference.h"

static const bool ordered[COUNTRY_COUNT] = {[COUNTRY_CHN] = true};

static void
validate(const struct prb_reference *reference, struct prb_validation *out)
{
	struct prb_arena *arena = prb_arena_create(4 * 1024 * 1024);
	const struct prb_validation_input input = {
		.reference = reference, .ordered = ordered, .draws = 20, .seed = 1};

	assert_int_equal(prb_validate(arena, &input, out), PRB_OK);
	prb_arena_destroy(arena);
}

/*
 * Cotton of China against five others. Toys of China are above it, as their row three counts the
 * cotton; cotton of Qatar is, as its row two counts China; toys of Qatar tie; both goods of
 * Switzerland are below. Where a row is out, what was above by it ties.
 */
static void
ways_by_hand(void **state)
{
	static const prb_ppm areas[PRB_WAYS] = {
		[PRB_WAY_OWN_ROW] = 500000,      /* (0 + 0 + .5 + 1 + 1) / 5 */
		[PRB_WAY_HEADINGS] = 500000,     /* no headings overlap here */
		[PRB_WAY_ORIGIN_GOODS] = 600000, /* (.5 + 0 + .5 + 1 + 1) / 5 */
		[PRB_WAY_GOOD_ORIGINS] = 600000, /* (0 + .5 + .5 + 1 + 1) / 5 */
		[PRB_WAY_WHERE_ONLY] = 700000,   /* (.5 + .5 + .5 + 1 + 1) / 5 */
		[PRB_WAY_WHAT_ONLY] = 200000,    /* (0 + 0 + .5 + 0 + .5) / 5 */
		[PRB_WAY_COUNTRY] = 0,           /* against the toys alone */
		[PRB_WAY_FEWER] = PRB_AUC_NONE,  /* the four largest of three are all */
		[PRB_WAY_ORDERS] = 750000,       /* China against Qatar, a tie, and Switzerland */
		[PRB_WAY_WEIGHTS_DOWN] = 500000,
		[PRB_WAY_WEIGHTS_UP] = 500000,
	};
	struct prb_validation v;

	(void)state;
	validate(rules_reference(), &v);
	assert_int_equal(v.origins, 3);
	assert_int_equal(v.goods, 2);
	for (int way = 0; way < PRB_WAYS; way++)
		if (v.ways[way].area != areas[way])
			fail_msg("%s: %lld, not %lld", prb_way_key((enum prb_way)way),
				(long long)v.ways[way].area, (long long)areas[way]);
	assert_int_equal(v.ways[PRB_WAY_OWN_ROW].positives, 1);
	assert_int_equal(v.ways[PRB_WAY_OWN_ROW].negatives, 5);
	assert_int_equal(v.ways[PRB_WAY_ORDERS].positives, 1);
	assert_int_equal(v.ways[PRB_WAY_ORDERS].negatives, 2);
}

static void
singles_by_hand(void **state)
{
	struct prb_validation v;

	(void)state;
	validate(rules_reference(), &v);
	for (int c = 0; c < PRB_OVERLAYS_FROM; c++) {
		assert_int_equal(v.single[c][PRB_CASES_PAIRS], 700000);
		assert_int_equal(v.single[c][PRB_CASES_COUNTRY], 500000);
		assert_int_equal(v.single[c][PRB_CASES_ORDERS], 750000);
	}
	/* An overlay that the release does not have, and the list itself, are no index. */
	assert_int_equal(v.single[PRB_WHERE_OVERLAY_PREVALENCE][PRB_CASES_PAIRS], PRB_AUC_NONE);
	assert_int_equal(v.single[PRB_WHAT_GOOD_LISTED][PRB_CASES_PAIRS], PRB_AUC_NONE);
	assert_int_equal(v.single[PRB_WHAT_LISTED_ELSEWHERE][PRB_CASES_PAIRS], 300000);
	assert_int_equal(v.single[PRB_WHAT_ORIGIN_OTHER_GOODS][PRB_CASES_PAIRS], 400000);
	assert_int_equal(prb_validation_best_single(&v, PRB_WAY_OWN_ROW), 700000);
	assert_false(prb_validation_above_singles(&v, PRB_WAY_OWN_ROW));
	assert_false(prb_validation_above_singles(&v, PRB_WAY_WHERE_ONLY));
	assert_false(prb_validation_above_singles(&v, PRB_WAYS));
	for (int way = 0; way < PRB_WAYS; way++)
		v.ways[way].area = 750001;
	assert_true(prb_validation_above_singles(&v, PRB_WAYS));
}

/* An origin needs a treaty record, and a tier or a figure of conflict deaths. */
static void
origins_are_chosen(void **state)
{
	struct prb_reference reference = *rules_reference();
	struct prb_country countries[COUNTRY_COUNT];
	struct prb_validation v;

	(void)state;
	memcpy(countries, reference.countries, sizeof countries);
	reference.countries = countries;
	countries[COUNTRY_QAT].where[PRB_WHERE_NOT_RATIFIED].known = PRB_IMPUTED;
	validate(&reference, &v);
	assert_int_equal(v.origins, 2);
	countries[COUNTRY_QAT].where[PRB_WHERE_NOT_RATIFIED].known = PRB_NOT_APPLICABLE;
	countries[COUNTRY_QAT].where[PRB_WHERE_TRAFFICKING_TIER].known = PRB_IMPUTED;
	validate(&reference, &v);
	assert_int_equal(v.origins, 3);
	countries[COUNTRY_QAT].where[PRB_WHERE_CONFLICT_DEATHS].known = PRB_IMPUTED;
	validate(&reference, &v);
	assert_int_equal(v.origins, 2);
}

static void
weights_are_scaled(void **state)
{
	const struct prb_reference *r = rules_reference();
	struct prb_reference scaled;

	(void)state;
	prb_scale_weights(r, PRB_WHO_MIGRANTS, PRB_SCALE_DOWN, &scaled);
	assert_int_equal(scaled.weights[PRB_WHO_MIGRANTS].ppm, 420000);
	scaled.weights[PRB_WHO_MIGRANTS] = r->weights[PRB_WHO_MIGRANTS];
	assert_memory_equal(&scaled, r, sizeof scaled);
	prb_scale_weights(r, PRB_COMPONENTS + PRB_LENS_WHAT, PRB_SCALE_UP, &scaled);
	assert_int_equal(scaled.constants[PRB_K_LENS_WHAT_SHARE], 1000000); /* .80 x 1.3 */
	assert_int_equal(
		scaled.constants[PRB_K_LENS_WHO_SHARE], r->constants[PRB_K_LENS_WHO_SHARE]);
	prb_scale_weights(r, PRB_SCALED_ALL, PRB_SCALE_UP, &scaled);
	assert_int_equal(scaled.weights[PRB_WHERE_TRAFFICKING_TIER].ppm, 312000);
	assert_int_equal(scaled.weights[PRB_WHAT_GOOD_LISTED].ppm, 975000);
	assert_int_equal(scaled.constants[PRB_K_LENS_WHERE_SHARE], 520000);
	assert_string_equal(prb_scaled_id(PRB_WHO_MIGRANTS), "migrants");
	assert_string_equal(prb_scaled_id(PRB_COMPONENTS + PRB_LENS_WHERE), "lens_where");
}

static void
without_memory(void **state)
{
	const struct prb_validation_input input = {
		.reference = rules_reference(), .ordered = ordered, .draws = 20, .seed = 1};
	struct prb_validation v, before;
	size_t refused = 0;

	(void)state;
	memset(&v, 0x5A, sizeof v);
	memset(&before, 0x5A, sizeof before);
	for (size_t bytes = 0; bytes < 64 * 1024; bytes += 256) {
		struct prb_arena *arena = prb_arena_create(bytes);
		enum prb_err err;

		assert_non_null(arena);
		err = prb_validate(arena, &input, &v);
		if (err != PRB_OK) {
			assert_int_equal(err, PRB_ERR_MEMORY);
			assert_memory_equal(&v, &before, sizeof v);
			refused++;
		}
		prb_arena_destroy(arena);
		if (err == PRB_OK)
			break;
	}
	assert_true(refused > 10);
	assert_int_equal(v.goods, 2);
}

static void
count_step(void *context, int done, int of)
{
	int *last = context;

	assert_int_equal(done, *last + 1);
	assert_true(done <= of);
	*last = done;
}

static void
progress_is_said(void **state)
{
	int last = 0;
	struct prb_arena *arena = prb_arena_create(4 * 1024 * 1024);
	const struct prb_validation_input input = {.reference = rules_reference(),
		.ordered = ordered,
		.progress = count_step,
		.context = &last};
	struct prb_validation v;

	(void)state;
	assert_int_equal(prb_validate(arena, &input, &v), PRB_OK);
	assert_true(last > PRB_WAYS);
	assert_int_equal(v.ways[PRB_WAY_OWN_ROW].lo, PRB_AUC_NONE);
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(ways_by_hand),
		cmocka_unit_test(singles_by_hand), cmocka_unit_test(origins_are_chosen),
		cmocka_unit_test(weights_are_scaled), cmocka_unit_test(without_memory),
		cmocka_unit_test(progress_is_said)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
