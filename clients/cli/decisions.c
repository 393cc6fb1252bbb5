/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/decisions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/lines.h"

#define FILE_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define LINE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define HIT_BYTES_MAX (1024 * 1024)
#define ITEMS_MAX ((size_t)1 << 20)

struct decision_book {
	struct prb_decided *items; /* by hit, of equal ones the newest first */
	size_t count, room;
	bool is_of_report, has_evidence;
	struct prb_decision_source source;
};

/* What reading a file needs. */
struct reading {
	struct decision_book *book;
	const char *path;
	size_t line;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena;
	struct prb_str hit;
};

static int
compare_hits(const void *a, const void *b)
{
	const struct prb_decided *x = a, *y = b;

	return strcmp(x->hit, y->hit);
}

/* Ids are UUIDv7: of one second the later one is greater. */
static int
compare_items(const void *a, const void *b)
{
	const struct prb_decided *x = a, *y = b;
	int order = strcmp(x->hit, y->hit);

	if (order == 0)
		order = strcmp(y->at, x->at);
	return order != 0 ? order : strcmp(y->id, x->id);
}

static enum prb_err
find(void *context, struct prb_span hit, struct prb_decided *out)
{
	const struct decision_book *book = context;
	struct prb_decided wanted = {.decision = PRB_HIT_POSSIBLE};
	const struct prb_decided *found;
	uint8_t hash[PRB_SHA256_BYTES];

	if (book->count == 0)
		return PRB_ERR_NOT_FOUND;
	prb_store_sha256(hash, hit.p, hit.n);
	prb_sha256_hex(hash, wanted.hit);
	found = bsearch(&wanted, book->items, book->count, sizeof wanted, compare_hits);
	if (found == NULL || found->decision == PRB_HIT_POSSIBLE)
		return PRB_ERR_NOT_FOUND;
	*out = *found;
	return PRB_OK;
}

/* A report names a statement by its text without the free text, a decision by the whole one. */
static enum prb_err
find_statement(void *context, const struct prb_statement_text *statement, struct prb_decided *out)
{
	const struct decision_book *book = context;

	return find(context, book->is_of_report ? statement->plain : statement->whole, out);
}

static enum prb_err
any_statement(void *context, struct prb_span supplier)
{
	const struct decision_book *book = context;

	(void)supplier;
	return book->has_evidence ? PRB_OK : PRB_ERR_NOT_FOUND;
}

struct decision_book *
decision_book_create(void)
{
	struct decision_book *book = calloc(1, sizeof *book);

	if (book != NULL)
		book->source = (struct prb_decision_source){
			find, prb_store_sha256, book, find_statement, any_statement};
	return book;
}

void
decision_book_destroy(struct decision_book *book)
{
	if (book == NULL)
		return;
	free(book->items);
	free(book);
}

const struct prb_decision_source *
decision_book_source(const struct decision_book *book)
{
	return &book->source;
}

bool
decision_book_is_empty(const struct decision_book *book)
{
	return book->count == 0;
}

static bool
add(struct decision_book *book, const struct prb_decided *item)
{
	book->has_evidence |= item->decision == PRB_DECIDED_CONFIRMED;
	if (book->count == book->room) {
		size_t room = book->room == 0 ? 64 : 2 * book->room;
		struct prb_decided *grown =
			room > ITEMS_MAX ? NULL : realloc(book->items, room * sizeof *grown);

		if (grown == NULL)
			return false;
		book->items = grown;
		book->room = room;
	}
	book->items[book->count++] = *item;
	return true;
}

/* Sorts, and keeps the newest of each hit. */
static void
finish(struct decision_book *book)
{
	size_t kept = 0;

	if (book->count > 1)
		qsort(book->items, book->count, sizeof *book->items, compare_items);
	for (size_t i = 0; i < book->count; i++)
		if (kept == 0 || compare_hits(&book->items[kept - 1], &book->items[i]) != 0)
			book->items[kept++] = book->items[i];
	book->count = kept;
}

/*
 * Reading.
 */

static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = object == NULL || prb_json_kind(object) != PRB_JSON_OBJECT
					       ? NULL
					       : prb_json_member(object, name);

	return value == NULL || prb_json_kind(value) != PRB_JSON_STRING ? PRB_SPAN_NONE
									: prb_json_string(value);
}

/* A text of exactly this size, its NUL included. */
static bool
take_text(const struct prb_json *object, const char *name, char *out, size_t bytes)
{
	struct prb_span text = text_of(object, name);

	if (text.p == NULL || text.n != bytes - 1)
		return false;
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

/* What stands in a decision and in a report's short form of it alike. */
static bool
take_verdict(const struct prb_json *json, struct prb_decided *out)
{
	struct prb_span decision = text_of(json, "decision");

	if (!take_text(json, "id", out->id, sizeof out->id) ||
		!take_text(json, "decided_at", out->at, sizeof out->at))
		return false;
	out->decision = prb_span_is(decision, "same")        ? PRB_HIT_MATCH
			: prb_span_is(decision, "different") ? PRB_HIT_DIFFERENT
			: prb_span_is(decision, "confirmed") ? PRB_DECIDED_CONFIRMED
							     : PRB_HIT_POSSIBLE;
	return out->decision != PRB_HIT_POSSIBLE || prb_span_is(decision, "undecided");
}

static const char *
name_of_hash(const struct prb_decided *item)
{
	return item->decision == PRB_DECIDED_CONFIRMED ? "statement_sha256" : "hit_sha256";
}

bool
decision_book_take(struct decision_book *book, const struct prb_json *decisions)
{
	book->count = 0;
	book->is_of_report = true;
	book->has_evidence = false;
	for (const struct prb_json *d = decisions != NULL ? prb_json_first(decisions) : NULL; d;
		d = prb_json_next(d)) {
		struct prb_decided item = {.decision = PRB_HIT_POSSIBLE};

		if (!take_verdict(d, &item) ||
			!take_text(d, name_of_hash(&item), item.hit, sizeof item.hit) ||
			!add(book, &item))
			return false;
	}
	finish(book);
	return true;
}

static bool
wrong(const struct reading *r, const char *what)
{
	prb_cli_say("%s:%zu: %s", r->path, r->line, what);
	return false;
}

/* A C string of the arena; "" where the member is missing. */
static const char *
kept_text(struct reading *r, const struct prb_json *object, const char *name)
{
	const char *kept = prb_arena_copy(r->arena, text_of(object, name)).p;

	return kept == NULL ? "" : kept;
}

/* A decision about evidence says itself what it is found by. */
static bool
read_evidence(struct reading *r, const struct prb_json *json, struct prb_decided *item)
{
	if (!take_text(json, "statement_sha256", item->hit, sizeof item->hit) ||
		item->decision == PRB_HIT_MATCH || item->decision == PRB_HIT_DIFFERENT)
		return wrong(r,
			"/statement_sha256: 64 hexadecimal digits are wanted, and confirmed or "
			"undecided as the decision");
	return add(r->book, item) || wrong(r, "there are too many decisions, or no memory");
}

static bool
read_decision(struct reading *r, const struct prb_json *json)
{
	const struct prb_json *subject, *entity;
	struct prb_decided item = {.decision = PRB_HIT_POSSIBLE};
	struct prb_hit_party party;
	uint8_t hash[PRB_SHA256_BYTES];

	if (prb_json_kind(json) != PRB_JSON_OBJECT || !take_verdict(json, &item))
		return wrong(r, "this is no decision, as GET /v1/decisions gives them");
	if (prb_json_member(json, "evidence") != NULL)
		return read_evidence(r, json, &item);
	if (item.decision == PRB_DECIDED_CONFIRMED)
		return wrong(r, "/evidence: what was confirmed is wanted");
	subject = prb_json_member(json, "subject");
	entity = prb_json_member(json, "entity");
	if (!prb_hit_party_read(
		    r->gatherer, text_of(subject, "name"), text_of(subject, "country"), &party))
		return wrong(r, "/subject: a name and a country are wanted");
	party.city = text_of(subject, "city");
	party.address = text_of(subject, "address");
	if (text_of(entity, "id").n == 0 || text_of(entity, "list").n == 0 ||
		text_of(entity, "name").n == 0)
		return wrong(r, "/entity: id, list and name are wanted");
	prb_hit_write(r->gatherer, &party, kept_text(r, entity, "list"), kept_text(r, entity, "id"),
		kept_text(r, entity, "name"), &r->hit);
	if (r->hit.failed)
		return wrong(r, "there is no memory for it");
	prb_store_sha256(hash, r->hit.p, r->hit.n);
	prb_sha256_hex(hash, item.hit);
	return add(r->book, &item) || wrong(r, "there are too many decisions, or no memory");
}

static bool
read_line(struct reading *r, struct prb_span line)
{
	const struct prb_json *root, *items = NULL;
	struct prb_fault fault;

	prb_arena_reset(r->arena);
	if (prb_json_parse(r->arena, line, LINE_BYTES_MAX, &fault, &root) != PRB_OK)
		return wrong(r, fault.detail);
	if (prb_json_kind(root) == PRB_JSON_OBJECT)
		items = prb_json_member(root, "items");
	if (items == NULL || prb_json_kind(items) != PRB_JSON_ARRAY)
		return read_decision(r, root);
	for (const struct prb_json *i = prb_json_first(items); i; i = prb_json_next(i))
		if (!read_decision(r, i))
			return false;
	return true;
}

static bool
read_lines(struct reading *r, struct prb_span text)
{
	struct lines lines = {.rest = text};

	while (lines_next(&lines)) {
		r->line = lines.number;
		if (!read_line(r, lines.line))
			return false;
	}
	finish(r->book);
	return true;
}

bool
decision_book_read(struct decision_book *book, const struct prb_release *release, const char *path)
{
	struct reading r = {.book = book, .path = path};
	struct prb_str text;
	bool read = false;

	prb_str_init(&r.hit, HIT_BYTES_MAX);
	if (!prb_cli_read(path, FILE_BYTES_MAX, &text)) {
		prb_str_finish(&text);
		return false;
	}
	r.arena = prb_arena_create(ARENA_BYTES_MAX);
	if (r.arena != NULL && prb_reader_create(release, &r.reader) == PRB_OK)
		r.gatherer = prb_gatherer_create(r.reader);
	if (r.gatherer == NULL)
		prb_cli_say("there is no memory");
	else
		read = read_lines(&r, prb_str_span(&text));
	prb_gatherer_destroy(r.gatherer);
	prb_reader_destroy(r.reader);
	prb_arena_destroy(r.arena);
	prb_str_finish(&r.hit);
	prb_str_finish(&text);
	return read;
}
