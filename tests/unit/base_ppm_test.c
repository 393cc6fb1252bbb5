/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/ppm.h"

static uint64_t
next_random(uint64_t *state)
{
	/* xorshift64*, Vigna 2016 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

static void
products(void **state)
{
	static const struct {
		int64_t a, b, c, result;
	} rows[] = {
		{0, 0, 1, 0},
		{1, 1, 2, 1}, /* a half goes up */
		{1, 1, 3, 0}, /* a third goes down */
		{2, 1, 3, 1},
		{5, 1, 10, 1},
		{4, 1, 10, 0},
		{7, 3, 6, 4}, /* 3.5 */
		{INT64_MAX, 1, 1, INT64_MAX},
		{1, INT64_MAX, INT64_MAX, 1},
		{INT64_MAX, 1, 2, 4611686018427387904},
		{INT64_MAX / 2, 1, INT64_MAX, 0},
		{INT64_MAX / 2 + 1, 1, INT64_MAX, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(prb_mul_div(rows[i].a, rows[i].b, rows[i].c), rows[i].result);
	assert_int_equal(prb_ppm_mul(500000, 500000), 250000);
	assert_int_equal(prb_ppm_mul(1, 500000), 1);
	assert_int_equal(prb_ppm_mul(1, 499999), 0);
	assert_int_equal(prb_ppm_mul(PRB_PPM_ONE, 123456), 123456);
}

/* Half up by its definition: |result - ab/c| <= 1/2, and the upper one where both are as near. */
static void
rounding(void **state)
{
	uint64_t seed = 3141592653589793ULL;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 200000; i++) {
		int64_t a = (int64_t)(next_random(&seed) % 3000);
		int64_t b = (int64_t)(next_random(&seed) % 3000);
		int64_t c = (int64_t)(next_random(&seed) % 40) + 1;
		int64_t twice = 2 * prb_mul_div(a, b, c) * c - 2 * a * b;

		assert_in_range(twice + c, 1, 2 * c);
	}
}

static void
points(void **state)
{
	(void)state;
	assert_int_equal(prb_ppm_clamp(-1), 0);
	assert_int_equal(prb_ppm_clamp(0), 0);
	assert_int_equal(prb_ppm_clamp(PRB_PPM_ONE), PRB_PPM_ONE);
	assert_int_equal(prb_ppm_clamp(PRB_PPM_ONE + 1), PRB_PPM_ONE);
	assert_int_equal(prb_ppm_points(399999), 39);
	assert_int_equal(prb_ppm_points(400000), 40);
	assert_int_equal(prb_ppm_points(9999), 0);
	assert_int_equal(prb_ppm_points(PRB_PPM_ONE - 1), 99);
	assert_int_equal(prb_ppm_points(PRB_PPM_ONE), 100);
}

static void
shares(void **state)
{
	static const struct {
		int64_t parts[4], units[4];
	} rows[] = {
		{{1, 1, 1, 0}, {34, 33, 33, 0}}, /* the earlier first on equal remainders */
		{{0, 0, 0, 0}, {0, 0, 0, 0}},
		{{0, 0, 7, 0}, {0, 0, 100, 0}},
		{{1, 2, 3, 6}, {8, 17, 25, 50}}, /* 8.33, 16.67 */
		{{999, 1, 0, 0}, {100, 0, 0, 0}},
		{{1, 1, 1, 3}, {17, 17, 16, 50}},
		{{0, 1, 0, 0}, {0, 100, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t units[4];

		prb_largest_remainder(rows[i].parts, 4, 100, units);
		assert_memory_equal(units, rows[i].units, sizeof(units));
	}
	prb_largest_remainder(NULL, 0, 100, NULL);
}

/* The units add up, and none is further than one unit from its exact share. */
static void
shares_add_up(void **state)
{
	uint64_t seed = 271828182845904ULL;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 20000; round++) {
		int64_t parts[64];
		int64_t units[64];
		size_t n = next_random(&seed) % 64 + 1;
		int64_t total = (int64_t)(next_random(&seed) % 1000);
		int64_t sum = 0;
		int64_t given = 0;

		for (size_t i = 0; i < n; i++) {
			parts[i] = (int64_t)(next_random(&seed) % 3 ? next_random(&seed) % 1000001
								    : 0);
			sum += parts[i];
		}
		prb_largest_remainder(parts, n, total, units);
		for (size_t i = 0; i < n; i++) {
			given += units[i];
			if (sum > 0)
				assert_in_range(
					units[i] * sum - parts[i] * total + sum, 1, 2 * sum - 1);
		}
		assert_int_equal(given, sum > 0 ? total : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products),
		cmocka_unit_test(rounding),
		cmocka_unit_test(points),
		cmocka_unit_test(shares),
		cmocka_unit_test(shares_add_up),
	};

	return cmocka_run_group_tests_name("base ppm", tests, NULL, NULL);
}
