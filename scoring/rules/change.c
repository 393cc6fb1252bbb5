/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search is exact. Rows 3 to 8 are read per site and the worst is taken, row 9's exemption
 * needs every site, and no other row of these ratings looks at findings: so a set lowers the rating
 * exactly when its part at each offending site does, and a site offends when the rating stands
 * though all others were remedied. With more than three such sites three remediations cannot do;
 * with three there are at most 33 pairs, and every set of up to three of them is tried.
 */
#include "scoring/rules/change.h"

#include <assert.h>
#include <string.h>

#define SITES_MAX PRB_CHANGE_SET_MAX
#define PAIRS_MAX (SITES_MAX * PRB_INDICATORS)
#define EVERYTHING 0xFFFF

struct search {
	const struct prb_findings *findings;
	const struct prb_rating_inputs *inputs;
	enum prb_rating rating;
	/* What is remedied at the moment: `elsewhere` at every site but these. */
	int32_t sites[SITES_MAX];
	uint16_t remedied[SITES_MAX];
	size_t sites_count;
	uint16_t elsewhere;
	struct prb_remedy_target pairs[PAIRS_MAX];
	size_t pairs_count;
	struct prb_change_set *sets;
	struct prb_change *out;
};

static uint16_t
remedied_at(const void *context, const struct prb_cell *cell)
{
	const struct search *s = context;

	for (size_t i = 0; i < s->sites_count; i++)
		if (s->sites[i] == cell->site)
			return s->remedied[i];
	return s->elsewhere;
}

/* The row that fires with what is remedied at the moment. */
static const struct prb_rating_row *
row_now(const struct search *s)
{
	struct prb_rating_inputs inputs = *s->inputs;
	struct prb_states states;
	bool holds[PRB_RATING_ROWS_MAX];

	prb_states_remedied(s->findings, inputs.reference, remedied_at, s, inputs.as_of, &states);
	inputs.states = &states;
	return &inputs.reference->rating[prb_rating_decide(&inputs, holds)];
}

/* `unknown` is off the scale and never lower. */
static bool
is_lower(const struct search *s, const struct prb_rating_row *row)
{
	return row->rating != PRB_RATING_UNKNOWN && row->rating < s->rating;
}

/* The sites at which something has to be remedied; false where they are more than three. Cells of a
 * site stand side by side; one cell may stand for sites that are alike, and then for more than
 * three. */
static bool
find_offending_sites(struct search *s)
{
	int32_t found[SITES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < s->findings->cells_count; i++) {
		const struct prb_cell *cell = &s->findings->cells[i];

		if ((i > 0 && cell->site == cell[-1].site) || cell->remediable_at_site == 0)
			continue;
		s->sites[0] = cell->site;
		s->remedied[0] = 0;
		s->sites_count = 1;
		s->elsewhere = EVERYTHING;
		if (is_lower(s, row_now(s)))
			continue;
		if (cell->alike > 1 || count == SITES_MAX)
			return false;
		found[count++] = cell->site;
	}
	memcpy(s->sites, found, count * sizeof *found);
	s->sites_count = count;
	s->elsewhere = 0;
	return true;
}

static uint16_t
remediable_at(const struct search *s, int32_t site)
{
	for (size_t i = 0; i < s->findings->cells_count; i++)
		if (s->findings->cells[i].site == site)
			return s->findings->cells[i].remediable_at_site;
	return 0;
}

/* By indicator, then by site. */
static void
list_pairs(struct search *s)
{
	for (int i = 1; i <= PRB_INDICATORS; i++)
		for (size_t k = 0; k < s->sites_count; k++)
			if ((remediable_at(s, s->sites[k]) >> i & 1) != 0)
				s->pairs[s->pairs_count++] =
					(struct prb_remedy_target){s->sites[k], (uint8_t)i};
}

static void
set_pair(struct search *s, size_t pair, bool remedied)
{
	for (size_t k = 0; k < s->sites_count; k++)
		if (s->sites[k] == s->pairs[pair].site) {
			uint16_t bit = (uint16_t)(1U << s->pairs[pair].indicator);

			s->remedied[k] =
				(uint16_t)(remedied ? s->remedied[k] | bit : s->remedied[k] & ~bit);
		}
}

static void
note_set(struct search *s, const size_t *chosen, size_t size, const struct prb_rating_row *row)
{
	struct prb_change_set *set;

	if (s->out->sets_count == PRB_CHANGE_SETS_MAX) {
		s->out->sets_left_out++;
		return;
	}
	set = &s->sets[s->out->sets_count++];
	for (size_t i = 0; i < size; i++)
		set->targets[i] = s->pairs[chosen[i]];
	set->fires = row;
}

/* Tries every set of `size` pairs; `depth` of them are chosen, the next is `first` or later. At
 * most three deep. */
static void
try_sets(struct search *s, size_t *chosen, size_t depth, size_t size, size_t first)
{
	const struct prb_rating_row *row;

	if (depth == size) {
		row = row_now(s);
		if (is_lower(s, row))
			note_set(s, chosen, size, row);
		return;
	}
	for (size_t i = first; i < s->pairs_count; i++) {
		chosen[depth] = i;
		set_pair(s, i, true);
		try_sets(s, chosen, depth + 1, size, i + 1);
		set_pair(s, i, false);
	}
}

enum prb_err
prb_change_find(struct prb_arena *arena, const struct prb_findings *findings,
	const struct prb_rating_inputs *inputs, enum prb_rating rating, struct prb_change *out)
{
	struct search s = {.findings = findings, .inputs = inputs, .rating = rating, .out = out};

	memset(out, 0, sizeof *out);
	if (rating < PRB_RATING_HIGH)
		return PRB_OK;
	s.elsewhere = EVERYTHING;
	out->all = row_now(&s);
	out->kind = PRB_CHANGE_NOT_BY_REMEDIATION;
	if (!is_lower(&s, out->all))
		return PRB_OK;
	out->kind = PRB_CHANGE_MORE_THAN_THREE;
	if (!find_offending_sites(&s))
		return PRB_OK;
	s.sets = prb_arena_array(arena, PRB_CHANGE_SETS_MAX, sizeof *s.sets);
	if (s.sets == NULL)
		return PRB_ERR_MEMORY;
	list_pairs(&s);
	assert(s.pairs_count <= PAIRS_MAX);
	memset(s.remedied, 0, sizeof s.remedied);
	for (size_t size = 1; size <= PRB_CHANGE_SET_MAX && out->sets_count == 0; size++) {
		size_t chosen[PRB_CHANGE_SET_MAX];

		try_sets(&s, chosen, 0, size, 0);
		out->size = (uint8_t)size;
	}
	out->sets = s.sets;
	if (out->sets_count != 0)
		out->kind = PRB_CHANGE_SETS;
	return PRB_OK;
}
