/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of indicators: more that is adverse never lowers, and what remedies it never raises.
 */
#include <string.h>

#include "tests/property/property.h"

bool
adding_an_unremedied_present_finding_never_lowers(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec more = *s;

	if (more.findings_count == SPEC_FINDINGS_MAX)
		return PASSED_OVER;
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

bool
worse_findings_never_lower(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec worse = *s;

	if (!worsen_finding(&worse, &choice))
		return PASSED_OVER;
	now = scene_score(&worse, TWIST_NONE);
	EXPECT(not_lower(&now, &before), "a worse finding, then %s", word(now.rating));
	EXPECT(now.icls >= before.icls, "a worse finding lowers the determination");
	return true;
}

/* The cases have one site: the indicators present there are those of the report. */
bool
dropping_one_of_three_lowers_by_one_step_at_most(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec less = *s;
	uint8_t present[PRB_INDICATORS], dropped;
	uint32_t n = 0;

	before = score_case(s);
	for (uint8_t i = 1; i <= PRB_INDICATORS; i++)
		if (before.states[i] == PRB_STATE_PRESENT)
			present[n++] = i;
	if (n < 3)
		return PASSED_OVER;
	dropped = present[spec_below(&choice, n)];
	less.findings_count = 0;
	for (int i = 0; i < s->findings_count; i++)
		if (before.use_indicator[i] != dropped)
			less.findings[less.findings_count++] = s->findings[i];
	now = scene_score(&less, TWIST_NONE);
	EXPECT(now.rating + 1 >= before.rating, "without indicator %d: %s", dropped,
		word(now.rating));
	return true;
}

static struct spec_finding *
some_present(struct spec *s, uint64_t *choice)
{
	struct spec_finding *f =
		s->findings_count == 0 ? NULL : &s->findings[spec_below(choice, s->findings_count)];

	return f == NULL || f->state != PRB_FINDING_PRESENT ? NULL : f;
}

bool
a_claimed_remediation_changes_nothing(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec claimed = *s;
	struct spec_finding *f = some_present(&claimed, &choice);

	if (f == NULL)
		return PASSED_OVER;
	f->remedy = 0;
	before = scene_score(&claimed, TWIST_NONE);
	f->remedy = (uint8_t)(PRB_REMEDIATION_CLAIMED + spec_below(&choice, 2));
	f->remedy_source = (uint8_t)(1 + spec_below(&choice, PRB_SOURCE_COUNT - 1));
	f->remedy_days = 0;
	now = scene_score(&claimed, TWIST_NONE);
	EXPECT(memcmp(now.states, before.states, sizeof now.states) == 0, "it changes a state");
	EXPECT(now.rating == before.rating && now.best == before.best && now.worst == before.worst,
		"it changes the rating");
	EXPECT(now.rule == before.rule && now.coverage == before.coverage &&
			now.icls == before.icls && now.residual == before.residual,
		"it changes what the rating rests on");
	return true;
}

bool
a_verified_remediation_never_raises(const struct spec *s, uint64_t choice)
{
	struct headline before, now;
	struct spec verified = *s;
	struct spec_finding *f = some_present(&verified, &choice);

	if (f == NULL)
		return PASSED_OVER;
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
