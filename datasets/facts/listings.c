/* SPDX-License-Identifier: Apache-2.0 */

/* Entries of entity lists that the names and numbers of a declaration meet (scoring/METHOD.md
 * section 4): names by likeness, numbers by equality. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/parts.h"
#include "datasets/facts/screen_cache.h"
#include "datasets/store/identifier.h"

#define LISTINGS_MAX 4096

/* Growing results, in the arena's own memory. */
struct results {
	struct prb_gathering *gathering;
	struct prb_listing *items;
	size_t count, room;
	size_t subject_first; /* where the listings of the current subject begin */
};

/* One name or number to look up. */
struct subject {
	const char *pointer;
	int country; /* PRB_COUNTRY_NONE where not known */
	struct prb_span city, address;
	const struct prb_identifier *identifiers;
	size_t identifiers_count;
	int64_t tier;
	uint32_t party;
};

static void
add_result(struct results *r, const struct prb_listing *listing)
{
	if (r->count == r->room) {
		size_t room = r->room ? r->room * 2 : 8;
		struct prb_listing *grown =
			prb_arena_array(r->gathering->arena, room, sizeof(*grown));

		if (!grown) {
			r->gathering->err = PRB_ERR_MEMORY;
			return;
		}
		if (r->count > 0)
			memcpy(grown, r->items, r->count * sizeof(*grown));
		r->items = grown;
		r->room = room;
	}
	r->items[r->count++] = *listing;
}

static bool
is_met_already(const struct results *r, const char *id)
{
	for (size_t i = r->subject_first; i < r->count; i++)
		if (strcmp(r->items[i].entity_id, id) == 0)
			return true;
	return false;
}

/* An entry that was met, unless it was not yet made on the day of the report. */
static void
add_entity(struct results *r, const struct subject *subject, const char *id,
	const struct prb_entity_record *entity, const struct prb_name_verdict *verdict)
{
	const struct prb_list_known *known = prb_list_known(r->gathering->g, entity->list);
	struct prb_listing listing;

	if (entity->date != PRB_DATE_NONE && entity->date > r->gathering->as_of)
		return;
	listing = (struct prb_listing){.subject = subject->pointer,
		.list = entity->list,
		.edition = known ? known->record.edition : "",
		.entity_id = id,
		.entity = entity->name,
		.similarity_ppm = verdict->similarity_ppm,
		.effect = entity->effect,
		.tier = subject->tier,
		.party = subject->party,
		.decision = verdict->decision == PRB_NAME_MATCH ? PRB_HIT_MATCH : PRB_HIT_POSSIBLE,
		.because = verdict->because,
		.source = entity->source};
	prb_screen_status(entity, r->gathering->as_of, &listing.status, &listing.status_date);
	if (listing.decision == PRB_HIT_MATCH && listing.status == PRB_LISTING_UNKNOWN) {
		listing.decision = PRB_HIT_POSSIBLE;
		listing.because = "status_unknown";
	}
	add_result(r, &listing);
}

static int
compare_listings(const void *a, const void *b)
{
	const struct prb_listing *x = a, *y = b;
	int order = strcmp(x->list, y->list);

	return order != 0 ? order : strcmp(x->entity_id, y->entity_id);
}

/* A hit that is left out could be the one that decides. */
static void
complain_of_many(struct results *r, const char *pointer)
{
	prb_gathering_fault(r->gathering, PRB_ERR_RANGE, pointer,
		"the names meet more than %d entries of the lists: split the declaration",
		LISTINGS_MAX);
}

static void
sort_subject(struct results *r)
{
	if (r->count > r->subject_first + 1)
		qsort(r->items + r->subject_first, r->count - r->subject_first, sizeof(*r->items),
			compare_listings);
}

/* All entries under g->key among the identifiers. */
static void
look_up(struct results *r, const struct subject *subject)
{
	static const struct prb_name_verdict equal = {.similarity_ppm = PRB_SIMILARITY_MAX,
		.decision = PRB_NAME_MATCH,
		.because = "identifier_equal"};
	struct prb_gatherer *g = r->gathering->g;
	struct prb_span value =
		prb_reader_get(g->reader, PRB_TABLE_ENTITY_IDENTIFIER, prb_str_span(&g->key));
	struct prb_cursor c;
	size_t ids;

	if (!value.p)
		return;
	r->subject_first = r->count;
	ids = prb_texts_begin(value, &c);
	for (size_t i = 0; i < ids && r->count < LISTINGS_MAX; i++) {
		const char *id = prb_get_text(&c);
		struct prb_span record =
			c.bad ? PRB_SPAN_NONE
			      : prb_reader_get(g->reader, PRB_TABLE_ENTITY, prb_span_of(id));
		struct prb_entity_record entity;

		if (record.p && prb_entity_read(record, &entity) && !is_met_already(r, id))
			add_entity(r, subject, id, &entity, &equal);
	}
	if (r->count >= LISTINGS_MAX)
		complain_of_many(r, subject->pointer);
	sort_subject(r);
}

/* A pointer made of three parts; kept only where something was met. */
static const char *
keep_pointer(struct results *r, const char *base, const char *member, size_t index)
{
	char pointer[PRB_POINTER_BYTES_MAX];
	int n = index == SIZE_MAX
			? snprintf(pointer, sizeof(pointer), "%s/%s", base, member)
			: snprintf(pointer, sizeof(pointer), "%s/%s/%zu", base, member, index);
	struct prb_span kept =
		prb_arena_copy(r->gathering->arena, (struct prb_span){pointer, (size_t)n});

	if (!kept.p) {
		r->gathering->err = PRB_ERR_MEMORY;
		return "";
	}
	return kept.p;
}

static void
screen_name(struct results *r, struct subject subject, struct prb_span name, const char *base,
	const char *member, size_t index)
{
	struct prb_gathering *gathering = r->gathering;
	const struct prb_screen_query query = {.name = name,
		.country = subject.country,
		.city = subject.city,
		.address = subject.address,
		.identifiers = subject.identifiers,
		.identifiers_count = subject.identifiers_count,
		.similarity_min = PRB_SIMILARITY_POSSIBLE,
		.limit = PRB_SCREEN_HITS_MAX};
	struct prb_screening met;

	if (prb_screen_name_again(gathering->g, gathering->arena, &query, &met) != PRB_OK) {
		gathering->err = PRB_ERR_MEMORY;
		return;
	}
	if (met.count == 0)
		return;
	if (met.more)
		prb_gathering_fault(gathering, PRB_ERR_RANGE, base,
			"%s: more than %d names of the lists are like this one: no decision can "
			"be made; declare an identifier, or build a release with other lists",
			member, PRB_SCREEN_HITS_MAX);
	subject.pointer = keep_pointer(r, base, member, index);
	r->subject_first = r->count;
	for (size_t i = 0; i < met.count && r->count < LISTINGS_MAX; i++) {
		const struct prb_screen_hit *hit = &met.hits[i];
		const struct prb_name_verdict verdict = {.similarity_ppm = hit->similarity_ppm,
			.decision = hit->decision,
			.because = hit->because};

		add_entity(r, &subject, hit->entity_id, hit->entity, &verdict);
	}
	if (r->count >= LISTINGS_MAX)
		complain_of_many(r, subject.pointer);
	sort_subject(r);
}

static void
screen_identifier(struct results *r, struct subject subject,
	const struct prb_identifier *identifier, const char *base, size_t index)
{
	struct prb_gatherer *g = r->gathering->g;
	const char *country =
		subject.country < 0 ? NULL : g->reference->countries[subject.country].iso3;
	struct prb_identifier_form form;
	char pointer[PRB_POINTER_BYTES_MAX];
	const char *reason;

	if (!prb_identifier_normalise((enum prb_scheme)identifier->scheme, identifier->value,
		    country, &form, &reason)) {
		(void)snprintf(pointer, sizeof(pointer), "%s/identifiers/%zu/value", base, index);
		prb_gathering_fault(r->gathering, PRB_ERR_VALUE, pointer, "\"%.*s\": %s",
			PRB_SPAN_ARGS(identifier->value), reason);
		return;
	}
	prb_str_reset(&g->key);
	prb_identifier_key(form.scheme, form.text, &g->key);
	if (!prb_reader_get(g->reader, PRB_TABLE_ENTITY_IDENTIFIER, prb_str_span(&g->key)).p)
		return;
	subject.pointer = keep_pointer(r, base, "identifiers", index);
	look_up(r, &subject);
}

static void
screen_party(struct results *r, const struct prb_party *party, const struct prb_place *place,
	int64_t tier, uint32_t number, const char *base)
{
	struct subject subject = {.country = place->country,
		.city = party->city,
		.address = party->address,
		.identifiers = party->identifiers,
		.identifiers_count = party->identifiers_count,
		.tier = tier,
		.party = number};

	screen_name(r, subject, party->name, base, "name", SIZE_MAX);
	for (size_t i = 0; i < party->aliases.count; i++)
		screen_name(r, subject, party->aliases.items[i], base, "aliases", i);
	for (size_t i = 0; i < party->identifiers_count; i++)
		screen_identifier(r, subject, &party->identifiers[i], base, i);
}

static void
name_lists(struct prb_gathering *gathering)
{
	gathering->facts->lists = prb_screen_lists(gathering->g, &gathering->facts->lists_count);
}

void
prb_listings_gather(struct prb_gathering *gathering)
{
	const struct prb_declaration *d = gathering->declaration;
	const struct prb_facts *facts = gathering->facts;
	struct results r = {.gathering = gathering};
	char base[PRB_POINTER_BYTES_MAX];

	screen_party(&r, &d->supplier, &facts->supplier, 0, 0, "/supplier");
	for (size_t i = 0; i < d->sites_count; i++) {
		const struct prb_site *site = &d->sites[i];
		struct subject subject = {.city = site->city,
			.address = site->address,
			.country = facts->sites[i].country};

		(void)snprintf(base, sizeof(base), "/sites/%zu", i);
		if (site->name.n > 0)
			screen_name(&r, subject, site->name, base, "name", SIZE_MAX);
	}
	for (size_t i = 0; i < d->tiers_count; i++) {
		const struct prb_tier *tier = &d->tiers[i];

		if (tier->entry->supplier == NULL)
			continue;
		prb_tier_pointer(d, i, "/supplier", base, sizeof(base));
		screen_party(&r, tier->entry->supplier, &facts->upstream[i], tier->tier,
			(uint32_t)i + 1, base);
	}
	gathering->facts->listings = r.items;
	gathering->facts->listings_count = r.count;
	name_lists(gathering);
}
