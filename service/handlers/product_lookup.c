/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the release says of a good from an origin. A report counts only what is certain; somebody in
 * a shop has words that stand for whole chapters, and is told as well what may apply.
 */
#include <string.h>

#include "service/handlers/product.h"

/* Goods that a code lies in; and, not certain, those that lie in the code. */
static void
meet_good(struct prb_lookup *lookup, uint16_t good, bool certain)
{
	for (size_t i = 0; i < lookup->met_count; i++)
		if (lookup->met[i].good == good) {
			lookup->met[i].certain |= certain;
			return;
		}
	if (lookup->met_count < PRB_LOOKUP_GOODS_MAX)
		lookup->met[lookup->met_count++] = (struct prb_good_met){good, certain};
}

static void
meet_goods(const struct prb_reference *reference, struct prb_lookup *lookup)
{
	bool sure = lookup->goods->basis != PRB_HS_BROAD;

	for (size_t i = 0; i < lookup->goods->hs_count; i++) {
		struct prb_span code = prb_span_of(lookup->goods->hs[i]);

		for (size_t k = 0; k < reference->prefixes_count; k++) {
			const struct prb_good_prefix *row = &reference->prefixes[k];
			struct prb_span prefix = prb_span_of(row->prefix);

			if (prb_span_starts(code, prefix))
				meet_good(lookup, row->good, sure);
			else if (prb_span_starts(prefix, code))
				meet_good(lookup, row->good, false);
		}
	}
}

static void
add_scope(struct prb_lookup *lookup, struct prb_scope_met met)
{
	for (size_t i = 0; i < lookup->scopes_count; i++)
		if (lookup->scopes[i].scope == met.scope)
			return;
	if (lookup->scopes_count < PRB_LOOKUP_SCOPES_MAX)
		lookup->scopes[lookup->scopes_count++] = met;
}

/* Place and good may meet the same scope: the graver hit comes first and stays. */
static void
meet_result(struct prb_lookup *lookup)
{
	const struct prb_result *r = lookup->result;

	for (int value = PRB_PRESUMED; value >= PRB_NOT_PRESUMED; value--)
		for (size_t i = 0; i < r->scopes_count; i++)
			if (r->scopes[i].scope != NULL && r->scopes[i].value == value)
				add_scope(lookup,
					(struct prb_scope_met){r->scopes[i].scope, (uint8_t)value,
						r->scopes[i].region_unknown, true});
}

static bool
codes_overlap(const struct prb_scope *scope, const struct prb_goods_facts *goods)
{
	for (size_t i = 0; i < goods->hs_count; i++)
		for (size_t k = 0; k < scope->hs_count; k++) {
			struct prb_span code = prb_span_of(goods->hs[i]),
					prefix = prb_span_of(scope->hs[k]);

			if (prb_span_starts(code, prefix) || prb_span_starts(prefix, code))
				return true;
		}
	return false;
}

/* Scopes of goods that a broad word or a chapter stands for among others. */
static void
meet_perhaps(const struct prb_reference *reference, struct prb_lookup *lookup)
{
	static const struct {
		uint8_t effect, value;
	} rows[] = {{PRB_EFFECT_PRESUMED, PRB_PRESUMED}, {PRB_EFFECT_ASK, PRB_STATE_OPEN}};

	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
		for (size_t i = 0; i < reference->scopes_count; i++) {
			const struct prb_scope *scope = &reference->scopes[i];

			if (scope->effect == rows[row].effect && scope->nationality < 0 &&
				scope->region[0] == '\0' &&
				(scope->country < 0 || scope->country == lookup->country) &&
				codes_overlap(scope, lookup->goods))
				add_scope(lookup, (struct prb_scope_met){
							  scope, rows[row].value, false, false});
		}
}

void
prb_lookup_meet(const struct prb_reference *reference, struct prb_lookup *lookup)
{
	meet_goods(reference, lookup);
	if (lookup->result == NULL)
		return;
	meet_result(lookup);
	meet_perhaps(reference, lookup);
}

const struct prb_scope_met *
prb_lookup_scope(const struct prb_lookup *lookup, enum prb_state_imposed value, bool certain)
{
	for (size_t i = 0; i < lookup->scopes_count; i++) {
		const struct prb_scope_met *met = &lookup->scopes[i];

		if (met->value == value && met->certain == certain &&
			(value != PRB_NOT_PRESUMED || met->region_unknown))
			return met;
	}
	return NULL;
}

enum prb_state_imposed
prb_lookup_state_imposed(const struct prb_lookup *lookup)
{
	enum prb_state_imposed value = (enum prb_state_imposed)lookup->result->state_imposed;

	for (size_t i = 0; i < lookup->scopes_count && value == PRB_NOT_PRESUMED; i++)
		if (!lookup->scopes[i].certain)
			value = PRB_STATE_OPEN;
	return value;
}

enum prb_rating
prb_lookup_rating(const struct prb_lookup *lookup)
{
	enum prb_rating rating;

	if (lookup->result == NULL || lookup->goods->basis == PRB_HS_NONE)
		return PRB_RATING_UNKNOWN;
	rating = (enum prb_rating)lookup->result->rating.rating;
	if (prb_lookup_state_imposed(lookup) == PRB_STATE_OPEN && rating != PRB_RATING_CRITICAL)
		return PRB_RATING_HIGH;
	return rating;
}

struct prb_listed_how
prb_lookup_listed(const struct prb_good *good, int country)
{
	return (struct prb_listed_how){good->listed[country],
		good->input_listed != NULL ? good->input_listed[country] : PRB_LISTED_NO};
}
