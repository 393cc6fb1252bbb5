/* SPDX-License-Identifier: Apache-2.0 */
/* The Delphi rules of 2009 in three values: scoring/METHOD.md section 2. */
#include "scoring/rules/delphi.h"

#include <assert.h>
#include <string.h>

#define STRENGTHS (PRB_STRENGTH_STRONG + 1)

/* Items by dimension and strength. */
struct counts {
	uint8_t n[PRB_DIMENSION_COUNT][STRENGTHS];
};

/* Rules R1 to R5. */
static bool
is_positive(const uint8_t n[STRENGTHS])
{
	uint8_t strong = n[PRB_STRENGTH_STRONG], medium = n[PRB_STRENGTH_MEDIUM],
		weak = n[PRB_STRENGTH_WEAK];

	return strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 ||
	       (medium == 2 && weak >= 1);
}

/* Bit d is set where dimension d is positive. */
static uint8_t
positives(const struct counts *counts)
{
	uint8_t mask = 0;

	for (int d = 1; d < PRB_DIMENSION_COUNT; d++)
		if (is_positive(counts->n[d]))
			mask |= (uint8_t)(1U << d);
	return mask;
}

static bool
has(uint8_t positive, enum prb_dimension dimension)
{
	return (positive >> dimension & 1) != 0;
}

/*
 * The highest rule whose positive conditions hold. "No ..." conditions are dropped, so that a
 * further item never lowers the result; abuse of vulnerability stands in for the means (C5).
 */
static enum prb_delphi_rule
rule_of(uint8_t positive)
{
	bool means = has(positive, PRB_DIM_DECEPTIVE_RECRUITMENT) ||
		     has(positive, PRB_DIM_COERCIVE_RECRUITMENT) ||
		     has(positive, PRB_DIM_RECRUITMENT_ABUSE) || has(positive, PRB_DIM_ABUSE);

	if (!has(positive, PRB_DIM_EXPLOITATION))
		return PRB_DELPHI_C1;
	if (has(positive, PRB_DIM_COERCION))
		return means ? PRB_DELPHI_C4 : PRB_DELPHI_C4B;
	return has(positive, PRB_DIM_DECEPTIVE_RECRUITMENT) ? PRB_DELPHI_C3 : PRB_DELPHI_C2;
}

static uint8_t
stronger(const struct prb_item *item)
{
	return item->child > item->adult ? item->child : item->adult;
}

static void
count(struct counts *counts, const struct prb_item *item, uint8_t strength)
{
	counts->n[item->dimension][strength]++;
}

void
prb_delphi_evaluate(
	const struct prb_reference *reference, const uint8_t *flags, struct prb_delphi_result *out)
{
	struct counts certain = {0}, possible = {0}, supported = {0}, children = {0};

	out->items[0] = out->items[1] = 0;
	assert(reference->items_count <= PRB_ITEMS_MAX);
	for (size_t i = 0; i < reference->items_count; i++) {
		const struct prb_item *item = &reference->items[i];
		uint8_t f = flags[i];
		uint8_t strength = (f & PRB_ITEM_CHILD) != 0 ? stronger(item) : item->adult;

		if ((f & PRB_ITEM_CURRENT) == 0) {
			/* Nobody said whether an open item concerns persons under 18: it may. */
			if ((f & PRB_ITEM_GONE) == 0 || (f & PRB_ITEM_OPEN) != 0)
				count(&possible, item, stronger(item));
			continue;
		}
		out->items[i / 64] |= (uint64_t)1 << i % 64;
		count(&certain, item, strength);
		count(&possible, item, strength);
		if ((f & PRB_ITEM_SUPPORTED) != 0)
			count(&supported, item, strength);
		if ((f & PRB_ITEM_CHILD) != 0)
			count(&children, item, strength);
	}
	out->positive = positives(&certain);
	out->possibly_positive = positives(&possible);
	out->certain = (uint8_t)rule_of(out->positive);
	/* C6: for persons under 18 no means is needed; the act is taken as given. */
	if (out->certain < PRB_DELPHI_C6 && has(positives(&children), PRB_DIM_EXPLOITATION))
		out->certain = PRB_DELPHI_C6;
	out->possible = (uint8_t)rule_of(out->possibly_positive);
	if (out->possible < out->certain)
		out->possible = out->certain;
	out->supported = rule_of(positives(&supported)) >= PRB_DELPHI_C4B;
}

bool
prb_delphi_is_worse(const struct prb_delphi_result *a, const struct prb_delphi_result *b)
{
	if (a->supported != b->supported)
		return a->supported;
	if (a->certain != b->certain)
		return a->certain > b->certain;
	return a->possible > b->possible;
}

const char *
prb_delphi_rule_word(enum prb_delphi_rule rule)
{
	static const char *const words[] = {"C1", "C2", "C3", "C4b", "C6", "C4"};

	assert((size_t)rule < sizeof words / sizeof words[0]);
	return words[rule];
}

const char *
prb_delphi_result_word(enum prb_delphi_rule rule)
{
	static const char *const words[] = {"none", "indicators_of_exploitation",
		"indicators_of_deception_and_exploitation",
		"indicators_of_coercion_and_exploitation",
		"indicators_of_trafficking_for_forced_labour",
		"indicators_of_trafficking_for_forced_labour"};

	assert((size_t)rule < sizeof words / sizeof words[0]);
	return words[rule];
}
