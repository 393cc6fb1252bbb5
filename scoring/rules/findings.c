/* SPDX-License-Identifier: Apache-2.0 */
/* Findings made ready: scoring/METHOD.md section 1, "who declares" and the dates that cannot stand.
 */
#include <stdio.h>
#include <string.h>

#include "scoring/rules/states.h"

struct context {
	const struct prb_reference *reference;
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	enum prb_declarant declarant;
	prb_date as_of;
	struct prb_faults *faults;
};

static enum prb_err
refuse(const struct context *c, size_t index, const char *member, enum prb_err err,
	const char *what)
{
	char pointer[64];

	snprintf(pointer, sizeof pointer, "/findings/%zu%s", index, member);
	return prb_faults_add(c->faults, err, pointer, "%s", what);
}

/* Whether a finding has nothing but the supplier's own word in its favour. */
static bool
is_own_word(const struct context *c, size_t index)
{
	return c->declarant == PRB_SUPPLIER && !prb_finding_confirmed(c->facts, index);
}

/* What a favourable statement by this declarant is worth at most. */
static uint8_t
favourable_rank(const struct context *c, size_t index, uint8_t source)
{
	int rank = prb_source_rank(source);
	int most = (int)c->reference->constants[PRB_K_RANK_SUPPLIER_MAX];

	return (uint8_t)(is_own_word(c, index) && rank > most ? most : rank);
}

/* The indicator and side of a finding: its item's, else the indicator's own (section 2). */
static void
assign_indicator(const struct context *c, size_t index, const struct prb_finding *f,
	struct prb_prepared_finding *p)
{
	const struct prb_item *item;

	p->item = -1;
	p->indicator = f->indicator;
	p->side = (uint8_t)prb_indicator_side(f->indicator);
	if (f->item.n == 0)
		return;
	item = prb_reference_item(c->reference, f->item);
	if (item == NULL) {
		refuse(c, index, "/item", PRB_ERR_VALUE,
			"no item of the Delphi list has this id (DR01 to VD07)");
		return;
	}
	p->item = (int16_t)(item - c->reference->items);
	p->has_item = true;
	p->indicator = item->indicator;
	p->side = item->side;
	if (item->indicator == 0 && f->used_to_compel == PRB_TRUE) {
		p->indicator = PRB_IND_ABUSE_OF_VULNERABILITY;
		p->side = PRB_SIDE_COERCION;
	} else if (prb_span_is(f->item, "EX03") && f->used_to_compel == PRB_TRUE) {
		p->indicator = PRB_IND_WITHHOLDING_OF_WAGES;
		p->side = PRB_SIDE_COERCION;
	} else if (prb_span_is(f->item, "CD03") && f->indicator == PRB_IND_ISOLATION) {
		p->indicator = PRB_IND_ISOLATION;
	}
	if (f->indicator != 0 && f->indicator != p->indicator)
		refuse(c, index, "/item", PRB_ERR_CONFLICT,
			p->indicator == 0 ? "this item states a vulnerability: it sets indicator "
					    "abuse_of_vulnerability only with used_to_compel"
					  : "indicator and item do not agree: leave the indicator "
					    "out, the item names its own");
}

static void
check_dates(const struct context *c, size_t index, const struct prb_finding *f)
{
	prb_date made = f->date == PRB_DATE_NONE ? c->as_of : f->date;

	/* PRB_DATE_NONE is before every day. */
	if (f->date > c->as_of)
		refuse(c, index, "/date", PRB_ERR_DATE,
			"the finding is dated after the as-of date");
	if (f->contested.date > c->as_of)
		refuse(c, index, "/contested/date", PRB_ERR_DATE,
			"the contest is dated after the as-of date");
	if (f->remediation.state <= PRB_REMEDIATION_NONE)
		return;
	if (f->remediation.date == PRB_DATE_NONE)
		refuse(c, index, "/remediation/date", PRB_ERR_DATE, "a remediation needs its date");
	else if (f->remediation.date > c->as_of)
		refuse(c, index, "/remediation/date", PRB_ERR_DATE,
			"the remediation is dated after the as-of date");
	else if (f->remediation.date < made)
		refuse(c, index, "/remediation/date", PRB_ERR_DATE,
			f->date == PRB_DATE_NONE
				? "the remediation is before its finding: an undated finding "
				  "counts as made at the as-of date, so give it its date"
				: "the remediation is before its finding");
}

static bool
is_remedied(const struct context *c, size_t index, const struct prb_finding *f)
{
	return f->remediation.state == PRB_REMEDIATION_VERIFIED &&
	       favourable_rank(c, index, f->remediation.source) >=
		       c->reference->constants[PRB_K_RANK_ABSENT];
}

static bool
is_exploitation(const struct context *c, const struct prb_prepared_finding *p)
{
	if (p->item >= 0)
		return c->reference->items[p->item].dimension == PRB_DIM_EXPLOITATION;
	return p->indicator == PRB_IND_ABUSIVE_CONDITIONS ||
	       p->indicator == PRB_IND_EXCESSIVE_OVERTIME;
}

static void
prepare_one(const struct context *c, size_t index, const struct prb_finding *f,
	struct prb_prepared_finding *p)
{
	const int64_t *constants = c->reference->constants;
	bool dated = f->date != PRB_DATE_NONE;
	bool counts;

	check_dates(c, index, f);
	assign_indicator(c, index, f, p);
	p->source = f->source;
	p->is_absent = f->state == PRB_FINDING_ABSENT;
	p->rank = p->is_absent ? favourable_rank(c, index, f->source)
			       : (uint8_t)prb_source_rank(f->source);
	p->date = dated || p->is_absent ? f->date : c->as_of;
	p->is_recent = !p->is_absent && prb_date_within_months(p->date,
						(int)constants[PRB_K_PRESENT_MONTHS], c->as_of);
	p->is_contested = f->contested.by != 0 && !is_own_word(c, index);
	p->is_remedied = is_remedied(c, index, f);
	p->remedied_on = f->remediation.date;
	counts = p->is_absent && dated && p->rank >= constants[PRB_K_RANK_ABSENT] &&
		 prb_date_within_months(f->date, (int)constants[PRB_K_ABSENT_MONTHS], c->as_of);
	p->counts_as_absent = counts && !p->has_item;
	p->item_is_absent = counts && p->item >= 0;
	/* Rank 3 within a year: half a look (section 1, last row but none of rank 4 and more). */
	p->is_half_known =
		p->is_absent && dated && !p->has_item &&
		p->rank == constants[PRB_K_RANK_ABSENT] - 1 &&
		prb_date_within_months(f->date, (int)constants[PRB_K_HALF_KNOWN_MONTHS], c->as_of);
	/* Without an item the two indicators of exploitation count as such: less detail must not
	 * pay. */
	p->is_child = f->concerns_under_18 == PRB_TRUE;
	p->is_child_exploitation = p->is_child && is_exploitation(c, p);
	p->site = -1;
	for (size_t i = 0; f->site.n != 0 && i < c->declaration->sites_count; i++)
		if (prb_span_equal(c->declaration->sites[i].id, f->site))
			p->site = (int32_t)i;
}

/* Worker groups by number; a supplier's own naming of a group is a favourable statement and is
 * ignored. Nor does a decision of others make a declaration impossible: of one that the supplier
 * made, what is confirmed beyond the most counts in every group. */
static void
number_groups(const struct context *c, struct prb_findings *findings, struct prb_span *names)
{
	findings->groups = 0;
	for (size_t i = 0; i < findings->count; i++) {
		struct prb_span name = c->declaration->findings[i].worker_group;
		int g = 0;

		findings->items[i].group = -1;
		if (name.n == 0 || is_own_word(c, i))
			continue;
		while (g < findings->groups && !prb_span_equal(names[g], name))
			g++;
		if (g == PRB_WORKER_GROUPS_MAX && c->declarant == PRB_SUPPLIER)
			continue;
		if (g == PRB_WORKER_GROUPS_MAX) {
			refuse(c, i, "/worker_group", PRB_ERR_RANGE,
				"a declaration names at most 20 worker groups");
			return;
		}
		if (g == findings->groups)
			names[findings->groups++] = name;
		findings->items[i].group = (int16_t)g;
	}
}

/* Room for the cells of one evaluation: sites that findings name and, of those they do not, a few
 * of each kind (inside a scope or not), each with its groups. */
static bool
make_cells(struct prb_arena *arena, size_t sites, size_t items, struct prb_findings *findings)
{
	size_t named = sites < findings->count ? sites : findings->count;

	findings->cells_room = (named + 2 * PRB_CHANGE_SET_MAX) * (size_t)(findings->groups + 1);
	findings->cells = prb_arena_array(arena, findings->cells_room, sizeof *findings->cells);
	if (findings->cells == NULL)
		return false;
	for (size_t i = 0; findings->any_item && i < findings->cells_room; i++) {
		struct prb_cell *cell = &findings->cells[i];

		cell->item_flags = prb_arena_array(arena, items, sizeof *cell->item_flags);
		cell->item_indicators =
			prb_arena_array(arena, items, sizeof *cell->item_indicators);
		if (cell->item_flags == NULL || cell->item_indicators == NULL)
			return false;
	}
	return true;
}

static void
note_kinds(struct prb_findings *findings)
{
	findings->any_present = findings->any_absence = findings->any_item =
		findings->any_contested = false;
	for (size_t i = 0; i < findings->count; i++) {
		findings->any_present |= !findings->items[i].is_absent;
		findings->any_absence |= findings->items[i].is_absent;
		findings->any_item |= findings->items[i].has_item;
		findings->any_contested |= findings->items[i].is_contested;
	}
}

enum prb_err
prb_findings_prepare(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, prb_date as_of, struct prb_faults *faults,
	struct prb_findings *out)
{
	struct context c = {reference, declaration, facts, declarant, as_of, faults};
	struct prb_span *names = prb_arena_array(arena, PRB_WORKER_GROUPS_MAX, sizeof *names);
	size_t before = faults->count;

	out->count = declaration->findings_count;
	out->items = prb_arena_array(arena, out->count, sizeof *out->items);
	if (out->items == NULL || names == NULL)
		return prb_faults_add(faults, PRB_ERR_MEMORY, "/findings",
			"the declaration needs more memory than its share");
	for (size_t i = 0; i < out->count; i++)
		prepare_one(&c, i, &declaration->findings[i], &out->items[i]);
	number_groups(&c, out, names);
	note_kinds(out);
	if (!make_cells(arena, declaration->sites_count, reference->items_count, out))
		return prb_faults_add(faults, PRB_ERR_MEMORY, "/findings",
			"the declaration needs more memory than its share");
	return faults->count == before ? PRB_OK : faults->items[before].err;
}
