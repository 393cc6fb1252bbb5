/* SPDX-License-Identifier: Apache-2.0 */
/* A declaration's place in its supply chain: scoring/METHOD.md section 5. */
#include "scoring/rules/upstream.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/rules/exposure.h"
#include "scoring/rules/rating.h"

/* Paths in a report, and edges of one path: behind these the middle is left out. */
#define WORST_MAX 10
#define OPEN_MAX 10
#define LEGS_HALF 50

/*
 * Describing: from a result to a block of parties.
 */

/* FNV-1a, 64 bits: a name for breaking ties, no safeguard. */
#define KEY_START 14695981039346656037ULL
#define KEY_PRIME 1099511628211ULL

static uint64_t
key_add(uint64_t key, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		key = (key ^ (uint8_t)text.p[i]) * KEY_PRIME;
	return (key ^ 0xFF) * KEY_PRIME; /* no byte of UTF-8: parts the texts */
}

static uint64_t
key_of_tier(const struct prb_upstream *entry)
{
	const struct prb_party *party = entry->supplier;
	uint64_t key = key_add(KEY_START, entry->product);

	if (party == NULL)
		return key_add(key, entry->declaration);
	key = key_add(key, party->name);
	key = key_add(key, party->country);
	key = key_add(key, party->region);
	key = key_add(key, party->city);
	return key_add(key, party->address);
}

static uint8_t
marks_of_listings(const struct prb_listing *listings, size_t count)
{
	uint8_t marks = 0;

	for (size_t i = 0; i < count; i++) {
		if (listings[i].effect != PRB_LISTING_FORCED_LABOUR)
			continue;
		if (prb_listing_decide(&listings[i]) == PRB_HIT_POSSIBLE)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_MAY_BE_LISTED);
		else if (listings[i].status == PRB_LISTING_IN_FORCE)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_LISTED);
	}
	return marks;
}

static uint8_t
marks_of_scopes(const struct prb_scope_hit *hits, size_t count)
{
	uint8_t marks = 0;

	for (size_t i = 0; i < count; i++)
		if (hits[i].value == PRB_PRESUMED)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_PRESUMED);
		else if (hits[i].region_unknown)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_MAY_BE_PRESUMED);
	return marks;
}

/* The listings and scope hits of a block, handed out party by party: both stand in the order of the
 * tiers, the supplier's own before them. */
struct handing {
	const struct prb_result *result;
	size_t listing, hit;
};

static void
hand_out(struct handing *h, uint32_t number, struct prb_chain_party *party,
	struct prb_chain_node *node)
{
	const struct prb_facts *facts = h->result->facts;
	size_t first_listing = h->listing, first_hit = h->hit;

	while (h->listing < facts->listings_count && facts->listings[h->listing].party == number)
		h->listing++;
	while (h->hit < h->result->scopes_count &&
		(h->result->scopes[h->hit].cause == PRB_CAUSE_UPSTREAM
				? (uint32_t)h->result->scopes[h->hit].index + 1
				: 0) == number)
		h->hit++;
	party->listings = facts->listings + first_listing;
	party->listings_count = h->listing - first_listing;
	party->scopes = h->result->scopes + first_hit;
	party->scopes_count = h->hit - first_hit;
	node->marks = (uint8_t)(marks_of_listings(party->listings, party->listings_count) |
				marks_of_scopes(party->scopes, party->scopes_count));
}

static void
describe_own(const struct prb_result *result, struct handing *h, struct prb_chain_party *party,
	struct prb_chain_node *node)
{
	party->name = result->declaration->supplier.name;
	party->declaration = result->declaration_id;
	party->icls = result->icls.value;
	hand_out(h, 0, party, node);
	for (size_t i = 0; i < party->scopes_count; i++)
		if (party->scopes[i].value > party->state_imposed)
			party->state_imposed = party->scopes[i].value;
	node->key = key_add(KEY_START, prb_span_of(result->declaration_sha256));
	node->exposure = result->exposure.worst.inherent;
	if (result->icls.value == PRB_INDICATED)
		node->marks |= PRB_CHAIN_MARK(PRB_CHAIN_INDICATED);
}

static void
describe_tier(const struct prb_result *result, size_t index, struct handing *h,
	struct prb_chain_party *party, struct prb_chain_node *node)
{
	const struct prb_upstream *entry = result->declaration->tiers[index].entry;

	hand_out(h, (uint32_t)index + 1, party, node);
	node->key = key_of_tier(entry);
	party->is_reference = entry->supplier == NULL;
	party->name = party->is_reference ? entry->declaration : entry->supplier->name;
	party->icls = PRB_CANNOT_BE_EXCLUDED; /* of silence */
	party->state_imposed = result->tier_states[index];
	node->exposure = party->is_reference ? PRB_CHAIN_UNKNOWN
					     : prb_exposure_of_party(result->reference,
						       result->facts->upstream[index].country,
						       &result->facts->upstream_goods[index]);
}

static void
describe_edge(
	const struct prb_tier *tier, uint32_t index, uint32_t first, struct prb_chain_block *out)
{
	const struct prb_upstream *entry = tier->entry;

	out->links[index] = (struct prb_chain_link){entry->product, entry->share_ppm, index};
	out->edges[index] = (struct prb_chain_edge){.key = key_add(KEY_START, entry->product),
		.from = first + (uint32_t)(tier->parent + 1),
		.to = first + index + 1,
		.steps = (uint32_t)tier->steps,
		.share = entry->share_ppm < 0 ? PRB_PPM_ONE : (int32_t)entry->share_ppm};
}

/* What a block borrows from a declaration that goes away. */
static bool
keep_texts(struct prb_arena *keep, struct prb_chain_party *party)
{
	struct prb_listing *listings =
		prb_arena_array(keep, party->listings_count, sizeof *listings);
	struct prb_scope_hit *hits = prb_arena_array(keep, party->scopes_count, sizeof *hits);

	party->name = prb_arena_copy(keep, party->name);
	if (party->declaration != NULL)
		party->declaration = prb_arena_copy(keep, prb_span_of(party->declaration)).p;
	if (listings == NULL || hits == NULL || party->name.p == NULL)
		return false;
	for (size_t i = 0; i < party->listings_count; i++) {
		listings[i] = party->listings[i];
		listings[i].subject = ""; /* a place in another declaration */
	}
	for (size_t i = 0; i < party->scopes_count; i++)
		hits[i] = party->scopes[i];
	party->listings = listings;
	party->scopes = hits;
	return true;
}

enum prb_err
prb_chain_describe(const struct prb_result *result, struct prb_arena *keep, uint32_t entry,
	uint32_t first, struct prb_chain_block *out)
{
	const struct prb_declaration *d = result->declaration;
	struct handing h = {.result = result};

	memset(out->parties, 0, (1 + d->tiers_count) * sizeof *out->parties);
	memset(out->nodes, 0, (1 + d->tiers_count) * sizeof *out->nodes);
	describe_own(result, &h, &out->parties[0], &out->nodes[0]);
	for (size_t i = 0; i < d->tiers_count; i++) {
		describe_tier(result, i, &h, &out->parties[i + 1], &out->nodes[i + 1]);
		describe_edge(&d->tiers[i], (uint32_t)i, first, out);
		if (keep != NULL && out->links[i].product.n > 0)
			out->links[i].product = prb_arena_copy(keep, out->links[i].product);
	}
	for (size_t i = 0; i <= d->tiers_count; i++) {
		out->parties[i].entry = entry;
		if (keep != NULL && !keep_texts(keep, &out->parties[i]))
			return PRB_ERR_MEMORY;
	}
	for (size_t i = 0; i < d->tiers_count; i++)
		if (out->links[i].product.n > 0 && out->links[i].product.p == NULL)
			return PRB_ERR_MEMORY;
	return PRB_OK;
}

/*
 * Tracing: from the solved graph to paths, listings and scopes.
 */

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
	return (marks_of_listings(l, 1) & PRB_CHAIN_MARK(view)) != 0;
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

		if ((marks_of_scopes(&hit, 1) & PRB_CHAIN_MARK(view)) == 0 ||
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
