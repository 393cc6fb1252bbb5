/* SPDX-License-Identifier: Apache-2.0 */
/* What is not known widens the ranges, which contain their points; what a person decides narrows
 * them. */
#include <string.h>

#include "tests/property/property.h"

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

bool
an_unknown_input_widens_the_exposure_range(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec less = *s;

	if (!forget(&less, &choice))
		return PASSED_OVER;
	now = scene_score(&less, TWIST_NONE);
	EXPECT(now.lo <= before.lo && now.hi >= before.hi, "the range becomes %lld to %lld",
		(long long)now.lo, (long long)now.hi);
	return true;
}

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

bool
an_unknown_region_widens_the_rating_range(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec less = *s;

	if (!forget_region(&less, &choice))
		return PASSED_OVER;
	before = score_case(s);
	now = scene_score(&less, TWIST_NONE);
	EXPECT(range_contains(&now, &before), "without the region: %s to %s", word(now.best),
		word(now.worst));
	return true;
}

bool
a_possible_hit_widens_the_rating_range(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;

	(void)choice;
	if (!before.listing_matched)
		return PASSED_OVER;
	now = scene_score(s, TWIST_POSSIBLE);
	EXPECT(range_contains(&now, &before), "as possible hits: %s to %s", word(now.best),
		word(now.worst));
	return true;
}

bool
a_decision_stays_within_the_range(const struct spec *s, uint64_t choice)
{
	struct headline open, same, different;

	(void)choice;
	if (!score_case(s).listing_matched)
		return PASSED_OVER;
	open = scene_score(s, TWIST_POSSIBLE);
	same = scene_score(s, TWIST_SAME);
	different = scene_score(s, TWIST_DIFFERENT);
	EXPECT(range_contains(&open, &same), "the same: %s, %s to %s", word(same.rating),
		word(same.best), word(same.worst));
	EXPECT(range_contains(&open, &different), "another party: %s, %s to %s",
		word(different.rating), word(different.best), word(different.worst));
	EXPECT(not_lower(&same, &open), "the same lowers it to %s", word(same.rating));
	EXPECT(not_lower(&open, &different), "another party raises it to %s",
		word(different.rating));
	return true;
}

/*
 * What others confirm of a supplier's own word never speaks against it, whatever else is confirmed;
 * and of others' declarations it changes nothing. The range is left out: a contest that counts
 * makes the worst case of a finding too old to count, as whoever declares it.
 */
bool
confirming_never_raises(const struct spec *s, uint64_t choice)
{
	uint64_t which = choice, more = which | choice << 7;
	struct headline before, now;
	struct spec supplier = *s;

	before = scene_score_confirmed(s, which);
	now = score_case(s);
	EXPECT(s->declarant == PRB_SUPPLIER || memcmp(&before, &now, sizeof now) == 0,
		"what somebody else declared is confirmed");
	supplier.declarant = PRB_SUPPLIER;
	before = scene_score_confirmed(&supplier, which);
	now = scene_score_confirmed(&supplier, more);
	EXPECT(not_lower(&before, &now), "confirmed it is %s instead of %s", word(now.rating),
		word(before.rating));
	EXPECT(now.inherent <= before.inherent && now.hi <= before.hi, "the exposure rises to %lld",
		(long long)now.inherent);
	EXPECT(now.residual <= before.residual, "the residual exposure rises to %lld",
		(long long)now.residual);
	EXPECT(now.icls <= before.icls && now.state_imposed <= before.state_imposed,
		"the determination rises");
	return true;
}
