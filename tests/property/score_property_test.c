/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of properties.def on PROBITY_PROPERTY_CASES declarations, drawn from PROBITY_SEED. A
 * property that fails prints its seed and the smallest declaration found for which it still fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/property.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CASES_DEFAULT 1500
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CASES_DEFAULT 1500
#endif
#endif
#ifndef CASES_DEFAULT
#define CASES_DEFAULT 40000
#endif
#define CASES_MAX 100000000
/* Beyond this the cases are scored anew for each property. */
#define CASES_KEPT_MAX 1000000

typedef bool (*property)(const struct spec *s, uint64_t choice);
typedef void (*preparation)(uint64_t *state, struct spec *s);

struct row {
	const char *name;
	property holds;
	preparation prepare;
	uint64_t every;
};

static uint64_t seed = 20260630;
static uint64_t cases = CASES_DEFAULT;
static uint64_t passed_over;
char why[512];

/*
 * Cases.
 */

static void
as_drawn(uint64_t *state, struct spec *s)
{
	(void)state;
	(void)s;
}

static void
with_a_present_finding(uint64_t *state, struct spec *s)
{
	for (int i = 0; i < s->findings_count; i++)
		if (s->findings[i].state == PRB_FINDING_PRESENT)
			return;
	if (s->findings_count < SPEC_FINDINGS_MAX)
		s->findings[s->findings_count++] = spec_finding_present(state, s);
}

/* At one site: the indicators present there are those of the report. */
static void
with_present_findings(uint64_t *state, struct spec *s)
{
	s->sites_count = 0;
	for (int i = 0; i < s->findings_count; i++)
		s->findings[i].site = 0;
	for (uint32_t n = spec_below(state, 6); n > 0 && s->findings_count < SPEC_FINDINGS_MAX; n--)
		s->findings[s->findings_count++] = spec_finding_present(state, s);
}

static void
with_a_region(uint64_t *state, struct spec *s)
{
	if (spec_below(state, 2) == 0)
		s->place = spec_place_in_china(state);
	else if (s->sites_count != 0)
		s->sites[spec_below(state, s->sites_count)] = spec_place_in_china(state);
}

static void
with_a_listed_name(uint64_t *state, struct spec *s)
{
	spec_name_as_listed(state, s);
}

/* Results of cases as they were drawn; `known` says which are there. */
static struct headline *kept;
static bool *known;
static const struct spec *drawn; /* the case that is being tried, where it is as it was drawn */
static uint64_t drawn_index;

struct headline
score_case(const struct spec *s)
{
	if (s != drawn || kept == NULL)
		return scene_score(s, TWIST_NONE);
	if (!known[drawn_index]) {
		kept[drawn_index] = scene_score(s, TWIST_NONE);
		known[drawn_index] = true;
	}
	return kept[drawn_index];
}

bool
pass_over(void)
{
	passed_over++;
	return true;
}

static uint64_t
draw_case(uint64_t i, preparation prepare, struct spec *s)
{
	uint64_t state = spec_state(seed, i);

	spec_generate(&state, s);
	if (prepare != as_drawn)
		prepare(&state, s);
	return spec_draw(&state);
}

/*
 * Trying.
 */

static void
shrink(property holds, struct spec *s, uint64_t choice)
{
	bool smaller = true;

	while (smaller) {
		smaller = false;
		for (int k = 0;; k++) {
			struct spec less = *s;
			bool same;

			if (!spec_reduce(&less, k, &same))
				break;
			if (same || holds(&less, choice))
				continue;
			*s = less;
			smaller = true;
			k--;
		}
	}
}

static void
fail_case(const struct row *row, uint64_t i, struct spec *s, uint64_t choice)
{
	struct headline h;

	drawn = NULL;
	shrink(row->holds, s, choice);
	(void)row->holds(s, choice);
	h = scene_score(s, TWIST_NONE);
	fail_msg("%s: seed %llu, case %llu: %s\nrated %s (%s to %s), exposure %lld (%lld to "
		 "%lld):\n%s",
		row->name, (unsigned long long)seed, (unsigned long long)i, why, word(h.rating),
		word(h.best), word(h.worst), (long long)h.inherent, (long long)h.lo,
		(long long)h.hi, scene_text());
}

static void
try_property(void **state)
{
	const struct row *row = *state;
	uint64_t tried = 0;

	passed_over = 0;
	for (uint64_t i = 0; i < cases; i += row->every, tried++) {
		struct spec s;
		uint64_t choice = draw_case(i, row->prepare, &s);

		drawn = row->prepare == as_drawn ? &s : NULL;
		drawn_index = i;
		if (!row->holds(&s, choice))
			fail_case(row, i, &s, choice);
	}
	drawn = NULL;
	print_message("%llu of %llu cases speak of it\n", (unsigned long long)(tried - passed_over),
		(unsigned long long)tried);
	/* A property that is never tried holds, too. */
	assert_true(passed_over <= tried - tried / 5);
}

/* The cases are worth something: every row of the decision table fires, every state and every end
 * of a range occurs. */
static void
the_cases_reach_everything(void **state)
{
	uint64_t fired[PRB_RATING_RULES] = {0}, states[6] = {0}, icls[3] = {0}, imposed[3] = {0};

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		struct headline h;
		struct spec s;

		(void)draw_case(i, as_drawn, &s);
		h = scene_score(&s, TWIST_NONE);
		fired[h.rule]++;
		icls[h.icls]++;
		imposed[h.state_imposed]++;
		for (int k = 1; k <= PRB_INDICATORS; k++)
			states[h.states[k]]++;
	}
	for (int r = 0; r < PRB_RATING_RULES; r++) {
		print_message("%6llu %s\n", (unsigned long long)fired[r],
			prb_rating_rule_key((enum prb_rating_rule)r));
		assert_true(fired[r] > 0);
	}
	for (int i = 0; i < 6; i++)
		assert_true(states[i] > 0);
	for (int i = 0; i < 3; i++) {
		assert_true(icls[i] > 0);
		assert_true(imposed[i] > 0);
	}
}

static int
set_up(void **state)
{
	const char *chosen_seed = getenv("PROBITY_SEED"),
		   *chosen_cases = getenv("PROBITY_PROPERTY_CASES");
	int64_t number;

	(void)state;
	if (chosen_seed != NULL && prb_parse_int(prb_span_of(chosen_seed), 0, INT64_MAX, &number))
		seed = (uint64_t)number;
	if (chosen_cases != NULL && prb_parse_int(prb_span_of(chosen_cases), 1, CASES_MAX, &number))
		cases = (uint64_t)number;
	print_message("PROBITY_SEED=%llu PROBITY_PROPERTY_CASES=%llu\n", (unsigned long long)seed,
		(unsigned long long)cases);
	if (cases <= CASES_KEPT_MAX) {
		kept = malloc(cases * sizeof *kept);
		known = calloc(cases, sizeof *known);
		if (kept == NULL || known == NULL)
			return -1;
	}
	scene_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(kept);
	free(known);
	scene_close();
	return 0;
}

int
main(void)
{
	static struct row table[] = {
#define PRB_PROPERTY(name, prepare, every) {#name, name, prepare, every},
#include "tests/property/properties.def"
#undef PRB_PROPERTY
	};
	enum { ROWS = sizeof table / sizeof table[0] };
	struct CMUnitTest tests[ROWS + 2] = {
		cmocka_unit_test(the_cases_reach_everything),
		cmocka_unit_test(sites_of_one_country_in_any_order),
	};

	for (size_t i = 0; i < ROWS; i++)
		tests[i + 2] = (struct CMUnitTest){.name = table[i].name,
			.test_func = try_property,
			.initial_state = &table[i]};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
