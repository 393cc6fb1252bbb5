/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rules/book.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/rules/upstream.h"

struct entry {
	char id[PRB_UUID_BYTES];
	char sha256_hex[PRB_SHA256_HEX_BYTES];
	uint8_t stamp[PRB_SHA256_BYTES]; /* of digest and report: what others depend on */
	uint8_t reach[PRB_SHA256_BYTES]; /* of that and all that it reaches */
	uint32_t number;                 /* in the file, from 1 */
	uint32_t node, edge, tiers;
};

/* Entries in the order of a text of theirs, for looking up. */
struct name {
	const char *text;
	uint32_t entry;
};

struct prb_book {
	struct prb_arena *arena;
	const struct prb_reference *reference;
	struct entry *entries;
	struct prb_chain_block blocks; /* of all entries, one behind the other */
	size_t entries_count, entries_room;
	size_t nodes_count, nodes_room, edges_count, edges_room;
	bool is_numbered;
	bool has_decided; /* persons decided about a hit or a statement of some party */
	uint32_t numbers; /* how many declarations came, refused ones too */
	struct name *by_id, *by_sha256;
	struct prb_chain *chain;
};

struct prb_book *
prb_book_create(struct prb_arena *arena, const struct prb_reference *reference, bool is_numbered)
{
	struct prb_book *book = prb_arena_array(arena, 1, sizeof *book);

	if (book != NULL) {
		book->arena = arena;
		book->reference = reference;
		book->is_numbered = is_numbered;
	}
	return book;
}

void
prb_book_skip(struct prb_book *book)
{
	book->numbers++;
}

/* Moves an array to one of `room` items; NULL without memory, and the array stays. */
static void *
moved(struct prb_book *book, const void *items, size_t count, size_t room, size_t bytes)
{
	void *grown = prb_arena_array(book->arena, room, bytes);

	if (grown != NULL && count > 0)
		memcpy(grown, items, count * bytes);
	return grown;
}

static size_t
grown_room(size_t room, size_t count)
{
	size_t twice = room < 64 ? 64 : 2 * room;

	return twice > count ? twice : count;
}

static bool
make_room(struct prb_book *book, size_t nodes, size_t edges)
{
	struct prb_chain_block *b = &book->blocks;

	if (book->entries_count == book->entries_room) {
		size_t room = grown_room(book->entries_room, book->entries_count + 1);
		struct entry *entries = moved(
			book, book->entries, book->entries_count, room, sizeof *book->entries);

		if (entries == NULL)
			return false;
		book->entries = entries;
		book->entries_room = room;
	}
	if (book->nodes_count + nodes > book->nodes_room) {
		size_t room = grown_room(book->nodes_room, book->nodes_count + nodes);

		b->parties = moved(book, b->parties, book->nodes_count, room, sizeof *b->parties);
		b->nodes = moved(book, b->nodes, book->nodes_count, room, sizeof *b->nodes);
		book->nodes_room = room;
	}
	if (book->edges_count + edges > book->edges_room) {
		size_t room = grown_room(book->edges_room, book->edges_count + edges);

		b->edges = moved(book, b->edges, book->edges_count, room, sizeof *b->edges);
		b->links = moved(book, b->links, book->edges_count, room, sizeof *b->links);
		book->edges_room = room;
	}
	return b->parties != NULL && b->nodes != NULL &&
	       (book->edges_room == 0 || (b->edges != NULL && b->links != NULL));
}

static void
stamp(struct entry *entry, const struct prb_result *result, prb_sha256_fn sha256)
{
	char text[PRB_SHA256_HEX_BYTES + PRB_UUID_BYTES];
	size_t n = strlen(result->declaration_sha256);

	memcpy(text, result->declaration_sha256, n);
	memcpy(text + n, result->id, strlen(result->id));
	sha256(entry->stamp, text, n + strlen(result->id));
}

enum prb_err
prb_book_add(struct prb_book *book, const struct prb_result *result, prb_sha256_fn sha256)
{
	size_t tiers = result->declaration->tiers_count;
	struct prb_chain_block block;
	struct entry *entry;
	enum prb_err err;

	assert(book->chain == NULL);
	if (book->entries_count == PRB_BOOK_DECLARATIONS_MAX ||
		book->nodes_count + book->edges_count + 2 * tiers + 1 > PRB_CHAIN_NODES_MAX)
		return PRB_ERR_RANGE;
	if (!make_room(book, 1 + tiers, tiers))
		return PRB_ERR_MEMORY;
	block = (struct prb_chain_block){book->blocks.parties + book->nodes_count,
		book->blocks.nodes + book->nodes_count, book->blocks.edges, book->blocks.links};
	if (tiers > 0) {
		block.edges += book->edges_count;
		block.links += book->edges_count;
	}
	err = prb_chain_describe(result, book->arena, (uint32_t)book->entries_count,
		(uint32_t)book->nodes_count, &block);
	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < result->facts->listings_count; i++)
		book->has_decided |= result->facts->listings[i].decided != NULL;
	book->has_decided |= result->facts->evidence != NULL;
	entry = &book->entries[book->entries_count++];
	memcpy(entry->id, result->declaration_id, sizeof entry->id);
	memcpy(entry->sha256_hex, result->declaration_sha256, sizeof entry->sha256_hex);
	stamp(entry, result, sha256);
	entry->number = ++book->numbers;
	entry->node = (uint32_t)book->nodes_count;
	entry->edge = (uint32_t)book->edges_count;
	entry->tiers = (uint32_t)tiers;
	book->nodes_count += 1 + tiers;
	book->edges_count += tiers;
	return PRB_OK;
}

/*
 * Looking up.
 */

/* Of equal texts the first declaration counts. */
static int
compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order != 0 ? order : x->entry < y->entry ? -1 : x->entry > y->entry;
}

static uint32_t
look_up(const struct prb_book *book, const struct name *names, struct prb_span text)
{
	size_t low = 0, high = book->entries_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prb_span_compare(prb_span_of(names[middle].text), text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < book->entries_count && prb_span_is(text, names[low].text) ? names[low].entry
									       : PRB_CHAIN_NONE;
}

static uint32_t
find_number(const struct prb_book *book, int64_t number)
{
	size_t low = 0, high = book->entries_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (book->entries[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < book->entries_count && book->entries[low].number == number ? (uint32_t)low
										: PRB_CHAIN_NONE;
}

uint32_t
prb_book_find(const struct prb_book *book, struct prb_span reference)
{
	int64_t number;

	if (book == NULL || reference.n == 0)
		return PRB_CHAIN_NONE;
	if (reference.p[0] != '#')
		return look_up(book, book->by_id, reference);
	reference.p++;
	reference.n--;
	return book->is_numbered && prb_parse_int(reference, 1, UINT32_MAX, &number)
		       ? find_number(book, number)
		       : PRB_CHAIN_NONE;
}

uint32_t
prb_book_find_sha256(const struct prb_book *book, const char *sha256_hex)
{
	return book == NULL ? PRB_CHAIN_NONE
			    : look_up(book, book->by_sha256, prb_span_of(sha256_hex));
}

const struct prb_chain *
prb_book_chain(const struct prb_book *book)
{
	return book == NULL ? NULL : book->chain;
}

const struct prb_chain_party *
prb_book_party(const struct prb_book *book, uint32_t node)
{
	return &book->blocks.parties[node];
}

const struct prb_chain_link *
prb_book_link(const struct prb_book *book, uint32_t edge)
{
	return &book->blocks.links[edge];
}

uint32_t
prb_book_node(const struct prb_book *book, uint32_t entry)
{
	return book->entries[entry].node;
}

static bool
index_entries(struct prb_book *book)
{
	book->by_id = prb_arena_array(book->arena, book->entries_count, sizeof *book->by_id);
	book->by_sha256 =
		prb_arena_array(book->arena, book->entries_count, sizeof *book->by_sha256);
	if (book->by_id == NULL || book->by_sha256 == NULL)
		return false;
	for (uint32_t i = 0; i < book->entries_count; i++) {
		book->by_id[i] = (struct name){book->entries[i].id, i};
		book->by_sha256[i] = (struct name){book->entries[i].sha256_hex, i};
	}
	qsort(book->by_id, book->entries_count, sizeof *book->by_id, compare_names);
	qsort(book->by_sha256, book->entries_count, sizeof *book->by_sha256, compare_names);
	return true;
}

/*
 * What is reached: the cycles of the graph of declarations (its strongly connected components) by
 * Tarjan's algorithm, those that are referred to before those that refer to them.
 */

struct reacher {
	struct prb_book *book;
	prb_sha256_fn sha256;
	uint32_t *order; /* of each entry from 1, in the order of meeting; 0: not met */
	uint32_t *low;   /* the earliest that is reached and still open */
	uint32_t *edge;  /* which of its edges is looked at next */
	bool *is_closed; /* its cycle is known */
	uint32_t *path;  /* from where the search stands down to where it began */
	uint32_t *open;  /* met, and not in a closed cycle */
	size_t path_count, open_count;
	uint32_t met;
	uint8_t *digests; /* of one cycle at a time */
};

static int
compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, PRB_SHA256_BYTES);
}

size_t
prb_digests_sort(uint8_t *digests, size_t count)
{
	size_t kept = 0;

	qsort(digests, count, PRB_SHA256_BYTES, compare_digests);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *digest = digests + i * PRB_SHA256_BYTES;

		if (kept > 0 && memcmp(digest - PRB_SHA256_BYTES, digest, PRB_SHA256_BYTES) == 0)
			continue;
		memmove(digests + kept++ * PRB_SHA256_BYTES, digest, PRB_SHA256_BYTES);
	}
	return kept;
}

const uint8_t *
prb_book_reach(const struct prb_book *book, uint32_t entry)
{
	return book->entries[entry].reach;
}

/* The entry at the far end of an edge; the entry itself for a party that is named inline. */
static uint32_t
far_entry(const struct prb_book *book, uint32_t edge)
{
	return book->blocks.parties[book->blocks.edges[edge].to].entry;
}

/* Puts an entry on the pile, once. */
static void
pile(uint32_t entry, bool *is_met, uint32_t *open, size_t *count)
{
	if (entry == PRB_CHAIN_NONE || is_met[entry])
		return;
	is_met[entry] = true;
	open[(*count)++] = entry;
}

enum prb_err
prb_book_each_reached(struct prb_arena *arena, const struct prb_book *book,
	const struct prb_declaration *declaration,
	void (*each)(void *context, const struct prb_chain_party *party), void *context)
{
	size_t count = 0;
	uint32_t *open;
	bool *is_met;

	if (book == NULL || !book->has_decided)
		return PRB_OK;
	open = prb_arena_array(arena, book->entries_count, sizeof *open);
	is_met = prb_arena_array(arena, book->entries_count, sizeof *is_met);
	if (open == NULL || is_met == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < declaration->tiers_count; i++)
		pile(prb_book_find(book, declaration->tiers[i].entry->declaration), is_met, open,
			&count);
	while (count > 0) {
		const struct entry *e = &book->entries[open[--count]];

		for (uint32_t i = 0; i <= e->tiers; i++)
			each(context, &book->blocks.parties[e->node + i]);
		for (uint32_t i = e->edge; i < e->edge + e->tiers; i++)
			pile(far_entry(book, i), is_met, open, &count);
	}
	return PRB_OK;
}

/* The cycle is what lies on the open ones from `first` on. */
static void
close_cycle(struct reacher *r, size_t first)
{
	struct prb_book *book = r->book;
	uint8_t *digests = r->digests, reach[PRB_SHA256_BYTES];
	size_t stamps = 0, reaches = 0;

	for (size_t i = first; i < r->open_count; i++)
		memcpy(digests + stamps++ * PRB_SHA256_BYTES, book->entries[r->open[i]].stamp,
			PRB_SHA256_BYTES);
	stamps = prb_digests_sort(digests, stamps);
	memset(digests + stamps++ * PRB_SHA256_BYTES, 0, PRB_SHA256_BYTES);
	digests += stamps * PRB_SHA256_BYTES;
	for (size_t i = first; i < r->open_count; i++) {
		const struct entry *entry = &book->entries[r->open[i]];

		for (uint32_t e = entry->edge; e < entry->edge + entry->tiers; e++)
			if (r->is_closed[far_entry(book, e)])
				memcpy(digests + reaches++ * PRB_SHA256_BYTES,
					book->entries[far_entry(book, e)].reach, PRB_SHA256_BYTES);
	}
	reaches = prb_digests_sort(digests, reaches);
	r->sha256(reach, r->digests, (stamps + reaches) * PRB_SHA256_BYTES);
	for (size_t i = first; i < r->open_count; i++)
		memcpy(book->entries[r->open[i]].reach, reach, PRB_SHA256_BYTES);
	for (size_t i = first; i < r->open_count; i++)
		r->is_closed[r->open[i]] = true;
	r->open_count = first;
}

static void
meet(struct reacher *r, uint32_t entry)
{
	r->order[entry] = r->low[entry] = ++r->met;
	r->edge[entry] = r->book->entries[entry].edge;
	r->path[r->path_count++] = entry;
	r->open[r->open_count++] = entry;
}

/* All of the entry's edges have been looked at. */
static void
leave(struct reacher *r)
{
	uint32_t entry = r->path[--r->path_count];
	size_t first = r->open_count;

	if (r->path_count > 0 && r->low[entry] < r->low[r->path[r->path_count - 1]])
		r->low[r->path[r->path_count - 1]] = r->low[entry];
	if (r->low[entry] != r->order[entry])
		return;
	while (r->open[first - 1] != entry)
		first--;
	close_cycle(r, first - 1);
}

static void
search(struct reacher *r, uint32_t from)
{
	meet(r, from);
	while (r->path_count > 0) {
		uint32_t entry = r->path[r->path_count - 1], next;
		const struct entry *e = &r->book->entries[entry];

		if (r->edge[entry] == e->edge + e->tiers) {
			leave(r);
			continue;
		}
		next = far_entry(r->book, r->edge[entry]++);
		if (r->order[next] == 0)
			meet(r, next);
		else if (!r->is_closed[next] && r->order[next] < r->low[entry])
			r->low[entry] = r->order[next];
	}
}

static enum prb_err
find_reaches(struct prb_book *book, prb_sha256_fn sha256)
{
	size_t n = book->entries_count;
	struct reacher r = {.book = book,
		.sha256 = sha256,
		.order = prb_arena_array(book->arena, n, sizeof *r.order),
		.low = prb_arena_array(book->arena, n, sizeof *r.low),
		.edge = prb_arena_array(book->arena, n, sizeof *r.edge),
		.is_closed = prb_arena_array(book->arena, n, sizeof *r.is_closed),
		.path = prb_arena_array(book->arena, n, sizeof *r.path),
		.open = prb_arena_array(book->arena, n, sizeof *r.open),
		.digests = prb_arena_alloc(
			book->arena, (n + 1 + book->edges_count) * PRB_SHA256_BYTES)};

	if (r.order == NULL || r.low == NULL || r.edge == NULL || r.is_closed == NULL ||
		r.path == NULL || r.open == NULL || r.digests == NULL)
		return PRB_ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		if (r.order[i] == 0)
			search(&r, i);
	return PRB_OK;
}

enum prb_err
prb_book_solve(struct prb_book *book, prb_sha256_fn sha256)
{
	struct prb_chain_block *b = &book->blocks;
	enum prb_err err;

	if (!index_entries(book))
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < book->edges_count; i++) {
		const struct prb_chain_party *party = &b->parties[b->edges[i].to];
		uint32_t found;

		if (!party->is_reference)
			continue;
		found = prb_book_find(book, party->name);
		if (found != PRB_CHAIN_NONE)
			b->edges[i].to = book->entries[found].node;
	}
	err = find_reaches(book, sha256);
	if (err != PRB_OK)
		return err;
	return prb_chain_solve(book->arena, NULL, b->nodes, book->nodes_count, b->edges,
		book->edges_count, book->reference->constants[PRB_K_STEP], &book->chain);
}
