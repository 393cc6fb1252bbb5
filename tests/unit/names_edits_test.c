/* SPDX-License-Identifier: Apache-2.0 */

/* Edits: the band gives what the whole table of distances gives. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/compare.h"

#define WORD_BYTES 14
#define DRAWN 200000

static const struct {
	const char *a, *b;
	unsigned max, edits;
} rows[] = {
	{"", "", 3, 0},
	{"", "abc", 3, 3},
	{"", "abcd", 3, 4},
	{"esquel", "esquel", 0, 0},
	{"esquel", "esqel", 1, 1},
	{"esquel", "esqueel", 1, 1},
	{"esquel", "esquil", 1, 1},
	{"esquel", "eqsuel", 1, 1}, /* neighbours swapped are one edit */
	{"esquel", "lsquee", 1, 2}, /* letters apart are two */
	{"esquel", "esqel", 0, 1},
	{"haolin", "huafu", 3, 4},
	{"ca", "abc", 3,
		3}, /* a swap is not edited again: that is what "optimal alignment" means */
	{"abcdef", "badcfe", 3, 3},
	{"abcdefgh", "badcfehg", 3, 4},
	{"zhongtai", "zhongati", 2, 1},
	{"a", "b", 9, 1},
	{"abcdefgh", "ijklmnop", 9, 8},
	{"abcdefgh", "ijklmnop", 7, 8},
	{"aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", 30, 17}, /* more than 16 are not counted */
	{"aaaa", "aaaaaaa", 3, 3},
	{"aaaa", "aaaaaaaa", 3, 4},
};

static void
rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span a = prb_span_of(rows[i].a), b = prb_span_of(rows[i].b);
		unsigned there = prb_name_edits(a, b, rows[i].max);
		unsigned back = prb_name_edits(b, a, rows[i].max);

		if (there != rows[i].edits || back != rows[i].edits)
			fail_msg("%s, %s: %u and %u edits, not %u", rows[i].a, rows[i].b, there,
				back, rows[i].edits);
	}
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The whole table, as the definition has it. */
static unsigned
edits_by_table(struct prb_span a, struct prb_span b)
{
	unsigned table[WORD_BYTES + 1][WORD_BYTES + 1];

	for (size_t i = 0; i <= a.n; i++)
		for (size_t j = 0; j <= b.n; j++) {
			unsigned best = i == 0 ? (unsigned)j : (unsigned)i;

			if (i > 0 && j > 0) {
				best = least(table[i - 1][j], table[i][j - 1]) + 1;
				best = least(
					best, table[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]));
			}
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				best = least(best, table[i - 2][j - 2] + 1);
			table[i][j] = best;
		}
	return table[a.n][b.n];
}

static uint32_t
draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*state >> 33) % below;
}

/* Few letters, so that words are near each other often. */
static struct prb_span
draw_word(uint64_t *state, char word[WORD_BYTES])
{
	size_t n = draw(state, WORD_BYTES + 1);

	for (size_t i = 0; i < n; i++)
		word[i] = (char)('a' + draw(state, 3));
	return (struct prb_span){word, n};
}

static void
the_band_is_the_table(void **state)
{
	uint64_t seed = 20261122;

	(void)state;
	for (size_t i = 0; i < DRAWN; i++) {
		char x[WORD_BYTES], y[WORD_BYTES];
		struct prb_span a = draw_word(&seed, x), b = draw_word(&seed, y);
		unsigned max = draw(&seed, 4), wanted = least(edits_by_table(a, b), max + 1);
		unsigned edits = prb_name_edits(a, b, max);

		/* Beyond the bound all that is said is that it is beyond. */
		if (least(edits, max + 1) != wanted)
			fail_msg("%.*s, %.*s within %u: %u edits, not %u", PRB_SPAN_ARGS(a),
				PRB_SPAN_ARGS(b), max, edits, wanted);
		assert_true(edits <= max + 1);
	}
}

static void
allowed_by_length(void **state)
{
	static const unsigned allowed[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3};

	(void)state;
	for (size_t n = 0; n < sizeof(allowed) / sizeof(allowed[0]); n++)
		assert_int_equal(prb_name_edits_allowed(n), allowed[n]);
	assert_int_equal(prb_name_edits_allowed(SIZE_MAX), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(the_band_is_the_table),
		cmocka_unit_test(allowed_by_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
