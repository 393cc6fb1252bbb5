/* SPDX-License-Identifier: Apache-2.0 */

/* Entries of entity lists that the names and numbers of a declaration meet (scoring/METHOD.md
 * section 4), by folded equality. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/parts.h"

#define SIMILARITY_EQUAL 1000000
/* A shorter name, or one of a single word, may be anybody's: then the city must be equal too. */
#define SPECIFIC_BYTES_MIN 8
#define LISTINGS_MAX 4096
#define CJK_LEAD_MIN 0xE3 /* UTF-8 of U+3000 and above begins so */

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
	struct prb_span city;
	int64_t tier;
	uint32_t party;
	bool is_name;
	bool is_generic; /* set for names */
};

static bool
load_list(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_gatherer *g = context;
	struct prb_list_known *known = &g->lists[g->lists_count];
	struct prb_span name = prb_arena_copy(g->own, key);

	if (g->lists_count == PRB_LISTS_MAX || !name.p || !prb_list_read(value, &known->record)) {
		g->failed = true;
		return false;
	}
	known->list = name.p;
	g->lists_count++;
	return true;
}

enum prb_err
prb_listings_load(struct prb_gatherer *g)
{
	prb_reader_each(g->reader, PRB_TABLE_LIST, load_list, g);
	return g->failed ? PRB_ERR_RELEASE_DAMAGED : PRB_OK;
}

static const struct prb_list_known *
list_of(const struct prb_gatherer *g, const char *list)
{
	for (size_t i = 0; i < g->lists_count; i++)
		if (strcmp(g->lists[i].list, list) == 0)
			return &g->lists[i];
	return NULL;
}

static bool
has_code(const char *codes, const char *iso3)
{
	for (const char *at = codes; (at = strstr(at, iso3)); at++)
		if ((at == codes || at[-1] == ';') && (at[3] == ';' || at[3] == '\0'))
			return true;
	return false;
}

/* Some lists take several countries for one: UFLPA entries of China stand for Hong Kong and Macao
 * too. */
static bool
countries_equal(const struct prb_gatherer *g, const struct prb_entity_record *entity, int country)
{
	const char *iso3 = g->reference->countries[country].iso3;
	const struct prb_list_known *known = list_of(g, entity->list);

	if (has_code(entity->country, iso3))
		return true;
	if (!known || !has_code(known->record.countries_equal, iso3))
		return false;
	for (const char *at = known->record.countries_equal; strlen(at) >= 3; at += at[3] ? 4 : 3) {
		char code[4] = {at[0], at[1], at[2], '\0'};

		if (has_code(entity->country, code))
			return true;
	}
	return false;
}

/*
 * The status on the day of the report. What was lifted later was still in force; so was what
 * expired later, by the day it ends or, where a list only tells that an entry has gone, by the day
 * that says so.
 */
static void
judge_status(const struct prb_entity_record *entity, prb_date as_of, struct prb_listing *listing)
{
	bool later = entity->status_date != PRB_DATE_NONE && entity->status_date > as_of;

	listing->status = entity->status;
	listing->status_date = entity->status_date;
	switch ((enum prb_listing_status)entity->status) {
	case PRB_LISTING_LIFTED:
	case PRB_LISTING_VACATED:
	case PRB_LISTING_DISPUTED:
		if (later)
			listing->status = PRB_LISTING_IN_FORCE;
		break;
	case PRB_LISTING_EXPIRED:
		if (later || (entity->valid_until != PRB_DATE_NONE && entity->valid_until >= as_of))
			listing->status = PRB_LISTING_IN_FORCE;
		break;
	case PRB_LISTING_IN_FORCE:
	case PRB_LISTING_UNKNOWN:
		break;
	}
	if (listing->status == PRB_LISTING_IN_FORCE && entity->valid_until != PRB_DATE_NONE &&
		entity->valid_until < as_of) {
		listing->status = PRB_LISTING_EXPIRED;
		listing->status_date = entity->valid_until;
	} else if (listing->status == PRB_LISTING_IN_FORCE && later) {
		listing->status_date = entity->date; /* what is dated later is not known yet */
	}
}

static bool
cities_equal(struct prb_gatherer *g, struct prb_span a, const char *b)
{
	if (a.n == 0 || b[0] == '\0')
		return false;
	prb_str_reset(&g->text);
	prb_str_reset(&g->scratch);
	prb_fold_key(g->fold, a, &g->text);
	prb_fold_key(g->fold, prb_span_of(b), &g->scratch);
	return g->text.n > 0 && prb_span_equal(prb_str_span(&g->text), prb_str_span(&g->scratch));
}

static void
judge_decision(struct prb_gatherer *g, const struct subject *subject,
	const struct prb_entity_record *entity, struct prb_listing *listing)
{
	listing->decision = PRB_HIT_POSSIBLE;
	if (!subject->is_name) {
		listing->decision = PRB_HIT_MATCH;
		listing->because = "identifier_equal";
	} else if (entity->country[0] == '\0') {
		listing->because = "entry_country_missing";
	} else if (subject->country < 0) {
		listing->because = "country_missing";
	} else if (!countries_equal(g, entity, subject->country)) {
		listing->because = "name_equal_country_differs";
	} else if (!subject->is_generic) {
		listing->decision = PRB_HIT_MATCH;
		listing->because = "name_and_country_equal";
	} else if (cities_equal(g, subject->city, entity->city)) {
		listing->decision = PRB_HIT_MATCH;
		listing->because = "name_country_and_city_equal";
	} else {
		listing->because = "name_generic";
	}
	if (listing->decision == PRB_HIT_MATCH && listing->status == PRB_LISTING_UNKNOWN) {
		listing->decision = PRB_HIT_POSSIBLE;
		listing->because = "status_unknown";
	}
}

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

static void
add_entity(struct results *r, const struct subject *subject, const char *id)
{
	struct prb_gatherer *g = r->gathering->g;
	struct prb_span value = prb_reader_get(g->reader, PRB_TABLE_ENTITY, prb_span_of(id));
	const struct prb_list_known *known;
	struct prb_entity_record entity;
	struct prb_listing listing;

	if (!value.p || !prb_entity_read(value, &entity))
		return;
	if (entity.date != PRB_DATE_NONE && entity.date > r->gathering->as_of)
		return; /* not yet made */
	for (size_t i = r->subject_first; i < r->count; i++)
		if (strcmp(r->items[i].entity_id, id) == 0)
			return;
	known = list_of(g, entity.list);
	listing = (struct prb_listing){.subject = subject->pointer,
		.list = entity.list,
		.edition = known ? known->record.edition : "",
		.entity_id = id,
		.entity = entity.name,
		.similarity_ppm = SIMILARITY_EQUAL,
		.effect = entity.effect,
		.tier = subject->tier,
		.party = subject->party,
		.source = entity.source};
	judge_status(&entity, r->gathering->as_of, &listing);
	judge_decision(g, subject, &entity, &listing);
	add_result(r, &listing);
}

static int
compare_listings(const void *a, const void *b)
{
	const struct prb_listing *x = a, *y = b;
	int order = strcmp(x->list, y->list);

	return order != 0 ? order : strcmp(x->entity_id, y->entity_id);
}

/* All entries under g->key in a table. */
static void
look_up(struct results *r, const struct subject *subject, enum prb_table table)
{
	struct prb_gatherer *g = r->gathering->g;
	struct prb_span value = prb_reader_get(g->reader, table, prb_str_span(&g->key));
	struct prb_cursor c;
	size_t ids;

	if (!value.p)
		return;
	r->subject_first = r->count;
	ids = prb_texts_begin(value, &c);
	for (size_t i = 0; i < ids && r->count < LISTINGS_MAX; i++) {
		const char *id = prb_get_text(&c);

		if (!c.bad)
			add_entity(r, subject, id);
	}
	/* A hit that is left out could be the one that decides. */
	if (r->count >= LISTINGS_MAX)
		prb_gathering_fault(r->gathering, PRB_ERR_RANGE, subject->pointer,
			"the names meet more than %d entries of the lists: split the declaration",
			LISTINGS_MAX);
	if (r->count > r->subject_first + 1)
		qsort(r->items + r->subject_first, r->count - r->subject_first, sizeof(*r->items),
			compare_listings);
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

static bool
has_two_words(struct prb_span folded)
{
	return folded.n > 0 && memchr(folded.p, ' ', folded.n) != NULL;
}

static void
screen_name(struct results *r, struct subject subject, struct prb_span name, const char *base,
	const char *member, size_t index)
{
	struct prb_gatherer *g = r->gathering->g;

	prb_str_reset(&g->key);
	prb_fold_key(g->fold, name, &g->key);
	if (!prb_reader_get(g->reader, PRB_TABLE_ENTITY_NAME, prb_str_span(&g->key)).p)
		return;
	prb_str_reset(&g->text);
	prb_fold(g->fold, name, &g->text);
	subject.is_name = true;
	/* A name in Chinese has no blanks; its many characters count instead. */
	subject.is_generic = g->key.n < SPECIFIC_BYTES_MIN ||
			     (!has_two_words(prb_str_span(&g->text)) &&
				     (unsigned char)prb_span_trim(name).p[0] < CJK_LEAD_MIN);
	subject.pointer = keep_pointer(r, base, member, index);
	look_up(r, &subject, PRB_TABLE_ENTITY_NAME);
}

static void
screen_identifier(struct results *r, struct subject subject,
	const struct prb_identifier *identifier, const char *base, size_t index)
{
	struct prb_gatherer *g = r->gathering->g;
	char bare[PRB_IDENTIFIER_BYTES_MAX + 1], pointer[PRB_POINTER_BYTES_MAX];
	const char *reason;

	if (!prb_identifier_normalise(
		    (enum prb_scheme)identifier->scheme, identifier->value, bare, &reason)) {
		(void)snprintf(pointer, sizeof(pointer), "%s/identifiers/%zu/value", base, index);
		prb_gathering_fault(r->gathering, PRB_ERR_VALUE, pointer, "\"%.*s\": %s",
			PRB_SPAN_ARGS(identifier->value), reason);
		return;
	}
	prb_str_reset(&g->key);
	prb_identifier_key((enum prb_scheme)identifier->scheme, bare, &g->key);
	if (!prb_reader_get(g->reader, PRB_TABLE_ENTITY_IDENTIFIER, prb_str_span(&g->key)).p)
		return;
	subject.is_name = false;
	subject.pointer = keep_pointer(r, base, "identifiers", index);
	look_up(r, &subject, PRB_TABLE_ENTITY_IDENTIFIER);
}

static void
screen_party(struct results *r, const struct prb_party *party, const struct prb_place *place,
	int64_t tier, uint32_t number, const char *base)
{
	struct subject subject = {
		.country = place->country, .city = party->city, .tier = tier, .party = number};

	screen_name(r, subject, party->name, base, "name", SIZE_MAX);
	for (size_t i = 0; i < party->aliases.count; i++)
		screen_name(r, subject, party->aliases.items[i], base, "aliases", i);
	for (size_t i = 0; i < party->identifiers_count; i++)
		screen_identifier(r, subject, &party->identifiers[i], base, i);
}

static void
name_lists(struct prb_gathering *gathering)
{
	const struct prb_gatherer *g = gathering->g;
	struct prb_list_searched *lists =
		prb_arena_array(gathering->arena, g->lists_count + 1, sizeof(*lists));

	if (!lists) {
		gathering->err = PRB_ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < g->lists_count; i++)
		lists[i] = (struct prb_list_searched){.list = g->lists[i].list,
			.title = g->lists[i].record.title,
			.edition = g->lists[i].record.edition,
			.completeness = g->lists[i].record.completeness,
			.entries = g->lists[i].record.entries};
	gathering->facts->lists = lists;
	gathering->facts->lists_count = g->lists_count;
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
		struct subject subject = {.city = site->city, .country = facts->sites[i].country};

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
