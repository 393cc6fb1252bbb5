/* SPDX-License-Identifier: Apache-2.0 */
/* The state of each indicator per site and worker group, and ICLS over it: scoring/METHOD.md
 * sections 1 and 2. */
#include "scoring/rules/states.h"

#include <string.h>

#define RANKS 2 /* absences that supersede have rank 4 or 5 */
#define ITEMS_MAX 128

/* One site and worker group: the persons a determination is about. */
struct cell {
	size_t site;
	int group; /* -1: those of no named group */
};

/* What the findings of one indicator add up to in one cell. */
struct tally {
	bool left, unremedied, contested, current, absent, half_known, authority;
	uint16_t classes; /* source classes of rank >= 3 among current findings */
	bool on_side[3];  /* a current finding of this side */
	uint8_t rank_on_side[3];
	prb_date newest_remedy;
};

/* The latest absence that may supersede, by indicator and by item; [rank - 4]. */
struct absences {
	prb_date of_indicator[PRB_INDICATORS + 1][RANKS];
	prb_date of_item[ITEMS_MAX][RANKS];
};

static bool
concerns(const struct prb_prepared_finding *f, const struct cell *cell)
{
	return (f->site < 0 || (size_t)f->site == cell->site) &&
	       (f->group < 0 || f->group == cell->group);
}

static void
note_absence(prb_date latest[RANKS], int rank, prb_date date)
{
	/* An absence of rank 5 also serves where rank 4 is enough. */
	for (int r = 0; r <= rank - 4 && r < RANKS; r++)
		if (date > latest[r])
			latest[r] = date;
}

static void
collect_absences(const struct prb_findings *findings, const struct cell *cell, struct absences *out)
{
	for (size_t i = 0; i < PRB_INDICATORS + 1; i++)
		for (int r = 0; r < RANKS; r++)
			out->of_indicator[i][r] = PRB_DATE_NONE;
	for (size_t i = 0; i < ITEMS_MAX; i++)
		for (int r = 0; r < RANKS; r++)
			out->of_item[i][r] = PRB_DATE_NONE;
	for (size_t i = 0; i < findings->count; i++) {
		const struct prb_prepared_finding *f = &findings->items[i];

		if (!f->is_absent || f->date == PRB_DATE_NONE || f->rank < 4 || !concerns(f, cell))
			continue;
		if (f->has_item && f->item < ITEMS_MAX)
			note_absence(out->of_item[f->item], f->rank, f->date);
		else if (!f->has_item)
			note_absence(out->of_indicator[f->indicator], f->rank, f->date);
	}
}

/* By a later absence of rank >= 4 that is also of strictly higher rank; what workers and their
 * organisations say is ended only by verified remediation. */
static bool
is_superseded(const struct prb_prepared_finding *f, const struct absences *absences)
{
	int wanted = f->rank + 1 > 4 ? f->rank + 1 : 4;

	if (f->source == PRB_SOURCE_WORKER || f->source == PRB_SOURCE_NGO || wanted > 5)
		return false;
	if (f->indicator != 0 && absences->of_indicator[f->indicator][wanted - 4] > f->date)
		return true;
	return f->item >= 0 && f->item < ITEMS_MAX &&
	       absences->of_item[f->item][wanted - 4] > f->date;
}

/* A contested finding is neither present nor gone; at its worst it stands, whatever became of it
 * since. */
static void
count_present(struct tally *t, const struct prb_prepared_finding *f, enum prb_reading reading)
{
	bool contested = f->is_contested && reading != PRB_READ_WORST;
	bool stands = f->is_contested && reading == PRB_READ_WORST;

	t->left = true;
	if (f->is_remedied && !stands) {
		if (f->remedied_on > t->newest_remedy)
			t->newest_remedy = f->remedied_on;
	} else {
		t->unremedied = true;
	}
	if (contested)
		t->contested = true;
	if (!stands && (contested || f->is_remedied || !f->is_recent))
		return;
	t->current = true;
	t->on_side[f->side] = true;
	if (f->rank > t->rank_on_side[f->side])
		t->rank_on_side[f->side] = f->rank;
	if (f->rank >= 3)
		t->classes |= (uint16_t)(1U << f->source);
	t->authority |= f->rank >= 5;
}

static enum prb_indicator_state
state_of(const struct tally *t)
{
	if (t->current)
		return PRB_STATE_PRESENT;
	if (t->contested)
		return PRB_STATE_CONTESTED;
	if (t->left)
		return t->unremedied ? PRB_STATE_HISTORIC : PRB_STATE_REMEDIED;
	return t->absent ? PRB_STATE_ABSENT : PRB_STATE_UNKNOWN;
}

static enum prb_grade
grade_of(const struct tally *t)
{
	if (!t->current)
		return PRB_GRADE_NONE;
	/* Two classes agree when two bits are set. */
	return t->authority || (t->classes & (t->classes - 1)) != 0 ? PRB_GRADE_CONFIRMED
								    : PRB_GRADE_REPORTED;
}

/* Everything that evaluating one cell finds out. */
struct cell_result {
	struct tally tally[PRB_INDICATORS + 1];
	uint8_t state[PRB_INDICATORS + 1];
	bool child_exploitation;
};

static void
evaluate_cell(struct prb_findings *findings, const struct cell *cell, bool in_scope,
	enum prb_reading reading, struct cell_result *out)
{
	struct absences absences;

	memset(out, 0, sizeof *out);
	for (int i = 0; i <= PRB_INDICATORS; i++)
		out->tally[i].newest_remedy = PRB_DATE_NONE;
	collect_absences(findings, cell, &absences);
	for (size_t i = 0; i < findings->count; i++) {
		struct prb_prepared_finding *f = &findings->items[i];
		struct tally *t = &out->tally[f->indicator];

		if (!concerns(f, cell))
			continue;
		if (f->is_absent) {
			t->absent |= f->counts_as_absent && !in_scope;
			t->half_known |= f->is_half_known && !in_scope;
			continue;
		}
		if (!in_scope && is_superseded(f, &absences))
			continue;
		f->is_superseded_everywhere = false;
		count_present(t, f, reading);
		if (f->is_child_exploitation && (f->is_contested ? reading == PRB_READ_WORST
								 : f->is_recent && !f->is_remedied))
			out->child_exploitation = true;
	}
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		out->state[i] = (uint8_t)state_of(&out->tally[i]);
		/* At its best a contest succeeds (section 6). */
		if (out->state[i] == PRB_STATE_CONTESTED && reading == PRB_READ_BEST)
			out->state[i] = PRB_STATE_ABSENT;
	}
}

/*
 * ICLS: AND(OR(coercion), OR(involuntariness)) in Kleene's logic.
 */

enum kleene { K_FALSE, K_UNKNOWN, K_TRUE };

static enum kleene
kleene_on_side(const struct cell_result *cell, int indicator, enum prb_side side)
{
	switch (cell->state[indicator]) {
	case PRB_STATE_PRESENT:
		return cell->tally[indicator].on_side[side] ? K_TRUE : K_UNKNOWN;
	case PRB_STATE_ABSENT:
	case PRB_STATE_REMEDIED:
		return K_FALSE;
	default:
		return K_UNKNOWN;
	}
}

static enum kleene
or_side(const struct cell_result *cell, enum prb_side side, struct prb_icls_result *out,
	uint8_t *rank)
{
	enum kleene value = K_FALSE;

	out->present[side] = out->unknown[side] = 0;
	*rank = 0;
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		enum kleene k;

		if (prb_indicator_side((enum prb_indicator)i) != side)
			continue;
		k = kleene_on_side(cell, i, side);
		if (k == K_TRUE)
			out->present[side] |= (uint16_t)(1U << i);
		else if (k == K_UNKNOWN)
			out->unknown[side] |= (uint16_t)(1U << i);
		if (k == K_TRUE && cell->tally[i].rank_on_side[side] > *rank)
			*rank = cell->tally[i].rank_on_side[side];
		if (k > value)
			value = k;
	}
	return value;
}

static void
evaluate_icls(const struct cell_result *cell, const struct prb_reference *reference,
	struct prb_icls_result *out)
{
	uint8_t rank_coercion, rank_involuntary;
	enum kleene coercion = or_side(cell, PRB_SIDE_COERCION, out, &rank_coercion);
	enum kleene involuntary = or_side(cell, PRB_SIDE_INVOLUNTARY, out, &rank_involuntary);
	enum kleene both = coercion < involuntary ? coercion : involuntary;
	int64_t wanted = reference->constants[PRB_K_RANK_SUPPORTED];

	out->value = both == K_TRUE    ? PRB_INDICATED
		     : both == K_FALSE ? PRB_NOT_INDICATED
				       : PRB_CANNOT_BE_EXCLUDED;
	out->supported = both == K_TRUE && rank_coercion >= wanted && rank_involuntary >= wanted;
}

/*
 * Cells -> sites -> supplier.
 */

static void
take_worst(struct prb_indicator_result *worst, const struct cell_result *cell, int indicator,
	int32_t site, bool first)
{
	uint8_t state = cell->state[indicator];
	uint8_t grade = (uint8_t)grade_of(&cell->tally[indicator]);

	if (first || state > worst->state) {
		worst->state = state;
		worst->site = site;
		worst->grade = grade;
	} else if (state == worst->state && grade > worst->grade) {
		worst->grade = grade;
		worst->site = site;
	}
	worst->half_known = (first || worst->half_known) && cell->tally[indicator].half_known;
}

static void
take_cell(const struct cell_result *cell, struct prb_states *out, uint16_t *present_at_site)
{
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		const struct tally *t = &cell->tally[i];

		if (cell->state[i] == PRB_STATE_PRESENT) {
			*present_at_site |= (uint16_t)(1U << i);
			out->coercion_present |= t->on_side[PRB_SIDE_COERCION];
		}
		out->any_open |= cell->state[i] >= PRB_STATE_HISTORIC;
		if (cell->state[i] == PRB_STATE_REMEDIED && t->newest_remedy > out->newest_remedy)
			out->newest_remedy = t->newest_remedy;
	}
	out->child_exploitation |= cell->child_exploitation;
}

static int
bits(uint16_t mask)
{
	int n = 0;

	for (; mask; mask &= (uint16_t)(mask - 1))
		n++;
	return n;
}

static bool
group_is_at(const struct prb_findings *findings, int group, size_t site)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct prb_prepared_finding *f = &findings->items[i];

		if (f->group == group && (f->site < 0 || (size_t)f->site == site))
			return true;
	}
	return false;
}

static bool
has_own_findings(const struct prb_findings *findings, size_t site)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].site == (int32_t)site)
			return true;
	return false;
}

static void
evaluate_site(struct prb_findings *findings, const struct prb_reference *reference, size_t site,
	bool named, bool in_scope, enum prb_reading reading, bool first, struct prb_states *out)
{
	uint16_t present = 0;
	int32_t shown = named ? (int32_t)site : -1;

	for (int group = -1; group < findings->groups; group++) {
		struct cell cell = {site, group};
		struct cell_result result;
		struct prb_icls_result icls = {.site = shown};
		bool supported = out->icls.supported;

		if (group >= 0 && !group_is_at(findings, group, site))
			continue;
		evaluate_cell(findings, &cell, in_scope, reading, &result);
		evaluate_icls(&result, reference, &icls);
		icls.worker_group = group >= 0 ? findings->group_names[group] : PRB_SPAN_NONE;
		for (int i = 1; i <= PRB_INDICATORS; i++)
			take_worst(&out->indicators[i], &result, i, shown, first);
		if (first || icls.value > out->icls.value || (icls.supported && !supported)) {
			supported |= icls.supported;
			out->icls = icls;
		}
		out->icls.supported = supported || icls.supported;
		take_cell(&result, out, &present);
		first = false;
	}
	if (bits(present) > out->present_most)
		out->present_most = bits(present);
}

void
prb_states_evaluate(struct prb_findings *findings, const struct prb_reference *reference,
	size_t sites, const bool *in_scope, enum prb_reading reading, struct prb_states *out)
{
	bool plain_done[2] = {false, false};
	bool first = true;
	size_t count = sites == 0 ? 1 : sites;

	memset(out, 0, sizeof *out);
	out->newest_remedy = PRB_DATE_NONE;
	for (size_t i = 0; i < findings->count; i++)
		findings->items[i].is_superseded_everywhere = true;
	for (size_t site = 0; site < count; site++) {
		/* Sites without findings of their own are all alike: one stands for the rest. */
		if (!has_own_findings(findings, site)) {
			if (plain_done[in_scope[site]])
				continue;
			plain_done[in_scope[site]] = true;
		}
		evaluate_site(
			findings, reference, site, sites != 0, in_scope[site], reading, first, out);
		first = false;
	}
}
