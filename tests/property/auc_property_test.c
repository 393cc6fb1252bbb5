/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every set of cases: the area is that of comparing each with each, a monotone
 * change of scores does not move it, and turning scores round gives its complement. PROBITY_SEED
 * chooses the cases; the seed is printed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/text.h"
#include "scoring/validation/auc.h"

#define CASES_MAX 60
#define SETS 3000

static uint64_t seed = 20260630;

struct set {
	struct prb_auc_case cases[CASES_MAX];
	size_t count;
	bool within;
};

/* Few different scores, so that there are ties; some sets without a positive. */
static void
draw_set(struct prb_draws *draws, struct set *set)
{
	uint32_t scores = 1 + prb_draw(draws, 40), groups = 1 + prb_draw(draws, 5);
	uint32_t one_in = 1 + prb_draw(draws, 6);

	memset(set, 0, sizeof *set);
	set->count = prb_draw(draws, CASES_MAX + 1);
	set->within = prb_draw(draws, 2) == 1;
	for (size_t i = 0; i < set->count; i++)
		set->cases[i] = (struct prb_auc_case){.score = (int32_t)prb_draw(draws, scores),
			.group = (uint16_t)prb_draw(draws, groups),
			.positive = prb_draw(draws, one_in + 1) == 0};
}

static struct prb_auc_counts
measure(const struct set *set)
{
	struct prb_auc_case cases[CASES_MAX], spare[CASES_MAX];
	struct prb_auc auc;

	memcpy(cases, set->cases, sizeof cases);
	prb_auc_make(cases, spare, set->count, set->within, &auc);
	return prb_auc_count(&auc, NULL);
}

static struct prb_auc_counts
measure_naively(const struct set *set)
{
	struct prb_auc_counts counts = {0};

	for (size_t i = 0; i < set->count; i++) {
		const struct prb_auc_case *a = &set->cases[i];

		*(a->positive ? &counts.positives : &counts.negatives) += 1;
		for (size_t j = 0; j < set->count; j++) {
			const struct prb_auc_case *b = &set->cases[j];

			if (!a->positive || b->positive || (set->within && a->group != b->group))
				continue;
			counts.pairs++;
			counts.agreed += a->score > b->score ? 2 : a->score == b->score;
		}
	}
	return counts;
}

static void
expect_same(const struct prb_auc_counts *a, const struct prb_auc_counts *b, const char *what,
	uint64_t set)
{
	if (a->pairs != b->pairs || a->agreed != b->agreed || a->positives != b->positives ||
		a->negatives != b->negatives)
		fail_msg("%s: seed %llu, set %llu: %lld of %lld, not %lld of %lld", what,
			(unsigned long long)seed, (unsigned long long)set, (long long)a->agreed,
			(long long)a->pairs, (long long)b->agreed, (long long)b->pairs);
}

static void
areas_hold(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < SETS; i++) {
		struct prb_draws draws = {seed + i * 1000003U};
		struct prb_auc_counts counts, other;
		struct set set, changed;

		draw_set(&draws, &set);
		counts = measure(&set);
		other = measure_naively(&set);
		expect_same(&counts, &other, "each with each", i);
		/* x^3 + 7x + 2 rises, and stays below 2^20 for scores up to 40. */
		changed = set;
		for (size_t k = 0; k < set.count; k++) {
			int32_t x = set.cases[k].score;

			changed.cases[k].score = x * x * x + 7 * x + 2;
		}
		other = measure(&changed);
		expect_same(&counts, &other, "a monotone change", i);
		for (size_t k = 0; k < set.count; k++)
			changed.cases[k].score = 1000 - set.cases[k].score;
		other = measure(&changed);
		other.agreed = 2 * other.pairs - other.agreed;
		expect_same(&counts, &other, "turned round", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(areas_hold)};
	const char *chosen = getenv("PROBITY_SEED");
	int64_t number;

	if (chosen != NULL && prb_parse_int(prb_span_of(chosen), 0, INT64_MAX, &number))
		seed = (uint64_t)number;
	print_message("PROBITY_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
