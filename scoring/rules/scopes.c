/* SPDX-License-Identifier: Apache-2.0 */
/* The state-imposed route: scoring/METHOD.md section 2. */
#include "scoring/rules/scopes.h"

#include <string.h>

#include "scoring/rules/upstream.h"

#define HITS_USUAL 8

struct finder {
	struct prb_arena *arena;
	const struct prb_reference *reference;
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	enum prb_declarant declarant;
	const struct prb_book *book;
	uint8_t *tier_states;
	struct prb_scope_hit *hits;
	size_t count, room;
	bool is_full;
};

/* Where a scope may be met: a place, and what is made there. */
struct spot {
	const struct prb_place *place;
	const struct prb_goods_facts *goods; /* NULL: a place without goods */
	enum prb_scope_cause cause;
	int32_t index, index2;
	int64_t tier;
};

/* Hits are few as a rule, and many where a long chain meets a law. */
static bool
grow(struct finder *f)
{
	size_t room = f->room == 0 ? HITS_USUAL : 2 * f->room;
	struct prb_scope_hit *hits = prb_arena_array(f->arena, room, sizeof *hits);

	if (hits == NULL)
		return false;
	if (f->count != 0)
		memcpy(hits, f->hits, f->count * sizeof *hits);
	f->hits = hits;
	f->room = room;
	return true;
}

static void
add(struct finder *f, struct prb_scope_hit hit)
{
	if (f->count == f->room && !grow(f))
		f->is_full = true;
	else
		f->hits[f->count++] = hit;
}

/* Only codes that are declared, or that a word surely stands for, meet a scope: a broad word never
 * does. */
static bool
goods_meet(const struct prb_scope *scope, const struct prb_goods_facts *goods)
{
	if (goods == NULL || (goods->basis != PRB_HS_DECLARED && goods->basis != PRB_HS_KEYWORD))
		return false;
	for (uint8_t i = 0; i < goods->hs_count; i++)
		for (uint8_t j = 0; j < scope->hs_count; j++)
			if (strncmp(goods->hs[i], scope->hs[j], strlen(scope->hs[j])) == 0)
				return true;
	return false;
}

static const struct prb_place *
site_place(const struct prb_declaration *d, const struct prb_facts *facts, size_t site)
{
	return d->sites_count == 0 ? &facts->supplier : &facts->sites[site];
}

static size_t
site_count(const struct prb_declaration *d)
{
	return d->sites_count == 0 ? 1 : d->sites_count;
}

/* For its own goods the supplier's province counts: the product's own, else that of every site in
 * the country. */
static bool
province_known(const struct finder *f, const struct spot *spot)
{
	bool any = false;

	if (spot->place->region[0] != '\0')
		return true;
	if (spot->cause != PRB_CAUSE_PRODUCT)
		return false;
	for (size_t i = 0; i < site_count(f->declaration); i++) {
		const struct prb_place *site = site_place(f->declaration, f->facts, i);

		if (site->country != spot->place->country)
			continue;
		if (site->region[0] == '\0')
			return false;
		any = true;
	}
	return any;
}

/* The worst that a declaration's own report says of a scope, PRB_NOT_PRESUMED where it is cleared
 * there; false where that report does not meet the scope by goods of its own. */
static bool
state_of_scope(const struct prb_chain_party *party, const struct prb_scope *scope, uint8_t *value)
{
	bool met = false;

	*value = PRB_NOT_PRESUMED;
	for (size_t i = 0; i < party->scopes_count; i++) {
		if (party->scopes[i].scope != scope)
			continue;
		met |= party->scopes[i].cause == PRB_CAUSE_PRODUCT;
		if (party->scopes[i].value > *value)
			*value = party->scopes[i].value;
	}
	return met;
}

/*
 * For an input its region, and the declarations of those who deliver it: all that is named directly
 * under the supplier and meets the scope must be declarations that clear it, and the shares they
 * state must come to the whole.
 */
static bool
input_is_cleared(const struct finder *f, const struct prb_scope *scope, const struct spot *spot)
{
	const struct prb_declaration *d = f->declaration;
	prb_ppm share = 0;

	if (f->book == NULL || spot->place->region[0] == '\0')
		return false;
	for (size_t i = 0; i < d->tiers_count; i++) {
		uint32_t entry = prb_book_find(f->book, d->tiers[i].entry->declaration);
		uint8_t value;

		if (d->tiers[i].parent >= 0)
			continue;
		if (entry == PRB_CHAIN_NONE) {
			if (goods_meet(scope, &f->facts->upstream_goods[i]))
				return false;
			continue;
		}
		if (!state_of_scope(
			    prb_book_party(f->book, prb_book_node(f->book, entry)), scope, &value))
			continue;
		if (value != PRB_NOT_PRESUMED)
			return false;
		share += d->tiers[i].entry->share_ppm < 0 ? PRB_PPM_ONE
							  : d->tiers[i].entry->share_ppm;
	}
	return share >= PRB_PPM_ONE;
}

static bool
is_own_word(const struct finder *f, enum prb_statement said)
{
	return f->declarant == PRB_SUPPLIER && !prb_workforce_confirmed(f->facts, said);
}

/* Province and "no labour transfer", by someone other than the supplier or confirmed (with the
 * places: datasets/facts/evidence.h). For an input the tier's own declaration has to say so. */
static bool
is_cleared(const struct finder *f, const struct prb_scope *scope, const struct spot *spot)
{
	if (spot->cause == PRB_CAUSE_INPUT)
		return input_is_cleared(f, scope, spot);
	return spot->cause == PRB_CAUSE_PRODUCT && !is_own_word(f, PRB_SAID_LABOUR_TRANSFER) &&
	       f->declaration->workforce.labour_transfer == PRB_NO && province_known(f, spot);
}

/* What a party that is named inline would be by itself. */
static void
note_tier(struct finder *f, const struct spot *spot, uint8_t value)
{
	if (spot->cause == PRB_CAUSE_UPSTREAM && value > f->tier_states[spot->index])
		f->tier_states[spot->index] = value;
}

static void
meet_region(struct finder *f, const struct prb_scope *scope, const struct spot *spot,
	struct prb_scope_hit hit)
{
	if (strcmp(scope->region, spot->place->region) == 0)
		hit.value = PRB_PRESUMED;
	else if (!province_known(f, spot))
		hit.region_unknown = true;
	else
		return;
	note_tier(f, spot, hit.value);
	add(f, hit);
}

static void
meet(struct finder *f, const struct prb_scope *scope, const struct spot *spot)
{
	struct prb_scope_hit hit = {.scope = scope,
		.cause = (uint8_t)spot->cause,
		.index = spot->index,
		.index2 = spot->index2,
		.tier = spot->tier};

	if (scope->nationality >= 0 || spot->place->country == PRB_COUNTRY_NONE)
		return;
	if (scope->country >= 0 && scope->country != spot->place->country)
		return;
	if (scope->effect != PRB_EFFECT_PRESUMED && scope->effect != PRB_EFFECT_ASK)
		return;
	if (scope->hs_count != 0 && !goods_meet(scope, spot->goods))
		return;
	/* Of the decision table only rows 1 and 2 look upstream (section 5): what merely asks stays
	 * with the tier itself. */
	if (spot->cause == PRB_CAUSE_UPSTREAM && scope->effect == PRB_EFFECT_ASK) {
		note_tier(f, spot, PRB_STATE_OPEN);
		return;
	}
	if (scope->region[0] != '\0') {
		meet_region(f, scope, spot, hit);
		return;
	}
	hit.value = scope->effect == PRB_EFFECT_PRESUMED ? PRB_PRESUMED : PRB_STATE_OPEN;
	if (hit.value == PRB_STATE_OPEN && is_cleared(f, scope, spot)) {
		hit.value = PRB_NOT_PRESUMED;
		hit.cleared = true;
	}
	note_tier(f, spot, hit.value);
	add(f, hit);
}

static void
meet_all(struct finder *f, const struct spot *spot)
{
	for (size_t i = 0; i < f->reference->scopes_count; i++)
		meet(f, &f->reference->scopes[i], spot);
}

static void
meet_sites(struct finder *f)
{
	for (size_t i = 0; i < site_count(f->declaration); i++) {
		struct spot spot = {site_place(f->declaration, f->facts, i), NULL, PRB_CAUSE_SITE,
			f->declaration->sites_count == 0 ? -1 : (int32_t)i, -1, 0};

		meet_all(f, &spot);
	}
	/* The supplier's seat counts beside its sites: naming a site elsewhere must not hide it. */
	if (f->declaration->sites_count != 0) {
		struct spot spot = {&f->facts->supplier, NULL, PRB_CAUSE_SITE, -1, -1, 0};

		meet_all(f, &spot);
	}
}

/* The site that stands for its country: one whose region is not known, if any, so that their order
 * does not matter. */
static const struct prb_place *
least_known_site(const struct finder *f, int16_t country)
{
	const struct prb_place *found = NULL;

	for (size_t i = 0; i < site_count(f->declaration); i++) {
		const struct prb_place *place = site_place(f->declaration, f->facts, i);

		if (place->country == country &&
			(found == NULL || (found->region[0] != '\0' && place->region[0] == '\0')))
			found = place;
	}
	/* The seat, where no site is in its country. */
	return found != NULL ? found : &f->facts->supplier;
}

/* A product without a declared origin is taken to come from each site's country, and from the
 * seat's: naming a site elsewhere must not hide it. */
static void
meet_product(struct finder *f, size_t index)
{
	const struct prb_goods_facts *goods = &f->facts->products[index].goods;
	uint8_t seen[32] = {0}; /* a bit for each country of the reference */

	if (goods->origin.country != PRB_COUNTRY_NONE) {
		struct spot spot = {
			&goods->origin, goods, PRB_CAUSE_PRODUCT, (int32_t)index, -1, 0};

		meet_all(f, &spot);
		return;
	}
	for (size_t i = 0; i <= site_count(f->declaration); i++) {
		int16_t country = i < site_count(f->declaration)
					  ? site_place(f->declaration, f->facts, i)->country
					  : f->facts->supplier.country;
		struct spot spot = {NULL, goods, PRB_CAUSE_PRODUCT, (int32_t)index, -1, 0};

		if (country < 0 || country >= 256 || (seen[country / 8] >> country % 8 & 1) != 0)
			continue;
		seen[country / 8] |= (uint8_t)(1U << country % 8);
		spot.place = least_known_site(f, country);
		for (size_t j = 0; j < f->reference->scopes_count; j++)
			/* A scope of any country is met once. */
			if (f->reference->scopes[j].hs_count != 0 &&
				(i == 0 || f->reference->scopes[j].country >= 0))
				meet(f, &f->reference->scopes[j], &spot);
	}
}

static void
meet_products(struct finder *f)
{
	for (size_t i = 0; i < f->declaration->products_count; i++) {
		meet_product(f, i);
		for (size_t j = 0; j < f->declaration->products[i].inputs_count; j++) {
			const struct prb_goods_facts *input = &f->facts->products[i].inputs[j];
			struct spot spot = {
				&input->origin, input, PRB_CAUSE_INPUT, (int32_t)i, (int32_t)j, 1};

			meet_all(f, &spot);
		}
	}
}

static void
meet_nationalities(struct finder *f)
{
	for (size_t i = 0; i < f->declaration->workforce.nationalities.count; i++)
		for (size_t j = 0; j < f->reference->scopes_count; j++) {
			const struct prb_scope *scope = &f->reference->scopes[j];

			if (scope->nationality >= 0 &&
				scope->nationality == f->facts->nationalities[i] &&
				scope->effect == PRB_EFFECT_PRESUMED)
				add(f, (struct prb_scope_hit){.scope = scope,
					       .cause = PRB_CAUSE_NATIONALITY,
					       .value = PRB_PRESUMED,
					       .index = (int32_t)i,
					       .index2 = -1});
		}
}

static void
meet_upstream(struct finder *f)
{
	for (size_t i = 0; i < f->declaration->tiers_count; i++) {
		struct spot spot = {&f->facts->upstream[i], &f->facts->upstream_goods[i],
			PRB_CAUSE_UPSTREAM, (int32_t)i, -1, f->declaration->tiers[i].tier};

		meet_all(f, &spot);
	}
}

static bool
prison_is_presumed(const struct finder *f)
{
	const struct prb_workforce *w = &f->declaration->workforce;

	if (w->prison_labour != PRB_PRISON_PUBLIC && w->prison_labour != PRB_PRISON_PRIVATE)
		return false;
	if (f->facts->market_usa)
		return true;
	return w->prison_labour == PRB_PRISON_PRIVATE &&
	       (w->prison_free_consent != PRB_YES || is_own_word(f, PRB_SAID_PRISON_FREE_CONSENT));
}

enum prb_err
prb_scopes_find(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, const struct prb_book *book, struct prb_scopes *out)
{
	struct finder f = {.arena = arena,
		.reference = reference,
		.declaration = declaration,
		.facts = facts,
		.declarant = declarant,
		.book = book};

	f.tier_states = prb_arena_array(arena, declaration->tiers_count, sizeof *f.tier_states);
	if (f.tier_states == NULL)
		return PRB_ERR_MEMORY;
	meet_sites(&f);
	meet_products(&f);
	meet_nationalities(&f);
	if (declaration->workforce.labour_transfer == PRB_YES)
		add(&f, (struct prb_scope_hit){.cause = PRB_CAUSE_TRANSFER,
				.value = PRB_PRESUMED,
				.index = -1,
				.index2 = -1});
	if (prison_is_presumed(&f))
		add(&f, (struct prb_scope_hit){.cause = PRB_CAUSE_PRISON,
				.value = PRB_PRESUMED,
				.index = -1,
				.index2 = -1});
	meet_upstream(&f);
	if (f.is_full)
		return PRB_ERR_MEMORY;
	out->hits = f.hits;
	out->tier_states = f.tier_states;
	out->count = f.count;
	return PRB_OK;
}

static enum prb_state_imposed
hit_value(const struct prb_scope_hit *hit, enum prb_reading reading)
{
	if (hit->value == PRB_PRESUMED)
		return PRB_PRESUMED;
	if (reading == PRB_READ_WORST && (hit->value == PRB_STATE_OPEN || hit->region_unknown))
		return PRB_PRESUMED;
	if (reading == PRB_READ_POINT)
		return (enum prb_state_imposed)hit->value;
	return PRB_NOT_PRESUMED;
}

enum prb_state_imposed
prb_scopes_value(const struct prb_scopes *scopes, enum prb_reading reading)
{
	enum prb_state_imposed worst = PRB_NOT_PRESUMED;

	for (size_t i = 0; i < scopes->count; i++) {
		enum prb_state_imposed value = hit_value(&scopes->hits[i], reading);

		if (value > worst)
			worst = value;
	}
	return worst;
}

/* A scope reaches a site when it is met there, by the supplier's own goods of that country, or by
 * its workers. */
static bool
reaches(const struct prb_scope_hit *hit, int16_t country, size_t site, bool only_site)
{
	switch (hit->cause) {
	case PRB_CAUSE_SITE:
		/* A seat beside sites reaches none of them. */
		return hit->index < 0 ? only_site : (size_t)hit->index == site;
	case PRB_CAUSE_PRODUCT:
		return hit->scope->country < 0 || hit->scope->country == country;
	case PRB_CAUSE_NATIONALITY:
	case PRB_CAUSE_TRANSFER:
	case PRB_CAUSE_PRISON:
		return true;
	default:
		return false;
	}
}

void
prb_scopes_sites(const struct prb_scopes *scopes, const struct prb_declaration *declaration,
	const struct prb_facts *facts, enum prb_reading reading, bool *in_scope)
{
	size_t sites = site_count(declaration);

	memset(in_scope, 0, sites * sizeof *in_scope);
	for (size_t i = 0; i < scopes->count; i++) {
		if (hit_value(&scopes->hits[i], reading) == PRB_NOT_PRESUMED)
			continue;
		for (size_t site = 0; site < sites; site++)
			if (reaches(&scopes->hits[i], site_place(declaration, facts, site)->country,
				    site, declaration->sites_count == 0))
				in_scope[site] = true;
	}
}
