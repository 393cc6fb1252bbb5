/* SPDX-License-Identifier: Apache-2.0 */
/* A declaration's place in its supply chain: scoring/METHOD.md section 5. */
#include "scoring/rules/upstream.h"

#include <string.h>

/* Paths in a report, and edges of one path: behind these the middle is left out. */
#define WORST_MAX 10
#define OPEN_MAX 10
#define LEGS_HALF 50

struct tracer {
	struct prb_arena *arena;
	const struct prb_book *book;
	const struct prb_chain *chain;
	struct prb_chain_block own; /* of the declaration itself, unless the book has it */
	uint32_t root, book_nodes;
	uint32_t entry; /* whose parties are the declaration's own */
	struct prb_result *result;
	struct prb_upstream_path *paths;
	uint32_t origins[WORST_MAX + PRB_CHAIN_VIEWS];
	bool failed;
};

static const struct prb_chain_party *
party_at(const struct tracer *t, uint32_t node)
{
	return node < t->book_nodes ? prb_book_party(t->book, node)
				    : &t->own.parties[node - t->book_nodes];
}

static const struct prb_chain_link *
link_at(const struct tracer *t, uint32_t from, uint32_t edge)
{
	return from < t->book_nodes ? prb_book_link(t->book, edge) : &t->own.links[edge];
}

static struct prb_upstream_leg
leg_of(const struct tracer *t, uint32_t from, const struct prb_chain_edge *edge,
	const struct prb_chain_link *link)
{
	const struct prb_chain_party *to = party_at(t, edge->to);

	return (struct prb_upstream_leg){.from = party_at(t, from)->name,
		.to = to->name,
		.product = link->product,
		.declaration = to->declaration,
		.share_ppm = link->share_ppm,
		.steps = edge->steps};
}

static size_t
count_legs(const struct tracer *t, enum prb_chain_view view, const struct prb_chain_label *label)
{
	uint32_t node = t->root;
	size_t count = 0;

	while (prb_chain_follow(t->chain, view, &node, &label) != NULL)
		count++;
	return count;
}

/* The tier of the declaration by which a path leaves its own parties; -1 where it ends among them.
 */
static int32_t
leaving(const struct tracer *t, enum prb_chain_view view, const struct prb_chain_label *label)
{
	for (uint32_t node = t->root; label->edge != PRB_CHAIN_NONE;) {
		const struct prb_chain_link *link = link_at(t, node, label->edge);

		prb_chain_follow(t->chain, view, &node, &label);
		if (party_at(t, node)->entry != t->entry)
			return (int32_t)link->tier;
	}
	return -1;
}

static void
add_path(struct tracer *t, enum prb_chain_view view, const struct prb_chain_label *label)
{
	const struct prb_chain_party *end = party_at(t, label->origin);
	struct prb_result *result = t->result;
	struct prb_upstream_path *path = &t->paths[result->upstream_count];
	size_t all = count_legs(t, view, label), kept = all;
	struct prb_upstream_leg *legs;
	uint32_t node = t->root;

	if (kept > 2 * LEGS_HALF)
		kept = 2 * LEGS_HALF;
	legs = prb_arena_array(t->arena, kept, sizeof *legs);
	if (legs == NULL) {
		t->failed = true;
		return;
	}
	*path = (struct prb_upstream_path){.legs = legs,
		.legs_count = kept,
		.legs_left_out = all - kept,
		.steps = label->steps,
		.exposure = label->exposure,
		.listings = end->listings,
		.listings_count = end->listings_count,
		.state_imposed = end->state_imposed,
		.icls = end->icls,
		.found = true,
		.tier = (int32_t)link_at(t, t->root, label->edge)->tier};
	t->origins[result->upstream_count++] = label->origin;
	for (size_t i = 0; i < all; i++) {
		const struct prb_chain_link *link = link_at(t, node, label->edge);
		uint32_t from = node;
		const struct prb_chain_edge *edge = prb_chain_follow(t->chain, view, &node, &label);

		if (i < LEGS_HALF || i + LEGS_HALF >= all)
			legs[i < LEGS_HALF ? i : kept - (all - i)] = leg_of(t, from, edge, link);
	}
}

static bool
is_shown(const struct tracer *t, const struct prb_chain_label *label)
{
	for (size_t i = 0; i < t->result->upstream_count; i++)
		if (t->origins[i] == label->origin && t->paths[i].steps == label->steps)
			return true;
	return false;
}

/* The nearest of a view that is not the declaration itself; NULL where there is none. */
static const struct prb_chain_label *
nearest(const struct tracer *t, enum prb_chain_view view)
{
	size_t count;
	const struct prb_chain_label *labels = prb_chain_labels(t->chain, view, t->root, &count);

	for (size_t i = 0; i < count; i++)
		if (labels[i].origin != t->root)
			return &labels[i];
	return NULL;
}

static void
show_paths(struct tracer *t)
{
	static const enum prb_chain_view near[] = {
		PRB_CHAIN_LISTED, PRB_CHAIN_PRESUMED, PRB_CHAIN_INDICATED};
	size_t count;
	const struct prb_chain_label *labels =
		prb_chain_labels(t->chain, PRB_CHAIN_WORST, t->root, &count);

	for (size_t i = 0; i < count && t->result->upstream_count < WORST_MAX; i++)
		if (labels[i].origin != t->root)
			add_path(t, PRB_CHAIN_WORST, &labels[i]);
	for (size_t i = 0; i < sizeof near / sizeof near[0]; i++) {
		const struct prb_chain_label *label = nearest(t, near[i]);

		if (label != NULL && !is_shown(t, label))
			add_path(t, near[i], label);
	}
}

/* References of the declaration itself that lead nowhere: stated, and asked for. */
static void
show_open(struct tracer *t)
{
	const struct prb_declaration *d = t->result->declaration;
	size_t shown = 0;

	for (size_t i = 0; i < d->tiers_count; i++) {
		const struct prb_upstream *entry = d->tiers[i].entry;
		struct prb_upstream_leg *leg;

		if (entry->supplier != NULL ||
			prb_book_find(t->book, entry->declaration) != PRB_CHAIN_NONE)
			continue;
		if (shown++ == OPEN_MAX) {
			t->result->upstream_left_out++;
			shown--;
			continue;
		}
		leg = prb_arena_array(t->arena, 1, sizeof *leg);
		if (leg == NULL) {
			t->failed = true;
			return;
		}
		*leg = (struct prb_upstream_leg){
			.from = d->tiers[i].parent < 0
					? d->supplier.name
					: d->tiers[d->tiers[i].parent].entry->supplier->name,
			.to = entry->declaration,
			.product = entry->product,
			.share_ppm = entry->share_ppm,
			.steps = d->tiers[i].steps};
		t->paths[t->result->upstream_count++] = (struct prb_upstream_path){.legs = leg,
			.legs_count = 1,
			.steps = d->tiers[i].tier,
			.tier = (int32_t)i};
	}
}

/*
 * What reaches the declaration for rows 1 and 2 (and the ends of the range) from declarations that
 * it refers to: of each view the nearest. What its own inline parties meet is there already.
 */

static const char *
subject_of(struct tracer *t, int32_t tier)
{
	char pointer[PRB_UPSTREAM_POINTER_BYTES];
	const char *kept;

	prb_tier_pointer(
		t->result->declaration, (size_t)tier, "/declaration", pointer, sizeof pointer);
	kept = prb_arena_copy(t->arena, prb_span_of(pointer)).p;
	t->failed |= kept == NULL;
	return kept == NULL ? "" : kept;
}

/* Whether a listing is what the view is about. */
static bool
is_of_view(const struct prb_listing *l, enum prb_chain_view view)
{
	return (prb_chain_marks_of_listings(l, 1) & PRB_CHAIN_MARK(view)) != 0;
}

static void
carry_listings(struct tracer *t, enum prb_chain_view view)
{
	const struct prb_chain_label *label = nearest(t, view);
	int32_t tier = label == NULL ? -1 : leaving(t, view, label);
	const struct prb_chain_party *party;
	const struct prb_facts *facts = t->result->facts;
	struct prb_facts *more;
	struct prb_listing *listings;
	const char *subject;

	if (tier < 0)
		return;
	party = party_at(t, label->origin);
	subject = subject_of(t, tier);
	more = prb_arena_array(t->arena, 1, sizeof *more);
	listings = prb_arena_array(
		t->arena, facts->listings_count + party->listings_count, sizeof *listings);
	if (more == NULL || listings == NULL) {
		t->failed = true;
		return;
	}
	*more = *facts;
	for (size_t i = 0; i < facts->listings_count; i++)
		listings[i] = facts->listings[i];
	for (size_t i = 0; i < party->listings_count; i++) {
		if (!is_of_view(&party->listings[i], view))
			continue;
		listings[more->listings_count] = party->listings[i];
		listings[more->listings_count].subject = subject;
		listings[more->listings_count].tier = label->steps;
		listings[more->listings_count++].party = (uint32_t)tier + 1;
	}
	more->listings = listings;
	t->result->facts = more;
}

/* Each scope once, however many sites of that party meet it. */
static bool
is_carried(const struct prb_scopes *scopes, size_t first, const struct prb_scope_hit *hit)
{
	for (size_t i = first; i < scopes->count; i++)
		if (scopes->hits[i].scope == hit->scope &&
			(hit->scope != NULL || scopes->hits[i].cause_there == hit->cause))
			return true;
	return false;
}

static void
carry_scopes(struct tracer *t, enum prb_chain_view view, struct prb_scopes *scopes)
{
	const struct prb_chain_label *label = nearest(t, view);
	int32_t tier = label == NULL ? -1 : leaving(t, view, label);
	const struct prb_chain_party *party;
	struct prb_scope_hit *hits;
	size_t first = scopes->count;

	if (tier < 0)
		return;
	party = party_at(t, label->origin);
	hits = prb_arena_array(t->arena, first + party->scopes_count, sizeof *hits);
	if (hits == NULL) {
		t->failed = true;
		return;
	}
	for (size_t i = 0; i < first; i++)
		hits[i] = scopes->hits[i];
	scopes->hits = hits;
	for (size_t i = 0; i < party->scopes_count; i++) {
		struct prb_scope_hit hit = party->scopes[i];
		/* A party that is named inline stands at its own distance already. */
		int64_t further = hit.cause == PRB_CAUSE_UPSTREAM ? 0 : hit.tier;

		if ((prb_chain_marks_of_scopes(&hit, 1) & PRB_CHAIN_MARK(view)) == 0 ||
			is_carried(scopes, first, &hit))
			continue;
		hit.cause_there = hit.cause;
		hit.cause = PRB_CAUSE_UPSTREAM;
		hit.referred = true;
		hit.index = tier;
		hit.index2 = -1;
		hit.tier = label->steps + further;
		hits[scopes->count++] = hit;
	}
}

/* The declaration's own block, on top of the book's graph. */
static enum prb_err
stand_on_book(struct tracer *t)
{
	const struct prb_declaration *d = t->result->declaration;
	struct prb_chain *chain;
	enum prb_err err;

	t->own = (struct prb_chain_block){
		prb_arena_array(t->arena, 1 + d->tiers_count, sizeof *t->own.parties),
		prb_arena_array(t->arena, 1 + d->tiers_count, sizeof *t->own.nodes),
		prb_arena_array(t->arena, d->tiers_count, sizeof *t->own.edges),
		prb_arena_array(t->arena, d->tiers_count, sizeof *t->own.links)};
	if (t->own.parties == NULL || t->own.nodes == NULL || t->own.edges == NULL ||
		t->own.links == NULL)
		return PRB_ERR_MEMORY;
	err = prb_chain_describe(t->result, NULL, PRB_CHAIN_NONE, t->root, &t->own);
	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < d->tiers_count; i++) {
		uint32_t found = prb_book_find(t->book, d->tiers[i].entry->declaration);

		if (found != PRB_CHAIN_NONE)
			t->own.edges[i].to = prb_book_node(t->book, found);
	}
	err = prb_chain_solve(t->arena, t->chain, t->own.nodes, 1 + d->tiers_count, t->own.edges,
		d->tiers_count, t->result->reference->constants[PRB_K_STEP], &chain);
	t->chain = chain;
	return err;
}

enum prb_err
prb_upstream_trace(struct prb_arena *arena, const struct prb_book *book, struct prb_scopes *scopes,
	struct prb_result *result)
{
	struct tracer t = {
		.arena = arena, .book = book, .chain = prb_book_chain(book), .result = result};
	enum prb_err err = PRB_OK;

	if (result->declaration->tiers_count == 0)
		return PRB_OK;
	t.book_nodes = (uint32_t)prb_chain_size(t.chain);
	t.root = t.book_nodes;
	/* A declaration that is in the book itself stands at its own node there: what goes round a
	 * cycle and comes back to it is its own. */
	t.entry = prb_book_find_sha256(book, result->declaration_sha256);
	if (t.entry != PRB_CHAIN_NONE)
		t.root = prb_book_node(book, t.entry);
	else
		err = stand_on_book(&t);
	if (err != PRB_OK)
		return err;
	t.paths = prb_arena_array(arena, WORST_MAX + PRB_CHAIN_VIEWS + OPEN_MAX, sizeof *t.paths);
	if (t.paths == NULL)
		return PRB_ERR_MEMORY;
	show_paths(&t);
	show_open(&t);
	carry_listings(&t, PRB_CHAIN_LISTED);
	carry_listings(&t, PRB_CHAIN_MAY_BE_LISTED);
	carry_scopes(&t, PRB_CHAIN_PRESUMED, scopes);
	carry_scopes(&t, PRB_CHAIN_MAY_BE_PRESUMED, scopes);
	result->upstream = t.paths;
	return t.failed ? PRB_ERR_MEMORY : PRB_OK;
}

enum prb_err
prb_upstream_reached(struct prb_arena *arena, const struct prb_book *book,
	const struct prb_declaration *declaration, prb_sha256_fn sha256, bool *any,
	uint8_t hash[PRB_SHA256_BYTES])
{
	uint8_t *reaches;
	size_t count = 0;

	*any = false;
	if (book == NULL || declaration->tiers_count == 0)
		return PRB_OK;
	reaches = prb_arena_alloc(arena, declaration->tiers_count * PRB_SHA256_BYTES);
	if (reaches == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < declaration->tiers_count; i++) {
		uint32_t found = prb_book_find(book, declaration->tiers[i].entry->declaration);

		if (found != PRB_CHAIN_NONE)
			memcpy(reaches + count++ * PRB_SHA256_BYTES, prb_book_reach(book, found),
				PRB_SHA256_BYTES);
	}
	*any = count > 0;
	if (count > 0)
		sha256(hash, reaches, prb_digests_sort(reaches, count) * PRB_SHA256_BYTES);
	return PRB_OK;
}
