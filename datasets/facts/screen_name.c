/* SPDX-License-Identifier: Apache-2.0 */
/* By folded equality, until names are compared. */
#include "datasets/facts/screen_name.h"

#include <string.h>

#include "datasets/facts/parts.h"

static const struct prb_list_known *
list_of(const struct prb_gatherer *g, const char *list)
{
	for (size_t i = 0; i < g->lists_count; i++)
		if (strcmp(g->lists[i].list, list) == 0)
			return &g->lists[i];
	return NULL;
}

static void
decide(const struct prb_gatherer *g, const struct prb_screen_query *query,
	const struct prb_entity_record *entity, struct prb_listing *listing)
{
	listing->decision = PRB_HIT_POSSIBLE;
	if (entity->country[0] == '\0') {
		listing->because = "entry_country_missing";
	} else if (query->country < 0) {
		listing->because = "country_missing";
	} else if (strcmp(g->reference->countries[query->country].iso3, entity->country) != 0) {
		listing->because = "name_equal_country_differs";
	} else if (entity->status == PRB_LISTING_UNKNOWN) {
		listing->because = "status_unknown";
	} else {
		listing->decision = PRB_HIT_MATCH;
		listing->because = "name_and_country_equal";
	}
}

static bool
fill(const struct prb_gatherer *g, const struct prb_screen_query *query, const char *id,
	struct prb_screen_piece *piece, struct prb_screen_hit *hit)
{
	struct prb_span value = prb_reader_get(g->reader, PRB_TABLE_ENTITY, prb_span_of(id));
	const struct prb_list_known *known;
	struct prb_entity_record entity;

	if (!value.p || !prb_entity_read(value, &entity) ||
		(entity.date != PRB_DATE_NONE && entity.date > query->as_of))
		return false;
	known = list_of(g, entity.list);
	*piece = (struct prb_screen_piece){
		.key = "equal", .query = query->name, .name = prb_span_of(entity.name)};
	*hit = (struct prb_screen_hit){.listing = {.subject = "",
					       .list = entity.list,
					       .edition = known ? known->record.edition : "",
					       .entity_id = id,
					       .entity = entity.name,
					       .similarity_ppm = 1000000,
					       .effect = entity.effect,
					       .status = entity.status,
					       .status_date = entity.status_date,
					       .source = entity.source},
		.matched = entity.name,
		.kind = entity.kind,
		.country = entity.country,
		.city = entity.city,
		.pieces = piece,
		.pieces_count = 1};
	decide(g, query, &entity, &hit->listing);
	return true;
}

enum prb_err
prb_screen_name(struct prb_gatherer *g, struct prb_arena *arena,
	const struct prb_screen_query *query, const struct prb_screen_hit **hits, size_t *count)
{
	struct prb_screen_hit *found = prb_arena_array(arena, query->limit, sizeof(*found));
	struct prb_screen_piece *pieces = prb_arena_array(arena, query->limit, sizeof(*pieces));
	struct prb_span value;
	struct prb_cursor c;
	size_t ids, n = 0;

	if (!found || !pieces)
		return PRB_ERR_MEMORY;
	prb_str_reset(&g->key);
	prb_fold_key(g->fold, query->name, &g->key);
	value = prb_reader_get(g->reader, PRB_TABLE_ENTITY_NAME, prb_str_span(&g->key));
	ids = value.p ? prb_texts_begin(value, &c) : 0;
	for (size_t i = 0; i < ids && n < query->limit; i++) {
		const char *id = prb_get_text(&c);

		if (!c.bad && fill(g, query, id, &pieces[n], &found[n]))
			n++;
	}
	*hits = found;
	*count = n;
	return PRB_OK;
}

void
prb_screen_names_of(struct prb_gatherer *g, const char *entity_id,
	void (*each)(void *context, const char *name, const char *kind), void *context)
{
	struct prb_span value = prb_reader_get(g->reader, PRB_TABLE_ENTITY, prb_span_of(entity_id));
	struct prb_entity_record entity;

	if (value.p && prb_entity_read(value, &entity))
		each(context, entity.name, "name");
}
