/* SPDX-License-Identifier: Apache-2.0 */
/* The decision table: scoring/METHOD.md section 6. The rows are data, the meaning of each condition
 * is here. */
#include "scoring/rules/rating.h"

#include <assert.h>

static bool
recently(prb_date date, int32_t months, prb_date as_of)
{
	return date != PRB_DATE_NONE && prb_date_within_months(date, months, as_of);
}

static bool
residual_reaches(const struct prb_rating_inputs *in, int32_t points)
{
	return in->residual >= points * (PRB_PPM_ONE / 100);
}

static bool
row_holds(const struct prb_rating_inputs *in, const struct prb_rating_row *row)
{
	const struct prb_states *s = in->states;

	switch ((enum prb_rating_rule)row->rule) {
	case PRB_RULE_LISTING_IN_FORCE:
		return in->listing_in_force;
	case PRB_RULE_STATE_IMPOSED_PRESUMED:
		return in->state_imposed == PRB_PRESUMED;
	case PRB_RULE_ICLS_INDICATED_SUPPORTED:
		return s->icls.supported || s->delphi.supported;
	case PRB_RULE_ICLS_INDICATED:
		return s->icls.value == PRB_INDICATED;
	case PRB_RULE_COERCION_OR_CHILD:
		return s->coercion_present || s->child_exploitation;
	case PRB_RULE_INDICATORS_PRESENT:
		return s->present_most >= row->threshold;
	case PRB_RULE_STATE_IMPOSED_OPEN:
		return in->state_imposed == PRB_STATE_OPEN;
	case PRB_RULE_INDICATOR_AND_RESIDUAL:
		return s->present_most >= 1 && residual_reaches(in, row->threshold);
	case PRB_RULE_RESIDUAL_UNCHECKED:
		return residual_reaches(in, row->threshold) &&
		       !(s->icls.value == PRB_NOT_INDICATED && in->checked);
	case PRB_RULE_POSSIBLE_HIT:
		return in->possible_hit;
	case PRB_RULE_INDICATOR_OR_RECENT_CHANGE:
		return s->any_open || recently(s->newest_remedy, row->threshold, in->as_of) ||
		       in->listing_changed;
	case PRB_RULE_RESIDUAL:
		return residual_reaches(in, row->threshold);
	case PRB_RULE_COVERAGE_TOO_LOW:
		return in->coverage < row->threshold * (PRB_PPM_ONE / 100);
	case PRB_RULE_OTHERWISE:
		return true;
	case PRB_RATING_RULES:
		break;
	}
	assert(!"a row of the decision table names a rule that does not exist");
	return false;
}

size_t
prb_rating_decide(const struct prb_rating_inputs *inputs, bool holds[PRB_RATING_ROWS_MAX])
{
	const struct prb_reference *r = inputs->reference;
	size_t fired = r->rating_count;

	assert(r->rating_count > 0 && r->rating_count <= PRB_RATING_ROWS_MAX);
	for (size_t i = 0; i < r->rating_count; i++) {
		holds[i] = row_holds(inputs, &r->rating[i]);
		if (holds[i] && fired == r->rating_count)
			fired = i;
	}
	assert(fired < r->rating_count);
	return fired;
}

enum prb_listing_decision
prb_listing_decide(const struct prb_listing *listing)
{
	if (listing->status == PRB_LISTING_UNKNOWN && listing->decision == PRB_HIT_MATCH)
		return PRB_HIT_POSSIBLE;
	return (enum prb_listing_decision)listing->decision;
}

static bool
is_over(const struct prb_listing *listing)
{
	return listing->status == PRB_LISTING_LIFTED || listing->status == PRB_LISTING_VACATED ||
	       listing->status == PRB_LISTING_EXPIRED || listing->status == PRB_LISTING_DISPUTED;
}

static int32_t
change_months(const struct prb_reference *reference)
{
	for (size_t i = 0; i < reference->rating_count; i++)
		if (reference->rating[i].rule == PRB_RULE_INDICATOR_OR_RECENT_CHANGE)
			return reference->rating[i].threshold;
	return 0;
}

void
prb_rating_listings(const struct prb_facts *facts, const struct prb_reference *reference,
	enum prb_reading reading, prb_date as_of, struct prb_rating_inputs *inputs)
{
	int32_t months = change_months(reference);

	for (size_t i = 0; i < facts->listings_count; i++) {
		const struct prb_listing *l = &facts->listings[i];
		bool same = prb_listing_decide(l) == PRB_HIT_MATCH;

		if (l->effect != PRB_LISTING_FORCED_LABOUR ||
			prb_listing_decide(l) == PRB_HIT_DIFFERENT)
			continue;
		/* At its worst an undecided hit is the same party and in force, whatever became of
		 * the entry; at its best another party. */
		if (!same && reading == PRB_READ_WORST)
			inputs->listing_in_force = true;
		else if (l->tier > 0 && (!same || is_over(l)))
			continue; /* of the table only rows 1 and 2 look upstream: section 5 */
		else if (is_over(l))
			inputs->listing_changed |= (same || reading != PRB_READ_BEST) &&
						   recently(l->status_date, months, as_of);
		else if (same)
			inputs->listing_in_force = true;
		else if (reading == PRB_READ_POINT)
			inputs->possible_hit = true;
	}
}
