/* SPDX-License-Identifier: Apache-2.0 */
/* The area under the ROC curve: cases worked out by hand, ties, groups, and the bootstrap. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/validation/auc.h"

#define CASES_MAX 8

/* "p5 n3" : a positive of score 5, a negative of score 3. Groups follow behind a dot: "p5.1". */
static size_t
read_cases(const char *text, struct prb_auc_case *cases)
{
	size_t n = 0;

	for (const char *p = text; *p != '\0'; p += *p == ' ') {
		struct prb_auc_case *c = &cases[n++];

		memset(c, 0, sizeof *c);
		c->positive = *p++ == 'p';
		while (*p >= '0' && *p <= '9')
			c->score = c->score * 10 + (*p++ - '0');
		if (*p == '.')
			for (p++; *p >= '0' && *p <= '9'; p++)
				c->group = (uint16_t)(c->group * 10 + (*p - '0'));
	}
	return n;
}

static struct prb_auc_counts
count(const char *text, bool within, const uint32_t *weights)
{
	struct prb_auc_case cases[CASES_MAX], spare[CASES_MAX];
	struct prb_auc auc;

	prb_auc_make(cases, spare, read_cases(text, cases), within, &auc);
	return prb_auc_count(&auc, weights);
}

static void
small_cases(void **state)
{
	static const struct {
		const char *cases;
		bool within;
		prb_ppm area;
	} rows[] = {
		{"p5 n3", false, 1000000},
		{"p3 n5", false, 0},
		{"p4 n4", false, 500000},
		{"p1000000 n0", false, 1000000},
		{"p9 p1 n5", false, 500000},
		{"p9 p5 n5", false, 750000},
		{"p9 n9 n8 n1", false, 833333},
		{"p9 p8 n1024 n7 n6 n2048", false, 500000},
		{"p1", false, PRB_AUC_NONE},
		{"n1 n2", false, PRB_AUC_NONE},
		{"", false, PRB_AUC_NONE},
		/* Inside one group: 5 above 3 in the first, 1 below 9 in the second. */
		{"p5.1 n3.1 p1.2 n9.2", true, 500000},
		{"p5.1 n3.1 p1.2 n9.3", true, 1000000},
		{"p5.1 n3.2", true, PRB_AUC_NONE},
		{"p5.1 n3.2", false, 1000000},
		{"p5.700 n3.700 n5.700 p2.2 n1.2", true, 833333},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_auc_counts counts = count(rows[i].cases, rows[i].within, NULL);

		if (prb_auc_area(&counts) != rows[i].area)
			fail_msg("%s: %lld, not %lld", rows[i].cases,
				(long long)prb_auc_area(&counts), (long long)rows[i].area);
	}
}

/* A group that counts twice is as if its cases stood there twice; inside groups it is two groups.
 */
static void
groups_have_weights(void **state)
{
	static const uint32_t weights[] = {0, 2, 1, 0};
	struct prb_auc_counts weighted, written;

	(void)state;
	weighted = count("p5.1 n6.1 n3.2 p4.3", false, weights);
	written = count("p5 n6 p5 n6 n3", false, NULL);
	assert_memory_equal(&weighted, &written, sizeof weighted);
	weighted = count("p5.1 n6.1 p4.2 n3.2 n1.3", true, weights);
	written = count("p5.1 n6.1 p5.2 n6.2 p4.3 n3.3", true, NULL);
	assert_memory_equal(&weighted, &written, sizeof weighted);
}

static void
draws_are_even_and_the_same(void **state)
{
	struct prb_draws a = {7}, b = {7}, other = {8};
	uint32_t met[6] = {0}, differ = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		uint32_t x = prb_draw(&a, 6);

		assert_true(x < 6);
		assert_int_equal(x, prb_draw(&b, 6));
		differ += x != prb_draw(&other, 6);
		met[x]++;
	}
	for (size_t i = 0; i < 6; i++)
		assert_in_range(met[i], 9500, 10500);
	assert_true(differ > 40000);
	for (int i = 0; i < 10; i++)
		assert_int_equal(prb_draw(&a, 1), 0);
}

/* The published first numbers of splitmix64 from 0 are E220A8397B1DCDAF, 6E789E6AA1B965F4. */
static void
draws_are_splitmix64(void **state)
{
	struct prb_draws draws = {0};

	(void)state;
	assert_int_equal(prb_draw(&draws, 1U << 16), 0xCDAF);
	assert_int_equal(prb_draw(&draws, 1U << 16), 0x65F4);
}

static void
intervals(void **state)
{
	struct prb_auc_case cases[60], spare[60];
	struct prb_arena *arena = prb_arena_create(1024 * 1024);
	struct prb_auc auc;
	struct prb_auc_counts counts;
	prb_ppm lo, hi, again_lo, again_hi, other_lo, other_hi;

	(void)state;
	for (int i = 0; i < 60; i++)
		cases[i] = (struct prb_auc_case){
			.score = i * 37 % 61, .group = (uint16_t)(i % 20), .positive = i % 7 == 0};
	prb_auc_make(cases, spare, 60, false, &auc);
	counts = prb_auc_count(&auc, NULL);
	assert_int_equal(prb_auc_interval(arena, &auc, 500, 1, &lo, &hi), PRB_OK);
	assert_true(0 <= lo && lo < prb_auc_area(&counts) && prb_auc_area(&counts) < hi &&
		    hi <= PRB_PPM_ONE);
	assert_int_equal(prb_auc_interval(arena, &auc, 500, 1, &again_lo, &again_hi), PRB_OK);
	assert_int_equal(lo, again_lo);
	assert_int_equal(hi, again_hi);
	assert_int_equal(prb_auc_interval(arena, &auc, 500, 2, &other_lo, &other_hi), PRB_OK);
	assert_true(lo != other_lo || hi != other_hi);
	/* One sample is both ends; none at all, or nothing to compare, is no interval. */
	assert_int_equal(prb_auc_interval(arena, &auc, 1, 1, &lo, &hi), PRB_OK);
	assert_int_equal(lo, hi);
	assert_int_equal(prb_auc_interval(arena, &auc, 0, 1, &lo, &hi), PRB_OK);
	assert_int_equal(lo, PRB_AUC_NONE);
	prb_auc_make(cases, spare, 0, false, &auc);
	assert_int_equal(prb_auc_interval(arena, &auc, 10, 1, &lo, &hi), PRB_OK);
	assert_int_equal(hi, PRB_AUC_NONE);
	prb_arena_destroy(arena);
}

/* All of one group, or all groups alike: every sample is the same, and so are both ends. */
static void
an_interval_without_width(void **state)
{
	struct prb_auc_case cases[CASES_MAX], spare[CASES_MAX];
	struct prb_arena *arena = prb_arena_create(1024 * 1024), *small = prb_arena_create(64);
	struct prb_auc auc;
	prb_ppm lo = 7, hi = 7;

	(void)state;
	prb_auc_make(cases, spare, read_cases("p5 n3 n7 p9", cases), false, &auc);
	assert_int_equal(prb_auc_interval(small, &auc, 500, 1, &lo, &hi), PRB_ERR_MEMORY);
	assert_int_equal(lo, 7);
	assert_int_equal(prb_auc_interval(arena, &auc, 50, 3, &lo, &hi), PRB_OK);
	assert_int_equal(lo, 750000);
	assert_int_equal(hi, 750000);
	prb_arena_destroy(arena);
	prb_arena_destroy(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(small_cases),
		cmocka_unit_test(groups_have_weights),
		cmocka_unit_test(draws_are_even_and_the_same),
		cmocka_unit_test(draws_are_splitmix64), cmocka_unit_test(intervals),
		cmocka_unit_test(an_interval_without_width)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
