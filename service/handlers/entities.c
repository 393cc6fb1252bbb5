/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/entities: a name against the lists, and one entry of them. */
#include <stdio.h>
#include <string.h>

#include "datasets/facts/screen_write.h"
#include "service/handlers/bounds.h"
#include "service/handlers/decided.h"
#include "service/handlers/facts.h"

#define LIMIT_DEFAULT 10
#define SIMILARITY_ONE 1000000
#define SIMILARITY_DIGITS 6

/* Of the parameter; a refusal where it is there and too long. */
static bool
read_text(struct prb_exchange *x, const char *name, size_t bytes_max, struct prb_span *out)
{
	*out = prb_query_get(&x->query, name);
	if (out->n <= bytes_max && (out->p == NULL || prb_span_trim(*out).n != 0))
		return true;
	(void)prb_refuse_query(x, "%s: a text of 1 to %zu bytes is wanted", name, bytes_max);
	return false;
}

static bool
read_numbers(struct prb_exchange *x, struct prb_screen_query *query)
{
	struct prb_span min = prb_query_get(&x->query, "min");
	int64_t number = LIMIT_DEFAULT;

	if (!prb_query_limit(x, PRB_SCREEN_HITS_MAX, &number))
		return false;
	query->limit = (size_t)number;
	number = PRB_SIMILARITY_POSSIBLE;
	if (min.p != NULL && (!prb_parse_decimal(min, SIMILARITY_DIGITS, &number) || number < 0 ||
				     number > SIMILARITY_ONE)) {
		(void)prb_refuse_query(x, "min: a similarity from 0 to 1 is wanted, such as 0.8");
		return false;
	}
	query->similarity_min = number > 0 ? (int32_t)number : 1;
	return true;
}

static bool
read_query(struct prb_exchange *x, struct prb_screen_query *query)
{
	static const char *const known[] = {
		"q", "country", "city", "address", "min", "limit", NULL};
	struct prb_span country;
	bool assumed;

	*query = (struct prb_screen_query){.country = PRB_COUNTRY_NONE, .pieces = true};
	if (!prb_query_takes(x, known) ||
		!read_text(x, "q", PRB_SOUGHT_NAME_BYTES_MAX, &query->name) ||
		!read_text(x, "country", PRB_SOUGHT_PLACE_BYTES_MAX, &country) ||
		!read_text(x, "city", PRB_SOUGHT_PLACE_BYTES_MAX, &query->city) ||
		!read_text(x, "address", PRB_SOUGHT_PLACE_BYTES_MAX, &query->address) ||
		!read_numbers(x, query))
		return false;
	if (query->name.p == NULL) {
		(void)prb_refuse_query(x, "q: the name of the party is wanted");
		return false;
	}
	if (country.p == NULL)
		return true;
	query->country = prb_facts_country(x->desk->gatherer, country, &assumed);
	if (query->country >= 0)
		return true;
	(void)prb_refuse_query(x, "country: no country is known by that word");
	return false;
}

/*
 * Hits.
 */

/* What a person decided about this very party, and null where nobody did. */
static enum prb_err
find_decided(struct prb_exchange *x, const struct prb_screen_query *query,
	const struct prb_screen_hit *hit, struct prb_decided *out)
{
	const struct prb_hit_party party = {.name = query->name,
		.city = query->city,
		.address = query->address,
		.country = query->country};
	const struct prb_decision_source *source = &x->desk->decisions;
	struct prb_str *text = &x->desk->text;

	if (source->find == NULL || hit->decision != PRB_NAME_POSSIBLE)
		return PRB_ERR_NOT_FOUND;
	prb_hit_write(x->desk->gatherer, &party, hit->entity->list, hit->entity_id,
		hit->entity->name, text);
	return text->failed ? PRB_ERR_MEMORY
			    : source->find(source->context, prb_str_span(text), out);
}

/* What the handler adds to a hit. */
struct shown {
	struct prb_exchange *x;
	struct prb_decided decided;
};

static void
write_decided(void *context, struct prb_writer *w)
{
	const struct prb_decided *decided = &((struct shown *)context)->decided;

	prb_writer_key(w, "decided");
	if (decided->decision == PRB_HIT_POSSIBLE) {
		prb_writer_null(w);
		return;
	}
	prb_writer_object(w);
	prb_writer_member_text(w, "decided_at", decided->at);
	prb_writer_member_text(
		w, "decision", decided->decision == PRB_HIT_MATCH ? "same" : "different");
	prb_writer_member_text(w, "id", decided->id);
	prb_writer_end(w);
}

static void
write_piece_text(void *context, struct prb_writer *w, const struct prb_screen_piece *piece)
{
	struct prb_span args[PRB_SCREEN_PIECE_ARGS];
	char edits[PRB_SCREEN_EDITS_BYTES];

	prb_screen_piece_args(piece, edits, args);
	prb_write_rendered(w, ((struct shown *)context)->x, "text", "piece",
		prb_name_piece_word((enum prb_name_piece_kind)piece->kind), args,
		PRB_SCREEN_PIECE_ARGS);
}

static enum prb_err
write_hit(struct prb_writer *w, struct prb_exchange *x, const struct prb_screen_query *query,
	const struct prb_screen_hit *hit)
{
	struct shown shown = {.x = x, .decided = {.decision = PRB_HIT_POSSIBLE}};
	const struct prb_screen_more more = {&shown, write_decided, write_piece_text};
	enum prb_err err = find_decided(x, query, hit, &shown.decided);

	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
		return err;
	prb_screen_write_hit(w, x->desk->gatherer, hit, prb_exchange_day(x), &more);
	return PRB_OK;
}

/*
 * What was searched goes with every answer: "no match" is no clearance.
 */

static void
write_searched(struct prb_writer *w, struct prb_exchange *x)
{
	prb_writer_key(w, "lists_searched");
	prb_screen_write_lists(w, x->desk->gatherer);
}

static void
write_notice(struct prb_writer *w, struct prb_exchange *x)
{
	prb_writer_key(w, "notice");
	prb_write_keyed(w, x, "note", "no_match_is_no_clearance", NULL, 0);
}

enum prb_handled
prb_handle_entities(struct prb_exchange *x)
{
	struct prb_screening met;
	struct prb_screen_query query;
	struct prb_writer w;
	enum prb_err err;

	if (!read_query(x, &query))
		return PRB_REPLIED;
	prb_speak(x);
	err = prb_screen_name(x->desk->gatherer, x->arena, &query, &met);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_write_as_of(&w, x);
	prb_write_data(&w, x);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	for (size_t i = 0; err == PRB_OK && i < met.count; i++)
		err = write_hit(&w, x, &query, &met.hits[i]);
	prb_writer_end(&w);
	write_searched(&w, x);
	prb_writer_key(&w, "next");
	prb_writer_null(&w);
	write_notice(&w, x);
	prb_writer_end(&w);
	return err == PRB_OK ? prb_answer_json(x) : prb_refuse(x, err, NULL);
}

/*
 * One entry.
 */

static void
write_name(void *context, struct prb_span name, const char *kind)
{
	struct prb_writer *w = context;

	prb_writer_object(w);
	prb_writer_member_text(w, "kind", kind);
	prb_writer_member_string(w, "name", name);
	prb_writer_end(w);
}

static void
write_entry(struct prb_writer *w, struct prb_exchange *x, const char *id,
	const struct prb_entity_record *entity)
{
	prb_date status_date;
	uint8_t status;

	prb_write_if(w, "city", entity->city);
	prb_write_if(w, "country", entity->country);
	prb_write_data(w, x);
	prb_writer_member_date(w, "date", entity->date);
	prb_writer_member_text(
		w, "effect", prb_listing_effect_word((enum prb_listing_effect)entity->effect));
	prb_writer_member_text(w, "id", id);
	prb_write_if(w, "kind", entity->kind);
	prb_writer_key(w, "list");
	prb_screen_write_list(w, x->desk->gatherer, entity->list);
	prb_writer_key(w, "names");
	prb_writer_array(w);
	prb_screen_names_of(x->desk->gatherer, prb_span_of(id), write_name, w);
	prb_writer_end(w);
	prb_write_if(w, "notes", entity->notes);
	prb_writer_member_text(w, "source", entity->source);
	prb_screen_status(entity, prb_exchange_day(x), &status, &status_date);
	prb_writer_member_text(
		w, "status", prb_listing_status_word((enum prb_listing_status)status));
	prb_writer_member_date(w, "status_date", status_date);
	prb_writer_member_date(w, "valid_until", entity->valid_until);
	prb_writer_member_bool(w, "verified", entity->verified != 0);
}

enum prb_handled
prb_handle_entity(struct prb_exchange *x)
{
	static const char *const none[] = {NULL};
	struct prb_span value = prb_reader_get(x->desk->reader, PRB_TABLE_ENTITY, x->params[0]);
	struct prb_entity_record entity;
	struct prb_writer w;
	const char *id;

	if (!prb_query_takes(x, none))
		return PRB_REPLIED;
	if (value.p == NULL)
		return prb_refuse(
			x, PRB_ERR_NOT_FOUND, "the lists in use have no entry with this id");
	id = prb_arena_copy(x->arena, x->params[0]).p;
	if (id == NULL || !prb_entity_read(value, &entity))
		return prb_refuse(x, id == NULL ? PRB_ERR_MEMORY : PRB_ERR_RELEASE_DAMAGED, NULL);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	write_entry(&w, x, id, &entity);
	prb_writer_end(&w);
	return prb_answer_json(x);
}
