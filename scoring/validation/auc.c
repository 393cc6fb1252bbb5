/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/validation/auc.h"

#include <assert.h>
#include <string.h>

/* Scores are below 2^20, groups below 2^10: sorted by ten bits at a time, which needs no comparing
 * and keeps the order of equals. */
#define DIGIT_BITS 10
#define DIGITS (1U << DIGIT_BITS)

static uint32_t
digit(const struct prb_auc_case *c, int pass)
{
	return pass == 2 ? c->group : (uint32_t)c->score >> (pass * DIGIT_BITS) & (DIGITS - 1);
}

static void
sort_pass(const struct prb_auc_case *from, struct prb_auc_case *to, size_t count, int pass)
{
	size_t starts[DIGITS] = {0}, at = 0;

	for (size_t i = 0; i < count; i++)
		starts[digit(&from[i], pass)]++;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t n = starts[d];

		starts[d] = at;
		at += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[digit(&from[i], pass)]++] = from[i];
}

void
prb_auc_make(struct prb_auc_case *cases, struct prb_auc_case *spare, size_t count, bool within,
	struct prb_auc *out)
{
	for (size_t i = 0; i < count; i++) {
		assert(cases[i].score >= 0);
		assert(cases[i].score <= PRB_PPM_ONE);
		assert(cases[i].group < PRB_AUC_GROUPS_MAX);
	}
	sort_pass(cases, spare, count, 0);
	sort_pass(spare, cases, count, 1);
	if (within) {
		sort_pass(cases, spare, count, 2);
		memcpy(cases, spare, count * sizeof *cases);
	}
	*out = (struct prb_auc){cases, count, within};
}

/* Cases of one run, by rising score. */
static void
count_run(const struct prb_auc_case *cases, size_t count, const uint32_t *weights,
	struct prb_auc_counts *out)
{
	size_t i = 0;

	memset(out, 0, sizeof *out);
	while (i < count) {
		int32_t score = cases[i].score;
		int64_t positives = 0, negatives = 0;

		for (; i < count && cases[i].score == score; i++) {
			int64_t weight = weights == NULL ? 1 : weights[cases[i].group];

			*(cases[i].positive ? &positives : &negatives) += weight;
		}
		out->agreed += positives * (2 * out->negatives + negatives);
		out->positives += positives;
		out->negatives += negatives;
	}
	out->pairs = out->positives * out->negatives;
}

struct prb_auc_counts
prb_auc_count(const struct prb_auc *auc, const uint32_t *weights)
{
	struct prb_auc_counts all = {0}, run;
	size_t from = 0;

	if (!auc->within) {
		count_run(auc->cases, auc->count, weights, &all);
		return all;
	}
	while (from < auc->count) {
		uint16_t group = auc->cases[from].group;
		int64_t weight = weights == NULL ? 1 : weights[group];
		size_t to = from;

		while (to < auc->count && auc->cases[to].group == group)
			to++;
		/* A group that is drawn twice is two groups: it is not compared with itself. */
		count_run(auc->cases + from, to - from, NULL, &run);
		all.positives += weight * run.positives;
		all.negatives += weight * run.negatives;
		all.pairs += weight * run.pairs;
		all.agreed += weight * run.agreed;
		from = to;
	}
	return all;
}

prb_ppm
prb_auc_area(const struct prb_auc_counts *counts)
{
	if (counts->pairs == 0)
		return PRB_AUC_NONE;
	return prb_mul_div(counts->agreed, PRB_PPM_ONE, 2 * counts->pairs);
}

static uint64_t
next(struct prb_draws *draws)
{
	uint64_t x = draws->state += 0x9E3779B97F4A7C15U;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
	x = (x ^ x >> 27) * 0x94D049BB133111EBU;
	return x ^ x >> 31;
}

uint32_t
prb_draw(struct prb_draws *draws, uint32_t below)
{
	uint64_t last = UINT64_MAX - UINT64_MAX % below, x;

	assert(below > 0);
	do
		x = next(draws);
	while (x >= last); /* the incomplete stretch at the end would favour small numbers */
	return (uint32_t)(x % below);
}

/* The groups that have cases. */
static uint32_t
list_groups(const struct prb_auc *auc, uint16_t groups[PRB_AUC_GROUPS_MAX])
{
	bool seen[PRB_AUC_GROUPS_MAX] = {false};
	uint32_t n = 0;

	for (size_t i = 0; i < auc->count; i++)
		seen[auc->cases[i].group] = true;
	for (uint16_t group = 0; group < PRB_AUC_GROUPS_MAX; group++)
		if (seen[group])
			groups[n++] = group;
	return n;
}

static prb_ppm
draw_area(
	const struct prb_auc *auc, const uint16_t *groups, uint32_t count, struct prb_draws *stream)
{
	uint32_t weights[PRB_AUC_GROUPS_MAX] = {0};
	struct prb_auc_counts counts;

	for (uint32_t i = 0; i < count; i++)
		weights[groups[prb_draw(stream, count)]]++;
	counts = prb_auc_count(auc, weights);
	return prb_auc_area(&counts);
}

/* Nearest rank: the smallest of n sorted areas that at least per_mille of them do not exceed. */
static prb_ppm
quantile(const struct prb_auc_case *sorted, size_t n, size_t per_mille)
{
	size_t rank = (n * per_mille + 999) / 1000;

	return sorted[rank == 0 ? 0 : rank - 1].score;
}

enum prb_err
prb_auc_interval(struct prb_arena *arena, const struct prb_auc *auc, uint32_t draws, uint64_t seed,
	prb_ppm *lo, prb_ppm *hi)
{
	struct prb_auc_case *areas = prb_arena_array(arena, (size_t)draws + 1, sizeof *areas);
	struct prb_auc_case *spare = prb_arena_array(arena, (size_t)draws + 1, sizeof *spare);
	struct prb_draws stream = {seed};
	uint16_t groups[PRB_AUC_GROUPS_MAX];
	uint32_t groups_count = list_groups(auc, groups);
	struct prb_auc sorted;
	size_t n = 0;

	assert(draws <= PRB_AUC_DRAWS_MAX);
	if (areas == NULL || spare == NULL)
		return PRB_ERR_MEMORY;
	for (uint32_t i = 0; i < draws; i++) {
		prb_ppm area = draw_area(auc, groups, groups_count, &stream);

		if (area != PRB_AUC_NONE)
			areas[n++].score = (int32_t)area;
	}
	prb_auc_make(areas, spare, n, false, &sorted);
	*lo = n == 0 ? PRB_AUC_NONE : quantile(areas, n, 25);
	*hi = n == 0 ? PRB_AUC_NONE : quantile(areas, n, 975);
	return PRB_OK;
}
