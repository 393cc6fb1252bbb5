/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/screen_name.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/facts/parts.h"
#include "datasets/store/identifier.h"
#include "datasets/store/keys.h"

/* So many names are looked at: an entry has several names, and evidence beside a name may put a
 * less alike one first. */
#define NAMES_MAX PRB_SEARCH_HITS_MAX

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
	g->searched[g->lists_count++] = (struct prb_list_searched){.list = known->list,
		.title = known->record.title,
		.edition = known->record.edition,
		.completeness = known->record.completeness,
		.entries = known->record.entries};
	return true;
}

enum prb_err
prb_screen_load(struct prb_gatherer *g)
{
	struct prb_span bytes =
		prb_reader_get(g->reader, PRB_TABLE_NAME_INDEX, PRB_SPAN(PRB_NAME_INDEX_KEY));

	if (!prb_reader_each(g->reader, PRB_TABLE_LIST, load_list, g))
		return PRB_ERR_MEMORY;
	if (g->failed || !bytes.p || !prb_index_open(&g->index, bytes.p, bytes.n))
		return PRB_ERR_RELEASE_DAMAGED;
	g->searcher = prb_searcher_create(&g->index);
	return g->searcher ? PRB_OK : PRB_ERR_MEMORY;
}

const struct prb_list_searched *
prb_screen_lists(const struct prb_gatherer *g, size_t *count)
{
	*count = g->lists_count;
	return g->searched;
}

const char *
prb_screen_edition(const struct prb_gatherer *g, const char *list)
{
	const struct prb_list_known *known = prb_list_known(g, list);

	return known ? known->record.edition : "";
}

const struct prb_list_known *
prb_list_known(const struct prb_gatherer *g, const char *list)
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
static enum prb_beside
compare_countries(const struct prb_gatherer *g, const struct prb_entity_record *entity, int country)
{
	const struct prb_list_known *known = prb_list_known(g, entity->list);
	const char *iso3;

	if (country < 0 || entity->country[0] == '\0')
		return PRB_BESIDE_MISSING;
	iso3 = g->reference->countries[country].iso3;
	if (has_code(entity->country, iso3))
		return PRB_BESIDE_EQUAL;
	if (!known || !has_code(known->record.countries_equal, iso3))
		return PRB_BESIDE_DIFFERS;
	for (const char *at = known->record.countries_equal; strlen(at) >= 3; at += at[3] ? 4 : 3) {
		char code[4] = {at[0], at[1], at[2], '\0'};

		if (has_code(entity->country, code))
			return PRB_BESIDE_EQUAL;
	}
	return PRB_BESIDE_DIFFERS;
}

static struct prb_name *
parse(struct prb_gatherer *g, struct prb_name *name, struct prb_span text)
{
	prb_name_parse(name, g->fold, g->lexicon, text);
	return name;
}

/* Cities as names are compared, addresses by their words. */
static enum prb_beside
compare_places(struct prb_gatherer *g, const struct prb_screen_query *query,
	const struct prb_entity_record *entity)
{
	struct prb_span city = prb_span_of(entity->city), address = prb_span_of(entity->address);
	enum prb_beside evidence = PRB_BESIDE_MISSING;
	struct prb_name a, b;

	if (query->city.n > 0 && city.n > 0)
		evidence = prb_names_compare(parse(g, &a, query->city), parse(g, &b, city), NULL) >=
					   PRB_SIMILARITY_MATCH
				   ? PRB_BESIDE_EQUAL
				   : PRB_BESIDE_DIFFERS;
	if (evidence != PRB_BESIDE_EQUAL && query->address.n > 0 && address.n + city.n > 0) {
		enum prb_beside beside = prb_addresses_compare(
			parse(g, &a, query->address), parse(g, &b, address.n > 0 ? address : city));

		if (beside != PRB_BESIDE_MISSING)
			evidence = beside;
	}
	return evidence;
}

/* The relation of one declared number to those of an entry. */
static enum prb_identifier_relation
compare_identifier(const struct prb_identifier_form *declared, const char *known)
{
	enum prb_identifier_relation relation = PRB_IDENTIFIER_UNKNOWN;

	while (*known != '\0') {
		size_t n = strcspn(known, ";"), scheme = strcspn(known, PRB_KEY_SEPARATOR);
		int word = scheme < n ? prb_words_find(
						&prb_words_scheme, (struct prb_span){known, scheme})
				      : -1;
		struct prb_identifier_form form;
		const char *reason;

		if (word >= 0 && prb_identifier_normalise((enum prb_scheme)word,
					 (struct prb_span){known + scheme + 1, n - scheme - 1},
					 NULL, &form, &reason)) {
			enum prb_identifier_relation one = prb_identifier_compare(declared, &form);

			if (one == PRB_IDENTIFIER_EQUAL || one == PRB_IDENTIFIER_SAME_COMPANY)
				return one;
			if (one == PRB_IDENTIFIER_DIFFERS)
				relation = one;
		}
		known += n + (known[n] == ';');
	}
	return relation;
}

/* A number that shows the same company outweighs one that differs. */
static enum prb_beside
compare_identifiers(const struct prb_gatherer *g, const struct prb_screen_query *query,
	const struct prb_entity_record *entity)
{
	const char *iso3 =
		query->country >= 0 ? g->reference->countries[query->country].iso3 : NULL;
	enum prb_beside evidence = PRB_BESIDE_MISSING;

	for (size_t i = 0; i < query->identifiers_count && entity->identifiers[0] != '\0'; i++) {
		const struct prb_identifier *declared = &query->identifiers[i];
		struct prb_identifier_form form;
		const char *reason;

		if (!prb_identifier_normalise((enum prb_scheme)declared->scheme, declared->value,
			    iso3, &form, &reason))
			continue;
		switch (compare_identifier(&form, entity->identifiers)) {
		case PRB_IDENTIFIER_EQUAL:
		case PRB_IDENTIFIER_SAME_COMPANY:
			return PRB_BESIDE_EQUAL;
		case PRB_IDENTIFIER_DIFFERS:
			evidence = PRB_BESIDE_DIFFERS;
			break;
		case PRB_IDENTIFIER_UNKNOWN:
			break;
		}
	}
	return evidence;
}

/* Words of both names, in their own spelling: of the first to the last word of a piece. */
static struct prb_span
words_of(const struct prb_name *name, struct prb_span text, size_t at, size_t n)
{
	const struct prb_name_word *first = &name->words[at], *last;

	if (n == 0)
		return PRB_SPAN_NONE;
	last = first + n - 1;
	if (first->from >= last->to || last->to > text.n)
		return PRB_SPAN_NONE;
	return (struct prb_span){text.p + first->from, (size_t)(last->to - first->from)};
}

static enum prb_err
add_pieces(struct prb_gatherer *g, struct prb_arena *arena, struct prb_span query_text,
	struct prb_screen_hit *hit)
{
	struct prb_name query, met;
	struct prb_name_pieces pieces;
	struct prb_screen_piece *items;

	parse(g, &met, hit->met);
	(void)prb_names_compare(parse(g, &query, query_text), &met, &pieces);
	items = prb_arena_array(arena, pieces.count + 1, sizeof(*items));
	if (!items)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < pieces.count; i++) {
		const struct prb_name_piece *p = &pieces.items[i];

		items[i] = (struct prb_screen_piece){.kind = p->kind,
			.edits = p->edits,
			.query = p->query_n > 0
					 ? words_of(&query, query_text, p->query_at, p->query_n)
					 : PRB_SPAN_NONE,
			.name = p->name_n > 0 ? words_of(&met, hit->met, p->name_at, p->name_n)
					      : PRB_SPAN_NONE};
	}
	hit->pieces = items;
	hit->pieces_count = pieces.count;
	return PRB_OK;
}

/* What the names in one text meet. */
struct found {
	struct prb_screen_hit hits[NAMES_MAX];
	size_t count;
	bool more;
	struct prb_span variants[PRB_NAME_VARIANTS_MAX];
};

/* The hit of an entity that is there already, or room for a new one; NULL where the entry's better
 * name has been met. */
static struct prb_screen_hit *
place_of(struct found *found, const struct prb_screen_hit *hit)
{
	for (size_t i = 0; i < found->count; i++) {
		if (!prb_span_equal(found->hits[i].id, hit->id))
			continue;
		return found->hits[i].similarity_ppm < hit->similarity_ppm ? &found->hits[i] : NULL;
	}
	return found->count < NAMES_MAX ? &found->hits[found->count++] : NULL;
}

/* The entity a name of the index belongs to, with the evidence beside it. False where the release
 * does not have it. */
static bool
judge(struct prb_gatherer *g, const struct prb_screen_query *query, const struct prb_name *parsed,
	const struct prb_hit *met, struct prb_entity_record *entity, struct prb_screen_hit *hit)
{
	struct prb_name_evidence evidence;
	struct prb_name_verdict verdict;
	struct prb_name_pieces pieces;
	struct prb_span id, value;
	struct prb_name name;
	uint8_t kind;

	if (!prb_name_owner_read(prb_index_owner(&g->index, met->name), &id, &kind))
		return false;
	value = prb_reader_get(g->reader, PRB_TABLE_ENTITY, id);
	if (!value.p || !prb_entity_read(value, entity))
		return false;
	prb_index_name(&g->index, met->name, &name);
	if (met->similarity >= PRB_SIMILARITY_POSSIBLE)
		(void)prb_names_compare(parsed, &name, &pieces);
	else
		pieces.count = 0;
	evidence = (struct prb_name_evidence){.similarity_ppm = met->similarity,
		.doubt = (uint8_t)prb_names_doubt(parsed, &name, &pieces),
		.generic = parsed->generic || name.generic,
		.entry_has_country = entity->country[0] != '\0',
		.country = (uint8_t)compare_countries(g, entity, query->country),
		.place = (uint8_t)compare_places(g, query, entity),
		.identifier = (uint8_t)compare_identifiers(g, query, entity)};
	verdict = prb_name_decide(&evidence);
	*hit = (struct prb_screen_hit){.id = id,
		.met_kind = kind,
		.met = prb_index_text(&g->index, met->name),
		.name_similarity_ppm = met->similarity,
		.similarity_ppm = verdict.similarity_ppm,
		.decision = verdict.decision,
		.because = verdict.because,
		.country = evidence.country,
		.place = evidence.place,
		.identifier = evidence.identifier,
		.generic = evidence.generic};
	return true;
}

static int
compare_hits(const void *a, const void *b)
{
	const struct prb_screen_hit *x = a, *y = b;

	if (x->similarity_ppm != y->similarity_ppm)
		return x->similarity_ppm > y->similarity_ppm ? -1 : 1;
	return strcmp(x->entity_id, y->entity_id);
}

static enum prb_err
collect(struct prb_gatherer *g, struct prb_arena *arena, const struct prb_screen_query *query,
	size_t variant, struct found *found)
{
	struct prb_hit names[NAMES_MAX];
	int32_t least = prb_name_similarity_least(query->similarity_min);
	struct prb_name parsed;
	size_t count;

	parse(g, &parsed, found->variants[variant]);
	count = prb_search(g->searcher, &parsed, NAMES_MAX, names);
	if (count == NAMES_MAX && names[count - 1].similarity >= PRB_SIMILARITY_MATCH)
		found->more = true;
	for (size_t i = 0; i < count && names[i].similarity >= least; i++) {
		struct prb_entity_record entity, *kept_entity;
		struct prb_screen_hit hit, *place;
		struct prb_span id;

		if (!judge(g, query, &parsed, &names[i], &entity, &hit) ||
			hit.similarity_ppm < query->similarity_min)
			continue;
		place = place_of(found, &hit);
		if (!place)
			continue;
		id = prb_arena_copy(arena, hit.id);
		kept_entity = prb_arena_array(arena, 1, sizeof(*kept_entity));
		if (!id.p || !kept_entity)
			return PRB_ERR_MEMORY;
		*kept_entity = entity;
		hit.entity_id = id.p;
		hit.entity = kept_entity;
		hit.variant = (uint8_t)variant;
		*place = hit;
	}
	return PRB_OK;
}

enum prb_err
prb_screen_name(struct prb_gatherer *g, struct prb_arena *arena,
	const struct prb_screen_query *query, struct prb_screening *out)
{
	struct prb_screen_hit *hits;
	enum prb_err err = PRB_OK;
	struct found found;
	size_t variants;

	*out = (struct prb_screening){.hits = NULL};
	if (query->name.n > PRB_NAME_READ_BYTES_MAX)
		return PRB_OK;
	found.count = 0;
	found.more = false;
	variants = prb_name_variants(query->name, found.variants);
	for (size_t i = 0; i < variants && err == PRB_OK; i++)
		err = collect(g, arena, query, i, &found);
	out->more = found.more;
	if (err != PRB_OK || found.count == 0)
		return err;
	qsort(found.hits, found.count, sizeof(found.hits[0]), compare_hits);
	if (found.count > query->limit)
		found.count = query->limit;
	hits = prb_arena_array(arena, found.count, sizeof(*hits));
	if (!hits)
		return PRB_ERR_MEMORY;
	memcpy(hits, found.hits, found.count * sizeof(*hits));
	for (size_t i = 0; query->pieces && i < found.count && err == PRB_OK; i++)
		err = add_pieces(g, arena, found.variants[hits[i].variant], &hits[i]);
	if (err == PRB_OK)
		*out = (struct prb_screening){
			.hits = hits, .count = found.count, .more = found.more};
	return err;
}

/*
 * The status on a day. What was lifted later was still in force; so was what expired later, by the
 * day it ends or, where a list only tells that an entry has gone, by the day that says so.
 */
void
prb_screen_status(const struct prb_entity_record *entity, prb_date as_of, uint8_t *status,
	prb_date *status_date)
{
	bool later = entity->status_date != PRB_DATE_NONE && entity->status_date > as_of;

	*status = entity->status;
	*status_date = entity->status_date;
	switch ((enum prb_listing_status)entity->status) {
	case PRB_LISTING_LIFTED:
	case PRB_LISTING_VACATED:
	case PRB_LISTING_DISPUTED:
		if (later)
			*status = PRB_LISTING_IN_FORCE;
		break;
	case PRB_LISTING_EXPIRED:
		if (later || (entity->valid_until != PRB_DATE_NONE && entity->valid_until >= as_of))
			*status = PRB_LISTING_IN_FORCE;
		break;
	case PRB_LISTING_IN_FORCE:
	case PRB_LISTING_UNKNOWN:
		break;
	}
	if (*status == PRB_LISTING_IN_FORCE && entity->valid_until != PRB_DATE_NONE &&
		entity->valid_until < as_of) {
		*status = PRB_LISTING_EXPIRED;
		*status_date = entity->valid_until;
	} else if (*status == PRB_LISTING_IN_FORCE && later) {
		*status_date = entity->date; /* what is dated later is not known yet */
	}
}

const char *
prb_name_piece_word(enum prb_name_piece_kind kind)
{
	static const char *const words[] = {"equal", "abbreviation", "spelling", "sound", "joined",
		"initials", "legal_form", "number_differs", "query_only", "name_only"};

	return words[kind];
}

const char *
prb_screen_name_kind_word(uint8_t kind)
{
	static const char *const words[] = {"name", "alias", "former", "zh"};

	return kind < sizeof(words) / sizeof(words[0]) ? words[kind] : "alias";
}

/* The names of an entry stand together in the index, in the order they were added. */
void
prb_screen_names_of(struct prb_gatherer *g, struct prb_span entity_id,
	void (*each)(void *context, struct prb_span name, const char *kind), void *context)
{
	for (uint32_t i = 0; i < g->index.names; i++) {
		struct prb_span id;
		uint8_t kind;

		if (prb_name_owner_read(prb_index_owner(&g->index, i), &id, &kind) &&
			prb_span_equal(id, entity_id))
			each(context, prb_index_text(&g->index, i),
				prb_screen_name_kind_word(kind));
	}
}
