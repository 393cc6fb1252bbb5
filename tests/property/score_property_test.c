/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of every declaration: monotone, order-free, ranges that contain, words that do not
 * pay (scoring/METHOD.md, principles).
 *
 * PROBITY_SEED and PROBITY_CASES choose the cases. A property that fails prints its seed and the
 * smallest declaration found for which it still fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/texts.h"
#include "scoring/base/jcs.h"
#include "tests/property/scene.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CASES_DEFAULT 1500
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CASES_DEFAULT 1500
#endif
#endif
#ifndef CASES_DEFAULT
#define CASES_DEFAULT 20000
#endif

static uint64_t seed = 20260630;
static uint64_t cases = CASES_DEFAULT;
static char why[512];

/* A property: `choice` decides what is changed; false with a word in `why` when it does not hold.
 */
typedef bool (*property)(const struct spec *s, uint64_t choice);

#define EXPECT(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			snprintf(why, sizeof why, __VA_ARGS__);                                    \
			return false;                                                              \
		}                                                                                  \
	} while (0)

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
for_all(const char *name, property holds)
{
	for (uint64_t i = 0; i < cases; i++) {
		uint64_t state = seed + i * 1000003U, choice;
		struct spec s;

		spec_generate(&state, &s);
		choice = spec_draw(&state);
		if (holds(&s, choice))
			continue;
		shrink(holds, &s, choice);
		holds(&s, choice);
		struct headline h = scene_score(&s, TWIST_NONE);

		fail_msg("%s: seed %llu, case %llu: %s\nrated %s (%s to %s), exposure %lld (%lld "
			 "to %lld):\n%s",
			name, (unsigned long long)seed, (unsigned long long)i, why,
			prb_rating_word((enum prb_rating)h.rating),
			prb_rating_word((enum prb_rating)h.best),
			prb_rating_word((enum prb_rating)h.worst), (long long)h.inherent,
			(long long)h.lo, (long long)h.hi, scene_text());
	}
}

#define PROPERTY(name)                                                                             \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		for_all(#name, name);                                                              \
	}

/* `unknown` is off the scale: two ratings are compared only where both are on it. */
static bool
not_lower(const struct headline *now, const struct headline *before)
{
	return now->rating == PRB_RATING_UNKNOWN || before->rating == PRB_RATING_UNKNOWN ||
	       now->rating >= before->rating;
}

static const char *
word(uint8_t rating)
{
	return prb_rating_word((enum prb_rating)rating);
}

/*
 * Adverse: findings.
 */

static bool
adding_a_finding_never_lowers(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec more = *s;

	if (more.findings_count == SPEC_FINDINGS_MAX)
		return true;
	more.findings[more.findings_count++] = spec_finding_present(&choice, &more);
	now = scene_score(&more, TWIST_NONE);
	EXPECT(not_lower(&now, &before), "one more finding, then %s", word(now.rating));
	EXPECT(before.rating != PRB_RATING_UNKNOWN || now.rating != PRB_RATING_LOW,
		"one more finding makes unknown low");
	EXPECT(now.rating != PRB_RATING_UNKNOWN || before.rating <= PRB_RATING_LOW,
		"one more finding makes %s unknown", word(before.rating));
	EXPECT(now.inherent >= before.inherent && now.residual >= before.residual,
		"exposure falls");
	EXPECT(now.icls >= before.icls, "the determination falls");
	EXPECT(now.state_imposed >= before.state_imposed, "the state-imposed route falls");
	EXPECT(now.coverage >= before.coverage, "coverage falls");
	for (int i = 1; i <= PRB_INDICATORS; i++)
		EXPECT(now.states[i] >= before.states[i] || before.states[i] == PRB_STATE_UNKNOWN,
			"indicator %d falls", i);
	return true;
}
PROPERTY(adding_a_finding_never_lowers)

static bool
contested_remedied_or_none(const struct spec_finding *f)
{
	return f->state != PRB_FINDING_PRESENT || f->contested != 0 || f->remedy != 0;
}

/* Makes one finding worse: by a stronger source, newer, of a person under 18, present where it was
 * absent. */
static bool
worsen_finding(struct spec *s, uint64_t *choice)
{
	struct spec_finding *f;

	if (s->findings_count == 0)
		return false;
	f = &s->findings[spec_below(choice, s->findings_count)];
	switch (spec_below(choice, 5)) {
	case 0:
		if (f->state != PRB_FINDING_PRESENT)
			return false;
		f->source = PRB_SOURCE_AUTHORITY;
		return true;
	case 1:
		if (contested_remedied_or_none(f))
			return false;
		f->days = -1;
		return true;
	case 2:
		f->concerns_under_18 = PRB_TRUE;
		return f->state == PRB_FINDING_PRESENT;
	case 3:
		if (f->state != PRB_FINDING_ABSENT)
			return false;
		f->state = PRB_FINDING_PRESENT;
		return true;
	default:
		if (f->remedy == 0 && f->contested == 0)
			return false;
		f->remedy = f->contested = 0;
		return true;
	}
}

static bool
worse_findings_never_lower(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec worse = *s;

	if (!worsen_finding(&worse, &choice))
		return true;
	now = scene_score(&worse, TWIST_NONE);
	EXPECT(not_lower(&now, &before), "a worse finding, then %s", word(now.rating));
	EXPECT(now.icls >= before.icls, "a worse finding lowers the determination");
	return true;
}
PROPERTY(worse_findings_never_lower)

/*
 * Adverse: what is declared about the workforce and the place.
 */

static bool
raise_count(int32_t *count, int32_t total, uint64_t *choice)
{
	int32_t most = total < 0 ? *count + 50 : total;

	if (*count < 0 || *count >= most)
		return false;
	*count += 1 + (int32_t)spec_below(choice, (uint32_t)(most - *count));
	return true;
}

static bool
replace(uint8_t *value, uint8_t from, uint8_t to)
{
	if (*value != from)
		return false;
	*value = to;
	return true;
}

static bool
worsen_workforce(struct spec *s, uint64_t *choice)
{
	struct spec_workforce *w = &s->workforce;

	switch (spec_below(choice, 15)) {
	case 0:
		return raise_count(&w->migrant, w->total, choice);
	case 1:
		return raise_count(&w->agency, w->total, choice);
	case 2:
		return raise_count(&w->under_18, w->total, choice);
	case 3:
		return raise_count(&w->peak_hours, 168, choice);
	case 4:
		return raise_count(&w->months_away, 24, choice);
	case 5:
		if (w->rest_days <= 0)
			return false;
		w->rest_days -= 1 + (int32_t)spec_below(choice, (uint32_t)w->rest_days);
		return true;
	case 6:
		return replace(&w->fees, PRB_FEES_EMPLOYER, PRB_FEES_WORKERS);
	case 7:
		return replace(&w->reimbursed, PRB_YES, PRB_NO);
	case 8:
		return replace(&w->housing, PRB_HOUSING_INDEPENDENT, PRB_HOUSING_EMPLOYER);
	case 9:
		return replace(&w->piece_rate, PRB_FALSE, PRB_TRUE);
	case 10:
		return replace(&w->phones, PRB_FALSE, PRB_TRUE);
	case 11:
		return replace(&w->transfer, PRB_NO, PRB_YES);
	case 12:
		return replace(&w->prison, PRB_PRISON_NONE, PRB_PRISON_PRIVATE);
	case 13:
		return replace(&w->consent, PRB_YES, PRB_NO);
	default:
		if (s->sites_count == 0 || !spec_is_china(s->sites[0].country) ||
			s->sites[0].region == 0)
			return false;
		s->sites[0].region = 1;
		return true;
	}
}

static bool
worse_values_never_lower(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec worse = *s;

	if (!worsen_workforce(&worse, &choice))
		return true;
	now = scene_score(&worse, TWIST_NONE);
	EXPECT(not_lower(&now, &before), "a worse value, then %s", word(now.rating));
	EXPECT(now.inherent >= before.inherent, "a worse value lowers exposure to %lld",
		(long long)now.inherent);
	/* The lower end may fall: with some migrants instead of none, questions arise (of what
	 * share, who paid for them) that did not before. */
	EXPECT(now.hi >= before.hi, "a worse value lowers the upper end of the range");
	EXPECT(now.state_imposed >= before.state_imposed && now.icls >= before.icls,
		"a worse value lowers a determination");
	return true;
}
PROPERTY(worse_values_never_lower)

/*
 * Protection never raises.
 */

static bool
protect(struct spec *s, uint64_t *choice)
{
	uint32_t what = spec_below(choice, 4);

	if (what == 0) {
		if (s->controls_count == SPEC_CONTROLS_MAX)
			return false;
		s->controls[s->controls_count++] =
			(struct spec_control){(uint8_t)(1 + spec_below(choice, 10)),
				(uint8_t)(1 + spec_below(choice, 3))};
		return true;
	}
	if (what == 1) {
		uint8_t *evidence =
			s->controls_count == 0
				? NULL
				: &s->controls[spec_below(choice, s->controls_count)].evidence;

		return evidence != NULL && *evidence < PRB_VERIFIED && ++*evidence != 0;
	}
	if (what == 2) {
		if (s->findings_count == SPEC_FINDINGS_MAX)
			return false;
		s->findings[s->findings_count++] = spec_finding_absent(choice, s);
		return true;
	}
	struct spec_finding *f =
		s->findings_count == 0 ? NULL : &s->findings[spec_below(choice, s->findings_count)];

	if (f == NULL || f->state != PRB_FINDING_PRESENT)
		return false;
	/* Contests succeed or fail; naming the group narrows whom it concerns. */
	if (spec_below(choice, 2) == 0)
		f->contested = PRB_CONTESTED_COURT;
	else if (f->group == 0)
		f->group = 1;
	return true;
}

static bool
protection_never_raises(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec better = *s;

	if (!protect(&better, &choice))
		return true;
	now = scene_score(&better, TWIST_NONE);
	EXPECT(not_lower(&before, &now), "with more protection %s", word(now.rating));
	EXPECT(now.inherent <= before.inherent && now.residual <= before.residual,
		"protection raises exposure");
	EXPECT(now.icls <= before.icls, "protection raises the determination");
	return true;
}
PROPERTY(protection_never_raises)

static struct spec_finding *
some_present(struct spec *s, uint64_t *choice)
{
	struct spec_finding *f =
		s->findings_count == 0 ? NULL : &s->findings[spec_below(choice, s->findings_count)];

	return f == NULL || f->state != PRB_FINDING_PRESENT ? NULL : f;
}

static bool
a_claimed_remedy_changes_nothing(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec claimed = *s;
	struct spec_finding *f = some_present(&claimed, &choice);

	if (f == NULL)
		return true;
	f->remedy = 0;
	before = scene_score(&claimed, TWIST_NONE);
	f->remedy = (uint8_t)(PRB_REMEDIATION_CLAIMED + spec_below(&choice, 2));
	f->remedy_source = (uint8_t)(1 + spec_below(&choice, PRB_SOURCE_COUNT - 1));
	f->remedy_days = 0;
	now = scene_score(&claimed, TWIST_NONE);
	EXPECT(memcmp(now.states, before.states, sizeof now.states) == 0, "it changes a state");
	EXPECT(now.rating == before.rating && now.best == before.best && now.worst == before.worst,
		"it changes the rating");
	return true;
}
PROPERTY(a_claimed_remedy_changes_nothing)

static bool
a_verified_remedy_never_raises(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec verified = *s;
	struct spec_finding *f = some_present(&verified, &choice);

	if (f == NULL)
		return true;
	f->remedy = 0;
	before = scene_score(&verified, TWIST_NONE);
	f->remedy = PRB_REMEDIATION_VERIFIED;
	f->remedy_source = (uint8_t)(PRB_SOURCE_AUDIT_UNANNOUNCED + spec_below(&choice, 3));
	f->remedy_days = f->days <= 0 ? 0 : (int16_t)spec_below(&choice, (uint32_t)f->days + 1);
	now = scene_score(&verified, TWIST_NONE);
	EXPECT(not_lower(&before, &now), "verified, then %s", word(now.rating));
	EXPECT(now.icls <= before.icls, "the determination rises");
	EXPECT(now.worst <= before.worst && now.best <= before.best, "the range rises");
	if (s->declarant == PRB_SUPPLIER)
		EXPECT(memcmp(now.states, before.states, sizeof now.states) == 0,
			"the supplier's own word changes a state");
	return true;
}
PROPERTY(a_verified_remedy_never_raises)

/*
 * A supplier cannot improve its own rating by words alone (principle 7). Controls are apart:
 * section 3 lets a documented one count a tenth, whoever declares it.
 */

static bool
silence(struct spec *s, uint64_t *choice)
{
	struct spec_workforce *w = &s->workforce;
	int32_t *counts[] = {&w->migrant, &w->agency, &w->under_18, &w->peak_hours, &w->rest_days,
		&w->months_away};
	uint8_t *words[] = {&w->fees, &w->reimbursed, &w->housing, &w->piece_rate, &w->phones};
	uint32_t what = spec_below(choice, 17);

	if (what < 6) {
		*counts[what] = -1;
		return true;
	}
	if (what < 11) {
		*words[what - 6] = 0;
		return true;
	}
	if (what == 11)
		return replace(&w->transfer, PRB_NO, 0);
	if (what == 12)
		return replace(&w->prison, PRB_PRISON_NONE, 0);
	if (what == 13)
		return replace(&w->consent, PRB_YES, 0);
	if (s->findings_count == 0)
		return false;
	uint32_t index = spec_below(choice, s->findings_count);
	struct spec_finding *f = &s->findings[index];

	if (f->state == PRB_FINDING_ABSENT) {
		s->findings_count--;
		memmove(f, f + 1, (s->findings_count - index) * sizeof *f);
	} else if (what == 14) {
		f->remedy = 0;
	} else if (what == 15) {
		f->contested = 0;
	} else {
		f->group = 0;
	}
	return true;
}

static bool
words_alone_do_not_pay(const struct spec *s, uint64_t choice)
{
	struct headline said, left_out;
	struct spec supplier = *s;

	supplier.declarant = PRB_SUPPLIER;
	said = scene_score(&supplier, TWIST_NONE);
	if (!silence(&supplier, &choice))
		return true;
	left_out = scene_score(&supplier, TWIST_NONE);
	EXPECT(not_lower(&said, &left_out), "left out it would be %s", word(left_out.rating));
	EXPECT(said.inherent >= left_out.inherent, "left out exposure would be %lld",
		(long long)left_out.inherent);
	EXPECT(said.icls >= left_out.icls, "left out the determination would be higher");
	EXPECT(said.state_imposed >= left_out.state_imposed,
		"left out the state-imposed route would be higher");
	return true;
}
PROPERTY(words_alone_do_not_pay)

/*
 * Unknown in place: the range widens and contains the old one.
 */

static bool
forget_workforce(struct spec_workforce *w, uint64_t *choice)
{
	int32_t *counts[] = {&w->total, &w->migrant, &w->agency, &w->under_18, &w->peak_hours,
		&w->rest_days, &w->months_away};
	uint8_t *words[] = {&w->fees, &w->reimbursed, &w->housing, &w->piece_rate, &w->phones};
	uint8_t unknown[] = {PRB_FEES_UNKNOWN, PRB_ANSWER_UNKNOWN, PRB_HOUSING_UNKNOWN, 0, 0};
	uint32_t what = spec_below(choice, 12);

	if (what < 7) {
		*counts[what] = -1;
		return true;
	}
	*words[what - 7] = spec_below(choice, 2) == 0 ? unknown[what - 7] : 0;
	return true;
}

static bool
forget_good(struct spec_good *good, uint64_t *choice)
{
	if (spec_below(choice, 2) == 0)
		good->origin = (struct spec_place){0, 0};
	else
		good->hs = good->words = 0;
	return true;
}

static bool
forget(struct spec *s, uint64_t *choice)
{
	uint32_t what = spec_below(choice, 5);
	struct spec_product *p;

	if (what < 2)
		return forget_workforce(&s->workforce, choice);
	if (s->products_count == 0)
		return false;
	p = &s->products[spec_below(choice, s->products_count)];
	if (what == 2)
		return forget_good(&p->good, choice);
	if (what == 3) {
		bool was = p->inputs_given;

		p->inputs_given = false;
		p->inputs_count = 0;
		return was;
	}
	return p->inputs_count != 0 &&
	       forget_good(&p->inputs[spec_below(choice, p->inputs_count)], choice);
}

static bool
forgetting_widens_exposure(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec less = *s;

	if (!forget(&less, &choice))
		return true;
	now = scene_score(&less, TWIST_NONE);
	EXPECT(now.lo <= before.lo && now.hi >= before.hi, "the range becomes %lld to %lld",
		(long long)now.lo, (long long)now.hi);
	return true;
}
PROPERTY(forgetting_widens_exposure)

/* Section 2: for its own goods the supplier's province counts, so that a product's own may be left
 * out where every site of the country has one. */
static bool
province_stands_in(const struct spec *s)
{
	bool any = false;

	for (int i = 0; i == 0 || i < s->sites_count; i++) {
		const struct spec_place *place =
			i < s->sites_count && s->sites[i].country != 0 ? &s->sites[i] : &s->place;

		if (!spec_is_china(place->country))
			continue;
		if (place->region == 0)
			return false;
		any = true;
	}
	return any;
}

static bool
forget_region(struct spec *s, uint64_t *choice)
{
	struct spec_place *places[2 + SPEC_SITES_MAX + SPEC_UPSTREAM_MAX +
				  SPEC_PRODUCTS_MAX * (1 + SPEC_INPUTS_MAX)];
	uint32_t n = 0;

	if (s->place.region != 0)
		places[n++] = &s->place;
	for (int i = 0; i < s->sites_count; i++)
		if (s->sites[i].region != 0)
			places[n++] = &s->sites[i];
	for (int i = 0; i < s->upstream_count; i++)
		if (s->upstream[i].place.region != 0)
			places[n++] = &s->upstream[i].place;
	for (int i = 0; i < s->products_count; i++) {
		if (s->products[i].good.origin.region != 0 && !province_stands_in(s))
			places[n++] = &s->products[i].good.origin;
		for (int j = 0; j < s->products[i].inputs_count; j++)
			if (s->products[i].inputs[j].origin.region != 0)
				places[n++] = &s->products[i].inputs[j].origin;
	}
	if (n == 0)
		return false;
	places[spec_below(choice, n)]->region = 0;
	return true;
}

static bool
range_contains(const struct headline *now, const struct headline *before)
{
	return now->best <= before->best && now->worst >= before->worst &&
	       (before->rating == PRB_RATING_UNKNOWN ||
		       (now->best <= before->rating && now->worst >= before->rating));
}

static bool
an_unknown_region_widens_the_rating(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec less = *s;

	if (!forget_region(&less, &choice))
		return true;
	before = scene_score(s, TWIST_NONE);
	now = scene_score(&less, TWIST_NONE);
	EXPECT(range_contains(&now, &before), "without the region: %s to %s", word(now.best),
		word(now.worst));
	return true;
}
PROPERTY(an_unknown_region_widens_the_rating)

static bool
a_possible_hit_widens_the_rating(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;

	(void)choice;
	if (!before.listing_matched)
		return true;
	now = scene_score(s, TWIST_POSSIBLE);
	EXPECT(range_contains(&now, &before), "as possible hits: %s to %s", word(now.best),
		word(now.worst));
	return true;
}
PROPERTY(a_possible_hit_widens_the_rating)

/*
 * Order, and what one indicator can do.
 */

#define SHUFFLE(list, count, choice)                                                               \
	for (uint32_t i_ = (count); i_ > 1; i_--) {                                                \
		uint32_t j_ = spec_below(choice, i_);                                              \
		memcpy(scratch, &(list)[i_ - 1], sizeof(list)[0]);                                 \
		(list)[i_ - 1] = (list)[j_];                                                       \
		memcpy(&(list)[j_], scratch, sizeof(list)[0]);                                     \
	}

/* Sites keep their ids, and findings their sites. */
static void
shuffle_sites(struct spec *s, uint64_t *choice)
{
	for (uint32_t i = s->sites_count; i > 1; i--) {
		uint32_t j = spec_below(choice, i);
		struct spec_place place = s->sites[i - 1];
		uint8_t id = s->site_ids[i - 1];

		s->sites[i - 1] = s->sites[j];
		s->site_ids[i - 1] = s->site_ids[j];
		s->sites[j] = place;
		s->site_ids[j] = id;
		for (int f = 0; f < s->findings_count; f++) {
			uint8_t *site = &s->findings[f].site;

			*site = (uint8_t)(*site == i ? j + 1 : *site == j + 1 ? i : *site);
		}
	}
}

static bool
order_does_not_matter(const struct spec *s, uint64_t choice)
{
	struct headline before = scene_score(s, TWIST_NONE), now;
	struct spec other = *s;
	char scratch[sizeof(struct spec_product)];

	SHUFFLE(other.findings, other.findings_count, &choice)
	SHUFFLE(other.controls, other.controls_count, &choice)
	SHUFFLE(other.products, other.products_count, &choice)
	SHUFFLE(other.upstream, other.upstream_count, &choice)
	for (int p = 0; p < other.products_count; p++)
		SHUFFLE(other.products[p].inputs, other.products[p].inputs_count, &choice)
	shuffle_sites(&other, &choice);
	now = scene_score(&other, TWIST_NONE);
	EXPECT(now.rating == before.rating && now.best == before.best && now.worst == before.worst,
		"in another order: %s, %s to %s, coverage %lld not %lld", word(now.rating),
		word(now.best), word(now.worst), (long long)now.coverage,
		(long long)before.coverage);
	EXPECT(now.inherent == before.inherent && now.lo == before.lo && now.hi == before.hi &&
			now.residual == before.residual,
		"in another order exposure is %lld", (long long)now.inherent);
	EXPECT(now.coverage == before.coverage, "in another order coverage is %lld, not %lld",
		(long long)now.coverage, (long long)before.coverage);
	EXPECT(memcmp(now.states, before.states, sizeof now.states) == 0,
		"in another order a state differs");
	EXPECT(now.icls == before.icls && now.state_imposed == before.state_imposed,
		"in another order a determination differs");
	EXPECT(now.rule == before.rule, "in another order another row fires");
	return true;
}
PROPERTY(order_does_not_matter)

/* Goods of no declared origin come from each site's country: a site there whose province is not
 * known leaves theirs open, wherever it stands in the list. */
static void
sites_of_one_country_in_any_order(void **state)
{
	struct spec s = {.name = 1,
		.place = {1, 0},
		.sites_count = 2,
		.sites = {{3, 0}, {3, 3}},
		.site_ids = {0, 1},
		.products_count = 1,
		.products = {{.good = {.hs = 3}}},
		.workforce = {-1, -1, -1, -1, -1, -1, -1, .transfer = PRB_NO}};

	(void)state;
	assert_true(spec_is_china(s.sites[0].country));
	assert_int_equal(scene_score(&s, TWIST_NONE).state_imposed, PRB_STATE_OPEN);
	for (uint64_t choice = 0; choice < 16; choice++)
		if (!order_does_not_matter(&s, choice))
			fail_msg("%s\n%s", why, scene_text());
}

/* At one site: the indicators present there are those of the report. */
static bool
one_of_three_is_one_step(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec one = *s, less;
	uint8_t present[PRB_INDICATORS], dropped;
	uint32_t n = 0;

	one.sites_count = 0;
	before = scene_score(&one, TWIST_NONE);
	for (uint8_t i = 1; i <= PRB_INDICATORS; i++)
		if (before.states[i] == PRB_STATE_PRESENT)
			present[n++] = i;
	if (n < 3)
		return true;
	dropped = present[spec_below(&choice, n)];
	less = one;
	less.findings_count = 0;
	for (int i = 0; i < one.findings_count; i++)
		if (before.use_indicator[i] != dropped)
			less.findings[less.findings_count++] = one.findings[i];
	now = scene_score(&less, TWIST_NONE);
	EXPECT(now.rating + 1 >= before.rating, "without indicator %d: %s", dropped,
		word(now.rating));
	return true;
}
PROPERTY(one_of_three_is_one_step)

/*
 * Reports.
 */

static bool
ranges_contain_their_points(const struct spec *s, uint64_t choice)
{
	struct prb_span report;
	const struct prb_result *r = scene_report(s, &report);
	const struct prb_exposure_result *e = &r->exposure;
	int64_t sum = 0;

	(void)choice;
	EXPECT(e->lo <= e->worst.inherent && e->worst.inherent <= e->hi,
		"exposure lies outside its range");
	EXPECT(e->residual_lo <= e->residual && e->residual <= e->residual_hi,
		"residual exposure lies outside its range");
	EXPECT(e->residual <= e->worst.inherent, "controls raise exposure");
	for (int c = 0; c < PRB_COMPONENTS; c++) {
		const struct prb_value *v = &e->worst.values[c];

		sum += e->contribution[c];
		EXPECT(e->contribution[c] >= 0, "a contribution below 0");
		EXPECT(v->known == PRB_NOT_APPLICABLE ||
				(v->lo >= 0 && v->lo <= v->point && v->point <= v->hi &&
					v->hi <= PRB_PPM_ONE),
			"%s: %d to %d, point %d", prb_component_id((enum prb_component)c),
			(int)v->lo, (int)v->hi, (int)v->point);
		EXPECT(v->source != NULL && v->source[0] != '\0', "%s has no source",
			prb_component_id((enum prb_component)c));
	}
	EXPECT(sum == prb_ppm_points(e->worst.inherent), "contributions add up to %lld",
		(long long)sum);
	EXPECT(r->rating.best != PRB_RATING_UNKNOWN && r->rating.worst != PRB_RATING_UNKNOWN,
		"unknown bounds the range");
	EXPECT(r->rating.best <= r->rating.worst, "the range is turned round");
	EXPECT(r->rating.rating == PRB_RATING_UNKNOWN ||
			(r->rating.best <= r->rating.rating && r->rating.rating <= r->rating.worst),
		"the rating lies outside its range");
	EXPECT(r->rating.coverage >= 0 && r->rating.coverage <= PRB_PPM_ONE,
		"coverage outside 0 to 1");
	return true;
}
PROPERTY(ranges_contain_their_points)

static bool
has_texts(const struct prb_json *report, const char *list, const char *member, const char *prefix)
{
	const struct prb_json *array = prb_json_member(report, list);

	EXPECT(array != NULL && prb_json_kind(array) == PRB_JSON_ARRAY, "%s is missing", list);
	for (const struct prb_json *item = prb_json_first(array); item;
		item = prb_json_next(item)) {
		const struct prb_json *key = member == NULL ? item : prb_json_member(item, member);
		bool is_row = strcmp(list, "reasons") == 0 && item == prb_json_first(array);

		EXPECT(key != NULL && prb_json_kind(key) == PRB_JSON_STRING,
			"an entry of %s has no key", list);
		EXPECT(prb_text_find(is_row ? "rule" : prefix, prb_json_string(key)) != NULL,
			"%s.%s has no text", is_row ? "rule" : prefix, prb_json_string(key).p);
	}
	return true;
}

static bool
reports_are_canonical_and_have_words(const struct spec *s, uint64_t choice)
{
	struct prb_arena *spare = scene_spare_arena();
	const struct prb_json *json;
	struct prb_fault fault;
	struct prb_span report, copy;
	struct prb_str again;
	bool same;

	(void)choice;
	scene_report(s, &report);
	copy = prb_arena_copy(spare, report);
	scene_report(s, &report);
	EXPECT(prb_span_equal(copy, report), "computed again it has other bytes");
	EXPECT(prb_json_parse(spare, copy, copy.n, &fault, &json) == PRB_OK, "no I-JSON: %s",
		fault.detail);
	prb_str_init(&again, 2 * copy.n);
	prb_jcs_write(spare, json, &again);
	same = !again.failed && prb_span_equal(prb_str_span(&again), copy);
	prb_str_finish(&again);
	EXPECT(same, "it is not its own canonical form");
	return has_texts(json, "reasons", "key", "reason") &&
	       has_texts(json, "notes", NULL, "note") &&
	       has_texts(json, "next_questions", "key", "question") &&
	       has_texts(json, "assumptions", "key", "assumption") &&
	       has_texts(json, "unconfirmed", "key", "unconfirmed") &&
	       has_texts(json, "indicators", "state", "state") &&
	       has_texts(json, "indicators", "key", "indicator") &&
	       has_texts(json, "decision_table", "rule", "rule") &&
	       has_texts(prb_json_member(json, "exposure"), "components", "id", "component") &&
	       has_texts(json, "listings", "list", "list");
}

static void
test_reports_are_canonical_and_have_words(void **state)
{
	uint64_t all = cases;

	(void)state;
	cases = all / 4;
	for_all("reports_are_canonical_and_have_words", reports_are_canonical_and_have_words);
	cases = all;
}

/* The cases are worth something: every row of the decision table fires, every state and every end
 * of a range occurs. */
static void
the_cases_reach_everything(void **state)
{
	uint64_t fired[PRB_RATING_RULES] = {0}, states[6] = {0}, icls[3] = {0}, imposed[3] = {0};

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		uint64_t draw = seed + i * 1000003U;
		struct headline h;
		struct spec s;

		spec_generate(&draw, &s);
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
	const char *chosen_seed = getenv("PROBITY_SEED"), *chosen_cases = getenv("PROBITY_CASES");
	int64_t number;

	(void)state;
	if (chosen_seed != NULL && prb_parse_int(prb_span_of(chosen_seed), 0, INT64_MAX, &number))
		seed = (uint64_t)number;
	if (chosen_cases != NULL && prb_parse_int(prb_span_of(chosen_cases), 1, 100000000, &number))
		cases = (uint64_t)number;
	print_message("PROBITY_SEED=%llu PROBITY_CASES=%llu\n", (unsigned long long)seed,
		(unsigned long long)cases);
	scene_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scene_close();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cases_reach_everything),
		cmocka_unit_test(test_adding_a_finding_never_lowers),
		cmocka_unit_test(test_worse_findings_never_lower),
		cmocka_unit_test(test_worse_values_never_lower),
		cmocka_unit_test(test_protection_never_raises),
		cmocka_unit_test(test_a_claimed_remedy_changes_nothing),
		cmocka_unit_test(test_a_verified_remedy_never_raises),
		cmocka_unit_test(test_words_alone_do_not_pay),
		cmocka_unit_test(test_forgetting_widens_exposure),
		cmocka_unit_test(test_an_unknown_region_widens_the_rating),
		cmocka_unit_test(test_a_possible_hit_widens_the_rating),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(sites_of_one_country_in_any_order),
		cmocka_unit_test(test_one_of_three_is_one_step),
		cmocka_unit_test(test_ranges_contain_their_points),
		cmocka_unit_test(test_reports_are_canonical_and_have_words),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
