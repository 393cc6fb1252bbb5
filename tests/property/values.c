/* SPDX-License-Identifier: Apache-2.0 */
/* What is declared of the workforce and the place, what protects, and whose word counts. */
#include <string.h>

#include "tests/property/property.h"

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

bool
worse_values_never_lower(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec worse = *s;

	if (!worsen_workforce(&worse, &choice))
		return PASSED_OVER;
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

bool
protection_never_raises(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec better = *s;

	if (!protect(&better, &choice))
		return PASSED_OVER;
	now = scene_score(&better, TWIST_NONE);
	EXPECT(not_lower(&before, &now), "with more protection %s", word(now.rating));
	EXPECT(now.inherent <= before.inherent && now.residual <= before.residual,
		"protection raises exposure");
	EXPECT(now.icls <= before.icls, "protection raises the determination");
	return true;
}

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

bool
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
