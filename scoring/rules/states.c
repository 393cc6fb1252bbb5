/* SPDX-License-Identifier: Apache-2.0 */
/* The state of each indicator per site and worker group, and the determinations over it:
 * scoring/METHOD.md sections 1 and 2. */
#include "scoring/rules/states.h"

#include <assert.h>
#include <string.h>

#include "scoring/rules/delphi.h"

#define RANKS 2 /* absences that supersede have rank 4 or 5 */

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
	prb_date of_item[PRB_ITEMS_MAX][RANKS];
};

static bool
concerns(const struct prb_prepared_finding *f, const struct prb_cell *cell)
{
	return (f->site < 0 || f->site == cell->site) && (f->group < 0 || f->group == cell->group);
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
collect_absences(
	const struct prb_findings *findings, const struct prb_cell *cell, struct absences *out)
{
	for (size_t i = 0; i < PRB_INDICATORS + 1; i++)
		for (int r = 0; r < RANKS; r++)
			out->of_indicator[i][r] = PRB_DATE_NONE;
	for (size_t i = 0; i < PRB_ITEMS_MAX; i++)
		for (int r = 0; r < RANKS; r++)
			out->of_item[i][r] = PRB_DATE_NONE;
	for (size_t i = 0; i < findings->count; i++) {
		const struct prb_prepared_finding *f = &findings->items[i];

		/* An undated one, and one of rank 3 or less, note nothing. */
		if (!f->is_absent || !concerns(f, cell))
			continue;
		if (f->has_item)
			note_absence(out->of_item[f->item], f->rank, f->date);
		else
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
	if (absences->of_indicator[f->indicator][wanted - 4] > f->date)
		return true;
	return f->item >= 0 && absences->of_item[f->item][wanted - 4] > f->date;
}

/* What became of a present finding. A contested one is neither present nor gone; at its worst it
 * stands, whatever became of it since. */
enum standing { CURRENT, CONTESTED, REMEDIED, HISTORIC };

static enum standing
standing_of(const struct prb_prepared_finding *f, enum prb_reading reading)
{
	if (f->is_contested)
		return reading == PRB_READ_WORST ? CURRENT : CONTESTED;
	if (f->is_remedied)
		return REMEDIED;
	return f->is_recent ? CURRENT : HISTORIC;
}

static void
count_present(struct tally *t, const struct prb_prepared_finding *f, enum standing standing)
{
	t->left = true;
	/* A remediation of a contested finding still counts as one. */
	if (f->is_remedied && standing != CURRENT) {
		if (f->remedied_on > t->newest_remedy)
			t->newest_remedy = f->remedied_on;
	} else {
		t->unremedied = true;
	}
	t->contested |= standing == CONTESTED;
	if (standing != CURRENT)
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

/* One evaluation: what is the same for all cells, and the tallies of the cell at hand. */
struct evaluation {
	struct prb_findings *findings;
	const struct prb_reference *reference;
	enum prb_reading reading;
	struct tally tally[PRB_INDICATORS + 1];
	uint8_t state[PRB_INDICATORS + 1];
	struct absences absences;
};

/* Items have three values of their own (section 2): an indicator that is present or absent as a
 * whole says nothing of its items. At its best a contest succeeds. */
static void
note_item(const struct evaluation *e, struct prb_cell *cell, const struct prb_prepared_finding *f,
	enum standing standing)
{
	uint8_t *flags = &cell->item_flags[f->item];

	switch (standing) {
	case CURRENT:
		*flags |= PRB_ITEM_CURRENT;
		if (f->rank >= e->reference->constants[PRB_K_RANK_SUPPORTED])
			*flags |= PRB_ITEM_SUPPORTED;
		if (f->is_child)
			*flags |= PRB_ITEM_CHILD;
		cell->item_indicators[f->item] |= (uint16_t)(1U << f->indicator);
		break;
	case REMEDIED:
		*flags |= PRB_ITEM_GONE;
		break;
	case CONTESTED:
		*flags |= e->reading == PRB_READ_BEST ? PRB_ITEM_GONE : PRB_ITEM_OPEN;
		break;
	case HISTORIC:
		*flags |= PRB_ITEM_OPEN;
		break;
	}
}

static void
count_finding(
	struct evaluation *e, struct prb_cell *cell, struct prb_prepared_finding *f, bool in_scope)
{
	struct tally *t = &e->tally[f->indicator];
	enum standing standing;

	if (f->is_absent) {
		t->absent |= f->counts_as_absent && !in_scope;
		t->half_known |= f->is_half_known && !in_scope;
		if (f->item_is_absent && !in_scope)
			cell->item_flags[f->item] |= PRB_ITEM_GONE;
		return;
	}
	if (!in_scope && e->findings->any_absence && is_superseded(f, &e->absences))
		return;
	f->is_superseded_everywhere = false;
	standing = standing_of(f, e->reading);
	count_present(t, f, standing);
	if (f->item >= 0)
		note_item(e, cell, f, standing);
	if (f->is_child_exploitation && standing == CURRENT)
		cell->child |= (uint16_t)(1U << f->indicator);
}

/* The masks of a cell, from the tallies. */
static void
sum_up(const struct evaluation *e, struct prb_cell *cell)
{
	int64_t wanted = e->reference->constants[PRB_K_RANK_SUPPORTED];

	for (int i = 1; i <= PRB_INDICATORS; i++) {
		const struct tally *t = &e->tally[i];
		uint16_t bit = (uint16_t)(1U << i);
		enum prb_side own = prb_indicator_side((enum prb_indicator)i);
		uint8_t state = e->state[i];

		if (state == PRB_STATE_PRESENT) {
			cell->present |= bit;
			for (int side = 0; side < 3; side++)
				if (t->on_side[side])
					cell->on_side[side] |= bit;
			if (t->rank_on_side[own] >= wanted)
				cell->supported[own] |= bit;
		} else if (state >= PRB_STATE_HISTORIC) {
			cell->open |= bit;
		}
		/* Also where it is present by findings of the other side or of none; a side on
		 * which something is present asks for no unknowns. */
		if (state != PRB_STATE_ABSENT && state != PRB_STATE_REMEDIED)
			cell->unknown[own] |= bit;
		if (t->contested)
			cell->contested |= bit;
		if (state == PRB_STATE_REMEDIED && t->newest_remedy > cell->newest_remedy)
			cell->newest_remedy = t->newest_remedy;
	}
}

static void
evaluate_cell(struct evaluation *e, struct prb_cell *cell, bool in_scope)
{
	struct prb_findings *findings = e->findings;

	memset(e->tally, 0, sizeof e->tally);
	for (int i = 0; i <= PRB_INDICATORS; i++)
		e->tally[i].newest_remedy = PRB_DATE_NONE;
	if (findings->any_absence)
		collect_absences(findings, cell, &e->absences);
	for (size_t i = 0; i < findings->count; i++)
		if (concerns(&findings->items[i], cell))
			count_finding(e, cell, &findings->items[i], in_scope);
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		e->state[i] = (uint8_t)state_of(&e->tally[i]);
		/* At its best a contest succeeds (section 6). */
		if (e->state[i] == PRB_STATE_CONTESTED && e->reading == PRB_READ_BEST)
			e->state[i] = PRB_STATE_ABSENT;
	}
	sum_up(e, cell);
}

/*
 * ICLS: AND(OR(coercion), OR(involuntariness)) in Kleene's logic, over the masks of a cell with
 * those in `remedied` taken as remedied.
 */

enum kleene { K_FALSE, K_UNKNOWN, K_TRUE };

static enum kleene
or_side(const struct prb_cell *cell, uint16_t remedied, enum prb_side side,
	struct prb_icls_result *out)
{
	/* What is remedied is false, unless a contest leaves it open. */
	uint16_t gone = (uint16_t)(remedied & ~cell->contested);
	uint16_t present = (uint16_t)(cell->on_side[side] & ~remedied);
	uint16_t unknown = (uint16_t)(cell->unknown[side] & ~gone);

	out->present[side] = present;
	out->unknown[side] = unknown;
	return present != 0 ? K_TRUE : unknown != 0 ? K_UNKNOWN : K_FALSE;
}

static struct prb_icls_result
icls_of(const struct prb_cell *cell, uint16_t remedied)
{
	struct prb_icls_result icls = {.site = cell->site};
	enum kleene coercion = or_side(cell, remedied, PRB_SIDE_COERCION, &icls);
	enum kleene involuntary = or_side(cell, remedied, PRB_SIDE_INVOLUNTARY, &icls);
	enum kleene both = coercion < involuntary ? coercion : involuntary;

	icls.value = both == K_TRUE    ? PRB_INDICATED
		     : both == K_FALSE ? PRB_NOT_INDICATED
				       : PRB_CANNOT_BE_EXCLUDED;
	icls.supported =
		both == K_TRUE &&
		(cell->supported[PRB_SIDE_COERCION] & icls.present[PRB_SIDE_COERCION]) != 0 &&
		(cell->supported[PRB_SIDE_INVOLUNTARY] & icls.present[PRB_SIDE_INVOLUNTARY]) != 0;
	return icls;
}

static struct prb_delphi_result
delphi_of(const struct prb_cell *cell, const struct prb_reference *reference, uint16_t remedied)
{
	struct prb_delphi_result delphi = {.evaluated = true, .site = cell->site};
	uint8_t flags[PRB_ITEMS_MAX];

	memcpy(flags, cell->item_flags, reference->items_count);
	for (size_t i = 0; remedied != 0 && i < reference->items_count; i++)
		if (cell->item_indicators[i] != 0 && (cell->item_indicators[i] & ~remedied) == 0)
			flags[i] = (uint8_t)((flags[i] & PRB_ITEM_OPEN) | PRB_ITEM_GONE);
	prb_delphi_evaluate(reference, flags, &delphi);
	return delphi;
}

/*
 * Cells -> supplier: rows 3 to 8 are read per site, the worst taken.
 */

static void
fold_cell(const struct prb_reference *reference, const struct prb_cell *cell, uint16_t remedied,
	bool first, struct prb_states *out)
{
	struct prb_icls_result icls = icls_of(cell, remedied);
	bool supported = out->icls.supported || icls.supported;
	uint16_t left = (uint16_t)~remedied;

	if (first || icls.value > out->icls.value || (icls.supported && !out->icls.supported))
		out->icls = icls;
	out->icls.supported = supported;
	if (cell->item_flags != NULL) {
		struct prb_delphi_result delphi = delphi_of(cell, reference, remedied);

		if (first || prb_delphi_is_worse(&delphi, &out->delphi))
			out->delphi = delphi;
	}
	out->coercion_present |= (cell->on_side[PRB_SIDE_COERCION] & left) != 0;
	out->child_exploitation |= (cell->child & left) != 0;
	/* A contest stays open whatever is remedied. */
	out->any_open |=
		(((cell->present | cell->open) & left) | (cell->contested & remedied)) != 0;
	if (cell->newest_remedy > out->newest_remedy)
		out->newest_remedy = cell->newest_remedy;
}

static int
bits(uint16_t mask)
{
	int n = 0;

	for (; mask; mask &= (uint16_t)(mask - 1))
		n++;
	return n;
}

/* Folds all cells; those of a site stand side by side. */
static void
fold_cells(const struct prb_findings *findings, const struct prb_reference *reference,
	prb_remedied_fn remedied, const void *context, struct prb_states *out)
{
	uint16_t at_site = 0;

	for (size_t i = 0; i < findings->cells_count; i++) {
		const struct prb_cell *cell = &findings->cells[i];
		uint16_t mask =
			remedied == NULL
				? 0
				: (uint16_t)(remedied(context, cell) & cell->remediable_at_site);

		if (i == 0 || cell->site != cell[-1].site)
			at_site = 0;
		fold_cell(reference, cell, mask, i == 0, out);
		at_site |= (uint16_t)(cell->present & ~mask);
		if (bits(at_site) > out->present_most)
			out->present_most = bits(at_site);
	}
}

void
prb_states_remedied(const struct prb_findings *findings, const struct prb_reference *reference,
	prb_remedied_fn remedied, const void *context, prb_date as_of, struct prb_states *out)
{
	memset(out, 0, sizeof *out);
	out->newest_remedy = as_of;
	fold_cells(findings, reference, remedied, context, out);
}

static void
take_worst(const struct evaluation *e, struct prb_indicator_result *worst, int indicator,
	int32_t site, bool first)
{
	uint8_t state = e->state[indicator];
	uint8_t grade = (uint8_t)grade_of(&e->tally[indicator]);

	if (first || state > worst->state) {
		worst->state = state;
		worst->site = site;
		worst->grade = grade;
	} else if (state == worst->state && grade > worst->grade) {
		worst->grade = grade;
		worst->site = site;
	}
	worst->half_known = (first || worst->half_known) && e->tally[indicator].half_known;
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

bool
prb_findings_name_site(const struct prb_findings *findings, size_t site)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].site == (int32_t)site)
			return true;
	return false;
}

/* The next cell, empty; its room for items stays with it from one evaluation to the next. */
static struct prb_cell *
next_cell(struct prb_findings *findings, const struct prb_reference *reference, int32_t site,
	int group, uint16_t alike)
{
	struct prb_cell *cell = &findings->cells[findings->cells_count++];
	uint8_t *flags = cell->item_flags;
	uint16_t *indicators = cell->item_indicators;

	assert(findings->cells_count <= findings->cells_room);
	*cell = (struct prb_cell){.site = site,
		.group = (int16_t)group,
		.alike = alike,
		.newest_remedy = PRB_DATE_NONE,
		.item_flags = flags,
		.item_indicators = indicators};
	if (flags != NULL) {
		memset(flags, 0, reference->items_count * sizeof *flags);
		memset(indicators, 0, reference->items_count * sizeof *indicators);
	}
	return cell;
}

static void
evaluate_site(struct evaluation *e, size_t site, bool named, bool in_scope, uint16_t alike,
	struct prb_states *out)
{
	struct prb_findings *findings = e->findings;
	int32_t shown = named ? (int32_t)site : -1;
	size_t from = findings->cells_count;
	uint16_t remediable = 0;

	for (int group = -1; group < findings->groups; group++) {
		bool first = findings->cells_count == 0;
		struct prb_cell *cell;

		if (group >= 0 && !group_is_at(findings, group, site))
			continue;
		cell = next_cell(findings, e->reference, shown, group, alike);
		evaluate_cell(e, cell, in_scope);
		/* What is contested stays open whatever is done. */
		remediable |= (uint16_t)(cell->present | (cell->open & ~cell->contested));
		for (int i = 1; i <= PRB_INDICATORS; i++)
			take_worst(e, &out->indicators[i], i, shown, first);
	}
	for (size_t i = from; i < findings->cells_count; i++)
		findings->cells[i].remediable_at_site = remediable;
}

void
prb_states_evaluate(struct prb_findings *findings, const struct prb_reference *reference,
	size_t sites, const bool *in_scope, enum prb_reading reading, struct prb_states *out)
{
	struct evaluation e;
	uint16_t plain[2] = {0, 0};
	bool plain_done[2] = {false, false};
	size_t count = sites == 0 ? 1 : sites;

	e.findings = findings;
	e.reference = reference;
	e.reading = reading;
	memset(out, 0, sizeof *out);
	out->newest_remedy = PRB_DATE_NONE;
	findings->cells_count = 0;
	for (size_t i = 0; i < findings->count; i++)
		findings->items[i].is_superseded_everywhere = true;
	for (size_t site = 0; site < count; site++)
		if (!prb_findings_name_site(findings, site))
			plain[in_scope[site]]++;
	for (size_t site = 0; site < count; site++) {
		uint16_t alike = 1;

		/* Sites without findings of their own are all alike: where they are many, one
		 * stands for the rest. */
		if (!prb_findings_name_site(findings, site) &&
			plain[in_scope[site]] > PRB_CHANGE_SET_MAX) {
			if (plain_done[in_scope[site]])
				continue;
			plain_done[in_scope[site]] = true;
			alike = plain[in_scope[site]];
		}
		evaluate_site(&e, site, sites != 0, in_scope[site], alike, out);
	}
	fold_cells(findings, reference, NULL, NULL, out);
	out->delphi.evaluated = findings->any_item;
}
