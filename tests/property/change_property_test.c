/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report says remediation would change is what happens when it is done: each declaration is
 * scored again with every set of one, two and three pairs of (site, indicator) remedied, and the
 * smallest sets that lower the rating must be those of the report, no fewer and no more.
 *
 * PROBITY_SEED and PROBITY_PROPERTY_CASES choose the cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/scene.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CASES_DEFAULT 300
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CASES_DEFAULT 300
#endif
#endif
#ifndef CASES_DEFAULT
#define CASES_DEFAULT 20000
#endif

#define PAIRS_MAX ((SPEC_SITES_MAX + 1) * PRB_INDICATORS)

static uint64_t seed = 20260630;
static uint64_t cases = CASES_DEFAULT;
static uint64_t checked, with_sets;

struct pair {
	int32_t site; /* -1 where there is none */
	uint8_t indicator;
};

/* A finding that names no site is written out for each: a site's own findings can then be remedied
 * apart. False where they do not fit. */
static bool
write_out_sites(struct spec *s)
{
	uint8_t count = s->findings_count;

	for (uint8_t i = 0; i < count && s->sites_count > 0; i++) {
		if (s->findings[i].site != 0)
			continue;
		s->findings[i].site = 1;
		for (uint8_t site = 2; site <= s->sites_count; site++) {
			if (s->findings_count == SPEC_FINDINGS_MAX)
				return false;
			s->findings[s->findings_count] = s->findings[i];
			s->findings[s->findings_count++].site = site;
		}
	}
	return true;
}

static void
remedy(struct spec *s, const struct headline *h, struct pair pair)
{
	for (uint8_t i = 0; i < s->findings_count; i++) {
		struct spec_finding *f = &s->findings[i];

		if (f->state != PRB_FINDING_PRESENT || h->use_indicator[i] != pair.indicator ||
			(int32_t)f->site - 1 != pair.site)
			continue;
		f->remedy = PRB_REMEDIATION_VERIFIED;
		f->remedy_source = PRB_SOURCE_AUTHORITY;
		f->remedy_days = 0;
	}
}

/* Some present finding of the indicator is there that can be remedied. */
static bool
has_unremedied(const struct spec *s, const struct headline *h, int32_t site, int indicator)
{
	for (uint8_t i = 0; i < s->findings_count; i++)
		if (s->findings[i].state == PRB_FINDING_PRESENT &&
			h->use_indicator[i] == indicator &&
			(int32_t)s->findings[i].site - 1 == site)
			return true;
	return false;
}

struct outcome {
	size_t sets;
	size_t size;
	bool all_lower;
};

static bool
lowers(const struct spec *s, const struct headline *h, const struct pair *pairs,
	const size_t *chosen, size_t size)
{
	struct spec changed = *s;
	struct headline now;

	for (size_t i = 0; i < size; i++)
		remedy(&changed, h, pairs[chosen[i]]);
	now = scene_score(&changed, TWIST_NONE);
	return now.rating != PRB_RATING_UNKNOWN && now.rating < h->rating;
}

static size_t
count_sets(const struct spec *s, const struct headline *h, const struct pair *pairs, size_t count,
	size_t *chosen, size_t depth, size_t size, size_t first)
{
	size_t found = 0;

	if (depth == size)
		return lowers(s, h, pairs, chosen, size);
	for (size_t i = first; i < count; i++) {
		chosen[depth] = i;
		found += count_sets(s, h, pairs, count, chosen, depth + 1, size, i + 1);
	}
	return found;
}

static struct outcome
by_hand(const struct spec *s, const struct headline *h, const struct pair *pairs, size_t count)
{
	struct outcome out = {0};
	size_t chosen[PAIRS_MAX];

	for (size_t i = 0; i < count; i++)
		chosen[i] = i;
	out.all_lower = lowers(s, h, pairs, chosen, count);
	for (size_t size = 1; size <= 3 && out.sets == 0 && out.all_lower; size++) {
		out.sets = count_sets(s, h, pairs, count, chosen, 0, size, 0);
		out.size = size;
	}
	return out;
}

static void
check(uint64_t number, const struct spec *s)
{
	struct spec written = *s;
	struct pair pairs[PAIRS_MAX];
	struct prb_change_set sets[PRB_CHANGE_SETS_MAX];
	struct prb_change change;
	const struct prb_result *result;
	struct headline h;
	struct outcome hand;
	struct prb_span report;
	bool agrees;
	size_t count = 0;
	size_t sites = s->sites_count == 0 ? 1 : s->sites_count;

	/* What the supplier says of its own remediation changes nothing, so it cannot be tried. */
	if (s->declarant == PRB_SUPPLIER || !write_out_sites(&written))
		return;
	h = scene_score(&written, TWIST_NONE);
	result = scene_report(&written, &report);
	change = result->change;
	if (change.sets_count > 0)
		memcpy(sets, change.sets, change.sets_count * sizeof *sets);
	for (size_t site = 0; site < sites; site++)
		for (int i = 1; i <= PRB_INDICATORS; i++)
			if (has_unremedied(
				    &written, &h, s->sites_count == 0 ? -1 : (int32_t)site, i))
				pairs[count++] = (struct pair){
					s->sites_count == 0 ? -1 : (int32_t)site, (uint8_t)i};
	if (h.rating < PRB_RATING_HIGH) {
		assert_int_equal(change.kind, PRB_CHANGE_NONE);
		return;
	}
	hand = by_hand(&written, &h, pairs, count);
	checked++;
	with_sets += hand.sets != 0;
	agrees = !hand.all_lower  ? change.kind == PRB_CHANGE_NOT_BY_REMEDIATION
		 : hand.sets == 0 ? change.kind == PRB_CHANGE_MORE_THAN_THREE
				  : change.kind == PRB_CHANGE_SETS && change.size == hand.size &&
					    change.sets_count + change.sets_left_out == hand.sets;
	if (!agrees) {
		scene_score(&written, TWIST_NONE);
		fprintf(stderr, "%s\n", scene_text());
		fail_msg("seed %llu, case %llu: kind %d, %zu sets of %d; by hand %zu sets of %zu "
			 "(all: %d)",
			(unsigned long long)seed, (unsigned long long)number, change.kind,
			change.sets_count, change.size, hand.sets, hand.size, hand.all_lower);
	}
	for (size_t i = 0; i < change.sets_count; i++) {
		struct spec changed = written;

		for (size_t k = 0; k < change.size; k++)
			remedy(&changed, &h,
				(struct pair){
					sets[i].targets[k].site, sets[i].targets[k].indicator});
		assert_int_equal(scene_score(&changed, TWIST_NONE).rating, sets[i].fires->rating);
	}
}

static void
smallest_sets_are_what_happens(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		uint64_t draw = seed + i * 1000003U;
		struct spec s;

		spec_generate(&draw, &s);
		check(i, &s);
	}
	printf("seed %llu: %llu cases, %llu rated high or critical, %llu with sets\n",
		(unsigned long long)seed, (unsigned long long)cases, (unsigned long long)checked,
		(unsigned long long)with_sets);
	assert_true(with_sets > cases / 50);
}

static int
open_scene(void **state)
{
	(void)state;
	scene_open();
	return 0;
}

static int
close_scene(void **state)
{
	(void)state;
	scene_close();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(smallest_sets_are_what_happens)};

	if (getenv("PROBITY_SEED"))
		seed = strtoull(getenv("PROBITY_SEED"), NULL, 10);
	if (getenv("PROBITY_PROPERTY_CASES"))
		cases = strtoull(getenv("PROBITY_PROPERTY_CASES"), NULL, 10);
	return cmocka_run_group_tests(tests, open_scene, close_scene);
}
