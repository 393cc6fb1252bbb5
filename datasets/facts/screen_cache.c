/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/screen_cache.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/entities/keys.h"
#include "datasets/facts/parts.h"

/* One screening in one piece: its hits, their entries, the ids of these and the key behind each
 * other. Other texts are the release's, which outlives the gatherer. */
struct kept {
	size_t key_bytes, ids_bytes, count;
	bool more;
	const char *key, *ids;
	struct prb_entity_record *entities;
	struct prb_screen_hit hits[];
};

struct prb_screen_cache {
	uint64_t found;
	struct kept *places[PRB_SCREEN_CACHE_PLACES];
};

struct prb_screen_cache *
prb_screen_cache_create(void)
{
	return calloc(1, sizeof(struct prb_screen_cache));
}

void
prb_screen_cache_destroy(struct prb_screen_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < PRB_SCREEN_CACHE_PLACES; i++)
		free(cache->places[i]);
	free(cache);
}

uint64_t
prb_screen_cache_found(const struct prb_gatherer *g)
{
	return g->cache->found;
}

struct key {
	size_t n;
	bool too_long;
	char bytes[PRB_SCREEN_CACHE_KEY_BYTES_MAX];
};

static void
add(struct key *key, const void *bytes, size_t n)
{
	if (key->too_long || n > sizeof(key->bytes) - key->n) {
		key->too_long = true;
		return;
	}
	if (n > 0)
		memcpy(key->bytes + key->n, bytes, n);
	key->n += n;
}

/* With its length before it: two texts are not taken for one. */
static void
add_text(struct key *key, struct prb_span text)
{
	add(key, &text.n, sizeof(text.n));
	add(key, text.p, text.n);
}

static void
make_key(const struct prb_gatherer *g, const struct prb_screen_query *query, struct key *key)
{
	key->n = 0;
	key->too_long = false;
	add_text(key, (struct prb_span){g->asker, g->asker_bytes});
	add(key, &query->country, sizeof(query->country));
	add(key, &query->similarity_min, sizeof(query->similarity_min));
	add(key, &query->limit, sizeof(query->limit));
	add_text(key, query->name);
	add_text(key, query->city);
	add_text(key, query->address);
	for (size_t i = 0; i < query->identifiers_count; i++) {
		add(key, &query->identifiers[i].scheme, sizeof(query->identifiers[i].scheme));
		add_text(key, query->identifiers[i].value);
	}
}

/* Copies into the request's memory: another name of the same request may take the place. */
static enum prb_err
recall(const struct kept *kept, struct prb_arena *arena, struct prb_screening *out)
{
	struct prb_screen_hit *hits = NULL;
	struct prb_entity_record *entities = NULL;
	struct prb_span ids = PRB_SPAN_NONE;

	if (kept->count > 0) {
		hits = prb_arena_array(arena, kept->count, sizeof(*hits));
		entities = prb_arena_array(arena, kept->count, sizeof(*entities));
		ids = prb_arena_copy(arena, (struct prb_span){kept->ids, kept->ids_bytes});
		if (!hits || !entities || !ids.p)
			return PRB_ERR_MEMORY;
		memcpy(hits, kept->hits, kept->count * sizeof(*hits));
		memcpy(entities, kept->entities, kept->count * sizeof(*entities));
	}
	for (size_t i = 0; i < kept->count; i++) {
		hits[i].entity = &entities[i];
		hits[i].entity_id = ids.p + (kept->hits[i].entity_id - kept->ids);
	}
	*out = (struct prb_screening){.hits = hits, .count = kept->count, .more = kept->more};
	return PRB_OK;
}

/* Without memory for it nothing is kept, and nothing is lost. */
static void
keep(struct kept **place, const struct key *key, const struct prb_screening *met)
{
	size_t entities_at = sizeof(struct kept) + met->count * sizeof(struct prb_screen_hit);
	size_t ids_at = entities_at + met->count * sizeof(struct prb_entity_record);
	size_t ids_bytes = 0;
	struct kept *kept;
	char *id;

	static_assert(sizeof(struct prb_screen_hit) % _Alignof(struct prb_entity_record) == 0,
		"entries stand behind hits");
	if (met->count > PRB_SCREEN_CACHE_HITS_MAX)
		return;
	for (size_t i = 0; i < met->count; i++)
		ids_bytes += met->hits[i].id.n + 1;
	kept = malloc(ids_at + ids_bytes + key->n);
	if (!kept)
		return;
	*kept = (struct kept){.key_bytes = key->n,
		.ids_bytes = ids_bytes,
		.count = met->count,
		.more = met->more,
		.key = (const char *)kept + ids_at + ids_bytes,
		.ids = (const char *)kept + ids_at,
		.entities = (struct prb_entity_record *)((char *)kept + entities_at)};
	id = (char *)kept + ids_at;
	for (size_t i = 0; i < met->count; i++) {
		kept->hits[i] = met->hits[i];
		kept->entities[i] = *met->hits[i].entity;
		kept->hits[i].entity_id = id;
		memcpy(id, met->hits[i].id.p, met->hits[i].id.n);
		id[met->hits[i].id.n] = '\0';
		id += met->hits[i].id.n + 1;
	}
	memcpy(id, key->bytes, key->n);
	free(*place);
	*place = kept;
}

enum prb_err
prb_screen_name_again(struct prb_gatherer *g, struct prb_arena *arena,
	const struct prb_screen_query *query, struct prb_screening *out)
{
	struct key key;
	struct kept **place;
	enum prb_err err;

	assert(!query->pieces);
	if (g->asker_bytes == 0)
		return prb_screen_name(g, arena, query, out);
	make_key(g, query, &key);
	if (key.too_long)
		return prb_screen_name(g, arena, query, out);
	place = &g->cache->places[prb_key_hash(key.bytes, key.n) % PRB_SCREEN_CACHE_PLACES];
	if (*place != NULL && (*place)->key_bytes == key.n &&
		memcmp((*place)->key, key.bytes, key.n) == 0) {
		g->cache->found++;
		return recall(*place, arena, out);
	}
	err = prb_screen_name(g, arena, query, out);
	if (err == PRB_OK)
		keep(place, &key, out);
	return err;
}
